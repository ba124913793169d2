"""本期还差 n 份: what a unit still owes of the round after a receipt, and the next one."""

import streamlit as st

import text
from data.tasks.tasks import tasks
from pages.frame import asking, choices
from pages.frame.escaping import escaped
from pages.frame.viewer import viewer
from pages.frame.words import last_moment_words, left_words
from text import t


def show(unit_code: str) -> None:
    """How many of this round are still to come, which one comes next, and the way there."""
    now = asking.now()
    owing = asking.ask(tasks, now, unit_code=unit_code)
    owing = owing[owing["is_owed"] & owing["is_of_round"]]
    name = escaped(text.unit_name(asking.catalogue(), unit_code))
    if owing.empty:
        st.success(t("still_owed.nothing", unit=name), icon=":material/task_alt:")
    else:
        due = next(owing.itertuples())
        words = {
            "template": escaped(text.template_name(asking.catalogue(), due.template_code)),
            "period": text.period_label(asking.catalogue(), due.template_code, due.period),
            "deadline": last_moment_words(due),
            "left": left_words(due, now),
        }
        st.info(t("still_owed", unit=name, number=len(owing), **words), icon=":material/pending_actions:")
    if viewer().unit_code:
        choices.link("pages/tasks/tasks.py", t("still_owed.to_tasks"))
