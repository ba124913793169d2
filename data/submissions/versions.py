"""The history of one unit x template x period: every version, which one counts, and what changed between two."""

from datetime import date, datetime
from itertools import pairwise

import pandas

from data.cells import address
from data.store import Store

TALLY = ("changed_cells", "added_rows", "removed_rows")
_VERSIONS = """
    WITH own AS (
        SELECT * FROM submission WHERE unit_code = $unit_code AND template_code = $template_code
            AND period = $period AND received_at <= $as_of),
    counting AS (
        SELECT submission_id FROM current_at($as_of)
        WHERE unit_code = $unit_code AND template_code = $template_code AND period = $period),
    cells AS (
        SELECT submission_id, count(*) AS cells FROM fact
        WHERE submission_id IN (SELECT submission_id FROM own) GROUP BY ALL),
    found AS (
        SELECT submission_id, count(*) FILTER (severity = 'error' AND code IS DISTINCT FROM 'other_sheet') AS errors,
            count(explanation) AS explanations, bool_or(code = 'other_sheet') AS is_together
        FROM issue WHERE submission_id IN (SELECT submission_id FROM own) GROUP BY ALL)
    SELECT version, kind, outcome, received_at, recorded_at, reported_by, file_name, sha256, receipt_no, submission_id,
        row_count,
        coalesce(cells, 0) AS cells, coalesce(errors, 0) AS errors, coalesce(explanations, 0) AS explanations,
        coalesce(is_together, false) AS is_together, is_sample,
        submission_id IN (SELECT submission_id FROM counting) AS is_current,
        CASE WHEN outcome = 'accepted'
             THEN lag(version) OVER (PARTITION BY outcome, sha256 ORDER BY received_at, version) END AS same_as
    FROM own LEFT JOIN cells USING (submission_id) LEFT JOIN found USING (submission_id)
    ORDER BY received_at DESC, version DESC, submission_id"""
# A row is its key and its turn among the rows of that key, so that a template without a row key is compared in order.
_CHANGES = """
    WITH cell AS (
        SELECT * REPLACE (coalesce(row_key, '') AS row_key),
            dense_rank() OVER (PARTITION BY submission_id, row_key ORDER BY sheet, row_no) AS turn
        FROM fact WHERE submission_id IN ($before_id, $after_id)),
    b AS (SELECT * FROM cell WHERE submission_id = $before_id),
    a AS (SELECT * FROM cell WHERE submission_id = $after_id),
    differing AS (
        SELECT coalesce(a.row_key, b.row_key) AS row_key, coalesce(a.turn, b.turn) AS turn,
            coalesce(a.column_name, b.column_name) AS column_name,
            b.sheet AS b_sheet, b.row_no AS b_row, b.col_no AS b_col, b.num AS b_num, b.txt AS b_txt,
            a.sheet AS a_sheet, a.row_no AS a_row, a.col_no AS a_col, a.num AS a_num, a.txt AS a_txt,
            CASE WHEN b.submission_id IS NULL THEN 'added' WHEN a.submission_id IS NULL THEN 'removed'
                 ELSE 'changed' END AS change
        FROM b FULL JOIN a ON b.row_key = a.row_key AND b.turn = a.turn AND b.column_name = a.column_name
        WHERE b.num IS DISTINCT FROM a.num OR b.txt IS DISTINCT FROM a.txt)
    SELECT row_key, column_name, change,
        (change = 'added' AND (row_key, turn) NOT IN (SELECT (row_key, turn) FROM b))
            OR (change = 'removed' AND (row_key, turn) NOT IN (SELECT (row_key, turn) FROM a)) AS is_whole_row,
        b_num, b_txt, a_num, a_txt, b_sheet, b_row, b_col, a_sheet, a_row, a_col
    FROM differing
    ORDER BY coalesce(a_row, b_row), row_key, turn, coalesce(a_col, b_col), column_name"""


