"""Values by month, unit and column on random returns, against plain Python; and what they rest on."""

import json
import math
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from data.access import Person, Role
from data.catalogue.in_force import load_catalogue
from data.catalogue.indicator import Aim, Indicator, Span, Tallied, Target
from data.catalogue.model import Catalogue, ColumnType, Nature, Obligation
from data.dues.timeliness import figures
from data.fault import Fault
from data.indicators.answers import answer
from data.indicators.breakdown import split, values_by_row
from data.indicators.returns import doubts, returns_behind
from data.indicators.values import change, turn, values, within, worst_first, worst_of
from data.periods import add_months
from data.store import Store, append
from tests.data import worlds
from tests.data.worlds import column, template, words

FIRST, MONTHS, UNITS = date(2026, 1, 1), 6, ("A", "B", "C")
NOW = datetime(2026, 8, 1, tzinfo=UTC)
STATEMENTS = ("zero_report", "platform_declaration")
MORE = {"measure": "%", "targets": (Target(2026, 90.0),), "breakdowns": ("kind",)}
SHARE = Indicator("SHARE", words("办结率"), "T1", "sum(done)", "sum(every)", **MORE)
STOCK = Indicator("STOCK", words("在办"), "T1", "sum(waiting)", measure="件", aim=Aim.LOWER, span=Span.STOCK)
ROWS = Indicator("ROWS", words("行数"), "T1", "count(*)", measure="行")
RATE = Indicator("RATE", words("按时率"), measure="%", tally=Tallied.ON_TIME_RATE)
COLUMNS = (
    column("kind", ColumnType.ENUM, values=("甲", "乙")),
    column("done", nature=Nature.FLOW),
    column("every", nature=Nature.FLOW),
    column("waiting", nature=Nature.STOCK),
)


def catalogue() -> Catalogue:
    obligations = [Obligation(unit, code, FIRST) for unit in UNITS for code in ("T1", "T2")]
    templates = [template("T1", columns=COLUMNS, row_key=("kind",)), template("T2")]
    return worlds.catalogue(obligations, templates, indicators=(SHARE, STOCK, ROWS, RATE))


@dataclass(frozen=True)
class Sent:
    """One submission of T1 and its rows."""

    unit: str
    month: date
    version: int
    kind: str
    received_at: datetime
    rows: tuple[dict, ...]


def random_sent(seed: int) -> list[Sent]:
    luck, sent = random.Random(seed), []
    for unit in UNITS:
        for number in range(MONTHS):
            month = add_months(FIRST, number)
            for version in range(1, luck.choice((0, 1, 1, 1, 2)) + 1):
                kind = (
                    "correction"
                    if version > 1
                    else luck.choice(("workbook",) * 4 + ("zero_report", "platform_declaration"))
                )
                due = datetime(month.year, month.month, 1, tzinfo=UTC) + timedelta(
                    days=luck.randint(32, 60) + 9 * version
                )
                rows = () if kind in ("zero_report", "platform_declaration") else tuple(random_rows(luck))
                sent.append(Sent(unit, month, version, kind, due, rows))
    return sent


def random_rows(luck: random.Random) -> Iterator[dict]:
    for _ in range(luck.randint(1, 4)):
        every = luck.randint(0, 9)
        yield {
            "kind": luck.choice(("甲", "乙", None)),
            "done": luck.choice((None, luck.randint(0, every))),
            "every": every,
            "waiting": luck.randint(0, 5),
        }


def kept(path: Path, sent: list[Sent]) -> Store:
    store = Store(path)
    load_catalogue(store, catalogue(), datetime(2025, 12, 1, tzinfo=UTC))
    submissions = [
        {
            "submission_id": f"s{n}", "receipt_no": f"R{n}", "sha256": f"h{n}", "file_name": "a.xlsx",
            "unit_code": one.unit, "template_code": "T1", "template_version": "1", "period": one.month,
            "version": one.version, "kind": one.kind, "outcome": "accepted", "received_at": one.received_at,
            "recorded_at": one.received_at, "reported_by": "", "row_count": len(one.rows), "is_sample": False,
        }
        for n, one in enumerate(sent)
    ]  # fmt: skip
    facts = [
        {
            "submission_id": f"s{n}", "sheet": "表", "row_no": 4 + row_no, "col_no": col_no, "column_name": name,
            "row_key": str(row_no), "num": None if name == "kind" else float(value),
            "txt": value if name == "kind" else None,
        }
        for n, one in enumerate(sent)
        for row_no, row in enumerate(one.rows)
        for col_no, (name, value) in enumerate(row.items(), start=1)
        if value is not None
    ]  # fmt: skip
    with store.write() as cursor:
        for table, rows in (("submission", submissions), ("fact", facts)):
            append(cursor, table, {name: [row[name] for row in rows] for name in rows[0]})
    return store


def current(sent: list[Sent], as_of: datetime) -> dict[tuple[str, date], Sent]:
    known = sorted((one for one in sent if one.received_at <= as_of), key=lambda one: (one.received_at, one.version))
    return {(one.unit, one.month): one for one in known}


