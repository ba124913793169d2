"""Who looks at the page: asked anew at each rerun and each question, so that whoever was shut out is out at once."""

from collections.abc import Callable

import streamlit as st

from data import audit
from data.access import Person, Right, Role
from data.audit import Act
from data.catalogue.in_force import clock_of
from data.store import Store
from pages.frame import moment
from text import t
from web.identity import store_of, visitor
from web.lanes import PAPERS
from web.sessions import sessions_of
from web.settings import settings

_READING = (Right.READ, Right.READ_AUDIT)
UNIT = frozenset({Role.REPORTER, Role.REVIEWER})
OFFICE = frozenset({Role.OFFICE})
READERS = OFFICE | {Role.LEADER}
EVERYBODY = UNIT | READERS


class SignedOut(Exception):
    """The session has ended since the page was drawn."""


def _token() -> str | None:
    return st.context.cookies.get(settings().cookie_name)


def viewer() -> Person:
    """The signed-in person. Ends the page where nobody is signed in any more, or who is has no own password yet."""
    if not is_signed_in():
        show_signed_out()
        st.stop()
    return visitor(_token()).person


def is_signed_in() -> bool:
    """Whether the reader has a session, and a password of her own."""
    guest = visitor(_token())
    return guest is not None and not guest.must_change


def show_signed_out() -> None:
    """What is left of a page whose reader has no session: where to sign in again."""
    st.title(t("access.out"), anchor=False)
    st.markdown(t("access.out.why"))
    st.html(f'<a href="/sign-in" target="_self" style="color: inherit">{t("access.sign_in")}</a>')


def sign_out() -> None:
    """End this session."""
    person = viewer()
    audit.note(store_of(person), Act("signed_out", person.user_code, person.unit_code))
    sessions_of(store_of(person).path).end(_token())


def may(right: Right, unit_code: str | None = None) -> bool:
    """Whether the reader may do this, so that a page shows no button that would be refused. The past is only read."""
    return (right in _READING or not moment.chosen()) and viewer().may(right, unit_code)


def store_of_viewer() -> Store:
    """The store as the reader may see it, with everything that is known today."""
    return store_of(viewer())


def handing_out(act: Act, make: Callable[[Store], bytes]) -> Callable[[], bytes]:
    """What a download button calls: the session is asked once more, the audit trail notes the act, then the file is
    made from the store as the reader sees it. Streamlit calls it outside the page, where no cookie is at hand.
    """
    person, token, known = viewer(), _token(), moment.chosen() if moment.is_known_then() else None

    def make_and_note() -> bytes:
        if token is not None and visitor(token) is None:
            raise SignedOut
        store = store_of(person)
        with PAPERS.entered():
            content = make(store.known_at(clock_of(store).wall(known)) if known else store)
        audit.note(store, act)
        return content

    return make_and_note
