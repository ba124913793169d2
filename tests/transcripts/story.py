"""What is typed, chapter by chapter: a small bureau from its first day on, and every command that there is.

The clock stands where a chapter says, so answers of "now" are among them. Left out, since they differ from machine to
machine or by chance: progress bars (shown on terminals alone), what robots answer (it lies outside), and the server's
own pages.
"""

import csv
import json
import re
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from tests.transcripts.files import document_text, fill, folder_text, workbook_text
from tests.transcripts.mail import mailbox
from tests.transcripts.programs import ROOT, Transcript

Chapter = Callable[[Transcript], None]
CHAPTERS: dict[str, tuple[datetime, Chapter]] = {}
QUESTIONS = ("dues", "timeliness", "late", "freshness", "anomalies", "issues")
OWED = {
    "XXB": ("PR-01",),
    "XZSP": ("BE-01", "BE-02", "BE-08"),
    "FJS": ("BE-04", "BE-07"),
    "DAG": ("BE-07",),
    "CJK": ("BE-05", "DQ-01"),
    "ZJK": ("MW-01",),
    "ZFD": ("SV-02", "SV-03"),
    "WYK": ("SV-03",),
}
ROWS = json.loads((ROOT / "tests" / "reference_rows.json").read_text(encoding="utf-8"))
EXPLANATION = "本月集中办结上月结转件，已与台账核对"


def chapter(moment: str) -> Callable[[Chapter], Chapter]:
    """A chapter that begins at this moment, on the bureau's clock."""

    def noted(tell: Chapter) -> Chapter:
        CHAPTERS[tell.__name__] = (datetime.fromisoformat(f"{moment}+08:00"), tell)
        return tell

    return noted


def value(found: list[dict] | None, name: str, /, **wanted: str) -> str:
    """A value of the first row in which these stand; "none" where there is no such row."""
    rows = (row for row in found or () if all(row[key] == one for key, one in wanted.items()))
    return next((row[name] for row in rows), "none")


def one_blank(folder: Path, template: str, unit: str = "") -> Path:
    """The blank workbook of a template in a folder."""
    return next(path for path in sorted(folder.glob(f"{template}_*.xlsx")) if unit in path.name)


def rows_of(template: str, unit: str) -> list[list]:
    """Good rows of a unit, as they are typed: period and unit are left blank."""
    return [list(row.values())[2:] for row in ROWS[template]["rows"] if row["unit"] == unit]


def cut(whole: Path, small: Path, owed: dict[str, tuple[str, ...]]) -> None:
    """A catalogue in which only these are owed, since summer; what comes by BE-08 is reviewed."""
    shutil.copytree(whole, small)
    path = small / "obligations.csv"
    with path.open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerow(head)
        for unit, template, first, *more in rows:
            if template in owed.get(unit, ()):
                csv.writer(file).writerow([unit, template, "2026-Q3" if "Q" in first else "2026-06", *more])
    path = small / "templates" / "BE-08.json"
    template = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(template | {"review": True}, ensure_ascii=False), encoding="utf-8")


@chapter("2026-11-24T08:00")
def help_texts(told: Transcript) -> None:
    """--help of each program and of every command below it."""

    def tell(words: str) -> None:
        out = told.run(f"{words} --help")
        below = out.partition("\npositional arguments:\n")[2].partition("\n\n")[0]
        for name in re.findall(r"^    ([a-z_-]+)(?: |$)", below, re.MULTILINE):
            tell(f"{words} {name}")

    for program in ("data", "loaders", "documents", "reminding"):
        tell(program)
        told.run(program)
        told.run(f"{program} nonsense")


@chapter("2026-11-24T09:00")
def beginning(told: Transcript) -> None:
    """An empty store, a catalogue of a few obligations, a made-up history, the first month that counts."""
    told.both("data late --period 2026-10 --unit ZFD", "data check", "reminding due")
    told.run("data boards")
    told.run("data catalogue export whole")
    told.show("whole", folder_text(told.folder / "whole", "units.csv", "obligations.csv"))
    told.run("data catalogue export whole.xlsx --json")
    cut(told.folder / "whole", told.folder / "small", OWED)
    told.run("data catalogue import small")
    told.run("data catalogue import small --json")
    told.run("data catalogue export small.xlsx")
    told.show("small.xlsx", workbook_text(told.folder / "small.xlsx", "obligations"))
    told.run("data catalogue import small.xlsx")
    shutil.copytree(told.folder / "small", told.folder / "faulty")
    (told.folder / "faulty" / "units.csv").write_text(
        "unit_code,unit_name,unit_name_en,kind\n甲,甲,,\n", encoding="utf-8"
    )
    (told.folder / "letter.xlsx").write_bytes(b"Dear bureau")
    for name in ("faulty", "letter.xlsx", "nowhere", "nowhere.xlsx"):
        told.run(f"data catalogue import {name}")
    told.run("loaders sample --months 0")
    told.run("loaders sample --until October")
    told.run("loaders sample --months 4 --until 2026-10 --json")
    told.run("data start 2026-13")
    told.run("data start 2026-08")
    told.run("data start 2026-08 --force")
    told.run("data start 2026-06 --json")


