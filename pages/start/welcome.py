"""开始: what an empty store shows first: what this is, the three steps, and a made-up history to look around in."""

import streamlit as st

import text
from data.catalogue.in_force import has_begun, set_counting_start
from data.dues.timeliness import dues
from data.periods import add_months
from pages.shared import answers, sentences
from text import t

SAMPLE_MONTHS = 24
now = answers.now()
catalogue = answers.catalogue()
st.title(t("welcome.title"), anchor=False)
st.markdown(t("welcome.what"))
if has_begun(answers.store()):
    st.info(t("welcome.begun"))
    answers.link("pages/month/templates.py", t("page.templates"))
    answers.link("pages/month/upload.py", t("page.upload"))
    answers.link("pages/month/overview.py", t("page.overview"))
    st.stop()

with st.grid(3, min_column_width=220):
    for step in ("one", "two", "three"):
        with st.container(border=True, height="stretch"):
            st.markdown(
                t(f"welcome.step.{step}", units=len(answers.obliged_units()), templates=len(catalogue.templates))
            )

real, sample = st.columns(2, border=True)
with real:
    st.subheader(t("welcome.real"), anchor=False)
    st.markdown(t("welcome.real.why"))
    closed = add_months(now.date(), -1)
    newest = sentences.next_round(closed, answers.ask(dues, now, month=closed), now)
    options = [add_months(newest, step) for step in range(1, -13, -1)]
    first_month = st.selectbox(
        t("welcome.first_month"), options, index=1, format_func=text.month_name, key="first_month"
    )
    if st.button(t("welcome.start"), type="primary", icon=":material/play_arrow:"):
        set_counting_start(answers.store(), first_month, now)
        st.success(t("welcome.started", month=text.month_name(first_month)))
        answers.link("pages/month/templates.py", t("page.templates"))
        answers.link("pages/month/upload.py", t("page.upload"))

with sample:
    st.subheader(t("welcome.sample"), anchor=False)
    st.markdown(t("welcome.sample.why", months=SAMPLE_MONTHS))
    if st.button(t("welcome.load"), icon=":material/science:"):
        from loaders.sample.history import load_sample

        bar = st.progress(0.0, text=t("welcome.loading"))
        load_sample(
            answers.store(),
            months=SAMPLE_MONTHS,
            until=None,
            progress=lambda done, total, label: bar.progress(done / max(total, 1), text=label),
        )
        st.switch_page(str(answers.PAGES / "month/overview.py"))
