"""Row rules: what a catalogue may say in them, and which rows break them."""

from datetime import date

import pytest

from data.catalogue.model import ColumnType, Nature
from data.catalogue.rule_check import faults_of_rule
from data.catalogue.rules import FUNCTIONS, broken_rules, columns_of_rule
from data.store import Store, StoreError
from tests.data.worlds import column, rule, template

SHEET = template(
    columns=(
        column("a"),
        column("b"),
        column("price", ColumnType.DEC),
        column("share", ColumnType.PCT),
        column("name", ColumnType.STR),
        column("begun", ColumnType.DATE),
        column("ended", ColumnType.DATE),
        column("period", ColumnType.PERIOD),
        column("f0"),
        column("order"),
    )
)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    store = Store(tmp_path_factory.mktemp("rules") / "store.duckdb")
    with store.write() as cursor:
        cursor.execute(
            "INSERT INTO workday SELECT d::DATE, isodow(d) < 6, "
            "(count(*) FILTER (isodow(d) < 6) OVER (ORDER BY d))::INTEGER "
            "FROM generate_series(DATE '2026-01-01', DATE '2026-12-31', INTERVAL 1 DAY) days(d)"
        )
    yield store
    store.close()


@pytest.mark.parametrize(
    "expression",
    [
        "a >= 0",
        "a = b + 1 - coalesce(f0, 0)",
        "price * 10000 / nullif(a, 0) BETWEEN 1 AND 2.5",
        "share IN (1, 2) OR NOT (share IS NULL)",
        "name LIKE '4207%' AND length(name) = 18",
        "name = 'it''s ;-- not a comment'",
        "CASE WHEN a > 0 THEN begun <= ended ELSE ended IS NULL END",
        "date_diff('day', begun, ended) <= 30",
        "workdays(begun, ended) <= 5",
        "begun >= period AND begun <= last_day(period)",
        "is_uscc(name)",
        '"order" > 0',
        "ABS(a) > 0",
        "regexp_full_match(name, '[0-9]{6}')",
    ],
)
def test_what_rules_need_may_be_said(expression):
    assert faults_of_rule(rule(expression), SHEET) == []


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        ("read_csv('/etc/passwd') IS NULL", "read_csv"),
        ("read_text('/etc/passwd') = ''", "read_text"),
        ("getenv('HOME') = ''", "getenv"),
        ("system.main.getenv('HOME') = ''", "getenv"),
        ("current_setting('home_directory') = ''", "current_setting"),
        ("begun < now()", "now"),
        ("begun < today()", "today"),
        ("begun < current_date", "current_date"),
        ("begun < current_timestamp", "current_timestamp"),
        ("random() < 1", "random"),
        ("sum(a) > 0", "sum"),
        ("repeat(name, 1000000000) = ''", "repeat"),
        ("nextval('s') > 0", "nextval"),
        ("getvariable('x') > a", "getvariable"),
        ("coalesce(a, CASE WHEN b > 0 THEN now() END) IS NULL", "now"),
        ("a > (SELECT 1)", "subquery"),
        ("EXISTS (SELECT 1)", "subquery"),
        ("a IN (SELECT a FROM fact)", "subquery"),
        ("sum(a) OVER () > 0", "window"),
        ("row_number() OVER () > 0", "window"),
        ("len(list_filter([a], lambda x: x > 0)) > 0", "list_filter"),
        ("len([x for x in [1]]) > 0", "lambda"),
        ("COLUMNS('a') > 0", "star"),
        ("a > $1", "parameter"),
        ("a > ?", "parameter"),
        ("a > $secret", "parameter"),
        ("c > 0", "names no column"),
        ("A > 0", "names no column"),
        ("sheet.a > 0", "names no column"),
        ("rowid > 0", "names no column"),
        ("", "no SQL expression"),
        (" ", "no SQL expression"),
        ("a >", "no SQL expression"),
        ("a > 0)", "no SQL expression"),
        ("a > 0 -- said in passing", "no SQL expression"),
        ("a > 0; DROP TABLE fact", "no SQL expression"),
        ("a > 0); DROP TABLE fact; SELECT (1", ""),
        ("SELECT 1", ""),
    ],
)
def test_what_no_rule_may_say_is_refused_and_named(expression, told):
    found = faults_of_rule(rule(expression), SHEET)
    assert found
    assert told in " ".join(found)


