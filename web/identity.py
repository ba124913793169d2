"""From a session's token to the person who holds it: asked at every request and every rerun of a page."""

from dataclasses import dataclass
from functools import lru_cache

from data.access import Person
from data.people.accounts import Account, account
from data.store import Store, open_store
from web.sessions import Session, sessions_of


@dataclass(frozen=True)
class Visitor:
    """Somebody who is signed in. must_change: she may do nothing yet but set a password of her own."""

    person: Person
    must_change: bool
    session: Session


def visitor(token: str | None, address: str = "") -> Visitor | None:
    """Whoever holds the token now; None where nobody does, the account was disabled, or its password is a newer one."""
    store = open_store()
    session = sessions_of(store.path).held_by(token) if token else None
    if session is None:
        return None
    holder = _account(str(store.path), store.data_version, session.user_code)
    if holder is None or not holder.is_active or _is_older(session, holder):
        return None
    must_change = holder.must_change and session.way == "password"
    return Visitor(holder.person("page", address or session.address), must_change, session)


def _is_older(session: Session, holder: Account) -> bool:
    """Sessions end when the account is disabled; those that a password opened also when it is changed or reset."""
    if holder.disabled_at is not None and session.opened_at < holder.disabled_at.timestamp():
        return True
    set_at = holder.password_set_at
    return session.way == "password" and (set_at is None or session.opened_at < set_at.timestamp())


@lru_cache(maxsize=512)
def _account(_path: str, _data_version: int, user_code: str) -> Account | None:
    """Every change of an account raises the data version."""
    return account(open_store(), user_code)


def store_of(person: Person) -> Store:
    """The store as this person sees it."""
    return open_store().seen_by(person)
