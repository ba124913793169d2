"""Policies by date, frozen dues, extensions and exemptions, locks: each answer is that of its moment."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pandas
import pytest

from data.access import Forbidden, Person, Role
from data.backup import backup, restore
from data.catalogue.files import CatalogueError, read_catalogue, write_catalogue
from data.catalogue.in_force import catalogue_in_force, load_catalogue
from data.catalogue.model import DuePolicy, Obligation, RestDays, Unit
from data.catalogue.xlsx import read_catalogue_xlsx, write_catalogue_xlsx
from data.dues.changes import Until, exempt, extend, lock_moments, revoke
from data.dues.granted import due_changes
from data.dues.policy import set_policy
from data.dues.timeliness import dues, known_deadlines, timeliness
from data.fault import Fault
from data.store import Store
from tests.data import worlds
from tests.data.worlds import SHANGHAI, Sent, World, words

ZONE = ZoneInfo(SHANGHAI)
START = datetime(2026, 9, 1, tzinfo=ZONE)
OCTOBER, KEY = date(2026, 10, 1), ("U1", "T1", date(2026, 10, 1))
NOT_OPEN = ("U1", "T1", date(2027, 6, 1))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def store_of(tmp_path, sent=(), due: DuePolicy | None = None, **more):
    """Two units that owe T1 from August on. August's first return has come in: the store has begun in earnest."""
    sent = [Sent("U1", "T1", date(2026, 8, 1), START), *sent]
    obligations = [Obligation(unit, "T1", date(2026, 8, 1)) for unit in ("U1", "U2")]
    template = replace(worlds.template(), due=due or DuePolicy())
    world = World(worlds.catalogue(obligations, [template], **more), sent)
    return worlds.opened(tmp_path, world, START)


def one(store, as_of: datetime, key=KEY):
    found = dues(store, as_of, unit_code=key[0])
    return found[found["period"] == pandas.Timestamp(key[2])].iloc[0]


def test_a_later_policy_changes_only_periods_that_open_later(tmp_path):
    store = store_of(tmp_path)
    evening = 17 * 60 + 30
    change = {"rest_days": RestDays.ADVANCE, "minutes": evening}
    set_policy(store, None, OCTOBER, lambda one: replace(one, **change), at("2026-10-15"))
    days = {row.period.date().month: row for row in dues(store, at("2026-12-31")).itertuples() if row.unit_code == "U1"}
    assert days[9].due_date.date() == date(2026, 10, 22) and days[9].due_minutes == 1440
    assert days[10].due_date.date() == date(2026, 11, 20) and days[10].deadline == at("2026-11-20T17:30")
    assert (days[10].nominal_date.date(), days[10].rest_name) == (date(2026, 11, 22), "weekend")
    set_policy(store, ["T1"], OCTOBER, lambda one: replace(one, day=5), at("2026-11-10"))  # October has opened: frozen
    days = {row.period.date().month: row for row in dues(store, at("2026-12-31")).itertuples() if row.unit_code == "U1"}
    assert days[10].due_date.date() == date(2026, 11, 20) and days[11].due_date.date() == date(2026, 12, 4)
    store.close()


def test_a_policy_that_is_none_is_refused_and_changes_nothing(tmp_path):
    store = store_of(tmp_path)
    before = catalogue_in_force(store)
    with pytest.raises(CatalogueError, match="due day is 1 to 31"):
        set_policy(store, None, OCTOBER, lambda one: replace(one, day=40), START)
    with pytest.raises(Fault, match=r"catalogue\.template: found T9"):
        set_policy(store, ["T9"], OCTOBER, lambda one: one, START)
    with pytest.raises(Forbidden):
        set_policy(store.seen_by(Person("x", "x", Role.LEADER)), None, OCTOBER, lambda one: replace(one, day=5), START)
    assert catalogue_in_force(store) == before
    store.close()


