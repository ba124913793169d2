"""领取模板: a unit's blank workbooks for a round, each with its deadline."""

import io
import zipfile
from datetime import date
from typing import Any

import streamlit as st

import text
from data.access import Right
from data.dues.timeliness import dues, known_deadlines
from data.periods import add_months, label
from loaders.blank.offers import Offer, offers
from pages.frame import asking, choices
from pages.frame.jobs_band import BLANKS
from pages.frame.viewer import viewer
from pages.frame.words import with_kind
from web.jobs import JOBS, Progress
from web.lanes import PAPERS

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def zipped(offers: list[Offer], tell: Progress | None = None, has_folders: bool = False) -> bytes:
    """All the round's blanks in one archive. has_folders: those of each unit in a folder of its own."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, offer in enumerate(offers, start=1):
            folder = f"{offer.unit_name}/" if has_folders else ""
            with PAPERS.entered():
                archive.writestr(f"{folder}{offer.file_name}", offer.make())
            if tell:
                tell(number, len(offers), offer.file_name)
    return out.getvalue()


def offer_all_units(every: list[Offer], month: date) -> None:
    """The blanks of all units, made beside the pages: some seconds for fifty."""
    about = text.month_name(month)
    name = f"{text.t('templates.every_unit.file', month=f'{month:%Y-%m}')}.zip"
    if every and st.button(text.t("templates.every_unit", number=len(every)), icon=":material/folder_zip:"):
        JOBS.begin(BLANKS, viewer().user_code, lambda tell: (name, zipped(every, tell, has_folders=True)), about)
        st.rerun()


def show(offer: Offer, due: Any) -> None:
    """One blank: what it is, by when and what moved it, and the button. due: its row of dues, None before it opens."""
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        name = text.pick_words(offer.template.template_name)
        period = label(offer.period, offer.template.cycle)
        words = f"  \n:gray[{text.t('templates.line', period=period, deadline=by_when(offer, due))}]"
        stands = f" · {with_kind(text.t(f'status.{due.status}'), due)}" if due else ""
        st.markdown(f"**{offer.template.template_code}** {name}{words}{stands}", width="stretch")
        st.download_button(
            text.t("templates.download"),
            data=offer.make,
            file_name=offer.file_name,
            mime=XLSX,
            key=f"blank-{offer.unit_code}-{offer.template.template_code}-{period}",
            on_click="ignore",
        )


def by_when(offer: Offer, due: Any) -> str:
    """The deadline and what moved it."""
    return text.deadline(due) if due else text.planned(offer.planned)


st.title(text.t("templates.title"))
st.markdown(text.t("templates.how"))

as_of = asking.now()
current = asking.this_round(as_of) or date(as_of.year, as_of.month, 1)
months = [add_months(current, n) for n in (1, 0, -1, -2, -3)]
left, right = st.columns(2)
with left:
    unit = choices.choose_unit()
with right:
    month = st.selectbox(
        text.t("templates.month"), months, index=1, format_func=lambda m: f"{m:%Y-%m}", key="templates_month"
    )
if unit is None and viewer().may(Right.MANAGE):
    offer_all_units(
        offers(asking.catalogue(), f"{month:%Y-%m}", deadlines=known_deadlines(asking.store(), as_of)), month
    )
if unit is None:
    st.info(text.t("templates.choose_unit"), icon=":material/arrow_upward:")
    st.stop()

deadlines = known_deadlines(asking.store(), as_of)
blanks = offers(asking.catalogue(), f"{month:%Y-%m}", unit, deadlines=deadlines)
if not blanks:
    st.info(text.t("templates.none"), icon=":material/event_available:")
    st.stop()
judged = asking.ask(dues, as_of, month=month, unit_code=unit)
by_key = {(due.template_code, due.period.date()): due for due in judged.itertuples()}
st.download_button(
    text.t("templates.all", number=len(blanks)),
    data=lambda: zipped(blanks),
    file_name=f"{text.unit_name(asking.catalogue(), unit)}_{month:%Y-%m}.zip",
    mime="application/zip",
    type="primary",
    on_click="ignore",
)
choices.link("pages/hand_in/declare.py", text.t("declare.to_declare"))
for blank in blanks:
    show(blank, by_key.get((blank.template.template_code, blank.period)))
