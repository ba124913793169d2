"""What is kept up to date by what arrives says the same as what is worked out from nothing."""

import random
from datetime import UTC, date, datetime, timedelta

import pandas
import pytest

from data.anomalies import before, counting, flags, judged, panels, returns
from data.anomalies.before import before as before_of
from data.anomalies.counting import counted
from data.anomalies.flags import anomalies
from data.store import Store, append
from tests.data.anomalies.test_anomalies import ALWAYS, FORM, QUARTERLY, _bare, months, report
from tests.ready import ready_copy

LATE = datetime(2027, 6, 1, tzinfo=UTC)


@pytest.fixture
def world(tmp_path):
    store = Store(ready_copy(_bare, tmp_path / "store.duckdb"))
    yield store
    store.close()


def forget() -> None:
    """As after a restart."""
    for kept in (flags._OF_PERSON, judged._JUDGED, before._BEFORE, panels._REDEFINED, counting._EARLIER):
        kept.clear()
    counting._STANDING.clear()
    returns._RETURNS.clear()


def from_nothing(ask):
    """An answer with what is kept, and the same without."""
    kept = ask()
    forget()
    return kept, ask()


def rows_of(luck: random.Random, level: float) -> list[dict]:
    slip = luck.choice([1, 1, 1, 1, 10, 1000, 0])
    return [
        {"n": round(level * luck.uniform(0.8, 1.2)) * slip, "price": round(luck.uniform(90, 110), 1)}
        for _ in range(luck.choice([1, 2, 2]))
    ]


def step(store, unit: str, period: date, name: str, taken_at: datetime) -> None:
    row = {"unit_code": unit, "template_code": "F", "period": period, "row_key": "A", "column_name": "n", "step": name}
    row |= {"value": 1.0, "reason": "口径调整", "taken_at": taken_at, "due_date": None}
    with store.write() as cursor:
        append(cursor, "anomaly_step", {key: [value] for key, value in row.items()})


def happen(store, luck: random.Random, number: int) -> None:
    """Something that changes what counts or how it is judged."""
    unit, period = luck.choice(["U1", "U2"]), luck.choice(months(9))
    moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=luck.randint(0, 200), seconds=number)
    kind = luck.random()
    if kind < 0.12:
        step(store, unit, period, luck.choice(["redefined", "confirmed", "reopened"]), moment)
    elif kind < 0.2 and number > 12:  # as when a demonstration is cleared
        with store.write() as cursor:
            cursor.execute("DELETE FROM submission WHERE submission_id = (SELECT min(submission_id) FROM submission)")
    elif kind < 0.3:
        forget()
    else:
        code = luck.choice(["F", "F", "F", "Q", "L"])
        period = period.replace(month=(period.month - 1) // 3 * 3 + 1) if code == "Q" else period
        report(store, period, rows_of(luck, 100 if unit == "U1" else 250), unit, code, number, moment)


@pytest.mark.parametrize("seed", range(4))
def test_whatever_arrives_the_answers_are_those_from_nothing(world, seed):
    luck = random.Random(seed)
    for number in range(30):
        happen(world, luck, number)
        if number % 3:
            continue
        as_of = luck.choice([LATE, ALWAYS, datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=luck.randint(0, 200))])
        kept, anew = from_nothing(lambda as_of=as_of: anomalies(world, as_of))
        pandas.testing.assert_frame_equal(kept, anew)
        counting_kept, counting_anew = from_nothing(lambda as_of=as_of: counted(world, as_of))
        assert {code: set(each) for code, each in counting_kept.items()} == {
            code: set(each) for code, each in counting_anew.items()
        }


def test_what_counts_is_what_the_store_says_counts(world):
    luck = random.Random(5)
    for number in range(40):
        happen(world, luck, number)
        for as_of in (LATE, datetime(2026, 3, 1, tzinfo=UTC)):
            told = {
                tuple(row) for row in world.rows("SELECT submission_id, unit_code, period FROM current_at($1)", [as_of])
            }
            assert {tuple(each) for every in counted(world, as_of).values() for each in every} == told


def test_one_more_return_is_read_alone(world, monkeypatch):
    for period in months(6):
        report(world, period, [{"n": 100}])
    anomalies(world, LATE)
    read, as_before = [], returns._read

    def reading(store, template, each):
        read.append([submission.period for submission in each])
        return as_before(store, template, each)

    monkeypatch.setattr(returns, "_read", reading)
    report(world, months(7)[-1], [{"n": 101}])
    anomalies(world, LATE)
    anomalies(world, LATE + timedelta(hours=1))
    assert read == [[months(7)[-1]]]


def test_what_was_learnt_holds_until_other_figures_count_before(world):
    """A correction that brings the same figures, and whatever comes for the period itself or later, teaches nothing."""

    def learnt():
        return before_of(world, LATE, FORM, ("U1", months(8)[-1]), [("A", "n")]).learned

    for period in months(7):
        report(world, period, [{"n": 100 + period.month}])
    first = learnt()
    report(world, months(8)[-1], [{"n": 5000}])
    report(world, months(3)[-1], [{"n": 103}], version=2)
    report(world, months(3)[-1], [{"n": 7}], code="Q")
    assert learnt() is first
    report(world, months(3)[-1], [{"n": 104}], version=3)
    second = learnt()
    assert second is not first
    step(world, "U1", months(5)[-1], "redefined", datetime(2026, 5, 1, tzinfo=UTC))
    assert learnt() is not second


def test_a_unit_or_a_row_without_a_past_has_a_place_in_what_is_learnt(world):
    for period in months(7):
        report(world, period, [{"n": 100}])
    past = before_of(world, LATE, FORM, ("U2", months(8)[-1]), [("B", "n")])
    assert ("U2", "B", "n") in past.row_of and ("U1", "A", "n") in past.row_of
    assert before_of(world, LATE, QUARTERLY, ("U1", months(8)[-1]), [("A", "n")]) is None


def test_nobody_changes_what_others_are_given(world):
    for period in months(7):
        report(world, period, [{"n": 100}])
    report(world, months(8)[-1], [{"n": 100_000}])
    given = anomalies(world, LATE)
    given["score"] = 0.0
    given.drop(given.index, inplace=True)
    assert (anomalies(world, LATE)["score"] > 0).all() and len(anomalies(world, LATE)) == 1
