"""The bureau's clock: days, hours and moments in its own zone, in Python and in SQL; and that it has one home."""

import ast
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from data.access import Person, Role
from data.catalogue.check import faults
from data.catalogue.in_force import catalogue_in_force, clock_of, load_catalogue
from data.catalogue.model import Bureau
from data.clock import Clock
from data.store import Store
from tests.pages.fabricated import NOW, catalogue

BERLIN, NEW_YORK, SHANGHAI = Clock("Europe/Berlin"), Clock("America/New_York"), Clock("Asia/Shanghai")
SANTIAGO, HAVANA = Clock("America/Santiago"), Clock("America/Havana")  # zones whose clocks change at midnight
MOMENT = datetime(2026, 11, 22, 20, 30, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("clock", "shown", "day"),
    [
        (SHANGHAI, "2026-11-23 04:30", date(2026, 11, 23)),
        (BERLIN, "2026-11-22 21:30", date(2026, 11, 22)),
        (NEW_YORK, "2026-11-22 15:30", date(2026, 11, 22)),
    ],
)
def test_each_bureau_has_its_own_hours(clock, shown, day):
    assert (clock.minute(MOMENT), clock.second(MOMENT), clock.hour(MOMENT)) == (shown, f"{shown}:15", shown[11:])
    assert clock.day(MOMENT) == day and clock.local(MOMENT) == MOMENT == datetime.fromisoformat(clock.iso(MOMENT))


def test_a_moment_without_a_zone_is_not_guessed():
    with pytest.raises(ValueError, match="time zone"):
        BERLIN.local(datetime(2026, 11, 22))


@pytest.mark.parametrize(
    ("clock", "day", "hours", "begins"),
    [
        (BERLIN, date(2026, 3, 29), 23, "2026-03-28T23:00Z"),
        (BERLIN, date(2026, 10, 25), 25, "2026-10-24T22:00Z"),
        (NEW_YORK, date(2026, 11, 1), 25, "2026-11-01T04:00Z"),
        (SHANGHAI, date(2026, 11, 1), 24, "2026-10-31T16:00Z"),
        (SANTIAGO, date(2026, 9, 6), 23, "2026-09-06T04:00Z"),  # begins at one o'clock
        (HAVANA, date(2026, 11, 1), 25, "2026-11-01T04:00Z"),  # begins twice
    ],
)
def test_a_day_lasts_as_long_as_its_clock_says(clock, day, hours, begins):
    begin, end = clock.start(day).astimezone(UTC), clock.end(day).astimezone(UTC)
    assert begin == datetime.fromisoformat(begins) and end - begin == timedelta(hours=hours)
    assert clock.day(begin) == day == clock.last_day(end) and clock.day(begin - timedelta(seconds=1)) < day
    assert clock.until(end) == (day, 24 * 60)


@pytest.mark.parametrize("clock", [BERLIN, NEW_YORK, SHANGHAI, SANTIAGO, HAVANA])
def test_every_deadline_of_a_year_is_said_as_it_was_set(clock):
    for number in range(366):
        day = date(2026, 1, 1) + timedelta(days=number)
        assert clock.until(clock.at(day, 24 * 60)) == (day, 24 * 60)
        assert clock.until(clock.at(day, 17 * 60 + 30).astimezone(UTC)) == (day, 17 * 60 + 30)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-22", "2026-11-22T00:00:00+08:00"),
        ("2026-11-22T23:59:59", "2026-11-22T23:59:59+08:00"),
        ("2026-11-22 23:59", "2026-11-22T23:59:00+08:00"),
        ("2026-11-22T15:59:59Z", "2026-11-22T23:59:59+08:00"),
        ("2026-11-22T09:59:59-06:00", "2026-11-22T23:59:59+08:00"),
    ],
)
def test_a_typed_moment_without_a_zone_is_the_bureaus(text, moment):
    assert SHANGHAI.parse(text) == datetime.fromisoformat(moment)


def test_a_typed_moment_follows_summer_time():
    assert BERLIN.parse("2026-07-22").isoformat() == "2026-07-22T00:00:00+02:00"
    assert BERLIN.parse("2026-12-22").isoformat() == "2026-12-22T00:00:00+01:00"


@pytest.mark.parametrize("text", ["", "today", "22.11.2026", "2026-13-01", "2026-11-22T25:00", "0001-01-01"])
def test_what_is_no_moment_is_a_value_error(text):
    with pytest.raises(ValueError, match=r"\w"):
        SHANGHAI.parse(text)


# SQL cuts moments into days too


def cut(store: Store) -> date:
    """The day on which MOMENT lies, by SQL."""
    return store.rows("SELECT ?::TIMESTAMPTZ::DATE", [MOMENT])[0][0]


def loaded(path: Path, zone: str) -> Store:
    store = Store(path)
    load_catalogue(store, catalogue(zone), NOW)
    return store