def test_policies_and_parents_survive_the_folder_and_the_workbook(tmp_path):
    later = DuePolicy(20, 1, 1050, RestDays.NTH_WORKDAY, 2, 7, date(2027, 1, 1))
    due = DuePolicy(minutes=720, rest_days=RestDays.POSTPONE, lock_days=9)
    template = replace(worlds.template(), due=due, due_changes=(later,))
    units = (Unit("U1", words("甲")), Unit("U2", words("乙"), parent_code="U1", valid_from=date(2026, 1, 1)))
    made = worlds.catalogue([Obligation("U2", "T1", OCTOBER)], [template], units=units)
    write_catalogue(made, tmp_path / "folder")
    write_catalogue_xlsx(made, tmp_path / "book.xlsx")
    for again in (read_catalogue(tmp_path / "folder"), read_catalogue_xlsx(tmp_path / "book.xlsx")):
        assert again.templates[0].due == due and again.templates[0].due_changes == (later,)
        assert again.units[1].parent_code == "U1"
        assert again.templates[0].policy(date(2026, 12, 1)) == due
        assert again.templates[0].policy(date(2027, 5, 1)) == later
    path = tmp_path / "folder" / "units.csv"
    path.write_text("\n".join(line.rpartition(",")[0] for line in path.read_text().splitlines()), "utf-8")
    assert read_catalogue(tmp_path / "folder").units[1].parent_code is None  # written before there was the column


def test_an_extension_counts_from_when_it_was_made(tmp_path):
    late = at("2026-11-24T10:00")
    store = store_of(tmp_path, [Sent("U1", "T1", OCTOBER, late)])
    extend(store, [KEY], Until(date(2026, 11, 25)), "上级系统故障", at("2026-11-24T12:00"), "鄂建信〔2026〕3号")
    before, after = one(store, at("2026-11-24T11:00")), one(store, at("2026-11-24T13:00"))
    assert (before.status, before.days_late, before.change_kind) == ("late", 2, None)
    assert (after.status, after.days_late, after.change_kind) == ("on_time", 0, "extension")
    assert after.deadline == at("2026-11-26") and after.planned_deadline == at("2026-11-23")
    assert (after.due_date.date(), after.planned_date.date()) == (date(2026, 11, 25), date(2026, 11, 22))
    assert one(store, at("2026-11-24T13:00"), ("U2", "T1", OCTOBER)).status == "missing"  # nobody else's
    assert known_deadlines(store, at("2026-11-24T13:00"))[KEY] == (date(2026, 11, 25), 1440)
    store.close()


def test_an_extension_may_end_within_the_day_and_a_day_late_begins_there(tmp_path):
    store = store_of(tmp_path)
    extend(store, [KEY], Until(date(2026, 11, 25), 17 * 60 + 30), "网络中断", at("2026-11-20"))
    assert one(store, at("2026-11-25T17:29")).status == "pending"
    row = one(store, at("2026-11-25T17:30"))
    assert (row.status, row.days_late) == ("missing", 1)
    assert one(store, at("2026-11-26T17:29")).days_late == 1 and one(store, at("2026-11-26T17:30")).days_late == 2
    store.close()


def test_the_newest_change_holds_and_a_revoked_one_gives_way(tmp_path):
    store = store_of(tmp_path)
    (first,) = extend(store, [KEY], Until(date(2026, 11, 25)), "上级延期", at("2026-11-20"))
    (second,) = exempt(store, [KEY], "机构调整", at("2026-11-21"))
    assert one(store, at("2026-11-20T12:00")).due_date.date() == date(2026, 11, 25)
    assert one(store, at("2026-11-30")).status == "exempt"
    revoke(store, second, "录入有误", at("2026-11-22"))
    assert one(store, at("2026-11-21T12:00")).status == "exempt"  # as it was then
    assert one(store, at("2026-11-24")).status == "pending"
    revoke(store, first, "录入有误", at("2026-11-24T12:00"))
    assert (one(store, at("2026-11-24T13:00")).status, one(store, at("2026-11-24T13:00")).days_late) == ("missing", 2)
    listed = due_changes(store, at("2026-11-30"), OCTOBER)
    assert listed["change_id"].tolist() == [second, first] and not listed["is_in_force"].any()
    assert listed["end_reason"].tolist() == ["录入有误", "录入有误"]
    acts = [row[0] for row in store.rows("SELECT action FROM audit WHERE action LIKE 'due_%' ORDER BY audit_no")]
    assert acts == ["due_extension", "due_exemption", "due_change_revoked", "due_change_revoked"]
    store.close()