@chapter("2026-11-24T10:00")
def questions(told: Transcript) -> None:
    """Every question that scripts ask, as a table and in JSON."""
    for question in QUESTIONS:
        told.run(f"data {question} --period 2026-10 --as-of 2026-11-24")
        told.run(f"data {question} --unit FJS --as-of 2026-11-23T16:00:00Z --json")
        told.run(f"data {question} --period 2026-Q3 --as-of 2026-11-24")
    for question in ("dues", "late", "timeliness"):
        told.run(f"data {question} --period 2026-10 --unit ZFD --as-of 2026-11-22T23:59:59 --json")
        told.run(f"data {question} --period 2026-09 --json --unit XXB")
    told.run("data late")
    told.run("data late --unit JLD --json")
    told.run("data issues --period 2026-09 --json")


@chapter("2026-11-24T11:00")
def refusals(told: Transcript) -> None:
    """Questions that cannot be answered."""
    for question in QUESTIONS:
        told.run(f"data {question} --json --period 2026-13")
        told.run(f"data {question} --unit NOBODY")
    for words in ("--period October", "--as-of yesterday", "--as-of 2026-02-30", "--as-of 3026-01-01", "--color"):
        told.run(f"data late {words}")
    for words in ("--period 2026-13", "--by unit", "--by month --as-of noon"):
        told.run(f"data rollup {words}")
    for words in ("forecast --period x", "calibration --as-of x", "record --period x", "compare --method x"):
        told.run(f"data {words}")


@chapter("2026-11-25T09:00")
def handing_in(told: Transcript) -> None:
    """Blank workbooks, files that are accepted and returned, statements."""
    folder = told.folder
    told.run("loaders blank --period 2026-10 --out blanks")
    told.run("loaders blank --period 2026-Q3 --unit XXB --template PR-01 --out blanks --json")
    for words in ("2026-13", "2026-10 --unit NOBODY", "2026-10 --template XX-01", "2019-10", "2026-10 --unit JLD"):
        told.run(f"loaders blank --out none --period {words}")
    blanks = folder / "blanks"
    told.show("BE-08, blank", workbook_text(one_blank(blanks, "BE-08")))
    good = one_blank(blanks, "SV-02")
    fill(good, folder / "good.xlsx", rows_of("SV-02", "ZFD"))
    shutil.copy(folder / "good.xlsx", folder / "again.xlsx")
    fill(one_blank(blanks, "BE-02"), folder / "bad.xlsx", rows_of("BE-02", "XZSP"), L6=-5, K5="去年")
    fill(one_blank(blanks, "BE-02"), folder / "better.xlsx", rows_of("BE-02", "XZSP"))
    fill(one_blank(blanks, "BE-01"), folder / "strange.xlsx", rows_of("BE-01", "XZSP"))
    fill(one_blank(blanks, "BE-08"), folder / "reviewed.xlsx", rows_of("BE-08", "XZSP"))
    (folder / "letter.pdf").write_bytes(b"%PDF-1.7")
    told.run(
        "loaders ingest bad.xlsx good.xlsx again.xlsx letter.xlsx letter.pdf "
        "--received-at 2026-11-24T10:00:00 --by 李四 --marked marked"
    )
    for path in sorted((folder / "marked").iterdir()):
        told.show(path.name, workbook_text(path))
    told.run("loaders ingest bad.xlsx again.xlsx letter.pdf --received-at 2026-11-24T10:30:00 --json --lang en")
    told.run("loaders ingest strange.xlsx --unit FJS --period 2026-09 --received-at 2026-11-24T11:00:00 --lang en")
    told.run("loaders ingest strange.xlsx --received-at 2026-11-24T11:10:00")
    told.run(
        f"loaders ingest strange.xlsx better.xlsx --received-at 2026-11-24T11:20:00 --explain {EXPLANATION} --json"
    )
    told.run("loaders ingest reviewed.xlsx --received-at 2026-11-24T11:25:00")  # rows are gone: why?
    told.run(
        "loaders ingest reviewed.xlsx --received-at 2026-11-24T11:30:00 --unit XZSP --period 2026-10 "
        f"--explain {EXPLANATION}"
    )
    shutil.make_archive(str(folder / "both"), "zip", blanks, good.name)
    told.run("loaders ingest both.zip --received-at 2027-01-01 --lang en")
    for words in (
        "nowhere.xlsx", "good.xlsx nowhere.xlsx", "good.xlsx --received-at noon", "good.xlsx --explain 核实无误",
        "good.xlsx --unit NOBODY", "good.xlsx --period soon", "good.xlsx --lang fr",
    ):  # fmt: skip
        told.run(f"loaders ingest {words}")