def test_two_stores_of_a_process_keep_their_own_days(tmp_path):
    east, west = loaded(tmp_path / "east", "Asia/Shanghai"), loaded(tmp_path / "west", "America/New_York")
    assert (cut(east), cut(west)) == (date(2026, 11, 23), date(2026, 11, 22))
    assert [store.rows("SELECT current_setting('TimeZone')")[0][0] for store in (east, west)] == [
        "Asia/Shanghai",
        "America/New_York",
    ]
    east.close(), west.close()


def test_a_store_that_is_opened_again_has_its_bureaus_days_at_once(tmp_path):
    loaded(tmp_path / "store", "America/New_York").close()
    again = Store(tmp_path / "store")  # nobody asks for the catalogue: a restore, a command for the owner, a page
    assert cut(again) == date(2026, 11, 22) and clock_of(again) == NEW_YORK
    again.close()


def test_a_store_without_a_catalogue_is_nobodys(tmp_path):
    bare = Store(tmp_path / "store")
    assert bare.rows("SELECT current_setting('TimeZone')") == [("UTC",)]
    bare.close()


def test_another_zone_reaches_what_was_open_before(tmp_path):
    store = loaded(tmp_path / "store", "Asia/Shanghai")
    clerk = store.seen_by(Person("a", "a", Role.REPORTER, "A"))
    planned = "SELECT value::TIMESTAMPTZ::DATE FROM (SELECT unnest($1::VARCHAR[]) AS value)"
    before = (cut(store), cut(clerk), store.planned_rows(planned, [MOMENT.isoformat()])[0][0])
    load_catalogue(store, catalogue("Europe/Berlin"), NOW)
    after = (cut(store), cut(clerk), store.planned_rows(planned, [MOMENT.isoformat()])[0][0])
    assert (set(before), set(after)) == ({date(2026, 11, 23)}, {date(2026, 11, 22)})
    store.close()


@pytest.mark.parametrize("zone", ["", "Mars/Base", "localtime", "Asia/Ezhou'; DROP TABLE due; --"])
def test_a_catalogue_names_a_zone_that_python_and_sql_know(tmp_path, zone):
    fault = faults(replace(catalogue(), bureau=Bureau({"zh-CN": "局"}, zone)))
    assert [line for line in fault if line.startswith("bureau")] == [f"bureau: no such time zone: {zone!r}"]


def test_the_catalogues_clock_is_the_bureaus(tmp_path):
    store = loaded(tmp_path / "store", "Europe/Berlin")
    assert catalogue_in_force(store).clock == clock_of(store) == BERLIN
    store.close()


# One home

ROOT = Path(__file__).parents[2]
CLOCK = "data/clock.py"
FORMATS = {"data/catalogue/model.py", "data/catalogue/check.py", "data/catalogue/files.py", "data/catalogue/xlsx.py"}
"""Where a catalogue keeps the name of its zone; the model makes the clock of it."""
SOURCES = sorted(
    path
    for room in ("bench", "charts", "data", "documents", "loaders", "locales", "pages", "reminding", "web", ".")
    for path in (ROOT / room).glob("*.py" if room == "." else "**/*.py")
)


def second_homes(source: str, name: str) -> list[str]:
    """What of this source belongs to the clock."""
    found = []
    for node in ast.walk(ast.parse(source)):
        at = f"{name}:{getattr(node, 'lineno', 0)}"
        if "ZoneInfo" in (getattr(node, "id", ""), getattr(node, "name", ""), getattr(node, "attr", "")):
            found.append(f"{at} ZoneInfo")
        if isinstance(node, ast.Attribute) and node.attr == "timezone" and name not in FORMATS:
            found.append(f"{at} .timezone: ask the catalogue's clock")
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "Asia/Shanghai" in node.value:
            found.append(f"{at} a default zone")
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            called = node.func.attr
            owner = node.func.value.id if isinstance(node.func.value, ast.Name) else ""
            words = [word.id if isinstance(word, ast.Name) else "…" for word in node.args]
            if called in ("astimezone", "tz_convert", "tz_localize") and words != ["UTC"]:
                found.append(f"{at} {called}({', '.join(words)})")
            if called in ("now", "fromtimestamp") and owner == "datetime" and "UTC" not in words:
                found.append(f"{at} the server's own time")
            if called in ("today", "utcnow") and owner in ("date", "datetime"):
                found.append(f"{at} the server's own day")
            if called == "combine":
                found.append(f"{at} combine: ask the clock for start, end or at")
    return found


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_other_module_keeps_a_clock(path):
    name = path.relative_to(ROOT).as_posix()
    assert name == CLOCK or second_homes(path.read_text(encoding="utf-8"), name) == []


@pytest.mark.parametrize(
    "line",
    [
        "from zoneinfo import ZoneInfo",
        "zone = ZoneInfo(name)",
        "zone = catalogue.bureau.timezone",
        "def moment(when, timezone='Asia/Shanghai'): ...",
        "local = at.astimezone(zone)",
        "local = at.astimezone()",
        "now = datetime.now()",
        "day = date.today()",
        "at = datetime.combine(day, time.min, zone)",
    ],
)
def test_a_second_clock_is_found(line):
    assert second_homes(line, "data/dues/late.py")
