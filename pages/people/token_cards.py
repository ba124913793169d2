"""Tokens on the page of people: what programs sign in with; the secret is shown once."""

from datetime import UTC, datetime

import pandas
import streamlit as st

import text
from data.access import Role
from data.clock import Clock
from data.people import tokens
from pages.frame import asking
from pages.frame.display import show_table
from pages.frame.escaping import escaped
from pages.frame.forms import closing_popover
from pages.people.account_cards import attempt
from text import t
from web.sessions import sessions_of


def show() -> None:
    """A new one, the list, and ending one."""
    st.caption(t("tokens.how"))
    _ask_new()
    all_tokens, now = tokens.tokens(asking.store()), asking.store().now()
    if not all_tokens:
        st.info(t("tokens.none"), icon=":material/key:")
        return
    used = sessions_of(asking.store().path).uses()
    clock = asking.clock()
    table = {
        "tokens.column.name": [token.token_name for token in all_tokens],
        "tokens.what": [t(f"tokens.role.{token.role.value}") for token in all_tokens],
        "people.column.unit": [
            text.unit_name(asking.catalogue(), token.unit_code) if token.unit_code else text.DASH
            for token in all_tokens
        ],
        "people.column.state": [t(f"tokens.state.{_state(token, now)}") for token in all_tokens],
        "tokens.column.expires": [text.moment(token.expires_at, clock) for token in all_tokens],
        "tokens.column.used": [_used(used.get(token.token_id), clock) for token in all_tokens],
        "tokens.column.created": [f"{text.moment(token.created_at, clock)} {token.created_by}" for token in all_tokens],
        "tokens.column.id": [token.token_id for token in all_tokens],
    }
    show_table(pandas.DataFrame({t(name): values for name, values in table.items()}))
    _ask_which_to_end({token.token_id: token.token_name for token in all_tokens if token.is_valid(now)})


def _ask_which_to_end(valid: dict[str, str]) -> None:
    """Asks twice: a program that has lost its token stands still."""
    if not valid:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            t("tokens.end.which"),
            valid,
            index=None,
            format_func=lambda code: f"{valid[code]} ({code})",
            placeholder=t("tokens.end.choose"),
            key="token-end",
        )
        with closing_popover(t("tokens.end"), "token-end-ask", disabled=chosen is None) as close:
            st.markdown(t("tokens.end.why", name=escaped(valid.get(chosen, ""))))
            is_ended = st.button(t("tokens.end.yes"), type="primary", key="token-end-yes", on_click=close)
    if is_ended and chosen and attempt(lambda: tokens.end(asking.store(), chosen)):
        st.rerun()


def _ask_new() -> None:
    with st.expander(t("tokens.new"), icon=":material/add:"):
        with st.grid(2, min_column_width=220):
            name = st.text_input(t("tokens.column.name"), max_chars=60, key="token-name")
            role = st.selectbox(
                t("tokens.what"),
                tokens.ROLES,
                format_func=lambda token_role: t(f"tokens.role.{token_role.value}"),
                key="token-role",
            )
            unit = None
            if role is Role.REPORTER:
                unit = st.selectbox(
                    t("people.column.unit"),
                    asking.obliged_units(),
                    index=None,
                    format_func=lambda code: text.unit_name(asking.catalogue(), code),
                    placeholder=t("people.unit.choose"),
                    key="token-unit",
                )
            day = st.date_input(t("tokens.expires"), value=None, key="token-expires", format="YYYY-MM-DD")
        if st.button(t("tokens.new.button"), type="primary"):
            expires = asking.clock().start(day) if day else None
            made = attempt(lambda: tokens.create(asking.store(), name, role, unit, expires))
            if made:
                token, secret = made
                st.success(t("tokens.made", name=escaped(token.token_name)), icon=":material/key:")
                st.code(secret, language=None)


def _state(token: tokens.Token, now: datetime) -> str:
    return "valid" if token.is_valid(now) else "ended" if token.ended_at else "expired"


def _used(seconds: float | None, clock: Clock) -> str:
    return text.moment(datetime.fromtimestamp(seconds, UTC), clock) if seconds else text.DASH
