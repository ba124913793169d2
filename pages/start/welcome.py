"""开始: what an empty store shows first: what this is, the three steps, and a made-up history to look around in."""

import streamlit as st

import text
from data.catalogue.in_force import has_begun, set_counting_start
from data.dues import rounds
from data.periods import add_months
from pages.frame import asking, choices, first_month, jobs_band
from pages.start import checklist_card
from text import t

now = asking.now()
catalogue = asking.catalogue()
st.title(t("welcome.title"), anchor=False)
st.markdown(t("welcome.what"))
if has_begun(asking.store()):
    st.info(t("welcome.begun"))
    checklist_card.show()
    first_month.show()
    choices.link("pages/hand_in/templates.py", t("page.templates"))
    choices.link("pages/hand_in/upload.py", t("page.upload"))
    choices.link("pages/round/overview.py", t("page.overview"))
    st.stop()

with st.grid(3, min_column_width=220):
    for step in ("one", "two", "three"):
        with st.container(border=True, height="stretch"):
            st.markdown(
                t(f"welcome.step.{step}", units=len(asking.obliged_units()), templates=len(catalogue.templates))
            )

real, sample = st.columns(2, border=True)
with real:
    st.subheader(t("welcome.real"), anchor=False)
    st.markdown(t("welcome.real.why"))
    closed = add_months(now.date(), -1)
    standing = rounds.round_standing(asking.store(), now, closed)
    # Counting fairly begins with the round that can still be met, else with the next.
    newest = add_months(closed, int(standing.tally.expected > 0 and standing.next_day is None))
    options = [add_months(newest, step) for step in range(1, -13, -1)]
    chosen = st.selectbox(t("welcome.first_month"), options, index=1, format_func=text.month_name, key="first_month")
    if st.button(t("welcome.start"), type="primary", icon=":material/play_arrow:"):
        set_counting_start(asking.store(), chosen, now)
        st.toast(t("welcome.started", month=text.month_name(chosen)))
        st.rerun()

with sample:
    st.subheader(t("welcome.sample"), anchor=False)
    st.markdown(t("welcome.sample.why", months=jobs_band.SAMPLE_MONTHS))
    if jobs_band.JOBS.running(jobs_band.SAMPLE):
        st.caption(t("welcome.loading"))
    elif st.button(t("welcome.load"), icon=":material/science:"):
        jobs_band.begin_sample()
        st.rerun()
