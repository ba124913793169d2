"""会议室轮播: the main figures one after another, large, for the screen of a meeting room."""

from collections.abc import Callable
from datetime import date
from typing import Any

import streamlit as st

import text
from data.dues.timeliness import dues
from pages.frame import asking, choices, display, empty
from pages.frame.drawn import Drawn
from pages.frame.words import as_of_words
from pages.indicators import tiles
from pages.round import drawings, words
from text import t

SECONDS, TREND = 20, 12
_SCALE = 1.45  # of the writing in a figure, against that on a desk
_STEP, _IS_HELD = "wall-step", "wall-is-held"
_BARE = """<style>
[data-testid="stSidebar"], [data-testid="stHeader"], .st-key-moment, .st-key-clear-sample { display: none; }
[data-testid="stMainBlockContainer"] { padding-top: 1rem; max-width: none; }
[data-testid="stMain"] h1 { font-size: clamp(2rem, 3.4vw, 4rem); }
[data-testid="stMain"] h3 { font-size: clamp(1.4rem, 2.1vw, 2.6rem); }
[data-testid="stMain"] .stMarkdown :is(p, li) { font-size: clamp(1.1rem, 1.6vw, 2rem); line-height: 1.5; }
[data-testid="stMain"] [data-testid="stCaptionContainer"] p { font-size: clamp(1rem, 1.2vw, 1.5rem); }
[data-testid="stMain"] [data-testid="stMetricValue"] { font-size: clamp(1.75rem, 2.8vw, 3.4rem); }
[data-testid="stMain"] :is([data-testid="stMetricLabel"], [data-testid="stMetricDelta"]) :is(p, div) {
  font-size: clamp(1rem, 1.3vw, 1.6rem); }
</style>"""

as_of = asking.as_of()
month = empty.stop_where_nothing_is_due(as_of)
catalogue = asking.catalogue()
units = asking.obliged_units()


def _show(drawing: Callable[..., Drawn], name: str, **about: Any) -> None:
    """A figure whose writing is read across a room."""
    large = asking.worked_out(drawings.enlarged_for_a_room, as_of, drawing=drawing, scale=_SCALE, **about)
    display.show(large, name)


def show_round() -> None:
    """Where this month's round stands, and who owes."""
    standing = asking.worked_out(drawings.standing, as_of, month=month)
    st.subheader(words.round_sentence(standing), anchor=False)
    _show(drawings.bar, "chart.round_bar", month=month, of_month=False)
    round_dues = asking.ask(dues, as_of, month=month)
    for line in words.owing_lines(catalogue, round_dues[round_dues["status"] == "missing"], most=8):
        st.markdown(line)


def show_months() -> None:
    """On-time rate by unit and month."""
    _show(drawings.heatmap, "chart.heatmap", units=units, unit_code=None, template_code=None)


def show_ranking() -> None:
    """The units in the order of their rates."""
    _show(drawings.units_ranking, "chart.ranking", units=units)


def show_course() -> None:
    """The rates of the months of the last year that are over."""
    _show(drawings.course, "chart.trend", months=TREND, height=520)


def show_ages() -> None:
    """How old the newest data is."""
    _show(drawings.ages, "chart.freshness", units=units)


def show_indicators() -> None:
    """The indicators that are furthest from their targets."""
    tiles.front(as_of)


def _slides(of: date) -> list[tuple[str, Callable[[], None]]]:
    slides = [
        (t("overview.title", month=text.month_name(of)), show_round),
        (t("timeliness.heatmap"), show_months),
        (t("timeliness.ranking.unit_code"), show_ranking),
        (t("overview.trend"), show_course),
        (t("freshness.matrix"), show_ages),
    ]
    return [*slides, (t("page.indicators"), show_indicators)] if catalogue.indicators else slides


def _go(by: int) -> None:
    st.session_state[_STEP] = st.session_state.get(_STEP, 0) + by


def _step(by: int) -> None:
    """A button: where the slides turn by themselves, the next one is marked already."""
    _go(by if st.session_state.get(_IS_HELD) else by - 1)


@st.fragment(run_every=None if st.session_state.get(_IS_HELD) else SECONDS)
def turn() -> None:
    """One slide; the next one when its time is over."""
    slides = _slides(month)
    place = st.session_state.get(_STEP, 0) % len(slides)
    title, show = slides[place]
    st.title(title, anchor=False)
    st.caption(f"{place + 1} / {len(slides)} · {as_of_words(as_of)}")
    show()
    if not st.session_state.get(_IS_HELD):
        _go(1)


st.html(_BARE)
turn()
with st.container(horizontal=True, vertical_alignment="center", key="wall-buttons"):
    st.button(t("wall.back"), on_click=_step, args=(-1,), icon=":material/chevron_left:")
    st.toggle(t("wall.hold"), key=_IS_HELD)
    st.button(t("wall.on"), on_click=_step, args=(1,), icon=":material/chevron_right:")
    choices.link("pages/round/overview.py", t("wall.leave"))
