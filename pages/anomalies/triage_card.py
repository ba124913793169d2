"""What may be said of a flag on its card, and what was."""

from collections.abc import Sequence
from typing import Any

import pandas
import streamlit as st

import text
from data.access import Right
from data.anomalies.triage import RULE, Flagged, FlagState, FlagStep, answer
from data.reasons import FIGURE
from pages.anomalies.flag_words import column_label
from pages.frame import asking
from pages.frame.escaping import escaped
from pages.frame.faults import is_done
from pages.frame.viewer import may
from text import t

COLOURS = {
    FlagState.OPEN: "orange",
    FlagState.OVERDUE: "red",
    FlagState.TO_CORRECT: "blue",
    FlagState.EXPLAINED: "gray",
    FlagState.CONFIRMED: "green",
    FlagState.REDEFINED: "green",
}


def badge(flag: Any) -> str:
    """The state, and until when an answer is owed."""
    state = FlagState(flag.state)
    day = text.day(flag.answer_by, has_year=state is FlagState.OVERDUE)  # it may be a year ago
    until = "" if pandas.isna(flag.answer_by) else t("triage.by", day=day)
    return f":{COLOURS[state]}-badge[{t(f'triage.state.{state}')}{until}]"


def show(flag: Any, key: str) -> None:
    """What was said; and for whoever may say more the form for it."""
    show_answers(pandas.DataFrame([flag]))
    offer_answer([flag], key)


def show_answers(flags: pandas.DataFrame) -> None:
    """What was said of the flags of a card, each answer once."""
    for words in dict.fromkeys(flags.loc[flags["kind"] != RULE, "answer"].dropna()):
        st.caption(t("triage.said", words=escaped(words)))


def offer_answer(flags: Sequence[Any], key: str) -> None:
    """The form for an answer about the flags of one card, for whoever may give one: about all, or the one meant."""
    offered = {number: steps for number, flag in enumerate(flags) if (steps := _offered(flag))}
    if not offered:
        return
    with st.popover(t("triage.say"), key=f"triage-{key}"):
        meant = _meant(flags, list(offered), key)
        steps = list(dict.fromkeys(step for number in meant for step in offered[number]))
        step = st.radio(
            t("triage.what" if len(meant) == 1 else "triage.what.all"),
            steps,
            index=None,  # nothing is suggested: right and wrong are hers to say
            format_func=lambda step_code: t(f"triage.step.{step_code}"),
            key=f"triage-step-{key}",
        )
        reason = st.text_input(t("triage.reason", number=FIGURE.min_length), max_chars=200, key=f"triage-reason-{key}")
        if step is FlagStep.TO_CORRECT:
            st.caption(t("triage.to_correct.how"))
        if st.button(t("triage.save"), type="primary", key=f"triage-save-{key}"):
            if step is None:
                st.warning(t("triage.choose"), icon=":material/edit:")
            else:
                _save([flags[number] for number in meant if step in offered[number]], step, reason)


def _meant(flags: Sequence[Any], offered: list[int], key: str) -> list[int]:
    """Of several flags those that the answer is about; all unless one is chosen."""
    if len(offered) == 1:
        return offered
    chosen = st.selectbox(
        t("triage.about"),
        [None, *offered],
        format_func=lambda number: (
            t("triage.about.all", number=len(offered)) if number is None else _name(flags[number])
        ),
        key=f"triage-about-{key}",
    )
    return offered if chosen is None else [chosen]


def _name(flag: Any) -> str:
    """L9 成交金额 1,234."""
    column = column_label(asking.catalogue(), flag.template_code, flag.column_name or "")
    cell = "" if text.is_blank(flag.cell) else f"{flag.cell} "
    return f"{cell}{column} {text.number(flag.value)}"


def _offered(flag: Any) -> list[FlagStep]:
    if flag.kind == RULE:  # explained when it was sent; there is nothing left to say
        return []
    is_office, is_form = may(Right.DECIDE), text.is_blank(flag.column_name)
    if FlagState(flag.state) in (FlagState.CONFIRMED, FlagState.REDEFINED):
        return [FlagStep.REOPENED] if is_office else []
    for_unit = [FlagStep.CONFIRMED, FlagStep.TO_CORRECT] if may(Right.REPORT, flag.unit_code) else []
    return for_unit + ([FlagStep.REDEFINED] if is_office and not is_form else [])


def _save(flags: Sequence[Any], step: FlagStep, reason: str) -> None:
    def save() -> None:
        for flag in flags:
            answer(asking.store(), _about(flag), step, reason, asking.now())

    if is_done(save):
        st.rerun()


def _about(flag: Any) -> Flagged:
    value = None if pandas.isna(flag.value) else float(flag.value)
    column = None if text.is_blank(flag.column_name) else flag.column_name
    period = flag.period.date()
    return Flagged(flag.unit_code, flag.template_code, period, flag.row_key or "", column, value, flag.kind)