@pytest.mark.parametrize(
    ("code", "act"),
    [
        ("no_due", lambda store, now: extend(store, [NOT_OPEN], Until(date(2027, 9, 1)), "上级延期", now)),
        ("no_due", lambda store, now: exempt(store, [("U9", "T1", OCTOBER)], "上级延期", now)),
        ("not_later", lambda store, now: extend(store, [KEY], Until(date(2026, 11, 22)), "上级延期", now)),
        ("not_later", lambda store, now: extend(store, [KEY], Until(date(2026, 11, 21)), "上级延期", now)),
        ("reason", lambda store, now: exempt(store, [KEY], "  x  ", now)),
        ("unknown", lambda store, now: revoke(store, "nothing", "上级延期", now)),
    ],
)
def test_what_is_no_change_is_refused_and_nothing_is_written(tmp_path, code, act):
    store = store_of(tmp_path)
    with pytest.raises(Fault) as refused:
        act(store, at("2026-11-02"))
    assert refused.value.code == f"due.{code}"
    assert store.rows("SELECT count(*) FROM due_change") == store.rows("SELECT count(*) FROM due_change_end") == [(0,)]
    store.close()


def test_one_that_is_not_due_stops_all(tmp_path):
    store = store_of(tmp_path)
    with pytest.raises(Fault):
        extend(store, [KEY, NOT_OPEN], Until(date(2026, 11, 30)), "上级延期", at("2026-11-02"))
    assert due_changes(store, at("2026-12-01")).empty
    store.close()


@pytest.mark.parametrize("role", [Role.LEADER, Role.REPORTER, Role.REVIEWER])
def test_only_the_office_decides(tmp_path, role):
    store = store_of(tmp_path)
    (change,) = exempt(store, [KEY], "机构调整", at("2026-11-02"))
    own = store.seen_by(Person("x", "x", role, "U2"))
    for act in (
        lambda: extend(own, [KEY], Until(date(2026, 11, 25)), "上级延期", at("2026-11-03")),
        lambda: exempt(own, [KEY], "上级延期", at("2026-11-03")),
        lambda: revoke(own, change, "上级延期", at("2026-11-03")),
    ):
        with pytest.raises(Forbidden):
            act()
    assert due_changes(own, at("2026-11-04")).empty == (role is not Role.LEADER)  # another unit's business
    store.close()


def test_late_missing_and_locked_are_three_things(tmp_path):
    sent = [Sent("U2", "T1", OCTOBER, at("2026-11-24"))]
    store = store_of(tmp_path, sent, DuePolicy(lock_days=5))
    assert not one(store, at("2026-11-27T23:59")).is_locked
    locked = one(store, at("2026-11-28"))
    assert (locked.status, locked.is_locked) == ("missing", True)
    late = one(store, at("2026-12-15"), ("U2", "T1", OCTOBER))
    assert (late.status, late.is_locked) == ("late", False)
    assert lock_moments(store, [KEY], at("2026-12-01")) == {KEY: at("2026-11-28")}
    extend(store, [KEY], Until(date(2026, 12, 10)), "上级延期", at("2026-12-01"))  # and the lock moves with it
    assert lock_moments(store, [KEY], at("2026-12-02")) == {KEY: at("2026-12-16")}
    assert not one(store, at("2026-12-15")).is_locked and one(store, at("2026-12-16")).is_locked
    store.close()


def test_a_unit_owes_nothing_for_a_period_that_it_did_not_see_the_end_of(tmp_path):
    units = (
        Unit("U1", words("甲科"), valid_to=date(2026, 9, 30)),
        Unit("U2", words("乙科"), valid_from=date(2026, 9, 15)),
    )
    store = store_of(tmp_path, units=units)
    found = {(row.unit_code, row.period.date().month) for row in dues(store, at("2026-12-15")).itertuples()}
    assert found == {("U1", 8), ("U1", 9), ("U2", 9), ("U2", 10), ("U2", 11)}
    store.close()


