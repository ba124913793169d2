"""A submission as a form against plain Python: its rows and cells, a cell's value in every version, who sees it."""

import random
from datetime import timedelta

import pytest

from data.access import Person, Role
from data.catalogue.in_force import catalogue_in_force
from data.cells import address, letters, place
from data.store import Store
from data.submissions.cell import cell_rules, cell_versions, with_numbers
from data.submissions.form import (
    FormRow,
    cell_of,
    cells_number,
    cells_of,
    delivered,
    row_before,
    rows_of,
    sheets,
)
from loaders.statements.declare import zero_report
from tests.conftest import OCTOBER, filled, ingest, sample_rows, shanghai
from tests.data.submissions.test_review import IN_TIME, LEADER, REPORTER, STRANGER, reviewed  # noqa: F401 - a fixture
from tests.data.submissions.test_versions import (  # noqa: F401 - store is a fixture
    COLUMNS,
    NOW,
    START,
    Row,
    amended,
    random_rows,
    row,
    store,
    take,
)

LATER = shanghai("2026-12-31T00:00:00")


def template_of(store: Store):  # noqa: F811
    return catalogue_in_force(store).template("T1")


def ordered(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda one: one.place)


@pytest.mark.parametrize("seed", range(12))
def test_rows_and_cells_are_those_of_the_sheet(store: Store, seed: int) -> None:  # noqa: F811
    luck = random.Random(seed)
    rows = amended(luck, random_rows(luck)) or [row("a", 5, n=1.0)]
    take(store, "s1", rows)
    (sheet,) = sheets(store, "s1", template_of(store))
    assert sheet.row_count == len(rows)
    found = rows_of(store, "s1", sheet.name, limit=999)
    assert found == [FormRow(one.place, one.key, dict(one.values)) for one in ordered(rows)]
    for one in rows:
        for name, col_no in sheet.column_numbers.items():
            cell = cell_of(store, "s1", sheet, address(one.place, col_no).lower())
            assert (cell.column_name, cell.row_key, cell.value) == (name, one.key, dict(one.values).get(name))
    listed = [
        (one.place, name, value)
        for one in ordered(rows)
        for name, value in sorted(one.values, key=lambda pair: COLUMNS.index(pair[0]))
    ]
    first, size = luck.randrange(len(listed)), luck.randint(1, 9)
    part = cells_of(store, "s1", None, size, first)
    assert [(c.row_no, c.column_name, c.txt if c.num is None else c.num) for c in part] == listed[first : first + size]
    assert cells_number(store, "s1", sheet.name) == len(listed)


def test_a_long_form_is_read_in_parts(store: Store) -> None:  # noqa: F811
    take(store, "s1", [row(f"k{n}", 5 + 2 * n, n=float(n)) for n in range(50)])
    assert [one.row_no for one in rows_of(store, "s1", "填报表", 20, 3)] == [21, 23, 25]
    assert row_before(store, "s1", "填报表", 21, 3) == 15
    assert row_before(store, "s1", "填报表", 7, 30) == 5 == row_before(store, "s1", "填报表", 5, 30)


@pytest.mark.parametrize("written", ["", "E", "5", "E0", "ZZZZ1", "E5:E6", "A1", "Z5", "B99", "'; DROP TABLE fact; --"])
def test_what_is_no_cell_of_the_form_is_none(store: Store, written: str) -> None:  # noqa: F811
    take(store, "s1", [row("a", 5, n=1.0, name="甲")])
    (sheet,) = sheets(store, "s1", template_of(store))
    assert cell_of(store, "s1", sheet, written) is None


def test_a_blank_column_has_its_place_where_the_others_stand_in_order(store: Store) -> None:  # noqa: F811
    take(store, "s1", [row("a", 5, n=1.0, name="甲")])
    (sheet,) = sheets(store, "s1", template_of(store))
    assert sheet.column_numbers == {name: 2 + n for n, name in enumerate(COLUMNS)}
    assert cell_of(store, "s1", sheet, "C5").value is None
    with store.write() as cursor:
        cursor.execute("UPDATE fact SET col_no = 9 WHERE column_name = 'n'")
    assert sheets(store, "s1", template_of(store))[0].column_numbers == {"n": 9, "name": 4}
    assert sheets(store, "s1", None)[0].column_numbers == {"n": 9, "name": 4}


