"""Boards: places and lists, points against a plain twin, publication, objections, and who sees what."""

import json
import random
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest

from data.access import Forbidden, Person, Role
from data.boards import publishing
from data.boards import standings as queries
from data.boards.places import BoardRules, UnitFigures, places
from data.fault import Fault
from data.store import Store, insert
from data.supervision import waivers
from data.supervision.checks import ALWAYS
from data.supervision.waivers import Ground, Waiving
from tests.data import worlds
from tests.data.supervision.test_cases import (
    JANUARY,
    LEADER,
    LOADED,
    OFFICE,
    REASON,
    REVIEWER,
    ZONE,
    deadline,
    history,
    month,
    settled,
)
from tests.data.worlds import SHANGHAI, Sent

STRANGER = Person("sun", "孙", Role.REPORTER, "B")


@pytest.fixture(autouse=True)
def published_formula(monkeypatch: pytest.MonkeyPatch) -> None:
    """The figures below go by the published formula; the delivered one has its own tests."""
    monkeypatch.setattr("data.boards.points.DELIVERED", "average_100")


def standing(unit: str, points: str | None, on_time: int = 1, due: int = 1) -> UnitFigures:
    known = None if points is None else Decimal(points)
    return UnitFigures(unit, known, due if known is not None else 0, on_time, 0, 0, 0, 0, 0, 1)


def ranked(standings: list[UnitFigures], **rules) -> dict[str, tuple]:
    return {one.standing.unit_code: (one.rank, one.list) for one in places(standings, BoardRules(**rules))}


# Places and lists


def test_ties_share_a_place_and_the_next_is_skipped():
    found = ranked([standing("A", "99"), standing("B", "100"), standing("C", "100"), standing("D", "98")], bottom=0)
    assert found == {"B": (1, "red"), "C": (1, "red"), "A": (3, "red"), "D": (4, "")}


def test_all_that_share_the_last_place_of_a_list_are_on_it():
    found = ranked([standing(unit, "90", on_time=0) for unit in "ABCDE"], bottom=1)
    assert found == dict.fromkeys("ABCDE", (1, "reminder"))


def test_whoever_is_at_the_target_is_never_reminded_and_nobody_takes_the_place():
    """C is last by corrections alone; the two above it are not pushed down into its place."""
    units = [standing("A", "100"), standing("B", "99", 0), standing("C", "95"), standing("D", "99.5", 0)]
    assert ranked(units, top=3, bottom=2) == {"A": (1, "red"), "D": (2, ""), "B": (3, "reminder"), "C": (4, "")}


def test_nobody_below_the_target_is_on_the_red_list():
    assert ranked([standing("A", "101", 9, 10)], top=3, bottom=0) == {"A": (1, "")}
    assert ranked([standing("A", "101", 9, 10)], top=3, bottom=3) == {"A": (1, "reminder")}
    assert ranked([standing("A", "101", 9, 10)], top=3, bottom=3, target=0.9) == {"A": (1, "red")}


def test_with_nothing_due_there_is_no_place():
    found = places([standing("A", None), standing("B", "90", 0)], BoardRules())
    assert [(one.standing.unit_code, one.rank, one.list) for one in found] == [("B", 1, "reminder"), ("A", None, "")]
    assert found[1].standing.on_time_rate is None


@pytest.mark.parametrize(
    "values",
    [{"x": 1}, {"top": -1}, {"top": 1.5}, {"target": 0}, {"target": 1.1}, {"is_black": 1}, {"objection_days": 0}],
)
def test_settings_that_are_none_are_refused(values):
    with pytest.raises(Fault, match=r"^setting\."):
        BoardRules.of(values)


# Points of a month and a year, in the store


def figures(store: Store, as_of: datetime, kind: str = "month", period: date = JANUARY) -> dict[str, tuple]:
    found = queries.board(store, as_of, kind, period)
    return {
        one.standing.unit_code: (one.rank, None if one.standing.points is None else str(one.standing.points), one.list)
        for one in found.places
    }


