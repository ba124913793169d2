"""Whether reminders are on, at which steps, and their texts."""

import json
from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from data.fault import Fault
from data.reminders.contacts import Channel, Contact
from pages.frame import acts, asking
from pages.frame.faults import fault_words, show_fault
from reminding.outside import Outside, outside
from reminding.policy import Policy, read_days, set_policy
from reminding.texts import PLACEHOLDERS, reference_texts, set_texts, texts_in_force
from text import language, t


def surroundings() -> Outside:
    """Mail server and own address; a setting that cannot be used is told to the office, whose administrator sets it."""
    try:
        return outside()
    except Fault as fault:
        st.warning(t("reminders.outside", fault=fault_words(fault)), icon=":material/mail:")
        return Outside()


def missing_server(reached: Sequence[Contact]) -> list[str]:
    """That mails cannot go, where there is anybody to mail."""
    has_mail = any(contact.channel is Channel.EMAIL for contact in reached)
    return [fault_words(Fault("reminder.no_mail_server"))] if has_mail and surroundings().server is None else []


def show_state(policy: Policy) -> None:
    """On or off in one sentence, and the switch."""
    with st.container(border=True):
        badge = ":green-badge" if policy.is_on else ":gray-badge"
        state = t("reminders.on" if policy.is_on else "reminders.off")
        st.markdown(f"{badge}[{state}] {steps_sentence(policy)}")
        if asking.is_demonstration():
            st.caption(t("reminders.made_up"))
        label = t("reminders.switch_off" if policy.is_on else "reminders.switch_on")
        if st.button(label, type="secondary" if policy.is_on else "primary", key="switch"):
            _keep(replace(policy, is_on=not policy.is_on))


def steps_sentence(policy: Policy) -> str:
    """每天 9 点起，在截止前 3、1 天，截止当天，截止后 1、3 天，提醒还没报的单位。"""
    comma = t("list.comma")
    steps = [t("reminders.days_before", days=comma.join(map(str, policy.days_before)))] if policy.days_before else []
    steps += [t("reminders.step.on_day")] if policy.on_day else []
    after = comma.join(map(str, policy.days_after))
    steps += [t("reminders.days_after", days=after)] if policy.days_after else []
    if not steps:
        return t("reminders.no_steps")
    return t("reminders.steps", hour=policy.hour, steps=t("reminders.and").join(steps))


def show_form(policy: Policy) -> None:
    """The steps, to be changed."""
    st.subheader(t("reminders.when"), anchor=False)
    with st.form("reminder-steps"):
        with st.grid(3, min_column_width=180):
            hint = t("reminders.days.help")
            before = st.text_input(t("reminders.form.before"), ", ".join(map(str, policy.days_before)), help=hint)
            after = st.text_input(t("reminders.form.after"), ", ".join(map(str, policy.days_after)), help=hint)
            hour = st.number_input(t("reminders.form.hour"), 0, 23, policy.hour, help=t("reminders.hour.help"))
        on_day = st.checkbox(t("reminders.form.on_day"), policy.on_day)
        is_sent = st.form_submit_button(t("reminders.save"), type="primary")
    if is_sent:
        try:
            days = {"days_before": read_days(before), "days_after": read_days(after)}
        except Fault as fault:
            show_fault(fault)
            return
        _keep(replace(policy, hour=int(hour), on_day=on_day, **days))


def show_texts() -> None:
    """The texts by kind, in the reader's language, to be changed or taken back."""
    st.subheader(t("reminders.texts"), anchor=False)
    st.caption(t("reminders.texts.how", placeholders=" ".join(f"`{{{name}}}`" for name in PLACEHOLDERS)))
    texts, locale = texts_in_force(asking.store()), language()
    for kind, by_language in texts.items():
        with st.expander(t(f"reminders.text.{kind}")), st.form(f"text-{kind}-{locale}"):
            subject = st.text_input(t("reminders.subject"), by_language[locale]["subject"], key=f"s-{kind}-{locale}")
            body = st.text_area(t("reminders.body"), by_language[locale]["body"], height=260, key=f"b-{kind}-{locale}")
            if st.form_submit_button(t("reminders.save")):
                changed = json.loads(json.dumps(texts))
                changed[kind][locale] = {"subject": subject, "body": body}
                _keep_texts(changed)
    if texts != reference_texts() and st.button(t("reminders.texts.back")):
        _keep_texts({})


def _keep(policy: Policy) -> None:
    acts.attempt(lambda: set_policy(asking.store(), policy), "reminders.saved")


def _keep_texts(new_texts: dict) -> None:
    reference = reference_texts()
    changed = {kind: texts for kind, texts in new_texts.items() if texts != reference[kind]}
    acts.attempt(lambda: set_texts(asking.store(), changed), "reminders.saved")
