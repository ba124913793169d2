"""The moment that the reader looks at: the present, or a past one, kept in the address as ?as_of= through page changes.

`known`: of what had been received by then, only what had been entered by then too.
"""

from datetime import datetime

import streamlit as st

KEY, KNOWN = "as_of", "known"
_SHOWN = "moment-is-shown"  # whether the page that is open follows the moment at all


def open_page(follows: bool, now: datetime) -> None:
    """What the frame says of the page before it runs: a page that always shows the present has no past. now: by the
    bureau's clock, without a zone; what is not before it is the present.
    """
    if KEY not in st.session_state:
        st.session_state[KEY] = _written(st.query_params.get(KEY))
        st.session_state[KNOWN] = st.query_params.get(KNOWN) == "then"
    if st.session_state[KEY] and st.session_state[KEY] >= now:
        leave()
    # Written on every run: what lies under a widget's key after a change of page is a leftover that the widget ignores.
    st.session_state[KEY] = st.session_state[KEY]
    st.session_state[KNOWN] = bool(st.session_state[KNOWN])
    st.session_state[_SHOWN] = follows


def keep_in_address() -> None:
    """The choice as ?as_of=2026-11-23T09:00, and &known=then; nothing for the present."""
    chosen = st.session_state[KEY]
    kept = {KEY: f"{chosen:%Y-%m-%dT%H:%M}" if chosen else None, KNOWN: "then" if chosen and is_known_then() else None}
    for key, value in kept.items():
        if value is None:
            st.query_params.pop(key, None)
        else:
            st.query_params[key] = value


def in_address() -> tuple[tuple[str, str], ...]:
    """What the address says of it, which links carry on."""
    return tuple((name, st.query_params[name]) for name in (KEY, KNOWN) if name in st.query_params)


def chosen() -> datetime | None:
    """The past moment by the bureau's clock, without a zone; None for the present, and on a page that has no past."""
    return st.session_state.get(KEY) if st.session_state.get(_SHOWN) else None


def is_known_then() -> bool:
    """Whether what was entered later is left out."""
    return bool(chosen() and st.session_state.get(KNOWN))


def leave() -> None:
    """Back to the present."""
    st.session_state[KEY], st.session_state[KNOWN] = None, False


def _written(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None, second=0, microsecond=0) if text else None
    except ValueError:
        return None
