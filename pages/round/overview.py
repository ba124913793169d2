"""总览: where this month's round stands, in ten seconds and on a phone."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

import text
from data.anomalies.cards import cards, flags_by_card, waiting
from data.dues.compared import against_before
from data.dues.freshness import freshness, freshness_tally
from data.dues.timeliness import figures
from pages.anomalies import flag_words
from pages.anomalies.flag_way import show_way
from pages.frame import asking, choices, display, empty, folding, ways
from pages.frame.escaping import escaped
from pages.frame.viewer import READERS, viewer
from pages.frame.words import as_of_words
from pages.indicators import tiles
from pages.round import answer, drawings, freshness_words, words
from pages.start import checklist_card
from pages.supervision import decisions
from text import t

NAMED = 6  # units at the head; the list below has all
as_of = asking.as_of()
if asking.this_round(as_of) is None:
    st.title(t("page.overview"), anchor=False)
checklist_card.show()
empty.stop_where_nothing_is_due(as_of)
heading, control = st.columns([3, 1], vertical_alignment="center")
with control, folding.filters():
    month = choices.choose_month(as_of)
catalogue = asking.catalogue()
standing = asking.worked_out(drawings.standing, as_of, month=month)
tally, is_over = standing.tally, standing.is_over

with heading:
    st.title(t("overview.title", month=text.month_name(month)), anchor=False)
    st.subheader(words.round_sentence(standing), anchor=False)
    own_unit = viewer().unit_code  # whoever belongs to a unit sees that one alone
    unit = text.unit_name(catalogue, own_unit) if own_unit else ""
    if names := answer.names_owing(catalogue, standing, NAMED):
        st.markdown(names)
    earlier = against_before(asking.ask(figures, as_of, by=("month",)), month)
    st.markdown(answer.against_words(tally.told_on_time_rate, earlier))
    st.caption(" ".join(filter(None, (unit, words.round_kinds(tally), as_of_words(as_of)))))
decisions.show(as_of)
display.show(asking.worked_out(drawings.bar, as_of, month=month), "chart.round_bar", has_links=True)

is_owed = is_over or tally.missing > 0
beside = "overview.owed.extended" if is_over else "overview.owed.to_come"
rate, day = tally.told_on_time_rate, standing.main_day
shown = {"height": "stretch", "delta_color": "off", "delta_arrow": "off"}


@contextmanager
def tile(status: str | None, number: int) -> Iterator[None]:
    """A figure, and below it the way to the dues that it counts."""
    with st.container(border=True, height="stretch", gap="xsmall", vertical_alignment="distribute"):
        yield
        if number:
            label = t(f"overview.tile.{status or 'all'}", number=number)
            ways.to_dues(month=month, status=status).link(label)


def show_owing(most: int, is_extended: bool) -> None:
    """A line a unit, and beside it the way to its dues."""
    status = "extended" if is_extended else "awaited"
    lines = asking.worked_out(drawings.owing, as_of, month=month, most=most, is_extended=is_extended)
    with st.container(key=f"few-on-a-phone-{status}"):
        for unit_code, line in lines:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(line, width="stretch")
                ways.to_dues(unit=unit_code, month=month, status=status).link(t("way.dues"), icon=None)


with st.grid(4, min_column_width=150):
    with tile("received", tally.received):
        st.metric(t("overview.received"), f"{tally.received} / {tally.expected}", **shown)
    with tile("late", tally.late):
        st.metric(
            t("overview.on_time_rate"),
            text.rate(rate),
            delta=None if rate is None else t("overview.on_time_of", part=tally.on_time, whole=tally.due),
            help=t("overview.on_time_rate.help"),
            **shown,
        )
    with tile("missing" if is_owed else "pending", tally.missing if is_owed else tally.pending):
        st.metric(
            t("overview.owed" if is_owed else "overview.to_come"),
            t("copies", number=tally.missing if is_owed else tally.pending),
            delta=t(beside, number=tally.pending) if is_owed and tally.pending else None,
            **shown,
        )
    with tile(None, tally.expected + tally.exempt):
        st.metric(
            t("overview.deadline"),
            text.day(day.due_date if day else None, has_year=False),
            delta=words.clock_and_days(day) if day else None,
            help=words.due_days(standing),
            **shown,
        )

left, right = st.columns(2, border=True)
with left:
    st.subheader(t("overview.who_owes" if is_over else "overview.who_is_left"), anchor=False)
    show_owing(most=6, is_extended=False)
    if tally.owed == tally.extended:
        st.markdown(t("overview.nobody_missing" if tally.extended else "overview.nobody_owes"))
    if tally.extended:
        st.markdown(f"**{t('overview.extended')}**")
        show_owing(most=4, is_extended=True)
    choices.link("pages/round/late.py", t("overview.to_late", number=len(standing.owing_units)))

flags = cards(asking.ask_daily(flags_by_card, as_of, month=month))
flags = flags[waiting(flags)]
with right:
    st.subheader(t("overview.anomalies", number=len(flags)), anchor=False)
    for flag in flags.head(3).itertuples():
        place = escaped(flag_words.flag_place(catalogue, flag))
        reason = escaped(flag_words.flag_reason(catalogue, flag))
        st.markdown(f"{flag_words.flag_heading(catalogue, flag)} {reason}  \n:small[:gray[{place}]]")
        show_way(flag)
    if flags.empty:
        st.markdown(t("overview.no_anomaly"))
    choices.link("pages/anomalies/anomalies.py", t("overview.to_anomalies"))

number_of_units, number_behind, behind = asking.worked_out(drawings.lagging, as_of)
left, right = st.columns(2, border=True)
with left:
    st.subheader(t("overview.freshness"), anchor=False)
    if not number_of_units:
        st.markdown(t("overview.freshest.none"))
    elif viewer().unit_code:
        st.markdown(t("overview.freshest.own.not" if number_behind else "overview.freshest.own"))
    else:
        st.markdown(t("overview.freshest", number=number_of_units - number_behind, all=number_of_units))
    for line in behind:
        st.markdown(line)
    st.caption(freshness_words.sentence(freshness_tally(asking.ask(freshness, as_of)["state"])))
    choices.link("pages/round/freshness.py", t("overview.to_freshness"))
with right:
    st.subheader(t("overview.trend"), anchor=False)
    display.show(asking.worked_out(drawings.course, as_of, months=12, height=210), "chart.trend", has_links=True)
    choices.link("pages/round/timeliness.py", t("overview.to_timeliness"))

tiles.front(as_of)
if viewer().role in READERS:
    choices.link("pages/round/wall.py", t("wall.open"))