def test_a_unit_that_closes_later_keeps_what_it_owed(tmp_path):
    store = store_of(tmp_path)
    catalogue = catalogue_in_force(store)
    units = tuple(replace(unit, valid_to=date(2026, 10, 15)) for unit in catalogue.units)
    load_catalogue(store, replace(catalogue, units=units), at("2026-11-05"))
    found = {row.period.date().month for row in dues(store, at("2026-12-31")).itertuples()}
    assert found == {8, 9, 10}  # October had opened on the first of November
    store.close()


def test_first_and_latest_are_both_kept_and_both_measures_told(tmp_path):
    sent = [Sent("U1", "T1", OCTOBER, at("2026-11-22T21:00")), Sent("U1", "T1", OCTOBER, at("2026-12-03"), version=2)]
    store = store_of(tmp_path, sent)
    row = one(store, at("2026-12-31"))
    assert (row.first_received_at, row.latest_received_at) == (at("2026-11-22T21:00"), at("2026-12-03"))
    assert row.age_days == pytest.approx(21 + 21 / 24) and row.lead_days == pytest.approx(3 / 24)
    assert (row.status, row.versions) == ("on_time", 2)
    store.close()


def test_rates_roll_up_by_parent_group_quarter_and_year_and_none_is_counted_twice(tmp_path):
    """The same counted in plain Python: by the parent that the unit had on the last day of the period."""
    units = (
        Unit("U0", words("局")),
        Unit("U1", words("甲"), parent_code="U0"),
        Unit("U2", words("乙"), valid_to=date(2026, 9, 30)),
        Unit("U2", words("乙"), valid_from=date(2026, 10, 1), parent_code="U0"),
    )
    sent = [Sent("U1", "T1", date(2026, month, 1), at(f"2026-{month + 1:02}-20")) for month in (8, 9, 10)]
    sent += [Sent("U2", "T1", date(2026, 9, 1), at("2026-10-30"))]
    obligations = [Obligation(unit, "T1", date(2026, 8, 1)) for unit in ("U1", "U2")]
    template = replace(worlds.template(), group="BE")
    store = worlds.opened(tmp_path, World(worlds.catalogue(obligations, [template], units=units), sent), START)
    as_of = at("2026-11-30")
    judged = dues(store, as_of)
    parents = {("U1", 8): "U0", ("U1", 9): "U0", ("U1", 10): "U0", ("U2", 8): "U2", ("U2", 9): "U2", ("U2", 10): "U0"}
    expected: dict = {}
    for row in judged.itertuples():
        parent = parents[row.unit_code, row.period.month]
        counts = expected.setdefault(parent, [0, 0])
        counts[0] += row.status in ("on_time", "late", "missing")
        counts[1] += row.status == "on_time"
    found = timeliness(store, as_of, by=("parent_code",))
    assert {row.parent_code: [row.due, row.on_time] for row in found.itertuples()} == expected
    assert found["on_time_rate"].tolist() == [3 / 4, 0]
    (by_group,) = timeliness(store, as_of, by=("template_group",)).itertuples()
    assert (by_group.template_group, by_group.due, by_group.on_time) == ("BE", 6, 3)
    quarters = timeliness(store, as_of, by=("quarter",))
    assert quarters["due"].tolist() == [4, 2] and quarters["on_time"].tolist() == [2, 1]
    (year,) = timeliness(store, as_of, by=("year",)).itertuples()
    assert (year.due, year.received, year.on_time) == (6, 4, 3) and year.on_time_rate == 0.5
    store.close()