def test_a_month_ranks_by_the_mean_and_leaves_out_what_is_exempt_or_waived(tmp_path):
    told = {("A", "T1"): [1], ("A", "T2"): [0], ("B", "T1"): [None], ("C", "T1"): [9], ("D", "T1"): [0]}
    store = history(tmp_path, told, {("C", "T1"): (1,)})
    at = settled(1)
    assert figures(store, at) == {
        "D": (1, "100.00", "red"),
        "A": (2, "99.75", "reminder"),
        "B": (3, "95.00", "reminder"),
        "C": (None, None, ""),
    }
    waivers.waive(store, Waiving(Ground.SYSTEM_FAULT, JANUARY, REASON, "A"), at)
    found = figures(store, at)
    assert found["A"] == (1, "100.00", "red") and found["B"] == (3, "95.00", "reminder")
    waivers.waive(store, Waiving(Ground.SYSTEM_FAULT, JANUARY, REASON, "B"), at)
    assert figures(store, at)["B"] == (None, None, "")  # all it owed is waived: nothing to rank


def test_corrections_after_the_deadline_and_repeated_returns_cost_before_it_they_do_not(tmp_path):
    store = history(tmp_path, {(unit, "T1"): [0] for unit in "ABCDE"})
    before, after = deadline(JANUARY) - timedelta(hours=1), deadline(JANUARY)

    def again(unit: str, at: datetime, outcome: str = "accepted", number: int = 1) -> list[Sent]:
        version = 2 if outcome == "accepted" else 0
        return [Sent(unit, "T1", JANUARY, at + timedelta(minutes=n), outcome, version) for n in range(number)]

    worlds.send(store, again("A", before) + again("B", after) + again("C", before, "returned", 2))
    worlds.send(store, again("D", before, "returned", 3) + again("E", before, "returned", 3))
    with store.write() as cursor:  # somebody else named E by mistake
        cursor.execute("UPDATE submission SET sent_unit = 'B' WHERE unit_code = 'E' AND outcome = 'returned'")
    found = {unit: points for unit, (_, points, _) in figures(store, settled(1)).items()}
    assert found == {"A": "100.00", "B": "99.00", "C": "100.00", "D": "99.50", "E": "100.00"}


def test_the_same_file_returned_again_and_what_was_only_checked_cost_nothing(tmp_path):
    store = history(tmp_path, {(unit, "T1"): [0] for unit in "ABC"})
    before = deadline(JANUARY) - timedelta(hours=1)

    def four(unit: str, outcome: str) -> list[Sent]:
        return [Sent(unit, "T1", JANUARY, before + timedelta(minutes=n), outcome, 0) for n in range(4)]

    worlds.send(store, four("A", "returned") + four("B", "returned") + four("C", "checked"))
    with store.write() as cursor:
        cursor.execute("UPDATE submission SET sha256 = 'one' WHERE unit_code = 'A' AND outcome = 'returned'")
    found = {unit: points for unit, (_, points, _) in figures(store, settled(1)).items()}
    assert found == {"A": "100.00", "B": "99.50", "C": "100.00"}


def test_the_correction_that_a_flag_asked_for_costs_nothing_the_next_one_does(tmp_path):
    store = history(tmp_path, {(unit, "T1"): [0] for unit in "ABC"})
    promised = deadline(JANUARY) + timedelta(hours=1)
    for unit in "AB":
        columns = ("unit_code", "template_code", "period", "step", "taken_at")
        with store.write() as cursor:
            insert(
                cursor, "anomaly_step", dict(zip(columns, (unit, "T1", JANUARY, "to_correct", promised), strict=True))
            )

    def correction(unit: str, hours: int, version: int) -> Sent:
        return Sent(unit, "T1", JANUARY, promised + timedelta(hours=hours), "accepted", version)

    asked_for = [correction("A", 1, 2), correction("B", 1, 2)]
    worlds.send(store, [*asked_for, correction("B", 2, 3), correction("C", 1, 2)])
    found = {unit: points for unit, (_, points, _) in figures(store, settled(1)).items()}
    assert found == {"A": "100.00", "B": "99.00", "C": "99.00"}


