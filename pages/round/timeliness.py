"""按时率: who is on time, by unit, template and month, over two years."""

import streamlit as st

import text
from data.dues.tally import summed
from pages.frame import asking, choices, display, empty, folding
from pages.frame.display import show_table
from pages.frame.words import as_of_words
from pages.round import drawings
from text import t

st.title(t("page.timeliness"), anchor=False)
as_of = asking.as_of()
empty.stop_where_nothing_is_due(as_of)
with folding.filters(2):
    unit_code = choices.choose_unit()
    template_code = choices.choose_template()

months = asking.months(as_of)[: drawings.MONTHS]
figures = asking.figures(as_of, months, unit_code, template_code)
if figures.empty:
    st.info(t("timeliness.nothing_due"))
    st.stop()
total = summed(figures.assign(all=0), ["all"]).iloc[0]
said = t(
    "timeliness.sentence",
    months=len(months),
    **{name: f"{int(total[name]):,}" for name in ("expected", "received", "on_time")},
    reporting_rate=text.rate(total["reporting_rate"]),
    on_time_rate=text.rate(total["on_time_rate"]),
)
st.markdown(" ".join([said, t("timeliness.pending", number=int(total["pending"]))] if total["pending"] else [said]))
st.caption(f"{t('timeliness.definition')} {as_of_words(as_of)}")

shown_units = set(figures["unit_code"])
units = [code for code in asking.obliged_units() if code in shown_units]
st.subheader(t("timeliness.heatmap"), anchor=False)
st.caption(t("timeliness.heatmap.caption"))
chosen = {"unit_code": unit_code, "template_code": template_code}
heatmap = asking.worked_out(drawings.heatmap, as_of, units=units, **chosen)
display.show(heatmap, "chart.heatmap", has_links=True)

left, right = st.columns(2)
with left:
    st.subheader(t(f"timeliness.ranking.{'template_code' if unit_code else 'unit_code'}"), anchor=False)
    display.show(asking.worked_out(drawings.ranked, as_of, **chosen), "chart.ranking", has_links=True)
with right:
    st.subheader(t("timeliness.days"), anchor=False)
    days = asking.worked_out(drawings.days, as_of, units=units, **chosen)
    display.show(days, "chart.days", has_links=True)

st.subheader(t("timeliness.trend"), anchor=False)
display.show(asking.worked_out(drawings.course, as_of, **chosen), "chart.trend", has_links=True)

st.subheader(t("rollup.title"), anchor=False)
by = st.segmented_control(
    t("rollup.by"),
    ["quarter", "year", "parent_code", "template_group"],
    default="quarter",
    required=True,
    format_func=lambda name: t(f"rollup.{name}"),
    key="rollup-by",
    label_visibility="collapsed",
)
show_table(asking.worked_out(drawings.rollup, as_of, by=by, unit_code=unit_code))

st.subheader(t("timeliness.table"), anchor=False)
table = asking.worked_out(drawings.figures_table, as_of, **chosen)
show_table(table, height=360)
display.download(table.frame, t("timeliness.file"), as_of)