def test_a_report_of_march_asked_for_later_is_the_one_of_march(tmp_path):
    """Whatever is decided or sent afterwards, the answer as of a moment stays that of the moment."""
    store = store_of(tmp_path, [Sent("U1", "T1", OCTOBER, at("2026-11-24"))])
    then = at("2026-11-25")
    before = worlds.records(dues(store, then).drop(columns=["change_id"]))
    extend(store, [KEY], Until(date(2026, 11, 30)), "上级延期", at("2026-11-26"))
    exempt(store, [("U2", "T1", OCTOBER)], "机构调整", at("2026-11-27"))
    set_policy(store, None, date(2026, 11, 1), lambda one: replace(one, day=5), at("2026-11-28"))
    worlds.send(store, [Sent("U2", "T1", OCTOBER, at("2026-11-29"))])
    assert worlds.records(dues(store, then).drop(columns=["change_id"])) == before
    assert {row.status for row in dues(store, at("2026-11-30")).itertuples() if row.period.month == 10} == {
        "on_time",
        "exempt",
    }
    store.close()


def test_days_late_of_an_hour_within_the_day_are_begun_days(tmp_path):
    store = store_of(tmp_path, due=DuePolicy(minutes=12 * 60))
    deadline = at("2026-11-22T12:00")
    for hours, days in ((0, 1), (23.9, 1), (24, 2), (49, 3)):
        row = one(store, deadline + timedelta(hours=hours))
        assert (row.status, row.days_late) == ("missing", days), hours
    assert one(store, deadline - timedelta(seconds=1)).status == "pending"
    assert deadline.astimezone(UTC) == one(store, deadline).deadline
    store.close()


# Found by an attacker


def test_a_shorter_extension_is_refused_while_the_longer_one_holds(tmp_path):
    store = store_of(tmp_path, [Sent("U1", "T1", OCTOBER, at("2026-11-28"))])
    (long,) = extend(store, [KEY], Until(date(2026, 11, 30)), "上级延期", at("2026-11-02"))
    with pytest.raises(Fault, match="not_later"):
        extend(store, [KEY], Until(date(2026, 11, 25)), "写错了日期", at("2026-11-29"))
    assert one(store, at("2026-11-29T12:00")).status == "on_time"
    revoke(store, long, "写错了日期", at("2026-11-29T13:00"))
    extend(store, [KEY], Until(date(2026, 11, 25)), "应为二十五日", at("2026-11-29T14:00"))
    assert one(store, at("2026-11-30")).due_date.date() == date(2026, 11, 25)
    store.close()


def test_no_extension_undoes_an_exemption(tmp_path):
    store = store_of(tmp_path)
    exempt(store, [KEY], "机构调整", at("2026-11-02"))
    with pytest.raises(Fault, match="exempt"):
        extend(store, [KEY], Until(date(2026, 11, 30)), "全市停电", at("2026-11-03"))
    assert one(store, at("2026-12-01")).status == "exempt"
    store.close()


def test_the_later_of_two_changes_holds_whatever_the_clock_says_and_a_due_counts_once(tmp_path):
    store, now = store_of(tmp_path), at("2026-11-10")
    assert len(extend(store, [KEY, KEY], Until(date(2026, 11, 25)), "上级延期", now)) == 1
    exempt(store, [KEY], "机构调整", now)  # in the same instant
    for _ in range(3):
        assert one(store, at("2026-11-30")).status == "exempt"
    other = ("U2", "T1", OCTOBER)
    extend(store, [other], Until(date(2026, 11, 25)), "上级延期", now)
    exempt(store, [other], "机构调整", now - timedelta(days=1))  # the clock was set back
    assert one(store, at("2026-11-30"), other).status == "exempt"
    store.close()


def test_a_due_that_was_planned_never_vanishes_by_a_change_of_rules(tmp_path):
    """November is planned to open on the first of December; by the new rule it would have opened already."""
    store = store_of(tmp_path)
    set_policy(store, None, date(2026, 11, 1), lambda one: replace(one, month_offset=0, day=28), at("2026-11-26"))
    months = [row.period.date().month for row in dues(store, at("2027-01-30"), unit_code="U1").itertuples()]
    assert months == [8, 9, 10, 11, 12, 1]
    november = one(store, at("2027-01-30"), ("U1", "T1", date(2026, 11, 1)))
    assert november.due_date.date() == date(2026, 11, 28)
    set_policy(store, None, date(2026, 12, 1), lambda one: replace(one, day=1), at("2026-12-05"))
    december = one(store, at("2027-01-30"), ("U1", "T1", date(2026, 12, 1)))
    assert december.due_date.date() >= date(2026, 12, 5)  # not to a day that was over when the rule was made
    store.close()