def plain(returns: list[Sent], code: str) -> tuple[float | None, float | None]:
    """Both parts of some returns, in plain Python; None: nothing is known."""
    parts = [_plain(one, code) for one in returns]
    known = [part for part in parts if part is not None]
    if not known:
        return None, None
    return sum(part for part, _ in known), sum(whole for _, whole in known)


def _plain(one: Sent, code: str) -> tuple[float, float] | None:
    if one.kind == "zero_report":
        return 0, 0
    if one.kind == "platform_declaration":
        return None
    if code == "ROWS":
        return len(one.rows), 0
    if code == "STOCK":
        return sum(row["waiting"] for row in one.rows), 0
    done = [row["done"] for row in one.rows if row["done"] is not None]
    return (sum(done), sum(row["every"] for row in one.rows)) if done else None


def same(found: float, expected: float | None) -> bool:
    return math.isnan(found) if expected is None else found == pytest.approx(expected)


def expected_value(code: str, part: float | None, whole: float | None) -> float | None:
    if code != "SHARE" or part is None:
        return part
    return 100 * part / whole if whole else None


SEEDS = range(6)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("day", [40, 95, 240])
def test_values_are_those_counted_one_by_one(tmp_path, seed, day):
    sent, as_of = random_sent(seed), datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=day)
    store = kept(tmp_path / "store.duckdb", sent)
    known, returns = current(sent, as_of), returns_behind(store, as_of)
    for by in (("month",), ("unit_code",), ("month", "unit_code"), ()):
        for row in values(catalogue(), returns, None, by).itertuples():
            if row.indicator_code == "RATE":
                continue
            meant = [one for one in known.values() if _is_of(one, row, by)]
            counted = [one for one in meant if one.rows]
            if row.indicator_code == "STOCK" and "month" not in by:
                last = max((one.month for one in known.values() if one.rows), default=None)
                meant, counted = ([one for one in some if one.month == last] for some in (meant, counted))
            part, whole = plain(meant, row.indicator_code)
            assert same(row.numerator, part)
            assert same(row.value, expected_value(row.indicator_code, part, whole))
            assert row.reported == len(counted)
            assert row.corrected == sum(one.kind == "correction" for one in counted)
    store.close()


def _is_of(one: Sent, row, by) -> bool:
    return ("month" not in by or one.month == row.month.date()) and ("unit_code" not in by or one.unit == row.unit_code)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_split_adds_up_to_the_whole(tmp_path, seed):
    sent = random_sent(seed)
    store = kept(tmp_path / "store.duckdb", sent)
    rows = split(store, NOW, "SHARE", "kind")
    for row in values_by_row(rows, SHARE, ("month",)).itertuples():
        of_month = [one for one in current(sent, NOW).values() if one.rows and one.month == row.month.date()]
        texts = [replace(one, rows=tuple(r for r in one.rows if (r["kind"] or "") == row.row)) for one in of_month]
        part, whole = plain([one for one in texts if one.rows], "SHARE")
        assert same(row.value, expected_value("SHARE", part, whole))
    store.close()


@pytest.mark.parametrize("seed", SEEDS)
def test_the_returns_are_counted_as_the_dues_are(tmp_path, seed):
    """late, missing and pending are those of data.dues; the rate is theirs, and blank while it is not over."""
    store = kept(tmp_path / "store.duckdb", random_sent(seed))
    as_of = datetime(2026, 5, 30, tzinfo=UTC)
    found = values(catalogue(), returns_behind(store, as_of), None, ("month",))
    for code, dues in (("SHARE", _dues(store, as_of, "T1")), ("RATE", _dues(store, as_of, None))):
        for row in found[found["indicator_code"] == code].itertuples():
            due = dues[row.month]
            assert (row.late, row.missing, row.pending) == (due.late, due.missing, due.pending)
            assert row.owed >= due.expected if code == "SHARE" else row.owed == due.expected
            if code == "RATE":
                assert (row.numerator, row.denominator, row.reported) == (due.on_time, due.due, due.received)
                assert same(row.value, None if math.isnan(due.told_on_time_rate) else 100 * due.told_on_time_rate)
    store.close()


def _dues(store: Store, as_of: datetime, template_code: str | None) -> dict:
    by = ("month", "template_code") if template_code else ("month",)
    frame = figures(store, as_of, by)
    return {row.month: row for row in frame.itertuples() if not template_code or row.template_code == template_code}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = kept(tmp_path / "store.duckdb", random_sent(1))
    yield opened
    opened.close()


def test_whoever_belongs_to_a_unit_meets_its_own_returns_alone(store):
    person = Person("b", "乙", Role.REPORTER, "B")
    own = returns_behind(store.seen_by(person), NOW)
    assert set(own["unit_code"]) == {"B"}
    every = returns_behind(store, NOW)
    assert len(own) == (every["unit_code"] == "B").sum()
    assert set(split(store.seen_by(person), NOW, "SHARE", "kind")["unit_code"]) <= {"B"}
    assert returns_behind(store.seen_by(person), NOW, "A")["unit_code"].unique().tolist() == ["B"]


