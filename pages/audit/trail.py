"""The audit trail on its page: one act with all that was kept of it, the trail as .xlsx, and whether it is whole."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import streamlit as st

import text
from data import audit
from data.people.audit_trail import Wanted, audit_trail
from data.store import Store
from loaders.list_workbook import list_workbook
from pages.audit import words
from pages.frame import asking
from pages.frame.escaping import escaped
from text import language, t

_FAULTS = 30


def show_details(row: Any) -> None:
    """Everything that was kept of one act."""
    catalogue, locale = asking.catalogue(), language()
    with st.container(border=True):
        st.markdown(f"**{escaped(words.sentence(row, catalogue, locale))}**")
        about = (words.moment(row, catalogue), words.actor(row, locale), words.place(row, locale))
        st.caption(escaped(" · ".join(about)))
        kept = words.details(row, catalogue, locale)
        if kept:
            st.markdown("  \n".join(f":gray[{escaped(name)}] {escaped(said)}" for name, said in kept.items()))


def workbook(as_of: datetime, newest: int, limit: int, wanted: Wanted) -> Callable[[Store], bytes]:
    """What makes the .xlsx of everything that is asked for, not only of what the page shows, with all details."""
    catalogue, locale = asking.catalogue(), language()
    title, sheet = t("page.audit"), t("page.audit")
    line, heading = t("download.as_of", moment=text.moment(as_of, asking.clock())), t("audit.column.details")

    def make(store: Store) -> bytes:
        entries = audit_trail(store, as_of, wanted, limit, newest)
        kept = [words.details(row, catalogue, locale) for row in entries.itertuples()]
        said = ["\n".join(f"{name} {value}" for name, value in values.items()) for values in kept]
        table = words.trail_table(entries, catalogue, locale).assign(**{heading: said})
        return list_workbook(table, title, line, sheet, catalogue.clock)

    return make


def show_check(store: Store) -> None:
    """Reads the whole trail and says whether it is whole, or where it is not."""
    with st.spinner(t("audit.checking")):
        faults = audit.faults(store)
    if not faults:
        number, hash_ = audit.head(store)
        st.success(t("audit.is_whole", number=number, hash=hash_[:16]), icon=":material/verified:")
        return
    lines = [t(f"audit.fault.{fault.code}", first=fault.first, last=fault.last) for fault in faults[:_FAULTS]]
    lines += [t("audit.more", number=len(faults) - _FAULTS)] if len(faults) > _FAULTS else []
    st.error("\n".join([t("audit.broken"), "", *(f"- {line}" for line in lines)]), icon=":material/gpp_bad:")
