"""The demonstration as it stands on a day of November 2026, with people who can sign in: for the pictures."""

import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path

from data.access import Role
from data.people import accounts
from data.store import Store
from data.supervision.evidence import CaseKind
from data.supervision.record import candidates
from tests.served import ROOT
from tests.web.people import PASSWORD

CLOCK = "tests.transcripts.clock"
OFFICE, OFFICE_NAME = "office", "张建国"
UNIT = "XZSP"
OTHERS = {"wangfang": ("王芳", Role.REPORTER, UNIT), "lina": ("李娜", Role.LEADER, None)}


def demonstration(folder: Path, moment: str) -> Path:
    """The path of a store with twelve months of made-up history up to this moment; one that is there is kept."""
    path = folder / f"{moment[:10]}.duckdb"
    if not path.exists():
        run_at(path, moment, "loaders", "sample", "--months", "12", "--until", "2026-10")
        with_people(path)
        by_the_clock(path, moment)
        as_the_office_left_it(path, moment)
    return path


def run_at(path: Path, moment: str, program: str, *words: str) -> None:
    """A command of the command line, by a clock that stands at this moment."""
    command = [sys.executable, "-m", CLOCK, moment, program, *words]
    own = {"ZHUNDIAN_STORE": str(path), "LOGNAME": OFFICE_NAME}
    subprocess.run(command, cwd=ROOT, env=os.environ | own, check=True, stdout=subprocess.DEVNULL)


def by_the_clock(path: Path, moment: str) -> Path:
    """The same path: from now on it is this moment in the store, although rows were written later than that."""
    run_at(path, moment, "data", "clock", "--right", "测试的时钟")
    return path


def with_people(path: Path) -> None:
    """An account of the office, a clerk's and a leader's, all with PASSWORD."""
    store = Store(path)
    office = store.seen_by(accounts.create_first(store, OFFICE, OFFICE_NAME, PASSWORD).person())
    for account, (name, role, unit) in OTHERS.items():
        first = accounts.create(office, account, name, role, unit)
        accounts.change_password(office, accounts.account(office, account).person(), first, PASSWORD)
    store.close()


def as_the_office_left_it(path: Path, moment: str) -> None:
    """A board that is published, two criticisms that wait for the leader, and contacts for reminders."""
    run_at(path, moment, "data", "boards", "publish", "--period", "2026-09")
    for case_id in _newest_criticisms(path, moment):
        run_at(path, moment, "data", "supervision", "open", case_id)
    for unit, name in (("WYK", "陈晨"), ("ZAZ", "刘洋"), ("ZFD", "赵敏"), (UNIT, "王芳")):
        address = f"{unit.lower()}@housing.example.cn"
        run_at(path, moment, "reminding", "contacts", "add", "email", address, "--unit", unit, "--name", name)


def _newest_criticisms(path: Path, moment: str) -> list[str]:
    store = Store(path)
    proposed = candidates(store, datetime.fromisoformat(moment))
    store.close()
    return [one.case_id for one in proposed if one.kind is CaseKind.CRITICISM][-2:]


def grant_an_extension(path: Path, moment: str) -> None:
    """For one of those who are missing; while a server has the store, it does that."""
    words = ("--unit", "WYK", "--template", "SV-03", "--period", "2026-10", "--until", "2026-11-27")
    run_at(path, moment, "data", "changes", "extend", *words, "--reason", "系统故障：11月22日平台停机检修")
