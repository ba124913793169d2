"""Rows, conditions, totals and layouts against the same found in plain Python, on random deliveries."""

import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pandas
import pytest

from data.access import Person, Role
from data.catalogue.in_force import catalogue_in_force, load_catalogue
from data.catalogue.model import Catalogue, ColumnType, Obligation, TemplateKind
from data.fault import Fault
from data.rows.asked import Asked, Condition, Sort, read, written
from data.rows.pivot import Pivot, groupings, pivoted
from data.rows.rows import CELL, VALUE, number_of_rows, rows
from data.rows.totals import returns_of, totals, units_of
from data.store import Store
from tests.data import worlds
from tests.data.rows.delivered import MONTHS, NUMBERS, STAGES, UNITS, Deliveries, delivered, template

pytestmark = pytest.mark.variants

SEEDS = range(4)
ALL = Asked("T1", limit=1000)
SHANGHAI = ZoneInfo(worlds.SHANGHAI)
SPAN = (date(2026, 2, 1), date(2026, 4, 1))


@pytest.fixture(scope="module", params=SEEDS)
def made(request, tmp_path_factory) -> Iterator[tuple[Store, Deliveries, datetime]]:
    """A store, what was delivered, and a moment."""
    store, deliveries, as_of = delivered(request.param, tmp_path_factory.mktemp("rows"))
    yield store, deliveries, as_of
    store.close()


def plain(frame: pandas.DataFrame) -> list[dict]:
    """Rows as plain values, None where there is nothing."""
    return frame.astype(object).where(frame.notna(), None).to_dict("records")


def in_order(deliveries: Deliveries, as_of: datetime, **months: date) -> list[tuple]:
    """(delivery, number of the row, row), the newest period first, then the units."""
    counting = deliveries.rows(as_of, **months)
    numbered = [(one, 5 + one.rows.index(row), row) for one, row in counting]
    return sorted(numbered, key=lambda entry: (-entry[0].period.toordinal(), entry[0].unit, entry[1]))


def test_every_row_that_counts_with_its_cells(made):
    store, deliveries, as_of = made
    columns = [column.name for column in template().columns]
    expected = in_order(deliveries, as_of)
    found = plain(rows(store, as_of, ALL))
    assert len(found) == len(expected) == number_of_rows(store, as_of, ALL)
    for line, (one, row_no, row) in zip(found, expected, strict=True):
        about = (line["submission_id"], line["unit_code"], line["version"], line["receipt_no"], line["row_no"])
        assert about == (one.submission_id, one.unit, one.version, f"R-{one.submission_id}", row_no)
        for place, name in enumerate(columns):
            assert line[VALUE + name] == row[name]
            assert line[CELL + name] == (None if row[name] is None else f"{'CDEFGHIJKLM'[place]}{row_no}")


def test_pages_make_up_the_whole(made):
    store, _, as_of = made
    for sort in (None, Sort("done"), Sort("note", True)):
        whole = rows(store, as_of, replace(ALL, sort=sort))
        pages = [rows(store, as_of, replace(ALL, sort=sort, limit=4, offset=n)) for n in range(0, len(whole) + 4, 4)]
        assert plain(pandas.concat([page for page in pages if len(page)], ignore_index=True)) == plain(whole)


@pytest.mark.parametrize("name", ["done", "note", "on_", "days"])
@pytest.mark.parametrize("is_descending", [False, True])
def test_sorted_by_a_column_with_blanks_last(made, name, is_descending):
    store, deliveries, as_of = made
    values = [row[name] for _, row in deliveries.rows(as_of)]
    given = sorted((value for value in values if value is not None), reverse=is_descending)
    found = [line[VALUE + name] for line in plain(rows(store, as_of, replace(ALL, sort=Sort(name, is_descending))))]
    assert found == given + [None] * (len(values) - len(given))


