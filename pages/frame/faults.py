"""A fault on a page: said in the reader's language, ready for Markdown."""

import re
from collections.abc import Callable

import streamlit as st

import text
from data.fault import Fault
from locales import faults
from pages.frame import asking
from pages.frame.escaping import escaped

_NO_MARKUP = re.compile(r"(?:[^\W_]|[ 、]|(?<=[^\W_])-(?=[^\W_])|(?<=\d):(?=\d))+")  # 乙科, BE-01 2026-10, 09:05


def fault_words(fault: Fault) -> str:
    """What was expected, what was found, what to do; a unit by the name that the reader knows."""
    unit_code = fault.details.get("unit_code")
    instead = {"unit": text.unit_name(asking.catalogue(), unit_code)} if unit_code else {}
    return faults.fault_words(fault, text.language(), show=_shown, **instead)


def show_fault(fault: Fault) -> None:
    """In the box that asks the reader to mend something."""
    st.warning(fault_words(fault), icon=":material/edit:")


def is_done(act: Callable[[], object]) -> bool:
    """Do it; where it is refused, say why and answer False."""
    try:
        act()
    except Fault as fault:
        show_fault(fault)
        return False
    return True


def _shown(value: str) -> str:
    return value if _NO_MARKUP.fullmatch(value) else escaped(value)
