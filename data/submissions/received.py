"""What was sent in and what became of it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import pandas

from data.access import OWNER, SAMPLE_NAME
from data.store import Store

_FILTER = """
    WHERE received_at <= $as_of AND ($unit_code::VARCHAR IS NULL OR unit_code = $unit_code)
        AND ($template_code::VARCHAR IS NULL OR template_code = $template_code)
        AND ($period::DATE IS NULL OR period = $period)"""


def submissions(
    store: Store,
    as_of: datetime,
    unit_code: str | None = None,
    template_code: str | None = None,
    period: date | None = None,
    limit: int = 1000,
) -> pandas.DataFrame:
    """One row per file received by as_of, the newest first: submission_id, receipt_no, file_name, unit_code,
    template_code, period, version (0: returned), kind, outcome, received_at, recorded_at, reported_by, row_count,
    is_sample, errors, checks, notes (numbers of issues).
    """
    return newest(store, _FILTER, _parameters(as_of, unit_code, template_code, period) | {"limit": limit})


def newest(store: Store, condition: str, parameters: dict[str, Any]) -> pandas.DataFrame:
    """The newest $limit files for which a WHERE clause holds, with the columns of `submissions`."""
    return store.frame(
        f"""SELECT * EXCLUDE (submission_id, template_version, errors, checks, notes), submission_id,
            coalesce(errors, 0) AS errors, coalesce(checks, 0) AS checks, coalesce(notes, 0) AS notes
        FROM (SELECT * FROM submission {condition} ORDER BY received_at DESC, version DESC LIMIT $limit)
        LEFT JOIN (SELECT submission_id, count(*) FILTER (severity = 'error') AS errors,
                count(*) FILTER (severity = 'check') AS checks, count(*) FILTER (severity = 'note') AS notes
            FROM issue GROUP BY submission_id) USING (submission_id)
        ORDER BY received_at DESC, version DESC""",
        parameters,
    )


def entered_later(store: Store, as_of: datetime) -> int:
    """How many accepted submissions had been received by as_of and were only entered after it: what is shown of that
    moment today was not known then.
    """
    count = "SELECT count(*) FROM accepted_at($as_of)"
    moment = {"as_of": as_of}
    return store.value(count, moment) - store.known_at(as_of).value(count, moment)


def backdated(store: Store, submission_ids: Sequence[str]) -> dict[str, datetime]:
    """Which of these were entered later than they say that they came (补记), and when."""
    rows = store.rows(
        """SELECT submission_id, recorded_at FROM submission WHERE submission_id IN (SELECT unnest($1::VARCHAR[])) AND (
            is_entered_later(received_at, recorded_at, is_sample)
            OR submission_id IN (SELECT submission_id FROM backdating))""",
        [list(submission_ids)],
    )
    return {row.submission_id: row.recorded_at for row in rows}


def issues(
    store: Store,
    as_of: datetime,
    unit_code: str | None = None,
    template_code: str | None = None,
    period: date | None = None,
    submission_id: str | None = None,
) -> pandas.DataFrame:
    """One row an issue of a file received by as_of: the submission's unit_code, template_code, period, outcome,
    version, receipt_no, received_at; then severity, code, sheet, cell, column_name, row_key, details (JSON),
    explanation.
    """
    return store.frame(
        f"""SELECT s.unit_code, s.template_code, s.period, s.outcome, s.version, s.receipt_no, s.received_at,
            i.* FROM (SELECT * FROM submission {_FILTER}) s JOIN issue i USING (submission_id)
        WHERE $submission_id::VARCHAR IS NULL OR i.submission_id = $submission_id
        ORDER BY s.received_at DESC, i.submission_id, i.issue_no""",
        _parameters(as_of, unit_code, template_code, period) | {"submission_id": submission_id},
    )


def declarations(
    store: Store, as_of: datetime, unit_code: str | None = None, period: date | None = None
) -> pandas.DataFrame:
    """One row per statement without figures received by as_of, the newest first: submission_id, receipt_no, unit_code,
    template_code, period, version, kind (zero_report, platform_declaration), received_at, reported_by, count,
    delivered_on, platform, proof_sha256, proof_name (of a platform declaration; `original` gives the file), reason.
    """
    return store.frame(
        f"""SELECT submission_id, receipt_no, unit_code, template_code, period, version, kind, received_at,
            reported_by, d.* EXCLUDE (submission_id)
        FROM (SELECT * FROM submission {_FILTER}) JOIN declaration d USING (submission_id)
        ORDER BY received_at DESC, version DESC""",
        _parameters(as_of, unit_code, None, period),
    )


def has_sample(where: Any) -> bool:
    """True where the store holds the made-up history, or was begun by one of which nothing has come in yet, whoever
    asks: every page must say so, and what comes in belongs to it. where: a Store, or the cursor of a transaction.
    """
    sql = """SELECT 1 WHERE EXISTS (SELECT 1 FROM submission WHERE is_sample)
        OR (SELECT arg_max(set_by, set_at) FROM counting_start) = ? AND NOT EXISTS (SELECT 1 FROM submission)"""
    if isinstance(where, Store):
        return bool(where.seen_by(OWNER).rows(sql, [SAMPLE_NAME]))
    return bool(where.execute(sql, [SAMPLE_NAME]).fetchall())


def is_sample_unfinished(store: Store) -> bool:
    """Whether the making of a made-up history was broken off: it began, and no line of the trail says that it ended."""
    sql = """SELECT coalesce(max(audit_no) FILTER ("action" = 'sample_loaded'), 0)
        > coalesce(max(audit_no) FILTER ("action" = 'sample_cleared'), 0) FROM audit"""
    return has_sample(store) and not store.seen_by(OWNER).value(sql)


def _parameters(as_of, unit_code, template_code, period) -> dict:
    return {"as_of": as_of, "unit_code": unit_code, "template_code": template_code, "period": period}


def original(store: Store, sha256: str) -> bytes:
    """The file as it was received. KeyError where the store has none of this sha256."""
    rows = store.rows("SELECT content FROM workbook_file WHERE sha256 = ? LIMIT 1", [sha256])
    if not rows:
        raise KeyError(sha256)
    return rows[0].content