CONDITIONS = {
    "of a list": (Condition("stage", ("立项", "验收")), lambda row: row["stage"] in ("立项", "验收")),
    "a range": (
        Condition("done", low=10.0, high=30.0),
        lambda row: row["done"] is not None and 10 <= row["done"] <= 30,
    ),
    "open": (Condition("days", low=50.0), lambda row: row["days"] is not None and row["days"] >= 50),
    "days": (Condition("on_", high="2026-04-15"), lambda row: row["on_"] is not None and row["on_"] <= "2026-04-15"),
    "words": (Condition("note", contains="ROAD"), lambda row: "road" in (row["note"] or "").lower()),
    "this text": (Condition("note", exact="=1+1"), lambda row: row["note"] == "=1+1"),
    "percent": (Condition("note", contains="%"), lambda row: "%" in (row["note"] or "")),
    "SQL": (Condition("note", contains="'; DROP TABLE"), lambda row: "'; DROP TABLE" in (row["note"] or "")),
}


@pytest.mark.parametrize("which", CONDITIONS)
def test_a_condition_leaves_out_what_does_not_fit(made, which):
    store, deliveries, as_of = made
    condition, fits = CONDITIONS[which]
    asked = replace(ALL, conditions=(condition,))
    expected = [row for _, _, row in in_order(deliveries, as_of) if fits(row)]
    found = plain(rows(store, as_of, asked))
    assert [line[VALUE + "note"] for line in found] == [row["note"] for row in expected]
    assert number_of_rows(store, as_of, asked) == len(expected)
    fitting = {one.unit for one, _, row in in_order(deliveries, as_of) if fits(row)}
    assert units_of(store, as_of, asked) == len(fitting)
    assert read(written(asked), catalogue_in_force(store)) == asked
    done = [row["done"] for row in expected if row["done"] is not None]
    assert _total(store, as_of, asked, "done").value == (sum(done) if done else None)


def test_conditions_search_units_and_months_together(made):
    store, deliveries, as_of = made
    asked = replace(
        ALL, units=("A", "C"), first=SPAN[0], last=SPAN[1], search="TEST", conditions=(Condition("stage", STAGES[:2]),)
    )
    expected = [
        row
        for one, _, row in in_order(deliveries, as_of, first=SPAN[0], last=SPAN[1])
        if one.unit in ("A", "C") and "test" in (row["note"] or "").lower() and row["stage"] in STAGES[:2]
    ]
    assert [line[VALUE + "stage"] for line in plain(rows(store, as_of, asked))] == [row["stage"] for row in expected]


def _total(store: Store, as_of: datetime, asked: Asked, name: str):
    found = totals(store, as_of, asked)
    (row,) = found[found["column_name"] == name].astype(object).where(lambda f: f.notna(), None).itertuples()
    return row


def _expected(name: str, held: list[tuple], last: date, is_one_period: bool = False):
    """The figure of a column over rows (delivery, row), by nature; (value, how)."""
    given = [(one, row) for one, row in held if row[name] is not None]
    of_last = [row for one, row in held if one.period == last or is_one_period]
    if name in ("done", "of"):
        return (sum(row[name] for _, row in given), "added") if given else (None, "none")
    if name in ("open_", "ytd"):
        values = [row[name] for row in of_last if row[name] is not None]
        return (sum(values), "added" if is_one_period else "last") if values else (None, "none")
    if name in ("rate", "share"):
        pairs = [(row["done"], row["of"]) for _, row in held] if name == "rate" else []
        if name == "share":
            pairs = [(None if row["open_"] is None else 2 * row["open_"], row["ytd"]) for row in of_last]
        both = [pair for pair in pairs if None not in pair]
        below = sum(pair[1] for pair in both)
        if both and below:
            how = "parts" if name == "rate" or is_one_period else "parts_last"
            return round(100 * sum(pair[0] for pair in both) / below, 6), how
        if both:
            return None, "none"
    return (given[0][1][name], "only") if len(given) == 1 else (None, "none")


@pytest.mark.parametrize("months", [(date.min, date.max), SPAN, (MONTHS[0], MONTHS[0])])
def test_totals_follow_the_nature_of_each_column(made, months):
    store, deliveries, as_of = made
    first, last = months
    asked = replace(ALL, first=None if first == date.min else first, last=None if last == date.max else last)
    counting = [one for one in deliveries.counting(as_of) if first <= one.period <= last]
    newest = max((one.period for one in counting), default=date.min)
    held = deliveries.rows(as_of, first, last)
    for name in NUMBERS:
        found = _total(store, as_of, asked, name)
        value, how = _expected(name, held, newest)
        assert (found.value, found.how) == (pytest.approx(value) if value is not None else None, how), name
        assert (found.why is None) == (found.value is not None)
    assert units_of(store, as_of, asked) == len({one.unit for one, _ in held})


