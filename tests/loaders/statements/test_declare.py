"""Zero reports and platform declarations: what is refused, when they count, what they replace, and what is kept."""

import io
import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from openpyxl import Workbook

import loaders.intake.record_tables
from data.anomalies.flags import anomalies
from data.backup import backup, check, restore
from data.catalogue.files import read_catalogue
from data.catalogue.in_force import REFERENCE, catalogue_in_force, ensure_catalogue, load_catalogue, set_counting_start
from data.dues.freshness import freshness
from data.dues.timeliness import dues, timeliness
from data.fault import Fault
from data.store import Store, is_open, open_store
from data.submissions.received import declarations, original
from loaders.commands import main
from loaders.statements.declare import MAX_PROOF, Delivered, platform_declaration, zero_report
from locales import LOCALES
from locales.faults import fault_words
from tests.conftest import NOW, OCTOBER, filled, ingest, shanghai

pytestmark = pytest.mark.variants

BEFORE = shanghai("2026-11-18T09:30:00")
LATER = shanghai("2026-11-19T09:30:00")
PDF, PNG = b"%PDF-1.7\n%made up\n", b"\x89PNG\r\n\x1a\n made up"
PLATFORM = Delivered(12, date(2026, 11, 15), PNG, "平台回执.png")


def zero(store, unit="XZSP", template="BE-02", at=BEFORE, period=OCTOBER, by="张三", reason=""):
    return zero_report(store, unit, template, period, at, by, reason)


def platform(store, unit="ZAZ", template="SV-01", at=BEFORE, period=OCTOBER, **changed):
    return platform_declaration(store, unit, template, period, at, "张三", replace(PLATFORM, **changed))


def due(store, unit="XZSP", template="BE-02", as_of=LATER):
    frame = dues(store, as_of, OCTOBER, unit)
    return frame[frame["template_code"] == template].iloc[0]


def number(store, table: str) -> int:
    return store.rows(f"SELECT count(*) FROM {table}")[0][0]


def refused(take, *words, **more) -> Fault:
    with pytest.raises(Fault) as told:
        take(*words, **more)
    for locale in LOCALES:
        assert "{" not in fault_words(told.value, locale)
    return told.value


# What is taken in


def test_a_zero_report_counts_as_received_and_brings_no_figures(store):
    receipt = zero(store, reason="本月没有申请")
    assert (receipt.outcome, receipt.kind, receipt.version, receipt.status) == ("accepted", "zero_report", 1, "on_time")
    assert receipt.deadline == shanghai("2026-11-23T00:00:00")
    assert receipt.receipt_no.startswith("20261118-")
    assert (due(store)["status"], due(store)["kind"]) == ("on_time", "zero_report")
    assert (number(store, "fact"), check(store)) == (0, [])
    said = declarations(store, LATER, "XZSP").iloc[0]
    assert (said["reason"], said["reported_by"], said["kind"]) == ("本月没有申请", "张三", "zero_report")
    statement = json.loads(original(store, receipt.sha256))
    assert (statement["kind"], statement["unit"], statement["period"]) == ("zero_report", "XZSP", "2026-10")


def test_a_platform_declaration_keeps_count_day_and_proof(store):
    receipt = platform(store)
    assert (receipt.outcome, receipt.kind, receipt.status) == ("accepted", "platform_declaration", "on_time")
    said = declarations(store, LATER, "ZAZ").iloc[0]
    assert (said["count"], said["delivered_on"].date(), said["platform"]) == (
        12,
        date(2026, 11, 15),
        "“互联网+监管”平台",
    )
    assert original(store, said["proof_sha256"]) == PNG
    assert said["proof_name"] == "平台回执.png"
    assert due(store, "ZAZ", "SV-01")["kind"] == "platform_declaration"
    assert check(store) == []


def test_a_declaration_survives_a_backup(store, tmp_path):
    platform(store)
    backup(store, tmp_path / "copy.duckdb")
    restore(tmp_path / "copy.duckdb", tmp_path / "again.duckdb")
    again = Store(tmp_path / "again.duckdb")
    assert original(again, declarations(again, LATER).iloc[0]["proof_sha256"]) == PNG
    again.close()


