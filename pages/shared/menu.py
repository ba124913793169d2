"""The frame round every page, run first on each rerun: language, the store, the menu, the sample's banner."""

import streamlit as st

from data.catalogue_files import CatalogueError
from data.catalogue_store import has_begun
from data.queries.submissions import has_sample
from data.store import StoreError
from loaders.sample_clear import clear_sample
from locales import LOCALES
from pages.shared import answers
from text import language, pick_words, t

MENU = {
    "menu.watch_round": {"month/overview": "dashboard", "month/late": "assignment_late"},
    "menu.report": {
        "month/upload": "upload_file",
        "month/declare": "exposure_zero",
        "month/templates": "description",
        "month/receipts": "receipt_long",
        "month/versions": "history",
    },
    "menu.monitor": {"watch/timeliness": "schedule", "watch/freshness": "update", "watch/anomalies": "troubleshoot"},
}
LANGUAGE_NAMES = {"zh-CN": "中文", "en": "English"}


def pages(is_empty: bool) -> dict[str, list]:
    """The menu. While the store is empty the welcome page comes first; afterwards it only keeps its address."""
    welcome = st.Page(
        str(answers.PAGES / "start/welcome.py"),
        title=t("page.welcome"),
        icon=":material/flag:",
        url_path="start" if is_empty else "welcome",
        default=is_empty,
        visibility="visible" if is_empty else "hidden",
    )
    menu = {t(section): [_page(*entry, is_empty) for entry in found.items()] for section, found in MENU.items()}
    # The page that opens by itself has no address of its own; the one it has at other times goes on working.
    home, name = ("start/welcome.py", "welcome") if is_empty else ("month/overview.py", "overview")
    bookmarked = st.Page(str(answers.PAGES / home), title=t(f"page.{name}"), url_path=name, visibility="hidden")
    start = {t("menu.start"): [welcome, bookmarked]}
    return start | menu if is_empty else menu | start


def _page(path: str, icon: str, is_empty: bool):
    name = path.split("/")[1]
    is_default = name == "overview" and not is_empty
    return st.Page(
        str(answers.PAGES / f"{path}.py"),
        title=t(f"page.{name}"),
        icon=f":material/{icon}:",
        url_path="round" if is_default else name,
        default=is_default,
    )


def keep_language() -> None:
    """The choice in the menu, kept in the address as ?lang= through page changes."""
    st.session_state.setdefault("language", language())
    if language() == LOCALES[0]:
        st.query_params.pop("lang", None)
    else:
        st.query_params["lang"] = language()


def choose_language() -> None:
    """The switch between the languages."""
    st.segmented_control(
        t("frame.language"),
        LOCALES,
        format_func=LANGUAGE_NAMES.get,
        key="language",
        required=True,
        persist_state="session",
        label_visibility="collapsed",
    )


def open_or_stop() -> None:
    """Open the store; where it cannot be used, say so in plain words and end."""
    try:
        answers.prepare()
    except (StoreError, CatalogueError) as error:
        st.title(t("frame.unusable.title"))
        st.warning(t("frame.unusable.text"), icon=":material/lock_clock:")
        with st.expander(t("frame.unusable.details")):
            st.code(str(error), language=None, wrap_lines=True)
        st.stop()


@st.dialog(t("frame.sample.clear"))
def confirm_clearing() -> None:
    """Asks once more, then takes the made-up history out."""
    st.markdown(t("frame.sample.clear.why"))
    if st.button(t("frame.sample.clear.yes"), type="primary"):
        try:
            clear_sample(answers.store())
        except ValueError:
            st.warning(t("frame.sample.clear.refused"))
            return
        st.switch_page(str(answers.PAGES / "start/welcome.py"))


st.set_page_config(page_title=t("frame.name"), page_icon="📅", layout="wide")
keep_language()
open_or_stop()
page = st.navigation(pages(not has_begun(answers.store())), expanded=True)
with st.sidebar:
    choose_language()
    st.caption(pick_words(answers.catalogue().bureau.bureau_name))
if has_sample(answers.store()):
    with st.container(horizontal=True, vertical_alignment="center"):
        st.info(t("frame.sample"), icon=":material/science:")
        if st.button(t("frame.sample.clear"), width="content"):
            confirm_clearing()
try:
    page.run()
except StoreError as error:  # a full disk, say: nothing was written, and the reader is told
    st.warning(t("frame.unusable.text"), icon=":material/error:")
    st.code(str(error), language=None, wrap_lines=True)
