"""报送记录: every file that came in, what became of it, its issues and explanations, and the original."""

import json

import pandas
import streamlit as st

import text
from data.catalogue import Severity
from data.queries.submissions import issues, original, submissions
from loaders.issues import Issue
from pages.shared import answers
from pages.shared.issue_list import escaped, show_issues

as_of = answers.now()
catalogue = answers.catalogue()
zone = catalogue.bureau.timezone

st.title(text.t("receipts.title"))
left, right = st.columns(2)
with left:
    unit = answers.choose_unit()
with right:
    template = answers.choose_template()
found = answers.ask(submissions, as_of, unit_code=unit, template_code=template, limit=500)
if found.empty:
    st.info(text.t("receipts.none"), icon=":material/inbox:")
    st.stop()

st.caption(text.t("receipts.how", number=len(found)))


def period(row: pandas.Series) -> str:
    """The period as written, a dash where the file was not recognised."""
    return (
        text.DASH if pandas.isna(row["period"]) else text.period_label(catalogue, row["template_code"], row["period"])
    )


table = pandas.DataFrame(
    {
        text.t("receipts.received"): [text.moment(when, zone) for when in found["received_at"]],
        text.t("receipts.unit"): [
            text.DASH if pandas.isna(code) else text.unit_name(catalogue, code) for code in found["unit_code"]
        ],
        text.t("receipts.template"): [text.DASH if pandas.isna(code) else code for code in found["template_code"]],
        text.t("receipts.period"): [period(row) for _, row in found.iterrows()],
        text.t("receipts.outcome"): [text.t(f"receipts.{outcome}") for outcome in found["outcome"]],
        text.t("receipts.version"): [str(version) if version else text.DASH for version in found["version"]],
        text.t("receipts.issues"): found["errors"] + found["checks"] + found["notes"],
        text.t("receipts.number"): found["receipt_no"],
        text.t("receipts.by"): found["reported_by"],
        text.t("receipts.file"): found["file_name"],
    }
)
chosen = st.dataframe(table, hide_index=True, width="stretch", on_select="rerun", selection_mode="single-row")
if not chosen.selection.rows:
    st.stop()

row = found.iloc[chosen.selection.rows[0]]
known = {one.template_code: one for one in catalogue.templates}
with st.container(border=True):
    st.markdown(f"**{escaped(row['receipt_no'])}** · {escaped(row['file_name'])}")
    kept = issues(answers.store(), as_of, submission_id=row["submission_id"])
    listed = [
        Issue(
            Severity(i.severity),
            i.code,
            i.sheet,
            i.cell,
            i.column_name,
            i.row_key,
            json.loads(i.details),
            i.explanation,
        )
        for i in kept.replace({float("nan"): None}).itertuples()
    ]
    if listed:
        show_issues(listed, known.get(row["template_code"]))
    else:
        st.markdown(text.t("receipts.no_issue"))
    for issue in listed:
        if issue.explanation:
            st.caption(f"{issue.cell}: {escaped(issue.explanation)}")
    st.download_button(
        text.t("receipts.original"),
        data=lambda: original(answers.store(), row["sha256"]),
        file_name=row["file_name"],
        on_click="ignore",
    )
