"""开始: what an empty store shows first: what this is, the three steps, and a made-up history to look around in."""

import streamlit as st

import text
from data.catalogue.in_force import has_begun, set_counting_start
from data.dues import rounds
from data.periods import add_months
from pages.frame import asking, choices
from text import t

SAMPLE_MONTHS = 24
now = asking.now()
catalogue = asking.catalogue()
st.title(t("welcome.title"), anchor=False)
st.markdown(t("welcome.what"))
if has_begun(asking.store()):
    st.info(t("welcome.begun"))
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
    first_month = st.selectbox(
        t("welcome.first_month"), options, index=1, format_func=text.month_name, key="first_month"
    )
    if st.button(t("welcome.start"), type="primary", icon=":material/play_arrow:"):
        set_counting_start(asking.store(), first_month, now)
        st.success(t("welcome.started", month=text.month_name(first_month)))
        choices.link("pages/hand_in/templates.py", t("page.templates"))
        choices.link("pages/hand_in/upload.py", t("page.upload"))

with sample:
    st.subheader(t("welcome.sample"), anchor=False)
    st.markdown(t("welcome.sample.why", months=SAMPLE_MONTHS))
    if st.button(t("welcome.load"), icon=":material/science:"):
        from loaders.sample.history import load_sample

        bar = st.progress(0.0, text=t("welcome.loading"))
        load_sample(
            asking.store(),
            months=SAMPLE_MONTHS,
            until=None,
            progress=lambda done, total, label: bar.progress(done / max(total, 1), text=label),
        )
        st.switch_page(str(asking.PAGES / "round/overview.py"))
