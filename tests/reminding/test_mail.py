"""Mails against a real server: signing in, refusals, silence, and headers that cannot be smuggled in."""

import socket
import threading
from collections.abc import Iterator
from email.headerregistry import Address

import pytest

from data.fault import Fault
from data.reminders.contacts import add
from data.reminders.log import Outcome
from locales.faults import fault_words
from reminding import mail as mails
from reminding.mail import mail, send_mail
from reminding.outside import outside
from tests.pages.fabricated import NOW
from tests.reminding.conftest import mail_to

ID = "0123456789abcdef0123456789abcdef"


def sent(where, to="a@a.example", subject="标题", body="正文\n第二行"):
    return send_mail(where, to, subject, body, ID, NOW)


def test_it_arrives_as_it_was_written(mailbox):
    assert sent(mailbox.outside()).outcome is Outcome.SENT
    (found,) = mailbox.mails
    assert (found["Subject"], found["To"], found["Auto-Submitted"]) == ("标题", "a@a.example", "auto-generated")
    assert found["From"].addresses[0].display_name == "准点" and found["Message-ID"] == f"<{ID}@ju.example>"
    assert found["Date"].datetime == NOW and found.get_content_type() == "text/plain"
    assert mailbox.text() == "正文\n第二行\n"


def test_a_server_that_wants_a_password(guarded_mailbox):
    here = f"127.0.0.1:{guarded_mailbox.port}"
    right = guarded_mailbox.outside(ZHUNDIAN_SMTP=f"smtp://zhundian:p%40ss%2F1%25@{here}")
    assert sent(right).outcome is Outcome.SENT
    wrong = sent(guarded_mailbox.outside(ZHUNDIAN_SMTP=f"smtp://zhundian:geheim99@{here}"))
    assert wrong.outcome is Outcome.FAILED and not wrong.is_final and "535" in wrong.error
    assert "geheim99" not in wrong.error
    nobody = sent(guarded_mailbox.outside())
    assert nobody.outcome is Outcome.FAILED and "530" in nobody.error
    assert len(guarded_mailbox.mails) == 1


@pytest.mark.parametrize(
    ("reply", "is_final"), [("550 no such mailbox", True), ("450 mailbox busy", False), ("552 full", True)]
)
def test_a_recipient_who_is_refused(mailbox, reply, is_final):
    mailbox.refused["a@a.example"] = reply
    found = sent(mailbox.outside())
    assert (found.outcome, found.is_final, found.error) == (Outcome.FAILED, is_final, reply)


@pytest.mark.parametrize(("reply", "is_final"), [("554 looks like spam", True), ("451 later", False)])
def test_a_message_that_is_refused_after_it_was_read(mailbox, reply, is_final):
    mailbox.reply = reply
    found = sent(mailbox.outside())
    assert (found.outcome, found.is_final, found.error) == (Outcome.FAILED, is_final, reply)


def test_a_server_that_is_away_is_a_failure():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    where = outside({"ZHUNDIAN_SMTP": f"smtp://127.0.0.1:{port}", "ZHUNDIAN_MAIL_FROM": "a@ju.example"})
    found = sent(where)
    assert (found.outcome, found.is_final) == (Outcome.FAILED, False) and "refused" in found.error


def test_a_server_that_has_the_mail_and_falls_silent_leaves_it_unsure(mailbox, monkeypatch):
    monkeypatch.setattr(mails, "SECONDS", 0.3)
    mailbox.slow = 1.0
    assert sent(mailbox.outside()).outcome is Outcome.UNSURE


