"""What may be said of a flag on its card, and what was."""

from typing import Any

import pandas
import streamlit as st

import text
from data.access import Right
from data.anomalies.triage import RULE, Flagged, FlagState, FlagStep, answer
from data.reasons import FIGURE
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
    until = "" if pandas.isna(flag.answer_by) else f" {t('triage.by', day=text.day(flag.answer_by, has_year=False))}"
    return f":{COLOURS[state]}-badge[{t(f'triage.state.{state}')}{until}]"


def show(flag: Any, key: str) -> None:
    """What was said; and for whoever may say more the form for it."""
    if not text.is_blank(flag.answer) and flag.kind != RULE:
        st.caption(t("triage.said", words=escaped(flag.answer)))
    offered = _offered(flag)
    if not offered:
        return
    with st.popover(t("triage.say"), key=f"triage-{key}"):
        step = st.radio(
            t("triage.what"),
            offered,
            index=None,  # nothing is suggested: right and wrong are hers to say
            format_func=lambda step_code: t(f"triage.step.{step_code}"),
            key=f"triage-step-{key}",
        )
        reason = st.text_input(t("triage.reason", number=FIGURE.min_length), max_chars=200, key=f"triage-reason-{key}")
        if step is FlagStep.TO_CORRECT:
            st.caption(t("triage.to_correct.how"))
        if st.button(t("triage.save"), type="primary", disabled=step is None, key=f"triage-save-{key}"):
            _save(flag, step, reason)


def _offered(flag: Any) -> list[FlagStep]:
    if flag.kind == RULE:  # explained when it was sent; there is nothing left to say
        return []
    is_office, is_form = may(Right.DECIDE), text.is_blank(flag.column_name)
    if FlagState(flag.state) in (FlagState.CONFIRMED, FlagState.REDEFINED):
        return [FlagStep.REOPENED] if is_office else []
    for_unit = [FlagStep.CONFIRMED, FlagStep.TO_CORRECT] if may(Right.REPORT, flag.unit_code) else []
    return for_unit + ([FlagStep.REDEFINED] if is_office and not is_form else [])


def _save(flag: Any, step: FlagStep, reason: str) -> None:
    value = None if pandas.isna(flag.value) else float(flag.value)
    column = None if text.is_blank(flag.column_name) else flag.column_name
    about = Flagged(
        flag.unit_code, flag.template_code, flag.period.date(), flag.row_key or "", column, value, flag.kind
    )
    if is_done(lambda: answer(asking.store(), about, step, reason, asking.now())):
        st.rerun()