@pytest.mark.parametrize(("by", "across"), [("unit", "period"), ("stage", "unit"), ("period", None), ("unit", "stage")])
@pytest.mark.parametrize("measure", NUMBERS)
def test_a_layout_has_the_figure_of_each_group(made, by, across, measure):
    store, deliveries, as_of = made
    held = deliveries.rows(as_of)
    newest = max(one.period for one in deliveries.counting(as_of))
    groups: dict[tuple, list] = defaultdict(list)
    of = {"unit": lambda one, _: one.unit, "period": lambda one, _: one.period, "stage": lambda _, row: row["stage"]}
    for one, row in held:
        groups[of[by](one, row), of[across](one, row) if across else None].append((one, row))
    found = plain(pivoted(store, as_of, ALL, Pivot(by, across, measure)))
    values = {(row["by"], row["across"]): row["value"] for row in found}
    for group, within in groups.items():
        value, _ = _expected(measure, within, newest, "period" in (by, across))
        assert values.get(group) == (pytest.approx(value) if value is not None else None), (group, measure)
    assert values.keys() <= groups.keys()


def test_the_lines_of_a_layout_add_up_to_the_total(made):
    store, _, as_of = made
    for measure in ("done", "open_", "ytd"):
        lines = plain(pivoted(store, as_of, ALL, Pivot("unit", None, measure)))
        total = _total(store, as_of, ALL, measure).value
        assert sum(row["value"] or 0 for row in lines) == (total or 0)


def test_a_section_sees_its_own_rows_and_nobody_those_under_review(made):
    store, deliveries, as_of = made
    for unit in UNITS:
        own = store.seen_by(Person("clerk", "clerk", Role.REPORTER, unit))
        expected = [one.submission_id for one, _, _ in in_order(deliveries, as_of) if one.unit == unit]
        assert rows(own, as_of, ALL)["submission_id"].tolist() == expected
        assert rows(own, as_of, replace(ALL, units=tuple(u for u in UNITS if u != unit))).empty
        assert _total(own, as_of, ALL, "done").units in (0, 1)
        layout = pivoted(own, as_of, ALL, Pivot("unit", None, "done"))
        assert set(layout["by"]) <= {unit}
    leader = store.seen_by(Person("leader", "leader", Role.LEADER))
    waiting = {one.submission_id for one in deliveries.made if one.needs_review and one.accepted_at is None}
    for seen in (store, leader):
        assert not waiting & set(rows(seen, as_of, ALL)["submission_id"])
    assert plain(rows(leader, as_of, ALL)) == plain(rows(store, as_of, ALL))
    assert rows(store.seen_by(Person("", "", Role.NOBODY)), as_of, ALL).empty


def test_the_rows_of_a_ledger_are_counted(made):
    store, deliveries, as_of = made
    ledger = replace(template(), kind=TemplateKind.LEDGER)
    obligations = [Obligation(unit, "T1", MONTHS[0]) for unit in UNITS]
    load_catalogue(store, worlds.catalogue(obligations, [ledger]), as_of)
    asked = replace(ALL, conditions=(Condition("stage", STAGES[:2]),))
    held = [(one.unit, row) for one, row in deliveries.rows(as_of) if row["stage"] in STAGES[:2]]
    found = plain(pivoted(store, as_of, asked, Pivot("unit", None, "#rows")))
    counted = number_of_rows(store, as_of, asked)
    assert counted == len(held) == (_total(store, as_of, asked, "#rows").value or 0)
    assert {row["by"]: row["value"] for row in found} == Counter(unit for unit, _ in held)


def test_rows_are_found_though_a_required_column_is_new(made):
    """A return of an older version of the template lacks it: no row may vanish for that."""
    store, deliveries, as_of = made
    expected = [one.submission_id for one, _, _ in in_order(deliveries, as_of)]
    with store.cursor() as cursor:
        cursor.begin()
        cursor.execute("DELETE FROM fact WHERE column_name = 'stage' AND row_no = 5")
        cursor.commit()
    assert sorted(rows(store, as_of, ALL)["submission_id"]) == sorted(expected)
    assert number_of_rows(store, as_of, ALL) == len(expected)


