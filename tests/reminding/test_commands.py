"""The command line as cron and the office use it, and the scheduler in the program."""

import io
import json
import os
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from openpyxl import load_workbook

from data.reminders.contacts import Channel, Contact, add, contacts
from data.store import StoreError, open_store
from reminding import commands
from reminding.contact_lists import take_list, write_list
from reminding.policy import Policy, set_policy
from reminding.scheduler import Reminding
from tests.pages.fabricated import small_store
from tests.reminding.conftest import log, mail_to
from tests.served import ROOT, served

BACK_THEN = "2026-11-24T09:00"


@pytest.fixture
def here(store, mailbox, monkeypatch):
    """The small store as the program's, with a mail server."""
    monkeypatch.setenv("ZHUNDIAN_STORE", str(store.path))
    monkeypatch.setenv("ZHUNDIAN_SMTP", f"smtp://127.0.0.1:{mailbox.port}")
    monkeypatch.setenv("ZHUNDIAN_MAIL_FROM", "zhundian@ju.example")
    monkeypatch.delenv("ZHUNDIAN_ORIGIN", raising=False)
    return open_store()


def run(capsys, *words):
    """(exit code, what stdout said as JSON, stderr)."""
    code = commands.main([*words, "--json"])
    said = capsys.readouterr()
    return code, json.loads(said.out) if said.out else None, said.err


def test_due_shows_all_and_sends_nothing(here, mailbox, capsys):
    add(here, mail_to("B", "yi@b.example", contact_name="王五"))
    set_policy(here, Policy(days_after=(2,)))
    code, found, errors = run(capsys, "due", "--as-of", BACK_THEN)
    assert code == 0 and "switched off" in errors
    (one,) = found
    assert (one["unit"], one["step"], one["address"], one["name"]) == ("B", "after-2", "yi@b.example", "王五")
    assert one["subject"] == "【催报】乙科：1 份报表尚未收到" and "已过 2 天" in one["body"]
    assert [due["template"] for due in one["dues"]] == ["T1"]
    assert run(capsys, "send", "--dry-run", "--as-of", BACK_THEN)[1] == found
    assert run(capsys, "due", "--as-of", "2026-11-24T08:59")[1] == []
    assert mailbox.mails == [] and log(here) == []


def test_send_sends_once_and_its_code_says_how_it_went(here, mailbox, capsys):
    add(here, mail_to("B", "yi@b.example"))
    assert run(capsys, "send", "--as-of", BACK_THEN)[:2] == (0, [])  # off
    set_policy(here, Policy(is_on=True, days_after=(2,)))
    mailbox.reply = "554 no"
    code, found, _ = run(capsys, "send", "--as-of", BACK_THEN)
    assert code == 1 and [(one["outcome"], one["error"]) for one in found] == [("failed", "554 no")]
    mailbox.reply = "250 OK"
    add(here, mail_to("B", "er@b.example"))
    code, found, _ = run(capsys, "send", "--as-of", BACK_THEN)
    assert code == 0 and [(one["address"], one["outcome"]) for one in found] == [("er@b.example", "sent")]
    assert run(capsys, "send", "--as-of", BACK_THEN)[:2] == (0, [])
    assert len(mailbox.mails) == 1 and "报送入口" not in mailbox.text()
    code, found, _ = run(capsys, "log", "--unit", "B", "--period", "2026-10")
    assert sorted((one["address"], one["outcome"]) for one in found) == [
        ("er@b.example", "sent"),
        ("yi@b.example", "failed"),
    ]
    assert found[0]["for_day"] == "2026-11-24" and found[0]["dues"][0]["unit"] == "B"
    assert run(capsys, "log", "--period", "2026-09")[1] == []
    assert here.rows("SELECT DISTINCT via FROM audit WHERE action = 'reminder_sent'") == [("command_line",)]


def test_units_without_a_contact_are_named(here, capsys):
    set_policy(here, Policy(is_on=True, days_after=(2,)))
    assert "have no contact: B" in run(capsys, "send", "--as-of", BACK_THEN)[2]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["send", "--as-of", "gestern"], "gestern"),
        (["log", "--unit", "Z"], "'Z'"),
        (["test", "none"], "none"),
        (["contacts", "add", "email", "no address", "--unit", "B"], "e-mail address"),
        (["contacts", "add", "email", "a@a.example"], "needs a unit"),
        (["contacts", "add", "wecom", "http://qyapi.weixin.qq.com/x"], "https://"),
        (["contacts", "end", "none"], "none"),
        (["settings", "--before", "0"], "whole days"),
        (["settings", "--hour", "25"], "hour from 0 to 23"),
    ],
)
def test_what_cannot_run_says_why(here, capsys, words, said):
    code, found, errors = run(capsys, *words)
    assert code == 2 and found is None and said in errors