@pytest.mark.parametrize(
    ("received_at", "status", "days"),
    [
        ("2026-11-01T00:00:00", "on_time", 0),
        ("2026-11-22T23:59:59", "on_time", 0),
        ("2026-11-23T00:00:00", "late", 1),
        ("2026-11-25T08:00:00", "late", 3),
    ],
)
def test_a_statement_counts_when_it_reaches_us(store, received_at, status, days):
    at = shanghai(received_at)
    assert (zero(store, at=at).status, zero(store, at=at).days_late) == (status, days)
    assert due(store, as_of=shanghai("2026-12-01T00:00:00"))["status"] == status
    receipt = platform(store, at=at, on=date(2026, 10, 30))
    assert (receipt.status, receipt.days_late) == (status, days)


def test_the_same_statement_again_is_a_duplicate(store):
    first = zero(store)
    again = zero(store, at=shanghai("2026-11-25T00:00:00"))
    assert (again.outcome, again.submission_id, again.status) == ("duplicate", first.submission_id, "on_time")
    assert again.received_at == first.received_at
    sent = platform(store)
    assert platform(store, at=LATER).submission_id == sent.submission_id
    assert (number(store, "submission"), number(store, "declaration")) == (2, 2)


def test_another_count_is_a_new_version_and_one_proof_is_kept_once(store):
    platform(store)
    second = platform(store, at=LATER, count=13)
    assert (second.outcome, second.version, second.kind) == ("accepted", 2, "platform_declaration")
    assert [issue.code for issue in second.issues] == ["statement_replaces_statement"]
    assert declarations(store, LATER, "ZAZ")["count"].tolist() == [13, 12]
    assert (number(store, "workbook_file"), check(store)) == (3, [])


def test_workbook_and_zero_report_replace_each_other_in_the_order_in_which_they_came(store):
    workbook = filled(store, "BE-02", "XZSP")
    first = ingest(store, workbook, "a.xlsx", BEFORE)
    over = zero(store, at=LATER)
    assert (first.version, over.version, over.kind) == (1, 2, "zero_report")
    assert [(i.code, i.details["found"], i.details["limit"]) for i in over.issues] == [
        ("statement_replaces_figures", 1, "2026-11-18 09:30")
    ]
    assert due(store)["kind"] == "zero_report"
    assert number(store, "fact JOIN current_at(TIMESTAMPTZ '2026-12-01 00:00:00+08') USING (submission_id)") == 0
    third = ingest(store, workbook, "a.xlsx", shanghai("2026-11-20T09:00:00"))
    assert (third.outcome, third.version, third.kind) == ("accepted", 3, "correction")
    after = due(store, as_of=shanghai("2026-11-21T00:00:00"))
    assert (after["kind"], after["versions"], after["status"]) == ("correction", 3, "on_time")
    again = zero(store, at=shanghai("2026-11-21T09:00:00"))
    assert (again.outcome, again.version) == ("accepted", 4)
    assert (due(store, as_of=BEFORE)["kind"], check(store)) == ("workbook", [])


def test_a_late_zero_report_after_a_workbook_in_time_changes_no_timeliness(store):
    ingest(store, filled(store, "BE-02", "XZSP"), "a.xlsx", BEFORE)
    receipt = zero(store, at=shanghai("2026-11-25T09:00:00"))
    assert (receipt.status, receipt.days_late) == ("on_time", 0)


def test_a_statement_that_came_before_what_counts_replaces_nothing(store):
    ingest(store, filled(store, "BE-02", "XZSP"), "a.xlsx", LATER)
    assert zero(store, at=BEFORE).issues == []
    assert due(store)["kind"] == "workbook"


def test_what_cannot_be_kept_as_text_is_made_harmless(store):
    zero(store, by="张\udcff三", reason=" 一行\n又一行\udce9 ")
    said = declarations(store, LATER).iloc[0]
    assert (said["reported_by"], said["reason"]) == ("张?三", "一行 又一行?")
    platform(store, proof_name="C:\\temp\\../回执\n.png")
    assert declarations(store, LATER, "ZAZ").iloc[0]["proof_name"] == "回执 .png"