def test_two_people_who_change_two_templates_at_once_lose_nothing(tmp_path):
    obligations = [Obligation("U1", code, date(2026, 8, 1)) for code in ("T1", "T2")]
    store = worlds.opened(tmp_path, World(worlds.catalogue(obligations), []), START)

    def change(code: str, day: int):
        return set_policy(store, [code], OCTOBER, lambda one: replace(one, day=day), at("2026-09-05"))

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(change, ("T1", "T2"), (11, 12))) == [["T1"], ["T2"]]
    catalogue = catalogue_in_force(store)
    assert [catalogue.template(code).policy(OCTOBER).day for code in ("T1", "T2")] == [11, 12]
    store.close()


# Frozen whether or not anything came


@pytest.fixture
def untouched(tmp_path):
    """Two units that owe T1 from September on; nothing was received, and nothing ran since the first of September."""
    obligations = [Obligation(unit, "T1", date(2026, 9, 1)) for unit in ("U1", "U2")]
    store = worlds.opened(tmp_path, World(worlds.catalogue(obligations), []), START)
    yield store
    store.close()


@pytest.mark.parametrize("day", [10, 28])
def test_with_nothing_received_a_policy_moves_no_deadline_of_an_open_round(untouched, day):
    set_policy(untouched, None, OCTOBER, lambda one: replace(one, day=day), at("2026-11-05"))
    assert one(untouched, at("2026-11-15")).due_date.date() == date(2026, 11, 22)
    assert one(untouched, at("2026-12-15"), ("U1", "T1", date(2026, 11, 1))).due_date.date() == date(2026, 12, day)


def test_an_extension_makes_nobody_late_when_the_policy_changes_after_it(untouched):
    extend(untouched, [KEY], Until(date(2026, 11, 25)), "上级延期", at("2026-11-05"))
    set_policy(untouched, None, OCTOBER, lambda one: replace(one, day=28), at("2026-11-06"))
    worlds.send(untouched, [Sent("U1", "T1", OCTOBER, at("2026-11-25T12:00"))])
    assert one(untouched, at("2026-11-30")).status == "on_time"
    other = one(untouched, at("2026-11-24"), ("U2", "T1", OCTOBER))
    assert (other.due_date.date(), other.status) == (date(2026, 11, 22), "missing")


def test_an_extension_to_before_the_deadline_is_none(untouched):
    """A store of an earlier version may hold one: the policy was changed to a later day after it was granted."""
    extend(untouched, [KEY], Until(date(2026, 11, 25)), "上级延期", at("2026-11-05"))
    later = at("2026-11-29")
    with untouched.write() as cursor:
        cursor.execute("UPDATE due SET deadline = ?, due_date = ? WHERE unit_code = 'U1'", [later, date(2026, 11, 28)])
    due = one(untouched, at("2026-11-27"))
    assert (due.status, due.deadline, due.due_date.date()) == ("pending", later, date(2026, 11, 28))
    assert not due_changes(untouched, at("2026-11-27"))["is_in_force"].any()


def test_a_restored_backup_keeps_the_deadlines_of_what_opened_since_it_was_made(untouched, tmp_path):
    backup(untouched, tmp_path / "copy.duckdb")
    restore(tmp_path / "copy.duckdb", tmp_path / "restored" / "store.duckdb")
    restored = Store(tmp_path / "restored" / "store.duckdb")
    set_policy(restored, None, OCTOBER, lambda one: replace(one, day=10), at("2026-11-05"))
    assert one(restored, at("2026-11-15")).due_date.date() == date(2026, 11, 22)
    restored.close()
