"""A form and a cell of it as plain objects: the same facts as on the page, for the command line and the API."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas

from data.anomalies.flags import anomalies
from data.catalogue.in_force import catalogue_in_force
from data.catalogue.model import Column, Template
from data.cells import address
from data.forms.held_against import held_against
from data.periods import closing_month, label
from data.store import Store
from data.submissions.cell import CellRule, cell_rules, cell_versions, naming
from data.submissions.form import (
    Delivered,
    FormCell,
    FormRow,
    Sheet,
    cell_of,
    cells_number,
    cells_of,
    delivered,
    rows_of,
    sheets,
)
from data.submissions.received import issues

MOST = 10_000  # cells at once
_FLAG = ("kind", "value", "low", "high", "suggested", "state", "answer")


@dataclass(frozen=True)
class Part:
    """Which of a form's cells: of a sheet (None: of all), so many from one on."""

    sheet: str | None = None
    limit: int = 1000
    offset: int = 0


@dataclass(frozen=True)
class Form:
    """A submission that the store's person may see, as of a moment."""

    store: Store
    as_of: datetime
    of: Delivered

    @property
    def template(self) -> Template | None:
        """None where the file was not recognised, or the catalogue has the template no more."""
        templates = {template.template_code: template for template in catalogue_in_force(self.store).templates}
        return templates.get(self.of.template_code)


def form_of(store: Store, as_of: datetime, receipt_no: str) -> Form | None:
    """The form of this receipt; None where there is none that store.person may see."""
    of = delivered(store, as_of, receipt_no=receipt_no)
    return None if of is None else Form(store, as_of, of)


def form_object(form: Form, part: Part) -> dict[str, Any]:
    """What was delivered, how many cells are filled, and those of them that are asked for."""
    of = form.of
    rows = cells_of(form.store, of.submission_id, part.sheet, part.limit, part.offset)
    return {
        **_about(form),
        "cells_number": cells_number(form.store, of.submission_id, part.sheet),
        "cells": [
            {
                "sheet": row.sheet,
                "cell": address(row.row_no, row.col_no),
                **_column(form.template, row.column_name),
                "row_key": row.row_key,
                "value": row.txt if row.num is None else row.num,
            }
            for row in rows
        ],
    }


def cell_object(form: Form, cell_name: str, sheet_name: str | None = None) -> dict[str, Any] | None:
    """All that is known of one cell, blank or not; None where the form has none of this name. sheet_name None: on the
    first sheet that has it.
    """
    for sheet in sheets(form.store, form.of.submission_id, form.template):
        if sheet_name in (None, sheet.name):
            cell = cell_of(form.store, form.of.submission_id, sheet, cell_name)
            if cell is not None:
                return _cell_object(form, sheet, cell)
    return None


def _cell_object(form: Form, sheet: Sheet, cell: FormCell) -> dict[str, Any]:
    (row,) = rows_of(form.store, form.of.submission_id, sheet.name, cell.row_no, 1)
    rules = cell_rules(form.template, sheet, row, cell.column_name) if form.template else []
    return {
        **_about(form),
        "sheet": cell.sheet,
        "cell": cell.name,
        **_column(form.template, cell.column_name),
        "row_key": cell.row_key,
        "value": cell.value,
        "rules": [_rule_object(form, row, rule) for rule in rules],
        "versions": _version_objects(form, cell),
        "flags": _flag_objects(form, sheet, cell),
        "issues": _issue_objects(form, sheet, cell),
    }


def _about(form: Form) -> dict[str, Any]:
    of, clock = form.of, catalogue_in_force(form.store).clock
    return {
        "receipt_no": of.receipt_no,
        "submission_id": of.submission_id,
        "unit": of.unit_code,
        "template": of.template_code,
        "period": label(of.period, form.template.cycle) if form.template and of.period else None,
        "version": of.version or None,
        "kind": of.kind,
        "outcome": of.outcome,
        "received_at": clock.iso(of.received_at),
        "is_current": of.is_current,
        "is_under_review": of.is_under_review,
    }


def _column(template: Template | None, name: str) -> dict[str, Any]:
    columns: dict[str, Column] = {column.name: column for column in template.columns} if template else {}
    column = columns.get(name)
    return {
        "column_name": name,
        "column_label": column.label["zh-CN"] if column else None,
        "unit_of_measure": (column.unit_of_measure or None) if column else None,
        "nature": column.nature.value if column and column.nature else None,
    }


def _rule_object(form: Form, row: FormRow, rule: CellRule) -> dict[str, Any]:
    return {
        "rule": rule.rule.code,
        "severity": rule.rule.severity.value,
        "text": rule.text["zh-CN"],
        "expression": rule.expression,
        "with_numbers": rule.written or None,
        "parts": [{"column_name": part.column_name, "cell": part.cell, "value": part.value} for part in rule.parts],
        "others": held_against(form.store, form.as_of, form.of, form.template, row, rule),
    }


def _version_objects(form: Form, cell: FormCell) -> list[dict[str, Any]]:
    clock = catalogue_in_force(form.store).clock
    names = ("version", "receipt_no", "kind", "is_current", "is_hidden", "sheet", "cell", "value")
    return [
        {name: version[name] for name in names} | {"received_at": clock.iso(version["received_at"])}
        for version in cell_versions(form.store, form.as_of, form.of, cell).to_dict("records")
    ]


def _flag_objects(form: Form, sheet: Sheet, cell: FormCell) -> list[dict[str, Any]]:
    of, template = form.of, form.template
    if template is None or not of.is_current:
        return []
    flags = anomalies(form.store, form.as_of, closing_month(of.period, template.cycle), of.unit_code)
    flags = flags[flags["submission_id"] == of.submission_id]
    is_here = naming(flags, sheet, cell)
    rows = flags.loc[is_here, list(_FLAG)].to_dict("records")
    return [{name: None if pandas.isna(value) else value for name, value in row.items()} for row in rows]


def _issue_objects(form: Form, sheet: Sheet, cell: FormCell) -> list[dict[str, Any]]:
    kept = issues(form.store, form.as_of, submission_id=form.of.submission_id)
    return [
        {
            "severity": issue.severity,
            "code": issue.code,
            "details": json.loads(issue.details),
            "explanation": None if pandas.isna(issue.explanation) else issue.explanation,
        }
        for issue in kept[naming(kept, sheet, cell)].itertuples()
    ]
