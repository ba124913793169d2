"""Accounts on the page of people: inviting, the card of one, and the first password, which is shown once."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from urllib.parse import urlsplit

import streamlit as st

import text
from data import audit
from data.access import Role
from data.audit import Act
from data.fault import Fault
from data.people import accounts
from data.people.accounts import ROLES, Account
from data.reminders import contacts
from pages.frame import asking, choices, folding
from pages.frame.escaping import escaped
from pages.frame.faults import show_fault
from pages.frame.forms import closing_popover
from reminding.holders import left_behind
from text import t
from web.sessions import sessions_of
from web.settings import settings


def origin() -> str:
    """The address that people type to come here."""
    here = urlsplit(str(st.context.url or ""))
    return settings().origin or f"{here.scheme}://{here.netloc}"


def state_of(account: Account, seen: tuple[datetime, str | None] | None) -> str:
    """disabled, invited (has never signed in), first_password (has, and kept the first one so far), or active.

    seen: when and how she signed in last; who comes by single sign-on needs no password of her own.
    """
    if not account.is_active:
        return "disabled"
    if not account.must_change:
        return "active"
    if seen is None:
        return "invited"
    return "first_password" if seen[1] == "password" else "active"


def unit_of(account: Account) -> str:
    """The unit's name; a dash for roles that belong to none."""
    return text.unit_name(asking.catalogue(), account.unit_code) if account.unit_code else text.DASH


def choose_shown(listed: Sequence[Account]) -> list[Account]:
    """Those that are looked for: by a part of name or account, by role, by unit."""
    with folding.filters(3, min_column_width=200):
        part = st.text_input(
            t("people.find"), key="find", icon=":material/search:", placeholder=t("people.find.example")
        )
        role = st.selectbox(
            t("people.column.role"),
            [choices.ALL, *(role for role in ROLES if any(account.role is role for account in listed))],
            format_func=lambda offered: t(f"access.role.{offered.value}") if offered else t("people.every_role"),
            key="find-role",
        )
        unit = st.selectbox(
            t("people.column.unit"),
            [choices.ALL, *sorted({account.unit_code for account in listed if account.unit_code})],
            format_func=lambda code: text.unit_name(asking.catalogue(), code) if code else t("choice.all_units"),
            key="find-unit",
        )
        folding.tell(part.strip())
        folding.tell(t(f"access.role.{role.value}") if role else t("people.every_role"))
        folding.tell(text.unit_name(asking.catalogue(), unit) if unit else t("choice.all_units"))
    wanted = part.strip().casefold()
    return [
        account
        for account in listed
        if wanted in f"{account.user_name} {account.user_code}".casefold()
        and role in (choices.ALL, account.role)
        and unit in (choices.ALL, account.unit_code)
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
        format_func=lambda offered: t(f"access.role.{offered.value}"),
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


def show_first_password(account: Account, password: str) -> None:
    """The slip to hand over; it is kept nowhere and gone with the next click."""
    st.success(t("people.made", name=escaped(account.user_name)), icon=":material/key:")
    unit = f"{unit_of(account)} · " if account.unit_code else ""
    role = f"{unit}{t(f'access.role.{account.role.value}')}"
    values = {
        "name": account.user_name,
        "role": role,
        "address": origin(),
        "user": account.user_code,
        "password": password,
    }
    st.code(t("people.slip", **values), language=None, wrap_lines=True)


def show_card(account: Account, state: str) -> None:
    """Everything that can be done with one account."""
    colour = {"active": "green", "invited": "blue", "first_password": "orange", "disabled": "gray"}[state]
    with st.container(border=True):
        st.markdown(
            f"**{escaped(account.user_name)}** `{account.user_code}` :{colour}-badge[{t(f'people.state.{state}')}]"
        )
        with st.grid(2, min_column_width=220):
            name = st.text_input(
                t("people.column.name"), account.user_name, max_chars=40, key=f"name-{account.user_code}"
            )
            role, unit = choose_role(account.role, account.unit_code, account.user_code)
        with st.container(horizontal=True):
            if st.button(t("people.save"), type="primary", key=f"save-{account.user_code}"):
                _change(account, user_name=name, role=role, unit_code=unit)
            if st.button(
                t("people.disable" if account.is_active else "people.enable"), key=f"switch-{account.user_code}"
            ):
                _change(account, is_active=not account.is_active)
            if st.button(t("people.sign_out"), key=f"out-{account.user_code}", help=t("people.sign_out.help")):
                sessions_of(asking.store().path).end_all_of(account.user_code)
                audit.note(asking.store(), Act("signed_out_everywhere", account.user_code, account.unit_code))
                st.toast(t("people.signed_out", name=escaped(account.user_name)))
            with closing_popover(t("people.reset"), f"reset-{account.user_code}") as close:
                st.markdown(t("people.reset.why", name=escaped(account.user_name)))
                is_reset = st.button(
                    t("people.reset.yes"), type="primary", key=f"reset-yes-{account.user_code}", on_click=close
                )
        if not account.is_active:
            _point_out_contacts(account)
        if is_reset:
            first = attempt(lambda: accounts.reset_password(asking.store(), account.user_code))
            if first:
                show_first_password(account, str(first))


def _point_out_contacts(account: Account) -> None:
    """The contacts that go with a disabled account still get reminders, until somebody says otherwise."""
    for contact, holder in left_behind(asking.store()):
        if holder.user_code != account.user_code:
            continue
        shown = escaped(f"{contact.contact_name} {contact.shown}".strip())
        st.warning(t("people.contact_left", contact=shown), icon=":material/mail:")
        is_ended = st.button(t("people.contact_left.end"), key=f"end-contact-{contact.contact_id}")
        if is_ended and attempt(partial(contacts.end, asking.store(), contact.contact_id)):
            st.rerun()


def _change(account: Account, **changes: object) -> None:
    if attempt(lambda: accounts.change(asking.store(), account.user_code, **changes)):
        st.toast(t("people.saved", name=escaped(account.user_name)))
        st.rerun()
