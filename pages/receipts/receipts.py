"""报送记录: every file that came in, what became of it, its issues and explanations, and the original."""

from dataclasses import replace

import pandas
import streamlit as st

import text
from data.submissions.received import issues, original
from data.submissions.search import Sought, words_sought
from loaders import messages
from loaders.intake.ingest import Receipt
from loaders.intake.kept import kept_issues, kept_receipt
from pages.frame import asking, choices, folding, ways
from pages.frame.display import show_table
from pages.frame.escaping import escaped
from pages.frame.viewer import viewer
from pages.hand_in.issue_list import show_issues
from pages.hand_in.returned import offer_marked_workbook
from pages.hand_in.statement import show_statement
from pages.receipts import history, receipt_choices
from pages.receipts.listed import list_of_receipts, period_of, unit_of
from pages.receipts.original import offer_original
from pages.receipts.review_card import is_hidden, show_state
from text import t

as_of = asking.as_of()
catalogue = asking.catalogue()
clock = asking.clock()
templates = {known_template.template_code: known_template for known_template in catalogue.templates}

st.title(t("receipts.title"), anchor=False)
with folding.filters(4, min_column_width=180):
    unit = choices.choose_unit()
    template = choices.choose_template()
    month = receipt_choices.choose_any_month(as_of)
    typed = receipt_choices.search_words()
sought = Sought(unit, template, month, words=words_sought(catalogue, typed))
outcomes = receipt_choices.outcome_numbers(as_of, sought)
if not outcomes:
    is_all = sought == Sought(viewer().unit_code)
    st.info(t("receipts.none") if is_all else t("receipts.none_sought"), icon=":material/inbox:")
    st.stop()
outcome = st.pills(
    t("receipts.outcome"),
    list(outcomes),
    format_func=lambda name: f"{t(f'receipts.{name}')} {outcomes[name]}",
    key="outcome",
    label_visibility="collapsed",
)
sought = replace(sought, outcome=outcome if outcome in outcomes else None)
received = receipt_choices.newest(as_of, sought)
number = outcomes.get(outcome, sum(outcomes.values()))
st.caption(t("receipts.how" if number <= len(received) else "receipts.newest", number=number, shown=len(received)))
rows = list(received.itertuples())
table = asking.worked_out(list_of_receipts, as_of, sought=sought)
chosen = show_table(table, on_select="rerun", selection_mode="single-row", key="receipts")
if not chosen.selection.rows or chosen.selection.rows[0] >= len(rows):
    st.stop()

row = rows[chosen.selection.rows[0]]
is_known = row.template_code in templates and row.unit_code in asking.obliged_units() and not pandas.isna(row.period)
with st.container(border=True):
    colour = "green" if row.outcome == "accepted" else "orange"
    state = (
        f"{t(f'receipts.{row.outcome}')} {t('versions.version', version=row.version) if row.version else ''}".strip()
    )
    st.markdown(f"**{escaped(row.file_name)}** :{colour}-badge[{state}] :gray-badge[{t(f'kind.{row.kind}')}]")
    about = t("receipts.unrecognised")
    if is_known:
        name = text.template_name(catalogue, row.template_code)
        about = t("receipts.about", unit=unit_of(row), template=name, period=period_of(row))
    by = text.DASH if text.is_blank(row.reported_by) else row.reported_by
    when = {"received": text.moment(row.received_at, clock), "entered": history.entered_later(row)}
    who = t("receipts.received_by", by=by, **when)
    st.caption(escaped(f"{about} · {who} · {t('receipts.number')} {row.receipt_no}"))
    if row.outcome == "accepted" and (kept := kept_receipt(asking.store(), row.receipt_no, as_of)):
        due = text.last_moment(kept.deadline, asking.clock()) if kept.deadline else text.DASH
        st.caption(t("receipts.standing", deadline=due, status=messages.status_words(kept, text.language())))
    show_state(row.submission_id, as_of)
    with st.container(horizontal=True):
        if is_hidden(row.submission_id, as_of):
            st.caption(t("review.hidden"))
            st.stop()
        offer_original(row)
        ways.to_form(row.submission_id).link(t("way.to_form"))
        if is_known:
            history.open_versions(row.unit_code, row.template_code, row.period, t("versions.open"), "to-versions")
    show_statement(row.submission_id, as_of)
    listed = kept_issues(asking.ask(issues, as_of, submission_id=row.submission_id))
    if listed and row.outcome != "accepted" and is_known:
        receipt = Receipt(
            row.file_name,
            row.sha256,
            row.outcome,
            row.received_at,
            template=templates[row.template_code],
            issues=listed,
        )
        offer_marked_workbook(original(asking.store(), row.sha256), row.file_name, [receipt], row.submission_id)
    if listed:
        show_issues(listed, templates.get(row.template_code))
    else:
        st.markdown(t("receipts.no_issue"))