def test_it_is_all_kept_or_nothing(store, monkeypatch):
    def full(cursor, table, columns):
        raise OSError("the disk is full")

    monkeypatch.setattr(loaders.intake.record_tables, "append", full)
    with pytest.raises(OSError, match="full"):
        platform(store)
    assert [number(store, table) for table in ("submission", "declaration", "workbook_file")] == [0, 0, 0]
    monkeypatch.undo()
    assert platform(store).outcome == "accepted"


def test_the_due_is_frozen_when_a_statement_comes(tmp_path):
    store = Store(tmp_path / "store.duckdb")
    ensure_catalogue(store, shanghai("2026-10-20T00:00:00"))
    frozen = "due WHERE unit_code = 'XZSP' AND template_code = 'BE-02' AND period = '2026-10-01'"
    assert number(store, frozen) == 0
    zero(store, at=shanghai("2026-11-02T00:00:00"))
    assert number(store, frozen) == (datetime.now(UTC) >= shanghai("2026-11-01T00:00:00"))
    store.close()


# What is refused


def test_who_or_what_is_unknown(store):
    assert refused(zero, store, unit="NOBODY").code == "catalogue.unit"
    assert refused(zero, store, template="XX-01").code == "catalogue.template"
    assert refused(zero, store, unit="JLD").code == "declaration.not_obliged"
    assert refused(platform, store, unit="XZSP").code == "declaration.not_obliged"


@pytest.mark.parametrize(
    ("at", "period", "code"),
    [
        ("2026-10-31T23:59:59", OCTOBER, "not_over"),
        ("2026-10-01T00:00:00", OCTOBER, "not_over"),
        ("2026-09-30T23:59:59", OCTOBER, "not_begun"),
        ("2026-11-18T09:00:00", date(2027, 1, 1), "not_begun"),
        ("2026-11-18T09:00:00", date(2024, 10, 1), "not_due"),
    ],
)
def test_a_period_of_which_nothing_can_be_said(store, at, period, code):
    fault = refused(zero, store, at=shanghai(at), period=period)
    assert fault.code == f"declaration.{code}"
    assert refused(platform, store, at=shanghai(at), period=period).code == f"declaration.{code}"
    if code == "not_over":
        assert "2026-11-01" in fault_words(fault, "zh-CN")


def test_what_is_not_counted_needs_no_statement(store):
    set_counting_start(store, date(2026, 11, 1), NOW)
    assert refused(zero, store).code == "declaration.not_due"


def test_an_exempt_month_wants_nothing(tmp_path):
    reference = read_catalogue(REFERENCE)
    owed = [o for o in reference.obligations if (o.unit_code, o.template_code) == ("ZAZ", "SV-01")]
    exempt = replace(owed[0], exempt_months=(10,))
    store = Store(tmp_path / "store.duckdb")
    load_catalogue(store, replace(reference, obligations=(exempt,)), NOW)
    assert refused(zero, store, "ZAZ", "SV-01").code == "declaration.exempt"
    assert refused(platform, store).code == "declaration.exempt"
    found = due(store, "ZAZ", "SV-01")
    assert (found["status"], found["kind"]) == ("exempt", None)
    assert (
        ingest(store, filled(store, "SV-01", "ZAZ"), "a.xlsx", BEFORE, explanations="按实际情况填报").status == "exempt"
    )
    assert due(store, "ZAZ", "SV-01")["kind"] is None
    store.close()


def test_a_way_that_is_not_open_for_the_template(store):
    assert refused(zero, store, "XZSP", "BE-01").code == "declaration.zero_not_allowed"
    assert refused(platform, store, "XZSP", "BE-02").code == "declaration.platform_not_allowed"


@pytest.mark.parametrize("count", [-1, 1.5, 12.0, "12", "", "—", True, None, 10**9 + 1])
def test_a_count_that_is_none(store, count):
    assert refused(platform, store, count=count).code == "declaration.bad_count"


