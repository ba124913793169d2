"""Accounts: who may sign in, as what, for which unit. Each change is a new row; the newest one of an account holds."""

import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from data import audit
from data.access import Person, Right, Role
from data.audit import Act
from data.catalogue.in_force import catalogue_in_force
from data.fault import Fault
from data.people.passwords import first_password, hashed, is_password, objection
from data.store import Store, insert

ROLES = (Role.REPORTER, Role.REVIEWER, Role.OFFICE, Role.LEADER)
_USER_CODE = re.compile(r"[\w.@-]{2,64}")
_SELECT = """
    SELECT user_code, user_name, role, unit_code, is_active, changed_at, must_change, set_at, disabled_at FROM (
        SELECT *, max(CASE WHEN NOT is_active THEN changed_at END) OVER (PARTITION BY user_code) AS disabled_at
        FROM account QUALIFY row_number() OVER (PARTITION BY user_code ORDER BY changed_at DESC) = 1)
    LEFT JOIN "password" USING (user_code)"""


@dataclass(frozen=True)
class Account:
    """One account as it stands. password_set_at None: it has no password, and signs in elsewhere (OIDC, a proxy).
    disabled_at: when it was last disabled; a session from before is over, though it was enabled again.
    """

    user_code: str
    user_name: str
    role: Role
    unit_code: str | None = None
    is_active: bool = True
    changed_at: datetime | None = None
    must_change: bool = False
    password_set_at: datetime | None = None
    disabled_at: datetime | None = None

    def person(self, via: str = "page", address: str = "") -> Person:
        """Its holder, as somebody who acts."""
        return Person(self.user_code, self.user_name, self.role, self.unit_code, via, address)


def normal(user_code: str) -> str:
    """The account's name however it was typed: full-width letters, capitals and blanks make no other."""
    return unicodedata.normalize("NFKC", user_code).strip().casefold()


def accounts(store: Store) -> list[Account]:
    """Every account, by name."""
    return [_account(row) for row in store.rows(f"{_SELECT} ORDER BY user_code")]


def account(store: Store, user_code: str) -> Account | None:
    """The account of that name, active or not."""
    rows = store.rows(f"{_SELECT} WHERE user_code = ?", [normal(user_code)])
    return _account(rows[0]) if rows else None


def checked(store: Store, wanted: Account) -> Account:
    """The account as it would be kept: no unit where the role belongs to none, blanks in the name made plain.
    Fault where it is no good.
    """
    wanted = replace(wanted, user_name=" ".join(wanted.user_name.split()))
    if not _USER_CODE.fullmatch(wanted.user_code):
        raise Fault("account.user_code", found=wanted.user_code)
    if not 0 < len(wanted.user_name) <= 40 or not wanted.user_name.isprintable():
        raise Fault("account.user_name", found=wanted.user_name)
    if wanted.role not in ROLES:
        raise Fault("account.role", found=str(wanted.role))
    if not wanted.role.is_of_unit:
        return replace(wanted, unit_code=None)
    if not wanted.unit_code:
        raise Fault("account.unit", found="—")
    return replace(wanted, unit_code=catalogue_in_force(store).unit(wanted.unit_code).unit_code)


def has_accounts(store: Store) -> bool:
    """False before the first start is done: nobody of the office can sign in yet."""
    return bool(store.rows(f"SELECT 1 FROM account WHERE role = '{Role.OFFICE}' LIMIT 1"))


def is_password_of(store: Store, user_code: str, password: str) -> bool:
    """Whether the account is active and this is its password; takes as long for an account that is not there."""
    kept = store.rows('SELECT password_hash FROM "password" WHERE user_code = ?', [normal(user_code)])
    is_right = is_password(kept[0].password_hash if kept else None, password)
    holder = account(store, user_code)
    return is_right and holder is not None and holder.is_active


def create_first(store: Store, user_code: str, user_name: str, password: str) -> Account:
    """The administrator's account, with which everything begins. Fault where there is an account already."""
    made = checked(store, Account(normal(user_code), user_name, Role.OFFICE))
    _check_password(password, made.user_code)
    hash_ = hashed(password)
    with store.write() as cursor:
        if has_accounts(store) or account(store, made.user_code):
            raise Fault("account.not_first")
        _write(cursor, made, made.user_name)
        _write_password(cursor, made.user_code, hash_, must_change=False)
        audit.keep(store, cursor, [Act("account_created", made.user_code, details=_said(made))], made.person())
    return made


def create(store: Store, user_code: str, user_name: str, role: Role, unit_code: str | None = None) -> str:
    """A new account; returns its first password, which must be changed at the first sign-in and is kept nowhere."""
    store.person.must_have(Right.MANAGE)
    made = checked(store, Account(normal(user_code), user_name, role, unit_code or None))
    password = first_password()
    hash_ = hashed(password)
    with store.write() as cursor:
        if cursor.execute("SELECT 1 FROM account WHERE user_code = ?", [made.user_code]).fetchone():
            raise Fault("account.exists", found=made.user_code)
        _write(cursor, made, store.person.user_name)
        _write_password(cursor, made.user_code, hash_, must_change=True)
        audit.keep(store, cursor, [Act("account_created", made.user_code, made.unit_code, _said(made))])
    return password