@chapter("2026-11-25T10:00")
def declarations(told: Transcript) -> None:
    """Zero reports and deliveries through a platform, and why some are refused."""
    (told.folder / "proof.pdf").write_bytes(b"%PDF-1.4\n%%EOF\n")
    zero, sent = "loaders declare zero", "loaders declare platform --proof proof.pdf"
    at = "--received-at 2026-11-24T15:00:00 --by 王五"
    told.run(f"{zero} --unit CJK --template DQ-01 --period 2026-11 {at}")
    told.run(f"{zero} --unit ZJK --template MW-01 --period 2026-09 {at} --reason 本月未开展")
    for lang in ("zh-CN", "en"):
        for words in (
            "--unit DAG --template BE-07 --period 2026-10", "--unit NOBODY --template DQ-01 --period 2026-10",
            "--unit CJK --template XX-01 --period 2026-10", "--unit DAG --template BE-02 --period 2026-10",
            "--unit CJK --template DQ-01 --period 2027-10", "--unit CJK --template DQ-01 --period 2026-10",
        ):  # fmt: skip
            told.run(f"{zero} {words} --lang {lang} {at}")
        for words in ("--count 12 --on 2026-11-31", "--count many --on 2026-11-18", "--count 0 --on 2026-12-18"):
            told.run(f"{sent} --unit WYK --template SV-03 --period 2026-10 {words} --lang {lang} {at}")
    told.run(f"{sent} --unit WYK --template BE-05 --period 2026-10 --count 1 --on 2026-11-18 {at}")
    for words in ("--json", "--lang en"):
        told.run(f"{sent} --unit WYK --template SV-03 --period 2026-06 --count 37 --on 2026-11-18 {at} {words}")
    told.run(
        "loaders declare platform --unit WYK --template SV-03 --period 2026-10 --count 1 --on 2026-11-18 --proof no"
    )
    told.both("data late --period 2026-10", "data issues --unit ZFD --period 2026-10")
    told.run("data dues --period 2026-06 --unit WYK")


@chapter("2026-11-25T11:00")
def versions(told: Transcript) -> None:
    """The versions of a report, and what changed between them."""
    own = "data versions --unit XZSP --template BE-08 --period 2026-10"
    told.both(own, f"{own} --changes", "data versions --unit XZSP --template BE-02 --period 2026-10")
    told.run(f"{own} --changes 1 2 --as-of 2026-11-25")
    told.run(f"{own} --changes 1 3")
    told.run(f"{own} --as-of 2026-11-20 --changes")
    told.run("data versions --unit WYK --template SV-03 --period 2026-10 --json")
    told.run("data versions --unit XXB --template PR-01 --period 2026-Q3")
    told.run("data versions --unit NOBODY --template BE-02 --period 2026-10")
    told.run("data versions --unit XZSP --template XX-01 --period 2026-10")
    told.run("data versions --unit XZSP --template BE-02 --period 2026-Q5")
    told.run("data versions --unit XZSP")


@chapter("2026-11-25T13:00")
def review(told: Transcript) -> None:
    """What a template wants reviewed, step by step."""
    told.run("data review list")
    known = told.ask("data review list --unit XZSP") or []
    number = value(known, "receipt_no")
    told.run(f"data review accept {number}")
    told.run(f"data review approve {number}")
    told.run(f"data review approve {number} --reason 审核人出差")
    told.run(f"data review approve {number} --reason 审核人出差")
    told.run(f"data review accept {number} --json")
    told.run(f"data review return {number} --reason 合计不符")
    told.run(f"data review reopen {number}")
    other = [["二维码", *row[1:]] for row in rows_of("BE-08", "XZSP")]
    fill(one_blank(told.folder / "blanks", "BE-08"), told.folder / "other.xlsx", other)
    told.run(
        f"loaders ingest other.xlsx reviewed.xlsx --received-at 2026-11-25T12:00:00 --explain {EXPLANATION} --json"
    )
    told.run(f"data review reopen {number} --reason 有一栏填错")
    told.run(f"loaders ingest other.xlsx --received-at 2026-11-25T12:10:00 --explain {EXPLANATION}")
    known = told.ask("data review list") or []
    told.run(f"data review return {value(known, 'receipt_no', state='submitted')} --reason 请再核对 --json")
    told.run("data review accept 20261124-0000")
    told.run("data review list --json")