def test_zero_through_the_platform_is_a_zero_report(store):
    fault = refused(platform, store, count=0)
    assert fault.code == "declaration.count_zero" and "零报告" in fault_words(fault, "zh-CN")
    assert refused(platform, store, "ZAZ", "SV-03", count=0).code == "declaration.zero_not_allowed"


@pytest.mark.parametrize(
    ("day", "code"),
    [(date(2026, 11, 19), "date_in_future"), (date(2026, 9, 30), "date_before_period")],
)
def test_a_day_on_which_it_cannot_have_been(store, day, code):
    assert refused(platform, store, on=day).code == f"declaration.{code}"


def test_the_day_is_the_bureaus(store):
    late_in_utc = datetime(2026, 11, 18, 16, 30, tzinfo=UTC)  # half past midnight of the 19th in Shanghai
    assert platform(store, at=late_in_utc, on=date(2026, 11, 19)).outcome == "accepted"
    assert platform(store, unit="ZFD", on=OCTOBER).outcome == "accepted"


def workbook() -> bytes:
    out = io.BytesIO()
    Workbook().save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("proof", "name", "code"),
    [
        (b"", "", "proof_missing"),
        (PNG, "", "proof_missing"),
        (b"", "a.png", "proof_empty"),
        (PNG + bytes(MAX_PROOF), "a.png", "proof_too_large"),
        (PNG, "a.gif", "proof_type"),
        (PNG, "png", "proof_type"),
        (b"MZ\x90 a program", "a.exe", "proof_type"),
        (PNG, "a.pdf", "proof_content"),
        (PDF, "a.png", "proof_content"),
        (b"MZ\x90 a program", "a.jpg", "proof_content"),
        (b"PK\x03\x04 some other zip", "a.xlsx", "proof_content"),
    ],
)
def test_a_proof_that_is_none(store, proof, name, code):
    assert refused(platform, store, proof=proof, proof_name=name).code == f"declaration.{code}"
    assert number(store, "workbook_file") == 0


@pytest.mark.parametrize(
    ("proof", "name"),
    [
        (PDF, "回执.PDF"),
        (b"\xff\xd8\xff\xe0 made up", "a.jpg"),
        (b"\xff\xd8\xff\xe1 made up", "a.jpeg"),
        (workbook(), "a.xlsx"),
        (PNG.ljust(MAX_PROOF, b"\0"), "a.png"),
    ],
    ids=["pdf", "jpg", "jpeg", "xlsx", "ten megabytes"],
)
def test_a_proof_of_every_kind(store, proof, name):
    assert platform(store, proof=proof, proof_name=name).outcome == "accepted"
    assert original(store, declarations(store, LATER).iloc[0]["proof_sha256"]) == proof


# What the other answers make of it


def test_a_zero_report_is_new_data_and_raises_no_flag(store):
    for month in (8, 9):
        at = shanghai(f"2026-{month + 1:02}-10T09:00:00")
        ingest(store, filled(store, "BE-02", "XZSP", date(2026, month, 1)), "a.xlsx", at, explanations="按实际情况填报")
    before = anomalies(store, LATER, OCTOBER)
    zero(store)
    state = freshness(store, shanghai("2026-11-24T00:00:00"), "XZSP").set_index("template_code").loc["BE-02"]
    assert (state["newest_period"].date(), state["behind"], state["state"]) == (
        OCTOBER,
        0,
        "holes",
    )  # of the months before August
    assert len(anomalies(store, LATER, OCTOBER)) == len(before) == 0
    figures = timeliness(store, shanghai("2026-11-24T00:00:00"), month=OCTOBER, unit_code="XZSP")
    row = figures[figures["template_code"] == "BE-02"].iloc[0]
    assert (row["due"], row["received"], row["on_time"]) == (1, 1, 1)


def test_the_flags_of_figures_that_a_zero_report_took_back_are_gone(store):
    content = filled(store, "SV-01", "ZAZ")
    assert ingest(store, content, "a.xlsx", BEFORE, explanations="按实际情况填报，已与台账核对").outcome == "accepted"
    zero(store, "ZAZ", "SV-01", at=LATER)
    assert anomalies(store, LATER, unit_code="ZAZ").empty


