"""明细: one page of rows, each with the form in which it stands, and the cell of the figure that was clicked."""

import math
from dataclasses import replace
from datetime import datetime
from typing import Any

import pandas
import streamlit as st

import text
from data.catalogue.model import Column, Template
from data.rows.asked import Asked, Sort, figures_of
from data.rows.rows import CELL, VALUE, rows
from pages.frame import asking, ways
from pages.frame.display import show_table
from pages.frame.escaping import escaped
from pages.rows.address import key
from pages.rows.words import figure, heading, headings
from text import t

_IN_SIGHT = """<style>
.st-key-rows-answer {{position: sticky; top: 3.75rem; z-index: 5; min-height: 3.5rem; padding: 0.35rem 0;
    background: {ground}}}
@media print {{.st-key-rows-answer {{display: none}}}}
</style>"""
"""The answer to a click stands above the table and stays there while the table is scrolled past."""
_GROUND = {"light": "#FFFFFF", "dark": "#12181F"}  # as in .streamlit/config.toml
_TALL = 35 * 14 + 3  # a header and 13 rows: the rest of the page scrolls within the table


def show_rows(asked: Asked, as_of: datetime, number: int) -> Asked:
    """Sorting, the page, the table; the question with the order and the page that the reader chose."""
    template = asking.catalogue().template(asked.template_code)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        asked = _sorted(asked, template)
        asked = _paged(asked, number)
    found = asking.ask(rows, as_of, asked=asked)
    if found.empty:
        return asked
    last = asked.offset + len(found)
    st.caption(t("rows.page", first=f"{asked.offset + 1:,}", last=f"{last:,}", number=f"{number:,}"))
    st.html(_IN_SIGHT.format(ground=_GROUND["dark" if st.context.theme.type == "dark" else "light"]))
    answer = st.container(key="rows-answer")
    titles = headings(asked.shown(template), _about())
    chosen = show_table(
        _table(found, template, titles),
        column_config=_config(template, titles),
        placeholder="",
        height=min(_TALL, 35 * (len(found) + 1) + 3),
        on_select="rerun",
        selection_mode="single-cell",
        key=key("table"),
    )
    with answer:
        if not _show_cell(found, template, titles, chosen.selection.cells):
            st.caption(t("rows.cell.hint"))
    return asked


def _sorted(asked: Asked, template: Template) -> Asked:
    columns = {column.name: column for column in figures_of(template)}
    names = [None, *columns]
    name = st.selectbox(
        t("rows.sort"),
        names,
        names.index(asked.sort.column if asked.sort else None),
        format_func=lambda code: heading(columns[code]) if code else t("rows.sort.none"),
        width=260,
        key=key(f"sort-{template.template_code}"),
    )
    if name is None:
        return replace(asked, sort=None)
    is_descending = asked.sort.is_descending if asked.sort else True
    is_descending = st.toggle(t("rows.descending"), is_descending, key=key(f"descending-{template.template_code}"))
    return replace(asked, sort=Sort(name, is_descending))


def _paged(asked: Asked, number: int) -> Asked:
    pages = max(1, math.ceil(number / asked.limit))
    current = min(asked.offset // asked.limit + 1, pages)
    if pages == 1:
        return replace(asked, offset=0)
    question = hash(replace(asked, offset=0))  # another question begins on its first page
    # As wide as its content it measures itself too narrow, and hides the second of three pages.
    page = st.pagination(pages, default=current, width="stretch", key=key(f"page-{question}"))
    return replace(asked, offset=(page - 1) * asked.limit)


def _about() -> tuple[str, ...]:
    return tuple(t(f"rows.{name}") for name in ("open", "unit", "period", "place", "receipt", "version"))


def _table(found: pandas.DataFrame, template: Template, titles: dict[str, str]) -> pandas.DataFrame:
    """Whose and when, the figures, then where they stand."""
    catalogue = asking.catalogue()
    rows_found = found.to_dict("records")
    first = CELL + next(iter(titles), "")
    about = {
        t("rows.open"): [_form(row, first) for row in rows_found],
        t("rows.unit"): [text.unit_name(catalogue, code) for code in found["unit_code"]],
        t("rows.period"): [text.period_label(catalogue, template.template_code, period) for period in found["period"]],
    }
    values = {titles[name]: found[VALUE + name] for name in titles}
    places = {
        t("rows.place"): found["row_no"],
        t("rows.receipt"): found["receipt_no"],
        t("rows.version"): found["version"],
    }
    return pandas.DataFrame(about | values | places)


def _form(row: dict[str, Any], first: str) -> str | None:
    """The address of the form in which a row stands, its first figure lit."""
    return ways.form_address(row["submission_id"], row.get(first), row["sheet"])


def _config(template: Template, titles: dict[str, str]) -> dict[str, Any]:
    """Numbers with separators and as they were written; whose row it is stays in sight."""
    config: dict[str, Any] = {
        t("rows.open"): st.column_config.LinkColumn(
            display_text=t("rows.open"), help=t("rows.open.help"), pinned=True, width=56
        ),
        t("rows.unit"): st.column_config.TextColumn(pinned=True, width=104),
        t("rows.period"): st.column_config.TextColumn(width=76),
    }
    for name, title in titles.items():
        column = template.column(name)
        tip = text.pick_words(column.hint) or None
        if column.type.is_number:
            config[title] = st.column_config.NumberColumn(format="localized", help=tip)
        else:
            config[title] = st.column_config.TextColumn(help=tip)
    return config


def _show_cell(found: pandas.DataFrame, template: Template, titles: dict[str, str], cells: list) -> bool:
    """Of the figure that was clicked: which cell of which form it stands in, and the way there. False for none."""
    if not cells or cells[0][0] >= len(found):
        return False
    row_number, title = cells[0]
    name = next((name for name, written in titles.items() if written == title), None)
    if name is None:
        return False
    row = found.iloc[int(row_number)].to_dict()
    value, cell = row[VALUE + name], row[CELL + name]
    column = template.column(name)
    about = {"column": heading(column), "receipt": row["receipt_no"], "version": row["version"], "sheet": row["sheet"]}
    is_blank = text.is_blank(cell)
    key_ = "rows.cell.blank" if is_blank else "rows.cell"
    said = t(key_, value=_written(value, column), cell="" if is_blank else cell, **about)
    st.markdown(escaped(said))
    ways.to_form(row["submission_id"], None if is_blank else cell, row["sheet"]).link(t("rows.cell.open"))
    return True


def _written(value: Any, column: Column) -> str:
    if text.is_blank(value):
        return text.DASH
    return figure(value, column) if column.type.is_number else str(value)