@pytest.mark.parametrize("seed", range(12))
def test_a_cell_in_every_version(store: Store, seed: int) -> None:  # noqa: F811
    """Beside it in plain Python: rows are found by their key, and of one key by their turn."""
    luck = random.Random(seed)
    made = [random_rows(luck) or [row("a", 5, n=1.0)]]
    for _ in range(3):
        made.append(amended(luck, made[-1]) or [row("b", 6, n=2.0)])
    for n, rows in enumerate(made):
        take(store, f"s{n}", rows, version=n + 1, received_at=START + timedelta(hours=n))
    at = luck.randrange(len(made))
    (sheet,) = sheets(store, f"s{at}", template_of(store))
    wanted, name = luck.choice(made[at]), luck.choice(COLUMNS)
    cell = cell_of(
        store, f"s{at}", sheet, address(wanted.place, sheet.column_numbers.get(name, 2 + COLUMNS.index(name)))
    )
    if cell is None:  # the column has no place where no cell of it is filled
        return
    moment = START + timedelta(hours=luck.randrange(at, 5))
    found = cell_versions(store, moment, delivered(store, moment, f"s{at}"), cell)
    turn, expected = [one for one in ordered(made[at]) if one.key == wanted.key].index(wanted), []
    for n, rows in enumerate(made):
        here = dict(enumerate(one for one in ordered(rows) if one.key == wanted.key)).get(turn)
        if START + timedelta(hours=n) <= moment:
            where = None if here is None else address(here.place, 2 + COLUMNS.index(name))
            expected.append((n + 1, where, dict(here.values).get(name) if here else None, False))
    assert list(found[["version", "cell", "value", "is_hidden"]].itertuples(index=False, name=None)) == expected
    assert found["is_current"].tolist() == [False] * (len(expected) - 1) + [True]


def test_rows_of_one_key_are_told_apart_by_their_turn(store: Store) -> None:  # noqa: F811
    take(store, "s1", [Row("", (("n", 1.0),), 5), Row("", (("n", 2.0),), 6)])
    take(
        store, "s2", [Row("", (("n", 1.0),), 8), Row("", (("n", 3.0),), 9)], version=2, received_at=START + timedelta(1)
    )
    (sheet,) = sheets(store, "s2", template_of(store))
    found = cell_versions(store, NOW, delivered(store, NOW, "s2"), cell_of(store, "s2", sheet, "B9"))
    assert list(found[["cell", "value"]].itertuples(index=False, name=None)) == [("B6", 2.0), ("B9", 3.0)]


def test_rules_with_the_numbers_of_the_row() -> None:
    values = {"a": 12.0, "b": 10.0, "c": 5.5, "d": -3.0, "t": "甲"}
    written = {
        "a = b + c - coalesce(e, 0)": "12 = 10 + 5.5 − 0",
        "a <= b * 2": "12 ≤ 10 × 2",
        "a >= d": "12 ≥ (-3)",
        "a = b + e": "",
        "abs(a - b) <= 1": "",
        "CASE WHEN a = 0 THEN b IS NULL END": "",
        "t = a": "",
        "a <> 0": "12 ≠ 0",
    }
    assert {expression: with_numbers(expression, values) for expression in written} == written


def test_each_part_of_a_rule_has_its_cell(reviewed: Store) -> None:  # noqa: F811
    rows = [one | {"carried_in": 3, "accepted": 10, "online": 10} for one in sample_rows("BE-01", "XZSP")[:1]]
    receipt = ingest(reviewed, filled(reviewed, "BE-01", "XZSP", OCTOBER, rows), "a.xlsx", IN_TIME)
    template = catalogue_in_force(reviewed).template("BE-01")
    (sheet,) = sheets(reviewed, receipt.submission_id, template)
    first = rows_of(reviewed, receipt.submission_id, sheet.name)[0]
    (rule,) = cell_rules(template, sheet, first, "carried_out")
    assert rule.rule.code == "BE-01-R01"
    names = ("carried_out", "carried_in", "accepted", "closed", "withdrawn")
    assert [(part.column_name, part.value) for part in rule.parts] == [(name, rows[0].get(name)) for name in names]
    for part in rule.parts:
        assert cell_of(reviewed, receipt.submission_id, sheet, part.cell).value == part.value
    left, right = rule.written.replace("−", "-").split(" = ")
    assert float(left) == eval(right)  # numbers and signs alone: with_numbers lets nothing else through


