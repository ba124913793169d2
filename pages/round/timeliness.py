"""按时率: who is on time, by unit, template and month, over two years."""

from functools import partial

import streamlit as st

import text
from charts.timeliness import days_around_deadline, on_time_heatmap, ranking, trend
from data.dues import timeliness
from data.dues.rounds import over_by_month
from data.dues.tally import summed
from pages.frame import asking, choices, display, empty, ways
from pages.frame.display import show_table
from pages.frame.words import as_of_words
from pages.round import addresses, words
from text import t

MONTHS = 24
st.title(t("page.timeliness"), anchor=False)
as_of = asking.now()
empty.stop_where_nothing_is_due(as_of)
with st.grid(2, min_column_width=220):
    unit_code = choices.choose_unit()
    template_code = choices.choose_template()

catalogue = asking.catalogue()
months = asking.months(as_of)[:MONTHS][::-1]
figures = asking.figures(as_of, months, unit_code, template_code)
if figures.empty:
    st.info(t("timeliness.nothing_due"))
    st.stop()
total = summed(figures.assign(all=0), ["all"]).iloc[0]
said = t(
    "timeliness.sentence",
    months=len(months),
    **{name: f"{int(total[name]):,}" for name in ("expected", "received", "on_time")},
    reporting_rate=text.rate(total["reporting_rate"], 1),
    on_time_rate=text.rate(total["on_time_rate"], 1),
)
st.markdown(" ".join([said, t("timeliness.pending", number=int(total["pending"]))] if total["pending"] else [said]))
st.caption(f"{t('timeliness.definition')} {as_of_words(as_of)}")

units = {code: text.unit_name(catalogue, code) for code in asking.obliged_units() if code in set(figures["unit_code"])}
st.subheader(t("timeliness.heatmap"), anchor=False)
st.caption(t("timeliness.heatmap.caption"))
by_month = summed(figures, ["unit_code", "month"])
to_dues = partial(ways.dues_address, template=template_code)
display.show(on_time_heatmap(by_month, units, months, t, to_dues), "chart.heatmap", has_links=True)

left, right = st.columns(2)
with left:
    by, names = ("template_code", asking.template_names()) if unit_code else ("unit_code", units)
    st.subheader(t(f"timeliness.ranking.{by}"), anchor=False)

    def to_ranked(code: str) -> str:
        """What lies behind a bar: a unit's dues, or those of one of the unit's templates."""
        shown = {"unit": unit_code or code, "template": code if unit_code else template_code}
        return ways.dues_address(**shown, between=(months[0], months[-1]))

    ranked = summed(figures, [by]).dropna(subset="on_time_rate").rename(columns={by: "code"})
    display.show(ranking(ranked, names, t, to_ranked), "chart.ranking", has_links=True)
with right:
    st.subheader(t("timeliness.days"), anchor=False)
    judged = asking.ask(timeliness.dues, as_of, unit_code=unit_code)
    received = judged[judged["lead_days"].notna() & judged["month"].isin(figures["month"])]
    if template_code:
        received = received[received["template_code"] == template_code]
    received = received.assign(label=[words.received_label(catalogue, due) for due in received.itertuples()])
    received = addresses.with_forms(received, as_of, unit_code)
    display.show(days_around_deadline(received, units, t), "chart.days", has_links=True)

st.subheader(t("timeliness.trend"), anchor=False)
display.show(trend(over_by_month(figures), t, partial(to_dues, unit=unit_code)), "chart.trend", has_links=True)

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
shares = {t(f"column.{name}"): st.column_config.NumberColumn(format="percent") for name in words.RATES}
rolled = asking.ask(timeliness.figures, as_of, by=(by,), unit_code=unit_code)
show_table(words.rollup_table(catalogue, rolled, by), column_config=shares)

st.subheader(t("timeliness.table"), anchor=False)
table = words.figures_table(catalogue, figures, judged)
show_table(table, addresses.of_figures(figures), column_config=shares, height=360)
display.download(table, t("timeliness.file"), as_of)