def test_what_is_under_review_is_not_counted(store):
    before = returns_behind(store, NOW)["is_counted"].sum()
    with store.write() as cursor:
        cursor.execute("UPDATE submission SET needs_review = true WHERE unit_code = 'A'")
    leader = Person("l", "", Role.LEADER)
    for reader in (store, store.seen_by(leader)):
        own = returns_behind(reader, NOW)
        columns = own[own["indicator_code"] != "RATE"]
        assert not columns.loc[columns["unit_code"] == "A", "is_counted"].any()
        assert own["is_counted"].sum() < before
        assert "A" not in set(split(reader, NOW, "SHARE", "kind")["unit_code"])


def test_a_doubted_figure_and_an_explanation_stand_beside_the_value(store):
    (sent,) = store.rows(
        "SELECT submission_id, unit_code, period FROM current_at(?) WHERE kind = 'workbook' LIMIT 1", [NOW]
    )
    details = {"rule": "T1-R1", "found": {"done": 9}}
    rows = {
        "submission_id": sent.submission_id, "issue_no": 1, "severity": "check", "code": "rule", "sheet": "表",
        "cell": "B4", "column_name": "done", "row_key": "0", "details": json.dumps(details),
        "explanation": "上月结转件集中办结",
    }  # fmt: skip
    with store.write() as cursor:
        append(cursor, "issue", {name: [value] for name, value in rows.items()})
    known = catalogue()
    checked = replace(known.templates[0], rules=(worlds.rule("done <= every", "T1-R1"),))
    load_catalogue(store, replace(known, templates=(checked, known.templates[1])), NOW)
    said = doubts(store, NOW)
    assert set(said["indicator_code"]) >= {"SHARE"} and "STOCK" not in set(said[said["note"] != ""]["indicator_code"])
    found = values(known, returns_behind(store, NOW), said, ("month", "unit_code"))
    (row,) = [
        one
        for one in found.itertuples()
        if (one.indicator_code, one.unit_code, one.month.date()) == ("SHARE", sent.unit_code, sent.period)
    ]
    assert row.explained == 1 and row.note == "上月结转件集中办结"


def test_targets_hold_from_their_year_on_and_say_how_far_off_a_value_is(store):
    found = values(catalogue(), returns_behind(store, NOW), None, ("month",))
    for row in found[found["indicator_code"] == "SHARE"].itertuples():
        assert row.target == 90
        assert math.isnan(row.value) or row.gap == pytest.approx(90 - row.value)
        assert row.is_met is None if math.isnan(row.value) else row.is_met == (row.value >= 90)
    assert SHARE.target(date(2025, 12, 1)) is None


def test_changes_are_for_the_better_by_the_indicator_s_aim(store):
    by_month = values(catalogue(), returns_behind(store, NOW), None, ("month",))
    own = by_month[by_month["indicator_code"] == "STOCK"].set_index("month")["value"]
    difference = change(by_month, date(2026, 3, 1), 1, STOCK)
    assert same(difference, own["2026-03-01"] - own["2026-02-01"])
    assert (turn(2.0, STOCK), turn(-2.0, STOCK), turn(2.0, SHARE), turn(0.0, SHARE)) == (-1, 1, 1, 0)
    assert turn(float("nan"), SHARE) == 0


def test_the_worst_comes_first(store):
    ordered = worst_first(values(catalogue(), returns_behind(store, NOW), None, ("month",)))
    missed = ordered[ordered["gap"] > 0]
    assert missed["gap"].is_monotonic_decreasing
    assert ordered.index[: len(missed)].tolist() == missed.index.tolist()
    assert ordered["value"].isna().tolist() == sorted(ordered["value"].isna())


def test_without_a_target_the_worse_value_comes_first(store):
    found = values(catalogue(), returns_behind(store, NOW), None, ("month", "unit_code"))
    stocks = worst_of(found[found["indicator_code"] == "STOCK"], STOCK)["value"].dropna()  # lower is better
    assert stocks.is_monotonic_decreasing and stocks.nunique() > 1
    rows = worst_of(found[found["indicator_code"] == "ROWS"], ROWS)["value"].dropna()
    assert rows.is_monotonic_increasing and rows.nunique() > 1


@pytest.mark.parametrize(
    ("by", "code"), [(["gone"], "SHARE"), (["kind"], None), (["month", "month"], None), (["kind", "done"], "SHARE")]
)
def test_what_nobody_can_ask_by_is_refused(store, by, code):
    with pytest.raises(Fault, match="catalogue"):
        answer(store, NOW, code, by, None, None)


def test_a_longer_period_is_the_sum_of_its_months(store):
    (quarter,) = answer(store, NOW, "SHARE", [], "2026-Q1", None)
    months = [answer(store, NOW, "SHARE", ["month"], f"2026-0{number}", None) for number in (1, 2, 3)]
    parts = [row["numerator"] for rows in months for row in rows if row["numerator"] is not None]
    assert quarter["numerator"] == sum(parts)
    returns = within(returns_behind(store, NOW), date(2026, 1, 1), date(2026, 3, 1))
    assert quarter["value"] == pytest.approx(
        values(catalogue(), returns[returns["indicator_code"] == "SHARE"], None, []).iloc[0]["value"]
    )