def test_a_year_is_the_mean_of_its_months_that_are_over(tmp_path):
    store = history(tmp_path, {("A", "T1"): [0, 2, 0, None], ("B", "T1"): [0, 0, 9, 0]}, {("B", "T1"): (3,)})
    at = deadline(month(4)) - timedelta(hours=1)  # April is pending still
    found = figures(store, at, "year")
    assert found == {"A": (2, "99.67", "reminder"), "B": (1, "100.00", "red")}
    (a, b) = sorted(queries.board(store, at, "year", JANUARY).places, key=lambda one: one.standing.unit_code)
    assert (a.standing.months, b.standing.months, a.standing.due, b.standing.due) == (3, 2, 3, 2)
    assert figures(store, deadline(month(4)), "year")["A"] == (2, "98.50", "reminder")
    assert not queries.board(store, at, "year", JANUARY).is_settled


def test_the_formula_in_force_then_is_the_one_that_counts_then(tmp_path):
    store = history(tmp_path, {("A", "T1"): [2]})
    at = settled(1)
    publishing.set_points(store, {"preset": "day_by_day"}, at)
    assert figures(store, at)["A"][1] == "8.00" and figures(store, at - timedelta(seconds=1))["A"][1] == "99.00"
    publishing.set_points(store, {"late_day": 0.5}, at + timedelta(seconds=1))
    assert figures(store, at + timedelta(seconds=1))["A"][1] == "9.00"
    publishing.set_points(store, {"preset": "average_100"}, at + timedelta(seconds=2))
    assert figures(store, at + timedelta(seconds=2))["A"][1] == "99.00"
    with pytest.raises(Forbidden):
        publishing.set_points(store.seen_by(LEADER), {"base": 1}, at)


@pytest.mark.parametrize("seed", range(3))
def test_random_histories_against_points_by_hand(tmp_path, seed):
    world = worlds.random_world(seed, SHANGHAI)
    store = worlds.opened(tmp_path, world, LOADED).seen_by(OFFICE)
    luck = random.Random(seed)
    for _ in range(12):
        of = worlds.later_month(date(2024, 1, 1), luck.randint(0, 30))
        as_of = datetime.combine(worlds.later_month(of, luck.randint(1, 5)), datetime.min.time(), ZONE)
        found = {
            one.standing.unit_code: (one.standing.points, one.standing.due, one.standing.on_time, one.rank)
            for one in queries.board(store, as_of, "month", of).places
        }
        assert found == by_hand(world, as_of, of)


def by_hand(world: worlds.World, as_of: datetime, of: date) -> dict[str, tuple]:
    judged = worlds.judged_at(world, as_of)
    units = {one.owed.unit for one in judged if one.owed.month == of}
    scores, counts = {}, defaultdict(lambda: [0, 0])
    for unit in units:
        months = {}
        for back in range(3):
            wanted = worlds.later_month(of, -back)
            months[back] = [
                marked(world, one, as_of)
                for one in judged
                if one.owed.unit == unit and one.owed.month == wanted and one.status in ("on_time", "late", "missing")
            ]
        if not months[0]:
            scores[unit] = None
            continue
        score = sum((cost for cost, _ in months[0]), Decimal(0))
        score = 100 - score / len(months[0])
        score += all(own and all(is_clean for _, is_clean in own) for own in months.values())
        scores[unit] = score.quantize(Decimal("0.01"), ROUND_HALF_UP)
        of_unit = [one for one in judged if one.owed.unit == unit and one.owed.month == of]
        counts[unit] = [len(months[0]), sum(one.status == "on_time" for one in of_unit)]
    ranks = {
        unit: None if score is None else 1 + sum(other > score for other in scores.values() if other is not None)
        for unit, score in scores.items()
    }
    return {unit: (scores[unit], *counts[unit], ranks[unit]) for unit in units}


