"""One return on the list of what is to do: by when, what came back and why, and the four ways to be done with it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas
import streamlit as st

import text
from data.clock import Clock
from data.submissions.received import issues
from loaders.blank.offers import offer
from loaders.intake.kept import kept_issues
from pages.frame import asking, ways
from pages.frame.escaping import escaped
from pages.frame.sitemap import UPLOAD
from pages.frame.waiting_band import waiting_files
from pages.frame.words import last_moment_words, left_words, status_and_kind
from pages.hand_in import declaration
from pages.hand_in.issue_list import show_issues
from text import t

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SOON = 3  # days of the calendar in which a return that is still to come is marked


@dataclass(frozen=True)
class Cards:
    """The cards of one unit's returns. unit: its name; by: who states something here."""

    unit: str
    by: str
    clock: Clock
    now: datetime

    def show(self, due: Any) -> None:
        """due: a row of data.tasks.tasks.tasks."""
        with st.container(border=True, gap="small"):
            self._head(due)
            self._came_back(due)
            if due.is_locked:
                st.caption(t("tasks.locked"))
                return
            self._ways(due)

    def _head(self, due: Any) -> None:
        catalogue = asking.catalogue()
        name = escaped(text.template_name(catalogue, due.template_code))
        period = text.period_label(catalogue, due.template_code, due.period)
        st.markdown(f"**{due.template_code} {name}** · {period} {self._badge(due)}")
        moved = text.deadline_note(due)
        line = t("tasks.until", deadline=last_moment_words(due), left=left_words(due, self.now))
        st.markdown(f":small[{line}{t('tasks.moved', note=moved) if moved else ''}]")
        key = (due.unit_code, due.template_code, due.period.date())
        if any(key in file.about for file in waiting_files()):
            st.warning(t("tasks.waiting"), icon=":material/outgoing_mail:")

    def _badge(self, due: Any) -> str:
        colour = {"missing": "red", "late": "orange", "on_time": "green"}.get(due.status, "blue")
        if due.status == "pending" and due.days_left <= SOON:
            colour = "orange"
        return f":{colour}-badge[{status_and_kind(due)}]"

    def _came_back(self, due: Any) -> None:
        """What was not taken, when and why."""
        if not text.is_blank(due.review):
            at, by = text.moment(due.review_at, self.clock), escaped(due.review_by or text.DASH)
            said = t(f"tasks.review.{due.review}", at=at, by=by, reason=escaped(due.review_reason or text.DASH))
            st.warning(said, icon=":material/assignment_return:")
        if pandas.isna(due.faulty_at):
            return
        at = text.moment(due.faulty_at, self.clock)
        key = f"tasks.faulty.{due.faulty_outcome}" if due.faulty_errors else "tasks.faulty.unexplained"
        st.warning(t(key, at=at, receipt=due.faulty_no, number=int(due.faulty_errors)), icon=":material/edit:")
        with st.expander(t("tasks.faulty.why"), key=f"why-{due.faulty_id}", on_change="rerun") as why:
            if why.open:
                listed = kept_issues(asking.ask(issues, self.now, submission_id=due.faulty_id))
                show_issues(listed, asking.catalogue().template(due.template_code))
                ways.to_form(due.faulty_id).link(t("tasks.faulty.file"))

    def _ways(self, due: Any) -> None:
        """领表, 报送, 零报告, 已通过平台报送; each with a key of its own."""
        key = declaration.key_of(due)
        with st.container(horizontal=True, gap="small"):
            if st.button(t("page.upload"), key=f"send-{key}", type="primary", icon=":material/upload_file:"):
                st.switch_page(str(asking.PAGES / f"{UPLOAD.path}.py"))
            self._blank(due, key)
            if due.is_owed and due.zero_report_allowed:
                with st.popover(t("tasks.zero"), key=f"zero-way-{key}", icon=":material/exposure_zero:"):
                    declaration.ask_zero(due, self.unit, self.by)
            if due.is_owed and (platform := declaration.platform_of(due)):
                with st.popover(t("tasks.platform"), key=f"platform-way-{key}", icon=":material/cloud_done:"):
                    declaration.ask_platform(due, self.unit, platform, self.by)

    def _blank(self, due: Any, key: str) -> None:
        catalogue = asking.catalogue()
        template = catalogue.template(due.template_code)
        until = {(due.unit_code, due.template_code, due.period.date()): (due.due_date.date(), int(due.due_minutes))}
        blank = offer(catalogue, due.unit_code, template, due.period.date(), until)
        st.download_button(
            t("tasks.blank"),
            data=blank.make,
            file_name=blank.file_name,
            mime=XLSX,
            key=f"blank-{key}",
            icon=":material/description:",
            on_click="ignore",
        )