@pytest.mark.parametrize(
    "expression",
    [
        "a > 0), (getenv('HOME') = ''",
        "a > 0), ((SELECT count(*) FROM fact) > 0",
        "true) AS x --",
        "true) AS x, (true",
        "true) FROM read_csv('/etc/passwd') --",
        "true) FROM fact WHERE (true",
        "true) WHERE (getenv('HOME') = ''",
        "true) ORDER BY (now()",
        "true) QUALIFY (row_number() OVER () = 1",
        "true) LIMIT (1",
        "true) GROUP BY (1",
        "true) UNION SELECT (true",
        "#1 > 0",
    ],
)
def test_a_rule_cannot_break_out_of_its_parentheses(expression):
    assert faults_of_rule(rule(expression), SHEET)


@pytest.mark.parametrize("expression", ["abs(name) > 1", "a.b > 0", "date_trunc('month', name) = begun", "len(a) > 0"])
def test_a_rule_that_could_only_fail_at_upload_is_refused_when_it_is_loaded(expression):
    assert faults_of_rule(rule(expression), SHEET)


OTHERS = template(
    columns=(column("n", nature=Nature.FLOW), column("name", ColumnType.STR), column("period", ColumnType.PERIOD)),
    code="T2",
)


@pytest.mark.parametrize(
    "expression",
    [
        "a = last(b)",
        "name = last(name)",
        "a = CASE WHEN month(period) = 1 THEN 0 ELSE last(a) END + b",
        "a <= 2 * last_year(a) AND a >= so_far(b) + b",
        "total(sum(a)) <= of_template('T2', sum(n) FILTER (name LIKE '%a')) * 1.5",
        "total(sum(a) - sum(b)) = of_template('T1', count(*))",
        "a IS NULL OR a < of_units('T2', count(name))",
    ],
)
def test_a_rule_may_ask_for_other_returns(expression):
    assert faults_of_rule(rule(expression), SHEET, {"T2": OTHERS}) == []


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        ("a = last(c)", "names no column of the template: c (in last)"),
        ("a = last(period)", "names no column of the template: period (in last)"),
        ("a = last(a + b)", "in another way than last(column)"),
        ("a = last(a, 2)", "in another way than last(column)"),
        ("a = last(last(a))", "in another way than last(column)"),
        ("a = last()", "in another way than last(column)"),
        ("a = last(DISTINCT a)", "in another way than last(column)"),
        ("a = last(a) FILTER (b > 1)", "in another way than last(column)"),
        ("a = last_year(getenv('HOME'))", "in another way than last_year(column)"),
        ("a = so_far(name)", "calls so_far of name, which is no number"),
        ("a = total(b)", "is no sum"),
        ("a = total(avg(b))", "calls avg"),
        ("a = total(sum(last(b)))", "calls last"),
        ("a = total(sum(c))", "names no column"),
        ("a = of_template('T9', count(*))", "the catalogue does not have: 'T9'"),
        ("a = of_template(name, count(*))", "the catalogue does not have: None"),
        ("a = of_template('T2', sum(a))", "names no column of the template: a"),
        ("a = of_template('T2', sum(name))", "does not fit the columns of T2"),
        ("a = of_template('T2', count(*) FILTER (n > (SELECT 1)))", "uses subquery"),
        ("a = of_template('T2', sum(getenv('HOME')::INT))", "calls getenv"),
        ("a = of_template('T2')", "in another way than of_template"),
        ("a = of_units('T2', n)", "is no sum"),
        ("last(name) > a", "does not fit its columns"),
    ],
)
def test_what_is_asked_of_other_returns_in_vain_is_named(expression, told):
    found = faults_of_rule(rule(expression), SHEET, {"T2": OTHERS})
    assert told in " ".join(found), found


def test_columns_of_other_returns_are_not_those_of_the_row():
    assert columns_of_rule(rule("a = last(b) + of_template('T2', sum(n))")) == ("a",)


def test_no_function_reads_files_clocks_or_settings():
    assert not {f for f in FUNCTIONS if f.startswith(("read_", "current", "get", "now", "today", "random"))}


def test_a_rule_names_its_columns_in_order():
    assert columns_of_rule(rule("b = a + coalesce(price, b)")) == ("b", "a", "price")


def broken(store, expressions, rows) -> list[tuple[str, int]]:
    """(rule, index of row) of what breaks; blanks where a row says nothing."""
    rules = tuple(rule(expression, f"R{n}") for n, expression in enumerate(expressions))
    sheet = template(columns=SHEET.columns, rules=rules)
    names = [one.name for one in SHEET.columns]
    filled = [{name: row.get(name) for name in names} for row in rows]
    assert [fault for one in rules for fault in faults_of_rule(one, sheet)] == []
    return [(found.code, index) for found, index in broken_rules(store, sheet, filled)]