def marked(world: worlds.World, one: worlds.Judged, as_of: datetime) -> tuple[Decimal, bool]:
    """(what it costs, whether it is early and clean), with the preset's numbers written out."""
    about = [sent for sent in world.sent if (sent.unit, sent.template, sent.period) == one.owed.key]
    about = [sent for sent in about if sent.received_at <= as_of]
    late = Decimal("0.5") * one.days_late if one.status == "late" else Decimal(0)
    cost = min(late, Decimal(5)) + (5 if one.status == "missing" else 0)
    corrected = any(sent.known_kind == "correction" and sent.received_at >= one.owed.deadline for sent in about)
    returned = sum(sent.outcome == "returned" for sent in about) > 2
    cost += (1 if corrected else 0) + (Decimal("0.5") if returned else 0)
    is_early = one.status == "on_time" and one.first <= one.owed.deadline - timedelta(days=1)
    return cost, is_early and not corrected and not returned


def test_costs_add_up_to_the_points(tmp_path):
    store = history(tmp_path, {("A", "T1"): [3], ("A", "T2"): [None], ("A", "T3"): [0], ("B", "T1"): [9]})
    waivers.waive(store, Waiving(Ground.SYSTEM_FAULT, JANUARY, REASON, "B"), settled(1))
    found = queries.costs(store, settled(1), JANUARY)
    assert found[["unit_code", "template_code", "lost", "is_waived"]].values.tolist() == [
        ["A", "T1", 1.5, False],
        ["A", "T2", 5.0, False],
        ["A", "T3", 0.0, False],
        ["B", "T1", 0.0, True],
    ]
    assert figures(store, settled(1))["A"][1] == "97.83"


# Publication


def test_what_was_published_never_changes(tmp_path):
    store = history(tmp_path, {("A", "T1"): [4], ("B", "T1"): [0]})
    at = settled(1)
    first = publishing.publish(store, "month", JANUARY, at)
    assert [(line["unit_code"], line["rank"], line["points"]) for line in first.lines] == [("B", 1, 100), ("A", 2, 98)]
    waivers.waive(store, Waiving(Ground.SYSTEM_FAULT, JANUARY, REASON, "A"), at)
    publishing.set_points(store, {"preset": "day_by_day"}, at)
    (kept,) = queries.publications(store, ALWAYS, "month", JANUARY)
    assert (kept.lines, kept.content["points"]["preset"]) == (first.lines, "average_100")
    for reason in ("", "asdfgh"):
        with pytest.raises(Fault, match="edition"):
            publishing.publish(store, "month", JANUARY, at, reason)
    second = publishing.publish(store, "month", JANUARY, at + timedelta(hours=1), "甲科异议成立")
    assert (second.edition, second.lines[0]["points"], second.lines[1]["points"]) == (2, 10, None)
    assert [one.edition for one in queries.publications(store, ALWAYS)] == [2, 1]
    acts = store.rows("SELECT details FROM audit WHERE action = 'board_published' ORDER BY audit_no")
    assert [json.loads(details)["edition"] for (details,) in acts] == [1, 2]


def test_a_month_is_published_once_all_its_deadlines_have_passed(tmp_path):
    store = history(tmp_path, {("A", "T1"): [0], ("A", "T2"): [9]})
    for at in (deadline(JANUARY) - timedelta(seconds=1), datetime(2026, 1, 31, tzinfo=UTC)):
        with pytest.raises(Fault, match="unsettled"):
            publishing.publish(store, "month", JANUARY, at)
    with pytest.raises(Fault, match="unsettled"):
        publishing.publish(store, "year", JANUARY, settled(1))
    assert store.rows("SELECT count(*) FROM board_publication") == [(0,)]
    assert publishing.publish(store, "month", JANUARY, deadline(JANUARY)).lines[0]["missing"] == 1
    for person in (LEADER, REVIEWER):
        with pytest.raises(Forbidden):
            publishing.publish(store.seen_by(person), "month", JANUARY, settled(1), REASON)


