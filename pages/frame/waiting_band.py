"""还没报送: what the reader checked and did not send, above every page until it is sent or thrown away."""

from typing import Any

import streamlit as st

import text
from data.dues.timeliness import dues
from data.store import open_store
from data.waiting import Key, WaitingFile, waiting_of
from pages.frame import asking, choices
from pages.frame.escaping import escaped
from pages.frame.sitemap import UPLOAD, Place
from pages.frame.viewer import viewer
from pages.frame.words import last_moment_words, left_words
from text import t

_NAMED = 3  # so many are named; of the others the number


def waiting_files() -> list[WaitingFile]:
    """The reader's own."""
    return waiting_of(open_store().path).of(viewer().user_code)


def show(place: Place) -> None:
    """Nothing where nothing waits, and on the page on which all of it lies open."""
    if place == UPLOAD:
        return
    files = waiting_files()
    if not files:
        return
    open_dues = _dues_of({key for file in files for key in file.about})
    with st.container(horizontal=True, vertical_alignment="center", key="waiting-band"):
        lines = [_line(file, open_dues) for file in files[:_NAMED]]
        more = [t("waiting.more", number=len(files) - _NAMED)] if len(files) > _NAMED else []
        said = t("waiting.band", number=len(files), files=t("list.semicolon").join([*lines, *more]))
        st.warning(said, icon=":material/outgoing_mail:")
        choices.link(f"pages/{UPLOAD.path}.py", t("waiting.to_send"))


def _dues_of(keys: set[Key]) -> dict[Key, Any]:
    judged = asking.ask(dues, asking.now(), unit_code=viewer().unit_code)
    rows = ((due.unit_code, due.template_code, due.period.date(), due) for due in judged.itertuples())
    return {(unit, template, period): due for unit, template, period, due in rows if (unit, template, period) in keys}


def _line(file: WaitingFile, open_dues: dict[Key, Any]) -> str:
    """《…》2026-10 期（截止 2026-11-22 周日 24:00，还有 2 天 9 小时）; the file's name where it is about several."""
    if len(file.about) != 1:
        return escaped(file.shown_name)
    ((_, template_code, period),) = file.about
    catalogue = asking.catalogue()
    name = escaped(text.template_name(catalogue, template_code))
    words = {"template": name, "period": text.period_label(catalogue, template_code, period)}
    due = open_dues.get(file.about[0])
    if due is None:
        return t("waiting.line.alone", **words)
    return t("waiting.line", deadline=last_moment_words(due), left=left_words(due, asking.now()), **words)
