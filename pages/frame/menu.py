"""The frame round every page, run first on each rerun: language, the store, the menu, the sample's banner."""

from pathlib import Path

import streamlit as st

import text
from data.access import Forbidden, Right, Role
from data.catalogue.files import CatalogueError
from data.catalogue.in_force import has_begun
from data.fault import Fault
from data.store import StoreError, open_store
from loaders.sample.clear import clear_sample
from locales import LOCALES
from locales.stores import store_title, store_words
from pages.frame import asking, connection, jobs_band, moment, moment_band, paper, waiting_band, ways
from pages.frame.faults import show_fault
from pages.frame.sitemap import BEHIND, MENU, MENU_OF_UNIT, OVERVIEW, TASKS, WELCOME, Place, home_of, place_at
from pages.frame.viewer import is_signed_in, show_signed_out, sign_out, viewer
from text import language, pick_words, t
from web.languages import script_tag
from web.owner import prepare

LANGUAGE_NAMES = {"zh-CN": "中文", "en": "English"}
# What the page that opens by itself goes by, beside the address under which it is bookmarked.
HOME_ADDRESSES = {WELCOME: "start", OVERVIEW: "round", TASKS: "own"}


def pages(role: Role, is_empty: bool) -> dict[str, list]:
    """The menu of a role. While the store is empty the welcome page comes first for whoever may begin; afterwards it
    only keeps its address.
    """
    begins = is_empty and role in WELCOME.roles
    home = home_of(role, is_empty)
    if role in MENU_OF_UNIT:
        return _pages_of_unit(role)
    menu = {t(heading): [_page(p, p is home) for p in places if role in p.roles] for heading, places in MENU.items()}
    # The page that opens by itself has no address of its own; the one it has at other times goes on working.
    start = [_page(home, False, is_hidden=True), *(_page(place, False, is_hidden=True) for place in BEHIND)]
    if role in WELCOME.roles:
        start.append(_page(WELCOME, begins, is_hidden=not begins))
    menu = {heading: shown for heading, shown in menu.items() if shown}
    return {t("menu.start"): start} | menu if begins else menu | {t("menu.start"): start}


def _pages_of_unit(role: Role) -> dict[str, list]:
    """A few places, without headings; all others are there, and not in the menu."""
    shown = MENU_OF_UNIT[role]
    every = (TASKS, *BEHIND, *(place for places in MENU.values() for place in places if role in place.roles))
    hidden = [_page(place, False, is_hidden=True) for place in every if place not in shown or place is TASKS]
    return {"": [_page(place, place is TASKS) for place in shown], t("menu.start"): hidden}


def _page(place: Place, is_home: bool, is_hidden: bool = False):
    """The page that opens by itself goes by another address beside the one under which it is bookmarked."""
    return st.Page(
        str(asking.PAGES / f"{place.path}.py"),
        title=t(f"page.{place.address}"),
        icon=f":material/{place.icon}:",
        url_path=HOME_ADDRESSES[place] if is_home else place.address,
        default=is_home,
        visibility="hidden" if is_hidden else "visible",
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
        on_change=st.session_state.__setitem__,
        args=("language-is-chosen", True),
        required=True,
        persist_state="session",
        label_visibility="collapsed",
    )


def open_or_stop() -> None:
    """Open the store; where it cannot be used, say so in plain words and end."""
    try:
        prepare()
    except (StoreError, CatalogueError) as error:
        st.title(store_title(error, language()))
        st.warning(store_words(error, language()), icon=":material/lock_clock:")
        with st.expander(t("frame.unusable.details")):
            st.code(str(error), language=None, wrap_lines=True)
        st.stop()


@st.dialog(t("frame.sample.clear"))
def confirm_clearing() -> None:
    """Asks once more, then takes the made-up history out."""
    st.markdown(t("frame.sample.clear.why"))
    if st.button(t("frame.sample.clear.yes"), type="primary"):
        try:
            clear_sample(asking.store())
        except ValueError:
            st.warning(t("frame.sample.clear.refused"))
            return
        st.switch_page(str(asking.PAGES / "start/welcome.py"))


def forget_another() -> None:
    """A browser tab that goes on after somebody else has signed in must show nothing of the one before."""
    if st.session_state.setdefault("whose", viewer().user_code) != viewer().user_code:
        for key in list(st.session_state):
            del st.session_state[key]
        st.session_state["whose"] = viewer().user_code


def show_viewer() -> None:
    """Who is signed in, her own page, and the way out."""
    person = viewer()
    with st.popover(person.user_name, icon=":material/account_circle:", width="stretch"):
        unit = f" · {text.unit_name(asking.catalogue(), person.unit_code)}" if person.unit_code else ""
        st.caption(f"{t(f'access.role.{person.role.value}')}{unit}")
        st.html(f'<a href="/account" target="_self" style="color: inherit">{t("access.change")}</a>')
        if st.button(t("access.sign_out"), icon=":material/logout:", width="stretch"):
            sign_out()
            st.rerun()


def _wants_clearing() -> bool:
    return st.button(t("frame.sample.clear.short"), type="tertiary", key="clear-sample", help=t("frame.sample.clear"))


def show_strip(has_past: bool) -> None:
    """One thin line above the page: that the figures are made up, and the moment that is shown."""
    with st.container(horizontal=True, vertical_alignment="center", key="strip"):
        if asking.is_demonstration():
            st.markdown(f":blue-badge[:material/science: {t('frame.sample')}]", width="content")
            if viewer().may(Right.MANAGE) and _wants_clearing():
                confirm_clearing()
        if has_past:
            moment_band.choose()


st.set_page_config(page_title=t("frame.name"), page_icon="📅", layout="wide")
st.logo(Path(__file__).with_name("mark.svg"), size="large")
keep_language()
open_or_stop()
if not is_signed_in():  # a menu that only leads to the sign-in would be left standing otherwise
    st.navigation([st.Page(show_signed_out, title=t("access.out"), url_path="out")], position="hidden").run()
    st.stop()
forget_another()
is_empty = not has_begun(open_store())
page = st.navigation(pages(viewer().role, is_empty), expanded=True)
place = place_at(page.url_path) or home_of(viewer().role, is_empty)
ways.come_to(place.address)
with st.sidebar:
    show_viewer()
    choose_language()
    st.caption(pick_words(asking.catalogue().bureau.bureau_name))
moment.open_page(place.has_past, asking.now().replace(tzinfo=None))
show_strip(place.has_past and not is_empty)
waiting_band.show(place)
jobs_band.show()
connection.say_in_our_words()
for warning in asking.warnings():
    st.warning(warning, icon=":material/warning:")
paper.begin(script_tag(language(), "language-is-chosen" in st.session_state))
if place.has_past and not is_empty:
    moment_band.show()
try:
    with text.speaking(language()):  # asked for each of the page's words
        page.run()
except Forbidden:  # the data layer's own check: a page should not have offered it
    st.warning(t("access.forbidden"), icon=":material/block:")
except Fault as fault:  # a page should have said it where it was asked
    show_fault(fault)
except StoreError as error:  # a full disk, say: nothing was written, and the reader is told
    st.warning(f"{store_title(error, language())}: {store_words(error, language())}", icon=":material/error:")
    st.code(str(error), language=None, wrap_lines=True)