@chapter("2026-11-25T14:00")
def deadlines(told: Transcript) -> None:
    """Due policies, extensions and exemptions, and who will be late."""
    told.both("data policy show --template BE-02")
    told.run("data policy show")
    told.run("data policy set --since 2026-12")
    told.run("data policy set --since 2027-01 --day 40")
    told.run("data policy set --since 2027-01 --rest-days sometimes")
    told.run("data policy set --since 2027-01 --template XX-01 --day 20")
    told.run("data policy set --since 2027-01 --template BE-02 --template BE-04 --day 20 --until 17:30 --json")
    told.run("data policy set --since 2026-12 --template SV-02 --rest-days postpone --lock-days 10")
    told.both("data policy show --template SV-02")
    told.run("data policy show --template BE-02")
    extend, why = "data changes extend --period 2026-10", "--reason 系统停机两天 --document 鄂州建办函〔2026〕7号"
    told.run(f"{extend} --unit ZFD --template SV-03 --until 2026-11-26T17:30 {why}")
    told.run(f"{extend} --unit CJK --template DQ-01 --until 2026-11-30 {why} --json")
    told.run(f"{extend} --unit CJK --template DQ-01 --until 2026-11-30 --reason 忙")
    told.run(f"{extend} --unit CJK --template DQ-01 --until 2026-11-01 {why}")
    told.run(f"{extend} --unit CJK --template DQ-01 --until 2099-11-01 {why}")
    told.run(f"{extend} --unit CJK --template DQ-01 --until soon {why}")
    told.run(f"{extend} --unit NOBODY --until 2026-11-30 {why}")
    told.run(f"{extend} --unit CJK --template XX-01 --until 2026-11-30 {why}")
    told.run(f"{extend} --unit JLD --until 2026-11-30 {why}")
    told.run("data changes exempt --unit XXB --period 2026-Q3 --reason 三季度专题停报")
    told.run("data changes exempt --unit ZJK --template MW-01 --period 2026-10 --reason 无在建项目 --json")
    told.run("data changes extend --unit XXB --period 2026-Q3 --template PR-01 --until 2026-11-30 --reason 补报一份")
    told.both("data changes list", "data changes list --unit CJK --period 2026-10 --as-of 2026-11-26")
    known = value(told.ask("data changes list --unit ZFD"), "change_id")
    told.hide(known[:8], "id 1, its beginning")
    told.run(f"data changes revoke {known[:8]} --reason 已恢复正常 --json")
    told.run(f"data changes revoke {known} --reason 已恢复正常")
    told.run("data changes revoke 12345678 --reason 已恢复正常")
    told.run("data changes list --as-of 2026-11-27")
    told.run("data dues --period 2026-10 --unit CJK --as-of 2026-11-27")
    told.run("data dues --period 2026-Q3 --unit XXB --as-of 2026-11-27 --json")
    told.both("data forecast --period 2026-10 --as-of 2026-11-16")
    told.run("data calibration --as-of 2026-11-24")
    told.run("data forecast --unit ZFD --period 2026-09 --as-of 2026-10-20")
    told.run("data forecast")
    told.both("data rollup --by unit_code --as-of 2026-11-27", "data rollup --by quarter --by template_group")
    for grain in ("month", "year", "parent_code"):
        told.run(f"data rollup --by {grain} --period 2026-10")
    told.run("data rollup --by month --unit CJK --json")


@chapter("2026-11-26T09:00")
def triage(told: Transcript) -> None:
    """What is said of flagged figures, the record by unit, and what plain methods would flag."""
    told.both("data record", "data record --period 2026-10 --as-of 2026-11-24")
    flags = told.ask("data anomalies --period 2026-10") or []
    cells = [one for one in flags if one["kind"] != "rule" and one["cell"]]
    forms = [one for one in flags if one["kind"] != "rule" and not one["column_name"]]
    said = "data answer {step} --unit {unit} --template {template} --period {period} --reason {reason}"
    for step, one in zip(("confirmed", "to_correct", "redefined"), cells, strict=False):
        told.run(said.format(**one | {"step": step, "reason": "已与台账逐项核对"}) + f" --cell {one['cell']}")
    if cells:
        told.run(
            said.format(**cells[0] | {"step": "reopened", "reason": "台账有误须再核"}) + f" --cell {cells[0]['cell']}"
        )
        for reason in ("好", "经核实数据无误"):
            told.run(said.format(**cells[0] | {"step": "confirmed", "reason": reason}) + f" --cell {cells[0]['cell']}")
    if forms:
        told.run(said.format(**forms[0] | {"step": "redefined", "reason": "口径调整另行说明"}))
        told.run(said.format(**forms[0] | {"step": "confirmed", "reason": "两月情况确实相同"}) + " --json")
    told.run("data answer confirmed --unit FJS --template BE-04 --period 2026-10 --cell A1 --reason 没有这样的格子")
    told.run("data answer confirmed --unit FJS --template XX-01 --period 2026-10 --reason 没有这样的模板")
    told.run("data answer perhaps --unit FJS --template BE-04 --period 2026-10 --reason 没有这样的答复")
    told.run("data anomalies --period 2026-10 --json")
    told.run("data record --json")
    told.run("data compare")
    told.run("data compare --period 2026-10 --unit FJS --method modified_z_score --threshold 3.5 --json")
    told.run("data compare --method min_max --unit ZJK --as-of 2026-11-24")
    told.run("data compare --threshold high")


