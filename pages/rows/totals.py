"""合计: a figure for each column of numbers, how it came about, or why there is none."""

from datetime import datetime

import pandas
import streamlit as st

import text
from data.rows.asked import Asked
from data.rows.sums import measure_of
from data.rows.totals import totals
from pages.frame import asking
from pages.frame.display import show_table
from pages.rows.downloads import offer_figures
from pages.rows.words import figure, how_words, name_of, with_measure
from text import t


def show_totals(asked: Asked, as_of: datetime) -> None:
    """The table of totals."""
    template = asking.catalogue().template(asked.template_code)
    found = asking.ask(totals, as_of, asked=asked)
    st.caption(t("rows.total.caption"))
    if found.empty:
        st.info(t("rows.layout.no_measure"), icon=":material/tag:")
        return
    if any(row.given and row.returns < row.of_returns for row in found.itertuples()):
        st.warning(t("rows.total.partial"), icon=":material/group_off:")
    lines = []
    for row in found.astype(object).where(found.notna(), None).itertuples():
        column = measure_of(template, row.column_name)
        lines.append(
            {
                t("rows.total.column"): name_of(column),
                t("rows.total.value"): with_measure(row.value, column),
                t("rows.total.how"): how_words(row, template, column),
                t("rows.total.units"): row.units,
                t("rows.total.returns"): f"{row.returns}/{row.of_returns}",
                t("rows.total.range"): _range(row, column),
            }
        )
    table = pandas.DataFrame(lines)
    show_table(table, height="content", column_config=_config())
    title = t("rows.file.totals", template=text.template_name(asking.catalogue(), asked.template_code))
    offer_figures(table, title, asked, as_of)


def _range(row, column) -> str:
    if row.lowest is None:
        return text.DASH
    ends = [figure(row.lowest, column), figure(row.highest, column)]
    return "–".join(dict.fromkeys(ends))


def _config() -> dict:
    return {
        t("rows.total.column"): st.column_config.TextColumn(pinned=True, width="medium"),
        t("rows.total.value"): st.column_config.TextColumn(width="small", alignment="right"),
        t("rows.total.how"): st.column_config.TextColumn(width="large"),
        t("rows.total.units"): st.column_config.NumberColumn(width=60),
        t("rows.total.returns"): st.column_config.TextColumn(
            width=84, alignment="right", help=t("rows.total.returns.help")
        ),
        t("rows.total.range"): st.column_config.TextColumn(width="medium", alignment="right"),
    }
