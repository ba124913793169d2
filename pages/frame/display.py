"""Every table on screen goes through here: what a spreadsheet would run as a formula is handed out as text.

Streamlit's toolbar saves and copies the cells as they are, and a section's file may hold anything.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas
import streamlit as st
from plotly.graph_objects import Figure

import text
from charts.style import CONFIG
from data.audit import Act
from data.cell_text import harmless
from loaders.list_workbook import list_workbook
from pages.frame import asking, paper, ways
from pages.frame.viewer import handing_out


def neutral(frame: pandas.DataFrame) -> pandas.DataFrame:
    """The frame with harmless text; columns of numbers, truths and moments stay as they are."""
    written = frame.select_dtypes(["object", "string", "category"]).columns
    return frame.assign(**{name: frame[name].map(harmless) for name in written})


@dataclass(frozen=True)
class Table:
    """A table ready to be shown, so that it can be kept. frame: as it was given; shown: harmless, with its links."""

    frame: pandas.DataFrame
    shown: pandas.DataFrame
    looks: Mapping[str, Any]
    on_paper: str


def table_of(
    frame: pandas.DataFrame, links: Sequence[str | None] | None = None, looks: Mapping[str, Any] | None = None
) -> Table:
    """links: an address for each row (None: it leads nowhere), shown in front; it opens beside the table, in a new tab.
    looks: st.dataframe's column_config.
    """
    shown, looks = neutral(frame), looks or {}
    on_paper = paper.table(frame, looks)
    if links is not None and any(links):
        heading = text.t("way.column")
        look = st.column_config.LinkColumn(display_text=text.t("way.open"), width=64, pinned=True, alignment="left")
        shown.insert(0, heading, list(links))
        looks = {heading: look} | looks
    return Table(frame, shown, looks, on_paper)


def show_table(frame: pandas.DataFrame | Table, links: Sequence[str | None] | None = None, **more: Any) -> Any:
    """st.dataframe, without an index, of the harmless frame, and the whole of it for paper; returns what st.dataframe
    returns. links: as of `table_of`, where it is not one already.
    """
    looks = more.pop("column_config", None)
    table = frame if isinstance(frame, Table) else table_of(frame, links, looks)
    more["column_config"] = table.looks or None
    answer = st.dataframe(table.shown, hide_index=True, **({"placeholder": ""} | more))  # it says “None” of itself
    st.html(table.on_paper)
    return answer


def edit_table(frame: pandas.DataFrame, **more: Any) -> pandas.DataFrame:
    """st.data_editor of the harmless frame, to which rows may be added; returns it as edited."""
    return st.data_editor(neutral(frame), hide_index=True, num_rows="dynamic", **more)


def show(figure: Figure, name: str, key: str | None = None, has_links: bool = False) -> None:
    """A figure without Plotly's English tool bar; the text `name`.alt says what it shows to those who cannot see it.

    has_links: its marks bear addresses (see `charts.style.linked`), and a click goes there.
    """
    shown: dict[str, Any] = {"config": CONFIG, "alt": text.t(f"{name}.alt"), "key": key or name}
    if not has_links:
        st.plotly_chart(figure, **shown)
        return
    chosen = st.plotly_chart(figure, on_select="rerun", selection_mode="points", **shown)
    for point in chosen.selection.points:
        data = point.get("customdata") or ""
        if address := data if isinstance(data, str) else data[-1]:
            ways.follow(address)


def download(
    table: pandas.DataFrame,
    title: str,
    as_of: datetime,
    about: str = "",
    more: Mapping[str, pandas.DataFrame] | None = None,
) -> None:
    """A button that hands out the table as a neat .xlsx, made only when somebody asks. about: what was asked, said
    beside the moment. more: further sheets, by their names.
    """
    sheet = text.t("download.sheet")
    clock = asking.clock()
    line = "  ".join(filter(None, (text.t("download.as_of", moment=text.moment(as_of, clock)), about)))
    st.download_button(
        text.t("download.button"),
        data=handing_out(
            Act("list_downloaded", title), lambda _: list_workbook(table, title, line, sheet, clock, more)
        ),
        file_name=f"{title}_{as_of:%Y%m%d}.xlsx",
        mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        icon=":material/download:",
        on_click="ignore",
    )
