"""Extensions and exemptions on the page: the form that grants them, and a card for each that was."""

from datetime import date, datetime, timedelta
from typing import Any

import pandas
import streamlit as st

import text
from data.access import Right
from data.catalogue.model import Catalogue
from data.clock import MIDNIGHT
from data.dues.changes import ChangeKind, Until, exempt, extend, revoke
from data.dues.timeliness import dues
from data.reasons import DECISION
from locales.deadlines import until_words
from pages.frame import asking
from pages.frame.escaping import escaped
from pages.frame.faults import is_done
from pages.frame.forms import closing_popover
from pages.frame.viewer import may
from text import t

_REASONS = ("system", "above", "reorganised", "other")


def ask_new(as_of: datetime, month: date | None, unit_code: str | None) -> None:
    """The form with which the office grants an extension or exempts."""
    with st.expander(t("due.grant"), icon=":material/more_time:"):
        if month is None:
            st.caption(t("due.grant.choose_month"))
            return
        open_dues = asking.ask(dues, as_of, month=month, unit_code=unit_code)
        open_dues = open_dues[open_dues["status"] != "exempt"]
        kind = st.segmented_control(
            t("due.grant.kind"),
            list(ChangeKind),
            default=ChangeKind.EXTENSION,
            required=True,
            format_func=lambda kind_code: t(f"due.kind.{kind_code}"),
            key="grant-kind",
        )
        chosen = _choose_dues(open_dues)
        until = _ask_until(chosen if not chosen.empty else open_dues) if kind is ChangeKind.EXTENSION else None
        reason, document_no = _ask_reason()
        if st.button(t("due.grant.button"), type="primary", disabled=chosen.empty, key="grant-button"):
            _grant(chosen, until, reason, document_no, as_of)


def _choose_dues(open_dues: pandas.DataFrame) -> pandas.DataFrame:
    catalogue = asking.catalogue()
    with st.grid(2, min_column_width=240):
        units = st.multiselect(
            t("column.unit"),
            list(dict.fromkeys(open_dues["unit_code"])),
            format_func=lambda code: text.unit_name(catalogue, code),
            placeholder=t("due.grant.choose_units"),
            key="grant-units",
        )
        unit_dues = open_dues[open_dues["unit_code"].isin(units)]
        codes = st.multiselect(
            t("column.template"),
            list(dict.fromkeys(unit_dues["template_code"])),
            format_func=lambda code: f"{code} {text.template_name(catalogue, code)}",
            placeholder=t("due.grant.all_owed"),
            key="grant-templates",
        )
    chosen = unit_dues[unit_dues["template_code"].isin(codes)] if codes else unit_dues
    if not chosen.empty:
        states = chosen["status"].value_counts()
        said = t("list.comma").join(f"{t(f'status.{name}')} {number}" for name, number in states.items())
        st.caption(f"{t('due.grant.count', number=len(chosen))} · {said}")
    return chosen


def _ask_until(chosen: pandas.DataFrame) -> Until:
    today = asking.now().date()
    last = chosen["due_date"].max().date() if not chosen.empty else today
    with st.grid(2, min_column_width=200):
        usual = max(last, today) + timedelta(days=3)
        day = st.date_input(t("due.grant.until"), usual, min_value=last, key="grant-day", format="YYYY-MM-DD")
        hour = st.time_input(t("due.change.hour"), None, help=t("due.change.hour.help"), key="grant-hour")
    if day < today:
        st.warning(t("due.grant.past"), icon=":material/history:")
    return Until(day, hour.hour * 60 + hour.minute if hour and (hour.hour or hour.minute) else MIDNIGHT)


def _ask_reason() -> tuple[str, str]:
    with st.grid(3, min_column_width=180):
        why = st.selectbox(
            t("due.grant.why"), _REASONS, format_func=lambda ground: t(f"due.why.{ground}"), key="grant-why"
        )
        more = st.text_input(t("due.grant.reason"), placeholder=t("due.grant.reason.example"), key="grant-reason")
        document_no = st.text_input(t("due.grant.document"), key="grant-document")
    first = "" if why == "other" else t(f"due.why.{why}")
    return t("list.comma").join(filter(None, (first, more.strip()))), document_no


def _grant(chosen: pandas.DataFrame, until: Until | None, reason: str, document_no: str, as_of: datetime) -> None:
    keys = [(row.unit_code, row.template_code, row.period.date()) for row in chosen.itertuples()]

    def grant() -> None:
        if until:
            extend(asking.store(), keys, until, reason, as_of, document_no)
        else:
            exempt(asking.store(), keys, reason, as_of, document_no)

    if is_done(grant):
        st.success(t("due.granted", number=len(keys)), icon=":material/check_circle:")


def show(catalogue: Catalogue, change: Any) -> None:
    """A change: whose due, from when to when, why, who; and where it holds the button that takes it back."""
    with st.container(border=True):
        unit, name = text.unit_name(catalogue, change.unit_code), text.template_name(catalogue, change.template_code)
        state = "in_force" if change.is_in_force else "ended" if not pandas.isna(change.ended_at) else "replaced"
        colour = {"in_force": "green", "ended": "gray", "replaced": "gray"}[state]
        badge = f":{colour}-badge[{t(f'due.state.{state}')}]"
        st.markdown(f"**{escaped(unit)}** {change.template_code} {escaped(name)} {badge}")
        period = text.period_label(catalogue, change.template_code, change.period)
        st.markdown(f"{period} · {_what(change)}")
        about = [
            t("due.by", by=escaped(change.set_by), at=text.moment(change.set_at, asking.clock())),
            escaped(change.reason),
        ]
        about += [escaped(change.document_no)] if not text.is_blank(change.document_no) else []
        if state == "ended":
            why, at = escaped(change.end_reason), text.moment(change.ended_at, asking.clock())
            about.append(t("due.ended", by=escaped(change.ended_by), at=at, reason=why))
        st.caption(" · ".join(about))
        if state != "ended" and may(Right.MANAGE):
            _ask_revoke(change)


def _what(change: Any) -> str:
    if change.kind == ChangeKind.EXEMPTION:
        return t("due.what.exemption")
    until = until_words(text.language(), change.due_date, int(change.due_minutes))
    return t("due.what.extension", until=until, planned=text.day(change.planned_date, has_year=False))


def _ask_revoke(change: Any) -> None:
    with closing_popover(t("due.revoke"), f"revoke-{change.change_id}") as close:
        reason = st.text_input(t("due.revoke.why", number=DECISION.min_length), key=f"why-{change.change_id}")
        is_sure = st.button(t("due.revoke.yes"), type="primary", key=f"yes-{change.change_id}", on_click=close)
    if is_sure and is_done(lambda: revoke(asking.store(), change.change_id, reason, asking.now())):
        st.rerun()
