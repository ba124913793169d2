"""The catalogue: written and read back whole, refused when faulty, and never a reason to judge the past anew."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from data.catalogue.check import faults
from data.catalogue.files import CatalogueError, read_catalogue, write_catalogue
from data.catalogue.in_force import (
    REFERENCE,
    catalogue_in_force,
    ensure_catalogue,
    freeze_dues,
    load_catalogue,
    refresh_dues,
    set_counting_start,
)
from data.catalogue.model import Bureau, CalendarDay, ColumnType, Obligation, TemplateKind, Unit
from data.catalogue.xlsx import read_catalogue_xlsx, write_catalogue_xlsx
from data.dues.timeliness import dues
from data.store import Store
from tests.conftest import shanghai
from tests.data import worlds
from tests.data.worlds import Sent, column, rule, template, words

pytestmark = pytest.mark.variants

NOVEMBER = shanghai("2026-11-10T09:00:00")
ODD = '＝总计, "甲"\n乙 — it\'s 100%;|\\'


@pytest.fixture
def bare(tmp_path):
    """A store with no catalogue."""
    store = Store(tmp_path / "store.duckdb")
    yield store
    store.close()


def odd_catalogue():
    """Texts that a spreadsheet or a CSV likes to spoil."""
    columns = (
        column("n", min=0, max=1e12, above=-0.5),
        column("share", ColumnType.PCT, min=0, max=100.5),
        column("choice", ColumnType.ENUM, values=("是,否", '"两者"', "=1+1", "1")),
        column("code", ColumnType.CODE, pattern=r"\d{3}[\"',\\]", max_length=18, required=True),
        column("note", ColumnType.STR, hint=words("=cmd|' /C calc'!A0"), unit_of_measure="元/㎡"),
    )
    odd = template(
        "X-1", "quarter", 31, 2, columns=columns, row_key=("code", "choice"), kind=TemplateKind.LEDGER,
        rules=(rule("n >= 0\n  AND note <> 'it''s, \"so\"'"), rule("share <= 100", "R2")),
        template_name=words(ODD), group="=A1", source="@SUM(1)", version="2026.10",
        platform={"zh-CN": "=平台", "en": '+1, "platform"'},
    )  # fmt: skip
    units = (
        Unit("U1", words("=cmd|' /C calc'!A0"), "科室", date(2020, 1, 1), date(2023, 12, 31)),
        Unit("U1", {"zh-CN": ODD, "en": '+1, "two"\nthree'}, "科室", date(2024, 1, 1)),
        Unit("0042", words("-1")),
        Unit("1e5", words("TRUE")),
    )
    obligations = (
        Obligation("U1", "X-1", date(2024, 4, 1), date(2026, 10, 1), True, (2, 8)),
        Obligation("0042", "X-1", date(2025, 1, 1)),
    )
    calendar = (CalendarDay(date(2026, 10, 1), False, '国庆, "中秋"'), CalendarDay(date(2026, 10, 10), True, "=调休"))
    return worlds.catalogue(obligations, [odd], worlds.CHICAGO, units=units, calendar=calendar)


def reference():
    return read_catalogue(REFERENCE)


def written_as(catalogue, form: str, tmp_path):
    """The catalogue after a way through files."""
    if form == "xlsx":
        write_catalogue_xlsx(catalogue, tmp_path / "out" / "catalogue.xlsx")
        return read_catalogue_xlsx(tmp_path / "out" / "catalogue.xlsx")
    write_catalogue(catalogue, tmp_path / "out")
    return read_catalogue(tmp_path / "out")


@pytest.mark.parametrize("form", ["folder", "xlsx"])
@pytest.mark.parametrize("make", [reference, odd_catalogue], ids=["reference", "odd"])
def test_a_catalogue_comes_back_as_it_was_written(make, form, tmp_path):
    assert written_as(make(), form, tmp_path) == make()


@pytest.mark.parametrize("make", [reference, odd_catalogue], ids=["reference", "odd"])
def test_the_store_gives_the_catalogue_back_as_it_was_loaded(make, bare):
    assert load_catalogue(bare, make(), NOVEMBER)
    assert catalogue_in_force(bare) == make()


def test_nothing_in_the_workbook_is_a_formula(tmp_path):
    write_catalogue_xlsx(odd_catalogue(), tmp_path / "catalogue.xlsx")
    for sheet in load_workbook(tmp_path / "catalogue.xlsx"):
        assert not [cell.coordinate for row in sheet for cell in row if cell.data_type == "f"]


@pytest.mark.parametrize("form", ["folder", "xlsx"])
def test_exporting_and_importing_again_is_no_new_catalogue(form, bare, tmp_path):
    load_catalogue(bare, reference(), NOVEMBER)
    again = written_as(catalogue_in_force(bare), form, tmp_path)
    assert load_catalogue(bare, again, NOVEMBER + timedelta(days=1)) is False
    assert len(bare.rows("SELECT * FROM catalogue_load")) == 1


def test_the_same_catalogue_again_is_not_new_but_an_earlier_one_is(bare):
    first, second = worlds.catalogue([Obligation("U1", "T1", date(2026, 1, 1))]), reference()
    moments = [NOVEMBER + timedelta(minutes=n) for n in range(4)]
    loaded = [load_catalogue(bare, c, m) for c, m in zip([first, first, second, first], moments, strict=True)]
    assert loaded == [True, False, True, True]
    assert catalogue_in_force(bare) == first
    assert len(bare.rows("SELECT * FROM bureau")) == 2


def test_a_store_without_a_catalogue_says_what_to_do(bare):
    with pytest.raises(CatalogueError, match="catalogue import"):
        catalogue_in_force(bare)


def spoilt(**changes):
    """A small catalogue in order, but for the changes."""
    good = worlds.catalogue([Obligation("U1", "T1", date(2026, 1, 1))])
    return replace(good, **changes)


def of_template(**more):
    return spoilt(templates=(template("T1", **more),))


def of_column(**more):
    given = {"name": "n", "label": words("n"), "type": ColumnType.INT} | more
    return of_template(columns=(replace(column("n"), **given),))


def owes(unit="U1", code="T1", first=date(2026, 1, 1), last=None, exempt=()):
    return spoilt(obligations=(Obligation(unit, code, first, last, False, exempt),))


UNIT = Unit("U1", words("甲"))
FAULTY = {
    "no time zone": (spoilt(bureau=Bureau(words("局"), "Asia/Ezhou")), ["bureau", "Asia/Ezhou"]),
    "bureau without a name": (spoilt(bureau=Bureau({"en": "B"}, worlds.SHANGHAI)), ["bureau", "zh-CN"]),
    "no templates": (spoilt(templates=(), obligations=()), ["templates: there is none"]),
    "unit code": (spoilt(units=(UNIT, Unit("甲 1", words("乙")))), ["units", "甲 1"]),
    "unit code too long": (spoilt(units=(UNIT, Unit("U" * 33, words("乙")))), ["units", "U" * 33]),
    "unit without a name": (spoilt(units=(UNIT, Unit("U2", {"en": "two"}))), ["units", "U2", "no name"]),
    "unit twice": (spoilt(units=(UNIT, UNIT)), ["units", "U1", "twice"]),
    "obligation of nobody": (owes(unit="U7"), ["U7 x T1", "no such unit"]),
    "obligation of nothing": (owes(code="T7"), ["U1 x T7", "no such template"]),
    "ends before it starts": (owes(last=date(2025, 12, 1)), ["U1 x T1", "last_period"]),
    "month 13": (owes(exempt=(1, 13)), ["U1 x T1", "exempt_months"]),
    "month 0": (owes(exempt=(0,)), ["U1 x T1", "exempt_months"]),
    "template code": (
        worlds.catalogue([Obligation("U1", "T/1", date(2026, 1, 1))]),
        ["template T/1", "letters, digits"],
    ),
    "template twice": (spoilt(templates=(template("T1"), template("T1"))), ["templates: T1 is there twice"]),
    "column twice": (of_template(columns=(column("n"), column("n"))), ["T1", "column n is there twice"]),
    "header twice": (
        of_template(columns=(column("n"), replace(column("m"), label=words("n")))),
        ["T1", "headed 'n'"],
    ),
    "row key": (of_template(row_key=("place",)), ["T1", "row_key", "place"]),
    "due day 0": (of_template(day=0), ["T1", "due day"]),
    "due day 32": (of_template(day=32), ["T1", "due day"]),
    "offset -1": (of_template(offset=-1), ["T1", "month_offset"]),
    "offset 13": (of_template(offset=13), ["T1", "month_offset"]),
    "column name": (of_column(name="Größe"), ["T1", "column Größe"]),
    "column name with a quote": (of_column(name='n" FROM x --'), ["T1", "lower case"]),
    "column without a label": (of_column(label={"en": "n"}), ["T1", "column n", "zh-CN"]),
    "pattern": (of_column(pattern="(["), ["T1", "column n", "regular expression"]),
    "min is nan": (of_column(min=float("nan")), ["T1", "column n", "min: expected a number, found nan"]),
    "max is inf": (of_column(max=float("inf")), ["T1", "column n", "max: expected a number, found inf"]),
    "above is -inf": (of_column(above=float("-inf")), ["T1", "column n", "above: expected a number, found -inf"]),
    "min above max": (of_column(min=2, max=1), ["T1", "column n", "min is above max"]),
    "rule twice": (of_template(rules=(rule("n > 0"), rule("n > 1"))), ["T1", "rule R1 is there twice"]),
    "rule without words": (of_template(rules=(replace(rule("n > 0"), text={}),)), ["T1", "rule R1", "zh-CN text"]),
    "rule of no column": (of_template(rules=(rule("m > 0"),)), ["T1", "rule R1", "m"]),
    "rule that calls": (of_template(rules=(rule("getenv('HOME') = 'x'"),)), ["T1", "rule R1", "getenv"]),
    "rule that is none": (of_template(rules=(rule("n >"),)), ["T1", "rule R1", "no SQL expression"]),
    "calendar day twice": (
        spoilt(calendar=(CalendarDay(date(2026, 10, 1), False, "国庆"),) * 2),
        ["calendar", "2026-10-01", "twice"],
    ),
    "template without a name": (of_template(template_name={"en": "T"}), ["T1", "zh-CN"]),
}


def test_the_small_catalogue_is_in_order():
    assert faults(spoilt()) == faults(reference()) == faults(odd_catalogue()) == []


@pytest.mark.parametrize("case", FAULTY)
def test_every_fault_is_found_and_named(case):
    catalogue, texts = FAULTY[case]
    found = faults(catalogue)
    assert any(all(text in fault for text in texts) for fault in found), found


@pytest.mark.parametrize("case", FAULTY)
def test_a_faulty_catalogue_changes_nothing(case, store_in_use):
    before = everything(store_in_use)
    with pytest.raises(CatalogueError, match="was not loaded"):
        load_catalogue(store_in_use, FAULTY[case][0], NOVEMBER)
    assert everything(store_in_use) == before


@pytest.fixture(scope="module")
def store_in_use(tmp_path_factory):
    """A store that has received something."""
    store = Store(tmp_path_factory.mktemp("used") / "store.duckdb")
    load_catalogue(store, spoilt(), NOVEMBER - timedelta(days=1))
    worlds.send(store, [Sent("U1", "T1", date(2026, 1, 1), NOVEMBER)])
    yield store
    store.close()


def everything(store) -> dict[str, list[tuple]]:
    tables = [name for (name,) in store.rows("SELECT table_name FROM duckdb_tables() ORDER BY 1")]
    return {name: store.rows(f'SELECT * FROM "{name}" ORDER BY ALL') for name in tables}


def test_all_faults_are_told_at_once():
    both = replace(FAULTY["min above max"][0], bureau=Bureau(words("局"), "Mars/Base"))
    assert len(faults(both)) == 2


# What files hold that no catalogue should


def edited_folder(tmp_path, name: str, old: str, new: str):
    write_catalogue(spoilt(), tmp_path / "folder")
    path = tmp_path / "folder" / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return tmp_path / "folder"


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("units.csv", "unit_code,", "code,", "units.csv line 1"),
        ("units.csv", "section,,", "section,,32.1.2026", "units.csv line 2"),
        ("units.csv", "section,,", "section,", "units.csv line 2: expected"),
        ("units.csv", "section,,", "section,,,", "a value that holds a comma stands in quotation marks"),
        ("obligations.csv", "2026-01", "2026-13", "obligations.csv line 2"),
        ("obligations.csv", "false", "maybe", "obligations.csv line 2"),
        ("obligations.csv", "false,", "false,二月", "obligations.csv line 2"),
        ("templates/T1.json", '"month"', '"week"', "T1.json"),
        ("templates/T1.json", '"int"', '"integer"', "T1.json"),
        ("templates/T1.json", '"version"', '"edition"', "T1.json"),
        ("templates/T1.json", "{", "[", "T1.json"),
        ("bureau.json", "bureau_name", "name", "bureau.json"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_with_its_line(tmp_path, name, old, new, told):
    with pytest.raises(CatalogueError) as refused:
        read_catalogue(edited_folder(tmp_path, name, old, new))
    assert told in str(refused.value)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("templates/T1.json", '"day": 22', '"day": "22"'),
        ("templates/T1.json", '"day": 22', '"day": 22.5'),
        ("templates/T1.json", '"template_name": {', '"template_name": "x", "group": {'),
        ("templates/T1.json", '"label": {', '"label": "x", "hint": {'),
        ("bureau.json", '"bureau_name": {', '"bureau_name": "x", "more": {'),
    ],
)
def test_a_value_of_a_wrong_kind_is_a_catalogue_error_not_a_crash(tmp_path, bare, name, old, new):
    folder = edited_folder(tmp_path, name, old, new)
    with pytest.raises(CatalogueError):
        load_catalogue(bare, read_catalogue(folder), NOVEMBER)
    assert bare.rows("SELECT * FROM catalogue_load") == []


def test_a_missing_folder_or_file_is_told(tmp_path):
    with pytest.raises(CatalogueError, match="expected a folder"):
        read_catalogue(tmp_path / "nowhere")
    write_catalogue(spoilt(), tmp_path / "folder")
    (tmp_path / "folder" / "units.csv").unlink()
    with pytest.raises(CatalogueError, match=r"units\.csv"):
        read_catalogue(tmp_path / "folder")


@pytest.mark.parametrize(
    ("sheet", "cell", "value", "told"),
    [
        ("units", "A1", "code", ["units", "unit_code"]),
        ("obligations", "C2", "2026-13", ["obligations row 2", "2026-13"]),
        ("templates", "H2", "some day", ["templates row 2", "some day"]),
        ("columns", "E2", "integer", ["templates row 2", "integer"]),
        ("columns", "I2", "none", ["templates row 2", "none"]),
    ],
)
def test_a_cell_that_cannot_be_read_is_named(tmp_path, sheet, cell, value, told):
    path = tmp_path / "catalogue.xlsx"
    write_catalogue_xlsx(spoilt(), path)
    book = load_workbook(path)
    book[sheet][cell] = value
    book.save(path)
    with pytest.raises(CatalogueError) as refused:
        read_catalogue_xlsx(path)
    assert all(text in str(refused.value) for text in told), refused.value


def test_a_blank_row_does_not_shift_the_number_of_a_bad_one(tmp_path):
    path = tmp_path / "catalogue.xlsx"
    write_catalogue_xlsx(spoilt(), path)
    book = load_workbook(path)
    book["obligations"].insert_rows(2)
    book["obligations"]["C3"] = "2026-13"
    book.save(path)
    with pytest.raises(CatalogueError, match="row 3"):
        read_catalogue_xlsx(path)


def test_what_excel_makes_of_typed_values_is_understood(tmp_path):
    path = tmp_path / "catalogue.xlsx"
    write_catalogue_xlsx(spoilt(), path)
    book = load_workbook(path)
    book["templates"]["H2"] = 25
    book["units"]["E2"] = datetime(2020, 1, 1)
    book["obligations"]["E2"] = True
    book["columns"]["G2"] = True
    book.save(path)
    found = read_catalogue_xlsx(path)
    assert found.templates[0].due.day == 25
    assert found.units[0].valid_from == date(2020, 1, 1)
    assert found.obligations[0].zero_report_allowed is True
    assert found.templates[0].columns[0].required is True


def test_a_truth_that_is_none_is_not_guessed(tmp_path):
    path = tmp_path / "catalogue.xlsx"
    write_catalogue_xlsx(spoilt(), path)
    book = load_workbook(path)
    book["columns"]["G2"] = "是"
    book.save(path)
    with pytest.raises(CatalogueError, match="是"):
        read_catalogue_xlsx(path)


def test_what_is_no_workbook_is_told(tmp_path):
    path = tmp_path / "catalogue.xlsx"
    with pytest.raises(CatalogueError):
        read_catalogue_xlsx(path)
    path.write_bytes(b"no zip")
    with pytest.raises(CatalogueError):
        read_catalogue_xlsx(path)
    with ZipFile(path, "w") as archive:
        archive.writestr("hello.txt", "hello")
    with pytest.raises(CatalogueError):
        read_catalogue_xlsx(path)


def test_a_workbook_with_broken_xml_is_told(tmp_path):
    write_catalogue_xlsx(spoilt(), tmp_path / "good.xlsx")
    path = tmp_path / "catalogue.xlsx"
    with ZipFile(tmp_path / "good.xlsx") as good, ZipFile(path, "w") as broken:
        for name in good.namelist():
            broken.writestr(name, good.read(name)[: -20 if name == "xl/workbook.xml" else None])
    with pytest.raises(CatalogueError):
        read_catalogue_xlsx(path)


def test_files_saved_by_windows_are_read(tmp_path):
    write_catalogue(spoilt(), tmp_path / "folder")
    for path in (tmp_path / "folder").rglob("*.*"):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert read_catalogue(tmp_path / "folder") == spoilt()


# What has been judged stays judged


U1 = Obligation("U1", "T1", date(2026, 7, 1))
FIRST = worlds.catalogue([U1, Obligation("U2", "T1", date(2026, 7, 1))])
LATE = shanghai("2027-03-01T00:00:00")
SENT = [Sent("U1", "T1", date(2026, 9, 1), shanghai("2026-10-20T09:00:00"))]


def judged(store, as_of=LATE) -> dict[tuple, tuple]:
    return {worlds.key_of(row): (row.status, row.due_date.date()) for row in dues(store, as_of).itertuples()}


@pytest.fixture
def in_use(bare):
    """A store that took FIRST in on 1 October, a file on 20 October, and has run until 10 November."""
    load_catalogue(bare, FIRST, shanghai("2026-10-01T00:00:00"))
    worlds.send(bare, SENT)
    return bare


def test_another_due_day_holds_for_periods_that_open_later_only(in_use):
    before = judged(in_use)
    changed = replace(FIRST, templates=(template("T1", day=10),))
    load_catalogue(in_use, changed, NOVEMBER)
    after = judged(in_use)
    assert after.keys() == before.keys()
    for key, (status, due_date) in after.items():
        if key[2] <= date(2026, 10, 1):
            assert (status, due_date) == before[key]
        else:
            assert due_date.day == 10


def test_a_removed_obligation_owes_what_has_opened_and_nothing_later(in_use):
    before = judged(in_use)
    load_catalogue(in_use, replace(FIRST, obligations=(U1,)), NOVEMBER)
    after = judged(in_use)
    assert after == {key: value for key, value in before.items() if key[0] == "U1" or key[2] <= date(2026, 10, 1)}


def test_an_obligation_that_starts_in_the_past_is_owed_from_the_next_period_to_open(in_use):
    before = judged(in_use)
    late_comer = Obligation("U1", "T2", date(2024, 1, 1))
    templates = (template("T1"), template("T2"))
    load_catalogue(in_use, replace(FIRST, templates=templates, obligations=(*FIRST.obligations, late_comer)), NOVEMBER)
    after = judged(in_use)
    assert {key: value for key, value in after.items() if key[1] == "T1"} == before
    assert min(key[2] for key in after if key[1] == "T2") == date(2026, 11, 1)


def test_a_new_unit_is_never_late_for_what_opened_before_it_came(in_use):
    units = (*FIRST.units, Unit("U3", words("新科室")))
    owed = (*FIRST.obligations, Obligation("U3", "T1", date(2026, 1, 1)))
    load_catalogue(in_use, replace(FIRST, units=units, obligations=owed), NOVEMBER)
    assert min(key[2] for key in judged(in_use) if key[0] == "U3") == date(2026, 11, 1)


def test_the_answer_of_the_past_is_the_same_before_and_after_a_new_catalogue(in_use):
    moments = [shanghai(f"2026-{month:02}-23T00:00:00") for month in range(7, 12)]
    before = [worlds.records(dues(in_use, moment)) for moment in moments]
    load_catalogue(in_use, replace(FIRST, obligations=(), templates=(template("T1", day=1),)), NOVEMBER)
    assert [worlds.records(dues(in_use, moment)) for moment in moments] == before


def test_another_time_zone_moves_later_deadlines_only(in_use):
    before = {worlds.key_of(row): row.deadline for row in dues(in_use, LATE).itertuples()}
    load_catalogue(in_use, replace(FIRST, bureau=Bureau(words("局"), "UTC")), NOVEMBER)
    for row in dues(in_use, LATE).itertuples():
        is_old = row.period.date() <= date(2026, 10, 1)
        assert row.deadline == before[worlds.key_of(row)] + timedelta(hours=0 if is_old else 8)


def test_while_nothing_has_come_the_new_catalogue_says_who_owes_what_but_moves_no_deadline_that_has_opened(bare):
    load_catalogue(bare, FIRST, shanghai("2026-10-01T00:00:00"))
    early = Obligation("U1", "T1", date(2026, 1, 1))
    load_catalogue(bare, worlds.catalogue([early], [template("T1", day=5)]), NOVEMBER)
    found = judged(bare, shanghai("2026-12-01T00:00:00"))
    assert sorted(key[2].month for key in found) == list(range(1, 12))
    assert {key[0] for key in found} == {"U1"}
    days = {key[2].month: due_date.day for key, (_, due_date) in found.items()}
    assert days == dict.fromkeys(range(1, 7), 5) | dict.fromkeys(range(7, 11), 22) | {11: 5}


def test_once_a_first_month_is_chosen_what_is_newly_owed_can_still_be_handed_in_in_time(bare):
    load_catalogue(bare, FIRST, shanghai("2026-10-01T00:00:00"))
    set_counting_start(bare, date(2026, 9, 1), shanghai("2026-10-01T00:00:00"))
    other = worlds.catalogue([Obligation("U9", "T1", date(2026, 1, 1))])
    load_catalogue(bare, other, NOVEMBER)
    assert {key: status for key, (status, _) in judged(bare, NOVEMBER).items()} == {
        ("U9", "T1", date(2026, 10, 1)): "pending"
    }


@pytest.mark.parametrize("has_start", [True, False])
def test_with_nothing_received_a_new_catalogue_moves_no_deadline_of_an_open_round(bare, has_start):
    load_catalogue(bare, FIRST, shanghai("2026-10-01T00:00:00"))
    if has_start:
        set_counting_start(bare, date(2026, 9, 1), shanghai("2026-10-01T00:00:00"))
    before = judged(bare, NOVEMBER)
    # nothing ran between October and now: what has opened meanwhile is frozen by the load itself
    load_catalogue(bare, replace(FIRST, templates=(template("T1", day=10),)), NOVEMBER)
    assert judged(bare, NOVEMBER) == before
    assert judged(bare)["U1", "T1", date(2026, 11, 1)][1] == date(2026, 12, 10)
    assert bare.rows("SELECT max(period) FROM due") == [(date(2026, 10, 1),)]


def test_a_store_that_slept_beyond_its_plan_freezes_what_opened_before_a_new_catalogue(bare):
    load_catalogue(bare, FIRST, shanghai("2026-10-01T00:00:00"))
    load_catalogue(bare, replace(FIRST, templates=(template("T1", day=10),)), shanghai("2030-03-15T00:00:00"))
    found = judged(bare, shanghai("2030-05-15T00:00:00"))
    days = {key[2]: due_date.day for key, (_, due_date) in found.items()}
    assert {day for period, day in days.items() if period <= date(2030, 2, 1)} == {22}
    assert {day for period, day in days.items() if period > date(2030, 2, 1)} == {10}
    assert len(days) == 46


def test_a_first_month_freezes_what_has_opened_before_it_counts(bare):
    load_catalogue(bare, FIRST, shanghai("2026-10-01T00:00:00"))
    set_counting_start(bare, date(2026, 10, 1), NOVEMBER)
    assert bare.rows("SELECT max(period) FROM due") == [(date(2026, 10, 1),)]


def test_a_store_that_has_received_something_but_was_owed_nothing_yet_is_not_owed_the_past_either(bare):
    ahead = worlds.catalogue([Obligation("U1", "T1", date(2026, 12, 1))])
    load_catalogue(bare, ahead, shanghai("2026-10-01T00:00:00"))
    worlds.send(bare, [Sent("U1", "T1", date(2026, 12, 1), NOVEMBER, "returned", 0)])
    owed = Obligation("U1", "T1", date(2024, 1, 1))
    load_catalogue(bare, worlds.catalogue([owed]), NOVEMBER)
    assert min(key[2] for key in judged(bare)) == date(2026, 11, 1)


def test_dues_are_frozen_once(in_use):
    for day in (10, 10, 11, 25):
        freeze_dues(in_use, shanghai(f"2026-11-{day}T09:00:00"))
        refresh_dues(in_use, shanghai(f"2026-11-{day}T09:00:00"))
    assert in_use.rows("SELECT count(*), count(DISTINCT (unit_code, template_code, period)) FROM due") == [(8, 8)]


def test_years_of_running_leave_no_gap_in_what_is_owed(in_use):
    for month in range(36):
        start = worlds.later_month(date(2026, 11, 1), month)
        refresh_dues(in_use, shanghai(f"{start}T08:00:00"))
    found = {key[2] for key in judged(in_use, shanghai("2029-11-01T08:00:00")) if key[0] == "U1"}
    assert found == {worlds.later_month(date(2026, 7, 1), n) for n in range(40)}


def test_a_store_that_slept_for_years_is_still_owed_every_period(in_use):
    refresh_dues(in_use, shanghai("2030-01-10T08:00:00"))
    found = {key[2] for key in judged(in_use, shanghai("2030-01-10T08:00:00")) if key[0] == "U1"}
    assert found == {worlds.later_month(date(2026, 7, 1), n) for n in range(42)}


def test_two_catalogues_in_the_same_moment_leave_the_second_in_force(bare):
    second = worlds.catalogue([Obligation("U9", "T1", date(2026, 7, 1))])
    load_catalogue(bare, FIRST, NOVEMBER)
    load_catalogue(bare, second, NOVEMBER)
    assert catalogue_in_force(bare) == second


def test_a_later_load_is_in_force_even_when_the_clock_was_set_back(bare):
    second = worlds.catalogue([Obligation("U9", "T1", date(2026, 7, 1))])
    load_catalogue(bare, FIRST, NOVEMBER)
    load_catalogue(bare, second, NOVEMBER - timedelta(hours=1))
    assert catalogue_in_force(bare) == second


def test_a_first_start_loads_the_reference_catalogue_and_a_second_start_nothing(bare):
    ensure_catalogue(bare, NOVEMBER)
    first = everything(bare)
    ensure_catalogue(bare, NOVEMBER)
    assert catalogue_in_force(bare) == reference()
    assert everything(bare) == first


def test_a_unit_is_called_by_the_name_it_bore():
    names = odd_catalogue()
    assert names.unit_name("U1", on=date(2023, 12, 31)) == "=cmd|' /C calc'!A0"
    assert names.unit_name("U1", on=date(2024, 1, 1)) == ODD
    assert names.unit_name("U1", "en") == '+1, "two"\nthree'
    assert names.unit_name("GONE") == "GONE"


def test_the_templates_written_are_json_that_people_can_read(tmp_path):
    write_catalogue(odd_catalogue(), tmp_path)
    text = (tmp_path / "templates" / "X-1.json").read_text(encoding="utf-8")
    assert json.loads(text)["due"] == {"day": 31, "month_offset": 2}
    assert "总计" in text


def test_a_moment_in_utc_freezes_the_same_as_one_on_the_bureaus_clock(bare):
    load_catalogue(bare, FIRST, datetime(2026, 10, 31, 15, 59, 59, tzinfo=UTC))
    assert bare.rows("SELECT max(period) FROM due") == [(date(2026, 9, 1),)]
    freeze_dues(bare, datetime(2026, 10, 31, 16, 0, tzinfo=UTC))
    assert bare.rows("SELECT max(period) FROM due") == [(date(2026, 10, 1),)]
