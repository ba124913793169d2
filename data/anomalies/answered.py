"""How flags stand with people: answered, to be corrected, overdue; and what each unit has done about its own."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import numpy
import pandas

from data.anomalies.panels import cells_of
from data.anomalies.triage import CONTRADICTION, RULE, FlagState, FlagStep, answer_days
from data.catalogue.model import Catalogue
from data.catalogue.workdays import Workdays
from data.store import Store

_ANSWERS = {
    FlagStep.CONFIRMED: FlagState.CONFIRMED,
    FlagStep.REDEFINED: FlagState.REDEFINED,
    FlagStep.TO_CORRECT: FlagState.TO_CORRECT,
}


def with_states(store: Store, as_of: datetime, catalogue: Catalogue, flags: pandas.DataFrame) -> pandas.DataFrame:
    """Flags with state (a State), answer (what was said, None), answer_by (the last day for an answer or the promised
    correction; NaT where nobody owes one). What was said holds for the figure that it was said of, not for another.
    """
    said, explained = _said(store, as_of), _explained(store, as_of)
    received = dict(store.rows("SELECT submission_id, received_at FROM submission"))
    clock, days = catalogue.clock, Workdays(catalogue.calendar)
    limit, today = answer_days(store, as_of), clock.day(as_of)
    states: list[tuple[str, str | None, Any]] = []
    for flag in flags.itertuples():
        step = said.get(key_of(flag))
        state, words, due = (_ANSWERS.get(step[0], FlagState.OPEN), *step[1:]) if step else (FlagState.OPEN, None, None)
        if state is FlagState.OPEN:
            cell = None if pandas.isna(flag.cell) else flag.cell  # a frame's gap, where some flags have a cell
            words = explained.get((flag.submission_id, flag.sheet, cell)) or _own_words(flag)
            state = FlagState.EXPLAINED if words else FlagState.OPEN
        if state is FlagState.OPEN:
            due = days.nth_after(clock.day(_arose(flag, received, as_of)), limit)
        if state.is_answered:
            due = None
        if due is not None and today > due:
            state = FlagState.OVERDUE
        states.append((state.value, words, due))
    frame = pandas.DataFrame(states, columns=["state", "answer", "answer_by"], index=flags.index)
    return flags.assign(state=frame["state"], answer=frame["answer"], answer_by=pandas.to_datetime(frame["answer_by"]))


def key_of(flag: Any) -> tuple:
    """What an answer is about: the figure, or the form of one submission's period."""
    value = None if numpy.isnan(flag.value) else float(flag.value)
    column = None if flag.column_name is None or pandas.isna(flag.column_name) else flag.column_name
    return flag.unit_code, flag.template_code, flag.period.date(), flag.row_key or "", column, value


def record(flags: pandas.DataFrame) -> pandas.DataFrame:
    """One row per unit that has flags: unit_code, flags, open, overdue, to_correct, answered."""
    states = flags.groupby("unit_code")["state"]
    counts = {
        state.value: states.agg(lambda column, wanted_state=state.value: int((column == wanted_state).sum()))
        for state in FlagState
    }
    answered = sum(counts[state.value] for state in FlagState if state.is_answered)
    table = pandas.DataFrame({"flags": states.size(), **{n: counts[n] for n in ("open", "overdue", "to_correct")}})
    table["answered"] = answered
    return table.sort_values(["overdue", "open", "flags"], ascending=False).reset_index()


def corrected(store: Store, as_of: datetime, catalogue: Catalogue) -> dict[str, int]:
    """unit → how many figures that were to be corrected are no longer what they were; they count in its favour."""
    promised = store.rows(
        """SELECT DISTINCT unit_code, template_code, period, row_key, column_name, "value" FROM anomaly_step
        WHERE step = 'to_correct' AND taken_at <= $as_of AND column_name IS NOT NULL""",
        {"as_of": as_of},
    )
    templates = {template.template_code: template for template in catalogue.templates}
    by_unit: dict[str, int] = {}
    for code in sorted({row.template_code for row in promised} & templates.keys()):
        cells = cells_of(store, as_of, templates[code])
        periods = cells["period"].dt.date
        places = (cells["unit_code"], periods, cells["row_key"], cells["column_name"], cells["num"])
        now = set(zip(*places, strict=True))
        for row in promised:
            figure = (row.unit_code, row.period, row.row_key, row.column_name, row.value)
            if row.template_code == code and figure not in now:
                by_unit[row.unit_code] = by_unit.get(row.unit_code, 0) + 1
    return by_unit


def _said(store: Store, as_of: datetime) -> dict[tuple, tuple]:
    """key → (step, reason, due_date) of the newest step."""
    rows = store.rows(
        """SELECT unit_code, template_code, period, row_key, column_name, "value", step, reason, due_date
        FROM anomaly_step WHERE taken_at <= $as_of ORDER BY taken_at""",
        {"as_of": as_of},
    )
    return {
        (row.unit_code, row.template_code, row.period, row.row_key, row.column_name, row.value): (
            *(FlagStep(row.step), row.reason, row.due_date),
        )
        for row in rows
    }


def _explained(store: Store, as_of: datetime) -> dict[tuple, str]:
    """(submission, sheet, cell) → the section's words about a figure that was doubted when it was sent. A ledger's sums
    have no cell; what was said of a row that is far outside holds for the sum that it makes unlikely.
    """
    rows = store.rows(
        """SELECT submission_id, sheet, explanation,
            CASE WHEN code <> 'far_outside' OR (details ->> 'of') <> 'ledger' THEN cell END AS cell
        FROM issue JOIN current_at($as_of) USING (submission_id)
        WHERE code IN ('unlikely', 'unlikely_form', 'far_outside') AND explanation IS NOT NULL""",
        {"as_of": as_of},
    )
    return {(row.submission_id, row.sheet, row.cell): row.explanation for row in rows}


def _own_words(flag: Any) -> str | None:
    """A check that fired was explained when the file was sent."""
    return json.loads(flag.details).get("explanation") if flag.kind in (RULE, CONTRADICTION) else None


def _arose(flag: Any, received: Mapping[str, datetime], as_of: datetime) -> datetime:
    """When there was something to answer: two returns contradict each other from the later one on."""
    told = json.loads(flag.details)["others"] if flag.kind == CONTRADICTION else ()
    others = [datetime.fromisoformat(other["since"]) for other in told if other["since"]]
    return max([received.get(flag.submission_id, as_of), *others])
