"""The versions of one report on screen: choosing it, which one counts, and a card for each."""

from datetime import date, datetime
from itertools import pairwise
from typing import Any

import pandas
import streamlit as st

import text
from data.periods import label
from data.submissions.received import backdated
from data.submissions.versions import TALLY, corrections, periods_received
from loaders.intake.kept import kept_issues
from pages.frame import asking, choices, ways
from pages.frame.escaping import escaped
from pages.frame.words import STATEMENTS, numbers_of
from pages.hand_in.issue_list import show_issues
from pages.hand_in.statement import show_statement
from pages.receipts.comparison import tally_words
from pages.receipts.review_card import show_state
from text import t

LATEST = 10  # corrections offered where no report is chosen yet
RETURNS = 2  # cards of returned files; the earlier ones lie folded beneath, accepted versions never do


def choose_template(unit_code: str | None) -> str | None:
    """One of the templates that the unit owes (None: of all); None until one is chosen."""
    catalogue = asking.catalogue()
    owed = {
        obligation.template_code for obligation in catalogue.obligations if unit_code in (None, obligation.unit_code)
    }
    names = {code: f"{code} {name}" for code, name in asking.template_names().items() if code in owed}
    return choices.choose(
        "template", list(names), names.__getitem__, t("choice.template"), t("versions.choose_template")
    )


def choose_unit() -> str | None:
    """None until one is chosen."""
    catalogue = asking.catalogue()
    return choices.choose(
        "unit",
        asking.obliged_units(),
        lambda code: text.unit_name(catalogue, code),
        t("choice.unit"),
        t("versions.choose_unit"),
    )


def choose_period(as_of: datetime, unit_code: str, template_code: str) -> date | None:
    """One of the periods of which something was received, the newest at first; None where nothing ever was."""
    received = asking.ask(periods_received, as_of, unit_code=unit_code, template_code=template_code)["period"]
    cycle = asking.catalogue().template(template_code).cycle
    periods = {label(period.date(), cycle): period.date() for period in received}
    if not periods:
        return None
    return periods[choices.choose("period", list(periods), str, t("versions.period"), None)]


def open_versions(unit_code: str, template_code: str, period: pandas.Timestamp, words: str, key: str) -> None:
    """A button that leads to the versions of this report."""
    wanted = {
        "unit": unit_code,
        "template": template_code,
        "period": text.period_label(asking.catalogue(), template_code, period),
    }
    if st.button(words, key=key, icon=":material/history:", on_click=lambda: st.session_state.update(wanted)):
        st.switch_page(str(asking.PAGES / "receipts/versions.py"))


def show_corrections(as_of: datetime, unit_code: str | None, template_code: str | None) -> None:
    """Where no report is chosen yet: the latest corrections, each a way in."""
    catalogue = asking.catalogue()
    visible = set(asking.obliged_units()), {template.template_code for template in catalogue.templates}
    latest = asking.ask(corrections, as_of, unit_code=unit_code, template_code=template_code)
    latest = latest[latest["unit_code"].isin(visible[0]) & latest["template_code"].isin(visible[1])]
    latest = latest.drop_duplicates(["unit_code", "template_code", "period"])
    if latest.empty:
        st.info(t("versions.no_correction"), icon=":material/history:")
        return
    st.subheader(t("versions.corrections"), anchor=False)
    st.caption(t("versions.corrections.how"))
    for correction in latest.head(LATEST).itertuples():
        report = (correction.unit_code, correction.template_code, correction.period)
        words = t(
            "versions.correction",
            received=text.moment(correction.received_at, asking.clock()),
            template=escaped(text.template_name(catalogue, correction.template_code)),
            period=text.period_label(catalogue, correction.template_code, correction.period),
            version=correction.version,
        )
        with st.container(border=True, horizontal=True, vertical_alignment="center", gap="small"):
            unit = escaped(text.unit_name(catalogue, correction.unit_code))
            st.markdown(f"**{unit}** {words}", width="stretch")
            open_versions(*report, t("versions.see"), f"correction-{correction.submission_id}")


