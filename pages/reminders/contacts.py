"""Contacts on the page of reminders: by unit, adding, ending, and lists of them."""

from collections.abc import Sequence

import pandas
import streamlit as st

import text
from data.audit import Act
from data.reminders import contacts
from data.reminders.contacts import LANGUAGES, Channel, Contact
from data.reminders.log import Outcome
from data.store import Store
from pages.frame import acts, asking
from pages.frame.display import show_table
from pages.frame.escaping import escaped
from pages.frame.forms import closing_popover
from pages.frame.uploader import draw_over_uploaders
from pages.frame.viewer import handing_out
from pages.reminders.settings import surroundings
from pages.reminders.words import contact_words, error_words, unit_words
from reminding.contact_lists import take_list, write_list
from reminding.holders import left_behind
from reminding.plan import Item, overdue_units
from reminding.sending import Sender
from text import language, t

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BUREAU = "*"


def unreached(items: Sequence[Item], reached: Sequence[Contact]) -> list[str]:
    """The units that no reminder reaches, in Markdown: who has let a deadline pass, and who still has time."""
    covered = {contact.unit_code for contact in reached}
    overdue = [code for code in overdue_units(items) if code not in covered]
    waiting = dict.fromkeys(item.unit_code for item in items if item.unit_code not in {*covered, *overdue})
    groups = (("reminders.unreached", overdue), ("reminders.unreached.pending", list(waiting)))
    return [t(key, number=len(codes), units=names_of(codes)) for key, codes in groups if codes]


def names_of(codes: Sequence[str]) -> str:
    """甲科、乙科, in Markdown."""
    return t("list.comma").join(escaped(unit_words(code)) for code in codes)


def gone(store: Store) -> list[str]:
    """The contacts whose account is disabled, in Markdown: before a reminder goes there."""
    said = [
        t("reminders.left_behind.one_of", contact=contact_words(contact), unit=unit_words(contact.unit_code))
        for contact, _ in left_behind(store)
    ]
    return [t("reminders.left_behind", contacts=escaped(t("list.comma").join(said)))] if said else []


def show(reached: Sequence[Contact]) -> None:
    """The contacts, and everything that can be done with them."""
    if reached:
        columns = {
            "reminders.list.unit": [unit_words(contact.unit_code) for contact in reached],
            "reminders.list.name": [contact.contact_name or text.DASH for contact in reached],
            "reminders.list.channel": [t(f"reminders.channel.{contact.channel.value}") for contact in reached],
            "reminders.list.address": [contact.shown for contact in reached],
            "reminders.list.locale": [contact.locale for contact in reached],
        }
        show_table(pandas.DataFrame({t(name): values for name, values in columns.items()}), key="contacts")
    else:
        st.info(t("reminders.no_contacts"), icon=":material/person_add:")
    _ask_new()
    if reached:
        _ask_one(reached)
    _ask_list()


def _ask_new() -> None:
    with st.expander(t("reminders.new"), icon=":material/person_add:", expanded=False):
        with st.grid(2, min_column_width=220):
            channel = st.selectbox(
                t("reminders.list.channel"),
                list(Channel),
                format_func=lambda channel_option: t(f"reminders.channel.{channel_option.value}"),
                key="contact-channel",
            )
            groups = [] if channel is Channel.EMAIL else [BUREAU]
            unit = st.selectbox(
                t("reminders.list.unit"),
                [*groups, *asking.obliged_units()],
                index=None,
                format_func=lambda code: unit_words(None if code == BUREAU else code),
                placeholder=t("people.unit.choose"),
                key=f"contact-unit-{bool(groups)}",
            )
            name = st.text_input(t("reminders.list.name"), max_chars=60, key="contact-name")
            locale = st.selectbox(t("reminders.list.locale"), LANGUAGES, key="contact-locale")
        address = st.text_input(
            t(f"reminders.address.{channel.value}"), max_chars=contacts.MAX_ADDRESS, key=f"contact-{channel.value}"
        )
        secret = ""
        if channel is Channel.DINGTALK:
            hint = t("reminders.secret.help")
            secret = st.text_input(t("reminders.list.secret"), type="password", help=hint, key="contact-secret")
        if st.button(t("reminders.add"), type="primary", key="contact-add"):
            code = None if unit == BUREAU else unit or ""
            _add(Contact(code, channel, address, name, secret, locale))


def _add(wanted: Contact) -> None:
    acts.attempt(lambda: contacts.add(asking.store(), wanted), "reminders.saved")


def _ask_one(reached: Sequence[Contact]) -> None:
    """Test or end one."""
    by_id = {contact.contact_id: contact for contact in reached}
    with st.expander(t("reminders.one"), icon=":material/tune:"):
        chosen = st.selectbox(
            t("reminders.contact"),
            list(by_id),
            index=None,
            format_func=lambda id_: f"{unit_words(by_id[id_].unit_code)} · {contact_words(by_id[id_])}",
            placeholder=t("reminders.contact.choose"),
            key="contact-one",
        )
        if chosen is None:
            return
        contact = by_id[chosen]
        with st.container(horizontal=True):
            if st.button(t("reminders.test"), icon=":material/send:", key="contact-test"):
                _test(chosen)
            with closing_popover(t("reminders.end"), "contact-end") as close:
                st.markdown(t("reminders.end.why", contact=escaped(contact_words(contact))))
                is_ended = st.button(t("reminders.end.yes"), type="primary", key="contact-end-yes", on_click=close)
        if is_ended:
            acts.attempt(lambda: contacts.end(asking.store(), chosen), "reminders.saved")


def _test(contact_id: str) -> None:
    with st.spinner(t("reminders.sending")):
        delivery = Sender(asking.store(), surroundings(), asking.now).send_test(contact_id)
    show = st.success if delivery.outcome is Outcome.SENT else st.warning
    show(
        escaped(
            "：".join(filter(None, (t(f"reminders.outcome.{delivery.outcome.value}"), error_words(delivery.error))))
        )
    )


def _ask_list() -> None:
    """Download, fill in, upload."""
    locale = language()
    with st.expander(t("reminders.lists"), icon=":material/table:"):
        st.caption(t("reminders.lists.how"))
        st.download_button(
            t("people.list.download"),
            data=handing_out(Act("contacts_downloaded"), lambda store: write_list(store, locale)),
            file_name=f"{t('reminders.list.sheet')}.xlsx",
            mime=XLSX,
            icon=":material/download:",
            on_click="ignore",
        )
        draw_over_uploaders()
        file = st.file_uploader(t("people.import.file"), type=["xlsx", "csv"], key="contacts-file", max_upload_size=10)
        if file is None or not st.button(t("people.import.button"), type="primary", key="contacts-import"):
            return
        taken, faults = take_list(asking.store(), file.getvalue(), file.name)
        if faults:
            st.warning(t("people.import.faults", number=len(faults)), icon=":material/edit:")
            st.markdown("\n".join(f"- {escaped(fault.words(locale))}" for fault in faults[:30]))
            return
        st.success(t("reminders.lists.done", number=len(taken)), icon=":material/check_circle:")
