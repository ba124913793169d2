"""Figures that contradict other returns: the same answer in plain Python, on random histories."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from data.anomalies.cards import cards, flags_by_card
from data.anomalies.contradiction_flags import contradiction_flags
from data.anomalies.judged import COLUMNS
from data.anomalies.triage import CONTRADICTION, Flagged, FlagStep, answer
from data.catalogue.in_force import catalogue_in_force, load_catalogue
from data.catalogue.model import ColumnType, Nature, Obligation, Severity, TemplateKind
from data.store import Store, append
from tests.data import worlds
from tests.data.worlds import Sent, column, later_month, rule, template
from tests.ready import ready_copy

BEGIN = date(2025, 9, 1)
UNITS = ("U1", "U2")
FLOW, STOCK, TOTAL = Nature.FLOW, Nature.STOCK, Nature.CUMULATIVE
EXPRESSIONS = {
    "LAST": "opening = last(closing)",
    "YTD": "ytd = last(ytd) + n",
    "YEAR": "n <= last_year(n) + 4",
    "SO_FAR": "ytd >= so_far(n)",
    "TOTAL": "total(sum(n)) <= of_template('L', count(*) FILTER (kind = 'a')) * 2",
    "UNITS": "n * 10 >= of_units('M', sum(n))",
    "QUARTER": "total(sum(n)) = of_template('M', sum(n))",
    "BEFORE": "closing >= last(closing)",
}
MONTHLY = template(
    "M",
    kind=TemplateKind.SUMMARY,
    row_key=("who",),
    columns=(
        column("period", ColumnType.PERIOD),
        column("who", ColumnType.STR, required=True),
        column("opening", nature=STOCK),
        column("n", nature=FLOW),
        column("closing", nature=STOCK),
        column("ytd", nature=TOTAL),
    ),
    rules=tuple(
        rule(EXPRESSIONS[code], code, Severity.CHECK) for code in ("LAST", "YTD", "YEAR", "SO_FAR", "TOTAL", "UNITS")
    ),
)
LEDGER = template(
    "L",
    kind=TemplateKind.LEDGER,
    row_key=("who",),
    columns=(column("who", ColumnType.STR, required=True), column("kind", ColumnType.STR, required=True)),
)
QUARTERLY = template(
    "Q",
    "quarter",
    row_key=("who",),
    columns=(column("who", ColumnType.STR, required=True), column("n", nature=FLOW), column("closing", nature=STOCK)),
    rules=tuple(rule(EXPRESSIONS[code], code, Severity.CHECK) for code in ("QUARTER", "BEFORE")),
)
TEMPLATES = {one.template_code: one for one in (MONTHLY, LEDGER, QUARTERLY)}
END = datetime(2027, 6, 1, tzinfo=UTC)
OWED = [
    Obligation(unit, code, BEGIN if code != "Q" else date(2025, 7, 1), exempt_months=(2,) if unit == "U2" else ())
    for unit in UNITS
    for code in TEMPLATES
]
Rows = dict[str, dict]


@dataclass(frozen=True)
class Event:
    """A return as it came; rows None: a statement."""

    unit: str
    code: str
    period: date
    at: datetime
    version: int
    kind: str
    rows: Rows = field(default_factory=dict)


def _build(path: Path) -> None:
    store = Store(path)
    load_catalogue(store, worlds.catalogue(OWED, tuple(TEMPLATES.values())), datetime(2025, 8, 1, tzinfo=UTC))
    store.close()


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Store]:
    store = Store(ready_copy(_build, tmp_path / "store.duckdb"))
    yield store
    store.close()


def put(store: Store, events: list[Event]) -> None:
    """As they came, with nothing of the loaders in between."""
    have = store.value("SELECT count(*) FROM submission")
    worlds.send(store, [Sent(e.unit, e.code, e.period, e.at, version=e.version, kind=e.kind) for e in events])
    cells = [
        (f"s{have + number}", 5 + at, col_no, name, key, value)
        for number, event in enumerate(events)
        for at, (key, row) in enumerate(event.rows.items())
        for col_no, (name, value) in enumerate(({"who": key} | row).items(), 1)
        if value is not None
    ]
    is_text = [isinstance(cell[-1], str) for cell in cells]
    names = ("submission_id", "row_no", "col_no", "column_name", "row_key")
    columns = {name: [cell[at] for cell in cells] for at, name in enumerate(names)} | {"sheet": ["表"] * len(cells)}
    columns["num"] = [None if text else float(cell[-1]) for text, cell in zip(is_text, cells, strict=True)]
    columns["txt"] = [cell[-1] if text else None for text, cell in zip(is_text, cells, strict=True)]
    with store.write() as cursor:
        append(cursor, "fact", columns)


def random_history(seed: int) -> list[Event]:
    """15 months in which figures mostly follow from one another: missing, corrected, stated, and wrong now and then."""
    luck, events = random.Random(seed), []
    before: dict[tuple[str, str], dict] = {}
    for number in range(16):
        month = later_month(BEGIN, number)
        for unit in UNITS:
            events += _month(luck, unit, month, before)
        if month.month % 3 == 0:
            quarter = later_month(month, -2)
            for unit in UNITS:
                events += _versions(luck, unit, "Q", quarter, lambda: _quarter(luck))
    return events


def _month(luck: random.Random, unit: str, month: date, before: dict) -> Iterator[Event]:
    rows: Rows = {}
    for key in "AB" if luck.random() < 0.9 else "A":
        past = before.get((unit, key), {"closing": 4, "ytd": 0})
        n = luck.randint(0, 5)
        ytd = n if month.month == 1 else past["ytd"] + n
        rows[key] = {"opening": past["closing"], "n": n, "closing": luck.randint(2, 6), "ytd": ytd}
        before[unit, key] = rows[key]
    yield from _versions(luck, unit, "M", month, lambda: {key: _slipped(luck, row) for key, row in rows.items()})
    ledger = {f"{n}": {"kind": luck.choice("ab")} for n in range(luck.randint(1, 7))}
    yield from _versions(luck, unit, "L", month, lambda: ledger)


def _slipped(luck: random.Random, row: dict) -> dict:
    name, slip = luck.choice(list(row)), luck.random()
    return row | ({name: None} if slip < 0.05 else {name: row[name] + 3} if slip < 0.15 else {})


def _quarter(luck: random.Random) -> Rows:
    return {"A": {"n": luck.randint(5, 25), "closing": luck.randint(0, 9)}}


def _versions(luck: random.Random, unit: str, code: str, period: date, rows) -> Iterator[Event]:
    at = datetime(period.year, period.month, 1, tzinfo=UTC) + timedelta(days=100 if code == "Q" else 40)
    for version in range(1, 1 + luck.choice([0, 1, 1, 1, 1, 2, 3])):
        at += timedelta(days=luck.randint(0, 70), seconds=luck.randint(1, 9999))
        kind = luck.choice(["", "", "", "", "", "", "zero_report", "platform_declaration"])
        yield Event(unit, code, period, at, version, kind, {} if kind else rows())


class Twin:
    """The same answer, one figure after the other."""

    def __init__(self, events: list[Event], as_of: datetime) -> None:
        self.as_of, self.current = as_of, {}
        for event in sorted((e for e in events if e.at <= as_of), key=lambda e: (e.at, e.version)):
            self.current[event.unit, event.code, event.period] = event

    def rows(self, unit: str, code: str, period: date) -> list[dict] | None:
        event = self.current.get((unit, code, period))
        return None if event is None or event.kind == "platform_declaration" else list(event.rows.values())

    def figure(self, e: Event, key: str, name: str, back: int) -> float | None:
        other = self.current.get((e.unit, e.code, later_month(e.period, -back)))
        if other is None or other.kind == "platform_declaration":
            return None
        if other.kind == "zero_report":
            return 0 if name == "n" else None
        return other.rows.get(key, {}).get(name)

    def owing(self, period: date) -> set[str]:
        opened = datetime(period.year, period.month, 1, tzinfo=ZoneInfo("Asia/Shanghai"))
        opened = opened.replace(year=opened.year + opened.month // 12, month=opened.month % 12 + 1)
        owed = {unit for unit in UNITS if not (unit == "U2" and period.month == 2)} if opened <= self.as_of else set()
        return owed | {unit for unit, code, own in self.current if (code, own) == ("M", period)}

    def found(self) -> set[tuple]:
        """unit, template, period, rule, row key, the other figure."""
        found = set()
        for e in self.current.values():
            judged = {"M": self.of_month, "Q": self.of_quarter}.get(e.code)
            for code, key, holds, other in judged(e) if judged else ():
                if other is not None and not holds(other):
                    found.add((e.unit, e.code, e.period, code, key, other))
        return found

    def of_month(self, e: Event) -> Iterator[tuple]:
        every = [self.rows(unit, "M", e.period) for unit in self.owing(e.period)]
        of_units = None if None in every else sum(row["n"] or 0 for rows in every for row in rows)
        for key, row in e.rows.items():
            opening, n, ytd = row["opening"], row["n"], row["ytd"]
            last = 0 if e.period.month == 1 else self.figure(e, key, "ytd", 1)
            earlier = [self.figure(e, key, "n", back) for back in range(1, e.period.month)]
            so_far = None if None in earlier else sum(earlier)
            if opening is not None:
                yield "LAST", key, lambda x, opening=opening: x == opening, self.figure(e, key, "closing", 1)
            if ytd is not None and n is not None:
                yield "YTD", key, lambda x, ytd=ytd, n=n: x + n == ytd, last
            if n is not None:
                yield "YEAR", key, lambda x, n=n: n <= x + 4, self.figure(e, key, "n", 12)
                yield "UNITS", key, lambda x, n=n: n * 10 >= x, of_units
            if ytd is not None:
                yield "SO_FAR", key, lambda x, ytd=ytd: ytd >= x, so_far
        ledger = self.rows(e.unit, "L", e.period)
        count = None if ledger is None else sum(row["kind"] == "a" for row in ledger)
        if e.rows:
            total = sum(row["n"] or 0 for row in e.rows.values())
            yield "TOTAL", "", lambda x: total <= 2 * x, count

    def of_quarter(self, e: Event) -> Iterator[tuple]:
        months = [self.rows(e.unit, "M", later_month(e.period, n)) for n in range(3)]
        if e.rows:
            total = sum(row["n"] for row in e.rows.values())
            monthly = None if None in months else sum(row["n"] or 0 for rows in months for row in rows)
            yield "QUARTER", "", lambda x: x == total, monthly
        for key, row in e.rows.items():
            yield "BEFORE", key, lambda x, row=row: row["closing"] >= x, self.figure(e, key, "closing", 3)


def told(store: Store, as_of: datetime, unit: str | None = None) -> set[tuple]:
    flags = []
    for flag in contradiction_flags(store, as_of, catalogue_in_force(store), unit):
        row = dict(zip(COLUMNS, flag, strict=True))
        details = json.loads(row["details"])
        (other,) = details["others"]
        where = (row["unit_code"], row["template_code"], row["period"].date())
        flags.append((*where, details["rule"], row["row_key"], other["value"]))
    assert len(flags) == len(set(flags))
    return set(flags)


@pytest.mark.parametrize("seed", range(12))
def test_random_histories_are_contradicted_where_plain_python_says(bare: Store, seed: int) -> None:
    events = random_history(seed)
    put(bare, events)
    luck = random.Random(seed + 1)
    moments = [END, *(luck.choice(events).at + timedelta(seconds=luck.choice([-1, 0, 1])) for _ in range(6))]
    for as_of in moments:
        expected = Twin(events, as_of).found()
        assert told(bare, as_of) == expected
        assert told(bare, as_of, "U1") == {one for one in expected if one[0] == "U1"}


def test_the_random_histories_break_each_rule() -> None:
    assert {one[3] for seed in range(12) for one in Twin(random_history(seed), END).found()} == set(EXPRESSIONS)


def report(store: Store, period: date, at: datetime, version: int = 1, kind: str = "", **figures: int) -> None:
    rows = {} if kind else {"A": {"opening": 4, "n": 2, "closing": 4, "ytd": 2} | figures}
    put(store, [Event("U1", "M", period, at, version, kind, rows)])


JUNE, JULY = date(2026, 6, 1), date(2026, 7, 1)


def moment(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 1, tzinfo=UTC)


def flagged(store: Store, as_of: datetime):
    found = cards(flags_by_card(store, as_of, unit_code="U1"))
    return found[found["kind"] == CONTRADICTION]


def test_a_correction_contradicts_the_return_that_was_accepted_before(bare: Store) -> None:
    """The flag is on July, whose rule it is, though June was corrected; July has its days from then on."""
    report(bare, JUNE, moment(7, 10))
    report(bare, JULY, moment(8, 10), ytd=4)
    assert flagged(bare, moment(8, 11)).empty
    report(bare, JUNE, moment(9, 1), version=2, closing=7)
    (card,) = flagged(bare, moment(9, 2)).itertuples()
    assert (card.period.date(), card.column_name, card.value, card.cell) == (JULY, "opening", 4, "B5")
    assert (card.state, card.answer_by.date()) == ("open", date(2026, 9, 8))
    (other,) = json.loads(card.details)["others"]
    assert (other["value"], other["periods"], other["cell"], other["sheet"]) == (7, ["2026-06"], "D5", "表")
    assert flagged(bare, moment(8, 31)).empty  # as it was known then
    assert bare.value("SELECT count(*) FROM submission WHERE outcome = 'accepted'") == 3
    report(bare, JULY, moment(9, 3), version=2, opening=7, ytd=4)
    assert flagged(bare, moment(9, 4)).empty


def test_figures_of_one_rule_are_one_card(bare: Store) -> None:
    report(bare, JUNE, moment(7, 10))
    report(bare, JULY, moment(8, 10), opening=5, ytd=9)
    found = flagged(bare, moment(8, 11))
    assert sorted(json.loads(details)["rule"] for details in found["details"]) == ["LAST", "YTD"]


def test_an_answer_holds_for_its_figure(bare: Store) -> None:
    report(bare, JUNE, moment(7, 10))
    report(bare, JULY, moment(8, 10), opening=5, ytd=4)
    about = Flagged("U1", "M", JULY, "A", "opening", 5, CONTRADICTION)
    answer(bare, about, FlagStep.CONFIRMED, "六月有一件登记错月，已与台账核对", moment(8, 12))
    (card,) = flagged(bare, moment(8, 13)).itertuples()
    assert (card.state, card.answer) == ("confirmed", "六月有一件登记错月，已与台账核对")
    report(bare, JULY, moment(8, 14), version=2, opening=6, ytd=4)
    (card,) = flagged(bare, moment(8, 15)).itertuples()
    assert card.state == "open"


def test_what_was_said_when_it_was_sent_holds_while_the_other_figure_stays(bare: Store) -> None:
    report(bare, JUNE, moment(7, 10))
    report(bare, JULY, moment(8, 10), opening=5, ytd=4)
    (card,) = flagged(bare, moment(8, 11)).itertuples()
    kept = {"submission_id": card.submission_id, "issue_no": 1, "severity": "check", "code": "contradiction"}
    kept |= {"row_key": "A", "details": card.details, "explanation": "六月有一件登记错月，已与台账核对"}
    with bare.write() as cursor:
        append(cursor, "issue", {name: [value] for name, value in kept.items()})
    assert flagged(bare, moment(8, 11))["state"].tolist() == ["explained"]
    report(bare, JUNE, moment(8, 20), version=2, closing=9)
    assert flagged(bare, moment(8, 21))["state"].tolist() == ["open"]


@pytest.mark.parametrize("kind", ["zero_report", "platform_declaration"])
def test_a_statement_says_nothing_of_what_stands_at_the_months_end(bare: Store, kind: str) -> None:
    report(bare, JUNE, moment(7, 10), kind=kind)
    report(bare, JULY, moment(8, 10), opening=5, ytd=9)
    assert flagged(bare, moment(8, 11)).empty
