"""What the environment says of the world outside: the mail server, who the mails are from, and our own address."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.errors import MessageError
from email.headerregistry import Address
from email.utils import parseaddr
from urllib.parse import unquote, urlsplit

from data.fault import Fault
from data.reminders.contacts import is_loopback

VARIABLES = frozenset({"ZHUNDIAN_SMTP", "ZHUNDIAN_MAIL_FROM"})
_PORTS = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True)
class MailServer:
    """Where mails are handed over. is_tls: TLS from the first byte."""

    host: str
    port: int
    is_tls: bool = False
    user: str = ""
    password: str = field(default="", repr=False)

    @property
    def is_here(self) -> bool:
        """On this machine: what is said to it crosses no network."""
        return is_loopback(self.host)


@dataclass(frozen=True)
class Outside:
    """server None: no mail can be sent. link: where sections hand in; empty where the server has no public address."""

    server: MailServer | None = None
    sender: Address | None = None
    link: str = ""


def outside(environment: Mapping[str, str] | None = None) -> Outside:
    """What the environment says (None: the process's own). Fault for a variable that cannot be used; the fault shows no
    password.
    """
    values = os.environ if environment is None else environment
    given = {name: values.get(name, "").strip() for name in (*VARIABLES, "ZHUNDIAN_ORIGIN")}
    link = f"{given['ZHUNDIAN_ORIGIN'].rstrip('/')}/upload" if given["ZHUNDIAN_ORIGIN"] else ""
    if not given["ZHUNDIAN_SMTP"]:
        return Outside(link=link)
    if not given["ZHUNDIAN_MAIL_FROM"]:
        raise Fault("mail.no_sender")
    return Outside(_server(given["ZHUNDIAN_SMTP"]), _sender(given["ZHUNDIAN_MAIL_FROM"]), link)


def _server(text: str) -> MailServer:
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise Fault("mail.port") from None
    if parts.scheme not in _PORTS or not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
        shown = f"{parts.scheme or '?'}://{parts.hostname or '?'}"
        raise Fault("mail.server", found=shown)
    if bool(parts.username) != bool(parts.password):
        raise Fault("mail.half_login")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if not (user + password).isascii():
        raise Fault("mail.not_ascii")
    return MailServer(parts.hostname, port or _PORTS[parts.scheme], parts.scheme == "smtps", user, password)


def _sender(text: str) -> Address:
    name, address = parseaddr(text)
    local, _, domain = address.rpartition("@")
    try:
        if not local or not domain or not address.isascii() or not text.isprintable():
            raise ValueError(address)
        return Address(name, local, domain)
    except (ValueError, MessageError):
        raise Fault("mail.sender", found=repr(text)) from None