# The command line


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Runs `python -m loaders declare …` in this process: (exit code, stdout, stderr)."""
    path = (tmp_path / "commands.duckdb").resolve()
    monkeypatch.setenv("ZHUNDIAN_STORE", str(path))

    def run(*words) -> tuple[int, str, str]:
        capsys.readouterr()
        try:
            code = main(["declare", *map(str, words)])
        except SystemExit as stopped:
            code = stopped.code
        return code, *capsys.readouterr()

    yield run
    if is_open(path):
        open_store(path).close()


ZERO = ("zero", "--unit", "XZSP", "--template", "BE-02", "--period", "2026-10")
SENT = ("platform", "--unit", "ZAZ", "--template", "SV-01", "--period", "2026-10")
AT = ("--received-at", "2026-11-18T09:30:00")


def test_declare_zero_answers_with_the_object_of_ingest(run):
    code, out, errors = run(*ZERO, *AT, "--reason", "本月没有申请", "--by", "李四", "--json")
    told = json.loads(out)
    assert (code, errors, out.count("\n")) == (0, "", 1)
    assert (told["outcome"], told["kind"], told["status"], told["version"]) == ("accepted", "zero_report", "on_time", 1)
    assert (told["unit"], told["template"], told["period"]) == ("XZSP", "BE-02", "2026-10")
    assert told["received_at"] == "2026-11-18T09:30:00+08:00"
    code, out, _ = run(*ZERO, *AT, "--reason", "本月没有申请", "--by", "李四", "--json")
    assert (code, json.loads(out)["outcome"]) == (0, "duplicate")
    assert declarations(open_store(), LATER)["reported_by"].tolist() == ["李四"]


def test_declare_platform_keeps_the_proof(run, tmp_path):
    (tmp_path / "回执.pdf").write_bytes(PDF)
    words = ("--count", "12", "--on", "2026-11-15", "--proof", tmp_path / "回执.pdf", "--by", "李四")
    code, out, errors = run(*SENT, *AT, *words, "--lang", "en")
    assert (code, errors) == (0, "")
    assert "on time" in out and "平台报送声明" in out
    assert original(open_store(), declarations(open_store(), LATER).iloc[0]["proof_sha256"]) == PDF


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((*ZERO[:-1], "2026-13"), "2026-13"),
        (("zero", "--unit", "XZSP", "--template", "XX-01", "--period", "2026-10"), "XX-01"),
        (("zero", "--unit", "XZSP", "--template", "BE-01", "--period", "2026-10"), "零报告"),
        ((*ZERO[:-1], "2020-01"), "2020-01"),
        ((*SENT, "--count", "1.5", "--on", "2026-11-15", "--proof", "a.pdf"), "1.5"),
        ((*SENT, "--count", "0", "--on", "2026-11-15", "--proof", "a.pdf"), "零报告"),
        ((*SENT, "--count", "1", "--on", "2026-11-31", "--proof", "a.pdf"), "2026-11-31"),
        ((*SENT, "--count", "1", "--on", "2026-11-15", "--proof", "none.pdf"), "none.pdf"),
        ((*SENT, "--count", "1", "--on", "2026-11-15"), "--proof"),
        ((), "KIND"),
    ],
    ids=str,
)
def test_a_refusal_is_2_and_says_why_on_stderr(run, tmp_path, monkeypatch, words, told):
    (tmp_path / "a.pdf").write_bytes(PDF)
    monkeypatch.chdir(tmp_path)
    more = (*AT, "--json") if words else ()
    code, out, errors = run(*words, *more)
    assert (code, out) == (2, "")
    assert told in errors and "Traceback" not in errors
    if is_open((tmp_path / "commands.duckdb").resolve()):
        assert number(open_store(), "submission") == 0


def test_a_refusal_in_english(run):
    _, _, errors = run("zero", "--unit", "XZSP", "--template", "BE-01", "--period", "2026-10", *AT, "--lang", "en")
    assert "takes no zero report" in errors


def test_the_reference_names_a_platform_for_what_goes_through_it(store):
    named = {t.template_code for t in catalogue_in_force(store).templates if t.platform}
    assert named == {"SV-01", "SV-02", "SV-03"}
