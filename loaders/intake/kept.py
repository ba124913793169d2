"""What was recorded of a file earlier, as the receipt that its sender got."""

import json
from datetime import datetime

import pandas

from data.audit import seals
from data.catalogue.in_force import catalogue_in_force
from data.catalogue.model import Severity
from data.dues.standing import Standing, standings
from data.store import Store
from data.submissions.received import backdated, issues
from loaders.intake.ingest import Receipt, as_received
from loaders.issues import Issue


def kept_issues(issue_rows: pandas.DataFrame) -> list[Issue]:
    """The rows of data.submissions.received.issues as the issues that they were."""
    return [
        Issue(
            Severity(row.severity),
            row.code,
            row.sheet,
            row.cell,
            row.column_name,
            row.row_key,
            json.loads(row.details),
            row.explanation,
        )
        for row in issue_rows.astype(object).where(issue_rows.notna(), None).itertuples()
    ]


def kept_receipt(store: Store, receipt_no: str, as_of: datetime) -> Receipt | None:
    """The receipt of that number as it stands, of a submission that store.person may see; None where there is none."""
    receipt_rows = store.rows(
        """SELECT s.file_name, s.sha256, s.outcome, s.received_at, s.receipt_no, s.submission_id, s.unit_code,
            s.template_code, s.period, s.version, s.kind, s.row_count, s.reported_by, r.state
        FROM submission s LEFT JOIN review_at($as_of) r USING (submission_id)
        WHERE s.receipt_no = $receipt_no AND s.received_at <= $as_of ORDER BY s.version DESC LIMIT 1""",
        {"receipt_no": receipt_no, "as_of": as_of},
    )
    if not receipt_rows:
        return None
    (row,) = receipt_rows
    key = (row.unit_code, row.template_code, row.period)
    templates = {known_template.template_code: known_template for known_template in catalogue_in_force(store).templates}
    return Receipt(
        file_name=row.file_name,
        sha256=row.sha256,
        outcome=row.outcome,
        received_at=row.received_at,
        receipt_no=row.receipt_no,
        submission_id=row.submission_id,
        unit_code=row.unit_code,
        template=templates.get(row.template_code),
        period=row.period,
        version=row.version,
        kind=row.kind,
        standing=as_received(standings(store, [key], as_of).get(key, Standing()), row.outcome),
        row_count=row.row_count,
        reported_by=row.reported_by,
        issues=kept_issues(issues(store, as_of, submission_id=row.submission_id)),
        review=row.state,
        seal=seals(store, [row.receipt_no]).get(row.receipt_no),
        entered_at=backdated(store, [row.submission_id]).get(row.submission_id),
    )