def test_false_breaks_true_and_null_do_not(store):
    rows = [{"a": 1}, {"a": -1}, {}, {"a": 0}]
    assert broken(store, ["a > 0", "a IS NOT NULL"], rows) == [("R0", 1), ("R1", 2), ("R0", 3)]


def test_a_rule_speaks_of_many_rows_in_their_order(store):
    rows = [{"a": n, "b": n % 7} for n in range(5000)]
    expected = [("R0", n) for n in range(5000) if n % 7 == 3]
    assert broken(store, ["b <> 3"], rows) == expected


def test_no_rows_or_no_rules_break_nothing(store):
    assert broken(store, ["a > 0"], []) == []
    assert broken(store, [], [{"a": -1}]) == []


def test_dates_are_dates(store):
    rows = [
        {"begun": date(2026, 10, 9), "ended": date(2026, 10, 12), "period": date(2026, 10, 1)},
        {"begun": date(2026, 9, 30), "ended": date(2026, 9, 29), "period": date(2026, 10, 1)},
        {"begun": date(2026, 2, 28), "period": date(2026, 2, 1)},
    ]
    rules = ["begun <= ended", "date_trunc('month', begun) = period", "workdays(begun, ended) = 1", "ended IS NOT NULL"]
    assert broken(store, rules, rows) == [("R0", 1), ("R1", 1), ("R2", 1), ("R3", 2)]


def test_a_working_day_that_the_calendar_does_not_hold_is_not_judged(store):
    rows = [{"begun": date(1999, 1, 1), "ended": date(2026, 10, 12)}]
    assert broken(store, ["workdays(begun, ended) < 0"], rows) == []


def test_big_and_small_numbers_keep_their_value(store):
    big = 9_007_199_254_740_993
    rows = [
        {"a": big, "b": big - 1, "price": 1e15, "share": 0.1},
        {"a": -(2**63) + 1, "b": 2**63 - 1, "price": -1e-9, "share": 1e-300},
        {"a": 12.0, "b": 12, "price": 12, "share": 12},
    ]
    rules = ["a = b", "price > 0", "share = 0.1::DOUBLE"]
    assert broken(store, rules, rows) == [("R0", 0), ("R0", 1), ("R1", 1), ("R2", 1), ("R2", 2)]


@pytest.mark.parametrize(
    "text",
    [
        "it's",
        '"quoted"',
        "back\\slash",
        "line\nbreak\ttab",
        "'); DROP TABLE fact; --",
        "$.x",
        "{}",
        "null",
        "汉字𠮷",
        "\u2028",
    ],
)
def test_any_text_stays_text(store, text):
    doubled = text.replace("'", "''")
    assert broken(store, [f"name = '{doubled}'", f"length(name) = {len(text)}"], [{"name": text}]) == []
    assert broken(store, [f"name <> '{doubled}'"], [{"name": text}, {"name": text + " "}]) == [("R0", 0)]
    assert store.rows("SELECT count(*) FROM fact") == [(0,)]


def test_columns_named_like_words_of_the_query_are_themselves(store):
    rows = [{"a": 1, "f0": 7, "order": 3}]
    assert broken(store, ["a = 2", "f0 = 7", '"order" = 3'], rows) == [("R0", 0)]


@pytest.mark.parametrize(
    ("code", "is_right"),
    [("91350100M000100Y43", True), ("91350100M000100Y44", False), ("91350100M000100Y4", False), ("", False)],
)
def test_the_check_character_of_a_credit_code(store, code, is_right):
    assert (broken(store, ["is_uscc(name)"], [{"name": code}]) == []) == is_right


def test_a_blank_credit_code_is_not_judged(store):
    assert broken(store, ["is_uscc(name)"], [{}]) == []


def test_a_rule_that_cannot_be_worked_out_is_the_catalogues_fault(store):
    bad = template(columns=SHEET.columns, rules=(rule("CAST(name AS INTEGER) > 0"),))
    row = {one.name: None for one in SHEET.columns} | {"name": "滨江示例路"}
    with pytest.raises(StoreError, match="TRY_CAST"):
        broken_rules(store, bad, [row])
    assert store.rows("SELECT 1") == [(1,)]