def test_a_mail_server_that_cannot_be_read_stops_it(here, capsys, monkeypatch):
    monkeypatch.setenv("ZHUNDIAN_SMTP", "mail.example")
    code, _, errors = run(capsys, "send")
    assert code == 2 and "ZHUNDIAN_SMTP" in errors


def test_contacts_by_command_line(here, robots, tmp_path, capsys):
    secret = tmp_path / "secret"
    secret.write_text("SEC0123456789\n", encoding="utf-8")
    code, made, _ = run(capsys, "contacts", "add", "dingtalk", robots.dingtalk, "--secret-file", str(secret))
    assert code == 0 and made["has_secret"] and made["unit"] is None and "abcdef" not in made["address"]
    assert run(capsys, "contacts", "add", "email", "a@a.example", "--unit", "A", "--lang", "en")[0] == 0
    assert [one["unit"] for one in run(capsys, "contacts", "list")[1]] == ["A", None]
    code, told, _ = run(capsys, "test", made["contact"])
    assert code == 0 and told == {"outcome": "sent", "error": None} and "测试" in robots.texts()[0]
    robots.answer = '{"errcode": 310000, "errmsg": "keywords not in content"}'
    code, told, _ = run(capsys, "test", made["contact"])
    assert code == 1 and "keywords" in told["error"]
    assert run(capsys, "contacts", "end", made["contact"])[1]["is_active"] is False
    assert [one["unit"] for one in run(capsys, "contacts", "list")[1]] == ["A"]
    assert run(capsys, "contacts", "end", made["contact"])[0] == 2


@pytest.mark.parametrize("name", ["list.xlsx", "list.csv"])
def test_lists_of_contacts_go_out_and_come_back_the_same(here, robots, tmp_path, capsys, name):
    add(here, Contact("A", Channel.EMAIL, "jia@a.example", "王五", locale="en"))
    add(here, Contact("B", Channel.DINGTALK, robots.dingtalk, "群", "SEC0123456789"))
    add(here, Contact(None, Channel.WECOM, robots.wecom))
    before, path = contacts(here), tmp_path / name
    assert run(capsys, "contacts", "export", str(path))[:2] == (0, {"written": str(path), "contacts": 3})
    assert b"abcdef0123" not in path.read_bytes() and b"SEC0123" not in path.read_bytes()
    assert run(capsys, "contacts", "export", str(path))[0] == 2  # not over a file
    assert run(capsys, "contacts", "import", str(path))[:2] == (0, {"contacts": 3})
    assert contacts(here) == before  # not even a row more


def test_a_list_with_one_fault_changes_nothing_and_names_the_cell(here, tmp_path):
    path = tmp_path / "list.csv"
    path.write_text(
        "单位,方式,地址,姓名\n甲科,邮箱,jia@a.example,王五\n丙科,邮箱,x@x.example,\n乙科,传真,1,\n", encoding="utf-8"
    )
    taken, faults = take_list(here, path.read_bytes(), path.name)
    assert [(one.cell, one.fault.code) for one in faults] == [("A3", "contact.unit"), ("B4", "contact.channel")]
    assert taken == []
    assert contacts(here) == []
    path.write_text("单位,方式,地址\n甲科,邮箱,jia@a.example\n乙科(B),email,乙\n", encoding="utf-8")
    taken, faults = take_list(here, path.read_bytes(), path.name)
    assert (taken, [one.words("zh-CN") for one in faults]) == ([], ["C3: 这不是一个邮箱地址：“乙”。"])
    assert contacts(here) == []
    path.write_text(
        "单位,方式,地址\n甲科,邮箱,jia@a.example\n,企业微信,https://qyapi.weixin.qq.com/x\n", encoding="utf-8"
    )
    assert [one.unit_code for one in take_list(here, path.read_bytes(), path.name)[0]] == ["A", None]


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"\x89PNG\r\n", "list.png", "contact_list.kind"),
        (b"PK\x03\x04 broken", "list.xlsx", "contact_list.kind"),
        ("姓名,电话\n王五,1\n".encode(), "list.csv", "contact_list.columns"),
        ("单位,方式,地址\n".encode(), "list.csv", "contact_list.rows"),
        ("单位,方式,地址\n".encode() + "甲科,邮箱,a@a.example\n".encode() * 501, "list.csv", "contact_list.rows"),
    ],
)
def test_lists_that_are_none(here, content, name, code):
    taken, faults = take_list(here, content, name)
    assert (taken, [one.fault.code for one in faults]) == ([], [code])
    assert faults[0].words("en").startswith(("Expected", "The first row lacks"))


def test_a_list_holds_no_formula(here):
    add(here, Contact("A", Channel.EMAIL, "jia@a.example", "=1+1"))
    assert b"'=1+1" in write_list(here, "zh-CN", is_csv=True)
    cell = load_workbook(io.BytesIO(write_list(here, "zh-CN"))).active["D2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")
    take_list(here, write_list(here, "zh-CN", is_csv=True), "list.csv")
    assert contacts(here)[0].contact_name == "=1+1"


