"""Above every page: how far the reader's long work is, its result, and what was interrupted."""

import streamlit as st

from data.access import Right
from data.fault import Fault
from data.submissions.received import is_sample_unfinished
from loaders.sample.history import MAKING, load_sample
from pages.frame import asking
from pages.frame.viewer import viewer
from text import t
from web.jobs import JOBS, Job

SAMPLE, BLANKS = "sample", "blanks"
SAMPLE_MONTHS = 24
EVERY = 2  # seconds


def begin_sample() -> None:
    """Have the made-up history made; what an earlier run has told is not told again."""
    store = asking.store()
    JOBS.begin(SAMPLE, viewer().user_code, lambda tell: load_sample(store, months=SAMPLE_MONTHS, progress=tell))


def show() -> None:
    """Nothing where nothing runs, waits to be taken, or was left half done."""
    jobs = JOBS.of(viewer().user_code)
    if any(not job.is_over for job in jobs):
        _watch()
    for job in jobs:
        if job.is_over:
            _show_over(job)
    if viewer().may(Right.MANAGE) and _is_sample_left():
        with st.container(horizontal=True, vertical_alignment="center", key="sample-unfinished"):
            st.warning(t("jobs.sample.unfinished"), icon=":material/running_with_errors:")
            if st.button(t("jobs.sample.resume"), key="sample-resume"):
                begin_sample()
                st.rerun()


def _is_sample_left() -> bool:
    """Whether a made-up history was broken off, and nobody is at it."""
    is_at_it = MAKING.locked() or JOBS.running(SAMPLE) is not None
    return not is_at_it and is_sample_unfinished(asking.store())


@st.fragment(run_every=EVERY)
def _watch() -> None:
    """How far it is; once it is over, the whole page is shown anew."""
    running = [job for job in JOBS.of(viewer().user_code) if not job.is_over]
    for job in running:
        share = job.done / job.number if job.number else 0.0
        how_far = t("jobs.of", done=job.done, number=job.number) if job.number else t("jobs.begun")
        st.progress(min(share, 1.0), text=f"{t(f'jobs.{job.kind}', about=job.about)} {how_far}")
    if not running:
        st.rerun()


def _show_over(job: Job) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"job-{job.kind}"):
        if job.fault is not None:
            why = t(f"fault.{job.fault.code}", **job.fault.details) if isinstance(job.fault, Fault) else str(job.fault)
            st.error(t("jobs.failed", what=t(f"jobs.{job.kind}", about=job.about), why=why), icon=":material/error:")
        elif job.kind == BLANKS:
            st.success(t("jobs.blanks.done", about=job.about, number=job.number), icon=":material/folder_zip:")
            name, content = job.result
            st.download_button(
                t("jobs.take"), content, name, "application/zip", key="job-take", on_click="ignore", type="primary"
            )
        else:
            st.success(t("jobs.sample.done", number=job.result["files"]), icon=":material/science:")
        st.button(t("jobs.away"), key=f"job-away-{job.kind}", on_click=JOBS.take_away, args=(job,), type="tertiary")
