"""按时率: who is on time, by unit, template and month, over two years."""

import streamlit as st

import charts
import text
from data.dues.timeliness import dues, timeliness
from pages.shared import answers, sentences
from pages.shared.tables import show_table
from text import t

MONTHS = 24
st.title(t("page.timeliness"), anchor=False)
as_of = answers.now()
answers.stop_where_nothing_is_due(as_of)
with st.grid(2, min_column_width=220):
    unit_code = answers.choose_unit()
    template_code = answers.choose_template()

catalogue = answers.catalogue()
months = answers.months(as_of)[:MONTHS][::-1]
figures = answers.figures(as_of, months, unit_code, template_code)
if figures.empty:
    st.info(t("timeliness.nothing_due"))
    st.stop()
total = answers.summed(figures.assign(all=0), ["all"]).iloc[0]
st.markdown(
    t(
        "timeliness.sentence",
        months=len(months),
        **{name: f"{int(total[name]):,}" for name in ("due", "received", "on_time")},
        reporting_rate=text.rate(total["reporting_rate"], 1),
        on_time_rate=text.rate(total["on_time_rate"], 1),
    )
)
st.caption(f"{t('timeliness.definition')} {sentences.as_of_words(as_of)}")

units = {code: text.unit_name(catalogue, code) for code in answers.obliged_units() if code in set(figures["unit_code"])}
st.subheader(t("timeliness.heatmap"), anchor=False)
st.caption(t("timeliness.heatmap.caption"))
by_month = answers.summed(figures, ["unit_code", "month"])
answers.show(charts.on_time_heatmap(by_month, units, months, t), "chart.heatmap")

left, right = st.columns(2)
with left:
    by, names = ("template_code", answers.template_names()) if unit_code else ("unit_code", units)
    st.subheader(t(f"timeliness.ranking.{by}"), anchor=False)
    ranked = answers.summed(figures, [by]).dropna(subset="on_time_rate").rename(columns={by: "code"})
    answers.show(charts.ranking(ranked, names, t), "chart.ranking")
with right:
    st.subheader(t("timeliness.days"), anchor=False)
    judged = answers.ask(dues, as_of, unit_code=unit_code)
    received = judged[judged["lead_days"].notna() & judged["month"].isin(figures["month"])]
    if template_code:
        received = received[received["template_code"] == template_code]
    received = received.assign(label=[sentences.received_label(catalogue, due) for due in received.itertuples()])
    answers.show(charts.days_around_deadline(received, units, t), "chart.days")

st.subheader(t("timeliness.trend"), anchor=False)
answers.show(charts.trend(answers.closed(figures), t), "chart.trend")

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
shares = {t(f"column.{name}"): st.column_config.NumberColumn(format="percent") for name in sentences.RATES}
rolled = answers.ask(timeliness, as_of, by=(by,), unit_code=unit_code)
show_table(sentences.rollup_table(catalogue, rolled, by), column_config=shares)

st.subheader(t("timeliness.table"), anchor=False)
table = sentences.figures_table(catalogue, figures, judged)
show_table(table, column_config=shares, height=360)
answers.download(table, t("timeliness.file"), as_of)
