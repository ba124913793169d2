"""The question of the data page: in the address, so that a colleague opens the same, and kept between visits."""

from collections.abc import Mapping
from datetime import date, datetime

import streamlit as st

from data.dues.rounds import last_settled
from data.fault import Fault
from data.periods import add_months
from data.rows.asked import WORDS, Asked, read, written
from pages.frame import asking
from pages.frame.faults import show_fault
from pages.frame.viewer import viewer

SHAPE = ("view", "by", "across", "measure")
"""Words of the address that say how the rows are looked at, not which."""

_NAMES = ("month", *WORDS, *SHAPE)
_KEPT, _TURN, _SEEN = "rows.words", "rows.turn", "rows.address"
_YEAR = 11  # months before the last


def arrived(as_of: datetime) -> dict[str, str]:
    """The words with which the reader came, or those that she left with; where there are none, the year up to the last
    month that is settled. Whoever belongs to a unit asks for it alone.
    """
    given = {name: st.query_params[name] for name in _NAMES if name in st.query_params}
    if "template" in given and given != st.session_state.get(_SEEN):
        st.session_state[_KEPT] = given
        st.session_state[_TURN] = st.session_state.get(_TURN, 0) + 1  # the controls begin anew with these words
    words = dict(st.session_state.setdefault(_KEPT, _first(as_of)))
    if unit_code := viewer().unit_code:
        words["unit"] = unit_code
    return words


def key(name: str) -> str:
    """The key of a control; another one once somebody has come with other words."""
    return f"rows-{name}-{st.session_state.get(_TURN, 0)}"


def asked_by(words: Mapping[str, str]) -> Asked:
    """The question; where the words of an address cannot be read, says why and asks for all rows of the template."""
    which = {name: word for name, word in words.items() if name not in SHAPE}
    catalogue = asking.catalogue()
    try:
        return read(which, catalogue)
    except Fault as fault:
        show_fault(fault)
    known = {template.template_code for template in catalogue.templates}
    template = which["template"] if which.get("template") in known else catalogue.templates[0].template_code
    return read({"template": template, "unit": viewer().unit_code or ""}, catalogue)


def keep(asked: Asked, shape: Mapping[str, str]) -> None:
    """Put the question into the address, and keep it while the reader is on other pages."""
    words = written(asked) | {name: word for name, word in shape.items() if word}
    st.session_state[_KEPT] = st.session_state[_SEEN] = words
    for name in _NAMES:
        if name in words:
            st.query_params[name] = words[name]
        else:
            st.query_params.pop(name, None)


def templates_of(unit_code: str | None) -> list[str]:
    """The templates that a unit owes or has owed, in the catalogue's order; all for None, or where it owes none."""
    catalogue = asking.catalogue()
    every = [template.template_code for template in catalogue.templates]
    owed = {item.template_code for item in catalogue.obligations if item.unit_code == unit_code}
    return [code for code in every if code in owed] or every


def _first(as_of: datetime) -> dict[str, str]:
    last: date | None = last_settled(asking.store(), as_of)
    unit = viewer().unit_code or st.query_params.get("unit") or st.session_state.get("unit") or ""
    words = {"template": templates_of(unit or None)[0], "unit": unit}
    if last:
        words |= {"from": f"{add_months(last, -_YEAR):%Y-%m}", "to": f"{last:%Y-%m}"}
    return words
