"""数据时效: how new the data of each unit and template is, what is missing, what comes next and what turns old."""

import streamlit as st

import text
from data.access import Right
from data.dues.expected import rhythm, turning
from data.dues.freshness import State, freshness, freshness_tally, not_fresh
from data.dues.update_cycles import UpdateCycle, update_rules
from pages.frame import asking, choices, display, empty, ways
from pages.frame.display import show_table
from pages.frame.viewer import may
from pages.frame.words import as_of_words
from pages.round import cycle_settings, drawings, freshness_words
from text import t

SOONEST = 6  # moments at which something turns old that are told above the table
st.title(t("page.freshness"), anchor=False)
empty.stop_before_the_start()
as_of = asking.as_of()
unit_code = choices.choose_unit()
catalogue, clock = asking.catalogue(), asking.clock()
cells = asking.ask(freshness, as_of, unit_code=unit_code)
if cells.empty:
    st.info(t("freshness.empty"))
    st.stop()

tally = freshness_tally(cells["state"])
rules = asking.ask(update_rules, as_of)
st.markdown(freshness_words.sentence(tally))
st.caption(as_of_words(as_of))
never = tally.counts[State.NEVER]
tiles = (
    ("fresh", text.rate(tally.fresh_share), t("freshness.tile.of", number=tally.fresh, all=tally.judged)),
    ("old", tally.counts[State.STALE] + never, t("freshness.tile.never", number=never) if never else None),
    ("ageing", tally.counts[State.AGEING], None),
    ("gaps", tally.counts[State.HOLES] + tally.counts[State.REPEATED], None),
)
with st.grid(4, min_column_width=130):
    for name, number, beside in tiles:
        label = t(f"freshness.tile.{name}")
        st.metric(label, number, beside, "off", border=True, height="stretch", delta_arrow="off")
with st.expander(t("freshness.definition.title")):
    monthly = rules.limits[UpdateCycle.MONTH]
    st.markdown(t("freshness.definition", warn=f"{monthly.warn:g}", error=f"{monthly.error:g}"))
    cycle_settings.show(catalogue, rules)

st.subheader(t("freshness.matrix"), anchor=False)
st.caption(t("freshness.matrix.caption"))
templates = [item.template_code for item in catalogue.templates if item.template_code in set(cells["template_code"])]
order = [code for code in asking.obliged_units() if code in set(cells["unit_code"])]
order += sorted(set(cells["unit_code"]) - set(order))  # who owes nothing any more
ages = asking.worked_out(drawings.ages, as_of, units=order, unit_code=unit_code)
display.show(ages, "chart.freshness", has_links=True)
with st.expander(t("freshness.codes")):
    st.markdown("\n".join(f"- {code} {text.template_name(catalogue, code)}" for code in templates))

behind = not_fresh(cells)
st.subheader(t("freshness.list", number=len(behind)), anchor=False)
if behind.empty and tally.judged:
    st.success(t("freshness.all_fresh"), icon=":material/check_circle:")
elif not behind.empty:
    table = freshness_words.state_table(catalogue, behind)
    links = [ways.dues_address(unit=row.unit_code, template=row.template_code) for row in behind.itertuples()]
    show_table(table, links)
    display.download(table, t("freshness.file"), as_of)

soon = asking.ask(turning, as_of, unit_code=unit_code)
left, right = st.columns(2, border=True)
with left:
    st.subheader(t("freshness.turning", number=len(soon)), anchor=False)
    st.caption(t("freshness.turning.caption"))
    st.markdown("\n".join(freshness_words.turning_lines(soon, clock)[:SOONEST]) or t("freshness.turning.nothing"))
    if not soon.empty:
        display.download(freshness_words.turning_table(catalogue, soon), t("freshness.turning.file"), as_of)
with right:
    st.subheader(t("freshness.trend"), anchor=False)
    st.caption(t("freshness.trend.caption"))
    if course := asking.worked_out(drawings.freshness_course, as_of, unit_code=unit_code):
        display.show(course, "chart.freshness_trend")
    else:
        st.markdown(t("freshness.sentence.none"))

st.subheader(t("freshness.rhythm"), anchor=False)
st.caption(t("freshness.rhythm.caption"))
rows = asking.ask(rhythm, as_of, unit_code=unit_code)
if not rows.empty:
    with st.expander(t("freshness.timeline", months=drawings.TIMELINE), expanded=unit_code is not None):
        display.show(asking.worked_out(drawings.timeline, as_of, unit_code=unit_code), "chart.deliveries")
    expected = freshness_words.rhythm_table(catalogue, rows)
    show_table(
        expected, [ways.dues_address(unit=row.unit_code, template=row.template_code) for row in rows.itertuples()]
    )
    display.download(expected, t("freshness.rhythm.file"), as_of)
if may(Right.MANAGE):
    cycle_settings.ask(catalogue, rules)