@pytest.fixture
def mute() -> Iterator[int]:
    """A port that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=lambda: server.accept(), daemon=True).start()
        yield server.getsockname()[1]


def test_a_server_that_never_greets_is_a_failure(mute, monkeypatch):
    monkeypatch.setattr(mails, "SECONDS", 0.3)
    where = outside({"ZHUNDIAN_SMTP": f"smtp://127.0.0.1:{mute}", "ZHUNDIAN_MAIL_FROM": "a@ju.example"})
    assert sent(where).outcome is Outcome.FAILED


def test_a_password_is_not_sent_in_the_open(mailbox, monkeypatch):
    """As if the server were another machine: it offers no STARTTLS."""
    monkeypatch.setattr("reminding.outside.MailServer.is_here", property(lambda _: False))
    found = sent(mailbox.outside(ZHUNDIAN_SMTP=f"smtp://zhundian:geheim@127.0.0.1:{mailbox.port}"))
    assert found.outcome is Outcome.FAILED and "STARTTLS" in found.error
    assert sent(mailbox.outside()).outcome is Outcome.SENT  # without a password it may go


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_no_line_break_makes_a_header(end):
    sender = Address("准点", "zhundian", "ju.example")
    with pytest.raises(ValueError):
        mail(sender, "a@a.example", f"标题{end}Bcc: x@x.example", "正文", ID, NOW)
    with pytest.raises(ValueError):
        mail(sender, f"a@a.example{end}Bcc: x@x.example", "标题", "正文", ID, NOW)


@pytest.mark.parametrize(
    "address",
    [
        "a@a.example\r\nBcc: x@x.example",
        "a@a.example\nX: y",
        "a@a.example,b@b.example",
        "a b@a.example",
        "王五 <a@a.example>",
        "王五@a.example",
        "a@@a.example",
        ".a@a.example",
        "a..b@a.example",
        "a@-a.example",
        "a@a..example",
        "a",
        "",
        f"{'a' * 65}@a.example",
        "a@a.example;rm",
    ],
)
def test_addresses_that_are_none(store, address):
    with pytest.raises(Fault) as found:
        add(store, mail_to("B", address))
    assert found.value.code == "contact.email"


@pytest.mark.parametrize("address", ["a@a.example", "a.b+c@mail.a-b.example", "o'neill@localhost", "x_1@1.cn"])
def test_addresses_that_are_some_make_a_mail(store, address):
    add(store, mail_to("B", address))
    assert mail(Address("", "z", "ju.example"), address, "x", "y", ID, NOW)["To"] == address


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"ZHUNDIAN_SMTP": "mail.example:25"}, "smtp://"),
        ({"ZHUNDIAN_SMTP": "http://mail.example"}, "smtp://"),
        ({"ZHUNDIAN_SMTP": "smtp://user@mail.example"}, "without a password"),
        ({"ZHUNDIAN_SMTP": "smtp://mail.example:port"}, "port"),
        ({"ZHUNDIAN_SMTP": "smtp://u:geheim/1@mail.example"}, "smtp://"),
        ({"ZHUNDIAN_SMTP": "smtp://u:%E5%8F%A3@mail.example"}, "ASCII"),
        ({"ZHUNDIAN_SMTP": "smtp://mail.example", "ZHUNDIAN_MAIL_FROM": ""}, "ZHUNDIAN_MAIL_FROM"),
        ({"ZHUNDIAN_SMTP": "smtp://mail.example", "ZHUNDIAN_MAIL_FROM": "zhundian"}, "ZHUNDIAN_MAIL_FROM"),
        ({"ZHUNDIAN_SMTP": "smtp://mail.example", "ZHUNDIAN_MAIL_FROM": "a@b\nBcc: c@d"}, "ZHUNDIAN_MAIL_FROM"),
    ],
)
def test_settings_that_cannot_be_used_say_which(values, said):
    with pytest.raises(Fault) as found:
        outside({"ZHUNDIAN_MAIL_FROM": "a@ju.example"} | values)
    assert said in fault_words(found.value, "en")
    assert all("geheim" not in told for told in (str(found.value), fault_words(found.value, "zh-CN")))


def test_settings_that_can():
    own = {"ZHUNDIAN_SMTP": "smtps://u%40x:p%2Fw@mail.example", "ZHUNDIAN_MAIL_FROM": "准点 <z@ju.example>"}
    found = outside(own | {"ZHUNDIAN_ORIGIN": "https://z.example/"})
    assert (found.server.host, found.server.port, found.server.is_tls) == ("mail.example", 465, True)
    assert (found.server.user, found.server.password) == ("u@x", "p/w") and "p/w" not in repr(found)
    assert (str(found.sender), found.link) == ("准点 <z@ju.example>", "https://z.example/upload")
    assert outside({}).server is None
