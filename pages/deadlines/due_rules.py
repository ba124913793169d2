"""Due policies in words, the deadlines that come of them, and the form that changes them from a month on."""

from datetime import date, datetime, time

import streamlit as st

import text
from data.catalogue.deadlines import deadline, deadline_of
from data.catalogue.files import CatalogueError
from data.catalogue.model import Catalogue, DuePolicy, RestDays, Template
from data.catalogue.workdays import Workdays
from data.clock import MIDNIGHT
from data.dues.policy import set_policy
from data.dues.timeliness import dues
from data.periods import Cycle, add_months, label, period_of
from locales import deadlines
from pages.frame import asking
from text import t

_AHEAD = 3  # deadlines shown of each template


def policy_words(policy: DuePolicy) -> str:
    """次月 22 日 17:30 前；遇休息日提前到上一个工作日；到期 10 天后不再接收."""
    return deadlines.policy_words(text.language(), policy)


def show(catalogue: Catalogue, as_of: datetime) -> None:
    """A card for the templates that go by the same rules: the rules, the next deadlines, which templates."""
    alike: dict[tuple, list[Template]] = {}
    for template in catalogue.templates:
        later = tuple(
            change for change in template.due_changes if change.valid_from and change.valid_from > _month_of(as_of)
        )
        alike.setdefault((template.cycle, template.policy(_month_of(as_of)), later), []).append(template)
    for (cycle, policy, later), templates in alike.items():
        with st.container(border=True):
            st.markdown(f"**{t(f'due.cycle.{cycle}')}{policy_words(policy)}**")
            for change in later:
                st.markdown(
                    f":material/update: {t('due.since', month=label(change.valid_from), policy=policy_words(change))}"
                )
            st.markdown("\n".join(f"- {line}" for line in _next(catalogue, templates[0], as_of)))
            names = [f"{template.template_code} {text.pick_words(template.template_name)}" for template in templates]
            st.caption(f"{t('due.holds_for', number=len(names))}{t('list.comma').join(names)}")


def _month_of(as_of: datetime) -> date:
    """The round that opened last: what is collected now."""
    return add_months(as_of.date(), -1)


def _next(catalogue: Catalogue, template: Template, as_of: datetime) -> list[str]:
    period = period_of(add_months(as_of.date(), -12), template.cycle)
    lines: list[str] = []
    while len(lines) < _AHEAD:
        end = deadline_of(catalogue, template, period)
        if end.at > as_of:
            lines.append(t("due.next", period=label(period, template.cycle), deadline=text.planned(end)))
        period = add_months(period, template.cycle.months)
    return lines


def warn_of_missing_years(as_of: datetime) -> None:
    """Says which years of the deadlines that come next have no holidays in the calendar."""
    years = {as_of.year, add_months(as_of.date(), 2).year}
    missing = sorted(years - Workdays(asking.catalogue().calendar).years)
    if missing:
        st.warning(t("due.year_missing", years=t("list.comma").join(map(str, missing))), icon=":material/event_busy:")


def warn_where_guessed(as_of: datetime, month: date | None, unit_code: str | None) -> None:
    """A banner where deadlines on the page were moved, or not, by a year whose holidays were not known."""
    opened = asking.ask(dues, as_of, month=month, unit_code=unit_code)
    guessed = opened[~opened["is_calendar_known"].astype(bool)]
    if not guessed.empty:
        years = sorted({day.year for day in guessed["nominal_date"]})
        st.warning(t("due.year_missing", years=t("list.comma").join(map(str, years))), icon=":material/event_busy:")


def ask_change(as_of: datetime) -> None:
    """The form with which the office changes policies, and what it would give."""
    catalogue = asking.catalogue()
    with st.expander(t("due.change"), icon=":material/edit_calendar:"):
        names = asking.template_names()
        with st.grid(3, min_column_width=200):
            codes = st.multiselect(
                t("due.change.templates"),
                list(names),
                format_func=lambda code: f"{code} {names[code]}",
                placeholder=t("choice.all_templates"),
                key="due-templates",
            )
            months = [add_months(as_of.date(), number) for number in range(13)]
            since = st.selectbox(t("due.change.since"), months, format_func=text.month_name, key="due-since")
            now = catalogue.template(codes[0] if codes else next(iter(names))).policy(since)
            policy = _ask_policy(now)
        _show_preview(catalogue, policy, since)
        if st.button(t("due.change.button"), type="primary", key="due-button"):
            _save(codes or None, since, policy, as_of)


def _ask_policy(now: DuePolicy) -> DuePolicy:
    day = st.number_input(t("due.change.day"), 1, 31, now.day, key="due-day")
    offset = st.number_input(t("due.change.offset"), 0, 12, now.month_offset, key="due-offset")
    hour = st.time_input(
        t("due.change.hour"),
        None if now.minutes == MIDNIGHT else time(now.minutes // 60, now.minutes % 60),
        help=t("due.change.hour.help"),
        key="due-hour",
    )
    kinds = list(RestDays)
    rest = st.selectbox(
        t("due.change.rest"),
        kinds,
        index=kinds.index(now.rest_days),
        format_func=lambda rest_code: t(f"due.rest.{rest_code}", number="n"),
        key="due-rest",
    )
    number = now.workdays
    if rest is RestDays.NTH_WORKDAY:
        number = st.number_input(t("due.change.workdays"), 1, 20, now.workdays, key="due-workdays")
    lock = st.number_input(t("due.change.lock"), 0, 366, now.lock_days, help=t("due.change.lock.help"), key="due-lock")
    minutes = hour.hour * 60 + hour.minute if hour and (hour.hour or hour.minute) else MIDNIGHT
    return DuePolicy(day, offset, minutes, rest, number, lock)


def _show_preview(catalogue: Catalogue, policy: DuePolicy, since: date) -> None:
    workdays, lines = Workdays(catalogue.calendar), []
    for number in range(_AHEAD):
        period = add_months(since, number)
        end = deadline(policy, period, Cycle.MONTH, catalogue.clock, workdays)
        lines.append(t("due.next", period=label(period), deadline=text.planned(end)))
    st.caption("  \n".join([t("due.preview", policy=policy_words(policy)), *lines]))


def _save(codes: list[str] | None, since: date, policy: DuePolicy, as_of: datetime) -> None:
    try:
        changed = set_policy(asking.store(), codes, since, lambda _: policy, as_of)
    except (CatalogueError, ValueError) as error:
        st.warning(str(error), icon=":material/edit:")
        return
    if changed:
        st.success(t("due.changed", number=len(changed), month=text.month_name(since)), icon=":material/check_circle:")
    else:
        st.info(t("due.unchanged"))