# Objections


@pytest.fixture
def published(tmp_path) -> Store:
    """January's board, published on Friday 13 March 2026: objections until Friday the 20th."""
    store = history(
        tmp_path, {("A", "T1"): [4], ("A", "T2"): [1], ("B", "T1"): [0], ("C", "T1"): [9]}, {("C", "T1"): (1,)}
    )
    publishing.publish(store, "month", JANUARY, datetime(2026, 3, 13, 17, tzinfo=ZONE))
    return store


def test_a_unit_objects_within_five_working_days(published):
    own = published.seen_by(REVIEWER)
    with pytest.raises(Fault, match="too_late") as refused:
        publishing.object_to(own, JANUARY, "A", REASON, datetime(2026, 3, 21, tzinfo=ZONE))
    assert refused.value.details == {"until": "2026-03-20"}
    publishing.object_to(own, JANUARY, "A", REASON, datetime(2026, 3, 20, 23, 59, 59, tzinfo=ZONE), "T1")
    found = queries.objections(published, ALWAYS)
    assert found[["unit_code", "template_code", "state"]].values.tolist() == [["A", "T1", "open"]]
    assert published.rows("SELECT action, unit_code FROM audit ORDER BY audit_no DESC LIMIT 1") == [
        ("objection_made", "A")
    ]


@pytest.mark.parametrize(
    ("person", "unit", "of", "template", "reason", "code"),
    [
        (REVIEWER, "A", JANUARY, None, "不对", "reason"),
        (REVIEWER, "A", month(2), None, REASON, "unpublished"),
        (REVIEWER, "A", JANUARY, "T9", REASON, "no_due"),
        (Person("c", "c", Role.REPORTER, "C"), "C", JANUARY, None, REASON, "not_ranked"),
        (REVIEWER, "B", JANUARY, None, REASON, Forbidden),
        (LEADER, "A", JANUARY, None, REASON, Forbidden),
    ],
)
def test_what_is_no_objection_is_refused_and_nothing_kept(published, person, unit, of, template, reason, code):
    at = datetime(2026, 3, 16, tzinfo=ZONE)
    with pytest.raises(Forbidden if code is Forbidden else Fault, match=None if code is Forbidden else code):
        publishing.object_to(published.seen_by(person), of, unit, reason, at, template)
    assert published.rows("SELECT count(*) FROM objection") == [(0,)]


def test_one_thing_is_objected_to_once_and_answered_once(published):
    own, at = published.seen_by(REVIEWER), datetime(2026, 3, 16, tzinfo=ZONE)
    first = publishing.object_to(own, JANUARY, "A", REASON, at, "T1")
    with pytest.raises(Fault, match="objected"):
        publishing.object_to(own, JANUARY, "A", REASON, at, "T1")
    publishing.object_to(own, JANUARY, "A", REASON, at)
    with pytest.raises(Forbidden):
        publishing.answer_objection(published.seen_by(LEADER), first, True, REASON, at)
    with pytest.raises(Fault, match="reason"):
        publishing.answer_objection(published, first, True, "好", at)
    with pytest.raises(Fault, match="dismissed_waiver"):
        publishing.answer_objection(published, first, False, REASON, at, Ground.SYSTEM_FAULT)
    assert (
        publishing.answer_objection(published, first, True, REASON, at, Ground.SYSTEM_FAULT, "鄂数函〔2026〕3号") == 1
    )
    for answer in (True, False):
        with pytest.raises(Fault, match="answered"):
            publishing.answer_objection(published, first, answer, REASON, at)
    with pytest.raises(Fault, match="unknown"):
        publishing.answer_objection(published, "0" * 64, True, REASON, at)
    states = queries.objections(own, ALWAYS)[["template_code", "state", "answer"]].astype(object).values.tolist()
    assert ["T1", "upheld", REASON] in states and len(states) == 2
    assert published.rows("SELECT unit_code, template_code, ground FROM waiver") == [("A", "T1", "system_fault")]
    assert figures(published, at)["A"][1] == "99.50" and published.rows(
        "SELECT points FROM board_line WHERE rank = 2"
    ) == [(98.75,)]