@chapter("2026-11-26T10:00")
def supervision(told: Transcript) -> None:
    """Proposals, cases and their steps, waivers and limits."""
    told.run("data supervision candidates")
    found = told.ask("data supervision candidates") or []
    told.run("data supervision candidates --unit ZFD --period 2026-09 --as-of 2026-11-20")
    criticism = value(found, "case_id", kind="criticism", unit="CJK", month="2026-07")
    praise = value(found, "case_id", kind="praise", unit="DAG")
    other = value(found, "case_id", kind="criticism", unit="ZFD")
    repair = value(found, "case_id", kind="rectification", unit="ZFD")
    missing = value(found, "case_id", kind="rectification", unit="ZJK")
    for case in (criticism[:8], praise):
        told.run(f"data supervision show {case}")
    told.run(f"data supervision show {praise} --json")
    told.run(f"data supervision open {criticism[:8]}")
    told.run(f"data supervision open {criticism[:8]}")
    told.run(f"data supervision open {praise} --json --reason 已核对")
    told.run(f"data supervision open {other}")
    told.run("data supervision open abc")
    told.run(f"data supervision issue {criticism[:8]} --no 鄂州建改〔2026〕3号")
    decide = "data supervision decide"
    told.run(f"{decide} {criticism[:8]} --by 赵局长 --reason 11月呈批件")
    told.run(f"{decide} {criticism[:8]} --approve --by 赵局长 --reason 批")
    told.run(f"{decide} {criticism[:8]} --approve --by 赵局长 --reason 11月呈批件")
    told.run(f"{decide} {praise} --approve --by 赵局长 --reason 11月呈批件 --json")
    told.run(f"{decide} {other} --decline --by 赵局长 --reason 情况特殊，予以提醒")
    told.run(f"data supervision issue {criticism[:8]} --no 三号")
    told.run(f"data supervision issue {criticism[:8]} --no 鄂州建改〔2026〕3号 --on 2030-01-01")
    told.run(f"data supervision issue {criticism} --no 鄂州建改[2026]03号 --on 2026-11-26")
    told.run(f"data supervision issue {praise} --no 鄂州建改〔2026〕3号")
    told.run(f"data supervision issue {praise} --no 鄂州建通〔2026〕4号 --json")
    told.run(f"data supervision rectified {criticism[:8]}")
    told.run(f"data supervision close {criticism[:8]} --reason 已督促整改")
    for case, number in ((repair, 5), (missing, 6)):
        told.run(f"data supervision open {case}")
        told.run(f"{decide} {case} --approve --by 赵局长 --reason 11月呈批件")
        told.run(f"data supervision issue {case} --no 鄂州建改〔2026〕{number}号 --due 2026-12-04 --reason 已逐条核对")
        told.run(f"data supervision rectified {case}")
    for template in ("SV-02", "SV-03"):
        words = f"--unit ZFD --template {template} --period 2026-06 --count 3 --on 2026-11-25 --proof proof.pdf"
        told.run(f"loaders declare platform {words} --lang en")
    told.run(f"data supervision rectified {repair} --reason 已全部补报")
    told.run(f"data supervision close {repair} --json")
    told.run(f"data supervision drop {praise} --reason 误发，予以撤回")
    told.run(f"data supervision drop {other} --reason 已不予处理")
    told.run(f"data supervision show {criticism}")
    told.run(f"data supervision show {praise[:10]} --json")
    told.both("data supervision list")
    told.run("data supervision list --unit CJK --period 2026-07 --as-of 2026-11-27")
    waive = "data supervision waive --ground system_fault --reason 平台停机两天"
    told.run(f"{waive} --period 2026-09 --unit CJK --document 鄂州建办函〔2026〕8号")
    told.run(f"{waive} --period 2026-10 --unit DAG")
    told.run(f"{waive} --period 2026-10 --template SV-02 --json")
    told.run("data supervision waive --period 2026-10 --ground weather --reason 平台停机两天")
    told.run("data supervision waivers")
    known = value(told.ask("data supervision waivers --unit ZFD"), "waiver_id")
    told.run(f"data supervision unwaive {known[:10]} --reason 平台记录有误 --json")
    told.run("data supervision unwaive 0123456789 --reason 平台记录有误")
    told.run("data supervision waivers --as-of 2026-11-27")
    told.both("data supervision rules")
    told.run("data supervision rules late_days=6 rectify_after=criticism")
    for words in ("late_days=x", "late_days", "nonsense=1"):
        told.run(f"data supervision rules {words}")
    told.run("data supervision candidates")
    told.run("data supervision rules late_days=4 --json")


