"""Makes a store as an old program made it, and writes down what that program answers. Run inside its checkout:

    git archive REVISION | tar -x -C OLD && cd OLD && python .../make.py NAME FOLDER

writes FOLDER/NAME.duckdb.gz and FOLDER/NAME.json. Commands that the old program does not have yet are left out.
"""

import csv
import gzip
import importlib
import io
import json
import os
import shutil
import sys
import tempfile
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, os.getcwd())

OWED = {("FJS", "BE-04"), ("FJS", "BE-08"), ("ZFD", "SV-02"), ("CJK", "DQ-01"), ("XZSP", "BE-02"), ("DAG", "BE-07")}
AS_OF = "2026-11-26T12:00:00"
ASKED = (
    *(f"data {name} --as-of {AS_OF}" for name in ("dues", "timeliness", "late", "freshness", "issues")),
    "data versions --unit FJS --template BE-08 --period 2026-10",
    "data users list",
    "data tokens list",
    "data review list",
    "data changes list",
    "data supervision list",
    "data supervision waivers",
    "data boards published --period 2026-10",
    "data boards objections",
    "reminding log",
    "reminding contacts list",
)
DONE = (
    "data start 2026-09",
    "loaders ingest first.xlsx --received-at 2026-11-18T09:30:00 --by 张三",
    "loaders ingest second.xlsx --received-at 2026-11-20T10:00:00 --by 张三",
    "loaders ingest late.xlsx --received-at 2026-11-23T08:00:00 --by 李四",
    "loaders ingest late.xlsx --received-at 2026-11-23T08:05:00 --by 李四 --explain 首次发证日期与编号不一致系变更所致",
    "loaders ingest broken.xlsx --received-at 2026-11-19T16:00:00 --by 王五",
    "loaders declare zero --unit CJK --template DQ-01 --period 2026-10 --received-at 2026-11-20T11:00:00 --by 赵六",
    "data users add office --name 张建国 --role office",
    "data users add fjs --name 张三 --role reporter --unit FJS",
    "data tokens create --name 统计系统 --role reporter --unit FJS",
    "data tokens create --name 看板 --role leader",
    "data changes extend --unit FJS --template BE-04 --period 2026-10 --until 2026-11-30 --reason 系统停机两天",
    "data changes exempt --unit ZFD --template SV-02 --period 2026-10 --reason 机构调整期间",
    "data changes exempt --unit CJK --template DQ-01 --period 2026-09 --reason 机构调整期间",
    "data points set late_day=2",
    "data supervision waive --period 2026-09 --unit FJS --ground system_fault --reason 系统停机两天",
    "data answer confirmed --unit FJS --template BE-08 --period 2026-10 --reason 本月集中办结上月结转件",
    "reminding contacts add email fjs@example.org --unit FJS --name 张三",
)


@dataclass(frozen=True)
class Done:
    """What became of a command."""

    words: str
    code: int
    out: str
    errors: str


def run(words: str, folder: Path, *more: str) -> Done:
    """One command of the old program, in this process, which keeps the store of the folder open."""
    program, *arguments = words.split()
    named = [str(folder / one) if one.endswith(".xlsx") else one for one in arguments]
    out, errors = io.StringIO(), io.StringIO()
    try:
        with redirect_stdout(out), redirect_stderr(errors):
            code = importlib.import_module(f"{program}.commands").main([*named, *more])
    except (SystemExit, ModuleNotFoundError) as error:
        code, _ = 2, errors.write(str(error))
    return Done(words, int(code), out.getvalue(), errors.getvalue())


def small_catalogue(folder: Path) -> None:
    """The reference catalogue of the old program, with a few obligations since August; one template is reviewed."""
    shutil.copytree("data/reference", folder)
    path = folder / "obligations.csv"
    with path.open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([head, *([*r[:2], "2026-08", *r[3:]] for r in rows if tuple(r[:2]) in OWED)])
    path = folder / "templates" / "BE-02.json"
    template = json.loads(path.read_text(encoding="utf-8"))
    if Path("data/review.py").exists():
        path.write_text(json.dumps(template | {"review": True}, ensure_ascii=False), encoding="utf-8")


def workbooks(folder: Path) -> None:
    """Filled by the old program's own tests."""
    from data.store import open_store
    from tests.conftest import OCTOBER, filled, sample_rows

    store = open_store()
    rows = sample_rows("BE-08", "FJS")
    changed = [rows[0] | {"channel": "二维码"}, *rows[1:]]
    made = {
        "first": filled(store, "BE-08", "FJS", OCTOBER, rows),
        "second": filled(store, "BE-08", "FJS", OCTOBER, changed),
        "late": filled(store, "BE-02", "XZSP", OCTOBER),
        "broken": filled(store, "BE-07", "DAG", OCTOBER, [dict.fromkeys(sample_rows("BE-07", "DAG")[0])]),
    }
    for name, content in made.items():
        (folder / f"{name}.xlsx").write_bytes(content)


