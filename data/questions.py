"""The questions that the command line and the HTTP API ask alike, and the answers as people and programs read them."""

from collections.abc import Callable
from datetime import date, datetime

import pandas

from data.anomalies.cards import flags_by_card
from data.catalogue.in_force import catalogue_at, catalogue_in_force
from data.chronology.chronologies import chronologies, chronology_rows
from data.chronology.events import LISTED
from data.dues.freshness import freshness
from data.dues.timeliness import dues, late_reporters, timeliness
from data.fault import Fault
from data.periods import Cycle, closing_month
from data.readable import Names, Rows, as_read, wanted
from data.store import Store
from data.submissions.received import issues

Question = Callable[[Store, datetime, date | None, str | None], pandas.DataFrame]


WITHOUT_PERIOD = frozenset({"freshness"})
"""Questions about all periods at once: a period is refused, for it would change nothing."""


def answer(store: Store, question: str, as_of: datetime, period_text: str | None, unit_code: str | None) -> Rows:
    """The rows of a question by its name, of a month or period as written (None: of all) and a unit (None: of all).

    Fault for a period that cannot be read, of a question that has none, or a unit that the catalogue does not have.
    """
    catalogue = catalogue_in_force(store)
    if period_text is not None and question in WITHOUT_PERIOD:
        raise Fault("freshness.no_period", found=period_text[:60])
    month, period, cycle = wanted(period_text)
    if unit_code:
        catalogue.unit(unit_code)
    frame = QUESTIONS[question](store, as_of, month, unit_code)
    if period is not None and "period" in frame and not frame.empty:
        cycles = {template.template_code: template.cycle for template in catalogue.templates}
        frame = frame[(frame["period"] == pandas.Timestamp(period)) & (frame["template_code"].map(cycles) == cycle)]
    names = Names(catalogue_at(store, as_of), catalogue.clock.day(as_of))
    return [as_read(row, catalogue, names) for row in frame.to_dict("records")]


def _dues(store: Store, as_of: datetime, month: date | None, unit: str | None) -> pandas.DataFrame:
    """every due with its deadline and status"""
    return dues(store, as_of, month, unit).drop(columns=["is_extended", "is_early", "is_running"])


def _timeliness(store: Store, as_of: datetime, month: date | None, unit: str | None) -> pandas.DataFrame:
    """due, received, on time, reporting rate and on-time rate by unit x template x period"""
    return timeliness(store, as_of, month=month, unit_code=unit)


def _late(store: Store, as_of: datetime, month: date | None, unit: str | None) -> pandas.DataFrame:
    """who is late (received after the deadline), missing, or still owes (pending); how it came about: `chronology`"""
    frame = late_reporters(store, as_of, month, unit)
    names = ["unit_code", "template_code", "period", "deadline", "status", "days_late", "first_received_at", "kind"]
    names += ["is_backdated"]
    told = {c.key: c for c in chronologies(store, as_of, month, unit, LISTED) if c.due is not None}
    courses = [told[due.unit_code, due.template_code, due.period] for due in frame.itertuples()]
    counts = {
        "sent": [len(c.sent) for c in courses],
        "returned": [len(c.returned) for c in courses],
        "last_receipt_no": [c.last_receipt_no for c in courses],
    }
    return frame[names].rename(columns={"first_received_at": "received_at"}).assign(**counts)


def _freshness(store: Store, as_of: datetime, month: date | None, unit: str | None) -> pandas.DataFrame:
    """how new the data of each unit x template is, what is missing before it, and when something last came"""
    return freshness(store, as_of, unit)


def _anomalies(store: Store, as_of: datetime, month: date | None, unit: str | None) -> pandas.DataFrame:
    """figures that look wrong, each with where it is and why; those of one mistake have the same card"""
    return flags_by_card(store, as_of, month, unit)


def _issues(store: Store, as_of: datetime, month: date | None, unit: str | None) -> pandas.DataFrame:
    """what was wrong in the files that came in"""
    frame = issues(store, as_of, unit)
    if month is None or frame.empty:
        return frame
    cycles = {template.template_code: template.cycle for template in catalogue_in_force(store).templates}
    closing = [
        None
        if pandas.isna(row.period)
        else closing_month(row.period.date(), cycles.get(row.template_code, Cycle.MONTH))
        for row in frame.itertuples()
    ]
    return frame[[month_of_row == month for month_of_row in closing]]


def _chronology(store: Store, as_of: datetime, month: date | None, unit: str | None) -> pandas.DataFrame:
    """what happened to each due in order of time: attempts with receipts, the deadline and its rule, reminders"""
    return chronology_rows(store, as_of, month, unit)


QUESTIONS: dict[str, Question] = {
    "dues": _dues,
    "timeliness": _timeliness,
    "late": _late,
    "chronology": _chronology,
    "freshness": _freshness,
    "anomalies": _anomalies,
    "issues": _issues,
}