def test_returns_that_are_owed_and_those_that_count(made):
    store, deliveries, as_of = made
    for units, (first, last) in ((UNITS, (MONTHS[0], MONTHS[-1])), (("B",), SPAN)):
        asked = replace(ALL, units=units, first=first, last=last, search="no such text")
        opened = [
            month
            for month in MONTHS
            if first <= month <= last and worlds.midnight(worlds.later_month(month, 1), SHANGHAI) <= as_of
        ]
        counting = {(one.unit, one.period) for one in deliveries.counting(as_of)}
        owed = [(unit, month) for unit in units for month in opened]
        found = returns_of(store, as_of, asked)
        assert found.counting == len(counting.intersection(owed))
        assert found.owed == len(owed)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ({}, "rows.template"),
        ({"template": "X"}, "catalogue.template"),
        ({"template": "T1", "unit": "A,Z"}, "catalogue.unit"),
        ({"template": "T1", "columns": 'done"; DROP TABLE fact'}, "rows.column"),
        ({"template": "T1", "sort": "-nothing"}, "rows.column"),
        ({"template": "T1", "where": "stage=不在"}, "rows.value"),
        ({"template": "T1", "where": "done=1 OR 1=1"}, "rows.range"),
        ({"template": "T1", "where": "done=nan.."}, "rows.range"),
        ({"template": "T1", "where": "done=.."}, "rows.range"),
        ({"template": "T1", "where": "on_=2026-02-30"}, "rows.range.day"),
        ({"template": "T1", "where": "note"}, "rows.where"),
        ({"template": "T1", "where": "note=a\\"}, "rows.where"),
        ({"template": "T1", "limit": "0"}, "rows.number"),
        ({"template": "T1", "offset": "-1"}, "rows.number"),
        ({"template": "T1", "period": "soon"}, "catalogue.period"),
        ({"template": "T1", "from": "2026-05", "to": "2026-02"}, "rows.months"),
    ],
)
def test_what_cannot_be_asked_is_named(made, words, code):
    store, _, _ = made
    with pytest.raises(Fault) as raised:
        read(words, catalogue_in_force(store))
    assert raised.value.code == code


@pytest.mark.parametrize(
    ("pivot", "code"),
    [
        (Pivot("done", None, "of"), "rows.by"),
        (Pivot("unit", "unit", "of"), "rows.by.twice"),
        (Pivot("unit", None, "stage"), "rows.measure"),
    ],
)
def test_what_cannot_be_laid_out_is_named(made, pivot, code):
    store, _, as_of = made
    with pytest.raises(Fault) as raised:
        pivoted(store, as_of, ALL, pivot)
    assert raised.value.code == code


def test_words_of_a_question_are_those_that_ask_it():
    chance = random.Random(7)
    store_words = {
        "template": "T1",
        "unit": "A,B",
        "period": "2026-Q1",
        "search": "东湖",
        "sort": "-done",
        "limit": "20",
    }
    catalogue = worlds_catalogue()
    asked = read(store_words, catalogue)
    assert (asked.first, asked.last) == (date(2026, 1, 1), date(2026, 3, 1))
    for _ in range(50):
        text = "".join(chance.choice("ab;\\=.|'\"%& 东") for _ in range(chance.randrange(1, 12))).strip()
        if text.strip():
            one = replace(asked, conditions=(Condition("note", contains=text),)) if not text.startswith("=") else asked
            assert read(written(one), catalogue) == one


def worlds_catalogue() -> Catalogue:
    """The catalogue of the deliveries, without a store."""
    return worlds.catalogue([Obligation(unit, "T1", MONTHS[0]) for unit in UNITS], [template()])


def test_names_go_before_the_codes_that_they_name():
    columns = (worlds.column("task_code", ColumnType.CODE), worlds.column("task_name", ColumnType.STR))
    assert groupings(worlds.template(columns=columns, row_key=("task_code",))) == [
        "unit",
        "period",
        "task_name",
        "task_code",
    ]
