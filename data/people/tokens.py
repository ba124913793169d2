"""Tokens: what programs show instead of a password. Each belongs to one unit, or reads everything, or only measures."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from data import audit
from data.access import Person, Right, Role
from data.audit import Act
from data.catalogue.in_force import catalogue_in_force
from data.fault import Fault
from data.store import Store, insert

ROLES = (Role.REPORTER, Role.LEADER, Role.MONITOR)
PREFIX = "zhundian_"  # so that a token which lies about somewhere is known for what it is
_SELECT = """
    SELECT token_id, token_name, role, unit_code, created_at, created_by, expires_at, ended_at, ended_by
    FROM token LEFT JOIN (SELECT token_id, min(ended_at) AS ended_at, arg_min(ended_by, ended_at) AS ended_by
        FROM token_end GROUP BY ALL) USING (token_id)"""


@dataclass(frozen=True)
class Token:
    """One token without its secret. expires_at None: it holds until it is ended."""

    token_id: str
    token_name: str
    role: Role
    unit_code: str | None
    created_at: datetime
    created_by: str
    expires_at: datetime | None = None
    ended_at: datetime | None = None
    ended_by: str | None = None

    def is_valid(self, at: datetime) -> bool:
        """Whether it opens anything at that moment."""
        return self.ended_at is None and (self.expires_at is None or at < self.expires_at)


def tokens(store: Store) -> list[Token]:
    """Every token, those that have ended too, the newest first."""
    return [_token(row) for row in store.rows(f"{_SELECT} ORDER BY created_at DESC, token_id")]


def create(
    store: Store, token_name: str, role: Role, unit_code: str | None = None, expires_at: datetime | None = None
) -> tuple[Token, str]:
    """A new token and its secret, which is shown this once and kept nowhere."""
    store.person.must_have(Right.MANAGE)
    name, now = token_name.strip(), store.now()
    if not name or len(name) > 60:
        raise Fault("token.name", found=name)
    if role not in ROLES:
        raise Fault("account.role", found=str(role))
    if role.is_of_unit and not unit_code:
        raise Fault("account.unit", found="—")
    if role.is_of_unit:
        catalogue_in_force(store).unit(unit_code)
    if expires_at is not None and expires_at <= now:
        raise Fault("token.past", found=f"{expires_at:%Y-%m-%d}")
    unit_code = unit_code if role.is_of_unit else None
    secret = PREFIX + secrets.token_urlsafe(32)
    made = Token(secrets.token_hex(4), name, role, unit_code, now, store.person.user_name, expires_at)
    row = {"token_id": made.token_id, "token_hash": _hash(secret), "token_name": name, "role": role.value}
    row |= {"unit_code": unit_code, "created_at": now, "created_by": made.created_by, "expires_at": expires_at}
    with store.write(is_news=False) as cursor:
        insert(cursor, "token", row)
        audit.keep(store, cursor, [Act("token_created", made.token_id, unit_code, {"name": name, "role": role.value})])
    return made, secret


def end(store: Store, token_id: str) -> None:
    """The token opens nothing from now on; ending it again changes nothing. Fault where there is none."""
    store.person.must_have(Right.MANAGE)
    ended = next((token for token in tokens(store) if token.token_id == token_id), None)
    if ended is None:
        raise Fault("token.unknown", found=token_id)
    if ended.ended_at is not None:
        return
    with store.write(is_news=False) as cursor:
        row = {"token_id": token_id, "ended_at": store.now(), "ended_by": store.person.user_name}
        insert(cursor, "token_end", row)
        audit.keep(store, cursor, [Act("token_ended", token_id, ended.unit_code, {"name": ended.token_name})])


def bearer(store: Store, secret: str, address: str = "") -> Person | None:
    """Whoever shows this token; None where it is none, or holds no more."""
    rows = store.rows(f"{_SELECT} WHERE token_hash = ?", [_hash(secret)])
    if not rows:
        return None
    token = _token(rows[0])
    if not token.is_valid(store.now()):
        return None
    return Person(f"token:{token.token_id}", token.token_name, token.role, token.unit_code, "api", address)


def _token(row: Any) -> Token:
    return Token(**(row._asdict() | {"role": Role(row.role)}))


def _hash(secret: str) -> str:
    """A token is 256 bits of chance: one round of sha256 is enough, and lets it be found."""
    return hashlib.sha256(secret.encode()).hexdigest()
