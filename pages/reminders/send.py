"""What goes next, and reminding one unit now: what will be said to whom is shown before it goes."""

from collections.abc import Collection, Sequence
from datetime import datetime

import streamlit as st

import text
from data.fault import Fault
from data.reminders.contacts import Contact
from data.reminders.history import reminder_log
from data.reminders.log import Outcome
from pages.frame import asking
from pages.frame.escaping import escaped
from pages.frame.faults import fault_words
from pages.reminders.contacts import names_of
from pages.reminders.settings import surroundings
from pages.reminders.words import contact_words, error_words, step_words, unit_words
from reminding.holders import left_behind
from reminding.plan import Coming, Item, coming, overdue_units
from reminding.policy import Policy
from reminding.sending import Sender
from text import t

BUREAU, OVERDUE = "*", "**"


def show_coming(now: datetime, policy: Policy, reached: Sequence[Contact]) -> None:
    """By day and step: which units would be told of how many, if nothing more comes in."""
    # What was sent is no news to the store, so that the rows of its log say whether there is any.
    tries = len(reminder_log(asking.store(), now))
    steps = asking.worked_out(_coming, now, policy=policy, tries=tries)
    if not steps:
        st.info(t("reminders.nothing_coming"), icon=":material/event_available:")
        return
    st.caption(t("reminders.coming.how" if policy.is_on else "reminders.coming.off"))
    covered = {contact.unit_code for contact in reached}
    for day in dict.fromkeys(item.day for item in steps):
        with st.container(border=True):
            when = t("reminders.from_hour", day=text.day(day), hour=policy.hour)
            st.markdown(f"**{when}**")
            for step in dict.fromkeys(item.step for item in steps if item.day == day):
                of_step = [item for item in steps if (item.day, item.step) == (day, step)]
                st.markdown(f"- {step_words(step)}{t('reminders.colon')}{_grouped(of_step, covered)}")


def _grouped(of_step: Sequence[Coming], covered: Collection[str | None]) -> str:
    """Those that are reached, and behind them once for all those that are not."""
    reached, others = (
        t("list.comma").join(
            t("reminders.unit_line", unit=escaped(unit_words(item.unit_code)), number=item.number)
            for item in of_step
            if (item.unit_code in covered) is is_reached
        )
        for is_reached in (True, False)
    )
    parts = [reached] if reached else []
    parts += [f":orange-badge[{t('reminders.no_contact')}] {others}"] if others else []
    return "  \n  ".join(parts)


def counted(items: Sequence[Item]) -> str:
    """What this page counts, month by month, in the words of the overview: 未报 and 待报 apart."""
    if not items:
        return t("reminders.counted.none")
    lines = []
    for month in sorted({item.month for item in items}, reverse=True):
        parts = []
        for status in ("missing", "pending"):
            of_status = [item for item in items if (item.month, item.status) == (month, status)]
            units = len({item.unit_code for item in of_status})
            parts += [t(f"reminders.counted.{status}", units=units, number=len(of_status))] if units else []
        lines.append(t("reminders.counted.month", month=text.month_name(month), parts=t("list.comma").join(parts)))
    units = len({item.unit_code for item in items})
    return "  \n".join([t("reminders.counted", units=units, number=len(items)), *lines])


def _coming(now: datetime, policy: Policy, tries: int) -> list[Coming]:
    return coming(asking.store(), now, policy)


def show_by_hand(now: datetime, items: Sequence[Item]) -> None:
    """Choose who owes, see the messages, send them."""
    owing = {}
    for item in items:
        owing[item.unit_code] = owing.get(item.unit_code, 0) + 1
    if not owing:
        st.success(fault_words(Fault("reminder.nothing_owed")), icon=":material/check_circle:")
        return
    overdue = overdue_units(items)
    has_group = any(contact.unit_code is None for contact in _sender(now).reachable())
    chosen = st.selectbox(
        t("reminders.whom"),
        [*([OVERDUE] if len(overdue) > 1 else []), *owing, *([BUREAU] if has_group else [])],
        index=None,
        format_func=lambda code: (
            t("reminders.all_overdue", number=len(overdue)) if code == OVERDUE else _choice(code, owing)
        ),
        placeholder=t("people.unit.choose"),
        key="remind-unit",
    )
    _say_what_was_done()
    if chosen is None:
        return
    sender = _sender(now)
    units = overdue if chosen == OVERDUE else [None if chosen == BUREAU else chosen]
    written = sender.preview(*units)
    covered = {contact.unit_code for contact, _, _ in written}
    if chosen == OVERDUE and (unreached := [code for code in overdue if code not in covered]):
        st.warning(t("reminders.unreached", number=len(unreached), units=names_of(unreached)), icon=":material/error:")
    if not written:
        st.warning(fault_words(Fault("reminder.no_contact")), icon=":material/person_add:")
        return
    gone = {contact.contact_id for contact, _ in left_behind(asking.store())}
    for text_ in dict.fromkeys((subject, body) for _, subject, body in written):
        to = [_to(contact, gone) for contact, *same in written if tuple(same) == text_]
        with st.container(border=True):
            st.markdown(f"{t('reminders.to')} **{t('list.comma').join(to)}**")
            st.code("\n\n".join(text_), language=None, wrap_lines=True)
    if st.button(t("reminders.send", number=len(written)), type="primary", icon=":material/send:", key="remind-now"):
        _send(sender, units, is_all=chosen == OVERDUE)


def _to(contact: Contact, gone: Collection[str]) -> str:
    """王芳 邮箱 wang@…, and that her account is disabled."""
    badge = f" :orange-badge[{t('reminders.account_disabled')}]" if contact.contact_id in gone else ""
    return escaped(contact_words(contact)) + badge


def _choice(code: str, owing: dict[str, int]) -> str:
    number = sum(owing.values()) if code == BUREAU else owing[code]
    return t("reminders.unit_line", unit=unit_words(None if code == BUREAU else code), number=number)


def _sender(now: datetime) -> Sender:
    return Sender(asking.store(), surroundings(), lambda: now)


def _send(sender: Sender, units: Sequence[str | None], is_all: bool) -> None:
    try:
        with st.spinner(t("reminders.sending")):
            report = sender.send_to_units(units) if is_all else sender.send_by_hand(*units)
    except Fault as fault:
        st.warning(fault_words(fault), icon=":material/schedule:")
        return
    lines = [
        (delivery.outcome is Outcome.SENT, delivery.outcome.value, contact_words(message.contact), delivery.error)
        for message, delivery in report.tried
    ]
    lines += [(False, "failed", contact_words(contact), why.name) for contact, why in report.left]
    lines += [(False, "held", "", fault_words(held)) for held in report.held] if is_all else []
    st.session_state["reminded"] = lines
    st.rerun()


def _say_what_was_done() -> None:
    """After the rerun: what became of each message."""
    for is_sent, outcome, to, error in st.session_state.pop("reminded", []):
        show = st.success if is_sent else st.warning
        said = t(f"reminders.outcome.{outcome}")
        show(escaped("：".join(filter(None, (f"{to} {said}", error_words(error))))))
