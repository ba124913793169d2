"""One cell of a form: what it is, how it was checked, its value in each version, what was flagged and said of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas
import streamlit as st

import text
from charts.anomalies import history as history_chart
from data.anomalies.flags import history
from data.catalogue.model import Severity, Template
from data.forms.held_against import held_against
from data.submissions.cell import CellRule, Part, cell_rules, cell_versions
from data.submissions.form import Delivered, FormCell, FormRow, Sheet, Value
from loaders.issues import Issue
from pages.anomalies import flag_words, triage_card
from pages.frame import asking, display, ways
from pages.frame.escaping import escaped
from pages.hand_in.issue_list import show_issue
from pages.receipts.comparison import written
from pages.receipts.form_table import measure
from text import t

SHOWN_MONTHS = 24


@dataclass(frozen=True)
class Looked:
    """A cell that is looked at, in its row and sheet. names_sheet: links to its form say which sheet is meant."""

    of: Delivered
    template: Template | None
    sheet: Sheet
    row: FormRow
    cell: FormCell
    names_sheet: bool

    def link(self, label: str, cell: str | None, submission_id: str | None = None) -> None:
        """To a cell of the same sheet."""
        sheet = self.sheet.name if self.names_sheet else None
        ways.to_form(submission_id or self.of.submission_id, cell, sheet).link(label, icon=None)


def show_cell(
    looked: Looked, as_of: datetime, flags: pandas.DataFrame, issues: Sequence[Issue], of_row: Sequence[Issue]
) -> None:
    """All of it. flags, issues: those that name this cell; of_row: the issues that name any cell of its row."""
    cell, template = looked.cell, looked.template
    column = _label(looked, cell.column_name)
    st.subheader(escaped(f"{cell.name} {column}"), anchor=False)
    st.markdown(f"### {escaped(_with_measure(template, cell.column_name, cell.value))}")
    period = text.period_label(asking.catalogue(), looked.of.template_code, looked.of.period)
    lines = [*row_words(looked), t("form.kept", period=period, row=cell.row_no), _nature(template, cell.column_name)]
    st.caption("  \n".join(escaped(line) for line in lines if line))
    if not flags.empty:
        _heading("form.flags")
        for number, flag in enumerate(flags.itertuples()):
            show_flag(flag, f"cell-{number}")
    if issues:
        _heading("form.issues")
        for issue in issues:
            show_issue(issue, template)
    _show_rules(looked, as_of, of_row)
    _show_versions(looked, as_of)
    if isinstance(cell.value, float):
        _offer_past(looked, as_of)


def show_flag(flag: Any, key: str) -> None:
    """A flag, its reason, where it stands, and what may be said of it."""
    catalogue = asking.catalogue()
    badge = f":{flag_words.KINDS[flag.kind]}-badge[{t(f'anomaly.{flag.kind}')}]"
    if text.is_blank(flag.cell) and not text.is_blank(flag.column_name):  # a ledger's sum: the column is meant
        badge += f" **{escaped(flag_words.column_label(catalogue, flag.template_code, flag.column_name))}**"
    st.markdown(f"{badge} {triage_card.badge(flag)}  \n{escaped(flag_words.flag_reason(catalogue, flag))}")
    triage_card.show(flag, f"form-{key}-{flag.submission_id}")


def row_words(looked: Looked) -> list[str]:
    """项目类型：政府投资房建市政, for each column of the row's key: names, no codes alone."""
    names = looked.template.row_key if looked.template else ()
    said = [(name, looked.row.values[name]) for name in names if name in looked.row.values]
    return [t("form.part.blank", label=_label(looked, name), value=written(value)) for name, value in said]


def _show_rules(looked: Looked, as_of: datetime, issues: Sequence[Issue]) -> None:
    rules = cell_rules(looked.template, looked.sheet, looked.row, looked.cell.column_name) if looked.template else []
    _heading("form.rules")
    if not rules:
        st.caption(t("form.rules.none"))
    for number, rule in enumerate(rules):
        with st.expander(_rule_heading(looked, rule, issues), expanded=number == 0):
            said = f"{text.pick_words(rule.text)} " if rule.written else ""
            st.caption(escaped(f"{said}{rule.rule.code}"))
            for part in rule.parts:
                _show_part(looked, part)
            store = asking.store()
            for other in held_against(store, as_of, looked.of, looked.template, looked.row, rule):
                st.markdown(escaped(text.contradicted([other])))


def _rule_heading(looked: Looked, rule: CellRule, issues: Sequence[Issue]) -> str:
    """2 = 2 + 20 − 18 − 2, or the rule in words; and whether it asked for words when the file came."""
    heading = escaped(rule.written or text.pick_words(rule.text))
    if any(rule.is_broken(issue.details) for issue in issues):
        return f"{heading} :orange-badge[{t(f'severity.{Severity.CHECK.value}')}]"
    is_same = looked.template.version == looked.of.template_version
    return f"{heading} :green-badge[{t('form.rule.quiet')}]" if is_same else heading


def _show_part(looked: Looked, part: Part) -> None:
    label, value = _label(looked, part.column_name), _with_measure(looked.template, part.column_name, part.value)
    if part.cell is None:
        st.markdown(escaped(t("form.part.blank", label=label, value=value)))
    elif part.cell == looked.cell.name:
        st.markdown(f"**{escaped(t('form.part', cell=part.cell, label=label, value=value))}**")
    else:
        looked.link(escaped(t("form.part", cell=part.cell, label=label, value=value)), part.cell)


def _show_versions(looked: Looked, as_of: datetime) -> None:
    _heading("form.versions")
    for version in cell_versions(asking.store(), as_of, looked.of, looked.cell).itertuples():
        current = f" :green-badge[{t('versions.is_current')}]" if version.is_current else ""
        said = escaped(t("form.version", version=version.version, value=_version_value(looked, version)))
        if version.submission_id == looked.of.submission_id:
            st.markdown(f"**{said}**{current}")
        else:
            looked.link(said + current, version.cell, version.submission_id)
        received = text.moment(version.received_at, asking.clock())
        st.caption(escaped(t("form.version.when", received=received, receipt=version.receipt_no)))


def _version_value(looked: Looked, version: Any) -> str:
    if version.is_hidden:
        return t("form.version.hidden")
    if version.cell is None:
        return t("form.version.no_row")
    return _with_measure(looked.template, looked.cell.column_name, version.value)


def _offer_past(looked: Looked, as_of: datetime) -> None:
    of, cell = looked.of, looked.cell
    if st.toggle(t("form.past"), key=f"past-{of.submission_id}-{cell.name}"):
        place = {"unit_code": of.unit_code, "template_code": of.template_code}
        place |= {"row_key": cell.row_key, "column_name": cell.column_name}
        series = asking.ask_daily(history, as_of, **place).tail(SHOWN_MONTHS)
        display.show(
            history_chart(series, pandas.Timestamp(of.period), cell.value, t), "chart.history", key="form-past"
        )


def _heading(key: str) -> None:
    st.markdown(f"**{t(key)}**")


def _label(looked: Looked, name: str) -> str:
    return flag_words.column_label(asking.catalogue(), looked.of.template_code, name)


def _nature(template: Template | None, name: str) -> str:
    natures = {column.name: column.nature for column in template.columns} if template else {}
    return t(f"form.nature.{natures[name].value}") if natures.get(name) else ""


def _with_measure(template: Template | None, name: str, value: Value) -> str:
    return f"{written(value)} {measure(template, name)}".strip() if value is not None else written(None)
