"""Whether the submissions are what the audit trail says of them: each one's act holds its moment, file and figures."""

from collections.abc import Mapping, Sequence
from typing import Any

from data.store import Store, registered

_CELLS = """SELECT submission_id, count(*) || '-' || bit_xor(md5_number_lower(concat_ws(
        '|', sheet, row_no, col_no, column_name, row_key, num, coalesce(txt, '\\0')))) AS cells
    FROM {} GROUP BY submission_id"""
_ACTS = """SELECT audit_no, subject AS receipt_no, "action", unit_code, details FROM audit
    WHERE "action" IN ('submission_accepted', 'submission_returned') AND json_valid(details)"""
_SAMPLE = """FROM submission WHERE is_sample
    AND receipt_no NOT IN (SELECT subject FROM audit WHERE "action" LIKE 'submission_%' AND subject IS NOT NULL)"""
_DIGEST = f"""SELECT count(*) || '-' || coalesce(bit_xor(md5_number_lower(concat_ws(
    '|', submission_id, sha256, outcome, version, epoch_us(received_at), c.cells))), 0)
    FROM (SELECT * {_SAMPLE} AND recorded_at <= $at) LEFT JOIN ({_CELLS.format("fact")}) c USING (submission_id)"""


def cells_of(cursor: Any, facts: Mapping[str, Sequence]) -> dict[str, str]:
    """submission_id → number and digest of its cells; facts: the columns of the table fact."""
    if not facts:
        return {}
    with registered(cursor, facts) as name:
        return dict(cursor.execute(_CELLS.format(name)).fetchall())


def sample_digest(store: Store, at: Any) -> str:
    """Number and digest of the made-up submissions until a moment; those that have an act of their own are left out."""
    return store.value(_DIGEST, {"at": at})


def contradictions(store: Store) -> list[str]:
    """What the submissions and the audit trail say differently, one line each. A submission from before there was a
    trail has no act and is not asked about.
    """
    told = []
    for text, sql in _QUESTIONS:
        rows = store.rows(sql)
        if rows:
            receipts = ", ".join(str(row.receipt_no) for row in rows[:5])
            told.append(f"{text}: {len(rows)} ({receipts}{', …' if len(rows) > 5 else ''})")
    return told + _sample_faults(store)


def _sample_faults(store: Store) -> list[str]:
    rows = store.rows(
        """SELECT "at", details ->> '$.digest' AS digest FROM audit
        WHERE "action" = 'sample_loaded' AND json_valid(details) AND audit_no > (
            SELECT coalesce(max(audit_no), 0) FROM audit WHERE "action" = 'sample_cleared')
        ORDER BY audit_no DESC LIMIT 1"""
    )
    if not rows or not rows[0].digest or sample_digest(store, rows[0].at) == rows[0].digest:
        return []
    return ["the made-up history is not what the audit trail says: 1"]


def _difference(condition: str) -> str:
    """Submissions beside their act, where a condition holds. A receipt's number is short: two may share one."""
    return f"""WITH acts AS ({_ACTS}), cells AS ({_CELLS.format("fact")})
    SELECT DISTINCT s.receipt_no FROM submission s JOIN acts a USING (receipt_no)
    LEFT JOIN cells c ON c.submission_id = s.submission_id
    WHERE coalesce(a.details ->> '$.submission', s.submission_id) = s.submission_id AND ({condition}) ORDER BY 1"""


_QUESTIONS: Sequence[tuple[str, str]] = (
    (
        "submissions whose moment is not the one that the audit trail has",
        _difference("(a.details ->> '$.received_at')::TIMESTAMPTZ IS DISTINCT FROM s.received_at"),
    ),
    (
        "submissions whose file is not the one that the audit trail has",
        _difference("(a.details ->> '$.sha256') IS DISTINCT FROM s.sha256"),
    ),
    (
        "submissions that are not about what the audit trail says",
        _difference(
            """a.unit_code IS DISTINCT FROM s.unit_code OR (a.details ->> '$.template') IS DISTINCT FROM s.template_code
            OR (a.details ->> '$.period')::DATE IS DISTINCT FROM s.period
            OR (a.details ->> '$.version')::INTEGER IS DISTINCT FROM s.version
            OR a."action" <> 'submission_' || s.outcome"""
        ),
    ),
    (
        "submissions whose figures are not those that the audit trail has",
        _difference("(a.details ->> '$.cells') IS NOT NULL AND (a.details ->> '$.cells') IS DISTINCT FROM c.cells"),
    ),
    (
        "submissions that the audit trail does not know",
        """SELECT receipt_no FROM submission WHERE NOT coalesce(is_sample, false)
            AND receipt_no NOT IN (SELECT subject FROM audit WHERE "action" LIKE 'submission_%' AND subject IS NOT NULL)
            AND recorded_at >= (SELECT min("at") FROM audit WHERE "action" LIKE 'submission_%') ORDER BY 1""",
    ),
    (
        "submissions of the audit trail that are gone",
        f"""WITH acts AS ({_ACTS}) SELECT receipt_no FROM acts WHERE receipt_no NOT IN (
            SELECT receipt_no FROM submission WHERE receipt_no IS NOT NULL) AND audit_no > (
            SELECT coalesce(max(audit_no), 0) FROM audit WHERE "action" = 'sample_cleared') ORDER BY 1""",
    ),
)


def attesting(details: Mapping[str, Any], submission_id: str, cells: str | None) -> dict[str, Any]:
    """The details of the act of a submission, with what holds its figures fast."""
    return {**details, "submission": submission_id} | ({"cells": cells} if cells else {})