def show_current(accepted: pandas.DataFrame, judged: pandas.DataFrame) -> None:
    """Which version counts and since when, and that timeliness goes by the first. judged: the report's due, if any."""
    if accepted.empty:
        st.warning(t("versions.none_counts"), icon=":material/assignment_return:")
        return
    current, first = accepted[accepted["is_current"]].iloc[0], accepted.iloc[-1]
    since = text.moment(current["received_at"], asking.clock())
    said = t("versions.current", version=current["version"], kind=t(f"kind.{current['kind']}"), since=since)
    more = t("versions.count", number=len(accepted)) if len(accepted) > 1 else t("versions.only")
    st.success(f"{said}{more}", icon=":material/verified:")
    for due in judged.itertuples():
        received = text.moment(first["received_at"], asking.clock())
        status = text.status_words(due.status, due.days_late)
        st.caption(t("versions.first_decides", version=first["version"], received=received, status=status))


def show_versions(submissions: pandas.DataFrame, kept: pandas.DataFrame) -> None:
    """A card for each submission, earlier returns folded away. kept: the issues of them all."""
    followed = dict(pairwise(submissions.loc[submissions["outcome"] == "accepted", "version"]))
    cards = [
        (submission, followed.get(submission.version), kept[kept["submission_id"] == submission.submission_id])
        for submission in submissions.itertuples()
    ]
    folded = [card for card in cards if card[0].outcome != "accepted"][RETURNS:]
    hidden = {card[0].submission_id for card in folded}
    for card in cards:
        if card[0].submission_id not in hidden:
            show_version(*card)
    if folded:
        with st.expander(t("versions.earlier_returns", number=len(folded))):
            for card in folded:
                show_version(*card)


def show_version(submission: Any, before: int | None, listed: pandas.DataFrame) -> None:
    """The card of one submission. before: the version that it followed; listed: its issues."""
    clock = asking.clock()
    is_accepted = submission.outcome == "accepted"
    with st.container(border=True, gap="xsmall"):
        badges = (
            f":gray-badge[{t(f'kind.{submission.kind}')}]"
            if is_accepted
            else f":orange-badge[{t(f'versions.{submission.outcome}')}]"
        )
        if submission.is_current:
            badges = f":green-badge[:material/check: {t('versions.is_current')}] {badges}"
        heading = f"**{t('versions.version', version=submission.version)}** " if is_accepted else ""
        received = text.moment(submission.received_at, clock)
        who = t("versions.who", received=received, entered=entered_later(submission), by=_by(submission.reported_by))
        st.markdown(f"{heading}{badges} :gray[{escaped(who)}]  \n{_became(submission, before)}")
        about = t(
            "versions.about" if is_accepted else "versions.about.returned",
            rows=submission.row_count,
            cells=submission.cells,
            receipt=submission.receipt_no,
            file=submission.file_name,
        )
        st.caption(escaped(about))
        ways.to_form(submission.submission_id).link(t("way.to_form"))
        show_state(submission.submission_id, asking.now())
        if submission.kind in STATEMENTS:
            show_statement(submission.submission_id, asking.now())
        if not listed.empty:
            with st.expander(t("versions.issues", said=numbers_of(listed["severity"]))):
                template = {item.template_code: item for item in asking.catalogue().templates}
                show_issues(kept_issues(listed), template.get(listed.iloc[0]["template_code"]))


def entered_later(submission: Any) -> str:
    """That somebody entered it later than it says it was received; empty where it came in by itself."""
    entered_at = backdated(asking.store(), [submission.submission_id]).get(submission.submission_id)
    return t("versions.entered", recorded=text.moment(entered_at, asking.clock())) if entered_at else ""


def _by(reported_by: object) -> str:
    return text.DASH if text.is_blank(reported_by) else str(reported_by)


def _became(submission: Any, before: int | None) -> str:
    if submission.outcome != "accepted" and submission.is_together and not submission.errors:
        return t("versions.returned.together")
    if submission.outcome != "accepted":
        return (
            t("versions.returned.why", number=submission.errors)
            if submission.errors
            else t("versions.returned.unexplained")
        )
    if before is None:
        return t("versions.first")
    said = t(
        "versions.against", version=before, changes=tally_words({name: getattr(submission, name) for name in TALLY})
    )
    if submission.kind in STATEMENTS:
        said = t("versions.statement") + said
    return (
        said if pandas.isna(submission.same_as) else f"{said}{t('versions.brought_back', version=submission.same_as)}"
    )
