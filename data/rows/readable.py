"""Rows, totals and layouts as command line and API say them: codes with names, periods as written, numbers plain."""

from datetime import date, datetime
from typing import Any

import pandas

from data.catalogue.in_force import catalogue_in_force
from data.catalogue.model import Catalogue, ColumnType, Template
from data.periods import label
from data.readable import Rows
from data.rows.asked import Asked
from data.rows.pivot import Pivot, pivoted
from data.rows.rows import CELL, VALUE, rows
from data.rows.sums import PERIOD, UNIT
from data.rows.totals import totals
from data.store import Store


def rows_as_read(store: Store, as_of: datetime, asked: Asked) -> Rows:
    """A page of rows: unit, unit_name, template, period, receipt_no, version, submission_id, sheet, row_no, row_key;
    values and cells, by the names of the columns that are shown.
    """
    catalogue = catalogue_in_force(store)
    template = catalogue.template(asked.template_code)
    return [_row(row, catalogue, template) for row in rows(store, as_of, asked).to_dict("records")]


def totals_as_read(store: Store, as_of: datetime, asked: Asked) -> Rows:
    """The totals, as `data.rows.totals.totals` has them."""
    template = catalogue_in_force(store).template(asked.template_code)
    found = totals(store, as_of, asked).to_dict("records")
    return [{"column": row.pop("column_name")} | figure_as_read(row, template) for row in found]


def layout_as_read(store: Store, as_of: datetime, asked: Asked, pivot: Pivot) -> Rows:
    """The figures of one column, each with the group that it belongs to."""
    catalogue = catalogue_in_force(store)
    template = catalogue.template(asked.template_code)
    found = pivoted(store, as_of, asked, pivot).to_dict("records")
    return [
        {
            "by": _group(row.pop("by"), pivot.by, template),
            "across": _group(row.pop("across"), pivot.across, template),
            "column": pivot.measure,
        }
        | figure_as_read(row, template)
        for row in found
    ]


def figure_as_read(figure: dict[str, Any], template: Template) -> dict[str, Any]:
    """A figure of `totals` or `pivoted`, its period as the template's cycle writes it."""
    plain = {name: plain_value(value) for name, value in figure.items()}
    return plain | {"period": label(figure["period"], template.cycle) if plain["period"] else None}


def plain_value(value: Any, is_whole: bool = False) -> Any:
    """None for what is not there; a whole number without a point where it is one."""
    if value is None or pandas.isna(value):
        return None
    if is_whole and float(value).is_integer():
        return int(value)
    return value.item() if hasattr(value, "item") else value


def _group(value: Any, name: str | None, template: Template) -> Any:
    if name == PERIOD and isinstance(value, date):
        return label(value, template.cycle)
    return value


def _row(row: dict[str, Any], catalogue: Catalogue, template: Template) -> dict[str, Any]:
    whole = {column.name for column in template.columns if column.type is ColumnType.INT}
    shown = [name.removeprefix(VALUE) for name in row if name.startswith(VALUE)]
    return {
        UNIT: row["unit_code"],
        "unit_name": catalogue.unit_name(row["unit_code"]),
        "template": template.template_code,
        PERIOD: label(row["period"].date(), template.cycle),
        **{name: row[name] for name in ("receipt_no", "version", "submission_id", "sheet", "row_no", "row_key")},
        "values": {name: plain_value(row[VALUE + name], name in whole) for name in shown},
        "cells": {name: plain_value(row[CELL + name]) for name in shown},
    }