def versions(store: Store, as_of: datetime, unit_code: str, template_code: str, period: date) -> pandas.DataFrame:
    """One row per submission of this unit, template and period by as_of, the one received last first: version (0:
    returned), kind, outcome, received_at, recorded_at, reported_by, file_name, sha256, receipt_no, submission_id,
    row_count, cells (numbers and texts kept), errors, explanations, is_together (returned for another table of its
    file), is_sample, is_current (its figures count), same_as (the last earlier version with the very same file: figures
    brought back; NA otherwise); then changed_cells, added_rows and removed_rows against the version received before it
    (NA for the first one and for a returned file).
    """
    received = store.frame(
        _VERSIONS, {"as_of": as_of, "unit_code": unit_code, "template_code": template_code, "period": period}
    )
    accepted = received.loc[received["outcome"] == "accepted", "submission_id"]
    tallies = {after: tally(changes(store, before, after)) for after, before in pairwise(accepted)}
    for name in TALLY:
        received[name] = [tallies.get(submission_id, {}).get(name) for submission_id in received["submission_id"]]
    return received.astype(dict.fromkeys(("same_as", *TALLY), "Int64"))


def changes(store: Store, before_id: str, after_id: str) -> pandas.DataFrame:
    """One row per cell whose value differs between two submissions, in the order of the sheet: row_key, column_name,
    change (changed, added, removed), is_whole_row (its row is there in only one of them), before and after (float,
    str, or None where the cell is blank), before_sheet, before_row, before_cell, after_sheet,
    after_row, after_cell (None where it has none).

    A row is found again by its key, one without a key by its order; the same value in another place is no change.
    """
    rows = store.rows(_CHANGES, {"before_id": before_id, "after_id": after_id})
    change_rows = [
        (
            *(row.row_key, row.column_name, row.change, row.is_whole_row),
            *(_either(row.b_num, row.b_txt), _either(row.a_num, row.a_txt)),
            *(row.b_sheet, row.b_row, _cell(row.b_row, row.b_col)),
            *(row.a_sheet, row.a_row, _cell(row.a_row, row.a_col)),
        )
        for row in rows
    ]
    names = ["row_key", "column_name", "change", "is_whole_row", "before", "after"]
    names += [f"{side}_{place}" for side in ("before", "after") for place in ("sheet", "row", "cell")]
    return pandas.DataFrame(change_rows, columns=names, dtype=object).astype({"is_whole_row": bool})


def tally(cell_changes: pandas.DataFrame) -> dict[str, int]:
    """The size of a change: changed_cells (in rows that both have), added_rows, removed_rows."""
    whole = cell_changes[cell_changes["is_whole_row"]]
    added = whole.loc[whole["change"] == "added", ["after_sheet", "after_row"]].drop_duplicates()
    removed = whole.loc[whole["change"] == "removed", ["before_sheet", "before_row"]].drop_duplicates()
    return dict(zip(TALLY, (len(cell_changes) - len(whole), len(added), len(removed)), strict=True))


def corrections(
    store: Store, as_of: datetime, unit_code: str | None = None, template_code: str | None = None, limit: int = 50
) -> pandas.DataFrame:
    """One row an accepted submission that was not the first of its unit, template and period, the newest first:
    unit_code, template_code, period, version, kind, received_at, reported_by, receipt_no, submission_id.
    """
    return store.frame(
        """SELECT unit_code, template_code, period, version, kind, received_at, reported_by, receipt_no, submission_id
        FROM accepted_at($as_of)
        WHERE version > 1 AND ($unit_code::VARCHAR IS NULL OR unit_code = $unit_code)
            AND ($template_code::VARCHAR IS NULL OR template_code = $template_code)
        ORDER BY received_at DESC, version DESC LIMIT $limit""",
        {"as_of": as_of, "unit_code": unit_code, "template_code": template_code, "limit": limit},
    )


def periods_received(store: Store, as_of: datetime, unit_code: str, template_code: str) -> pandas.DataFrame:
    """One row per period of which anything was received, returned files included, the newest period first: period."""
    return store.frame(
        """SELECT DISTINCT period FROM submission
        WHERE received_at <= $as_of AND unit_code = $unit_code AND template_code = $template_code
            AND period IS NOT NULL ORDER BY period DESC""",
        {"as_of": as_of, "unit_code": unit_code, "template_code": template_code},
    )


def _either(num: float | None, txt: str | None) -> float | str | None:
    return txt if num is None else num


def _cell(row_no: int | None, col_no: int | None) -> str | None:
    return None if row_no is None else address(row_no, col_no)
