"""One reminder to a group's robot: 企业微信 or 钉钉. Both answer 200 to nearly all; errcode says how it went."""

import base64
import hashlib
import hmac
import json
import socket
import time
from datetime import datetime
from typing import Any
from urllib.parse import quote_plus, urlsplit

import httpx2

from data.reminders.contacts import Channel, Contact, is_closed, is_loopback, masked
from reminding.delivery import SECONDS, SENT, Delivery, failed, unsure

PER_MINUTE = 20
"""What both take of one robot; 钉钉 is deaf for ten minutes after more."""
_MAX_ANSWER = 64 * 1024
_NOT_LEFT = (
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.UnsupportedProtocol,
    httpx2.ProxyError,
)


def send_to_robot(contact: Contact, content: str, at: datetime) -> Delivery:
    """Post one text."""
    return post_to_robot(contact, {"msgtype": "text", "text": {"content": content}}, at)


def post_to_robot(contact: Contact, asked: dict[str, Any], at: datetime) -> Delivery:
    """Post one message. Nothing is followed elsewhere, and nothing is said to a link-local address."""
    parts = urlsplit(contact.address)
    if _leads_astray(parts.hostname or "", parts.port or 443):
        return failed("the address leads to a link-local network", is_final=True)
    address = signed(contact.address, contact.secret, at) if contact.channel is Channel.DINGTALK else contact.address
    try:
        with (
            httpx2.Client(timeout=SECONDS, follow_redirects=False, trust_env=not is_loopback(parts.hostname)) as client,
            client.stream("POST", address, json=asked, headers={"Accept-Encoding": "identity"}) as answer,
        ):
            return _judged(answer.status_code, _read(answer))
    except _NOT_LEFT as error:
        return failed(_without_key(error, contact))
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        return unsure(_without_key(error, contact))


def signed(address: str, secret: str, at: datetime) -> str:
    """钉钉 加签: timestamp in milliseconds and secret, by HMAC-SHA256 with the secret as its key."""
    if not secret:
        return address
    timestamp = str(round(at.timestamp() * 1000))
    digest = hmac.new(secret.encode(), f"{timestamp}\n{secret}".encode(), hashlib.sha256).digest()
    joint = "&" if "?" in address else "?"
    return f"{address}{joint}timestamp={timestamp}&sign={quote_plus(base64.b64encode(digest))}"


def _leads_astray(host: str, port: int) -> bool:
    try:
        addresses = socket.getaddrinfo(host, port, proto=socket.IPPROTO_TCP)
    except (OSError, UnicodeError):  # perhaps only a proxy knows the name; connecting says so otherwise
        return is_closed(host)
    return any(is_closed(str(address[4][0])) for address in addresses)


def _read(answer: httpx2.Response) -> bytes:
    """Its beginning; in small pieces it may not come for ever."""
    content, until = b"", time.monotonic() + SECONDS
    for part in answer.iter_raw():
        content += part
        if len(content) > _MAX_ANSWER:
            break
        if time.monotonic() > until:
            raise httpx2.ReadTimeout("the answer did not end")
    return content


def _judged(status: int, content: bytes) -> Delivery:
    if not 200 <= status < 300:
        return failed(f"HTTP {status}" + (", a redirection that is not followed" if 300 <= status < 400 else ""))
    try:
        said = json.loads(content)
        code, why = int(said["errcode"]), str(said.get("errmsg", ""))
    except (ValueError, KeyError, TypeError):
        return failed("expected an answer with errcode, found another: this is no robot's address")
    return SENT if code == 0 else failed(f"errcode {code}: {why[:200]}")


def _without_key(error: Exception, contact: Contact) -> str:
    text = f"{type(error).__name__}: {error}"
    for secret in (contact.address, urlsplit(contact.address).query, contact.secret):
        text = text.replace(secret, masked(contact.address)) if secret else text
    return text