def test_a_moment_before_it_came_and_an_unknown_one(store: Store) -> None:  # noqa: F811
    take(store, "s1", [row("a", 5, n=1.0)])
    assert delivered(store, START, "s1").is_current
    assert delivered(store, START - timedelta(seconds=1), "s1") is None
    assert delivered(store, NOW, "nothing") is None is delivered(store, NOW, "")
    assert delivered(store, NOW, receipt_no="R-s1") == delivered(store, NOW, "s1")
    take(store, "s2", [row("a", 5, n=2.0)], version=2, received_at=START + timedelta(hours=1))
    assert delivered(store, START, "s1").is_current and not delivered(store, NOW, "s1").is_current


def test_a_section_sees_its_own_alone(reviewed: Store) -> None:  # noqa: F811
    content = filled(reviewed, "BE-07", "DAG", OCTOBER, sample_rows("BE-07", "DAG"))
    receipt = ingest(reviewed.seen_by(REPORTER), content, "a.xlsx", IN_TIME)
    assert delivered(reviewed.seen_by(REPORTER), LATER, receipt.submission_id).unit_code == "DAG"
    for asked in ({"submission_id": receipt.submission_id}, {"receipt_no": receipt.receipt_no}):
        assert delivered(reviewed.seen_by(STRANGER), LATER, **asked) is None
    for person in (STRANGER, Person("m", "m", Role.MONITOR), Person("", "", Role.NOBODY)):
        own = reviewed.seen_by(person)
        assert sheets(own, receipt.submission_id, None) == [] == cells_of(own, receipt.submission_id, None, 99, 0)
        assert rows_of(own, receipt.submission_id, "填报表") == []
    returned = ingest(reviewed.seen_by(REPORTER), b"no workbook", "b.xlsx", IN_TIME)
    assert not delivered(reviewed.seen_by(REPORTER), LATER, returned.submission_id).is_accepted
    assert delivered(reviewed.seen_by(STRANGER), LATER, returned.submission_id) is None


def test_figures_under_review_are_hidden_from_leaders(reviewed: Store) -> None:  # noqa: F811
    content = filled(reviewed, "BE-08", "DAG", OCTOBER, sample_rows("BE-08", "DAG"))
    receipt = ingest(reviewed.seen_by(REPORTER), content, "a.xlsx", IN_TIME)
    template = catalogue_in_force(reviewed).template("BE-08")
    of = delivered(reviewed.seen_by(LEADER), LATER, receipt.submission_id)
    assert of.is_under_review and not of.is_current
    assert sheets(reviewed.seen_by(LEADER), receipt.submission_id, template) == []
    (sheet,) = sheets(reviewed, receipt.submission_id, template)
    last = max(sheet.column_numbers.values())
    cell = cell_of(
        reviewed,
        receipt.submission_id,
        sheet,
        address(rows_of(reviewed, receipt.submission_id, sheet.name)[0].row_no, last),
    )
    assert cell_versions(reviewed.seen_by(LEADER), LATER, of, cell)["is_hidden"].tolist() == [True]
    assert cell_versions(reviewed, LATER, of, cell)["is_hidden"].tolist() == [False]


def test_a_statement_has_no_figures(reviewed: Store) -> None:  # noqa: F811
    receipt = zero_report(reviewed.seen_by(REPORTER), "DAG", "DQ-01", OCTOBER, IN_TIME, "王五", "本月没有收到异议数据")
    of = delivered(reviewed, LATER, receipt.submission_id)
    assert of.is_accepted and not of.has_figures and sheets(reviewed, of.submission_id, None) == []


@pytest.mark.parametrize("number", [1, 26, 27, 52, 53, 702, 703, 16384])
def test_names_of_cells_there_and_back(number: int) -> None:
    assert place(address(7, number)) == (7, number)
    assert address(7, number) == f"{letters(number)}7"
    assert place(f" ${letters(number).lower()}$7 ") == (7, number)
