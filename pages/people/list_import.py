"""Many people at once: the list to fill in, reading it back, and the slips with the first passwords."""

import streamlit as st

from data.audit import Act
from loaders.people.lists import take_people
from loaders.people.sheets import people_list, slips
from pages.frame import asking
from pages.frame.escaping import escaped
from pages.frame.uploader import draw_over_uploaders
from pages.frame.viewer import handing_out
from pages.people.account_cards import origin
from text import language, t

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN = 30


def show() -> None:
    """The three steps."""
    st.markdown(t("people.import.how"))
    locale = language()
    st.download_button(
        t("people.list.download"),
        data=handing_out(Act("people_downloaded"), lambda store: people_list(store, locale)),
        file_name=f"{t('people.list.sheet')}.xlsx",
        mime=XLSX,
        icon=":material/download:",
        on_click="ignore",
    )
    draw_over_uploaders()
    file = st.file_uploader(t("people.import.file"), type=["xlsx"], key="people-file", max_upload_size=10)
    if file is None or not st.button(t("people.import.button"), type="primary"):
        return
    people, passwords, faults = take_people(asking.store(), file.getvalue(), file.name)
    if faults:
        st.warning(t("people.import.faults", number=len(faults)), icon=":material/edit:")
        st.markdown("\n".join(f"- {escaped(fault.words(locale))}" for fault in faults[:SHOWN]))
        if len(faults) > SHOWN:
            st.caption(t("people.import.more", number=len(faults) - SHOWN))
        return
    st.success(t("people.import.done", number=len(people), new=len(passwords)), icon=":material/check_circle:")
    if passwords:
        here, catalogue = origin(), asking.catalogue()
        st.download_button(
            t("people.slips.download", number=len(passwords)),
            data=handing_out(
                Act("slips_downloaded", details={"accounts": sorted(passwords)}),
                lambda _: slips(people, passwords, here, catalogue, locale),
            ),
            file_name=f"{t('people.slips')}.xlsx",
            mime=XLSX,
            icon=":material/key:",
            type="primary",
            on_click="ignore",
        )
        st.caption(t("people.slips.once"))
