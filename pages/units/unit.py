"""单位概况: one unit on one page that prints on a sheet: in time or not, indicators, what it owes, old, doubted."""

import streamlit as st

import text
from data.anomalies.cards import cards, flags_by_card, waiting
from data.dues.freshness import freshness, freshness_tally, not_fresh
from data.dues.tally import OWED, summed
from data.dues.timeliness import dues
from data.supervision import record
from pages.anomalies import flag_words
from pages.frame import asking, choices, display, empty, folding
from pages.frame.escaping import escaped
from pages.frame.sitemap import ANOMALIES
from pages.frame.ways import Way
from pages.frame.words import as_of_words
from pages.indicators import tiles
from pages.round import freshness_words, words
from pages.supervision import words as case_words
from pages.units import contact_lines
from pages.units.strip import strip
from text import t

MONTHS, SHOWN = 24, 5
as_of = asking.as_of()
empty.stop_where_nothing_is_due(as_of)
heading, control = st.columns([3, 1], vertical_alignment="center")
with control, folding.filters():
    unit_code = choices.choose_one_unit()
catalogue = asking.catalogue()
months = asking.months(as_of)[:MONTHS][::-1]
figures = asking.figures(as_of, months, unit_code)
owed = asking.ask(dues, as_of, unit_code=unit_code)
owed = owed[owed["status"].isin(OWED)]
with heading:
    st.title(text.unit_name(catalogue, unit_code), anchor=False)
    st.caption(" · ".join([unit_code, *contact_lines.shown(unit_code), as_of_words(as_of)]))
if figures.empty:
    st.info(t("unit.nothing_due"))
    st.stop()

total = summed(figures.assign(all=0), ["all"]).iloc[0]
ages = asking.ask(freshness, as_of, unit_code=unit_code)
flags = cards(asking.ask_daily(flags_by_card, as_of, unit_code=unit_code))
flags = flags[waiting(flags)]
cases = [case for case in asking.ask(record.cases, as_of, unit_code=unit_code) if case.step("issued")]
with st.grid(5, min_column_width=130):
    st.metric(t("unit.on_time_rate", months=len(months)), text.rate(total["on_time_rate"]), border=True)
    of_round = int((owed["month"].dt.date == months[-1]).sum())
    beside = t("unit.owed.now", month=text.month_name(months[-1]), number=of_round) if len(owed) else None
    st.metric(t("unit.owed"), t("copies", number=len(owed)), beside, "off", border=True, delta_arrow="off")
    st.metric(t("unit.behind"), t("unit.tables", number=len(not_fresh(ages))), border=True)
    st.metric(t("unit.flags"), t("unit.places", number=len(flags)), border=True)
    st.metric(t("unit.notices"), t("copies", number=len(cases)), border=True)

st.subheader(t("unit.months", months=len(months)), anchor=False)
display.show(asking.worked_out(strip, as_of, unit_code=unit_code, months=MONTHS), "chart.unit_months", has_links=True)

tiles.front(as_of, unit_code)

left, right = st.columns(2)
with left:
    st.subheader(t("unit.owes"), anchor=False)
    for due in owed.sort_values("deadline").itertuples():
        st.markdown(f"- {words.due_line(catalogue, due)}")
    if owed.empty:
        st.markdown(t("unit.owes.nothing"))
    st.subheader(t("unit.old"), anchor=False)
    st.caption(freshness_words.sentence(freshness_tally(ages["state"])))
    for cell in not_fresh(ages).itertuples():
        name = text.template_name(catalogue, cell.template_code)
        st.markdown(f"- {name} :small[:gray[{freshness_words.line(catalogue, cell)}]]")
with right:
    st.subheader(t("unit.doubted"), anchor=False)
    for flag in flags.head(SHOWN).itertuples():
        reason, place = flag_words.flag_reason(catalogue, flag), flag_words.flag_place(catalogue, flag)
        st.markdown(f"- {escaped(reason)} :small[:gray[{escaped(place)}]]")
    if flags.empty:
        st.markdown(t("unit.doubted.nothing"))
    if len(flags) > SHOWN:
        Way(ANOMALIES, {"month": choices.EVERY, "unit": unit_code}).link(t("unit.doubted.all", number=len(flags)))
    st.subheader(t("unit.issued"), anchor=False)
    for case in cases[:SHOWN]:
        issued = case.step("issued")
        document = escaped(issued.document_no) or text.DASH
        state = t(f"supervision.state.{case.state}")
        st.markdown(f"- {case_words.heading(case)} :small[:gray[{document} · {text.day(issued.issued_on)} · {state}]]")
    if not cases:
        st.markdown(t("unit.issued.nothing"))
choices.link("pages/receipts/receipts.py", t("unit.to_receipts"))