@chapter("2026-11-26T13:00")
def boards(told: Transcript) -> None:
    """Rankings, their publication, objections, and the formula."""
    told.both("data boards", "data boards --period 2026-09", "data points show", "data points presets")
    told.run("data boards show --period 2026 --as-of 2026-11-24")
    told.run("data boards --period 2026-10 --unit ZFD --json")
    told.run("data boards --period 20x6")
    told.both("data points costs --period 2026-09")
    told.run("data points costs --period 2026-10 --unit ZFD")
    told.run("data points costs")
    told.run("data boards publish")
    told.run("data boards publish --period 2026-11")
    told.run("data boards publish --period 2026-09")
    told.run("data boards publish --period 2026-09")
    told.run("data boards publish --period 2026-09 --reason 更正一处笔误 --json")
    told.both("data boards published", "data boards published --period 2026-09 --unit ZFD")
    told.run("data boards objections")
    against = "data boards object --period 2026-09 --reason 系统故障未能报送"
    told.run(f"{against} --unit NOBODY")
    told.run(against)
    told.run(f"{against} --unit JLD")
    told.run(f"{against} --unit ZFD --template BE-02")
    told.run("data boards object --period 2026-08 --unit ZFD --reason 系统故障未能报送")
    first = value([told.ask(f"{against} --unit ZFD") or {"objection_id": "none"}], "objection_id")
    told.run(f"{against} --unit ZFD")
    second = value([told.ask(f"{against} --unit CJK --template DQ-01") or {"objection_id": "none"}], "objection_id")
    told.run(f"data boards uphold {first[:8]} --reason 经核实属实 --ground system_fault")
    told.run(f"data boards dismiss {second} --reason 经核实不属实 --json")
    told.run(f"data boards dismiss {second} --reason 经核实不属实")
    told.run("data boards uphold nothing --reason 不存在的")
    told.both("data boards objections --period 2026-09")
    told.run("data boards --period 2026-09")
    told.run("data boards set top=5 shown=all")
    told.run("data boards set target=2")
    told.run("data points set preset=day_by_day late_day=0.5 --json")
    told.run("data points set late_day=-1")
    told.run("data boards --period 2026-09 --as-of 2026-11-27 --json")
    told.run("data points set preset=average_100")


@chapter("2026-11-26T14:30")
def people(told: Transcript) -> None:
    """Accounts, tokens, and lists of people."""
    told.run("data users list")
    told.run("data users add office --name 张建国 --role office")
    told.run("data users add office --name 张建国 --role office")
    told.run("data users add reporter.zfd --name 李四 --role reporter --unit ZFD --json")
    told.run("data users add x --name 李四 --role reporter --unit ZFD")
    told.run("data users add someone --name 李四 --role reporter")
    told.run("data users add someone --name 李四 --role king")
    told.run("data users change reporter.zfd --name 李思 --role reviewer")
    told.run("data users change nobody --name 李思")
    told.run("data users reset reporter.zfd")
    told.run("data users disable reporter.zfd --json")
    told.run("data users disable office")
    told.run("data users enable reporter.zfd")
    told.both("data users list", "data tokens list")
    for name, role, more in (
        ("ZFD", "reporter", "--unit ZFD"), ("leader", "leader", ""), ("monitor", "monitor", "--json"),
        ("ended", "leader", "--expires 2027-01-01"), ("XZSP", "reporter", "--unit XZSP --expires 2027-01-01"),
    ):  # fmt: skip
        out = told.run(f"data tokens create --name {name} --role {role} {more}".rstrip())
        told.secrets[name] = found[0] if (found := re.search(r"zhundian_[\w-]{43}", out)) else "none"
    told.run("data tokens create --name late --role leader --expires 2026-01-01")
    told.run("data tokens create --name unit --role reporter --unit NOBODY")
    known = told.ask("data tokens list") or []
    for one in known:
        told.hide(one["token_id"], f"token {one['name']}")
    told.run(f"data tokens end {value(known, 'token_id', name='ended')}")
    told.run("data tokens end 00000000")
    told.run("data tokens list")
    told.run("loaders people people.xlsx --blank")
    told.run("loaders people leute.xlsx --blank --lang en --json")
    told.run("loaders people people.xlsx --blank")
    told.show("people.xlsx", workbook_text(told.folder / "people.xlsx"))
    told.show("leute.xlsx", workbook_text(told.folder / "leute.xlsx", "choices"))
    new = [["wang.fjs", "王五", "填报人", "房产交易所(FJS)"], ["zhao", "赵六", "领导", ""]]
    wrong = [["w", "王五", "国王", "FJS"], ["zhao", "", "领导", ""]]
    for name, rows in (("filled.xlsx", new), ("wrong.xlsx", wrong)):
        fill(told.folder / "people.xlsx", told.folder / name, rows, "A4")
    told.run("loaders people filled.xlsx")
    for lang in ("zh-CN", "en"):
        told.run(f"loaders people wrong.xlsx --slips slips.xlsx --lang {lang}")
    told.run("loaders people filled.xlsx --slips slips.xlsx --address https://zhundian.example")
    told.show("slips.xlsx", workbook_text(told.folder / "slips.xlsx"))
    told.run("loaders people filled.xlsx --slips slips.xlsx")
    told.run("loaders people filled.xlsx --slips more.xlsx --json")
    told.run("loaders people nowhere.xlsx --slips more.xlsx")
    told.run("data users list")


