"""报表原样: one submission as the form that its section filled in, with a cell lit and all that is known of it."""

from collections.abc import Sequence

import pandas
import streamlit as st

import text
from data.access import Role
from data.anomalies.flags import COLUMNS, anomalies
from data.periods import closing_month
from data.submissions.cell import naming, places_named
from data.submissions.form import delivered
from data.submissions.received import issues
from loaders import messages
from loaders.intake.kept import kept_issues, kept_receipt
from loaders.issues import Issue
from pages.frame import asking, choices
from pages.frame.escaping import escaped
from pages.frame.viewer import viewer
from pages.hand_in.issue_list import show_issues
from pages.hand_in.statement import show_statement
from pages.receipts import history
from pages.receipts.form_cell import Looked, show_cell, show_flag
from pages.receipts.form_sheet import OpenForm, show_sheet
from pages.receipts.original import offer_original
from pages.receipts.review_card import show_state
from text import t

as_of = asking.as_of()
catalogue, clock = asking.catalogue(), asking.clock()
of = delivered(asking.store(), as_of, st.query_params.get("submission", ""))
if of is None:  # not there, or not hers: nobody is told which
    st.title(t("page.form"), anchor=False)
    st.info(t("form.none"), icon=":material/search_off:")
    choices.link("pages/receipts/receipts.py", t("form.to_receipts"))
    st.stop()

template = {item.template_code: item for item in catalogue.templates}.get(of.template_code)
is_known = template is not None and of.unit_code is not None and of.period is not None
is_hidden = of.is_under_review and viewer().role is Role.LEADER


def show_heading() -> None:
    """What it is, whose, of when; whether it counts."""
    st.title(
        escaped(text.template_name(catalogue, of.template_code)) if of.template_code else t("page.form"), anchor=False
    )
    about = t("form.unrecognised")
    if is_known:
        words = {"unit": text.unit_name(catalogue, of.unit_code), "version": of.version}
        words["period"] = text.period_label(catalogue, of.template_code, of.period)
        about = t("form.about" if of.is_accepted else f"form.about.{of.outcome}", **words)
    badges = f":gray-badge[{t(f'kind.{of.kind}')}]"
    if of.is_current:
        badges = f":green-badge[:material/check: {t('versions.is_current')}] {badges}"
    st.markdown(f"**{escaped(about)}** {badges}")
    received = {"received": text.moment(of.received_at, clock), "entered": history.entered_later(of)}
    by = text.DASH if text.is_blank(of.reported_by) else of.reported_by
    st.caption(escaped(t("form.received", by=by, receipt=of.receipt_no, file=of.file_name, **received)))
    show_state(of.submission_id, as_of)
    if of.is_accepted and not of.is_current and not of.is_under_review:
        st.info(t("form.superseded"), icon=":material/history:")


def show_receipt() -> None:
    """Whether it was in time, the original, and the way to the other versions."""
    with st.container(border=True):
        st.markdown(f"**{t('form.receipt')}**")
        if of.is_accepted and (kept := kept_receipt(asking.store(), of.receipt_no, as_of)):
            due = text.last_moment(kept.deadline, clock) if kept.deadline else text.DASH
            st.caption(t("receipts.standing", deadline=due, status=messages.status_words(kept, text.language())))
        with st.container(horizontal=True):
            offer_original(of)
            if is_known and of.unit_code in asking.obliged_units():
                history.open_versions(of.unit_code, of.template_code, of.period, t("versions.open"), "to-versions")


def flags_of_form() -> pandas.DataFrame:
    """The flags of this submission; none of one that does not count."""
    if not (is_known and of.is_current):
        return pandas.DataFrame(columns=[*COLUMNS, "state"])
    month = closing_month(of.period, template.cycle)
    flags = asking.ask_daily(anomalies, as_of, month=month, unit_code=of.unit_code)
    return flags[flags["submission_id"] == of.submission_id]


def show_figures(listed: Sequence[Issue]) -> None:
    """The form, and beside it the cell that is looked at."""
    query = [st.query_params.get(name, "") for name in ("sheet", "cell", "row")]
    opened, flags = OpenForm(of, template, *query), flags_of_form()
    of_form = flags[flags["cell"].isna()]
    if not of_form.empty:
        with st.container(border=True):
            st.markdown(f"**{t('form.flags.form')}**")
            for number, flag in enumerate(of_form.itertuples()):
                show_flag(flag, f"whole-{number}")
    left, right = st.columns([5, 3], gap="medium")
    with left:
        show_sheet(opened, flags, listed)
    with right, st.container(border=True):
        if opened.looked is None:
            st.markdown(t("form.pick"))
        else:
            show_looked(opened.looked, flags, listed)


def show_looked(looked: Looked, flags: pandas.DataFrame, listed: Sequence[Issue]) -> None:
    """What is known of one cell."""
    cell = looked.cell
    at = (cell.row_no, cell.column_name)
    named = [(issue, places_named(looked.sheet, issue.cell, issue.details)) for issue in listed]
    named = [(issue, places) for issue, places in named if issue.sheet == cell.sheet]
    of_cell = [issue for issue, places in named if at in places]
    of_row = [issue for issue, places in named if any(row_no == cell.row_no for row_no, _ in places)]
    show_cell(looked, as_of, flags[naming(flags, looked.sheet, cell)], of_cell, of_row)


show_heading()
if is_hidden:
    st.info(t("form.hidden"), icon=":material/rate_review:")
    st.stop()
listed = kept_issues(asking.ask(issues, as_of, submission_id=of.submission_id))
if of.has_figures:
    show_figures(listed)
elif of.is_accepted:
    st.info(t("form.statement"), icon=":material/article:")
    show_statement(of.submission_id, as_of)
else:
    st.warning(t(f"form.{of.outcome}"), icon=":material/assignment_return:")
if listed:
    with st.expander(t("form.issues.all", number=len(listed)), expanded=not of.is_accepted):
        show_issues(listed, template)
show_receipt()
