"""Lists of people: filled as the office fills them, and filled wrongly."""

import io
import json

import openpyxl
import pytest

from data.access import Role
from data.people import accounts
from data.people.accounts import create_first
from loaders.commands import main
from loaders.people.lists import read_people, take_people
from loaders.people.sheets import people_list, slips
from tests.conftest import OFFICE, edited

PASSWORD = "好记的一句话 2026"


@pytest.fixture
def office(store):
    """The reference store as its office sees it."""
    create_first(store, "office", "张建国", PASSWORD)
    return store.seen_by(OFFICE)


def listed(office, rows: list[tuple], locale: str = "zh-CN") -> bytes:
    """The downloaded list with further rows."""

    def fill(book):
        for row in rows:
            book.worksheets[0].append(row)

    return edited(people_list(office, locale), fill)


def test_a_list_makes_accounts_and_hands_out_their_first_passwords(office):
    rows = [
        ("WangWu", "王五", "填报人", "行政审批科(XZSP)"),
        ("lisi", "李四", "reviewer", "XZSP"),
        (13800000001, "孙小红", "填报人", "城建档案馆"),
        ("zhao", "赵局长", "领导", None),
    ]
    found, passwords, faults = take_people(office, listed(office, rows), "名单.xlsx")
    assert faults == [] and len(found) == 5  # the office's own row is on the list too
    assert set(passwords) == {"wangwu", "lisi", "13800000001", "zhao"}
    known = {one.user_code: one for one in accounts.accounts(office)}
    assert (known["wangwu"].role, known["wangwu"].unit_code) == (Role.REPORTER, "XZSP")
    assert (known["13800000001"].unit_code, known["zhao"].unit_code) == ("DAG", None)
    assert all(accounts.is_password_of(office, code, word) for code, word in passwords.items())
    assert all(known[code].must_change for code in passwords)
    book = openpyxl.load_workbook(
        io.BytesIO(slips(found, passwords, "https://zhundian.example", _catalogue(office), "zh-CN"))
    )
    cells = [[cell.value for cell in row][:6] for row in book.active.iter_rows(min_row=2)]
    assert ["王五", "行政审批科", "填报人", "wangwu", passwords["wangwu"], "https://zhundian.example"] in cells
    trail = office.rows("SELECT details FROM audit")
    assert not any(word in str(trail) for word in passwords.values())


def _catalogue(office):
    from data.catalogue.in_force import catalogue_in_force

    return catalogue_in_force(office)


def test_a_list_changes_those_who_are_there_and_leaves_the_others(office):
    take_people(office, listed(office, [("wang", "王五", "填报人", "XZSP"), ("li", "李四", "领导", None)]), "a.xlsx")

    def edit(book):
        sheet = book.worksheets[0]
        for row in sheet.iter_rows(min_row=2):
            if row[0].value == "wang":
                row[1].value, row[3].value = "王武", "城建档案馆(DAG)"
        sheet.delete_rows(next(row[0].row for row in sheet.iter_rows() if row[0].value == "li"))

    _found, passwords, faults = take_people(office, edited(people_list(office, "zh-CN"), edit), "b.xlsx")
    assert (passwords, faults) == ({}, [])
    known = {one.user_code: one for one in accounts.accounts(office)}
    assert (known["wang"].user_name, known["wang"].unit_code) == ("王武", "DAG")
    assert known["li"].is_active
    changed = office.rows("SELECT count(*) FROM audit WHERE \"action\" = 'account_changed'")
    assert changed == [(1,)]  # the office's unchanged row is no change


def test_an_english_list_is_read_as_well(office):
    found, _, faults = take_people(office, listed(office, [("wang", "Wang", "reporter", "DAG")], "en"), "people.xlsx")
    assert faults == [] and found[-1].unit_code == "DAG"


@pytest.mark.parametrize(
    ("row", "code", "cell"),
    [
        (("wang", "王五", "科员", "XZSP"), "account.role", "C3"),
        (("wang", "王五", None, "XZSP"), "account.role", "C3"),
        (("wang", "王五", "填报人", "没有这个科"), "account.unit", "D3"),
        (("wang", "王五", "填报人", None), "account.unit", "D3"),
        ((None, "王五", "领导", None), "account.user_code", "A3"),
        (("wang", None, "领导", None), "account.user_name", "B3"),
        (("office", "又一个", "信息办", None), "people_list.twice", "A3"),
        (("=1+1", "王五", "领导", None), "people_list.formula", "A3"),
        (("a b", "王五", "领导", None), "account.user_code", "A3"),
        (("wang", "王" * 41, "领导", None), "account.user_name", "B3"),
    ],
)
def test_a_fault_is_named_with_its_place_and_nothing_is_changed(office, row, code, cell):
    before = office.rows("SELECT count(*) FROM account")
    found, passwords, faults = take_people(office, listed(office, [row, ("good", "好的", "领导", None)]), "名单.xlsx")
    assert [(one.fault.code, one.cell) for one in faults] == [(code, cell)]
    assert (found, passwords) == ([], {}) and office.rows("SELECT count(*) FROM account") == before
    for locale in ("zh-CN", "en"):
        assert cell in faults[0].words(locale)


def test_the_last_of_the_office_is_not_demoted_by_a_list(office):
    def edit(book):
        book.worksheets[0]["C2"] = "领导"

    _, _, faults = take_people(office, edited(people_list(office, "zh-CN"), edit), "名单.xlsx")
    assert [one.fault.code for one in faults] == ["account.last_office"]
    assert accounts.account(office, "office").role is Role.OFFICE


@pytest.mark.parametrize("content", [b"", b"x", b"PK\x03\x04", "账号,姓名\n".encode()])
def test_what_is_no_list_is_refused(office, content):
    assert [one.fault.code for one in read_people(office, content, "名单.xlsx")[1]] == ["people_list.kind"]


def test_another_workbook_is_refused(office):
    def edit(book):
        book.worksheets[0]["A1"] = "序号"

    found, faults = read_people(office, edited(people_list(office, "zh-CN"), edit), "名单.xlsx")
    assert found == [] and faults[0].fault.code == "people_list.columns" and "账号" in faults[0].fault.details["found"]


def test_a_list_is_bounded(office):
    rows = [(f"user{n}", "张", "领导", None) for n in range(600)]
    assert [one.fault.code for one in read_people(office, listed(office, rows), "名单.xlsx")[1]] == ["people_list.rows"]


def test_the_command_line_does_it_too(office, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("ZHUNDIAN_STORE", str(office.path))
    from data import store as stores

    monkeypatch.setitem(stores._open_stores, office.path, office)
    blank, filled, out = tmp_path / "blank.xlsx", tmp_path / "filled.xlsx", tmp_path / "slips.xlsx"
    assert main(["people", str(blank), "--blank"]) == 0
    filled.write_bytes(
        edited(blank.read_bytes(), lambda book: book.worksheets[0].append(("wang", "王五", "领导", None)))
    )
    capsys.readouterr()
    assert main(["people", str(filled), "--slips", str(out), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["new"] == ["wang"]
    assert openpyxl.load_workbook(out).active["D2"].value == "wang"
    assert main(["people", str(filled), "--slips", str(out)]) == 2  # never written over
    assert "expected a new file" in capsys.readouterr().err
    filled.write_bytes(listed(office, [("x1", "王五", "科员", None)]))
    assert main(["people", str(filled), "--slips", str(tmp_path / "more.xlsx")]) == 2
    assert "C4" in capsys.readouterr().err and not (tmp_path / "more.xlsx").exists()
