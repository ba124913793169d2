"""数据时效: how old the newest data of each unit and template is, and what is out of date."""

import streamlit as st

import text
from data.dues.freshness import freshness
from pages.frame import asking, choices, display, empty, ways
from pages.frame.display import show_table
from pages.frame.words import as_of_words
from pages.round import drawings, words
from text import t

STATES = ("stale", "ageing", "fresh")
st.title(t("page.freshness"), anchor=False)
empty.stop_before_the_start()
as_of = asking.as_of()
unit_code = choices.choose_unit()
catalogue = asking.catalogue()
cells = asking.ask(freshness, as_of, unit_code=unit_code)
if cells.empty:
    st.info(t("freshness.empty"))
    st.stop()

counts = cells["state"].value_counts()
st.markdown(t("freshness.sentence", all=len(cells), **{state: int(counts.get(state, 0)) for state in STATES}))
st.caption(as_of_words(as_of))
with st.grid(3, min_column_width=100):
    for state in STATES:
        st.metric(t(f"freshness.{state}"), int(counts.get(state, 0)), border=True)
with st.expander(t("freshness.definition.title")):
    st.markdown(t("freshness.definition"))

st.subheader(t("freshness.matrix"), anchor=False)
st.caption(t("freshness.matrix.caption"))
templates = [item.template_code for item in catalogue.templates if item.template_code in set(cells["template_code"])]
order = [code for code in asking.obliged_units() if code in set(cells["unit_code"])]
ages = asking.worked_out(drawings.ages, as_of, units=order, unit_code=unit_code)
display.show(ages, "chart.freshness", has_links=True)
with st.expander(t("freshness.codes")):
    st.markdown("\n".join(f"- {code} {text.template_name(catalogue, code)}" for code in templates))

behind = cells[cells["state"] != "fresh"].sort_values(["behind", "unit_code"], ascending=[False, True])
st.subheader(t("freshness.list", number=len(behind)), anchor=False)
if behind.empty:
    st.success(t("freshness.all_fresh"), icon=":material/check_circle:")
    st.stop()
table = words.freshness_table(catalogue, behind)
show_table(table, [ways.dues_address(unit=row.unit_code, template=row.template_code) for row in behind.itertuples()])
display.download(table, t("freshness.file"), as_of)
