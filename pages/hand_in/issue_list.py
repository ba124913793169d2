"""An issue list that a clerk can work through: where, what was found, what was expected; safe for any cell text."""

import pandas
import streamlit as st

import text
from data.catalogue.model import Severity, Template
from loaders import messages
from loaders.issues import Issue
from loaders.repeated import MOST_TOLD, grouped, others
from pages.frame.display import show_table
from pages.frame.escaping import escaped

_SHOWN = 12  # so many are spelled out; the rest stand in a table
_COLOURS = {Severity.ERROR: "red", Severity.CHECK: "orange", Severity.NOTE: "blue"}


def show_issue(issue: Issue, template: Template | None, others: str = "") -> None:
    """One issue: its cell and column as a heading, the sentence beneath, and the explanation that was given. others:
    where else the same is wrong.
    """
    language = text.language()
    said = escaped(messages.message(issue, template, language))
    if others:
        said += f"  \n{escaped(others)}"
    if issue.explanation:
        said += f"  \n:material/chat: {escaped(text.t('issues.explained', words=issue.explanation))}"
    label = ""
    if template and issue.column_name:
        label = messages.issue_object(issue, template, language)["column_label"] or ""
    where = escaped(" · ".join(part for part in (issue.cell or "", label) if part))
    badge = f":{_COLOURS[issue.severity]}-badge[{text.t(f'severity.{issue.severity.value}')}]"
    st.markdown(f"{badge} **{where}**  \n{said}" if where else f"{badge} {said}")


def show_issues(issues: list[Issue], template: Template | None) -> None:
    """The first issues spelled out, the same mistake in many cells once; all of them as a table when there are more."""
    groups = grouped(issues)
    for group in groups[:_SHOWN]:
        show_issue(group[0], template, others(group, template, text.language()))
    if len(groups) > _SHOWN or any(len(group) > MOST_TOLD for group in groups):
        st.caption(text.t("issues.more", shown=sum(map(len, groups[:_SHOWN])), total=len(issues)))
        show_issue_table(issues, template)


def show_issue_table(issues: list[Issue], template: Template | None) -> None:
    """Every issue as a row; the table can be searched and taken along as CSV."""
    language = text.language()
    objects = [messages.issue_object(issue, template, language) for issue in issues]
    table = pandas.DataFrame(
        {
            text.t("issues.severity"): [text.t(f"severity.{o['severity']}") for o in objects],
            text.t("issues.cell"): [o["cell"] or text.DASH for o in objects],
            text.t("issues.column"): [o["column_label"] or text.DASH for o in objects],
            text.t("issues.message"): [o["message"] for o in objects],
            text.t("issues.explanation"): [o["explanation"] or "" for o in objects],
        }
    )
    show_table(table, width="stretch")
