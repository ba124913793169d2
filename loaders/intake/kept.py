"""What was recorded of a file earlier, as the receipt that its sender got."""

import json
from datetime import datetime

import pandas

from data.catalogue.in_force import catalogue_in_force
from data.catalogue.model import Severity
from data.store import Store
from data.submissions.received import issues
from loaders.intake.ingest import Receipt
from loaders.issues import Issue


def kept_issues(found: pandas.DataFrame) -> list[Issue]:
    """The rows of data.submissions.received.issues as the issues that they were."""
    return [
        Issue(
            Severity(one.severity),
            one.code,
            one.sheet,
            one.cell,
            one.column_name,
            one.row_key,
            json.loads(one.details),
            one.explanation,
        )
        for one in found.astype(object).where(found.notna(), None).itertuples()
    ]


def kept_receipt(store: Store, receipt_no: str, as_of: datetime) -> Receipt | None:
    """The receipt of that number as it stands, of a submission that store.person may see; None where there is none."""
    found = store.rows(
        """SELECT s.file_name, s.sha256, s.outcome, s.received_at, s.receipt_no, s.submission_id, s.unit_code,
            s.template_code, s.period, s.version, s.kind, s.row_count, s.reported_by, r.state, t.status, t.deadline,
            t.days_late
        FROM submission s LEFT JOIN timeliness_at($as_of) t USING (unit_code, template_code, period)
            LEFT JOIN review_at($as_of) r USING (submission_id)
        WHERE s.receipt_no = $receipt_no AND s.received_at <= $as_of ORDER BY s.version DESC LIMIT 1""",
        {"receipt_no": receipt_no, "as_of": as_of},
    )
    if not found:
        return None
    *said, unit, template, period, version, kind, rows, by, state, status, deadline, days_late = found[0]
    name, sha256, outcome, received_at, number, own = said
    templates = {one.template_code: one for one in catalogue_in_force(store).templates}
    return Receipt(
        file_name=name,
        sha256=sha256,
        outcome=outcome,
        received_at=received_at,
        receipt_no=number,
        submission_id=own,
        unit_code=unit,
        template=templates.get(template),
        period=period,
        version=version,
        kind=kind,
        status=status if outcome == "accepted" else None,
        deadline=deadline,
        days_late=(days_late or 0) if outcome == "accepted" else 0,
        row_count=rows,
        reported_by=by,
        issues=kept_issues(issues(store, as_of, submission_id=own)),
        review=state,
    )
