"""The conditions that a rule joins: asked one by one they say what it says; each has its own words."""

import json
import random
from dataclasses import replace

import pytest

from data.catalogue.conditions import clauses, conditionally_required, conditions_of, words_of_issue
from data.catalogue.files import read_catalogue
from data.catalogue.model import Severity
from data.catalogue.rules import broken_conditions, broken_rules, columns_of_expression
from data.store import Store
from tests.data.catalogue.test_rules import SHEET
from tests.data.worlds import rule, template
from tests.test_reference import REFERENCE as FOLDER

RATE = """CASE WHEN a = 0 THEN share IS NULL
    WHEN a > 0 THEN share IS NOT NULL AND abs(share - 100.0 * b / a) <= 0.05 + 1e-9 END"""
REFERENCE = read_catalogue(FOLDER)
EXPRESSIONS = [
    'a <= b AND b <= f0 AND coalesce("order", 0) <= a',
    RATE,
    "a IS NULL OR (b IS NOT NULL AND f0 IS NOT NULL AND a = b + f0)",
    "NOT (a > b AND b > f0)",
    "CASE a WHEN 1 THEN b > 0 AND f0 > 0 WHEN 2 THEN TRUE ELSE b < 0 END",
    "coalesce(a <= b, TRUE) AND (a > 0 OR b > 0 AND f0 > 0)",
    "name <> 'x' OR (begun IS NOT NULL AND ended >= begun)",
]


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    store = Store(tmp_path_factory.mktemp("conditions") / "store.duckdb")
    yield store
    store.close()


def texts(expression: str) -> list[str]:
    return [condition.expression for condition in conditions_of(rule(expression))]


def test_a_rule_of_one_condition_stays_as_it_is_written():
    (condition,) = conditions_of(rule("a  <=  b"))
    assert (condition.expression, condition.number, condition.columns) == ("a  <=  b", 0, ("a", "b"))


def test_each_part_of_an_and_is_a_condition_of_its_own_columns():
    conditions = conditions_of(rule("a <= b AND coalesce(f0, 0) <= price"))
    assert [(condition.number, condition.columns) for condition in conditions] == [
        (1, ("a", "b")),
        (2, ("f0", "price")),
    ]


def test_the_answers_of_a_case_are_conditions_each_under_its_own_when():
    blank, filled, right = conditions_of(rule(RATE))
    assert blank.columns == filled.columns == ("a", "share") and right.columns == ("a", "share", "b")
    assert (blank.must_fill, filled.must_fill, filled.asks_of) == ((), ("share",), ("share",))


def test_a_case_whose_answers_join_nothing_is_one_condition():
    assert len(texts("CASE name WHEN 'x' THEN a > 0 WHEN 'y' THEN TRUE ELSE b > 0 END")) == 1


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_a_rule_is_broken_exactly_where_one_of_its_conditions_is(store, expression):
    chance = random.Random(expression)
    numbers, dates = [None, 0, 1, 2, 3], [None, "2026-10-01", "2026-10-09"]
    rows = [
        {
            **{name: chance.choice(numbers) for name in ("a", "b", "f0", "order", "price")},
            "share": chance.choice([None, 50.0, 100.0, 33.33]),
            "name": chance.choice([None, "x", "y"]),
            **{name: chance.choice(dates) for name in ("begun", "ended")},
            "period": None,
        }
        for _ in range(600)
    ]
    whole = [index for index, row in enumerate(rows) if _whole(store, expression, row)]
    sheet = template(columns=SHEET.columns, rules=(rule(expression),))
    assert sorted({index for _, index in broken_rules(store, sheet, rows)}) == whole


def _whole(store: Store, expression: str, row: dict) -> bool:
    """The rule as it is written, asked of one row."""
    types = {"price": "DOUBLE", "share": "DOUBLE", "name": "VARCHAR", "begun": "DATE", "ended": "DATE"}
    columns = ", ".join(f'(${name}::VARCHAR)::{types.get(name, "BIGINT")} AS "{name}"' for name in row)
    given = {name: None if value is None else str(value) for name, value in row.items()}
    return bool(store.value(f"SELECT NOT ({expression}) FROM (SELECT {columns})", given))


def test_a_condition_has_the_words_between_two_semicolons():
    words = {"zh-CN": "甲不得超过乙;丙不得超过丁", "en": "A up to B; C up to D"}
    both = replace(rule("a <= b AND f0 <= price"), text=words)
    assert [condition.text for condition in conditions_of(both)] == [
        {"zh-CN": "甲不得超过乙", "en": "A up to B"},
        {"zh-CN": "丙不得超过丁", "en": "C up to D"},
    ]
    sheet = template(columns=SHEET.columns, rules=(both,))
    assert words_of_issue(sheet, {"rule": both.code, "condition": 2}) == {"zh-CN": "丙不得超过丁", "en": "C up to D"}
    assert words_of_issue(sheet, {"rule": both.code}) == words  # as it was recorded before there were conditions
    assert words_of_issue(sheet, {"rule": "gone"}) is None


def test_words_that_speak_of_all_conditions_are_those_of_each():
    together = replace(rule("a <= b AND f0 <= price"), text={"zh-CN": "都不得超过", "en": "none above; really"})
    assert clauses(together) == ()
    assert {condition.text["zh-CN"] for condition in conditions_of(together)} == {"都不得超过"}


@pytest.mark.parametrize("one", [one for sheet in REFERENCE.templates for one in sheet.rules], ids=lambda one: one.code)
def test_every_rule_of_the_reference_that_joins_conditions_has_words_for_each(one):
    conditions = conditions_of(one)
    assert len(conditions) == 1 or len(clauses(one)) == len(conditions)
    assert set().union(*(condition.columns for condition in conditions)) == set(columns_of_expression(one.expression))


def test_optional_columns_that_a_rule_wants_filled():
    wanting = {sheet.template_code: set(conditionally_required(sheet)) for sheet in REFERENCE.templates}
    assert wanting["SV-03"] == {"claim_rate", "coverage_rate"} and wanting["AR-01"] == {"accepted_on", "transferred_on"}
    assert wanting["SV-02"] == {"fine"} and wanting["SV-01"] == set()  # its plan_id need only be explained
    check = replace(rule("a > 0 OR b IS NOT NULL"), severity=Severity.CHECK)
    assert conditionally_required(template(columns=SHEET.columns, rules=(check,))) == {}


def test_conditions_are_asked_of_a_whole_sheet_in_one_question(store):
    sheet = template(columns=SHEET.columns, rules=(rule("a <= b AND b <= f0"),))
    rows = [dict.fromkeys(column.name for column in SHEET.columns) | {"a": 3, "b": 2, "f0": 1}]
    assert [(condition.number, index) for condition, index in broken_conditions(store, sheet, rows)] == [(1, 0), (2, 0)]
    assert json.dumps(texts("a <= b AND b <= f0")) == '["(a <= b)", "(b <= f0)"]'
