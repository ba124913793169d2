"""The ways in which files reach us: several at once, in an archive, with several tables; and who may send how much."""

import io
import json
import zipfile
from datetime import date, timedelta

import pytest
from openpyxl import load_workbook

import loaders.commands
from data.access import Person, Role
from data.backup import check
from data.catalogue.in_force import catalogue_in_force, load_catalogue
from data.dues.timeliness import dues
from data.reasons import FIGURE, is_reason
from loaders.arriving import quota
from loaders.checking.recognise import Meant
from loaders.intake.ingest import preview, take_in
from loaders.intake.opening import Upload, split
from loaders.issues import FileFault
from loaders.messages import title
from loaders.returned import marked_file, marked_name
from locales import LOCALES, words
from tests.conftest import OCTOBER, REASON, edited, filled, ingest, sample_rows, shanghai
from tests.ready import reference_copy

BEFORE = shanghai("2026-11-18T09:30:00")
SEPTEMBER = date(2026, 9, 1)


def archive(*files: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files:
            made.writestr(name, content)
    return out.getvalue()


def joined(first: bytes, second: bytes) -> bytes:
    """A workbook with the first sheets of both, as a person makes it by moving one over."""

    def add(book):
        other = load_workbook(io.BytesIO(second)).worksheets[0]
        sheet = book.create_sheet(other.title, 1)
        for row in other.iter_rows():
            for cell in row:
                if cell.value is not None:
                    sheet[cell.coordinate] = cell.value
                    sheet[cell.coordinate].number_format = cell.number_format

    return edited(first, add)


def codes(receipt) -> set[str]:
    return {issue.code for issue in receipt.issues}


def test_a_workbook_of_two_tables_gives_two_receipts(store):
    content = joined(filled(store, "BE-02", "XZSP"), filled(store, "BE-01", "XZSP"))
    ((first, second),) = take_in(store, [Upload(content, "合.xlsx", BEFORE, explanations=REASON)])
    assert [(r.outcome, r.template.template_code) for r in (first, second)] == [
        ("accepted", "BE-02"),
        ("accepted", "BE-01"),
    ]
    assert first.sha256 == second.sha256 and first.submission_id != second.submission_id
    assert store.rows("SELECT count(*) FROM workbook_file") == [(1,)]
    assert check(store) == []
    ((again, too),) = take_in(store, [Upload(content, "合.xlsx", BEFORE, explanations=REASON)])
    assert {again.outcome, too.outcome} == {"duplicate"}


def test_two_tables_are_taken_in_whole_or_returned_whole(store):
    bad = edited(filled(store, "BE-01", "XZSP"), lambda book: book.worksheets[0].__setitem__("I5", "若干"))
    ((good, faulty),) = take_in(store, [Upload(joined(filled(store, "BE-02", "XZSP"), bad), "合.xlsx", BEFORE)])
    assert (good.outcome, faulty.outcome) == ("returned", "returned")
    assert "other_sheet" in codes(good) and "not_a_number" in codes(faulty)
    assert store.rows("SELECT count(*) FROM fact") == [(0,)]


def test_the_same_table_twice_in_a_workbook_is_returned(store):
    content = edited(filled(store, "BE-02", "XZSP"), lambda book: book.copy_worksheet(book.worksheets[0]))
    assert codes(ingest(store, content, "a.xlsx", BEFORE)) == {"several_sheets"}


def test_the_files_of_an_archive_stand_for_themselves(store):
    content = archive(
        ("十月/BE-02.xlsx", filled(store, "BE-02", "XZSP")),
        ("十月/BE-08.xlsx", edited(filled(store, "BE-08", "FJS"), lambda b: b.worksheets[0].__setitem__("D5", -1))),
        ("__MACOSX/._BE-02.xlsx", b"junk"),
        ("套.zip", archive(("a.xlsx", b"x"))),
        ("说明.txt", "请查收".encode()),
    )
    (receipts,) = take_in(store, [Upload(content, "十月.zip", BEFORE)])
    found = {receipt.file_name: (receipt.outcome, codes(receipt)) for receipt in receipts}
    assert found["十月.zip/BE-02.xlsx"][0] == "accepted"
    assert found["十月.zip/BE-08.xlsx"][0] == "returned" and "out_of_range" in found["十月.zip/BE-08.xlsx"][1]
    assert found["十月.zip/套.zip"] == ("returned", {"nested_archive"})
    assert found["十月.zip/说明.txt"] == ("returned", {"not_a_spreadsheet"})
    assert len(found) == 4


def test_an_archive_with_names_of_an_older_machine_is_readable(store):
    content = archive(("X.xlsx", filled(store, "BE-02", "XZSP")))
    name = "施工许可.xlsx".encode("gb18030")
    placeholder = b"X.xlsx" + b"_" * (len(name) - 6)
    content = archive((placeholder.decode(), filled(store, "BE-02", "XZSP"))).replace(placeholder, name)
    (one,) = split(Upload(content, "a.zip", BEFORE))
    assert one.shown_name == "a.zip/施工许可.xlsx" and one.fault is None


@pytest.mark.parametrize("number", [0, 101])
def test_an_archive_of_nothing_or_of_too_much_is_returned(store, number):
    content = archive(*[(f"{n}.xlsx", b"x") for n in range(number)])
    wanted = {0: {"empty_archive"}, 101: {"too_many_files"}}
    assert codes(ingest(store, content, "a.zip", BEFORE)) == wanted[number]


@pytest.mark.parametrize(
    ("meant", "code"),
    [
        (Meant("FJS"), "other_units_file"),
        (Meant("XZSP", "2026-09"), "other_periods_file"),
        (Meant("XZSP", "2026-Q4"), "other_periods_file"),
        (Meant("XZSP", "2026-10"), None),
    ],
)
def test_what_the_sender_says_must_be_what_the_file_says(store, meant, code):
    upload = Upload(filled(store, "BE-02", "XZSP"), "a.xlsx", BEFORE, meant=meant)
    ((receipt,),) = take_in(store, [upload])
    assert codes(receipt) == ({code} if code else set())


def test_what_the_sender_says_fills_in_what_a_bare_table_does_not(store):
    def bare(book):
        del book["_meta"]
        for area in list(book.worksheets[0].merged_cells.ranges):
            book.worksheets[0].unmerge_cells(str(area))
        book.worksheets[0].delete_rows(1, 3)

    content = edited(filled(store, "BE-02", "XZSP"), bare)
    assert codes(ingest(store, content, "a.xlsx", BEFORE)) & {"no_unit", "no_period"}
    upload = Upload(content, "a.xlsx", BEFORE, meant=Meant("XZSP", "2026-10"))
    ((receipt,),) = take_in(store, [upload])
    assert (receipt.outcome, receipt.unit_code, receipt.period) == ("accepted", "XZSP", OCTOBER)


def test_last_months_figures_under_a_new_date_want_an_explanation(store):
    rows = sample_rows("BE-08", "FJS")
    ingest(store, filled(store, "BE-08", "FJS", SEPTEMBER, rows), "9.xlsx", shanghai("2026-10-10T09:00:00"))
    silent = ingest(store, filled(store, "BE-08", "FJS", OCTOBER, rows), "10.xlsx", BEFORE)
    assert silent.outcome == "returned" and "unchanged_since_last" in codes(silent)
    rows[0]["r3"] += 1
    rows[0]["r5"] -= 1
    changed = ingest(store, filled(store, "BE-08", "FJS", OCTOBER, rows), "10.xlsx", BEFORE, explanations=REASON)
    assert "unchanged_since_last" not in codes(changed)


def test_nothing_but_zeros_twice_is_no_news(store):
    rows = sample_rows("BE-08", "FJS")
    for name, value in rows[0].items():
        if isinstance(value, int | float):
            rows[0][name] = None if name.endswith("rate") else 0
    ingest(store, filled(store, "BE-08", "FJS", SEPTEMBER, rows), "9.xlsx", shanghai("2026-10-10T09:00:00"))
    again = ingest(store, filled(store, "BE-08", "FJS", OCTOBER, rows), "10.xlsx", BEFORE)
    assert "unchanged_since_last" not in codes(again)


def test_corrections_in_one_batch_are_versions_in_their_order(store):
    def priced(price: float) -> bytes:
        rows = sample_rows("BE-02", "XZSP")
        rows[0]["contract_price"] = price
        return filled(store, "BE-02", "XZSP", rows=rows)

    files = [priced(4000), priced(4001), filled(store, "BE-08", "FJS"), priced(4000), priced(4000)]
    found = [one for (one,) in take_in(store, [Upload(content, "a.xlsx", BEFORE) for content in files])]
    # The same file received at the very same moment is the same event.
    assert [(r.outcome, r.version) for r in found if r.template.template_code == "BE-02"] == [
        ("accepted", 1),
        ("accepted", 2),
        ("duplicate", 1),
        ("duplicate", 1),
    ]
    later = [Upload(content, "a.xlsx", BEFORE + timedelta(minutes=n)) for n, content in enumerate(files, 1)]
    found = [one for (one,) in take_in(store, later)]
    assert [r.version for r in found if r.template.template_code == "BE-02"] == [3, 4, 5, 5]
    assert {"brings_back"} <= codes(found[0])


def test_a_preview_may_keep_what_must_go_back_and_nothing_else(store):
    good, bad = filled(store, "BE-02", "XZSP"), filled(store, "BE-02", "XZSP", rows=[])
    (ready,) = preview(store, Upload(good, "a.xlsx", BEFORE), keep_faulty=True)
    (faulty,) = preview(store, Upload(bad, "b.xlsx", BEFORE), keep_faulty=True)
    assert (ready.outcome, ready.receipt_no, faulty.outcome) == ("ready", None, "checked")
    assert store.rows("SELECT receipt_no, outcome FROM submission") == [(faulty.receipt_no, "checked")]


def test_a_share_of_a_day(store, monkeypatch):
    monkeypatch.setattr(quota, "MAX_FILES", 2)
    now, own = shanghai("2026-11-18T09:30:00"), store.seen_by(Person("zhang", "张三", Role.OFFICE))
    assert quota.used_by(own, now).has_room_for(1)
    for number in range(2):
        ingest(own, b"x" * (number + 1), "a.xlsx", now, "张三")
    recorded = store.rows("SELECT max(recorded_at) FROM submission")[0][0]
    used = quota.used_by(own, recorded + timedelta(minutes=1))
    assert (used.files, used.size) == (2, 3) and not used.has_room_for(1)
    assert quota.used_by(store.seen_by(Person("li", "李四", Role.OFFICE)), recorded).files == 0
    assert quota.used_by(own, recorded + timedelta(hours=25)).files == 0


def test_the_command_line_writes_marked_workbooks_and_holds_files_to_what_they_must_be(tmp_path, monkeypatch, capsys):
    from data.store import open_store

    monkeypatch.setenv("ZHUNDIAN_STORE", str(tmp_path / "store.duckdb"))
    store = open_store(reference_copy(tmp_path / "store.duckdb", BEFORE))
    bad = edited(filled(store, "BE-02", "XZSP"), lambda book: book.worksheets[0].__setitem__("J6", -5))
    (tmp_path / "表.xlsx").write_bytes(bad)
    (tmp_path / "包.zip").write_bytes(archive(("表.xlsx", bad)))
    files = [str(tmp_path / "表.xlsx"), str(tmp_path / "包.zip")]
    code = loaders.commands.main(["ingest", "--json", "--unit", "XZSP", "--marked", str(tmp_path / "out"), *files])
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert code == 1 and [one["outcome"] for one in told] == ["returned", "returned"]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["表_标注版.xlsx", "表_标注版_2.xlsx"]
    book = load_workbook(tmp_path / "out" / "表_标注版.xlsx")
    assert "应为大于 0 的数" in book.worksheets[1]["J6"].comment.text
    assert loaders.commands.main(["ingest", "--json", "--unit", "FJS", files[0]]) == 1
    assert "other_units_file" in capsys.readouterr().out
    assert loaders.commands.main(["ingest", "--unit", "NOBODY", files[0]]) == 2
    assert loaders.commands.main(["ingest", "--period", "soon", files[0]]) == 2
    store.close()


def test_a_marked_workbook_is_mended_and_accepted(store):
    bad = edited(filled(store, "BE-02", "XZSP"), lambda book: book.worksheets[0].__setitem__("J6", -5))
    receipt = ingest(store, bad, "表.xls", BEFORE)
    marked = marked_file(bad, "表.xls", [receipt], "zh-CN").content
    assert marked_name("十月.zip/表.xls", "zh-CN") == "表_标注版.xlsx"
    again = ingest(store, marked, "表_标注版.xlsx", BEFORE)
    assert [i.cell for i in again.issues if i.severity == "error"] == ["J6"]
    mended = edited(marked, lambda book: book.worksheets[1].__setitem__("J6", 1876))
    assert ingest(store, mended, "表_标注版.xlsx", BEFORE).outcome == "accepted"


def test_what_cannot_be_read_cannot_be_marked(store):
    receipt = ingest(store, b"%PDF-1.7", "表.xlsx", BEFORE)
    assert marked_file(b"%PDF-1.7", "表.xlsx", [receipt], "zh-CN") is None


@pytest.mark.parametrize("locale", LOCALES)
def test_every_verdict_on_a_file_has_a_title_and_a_next_step(locale):
    verdicts = [key.removeprefix("title.") for key in words(locale) if key.startswith("title.")]
    assert len(verdicts) > 35
    for code in verdicts:
        assert len(words(locale)[f"issue.{code}"]) > len(words(locale)[f"title.{code}"])
    assert title_of("encrypted", locale) != title_of("macros", locale)


def title_of(code: str, locale: str) -> str:
    from data.catalogue.model import Severity
    from loaders.issues import Issue

    return title(Issue(Severity.ERROR, code), locale)


def test_names_that_made_their_own_blanks_unreadable(store):
    from dataclasses import replace

    catalogue = catalogue_in_force(store)
    odd = {"XZSP": "行政|审批  科 ", "FJS": "（房产）交易所", "DAG": "城建档案馆"}
    units = [
        replace(unit, unit_name={**unit.unit_name, "zh-CN": odd[unit.unit_code]}) if unit.unit_code in odd else unit
        for unit in catalogue.units
    ]
    load_catalogue(store, replace(catalogue, units=tuple(units)), BEFORE)
    for template, unit in (("BE-02", "XZSP"), ("BE-08", "FJS")):
        assert ingest(store, filled(store, template, unit), "a.xlsx", BEFORE).unit_code == unit
    frame = dues(store, BEFORE, OCTOBER, "XZSP")
    assert set(frame[frame["template_code"] == "BE-02"]["status"]) == {"on_time"}


def test_a_fault_in_an_archive_is_known_before_it_is_read():
    (one,) = split(Upload(b"PK\x03\x04broken", "a.zip", BEFORE))
    assert isinstance(one.fault, FileFault) and one.fault.code == "broken_workbook"


@pytest.mark.parametrize("text", ["项目停工，本月无进展", "上月受理的件在本月办结", "backlog closed in October"])
def test_honest_reasons_are_reasons(text):
    assert is_reason(text, FIGURE)
