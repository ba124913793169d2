"""会议室轮播: the main figures one after another, large, for the screen of a meeting room."""

from collections.abc import Callable
from datetime import date

import streamlit as st

import text
from charts.freshness import freshness_matrix
from charts.round import round_bar
from charts.timeliness import on_time_heatmap, ranking, trend
from data.dues.freshness import freshness
from data.dues.rounds import over_by_month, standing_of
from data.dues.tally import summed
from data.dues.timeliness import dues
from pages.frame import asking, choices, display, empty, ways
from pages.frame.words import as_of_words
from pages.indicators import tiles
from pages.round import words
from text import t

SECONDS, MONTHS = 20, 24
_STEP, _IS_HELD = "wall-step", "wall-is-held"
_BARE = """<style>
[data-testid="stSidebar"], [data-testid="stHeader"], .st-key-moment { display: none; }
[data-testid="stMainBlockContainer"] { padding-top: 1rem; max-width: none; }
</style>"""

as_of = asking.as_of()
month = empty.stop_where_nothing_is_due(as_of)
catalogue = asking.catalogue()
months = asking.months(as_of)[:MONTHS][::-1]
units = {code: text.unit_name(catalogue, code) for code in asking.obliged_units()}


def show_round() -> None:
    """Where this month's round stands, and who owes."""
    round_dues = asking.ask(dues, as_of, month=month)
    standing = standing_of(round_dues, month, as_of, asking.clock())
    st.subheader(words.round_sentence(standing), anchor=False)
    display.show(round_bar(words.bar_counts(standing), t, ways.dues_address), "chart.round_bar")
    for line in words.owing_lines(catalogue, round_dues[round_dues["status"] == "missing"], most=8):
        st.markdown(line)


def show_months() -> None:
    """On-time rate by unit and month."""
    display.show(
        on_time_heatmap(summed(_figures(), ["unit_code", "month"]), units, months, t, ways.dues_address),
        "chart.heatmap",
    )


def show_ranking() -> None:
    """The units in the order of their rates."""
    ranked = summed(_figures(), ["unit_code"]).dropna(subset="on_time_rate").rename(columns={"unit_code": "code"})
    display.show(ranking(ranked, units, t, lambda code: ways.dues_address(unit=code)), "chart.ranking")


def show_course() -> None:
    """The rates of the months that are over."""
    display.show(trend(over_by_month(_figures()), t, ways.dues_address, height=520), "chart.trend")


def show_ages() -> None:
    """How old the newest data is."""
    cells = asking.ask(freshness, as_of)
    cells = cells.assign(label=[words.freshness_label(catalogue, cell) for cell in cells.itertuples()])
    codes = [item.template_code for item in catalogue.templates if item.template_code in set(cells["template_code"])]
    display.show(freshness_matrix(cells, units, codes, t, ways.dues_address), "chart.freshness")


def show_indicators() -> None:
    """The indicators that are furthest from their targets."""
    tiles.front(as_of)


def _figures():
    return asking.figures(as_of, months)


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
with st.container(horizontal=True):
    st.button(t("wall.back"), on_click=_go, args=(-2,), icon=":material/chevron_left:")
    st.toggle(t("wall.hold"), key=_IS_HELD)
    st.button(t("wall.on"), on_click=_go, args=(0,), icon=":material/chevron_right:")
    choices.link("pages/round/overview.py", t("wall.leave"))
