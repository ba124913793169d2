"""The sheets of a form: which is shown, from which row on, what is marked on it, and the cell that is looked at."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas
import streamlit as st

from data.catalogue.model import Template
from data.submissions import form
from data.submissions.cell import places_named
from data.submissions.form import Delivered, FormRow, Sheet
from loaders.issues import Issue
from pages.frame import asking, ways
from pages.frame.escaping import escaped
from pages.receipts.form_cell import Looked
from pages.receipts.form_table import Shown, show_form
from text import t

WINDOW, BEFORE = 80, 30  # rows that are drawn, and how many of them before the chosen cell
FLAG, ISSUE = "●", "▲"


@dataclass(frozen=True)
class OpenForm:
    """A submission with figures, as its address asks for it."""

    of: Delivered
    template: Template | None
    asked_sheet: str
    asked_cell: str
    asked_row: str

    @cached_property
    def sheets(self) -> list[Sheet]:
        """All of its sheets."""
        return form.sheets(asking.store(), self.of.submission_id, self.template)

    @cached_property
    def sheet(self) -> Sheet:
        """The one that is shown: the first where the address names none that is there."""
        return next((sheet for sheet in self.sheets if sheet.name == self.asked_sheet), self.sheets[0])

    @cached_property
    def names_sheet(self) -> bool:
        """Whether a link to a cell must say on which sheet it is."""
        return len(self.sheets) > 1

    @cached_property
    def looked(self) -> Looked | None:
        """The cell that is looked at, with its row; None where the address names none that is there."""
        cell = form.cell_of(asking.store(), self.of.submission_id, self.sheet, self.asked_cell)
        if cell is None:
            return None
        (row,) = form.rows_of(asking.store(), self.of.submission_id, self.sheet.name, cell.row_no, 1)
        return Looked(self.of, self.template, self.sheet, row, cell, self.names_sheet)

    @cached_property
    def first_row(self) -> int:
        """The number of the first row that is drawn, so that the chosen cell's is among them."""
        if self.looked is None:
            return int(self.asked_row) if self.asked_row.isascii() and self.asked_row.isdecimal() else 0
        row_no = self.looked.cell.row_no
        return form.row_before(asking.store(), self.of.submission_id, self.sheet.name, row_no, BEFORE)

    @cached_property
    def rows(self) -> list[FormRow]:
        """The rows that are drawn, and one more where there is one."""
        return form.rows_of(asking.store(), self.of.submission_id, self.sheet.name, self.first_row, WINDOW + 1)


def show_sheet(opened: OpenForm, flags: pandas.DataFrame, issues: Sequence[Issue]) -> None:
    """The form; flags and issues: of the whole submission."""
    if not opened.names_sheet:
        st.query_params.pop("sheet", None)  # the address that is sent on stays short
    _choose_sheet(opened)
    looked, rows = opened.looked, opened.rows[:WINDOW]
    if looked is None and opened.asked_cell:
        st.info(t("form.no_cell", cell=opened.asked_cell[:12]), icon=":material/grid_off:")
    lit = (looked.cell.row_no, looked.cell.col_no) if looked else None
    marks = marks_of(opened.sheet, flags, issues)
    show_form(Shown(opened.of.submission_id, opened.sheet, rows, lit, marks, opened.names_sheet), opened.template)
    st.caption(t("form.legend"))
    _turn_pages(opened)


def marks_of(sheet: Sheet, flags: pandas.DataFrame, issues: Sequence[Issue]) -> dict[tuple[int, str], str]:
    """(row number, column name) → what stands beside the value: an issue, or before it a flag."""
    placed = [(issue.sheet, issue.cell, issue.details, ISSUE) for issue in issues]
    placed += [(flag.sheet, flag.cell, json.loads(flag.details), FLAG) for flag in flags.itertuples()]
    marks = {}
    for of_sheet, cell, details, mark in placed:
        if of_sheet == sheet.name:
            marks |= dict.fromkeys(places_named(sheet, cell, details), mark)
    return marks


def _choose_sheet(opened: OpenForm) -> None:
    """Links to the other sheets."""
    if not opened.names_sheet:
        return
    with st.container(horizontal=True):
        for sheet in opened.sheets:
            if sheet.name == opened.sheet.name:
                st.markdown(f"**{escaped(sheet.name)}**")
            else:
                ways.to_form(opened.of.submission_id, sheet=sheet.name).link(escaped(sheet.name))


def _turn_pages(opened: OpenForm) -> None:
    """Where a long form goes on."""
    shown, number = opened.rows[:WINDOW], opened.sheet.row_count
    if number <= len(shown):
        return
    before = form.row_before(asking.store(), opened.of.submission_id, opened.sheet.name, shown[0].row_no, WINDOW)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(t("form.rows", first=shown[0].row_no, last=shown[-1].row_no, number=number))
        if before < shown[0].row_no:
            _link_to(opened, before, "form.earlier")
        if len(opened.rows) > WINDOW:
            _link_to(opened, opened.rows[WINDOW].row_no, "form.later")


def _link_to(opened: OpenForm, row_no: int, key: str) -> None:
    sheet = opened.sheet.name if opened.names_sheet else None
    ways.to_form(opened.of.submission_id, sheet=sheet, row=row_no).link(t(key))