@chapter("2026-11-26T16:00")
def reminders(told: Transcript) -> None:
    """Contacts, settings and texts of reminders; what would go, what went, and the mails."""
    told.run("reminding settings")
    told.run("reminding contacts list")
    add = "reminding contacts add"
    told.run(f"{add} email li@ju.example --unit ZFD --name 李四")
    told.run(f"{add} email wang@ju.example --unit WYK --name Wang --lang en --json")
    robot = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0123456789abcdefghijklmnopqrstuvwxyz"
    told.run(f"{add} wecom '{robot}' --name 月报群")
    (told.folder / "secret.txt").write_text("SEC0123456789abcdef0123456789abcdef\n", encoding="utf-8")
    ding = "https://oapi.dingtalk.com/robot/send?access_token=" + "0123456789" * 4
    told.run(f"{add} dingtalk '{ding}' --unit CJK --secret-file secret.txt --json")
    for words in ("email nobody --unit ZFD", "email li@ju.example", "wecom https://example.com/x", "pigeon x"):
        told.run(f"{add} {words}")
    told.run(f"{add} email li@ju.example --unit NOBODY")
    told.both("reminding contacts list")
    told.run("reminding contacts export contacts.csv")
    told.run("reminding contacts export contacts.xlsx --lang en --json")
    told.run("reminding contacts export contacts.csv")
    told.show("contacts.csv", (told.folder / "contacts.csv").read_text(encoding="utf-8-sig"))
    told.show("contacts.xlsx", workbook_text(told.folder / "contacts.xlsx"))
    head = (told.folder / "contacts.csv").read_text(encoding="utf-8-sig").splitlines()[0]
    more = f"{head}\n房产交易所,邮箱,fjs@ju.example,王五,,zh-CN\n,企业微信,nowhere,,,\n"
    (told.folder / "wrong.csv").write_text(more, encoding="utf-8")
    (told.folder / "more.csv").write_text("".join(more.splitlines(keepends=True)[:2]), encoding="utf-8")
    for lang in ("zh-CN", "en"):
        told.run(f"reminding contacts import wrong.csv --lang {lang}")
    told.run("reminding contacts import more.csv --json")
    known = told.ask("reminding contacts list") or []
    for one in known:
        if one["channel"] != "email":
            told.run(f"reminding contacts end {one['contact']} --json")
    told.run("reminding contacts end 000000000000")
    told.run("reminding due")
    told.run("reminding send")
    told.run("reminding settings --on --hour 10 --before 5,2 --after 1,2,4")
    told.run("reminding settings --on-day no --json")
    for words in ("--hour 25", "--before x", "--after 99", "--on --off"):
        told.run(f"reminding settings {words}")
    told.run("reminding texts")
    texts = told.ask("reminding texts") or {}
    (told.folder / "texts.json").write_text(json.dumps(_with_marks(texts), ensure_ascii=False), encoding="utf-8")
    told.run("reminding texts --set texts.json")
    (told.folder / "no.json").write_text('{"before": {"zh-CN": {"subject": "{nonsense}"}}}', encoding="utf-8")
    told.run("reminding texts --set no.json")
    told.run("reminding texts --set nowhere.json")
    told.run("reminding texts --reset")
    told.both("reminding due --as-of 2026-11-20T10:00", "reminding due --as-of 2026-11-24T10:00")
    told.run("reminding due --as-of noon")
    told.run("reminding send --as-of 2026-11-24T10:00 --dry-run")
    told.run("reminding send --as-of 2026-11-24T10:00")
    own = value(known, "contact", channel="email", unit="WYK")
    told.run(f"reminding test {own}")
    with mailbox() as box:
        outside = {"ZHUNDIAN_SMTP": box.address, "ZHUNDIAN_MAIL_FROM": "准点 <zhundian@ju.example>"}
        outside["ZHUNDIAN_ORIGIN"] = "https://zhundian.example"
        told.run("reminding send --as-of 2026-11-24T10:00 --json", **outside)
        told.run("reminding send --as-of 2026-11-24T10:00", **outside)
        told.run(f"reminding test {own} --json", **outside)
        told.run("reminding test 000000000000", **outside)
        told.show("mails", box.text())
    told.run("reminding log --period 2026-10 --unit ZFD --json")
    told.run("reminding log --period 2026-10")
    told.run("reminding log --period 2026-10 --full --as-of 2026-11-27")
    told.run("reminding log --unit NOBODY")


