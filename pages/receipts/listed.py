"""The list of what came in, ready to be shown, worked out once for everybody who sees the same."""

from datetime import datetime
from typing import Any

import pandas

import text
from data.submissions.received import backdated
from data.submissions.search import Sought
from pages.frame import asking, ways
from pages.frame.display import Table, table_of
from pages.frame.words import issue_numbers
from pages.receipts.receipt_choices import newest
from text import t


def unit_of(row: Any) -> str:
    """The unit's name, a dash where the file was not recognised."""
    return text.DASH if pandas.isna(row.unit_code) else text.unit_name(asking.catalogue(), row.unit_code)


def period_of(row: Any) -> str:
    """The period as written, a dash where the file was not recognised."""
    if pandas.isna(row.period):
        return text.DASH
    return text.period_label(asking.catalogue(), row.template_code, row.period)


def list_of_receipts(as_of: datetime, sought: Sought) -> Table:
    """A line a submission of those that are looked for, the newest first, with the way to its form."""
    clock = asking.clock()
    received = newest(as_of, sought)
    rows = list(received.itertuples())
    later = backdated(asking.store(), received["submission_id"].tolist())

    def moment(row: Any) -> str:
        said = text.moment(row.received_at, clock)
        return t("store.entered_later", moment=said) if row.submission_id in later else said

    columns = {
        "receipts.received": [moment(row) for row in rows],
        "receipts.unit": [unit_of(row) for row in rows],
        "receipts.template": [text.DASH if pandas.isna(row.template_code) else row.template_code for row in rows],
        "receipts.period": [period_of(row) for row in rows],
        "receipts.outcome": [t(f"receipts.{row.outcome}") for row in rows],
        "column.way": [t(f"kind.{row.kind}") for row in rows],
        "receipts.version": [str(row.version) if row.version else text.DASH for row in rows],
        "receipts.issues": [issue_numbers(row.errors, row.checks, row.notes) for row in rows],
        "receipts.by": received["reported_by"].tolist(),
        "receipts.number": received["receipt_no"].tolist(),
        "receipts.file": received["file_name"].tolist(),
    }
    frame = pandas.DataFrame({t(name): values for name, values in columns.items()})
    return table_of(frame, [ways.form_address(row.submission_id) for row in rows])