def test_settings_and_texts_by_command_line(here, tmp_path, capsys):
    assert run(capsys, "settings")[1] == {
        "is_on": False,
        "hour": 9,
        "days_before": [3, 1],
        "on_day": True,
        "days_after": [1, 3],
    }
    assert here.rows("SELECT count(*) FROM setting") == [(0,)]
    changed = run(capsys, "settings", "--on", "--hour", "8", "--before", "5,2", "--after", "", "--on-day", "no")[1]
    assert changed == {"is_on": True, "hour": 8, "days_before": [5, 2], "on_day": False, "days_after": []}
    texts = run(capsys, "texts")[1]
    texts["after"]["zh-CN"]["subject"] = "{unit}请报送"
    path = tmp_path / "texts.json"
    path.write_text(json.dumps(texts), encoding="utf-8")
    assert run(capsys, "texts", "--set", str(path))[1]["after"]["zh-CN"]["subject"] == "{unit}请报送"
    texts["after"]["zh-CN"]["subject"] = "{unti}请报送"
    path.write_text(json.dumps(texts), encoding="utf-8")
    code, _, errors = run(capsys, "texts", "--set", str(path))
    assert code == 2 and "after.zh-CN.subject" in errors and "{unti}" in errors and "{unit}" in errors
    path.write_text("{", encoding="utf-8")
    assert run(capsys, "texts", "--set", str(path))[0] == 2
    assert "{unit}请报送" not in str(run(capsys, "texts", "--reset")[1])


def until(is_so, seconds=20.0):
    """Wait for something that another thread or process does."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def owing_today(path, address):
    """The small store, in which what B owes was due two days ago by the real clock; reminders are on, and reach B."""
    made = small_store(path)
    last_day = (datetime.now(UTC) + timedelta(hours=8)).date() - timedelta(days=2)
    with made.write() as cursor:
        cursor.execute(
            "UPDATE due SET due_date = $day, deadline = ($day + INTERVAL 1 DAY)::TIMESTAMP "
            "WHERE unit_code = 'B' AND period = DATE '2026-10-01'",
            {"day": last_day},
        )
    set_policy(made, Policy(True, 0, on_day=False, days_before=(), days_after=(2,)))
    add(made, mail_to("B", address))
    return made


def test_the_scheduler_sends_at_once_survives_faults_and_stops(tmp_path, mailbox, monkeypatch, capsys):
    made = owing_today(tmp_path / "s.duckdb", "yi@b.example")
    monkeypatch.setenv("ZHUNDIAN_SMTP", f"smtp://127.0.0.1:{mailbox.port}")
    monkeypatch.setenv("ZHUNDIAN_MAIL_FROM", "zhundian@ju.example")
    asked = []

    def opened():
        asked.append(1)
        if len(asked) == 1:
            raise StoreError("busy")
        if len(asked) == 2:
            raise RuntimeError("a bug")
        return made

    reminding = Reminding(opened, every=timedelta(seconds=0.2))
    reminding.start()
    until(lambda: mailbox.mails and len(asked) > 6)
    reminding.stop()
    number = len(asked)
    time.sleep(0.5)
    assert len(asked) == number and len(mailbox.mails) == 1
    assert "reminders: busy" in capsys.readouterr().out
    assert made.rows("SELECT via, user_code FROM audit WHERE action = 'reminder_sent'") == [("scheduler", "")]
    assert not [one for one in threading.enumerate() if one.name.startswith("APScheduler")]
    made.close()


def test_server_and_cron_send_one_mail_and_the_command_works_while_it_runs(tmp_path, mailbox):
    made = owing_today(tmp_path / "s.duckdb", "yi@b.example")
    path = made.path
    made.close()
    own = {"ZHUNDIAN_SMTP": f"smtp://127.0.0.1:{mailbox.port}", "ZHUNDIAN_MAIL_FROM": "zhundian@ju.example"}
    words = [sys.executable, "-m", "reminding", "send", "--json"]
    with served(path, own):
        until(lambda: mailbox.mails, 60)
        for _ in range(2):
            done = subprocess.run(
                words, cwd=ROOT, env=os.environ | own | {"ZHUNDIAN_STORE": str(path)}, capture_output=True, timeout=60
            )
            assert (done.returncode, json.loads(done.stdout)) == (0, []), done.stderr
    done = subprocess.run(
        words, cwd=ROOT, env=os.environ | own | {"ZHUNDIAN_STORE": str(path)}, capture_output=True, timeout=60
    )
    assert (done.returncode, json.loads(done.stdout)) == (0, []) and len(mailbox.mails) == 1


def test_the_program_is_known_at_the_door():
    from web.owner import PROGRAMS

    assert set(PROGRAMS) == {"data", "documents", "loaders", "reminding"}