def go_on(folder: Path) -> None:
    """What goes by numbers that the old program gave: reviews, ends, a case, a board with an objection."""
    for receipt in asked("data review list", "receipt_no", folder)[:1]:
        note(run(f"data review approve {receipt} --reason 审核人出差", folder))
    for token in asked("data tokens list", "token_id", folder)[:1]:
        note(run(f"data tokens end {token}", folder))
    for change in asked("data changes list", "change_id", folder)[:1]:
        note(run(f"data changes revoke {change} --reason 系统已恢复正常", folder))
    for waiver in asked("data supervision waivers", "waiver_id", folder)[:1]:
        note(run(f"data supervision unwaive {waiver} --reason 系统已恢复正常", folder))
    for case in asked("data supervision candidates", "case_id", folder)[:1]:
        note(run(f"data supervision open {case}", folder))
        note(run("data boards publish --period 2026-09", folder))
        note(run("data boards object --period 2026-09 --unit ZFD --reason 系统停机两天当月无法登录", folder))
    for objection in asked("data boards objections", "objection_id", folder)[:1]:
        note(run(f"data boards dismiss {objection} --reason 系统当月并未停机", folder))


def asked(words: str, name: str, folder: Path) -> list[str]:
    """This value of each row of an answer; none where the old program knows no such question."""
    done = run(words, folder, "--json")
    return [] if done.code else [row[name] for row in json.loads(done.out)]


def note(done: Done) -> None:
    """What did not go, for whoever makes the store."""
    if done.code:
        print(done.code, done.words, (done.errors or done.out).strip()[:100], file=sys.stderr)


def close(folder: Path) -> None:
    """Write its log into the file."""
    from data.store import open_store

    open_store(folder / "store.duckdb").close()


def fill_the_rest(path: Path) -> None:
    """One row in each table that the commands left empty, so that no table is carried over untried."""
    import duckdb

    with duckdb.connect(str(path)) as connection:
        tables = connection.execute("SELECT table_name FROM duckdb_tables() ORDER BY 1").fetchall()
        for (table,) in tables:
            if connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]:
                continue
            print("filled by hand:", table, file=sys.stderr)
            columns = connection.execute(f'DESCRIBE "{table}"').fetchall()
            values = [_value(connection, table, name, kind) for name, kind, *_ in columns]
            connection.execute(f'INSERT INTO "{table}" VALUES ({", ".join("?" * len(values))})', values)


def _value(connection: Any, table: str, name: str, kind: str) -> object:
    if name == "contact_id" and table != "contact":
        return connection.execute("SELECT contact_id FROM contact").fetchone()[0]
    if name in ("unit_code", "sent_unit"):
        return "FJS"
    if name == "template_code":
        return "BE-08"
    if name in ("period", "month"):
        return "2026-09-01"
    by_type = {"VARCHAR": "made-1", "DATE": "2026-11-20", "TIMESTAMP WITH TIME ZONE": "2026-11-20 10:00:00+08"}
    if name in ("dues", "content", "evidence", "rule", "details", "setting_value"):
        return "[]" if name == "dues" else "{}"
    return by_type.get(kind, 1)


def main(name: str, target: Path) -> None:
    """Make it, ask it, pack it."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        os.environ["ZHUNDIAN_STORE"] = str(folder / "store.duckdb")
        small_catalogue(folder / "small")
        note(run(f"data catalogue import {folder / 'small'}", folder))
        workbooks(folder)
        for words in DONE:
            note(run(words, folder))
        go_on(folder)
        close(folder)
        fill_the_rest(folder / "store.duckdb")
        answered = {words: run(words, folder, "--json") for words in ASKED}
        answers = {words: json.loads(done.out) for words, done in answered.items() if not done.code}
        close(folder)
        target.mkdir(parents=True, exist_ok=True)
        packed = gzip.compress((folder / "store.duckdb").read_bytes(), 9, mtime=0)
        (target / f"{name}.duckdb.gz").write_bytes(packed)
        text = json.dumps(answers, ensure_ascii=False, indent=1)
        (target / f"{name}.json").write_text(text + "\n", encoding="utf-8")
        print(name, len(packed), {words: len(rows) for words, rows in answers.items()})


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
