"""Accounts on the page of people: inviting, the card of one, and the first password, which is shown once."""

from collections.abc import Callable, Sequence
from datetime import datetime
from urllib.parse import urlsplit

import streamlit as st

import text
from data import audit
from data.access import Role
from data.audit import Act
from data.fault import Fault
from data.people import accounts
from data.people.accounts import ROLES, Account
from pages.frame import asking, choices
from pages.frame.escaping import escaped
from pages.frame.faults import show_fault
from pages.frame.forms import closing_popover
from text import t
from web.sessions import sessions_of
from web.settings import settings


def origin() -> str:
    """The address that people type to come here."""
    here = urlsplit(str(st.context.url or ""))
    return settings().origin or f"{here.scheme}://{here.netloc}"


def state_of(one: Account, seen: tuple[datetime, str | None] | None) -> str:
    """disabled, invited (has never signed in), first_password (has, and kept the first one so far), or active.

    seen: when and how she signed in last; who comes by single sign-on needs no password of her own.
    """
    if not one.is_active:
        return "disabled"
    if not one.must_change:
        return "active"
    if seen is None:
        return "invited"
    return "first_password" if seen[1] == "password" else "active"


def unit_of(one: Account) -> str:
    """The unit's name; a dash for roles that belong to none."""
    return text.unit_name(asking.catalogue(), one.unit_code) if one.unit_code else text.DASH


def choose_shown(known: Sequence[Account]) -> list[Account]:
    """Those that are looked for: by a part of name or account, by role, by unit."""
    with st.grid(3, min_column_width=200):
        part = st.text_input(
            t("people.find"), key="find", icon=":material/search:", placeholder=t("people.find.example")
        )
        role = st.selectbox(
            t("people.column.role"),
            [choices.ALL, *(role for role in ROLES if any(one.role is role for one in known))],
            format_func=lambda one: t(f"access.role.{one.value}") if one else t("people.every_role"),
            key="find-role",
        )
        unit = st.selectbox(
            t("people.column.unit"),
            [choices.ALL, *sorted({one.unit_code for one in known if one.unit_code})],
            format_func=lambda code: text.unit_name(asking.catalogue(), code) if code else t("choice.all_units"),
            key="find-unit",
        )
    wanted = part.strip().casefold()
    return [
        one
        for one in known
        if wanted in f"{one.user_name} {one.user_code}".casefold()
        and role in (choices.ALL, one.role)
        and unit in (choices.ALL, one.unit_code)
    ]


def attempt(act: Callable[[], object]) -> object | None:
    """What it returns; where it is refused, the reason is shown and None returned."""
    try:
        return act() or True
    except Fault as fault:
        show_fault(fault)
        return None


def choose_role(role: Role | None, unit_code: str | None, key: str) -> tuple[Role, str | None]:
    """Role, and for the roles that belong to one the unit."""
    role = st.selectbox(
        t("people.column.role"),
        ROLES,
        index=ROLES.index(role) if role else 0,
        format_func=lambda one: t(f"access.role.{one.value}"),
        key=f"role-{key}",
    )
    if not role.is_of_unit:
        return role, None
    units = asking.obliged_units()
    units += [unit_code] if unit_code and unit_code not in units else []  # hers, though it owes nothing any more
    unit = st.selectbox(
        t("people.column.unit"),
        units,
        index=units.index(unit_code) if unit_code in units else None,
        format_func=lambda code: text.unit_name(asking.catalogue(), code),
        placeholder=t("people.unit.choose"),
        key=f"unit-{key}",
    )
    return role, unit


def ask_new() -> None:
    """Room for one more person."""
    with st.expander(t("people.new"), icon=":material/person_add:"):
        with st.grid(2, min_column_width=220):
            name = st.text_input(t("people.column.name"), max_chars=40, key="new-name")
            user = st.text_input(t("people.column.user"), max_chars=64, key="new-user", help=t("people.user.help"))
            role, unit = choose_role(None, None, "new")
        if st.button(t("people.new.button"), type="primary", key="new-button"):
            first = attempt(lambda: accounts.create(asking.store(), user, name, role, unit))
            if first:
                show_first_password(accounts.account(asking.store(), user), str(first))


def show_first_password(one: Account, password: str) -> None:
    """The slip to hand over; it is kept nowhere and gone with the next click."""
    st.success(t("people.made", name=escaped(one.user_name)), icon=":material/key:")
    unit = f"{unit_of(one)} · " if one.unit_code else ""
    role = f"{unit}{t(f'access.role.{one.role.value}')}"
    values = {"name": one.user_name, "role": role, "address": origin(), "user": one.user_code, "password": password}
    st.code(t("people.slip", **values), language=None, wrap_lines=True)


def show_card(one: Account, state: str) -> None:
    """Everything that can be done with one account."""
    colour = {"active": "green", "invited": "blue", "first_password": "orange", "disabled": "gray"}[state]
    with st.container(border=True):
        st.markdown(f"**{escaped(one.user_name)}** `{one.user_code}` :{colour}-badge[{t(f'people.state.{state}')}]")
        with st.grid(2, min_column_width=220):
            name = st.text_input(t("people.column.name"), one.user_name, max_chars=40, key=f"name-{one.user_code}")
            role, unit = choose_role(one.role, one.unit_code, one.user_code)
        with st.container(horizontal=True):
            if st.button(t("people.save"), type="primary", key=f"save-{one.user_code}"):
                _change(one, user_name=name, role=role, unit_code=unit)
            if st.button(t("people.disable" if one.is_active else "people.enable"), key=f"switch-{one.user_code}"):
                _change(one, is_active=not one.is_active)
            if st.button(t("people.sign_out"), key=f"out-{one.user_code}", help=t("people.sign_out.help")):
                sessions_of(asking.store().path).end_all_of(one.user_code)
                audit.note(asking.store(), Act("signed_out_everywhere", one.user_code, one.unit_code))
                st.toast(t("people.signed_out", name=escaped(one.user_name)))
            with closing_popover(t("people.reset"), f"reset-{one.user_code}") as close:
                st.markdown(t("people.reset.why", name=escaped(one.user_name)))
                is_reset = st.button(
                    t("people.reset.yes"), type="primary", key=f"reset-yes-{one.user_code}", on_click=close
                )
        if is_reset:
            first = attempt(lambda: accounts.reset_password(asking.store(), one.user_code))
            if first:
                show_first_password(one, str(first))


def _change(one: Account, **changes: object) -> None:
    if attempt(lambda: accounts.change(asking.store(), one.user_code, **changes)):
        st.toast(t("people.saved", name=escaped(one.user_name)))
        st.rerun()
