"""The reference catalogue proves itself: every rule fires on a broken row, and on none of the sample rows."""

import csv
import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import chinese_calendar
import duckdb
import pytest

from data.catalogue.others import others_of

ROOT = Path(__file__).parent.parent
REFERENCE = ROOT / "data" / "reference"
SQL_TYPES = {"period": "DATE", "int": "BIGINT", "dec": "DOUBLE", "pct": "DOUBLE", "date": "DATE"}
NUMBERS = ("int", "dec", "pct")
NATURES = {"flow", "stock", "cumulative", "level", "fixed"}
Row = dict[str, Any]


def _csv(name: str) -> list[dict[str, str]]:
    with (REFERENCE / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _template(path: Path) -> dict[str, Any]:
    """A template with the rules of one row; those that ask for other returns are proved in loaders/sample."""
    given = json.loads(path.read_text(encoding="utf-8"))
    return given | {"rules": [rule for rule in given["rules"] if not others_of(rule["expression"])]}


TEMPLATES = {path.stem: _template(path) for path in sorted((REFERENCE / "templates").glob("*.json"))}
CASES = json.loads(Path(__file__).with_name("reference_rows.json").read_text(encoding="utf-8"))
CALENDAR = {date.fromisoformat(row["day"]): row["is_workday"] == "true" for row in _csv("calendar.csv")}
RULES = [(code, rule["code"]) for code, template in TEMPLATES.items() for rule in template["rules"]]
COLUMNS = [(code, column["name"]) for code, template in TEMPLATES.items() for column in template["columns"]]


def _days() -> Iterator[tuple[date, bool]]:
    day = date(2015, 1, 1)
    while day < date(2027, 1, 1):
        yield day, CALENDAR.get(day, day.weekday() < 5)
        day += timedelta(days=1)


@cache
def _store() -> duckdb.DuckDBPyConnection:
    store = duckdb.connect()
    store.execute("CREATE TABLE workday (day DATE, is_workday BOOLEAN, workday_no INTEGER)")
    store.execute((ROOT / "data" / "functions.sql").read_text(encoding="utf-8"))
    days, numbers, number = list(_days()), [], 0
    for _, is_workday in days:
        number += is_workday
        numbers.append(number)
    store.execute(
        "INSERT INTO workday SELECT unnest(?::DATE[]), unnest(?::BOOLEAN[]), unnest(?::INTEGER[])",
        [[day for day, _ in days], [flag for _, flag in days], numbers],
    )
    return store


def _first_day(period: str) -> str:
    year, part = period.split("-")
    month = int(part[1:]) * 3 - 2 if part.startswith("Q") else int(part)
    return f"{year}-{month:02}-01"


def _judged(code: str, rows: list[Row]) -> list[dict[str, bool | None]]:
    """For each row: rule code → TRUE, FALSE or NULL; the whole sheet at once, as the program does it."""
    template, store = TEMPLATES[code], _store()
    columns = template["columns"]
    typed = ", ".join(f'"{c["name"]}" {SQL_TYPES.get(c["type"], "VARCHAR")}' for c in columns)
    store.execute(f"CREATE OR REPLACE TEMP TABLE sheet (row_no_ INTEGER, {typed})")
    filled = [{**row, "period": _first_day(row["period"])} for row in rows]
    store.executemany(
        f"INSERT INTO sheet VALUES (?{', ?' * len(columns)})",
        [[number, *(row[c["name"]] for c in columns)] for number, row in enumerate(filled)],
    )
    flags = ", ".join(f"({rule['expression']}) AS f{n}" for n, rule in enumerate(template["rules"]))
    answers = store.execute(f"SELECT {flags} FROM sheet ORDER BY row_no_").fetchall()
    codes = [rule["code"] for rule in template["rules"]]
    return [dict(zip(codes, answer, strict=True)) for answer in answers]


@cache
def _judged_copies(code: str, group: str) -> list[tuple[dict, bool | None]]:
    """Each changed copy of a sample row with what its own rule says of it."""
    case = CASES[code]
    rows = [{**case["rows"][copy["row"]], **copy["change"]} for copy in case[group]]
    judged = _judged(code, rows) if rows else []
    return [(copy, answer[copy["rule"]]) for copy, answer in zip(case[group], judged, strict=True)]


def _column(code: str, name: str) -> dict[str, Any]:
    return next(column for column in TEMPLATES[code]["columns"] if column["name"] == name)


@pytest.mark.parametrize(("code", "rule"), RULES)
def test_rule_fires_on_its_broken_copies(code: str, rule: str) -> None:
    answers = [(copy, answer) for copy, answer in _judged_copies(code, "broken") if copy["rule"] == rule]
    assert answers, "no broken copy proves this rule"
    assert [copy for copy, answer in answers if answer is not False] == []


@pytest.mark.parametrize("code", TEMPLATES)
def test_copies_that_are_fine_pass_their_rule(code: str) -> None:
    assert [copy for copy, answer in _judged_copies(code, "fine") if answer is False] == []


@pytest.mark.parametrize("code", TEMPLATES)
def test_sample_rows_break_only_the_expected_checks(code: str) -> None:
    fired = [
        {"rule": rule, "row": number}
        for number, answer in enumerate(_judged(code, CASES[code]["rows"]))
        for rule, is_fine in answer.items()
        if is_fine is False
    ]
    severities = {rule["code"]: rule["severity"] for rule in TEMPLATES[code]["rules"]}
    assert sorted(fired, key=str) == sorted(CASES[code]["expected_checks"], key=str)
    assert {severities[flag["rule"]] for flag in fired} <= {"check"}


@pytest.mark.parametrize("code", TEMPLATES)
def test_a_blank_row_breaks_no_check(code: str) -> None:
    blank = dict.fromkeys(CASES[code]["rows"][0]) | {"period": "2026-10"}
    checks = {rule["code"] for rule in TEMPLATES[code]["rules"] if rule["severity"] == "check"}
    assert {rule for rule, is_fine in _judged(code, [blank])[0].items() if is_fine is False} & checks == set()


def test_there_are_17_templates_with_106_rules_and_317_columns() -> None:
    assert (len(TEMPLATES), len(RULES), len(COLUMNS)) == (17, 106, 317)
    assert set(CASES) == set(TEMPLATES)


@pytest.mark.parametrize("code", TEMPLATES)
def test_template_is_complete(code: str) -> None:
    template = TEMPLATES[code]
    names = [column["name"] for column in template["columns"]]
    labels = [column["label"]["zh-CN"] for column in template["columns"]]
    assert template["template_code"] == code
    assert names[:2] == ["period", "unit"]
    assert len(set(names)) == len(names)
    assert len(set(labels)) == len(labels)
    assert all(_column(code, name)["required"] for name in template["row_key"])
    assert template["kind"] in ("summary", "ledger")
    assert all(template["template_name"].get(locale) for locale in ("zh-CN", "en"))


@pytest.mark.parametrize("code", TEMPLATES)
def test_rules_are_numbered_and_worded_in_both_languages(code: str) -> None:
    rules = TEMPLATES[code]["rules"]
    assert [rule["code"] for rule in rules] == [f"{code}-R{n:02}" for n in range(1, len(rules) + 1)]
    assert all(rule["text"]["zh-CN"] and rule["text"]["en"] for rule in rules)
    assert {rule["severity"] for rule in rules} <= {"error", "check"}


@pytest.mark.parametrize(("code", "name"), COLUMNS)
def test_column_is_described_and_holds_its_samples(code: str, name: str) -> None:
    column = _column(code, name)
    assert column["label"]["zh-CN"] and column["label"]["en"]
    assert (column.get("nature") in NATURES) == (column["type"] in NUMBERS)
    assert bool(column.get("values")) == (column["type"] in ("enum", "bool"))
    samples = [row[name] for row in CASES[code]["rows"]]
    assert not column["required"] or None not in samples
    for sample in samples:
        assert sample is None or _is_allowed(column, sample)


def _is_allowed(column: dict[str, Any], value: Any) -> bool:
    if column["type"] in NUMBERS:
        is_low = value < column.get("min", value) or value <= column.get("above", value - 1)
        return not is_low and value <= column.get("max", value)
    is_listed = not column.get("values") or value in column["values"]
    is_short = len(value) <= column.get("max_length", len(value))
    pattern = column.get("pattern")
    return is_listed and is_short and (pattern is None or re.fullmatch(pattern, value) is not None)


def test_patterns_are_ones_that_duckdb_understands() -> None:
    for template in TEMPLATES.values():
        for column in template["columns"]:
            _store().execute("SELECT regexp_full_match('', ?)", [column.get("pattern", "")])


@pytest.mark.parametrize(
    ("code", "answer"),
    [
        ("91350200MA2YJ1XR9G", True),
        ("91440101MA5CJQ4N59", True),
        ("91350200776049653A", True),
        ("91350203M0001QAY9B", False),  # a real code of the early Xiamen batches
        ("91350200MA2YJ1XR9", False),
        ("91350200MA2YJ1XR9GG", False),
        ("", False),
        (None, None),
    ],
)
def test_is_uscc(code: str | None, answer: bool | None) -> None:
    assert _store().execute("SELECT is_uscc(?::VARCHAR)", [code]).fetchone() == (answer,)


@pytest.mark.parametrize(
    ("after", "through", "answer"),
    [
        ("2026-10-09", "2026-10-13", 3),  # Saturday the 10th is worked
        ("2026-10-20", "2026-10-30", 8),
        ("2026-10-13", "2026-10-16", 3),
        ("2026-10-22", "2026-10-27", 3),
        ("2026-09-30", "2026-10-08", 1),  # National Day
        ("2026-10-13", "2026-10-13", 0),
        ("2026-10-13", "2026-10-09", -3),
        ("2026-10-13", None, None),
        ("2014-12-31", "2026-10-13", None),  # outside the table
    ],
)
def test_workdays(after: str, through: str | None, answer: int | None) -> None:
    found = _store().execute("SELECT workdays(?::DATE, ?::DATE)", [after, through]).fetchone()
    assert found == (answer,)


def test_workdays_of_a_column_named_like_the_table_s_own() -> None:
    sheet = "(SELECT DATE '2026-10-09' AS day, DATE '2026-10-13' AS workday_no)"
    assert _store().execute(f"SELECT workdays(day, workday_no) FROM {sheet}").fetchone() == (3,)


def test_calendar_agrees_with_chinese_calendar_on_every_day() -> None:
    assert [day for day, is_workday in _days() if is_workday != chinese_calendar.is_workday(day)] == []


def test_calendar_lists_only_departures_and_named_holidays() -> None:
    rows = _csv("calendar.csv")
    assert len({row["day"] for row in rows}) == len(rows)
    for row in rows:
        is_weekend = date.fromisoformat(row["day"]).weekday() > 4
        assert (row["is_workday"] == "true") == (row["day_name"] == "调休上班")
        assert row["is_workday"] == "false" or is_weekend


def test_obligations_name_known_units_and_templates() -> None:
    units = [row["unit_code"] for row in _csv("units.csv")]
    pairs = [(row["unit_code"], row["template_code"]) for row in _csv("obligations.csv")]
    assert len(set(units)) == len(units)
    assert len(set(pairs)) == len(pairs)
    assert {unit for unit, _ in pairs} <= set(units)
    assert {template for _, template in pairs} == set(TEMPLATES)


def test_only_ledgers_may_be_zero_and_periods_fit_the_cycle() -> None:
    for row in _csv("obligations.csv"):
        template = TEMPLATES[row["template_code"]]
        assert (row["zero_report_allowed"] == "true") == (template["kind"] == "ledger")
        assert row["first_period"] == ("2024-Q4" if template["cycle"] == "quarter" else "2024-11")


def test_sample_rows_come_from_units_that_owe_them() -> None:
    pairs = {(row["unit_code"], row["template_code"]) for row in _csv("obligations.csv")}
    sampled = {(row["unit"], code) for code, case in CASES.items() for row in case["rows"]}
    assert sampled <= pairs