def change(store: Store, user_code: str, **changes: Any) -> Account:
    """Change user_name, role, unit_code or is_active. Takes effect at the holder's next interaction.

    Fault where it would leave the office without an account that can sign in, or shut out the one who does it.
    """
    store.person.must_have(Right.MANAGE)
    with store.write() as cursor:
        before = _existing(store, user_code)
        after = checked(store, replace(before, **changes))
        if after == before:
            return before
        if not after.is_active and after.user_code == store.person.user_code:
            raise Fault("account.own_account")
        was_office = before.role is Role.OFFICE and before.is_active
        if was_office and not (after.role is Role.OFFICE and after.is_active) and not _other_office(store, before):
            raise Fault("account.last_office", found=before.user_code)
        _write(cursor, after, store.person.user_name)
        audit.keep(store, cursor, [Act("account_changed", after.user_code, after.unit_code, _said(after))])
    return after


def import_all(store: Store, wanted: list[Account]) -> dict[str, str]:
    """Create or change every account of a list, all or none; those that are not on it stay as they are. Returns the
    first passwords of the new ones by user_code.

    Fault, whose details hold `index`, the place in the list, where it is about one of them.
    """
    store.person.must_have(Right.MANAGE)
    ready = []
    for index, person in enumerate(wanted):
        try:
            ready.append(checked(store, replace(person, user_code=normal(person.user_code))))
        except Fault as fault:
            raise fault.at(index) from None
    there = {person.user_code for person in accounts(store)}
    first = {person.user_code: first_password() for person in ready if person.user_code not in there}
    hashes = {code: hashed(password) for code, password in first.items()}  # slow, and meant to be: not under the lock
    with store.write() as cursor:
        before = {person.user_code: person for person in accounts(store)}
        after = {
            person.user_code: replace(person, is_active=_is_active(before.get(person.user_code))) for person in ready
        }
        if not any(person.role is Role.OFFICE and person.is_active for person in (before | after).values()):
            raise Fault("account.last_office", found=store.person.user_code)
        if taken := first.keys() & before.keys():  # made by somebody else meanwhile
            raise Fault("account.exists", found=min(taken))
        acts = []
        for code, person in after.items():
            earlier = before.get(code)
            if earlier and (earlier.user_name, earlier.role, earlier.unit_code) == (
                person.user_name,
                person.role,
                person.unit_code,
            ):
                continue
            _write(cursor, person, store.person.user_name)
            if earlier is None:
                _write_password(cursor, code, hashes[code], must_change=True)
            acts.append(Act("account_changed" if earlier else "account_created", code, person.unit_code, _said(person)))
        audit.keep(store, cursor, acts)
    return first


def reset_password(store: Store, user_code: str) -> str:
    """A first password anew; whoever is signed in with the old one is out."""
    store.person.must_have(Right.MANAGE)
    holder, password = _existing(store, user_code), first_password()
    hash_ = hashed(password)
    with store.write() as cursor:
        _write_password(cursor, holder.user_code, hash_, must_change=True)
        audit.keep(store, cursor, [Act("password_reset", holder.user_code, holder.unit_code)])
    return password


def change_password(store: Store, person: Person, old: str, new: str) -> None:
    """The holder's own change. Fault where the old one is not right or the new one is no good.

    store: one that sees every account, which the person herself may not.
    """
    holder = _existing(store, person.user_code)
    if not is_password_of(store, holder.user_code, old):
        raise Fault("password.wrong")
    if old == new:
        raise Fault("password.same")
    _check_password(new, holder.user_code)
    hash_ = hashed(new)
    with store.write() as cursor:
        _write_password(cursor, holder.user_code, hash_, must_change=False)
        audit.keep(store, cursor, [Act("password_changed", holder.user_code, holder.unit_code)], person)


def _is_active(before: Account | None) -> bool:
    """A list neither disables anybody nor lets in again whoever was disabled."""
    return before is None or before.is_active


def _account(row: Any) -> Account:
    return Account(
        user_code=row.user_code,
        user_name=row.user_name,
        role=Role(row.role),
        unit_code=row.unit_code,
        is_active=row.is_active,
        changed_at=row.changed_at,
        must_change=bool(row.must_change),
        password_set_at=row.set_at,
        disabled_at=row.disabled_at,
    )


def _existing(store: Store, user_code: str) -> Account:
    holder = account(store, user_code)
    if holder is None:
        raise Fault("account.unknown", found=user_code)
    return holder


def _check_password(password: str, user_code: str) -> None:
    if fault := objection(password, user_code):
        raise fault


def _other_office(store: Store, but: Account) -> bool:
    return any(a.role is Role.OFFICE and a.is_active and a.user_code != but.user_code for a in accounts(store))


def _write(cursor: Any, person: Account, by: str) -> None:
    """A row that is newer than those before, whatever the clock says."""
    cursor.execute(
        """INSERT INTO account (user_code, user_name, role, unit_code, is_active, changed_at, changed_by)
        SELECT $code, $name, $role, $unit, $active,
            greatest($now, max(changed_at) + INTERVAL 1 MICROSECOND), $by FROM account WHERE user_code = $code""",
        {
            "code": person.user_code,
            "name": person.user_name,
            "role": person.role.value,
            "unit": person.unit_code,
            "active": person.is_active,
            "now": datetime.now(UTC),
            "by": by,
        },
    )


def _write_password(cursor: Any, user_code: str, hash_: str, must_change: bool) -> None:
    cursor.execute('DELETE FROM "password" WHERE user_code = ?', [user_code])
    row = {"user_code": user_code, "password_hash": hash_, "must_change": must_change, "set_at": datetime.now(UTC)}
    insert(cursor, "password", row)


def _said(person: Account) -> dict[str, Any]:
    return {"name": person.user_name, "role": person.role.value, "is_active": person.is_active}
