"""Whom reminders reach: e-mail addresses and group robots (企业微信, 钉钉), of a unit or of the whole bureau."""

import hashlib
import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from data import audit
from data.access import Right
from data.audit import Act
from data.catalogue.in_force import catalogue_in_force
from data.fault import Fault
from data.store import Store

LANGUAGES = ("zh-CN", "en")
MAX_ADDRESS = 500
_ATOM, _LABEL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+", r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_EMAIL = re.compile(rf"(?=[^@]{{1,64}}@.{{1,180}}$){_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*")
_SELECT = """
    SELECT contact_id, unit_code, channel, address, secret, contact_name, locale, is_active, changed_at FROM (
        SELECT * FROM contact QUALIFY row_number() OVER (PARTITION BY contact_id ORDER BY changed_at DESC) = 1)"""


class Channel(StrEnum):
    """How a message goes."""

    EMAIL = "email"
    WECOM = "wecom"
    DINGTALK = "dingtalk"


@dataclass(frozen=True)
class Contact:
    """One address as it stands. unit_code None: everybody who owes is listed there, by unit."""

    unit_code: str | None
    channel: Channel
    address: str
    contact_name: str = ""
    secret: str = ""
    locale: str = LANGUAGES[0]
    is_active: bool = True
    changed_at: datetime | None = None

    @property
    def contact_id(self) -> str:
        """The same for the same address of the same unit, so that none is there twice."""
        text = "|".join((self.unit_code or "", self.channel.value, self.address))
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    @property
    def shown(self) -> str:
        """The address as the office may see it: of a robot only its host and the end of its key."""
        return self.address if self.channel is Channel.EMAIL else masked(self.address)

    @property
    def noted(self) -> str:
        """The address for the audit trail, which leaders read too."""
        name, _, host = self.address.partition("@")
        return f"{name[:1]}***@{host}" if self.channel is Channel.EMAIL else masked(self.address)


def masked(address: str) -> str:
    """qyapi.weixin.qq.com/…c8fd: enough to know a robot by, not enough to use it."""
    try:
        host = urlsplit(address).netloc
    except ValueError:  # https://[ is no address at all
        host = ""
    end = address[-4:]
    return f"{host}/…{end}" if len(address) - len(host) > 24 else f"{host}/…"


def contacts(store: Store, is_active: bool = True) -> list[Contact]:
    """Those in use (False: those that were ended), units in the catalogue's order, the bureau's groups last."""
    order = {unit.unit_code: number for number, unit in enumerate(catalogue_in_force(store).units)}
    chosen = [_contact(row) for row in store.rows(f"{_SELECT} WHERE is_active = ?", [is_active])]
    return sorted(
        chosen,
        key=lambda reached: (
            reached.unit_code is None,
            order.get(reached.unit_code, 0),
            reached.channel,
            reached.address,
        ),
    )


def contact(store: Store, contact_id: str) -> Contact:
    """The contact of this id, in use or not. Fault."""
    rows = store.rows(f"{_SELECT} WHERE contact_id = ?", [contact_id])
    if not rows:
        raise Fault("contact.unknown", found=contact_id)
    return _contact(rows[0])


def add(store: Store, wanted: Contact) -> Contact:
    """A new contact, or one that is there with another name, language or secret. Fault, Forbidden."""
    return add_all(store, [wanted])[0]


def add_all(store: Store, wanted: Sequence[Contact]) -> list[Contact]:
    """All of a list or none of it. Those that stand as they are leave no row. The fault's details hold `index`."""
    store.person.must_have(Right.MANAGE)
    ready = []
    for index, wanted_contact in enumerate(wanted):
        try:
            ready.append(checked(store, wanted_contact))
        except Fault as fault:
            raise fault.at(index) from None
    with store.write() as cursor:
        by_id = {row.contact_id: _contact(row) for row in store.rows(_SELECT)}
        acts = []
        for wanted_contact in {wanted_contact.contact_id: wanted_contact for wanted_contact in ready}.values():
            there = by_id.get(wanted_contact.contact_id)
            if there and replace(there, changed_at=None) == wanted_contact:
                continue
            _write(cursor, wanted_contact, store.person.user_name)
            acts.append(_act("contact_changed" if there and there.is_active else "contact_added", wanted_contact))
        audit.keep(store, cursor, acts)
    return ready


def end(store: Store, contact_id: str) -> Contact:
    """Nothing goes there any more. Fault where there is none in use."""
    store.person.must_have(Right.MANAGE)
    with store.write() as cursor:
        ended = contact(store, contact_id)
        if not ended.is_active:
            raise Fault("contact.unknown", found=contact_id)
        _write(cursor, replace(ended, is_active=False), store.person.user_name)
        audit.keep(store, cursor, [_act("contact_ended", ended)])
    return ended


def checked(store: Store, wanted: Contact) -> Contact:
    """The contact as it would be kept. Fault where it is no good; the fault shows no robot's key."""
    name = " ".join(wanted.contact_name.split())[:60]
    kept = replace(wanted, address=wanted.address.strip(), contact_name=name, secret=wanted.secret.strip())
    kept = replace(kept, is_active=True, changed_at=None)
    if kept.unit_code is not None:
        catalogue_in_force(store).unit(kept.unit_code)
    if kept.locale not in LANGUAGES:
        raise Fault("contact.locale", found=kept.locale)
    if not name.isprintable():
        raise Fault("contact.name", found=name)
    if kept.channel is Channel.EMAIL:
        if kept.unit_code is None:
            raise Fault("contact.bureau")
        if not _EMAIL.fullmatch(kept.address):
            raise Fault("contact.email", found=kept.address[:100])
    elif fault := objection(kept.address):
        raise fault
    if kept.secret and (kept.channel is not Channel.DINGTALK or not re.fullmatch(r"[!-~]{8,200}", kept.secret)):
        raise Fault("contact.secret")
    return kept


def objection(address: str) -> Fault | None:
    """Why a robot's address is refused; None: it is not."""
    shown = masked(address[:MAX_ADDRESS])
    try:
        parts = urlsplit(address)
        host, _ = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return Fault("contact.webhook", found=shown)
    is_plain = re.fullmatch(r"[!-~]+", address) and len(address) <= MAX_ADDRESS
    if not is_plain or parts.scheme not in ("https", "http") or not host or "@" in parts.netloc or parts.fragment:
        return Fault("contact.webhook", found=shown)
    if parts.scheme == "http" and not is_loopback(host):
        return Fault("contact.webhook_plain", found=shown)
    return Fault("contact.webhook_host", found=shown) if is_closed(host) else None


def is_loopback(host: str) -> bool:
    """This machine, by name or number."""
    ip = _ip(host)
    return ip.is_loopback if ip else host.lower() == "localhost"


def is_closed(host: str) -> bool:
    """A number that no robot has: link-local (169.254.…, where clouds keep their keys), unspecified, multicast."""
    ip = _ip(host)
    return bool(ip and (ip.is_link_local or ip.is_unspecified or ip.is_multicast))


def _ip(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        ip = ipaddress.ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        return None
    return getattr(ip, "ipv4_mapped", None) or ip


def _contact(row: Any) -> Contact:
    where = (row.unit_code, Channel(row.channel), row.address)
    return Contact(*where, row.contact_name or "", row.secret or "", row.locale, row.is_active, row.changed_at)


def _write(cursor: Any, reached: Contact, by: str) -> None:
    """A row that is newer than those before, whatever the clock says."""
    cursor.execute(
        """INSERT INTO contact (contact_id, unit_code, channel, address, secret, contact_name, locale, is_active,
            changed_at, changed_by)
        SELECT $id, $unit, $channel, $address, $secret, $name, $locale, $active,
            greatest($now, max(changed_at) + INTERVAL 1 MICROSECOND), $by FROM contact WHERE contact_id = $id""",
        {
            "id": reached.contact_id,
            "unit": reached.unit_code,
            "channel": reached.channel.value,
            "address": reached.address,
            "secret": reached.secret or None,
            "name": reached.contact_name,
            "locale": reached.locale,
            "active": reached.is_active,
            "now": datetime.now(UTC),
            "by": by,
        },
    )


def _act(action: str, reached: Contact) -> Act:
    about = {"channel": reached.channel.value, "name": reached.contact_name}
    return Act(action, reached.noted, reached.unit_code, {key: said for key, said in about.items() if said})