def _with_marks(texts: dict) -> dict:
    return {
        kind: {lang: own | {"subject": f"※ {own['subject']}"} for lang, own in by_lang.items()}
        for kind, by_lang in texts.items()
    }


@chapter("2026-11-27T09:00")
def documents(told: Transcript) -> None:
    """Drafts of documents as their readers see them."""
    told.both("documents settings")
    told.run(
        "documents settings --basis 《营商环境数据报送办法》 --contact '张建国 3351234' --recipients 各科室 局属各单位"
    )
    told.run("documents settings --copies-to 市优化办 --issued-by 鄂州市住房和城乡建设局 --json")
    told.run("documents settings --mark nonsense")
    month = "--period 2026-10 --as-of 2026-11-24T09:00"
    for words in (
        f"urge {month} --out urge.docx --by 2026-11-27T17:00",
        f"urge {month} --unit ZFD --unit WYK --out two.docx --recipient 执法支队 --number 鄂州建办函〔2026〕9号 --json",
        f"circular {month} --out circular.docx --day 2026-11-26 --printed-by 办公室",
        f"bulletin {month} --out bulletin.docx --issue-no 11 --whole-no 23 --copies 40 --json",
    ):
        told.run(f"documents {words}")
        name = re.search(r"--out (\S+)", words)[1]
        told.show(name, document_text(told.folder / name))
    told.run("documents urge --period 2026-10 --as-of 2026-11-18 --pending --each --unit ZFD --unit WYK --out each")
    for path in sorted((told.folder / "each").iterdir())[:1]:
        told.show(path.name, document_text(path))
    cases = told.ask("data supervision list") or []
    for number, one in enumerate(cases):
        told.run(f"documents case --case {one['case_id']} --out case-{number}.docx --day 2026-11-27")
        path = told.folder / f"case-{number}.docx"
        if path.exists():
            told.show(path.name, document_text(path))
    for words in (
        f"urge {month} --out urge.docx", f"urge {month} --out urge.txt", f"urge {month} --unit NOBODY --out no.docx",
        f"urge {month} --each --out urge.docx", f"urge {month} --unit JLD --out no.docx",
        f"circular {month} --day soon --out no.docx", "circular --out no.docx", "bulletin --period x --out no.docx",
        "case --case none --out no.docx", "urge --as-of noon --out no.docx",
    ):  # fmt: skip
        told.run(f"documents {words}")


@chapter("2026-11-27T11:00")
def care(told: Transcript) -> None:
    """The trail, copies of the store, what is made up taken out again."""
    told.run("data audit --limit 40")
    told.run("data audit --user zhang --action token_created --json")
    told.run("data audit --unit ZFD --since 2026-11-26 --limit 10")
    told.run("data audit --since noon")
    told.run("data audit --limit 0")
    told.both("data audit --head", "data check")
    told.run("data backup copy.duckdb")
    told.run("data backup copy.duckdb")
    told.run("data backup copy-2.duckdb --keep 3")
    (told.folder / "copies").mkdir()
    told.run("data backup copies")
    told.run("data backup copies --keep 1 --json")
    told.run("data backup copies --keep 0")
    told.run("data restore copy.duckdb")
    second = {"ZHUNDIAN_STORE": str(told.folder / "second.duckdb")}
    told.run("data restore nowhere.duckdb", **second)
    told.run("data restore letter.xlsx", **second)
    told.run("data restore copy.duckdb", **second)
    told.run("data late --period 2026-10 --as-of 2026-11-26", **second)
    told.run("data audit --limit 3", **second)
    told.run("loaders sample --clear", **second)
    told.run("loaders sample --months 1 --until 2026-10", **second)
    told.run("data check", **second)
    third = {"ZHUNDIAN_STORE": str(told.folder / "third.duckdb")}
    cut(told.folder / "whole", told.folder / "tiny", {"FJS": ("BE-04",), "DAG": ("BE-07",)})
    told.run("data catalogue import tiny", **third)
    told.run("loaders sample --months 1 --until 2026-10", **third)
    told.run("data freshness --as-of 2026-11-26", **third)
    told.run("loaders sample --clear --json", **third)
    told.run("loaders sample --clear", **third)
    told.run("data freshness --as-of 2026-11-26", **third)


def by_the_owner(told: Transcript) -> None:
    """Commands that the server runs, since it has the store. No chapter: the server's clock stands by itself."""
    told.both("data late --period 2026-10 --as-of 2026-11-26")
    told.run("data late --period 2026-13")
    told.run("data late --colour red")
    told.run("loaders ingest again.xlsx --json --lang en")
    told.run("reminding due --as-of 2026-11-24T10:00")
    told.run("documents urge --period 2026-10 --as-of 2026-11-24T09:00 --out owner.docx --json")
    told.show("owner.docx", document_text(told.folder / "owner.docx"))
    told.run("data restore copy.duckdb")
    told.run("data audit --limit 12")
