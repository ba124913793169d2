"""A real SMTP server and a real robot's host for the tests of reminders, both on 127.0.0.1 and ended with the test."""

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from data.reminders.contacts import Channel, Contact
from data.store import Store
from reminding.outside import Outside, outside
from reminding.sending import Sender
from tests.pages.fabricated import NOW, small_store


@dataclass
class Clock:
    """A clock that the test moves."""

    now: object = NOW

    def __call__(self):
        return self.now


@dataclass
class MailBox:
    """What the server does with mails. refused: recipient → its reply; slow: seconds before its answer to the mail."""

    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    reply: str = "250 OK"
    slow: float = 0.0
    before: object = None
    port: int = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.before:
            self.before()
        if self.reply.startswith("250"):
            self.mails.append(message_from_bytes(envelope.content, policy=default))
            self.recipients += envelope.rcpt_tos
        await asyncio.sleep(self.slow)  # it has the mail, and has not said so yet
        return self.reply

    def outside(self, **more: str) -> Outside:
        """The environment that leads here."""
        own = {"ZHUNDIAN_SMTP": f"smtp://127.0.0.1:{self.port}", "ZHUNDIAN_MAIL_FROM": "准点 <zhundian@ju.example>"}
        return outside(own | {"ZHUNDIAN_ORIGIN": "https://zhundian.example"} | more)

    def text(self, number: int = -1) -> str:
        """The body of one mail."""
        return self.mails[number].get_content().replace("\r\n", "\n")


class _Controller(Controller):
    is_guarded = False

    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]  # the one that the system chose
        super()._trigger_server()

    def factory(self):
        if not self.is_guarded:
            return SMTP(self.handler, hostname="127.0.0.1")
        return SMTP(
            self.handler, hostname="127.0.0.1", authenticator=_known, auth_required=True, auth_require_tls=False
        )


def _known(server, session, envelope, mechanism, data):
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (b"zhundian", b"p@ss/1%")
    return AuthResult(success=right, handled=False)  # the server itself says 535


def _served(box: MailBox, is_guarded: bool) -> Iterator[MailBox]:
    controller = _Controller(box, hostname="127.0.0.1", port=0)
    controller.is_guarded = is_guarded
    controller.start()
    box.port = controller.port
    yield box
    controller.stop()


@pytest.fixture
def mailbox() -> Iterator[MailBox]:
    """A server that takes mail from anybody, without STARTTLS."""
    yield from _served(MailBox(), is_guarded=False)


@pytest.fixture
def guarded_mailbox() -> Iterator[MailBox]:
    """A server that wants user zhundian with her password first."""
    yield from _served(MailBox(), is_guarded=True)


@dataclass
class RobotHost:
    """Where robots listen: what they were told, and what they answer: status, body, headers, seconds before."""

    told: list[tuple[str, dict[str, list[str]], dict]] = field(default_factory=list)
    status: int = 200
    answer: str = '{"errcode": 0, "errmsg": "ok"}'
    headers: dict[str, str] = field(default_factory=dict)
    slow: float = 0.0
    port: int = 0

    @property
    def wecom(self) -> str:
        return f"http://127.0.0.1:{self.port}/cgi-bin/webhook/send?key=693a91f6-7aoc-4bc4-97a0-0ec2sifa5aaa"

    @property
    def dingtalk(self) -> str:
        return f"http://127.0.0.1:{self.port}/robot/send?access_token=abcdef0123456789abcdef0123456789"

    def texts(self) -> list[str]:
        """What was said, in order."""
        return [said["text"]["content"] for _, _, said in self.told]


@pytest.fixture
def robots() -> Iterator[RobotHost]:
    """A host that takes what robots are sent."""
    host = RobotHost()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            content = self.rfile.read(int(self.headers["Content-Length"]))
            parts = urlsplit(self.path)
            host.told.append((parts.path, parse_qs(parts.query), json.loads(content)))
            time.sleep(host.slow)
            body = host.answer.encode()
            try:
                self.send_response(host.status)
                for name, value in host.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except OSError:
                pass  # the other side waits no more

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    host.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=[0.05], daemon=True)
    thread.start()
    yield host
    server.shutdown()
    server.server_close()
    thread.join(5)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """The small store of 24 November 2026: B owes T1 of October, two days over; A has handed in all."""
    made = small_store(tmp_path / "small.duckdb")
    yield made
    made.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sender(store: Store, mailbox: MailBox, clock: Clock) -> Sender:
    """Sends from the small store to the mail box."""
    return Sender(store, mailbox.outside(), clock)


def mail_to(unit: str, address: str, **more) -> Contact:
    """A contact by e-mail."""
    return Contact(unit, Channel.EMAIL, address, **more)


def log(store: Store) -> list[tuple]:
    """(unit, step, try, outcome) of every try, the first one first."""
    return store.rows(
        """SELECT unit_code, step, try_no, coalesce(outcome, 'sending') FROM reminder
        LEFT JOIN reminder_outcome USING (reminder_id, try_no) ORDER BY tried_at, contact_id, try_no"""
    )
