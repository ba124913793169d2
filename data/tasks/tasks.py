"""待办: what a unit owes, by when, and what became of what it sent. Always as of a moment."""

from datetime import datetime

import pandas

from data.anomalies.cards import cards, flags_by_card, waiting
from data.anomalies.triage import FlagState
from data.catalogue.in_force import clock_of
from data.dues.rounds import days_left
from data.dues.tally import OWED
from data.dues.timeliness import dues, round_at
from data.store import Store

_KEY = ["unit_code", "template_code", "period"]
_SENT = """
    WITH newest AS (
        SELECT unit_code, template_code, period, arg_max(submission_id, (received_at, version)) AS submission_id,
            arg_max(receipt_no, (received_at, version)) AS receipt_no, max(received_at) AS received_at
        FROM accepted_at($as_of) WHERE unit_code = $unit_code GROUP BY ALL),
    faulty AS (
        SELECT s.unit_code, s.template_code, s.period, arg_max(s.submission_id, s.received_at) AS submission_id,
            arg_max(s.receipt_no, s.received_at) AS receipt_no, arg_max(s.outcome, s.received_at) AS outcome,
            max(s.received_at) AS received_at
        FROM submission s WHERE s.unit_code = $unit_code AND s.outcome <> 'accepted' AND s.received_at <= $as_of
            AND coalesce(s.sent_unit, s.unit_code) = s.unit_code
        GROUP BY s.unit_code, s.template_code, s.period),
    errors AS (
        SELECT submission_id, count(*) FILTER (severity = 'error') AS errors FROM issue
        WHERE submission_id IN (SELECT submission_id FROM faulty) GROUP BY submission_id),
    reviewed AS (
        SELECT submission_id, state, reason, step_by, step_at FROM review_at($as_of)
        WHERE unit_code = $unit_code AND state IN ('returned', 'reopened'))
    SELECT unit_code, template_code, period, n.submission_id, n.receipt_no, n.received_at,
        r.state AS review, r.reason AS review_reason, r.step_by AS review_by, r.step_at AS review_at,
        f.submission_id AS faulty_id, f.receipt_no AS faulty_no, f.outcome AS faulty_outcome,
        f.received_at AS faulty_at, CASE WHEN f.submission_id IS NOT NULL THEN coalesce(errors, 0) END AS faulty_errors
    FROM newest n FULL JOIN faulty f USING (unit_code, template_code, period)
        LEFT JOIN errors e ON e.submission_id = f.submission_id
        LEFT JOIN reviewed r ON r.submission_id = n.submission_id"""
_FAULTY = ["faulty_id", "faulty_no", "faulty_outcome", "faulty_at", "faulty_errors"]


def tasks(store: Store, as_of: datetime, unit_code: str) -> pandas.DataFrame:
    """One row per due that the unit owes, of whatever month, that was sent back in its review, or that belongs to the
    round at as_of; what is owed first, by its deadline. The columns of `data.dues.timeliness.dues`; then

    is_owed; is_of_round; days_left (days of the bureau's calendar to the last day in time, negative after it);
    submission_id, receipt_no, received_at of what was accepted last (None, NaT: nothing);
    review (returned or reopened, None), review_reason, review_by, review_at: it waits for a correction;
    faulty_id, faulty_no, faulty_outcome (returned, or checked: it was not sent), faulty_at, faulty_errors: the newest
    file that was not taken, where nothing was accepted after it.
    """
    owing = dues(store, as_of, unit_code=unit_code)
    sent = store.frame(_SENT, {"as_of": as_of, "unit_code": unit_code})
    owing = owing.merge(sent, on=_KEY, how="left")
    is_mended = owing["received_at"].notna() & (owing["received_at"] >= owing["faulty_at"])
    owing[_FAULTY] = owing[_FAULTY].astype(object).mask(is_mended)
    owing["faulty_at"] = pandas.to_datetime(owing["faulty_at"], utc=True)
    month = round_at(store, as_of)
    owing["is_owed"] = owing["status"].isin(OWED)
    owing["is_of_round"] = owing["month"] == pandas.Timestamp(month) if month else False
    today = clock_of(store).day(as_of)
    owing["days_left"] = [days_left(day.date(), today) for day in owing["due_date"]]
    listed = owing[owing["is_owed"] | owing["is_of_round"] | owing["review"].notna()]
    order = ["is_owed", "deadline", "template_code", "period"]
    return listed.sort_values(order, ascending=[False, True, True, True], ignore_index=True)


def flags_to_answer(store: Store, as_of: datetime, unit_code: str) -> pandas.DataFrame:
    """The unit's likely mistakes that nobody has answered, and promised corrections that have not come, one row a card:
    first those whose day is to come, by that day, then those whose day has passed, the newest first. Columns as in
    `data.anomalies.cards.cards`.
    """
    every = cards(flags_by_card(store, as_of, unit_code=unit_code))
    owed = every[waiting(every)]
    is_overdue = owed["state"] == FlagState.OVERDUE.value
    in_time = owed[~is_overdue].sort_values("answer_by", kind="stable")
    return pandas.concat([in_time, owed[is_overdue].sort_values("answer_by", ascending=False, kind="stable")])
