"""The process is killed, or asked to end, while a message is with the mail server: nothing is sent twice."""

import json
import os
import signal
import subprocess
import sys
import threading

import pytest

from data.store import open_store
from tests.reminding.conftest import log
from tests.reminding.test_commands import owing_today
from tests.served import ROOT, served

WORDS = [sys.executable, "-m", "reminding", "send", "--json"]


@pytest.fixture
def under_way(mailbox):
    """Set when the server has the mail and has not answered yet."""
    arrived = threading.Event()
    mailbox.before, mailbox.slow = arrived.set, 3.0
    return arrived


def environment(path, mailbox) -> dict[str, str]:
    own = {"ZHUNDIAN_SMTP": f"smtp://127.0.0.1:{mailbox.port}", "ZHUNDIAN_MAIL_FROM": "zhundian@ju.example"}
    return os.environ | own | {"ZHUNDIAN_STORE": str(path)}


def logged(path) -> list[tuple]:
    store = open_store(path)
    found = log(store)
    store.close()
    return found


@pytest.mark.slow
def test_a_kill_with_the_mail_handed_over_sends_nothing_again(tmp_path, mailbox, under_way):
    made = owing_today(tmp_path / "s.duckdb", "yi@b.example")
    path = made.path
    made.close()
    own = environment(path, mailbox)
    process = subprocess.Popen(WORDS, cwd=ROOT, env=own, stdout=subprocess.DEVNULL)
    assert under_way.wait(60)
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    assert logged(path) == [("B", "after-2", 1, "sending")]
    assert len(mailbox.mails) == 1  # it has arrived all the same
    for _ in range(2):
        done = subprocess.run(WORDS, cwd=ROOT, env=own, capture_output=True, timeout=60)
        assert (done.returncode, json.loads(done.stdout)) == (0, []), done.stderr
    assert logged(path) == [("B", "after-2", 1, "unsure")] and len(mailbox.mails) == 1


@pytest.mark.slow
def test_a_server_that_is_asked_to_end_waits_for_the_message_under_way(tmp_path, mailbox, under_way):
    made = owing_today(tmp_path / "s.duckdb", "yi@b.example")
    path = made.path
    made.close()
    with served(path, {name: value for name, value in environment(path, mailbox).items() if "ZHUNDIAN_" in name}):
        assert under_way.wait(60)
    assert logged(path) == [("B", "after-2", 1, "sent")] and len(mailbox.mails) == 1