def test_an_answer_whose_waiver_is_refused_is_not_kept_either(published):
    own, at = published.seen_by(REVIEWER), datetime(2026, 3, 16, tzinfo=ZONE)
    made = publishing.object_to(own, JANUARY, "A", REASON, at, "T1")
    waivers.waive(published, Waiving(Ground.SYSTEM_FAULT, JANUARY, REASON, "A", "T1"), at)
    acts = published.rows("SELECT count(*) FROM audit")
    with pytest.raises(Fault, match="nothing_to_waive"):
        publishing.answer_objection(published, made, True, REASON, at, Ground.SYSTEM_FAULT)
    assert queries.objections(published, ALWAYS)["state"].tolist() == ["open"]
    assert published.rows("SELECT count(*) FROM audit") == acts


# Who sees what


@pytest.mark.parametrize(("shown", "seen"), [("own", {"A"}), ("red", {"A", "B"}), ("all", {"A", "B", "C"})])
def test_units_see_their_own_place_and_what_the_office_shows(published, shown, seen):
    publishing.set_shown(published, shown, datetime(2026, 3, 14, tzinfo=ZONE))
    own = published.seen_by(REVIEWER)
    (one,) = queries.publications(own, ALWAYS)
    assert {line["unit_code"] for line in one.lines} == seen
    assert {line["unit_code"] for line in queries.publications(published.seen_by(LEADER), ALWAYS)[0].lines} == {
        "A",
        "B",
        "C",
    }
    with pytest.raises(Fault, match=r"^setting\.choice"):
        publishing.set_shown(published, "everything", datetime(2026, 3, 14, tzinfo=ZONE))


def test_a_unit_sees_no_other_units_points_before_publication_and_no_place(tmp_path):
    store = history(tmp_path, {("A", "T1"): [4], ("B", "T1"): [0]})
    assert figures(store.seen_by(REVIEWER), settled(1)) == {"A": (None, "98.00", "")}
    publishing.publish(store, "month", JANUARY, settled(1))
    publishing.object_to(store.seen_by(REVIEWER), JANUARY, "A", REASON, settled(1))
    assert queries.objections(store.seen_by(STRANGER), ALWAYS).empty
    hidden = store.seen_by(Person("m", "m", Role.MONITOR))
    for table in ("board_line", "objection", "objection_step"):
        assert hidden.rows(f"SELECT count(*) FROM {table}") == [(0,)]


def test_whoever_has_published_goes_on_with_that_formula(tmp_path, monkeypatch):
    store = history(tmp_path, {("A", "T1"): [4], ("B", "T1"): [0]})
    publishing.publish(store, "month", JANUARY, settled(1))
    monkeypatch.setattr("data.boards.points.DELIVERED", "on_time_100")
    assert queries.points_at(store, settled(1)).preset == "average_100"
    publishing.set_points(store, {"late_day": 1}, settled(1))
    assert (queries.points_at(store, ALWAYS).preset, queries.points_at(store, ALWAYS).late_day) == ("average_100", 1)
    publishing.set_points(store, {"preset": "on_time_100"}, settled(2))
    assert queries.points_at(store, settled(2)).late == 50


def test_values_of_ones_own_belong_to_the_formula_that_was_in_force(tmp_path, monkeypatch):
    store = history(tmp_path, {("A", "T1"): [4], ("B", "T1"): [0]})
    monkeypatch.setattr("data.boards.points.DELIVERED", "on_time_100")
    publishing.set_points(store, {"late_day": 4}, settled(1))
    made = queries.points_at(store, settled(1))
    assert (made.preset, made.late, made.late_day) == ("on_time_100", 50, 4)
