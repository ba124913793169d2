"""The office's list before the first deadline: each step with its tick, what it lacks, and where it is done."""

import streamlit as st

import text
from data.access import Right
from data.catalogue.in_force import has_begun
from data.start.checklist import Standing, Step, checklist, hide, is_shown
from pages.frame import asking, choices
from pages.frame.viewer import may
from text import t

NAMED = 4
PAGES = {
    Step.UNITS: "deadlines/deadlines",
    Step.ACCOUNTS: "people/users",
    Step.CALENDAR: "deadlines/deadlines",
    Step.CONTACTS: "reminders/reminders",
    Step.REMINDERS: "reminders/reminders",
    Step.DEADLINE: "hand_in/templates",
}


def show() -> None:
    """For whoever sets up, until all is done or she hides it. The demonstration needs none."""
    if not may(Right.MANAGE) or asking.is_demonstration() or not has_begun(asking.store()):
        return
    store, now = asking.store(), asking.now()
    if not is_shown(store, now):
        return
    standings = checklist(store, now)
    done = sum(standing.is_done for standing in standings)
    title = t("checklist.title", done=done, number=len(standings))
    with st.expander(title, icon=":material/checklist:", expanded=True, key="checklist"):
        for standing in standings:
            _show(standing)
        if st.button(t("checklist.hide"), key="checklist-hide", type="tertiary"):
            hide(store, True, now)
            st.rerun()


def _show(standing: Standing) -> None:
    mark = ":green[:material/check_circle:]" if standing.is_done else ":gray[:material/radio_button_unchecked:]"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"{mark} **{t(f'checklist.{standing.step}')}** {_words(standing)}", width="stretch")
        if not standing.is_done and standing.step in PAGES:
            choices.link(f"pages/{PAGES[standing.step]}.py", t(f"checklist.{standing.step}.go"))


def _words(standing: Standing) -> str:
    """16 个单位中 2 个有，还差 …; 截止 2026-12-22 周二 24:00."""
    at = text.moment(standing.at, asking.clock()) if standing.at else text.DASH
    if standing.step is Step.DEADLINE and standing.at:
        at = text.last_moment(standing.at, asking.clock())
    state = "done" if standing.is_done else "open"
    said = t(f"checklist.{standing.step}.{state}", done=standing.done, number=standing.number, at=at)
    if not standing.missing:
        return said
    names = [_name(standing, code) for code in standing.missing[:NAMED]]
    rest = len(standing.missing) - len(names)
    key = "checklist.missing.more" if rest else "checklist.missing"
    return said + t(key, names=t("list.comma").join(names), number=len(standing.missing))


def _name(standing: Standing, code: str) -> str:
    return code if standing.step is Step.CALENDAR else text.unit_name(asking.catalogue(), code)
