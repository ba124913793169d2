"""Choices that outlive a page: unit, template, month, moment; and links that keep them."""

from collections.abc import Callable, Sequence
from datetime import date, datetime

import streamlit as st

import text
from data.dues.rounds import last_settled
from pages.frame import asking, folding, moment
from pages.frame.viewer import viewer
from text import t

KEPT = ("lang", "unit", "month", moment.KEY, moment.KNOWN)
ALL = ""  # the first choice of a list: everything, or this round
EVERY = "all"  # every month


def choose(
    key: str, options: Sequence[str], name: Callable[[str], str], label: str, everything: str | None, of: str = ""
) -> str | None:
    """A choice kept in the address and through page changes; None for all. The address holds codes, not names.

    everything: what the choice of all is called; None where one must be chosen, and the first is unless another is.
    of: the page whose own the choice is. It goes by the address alone, and no other page follows it.
    """
    offered = list(options) if everything is None else [ALL, *options]
    kept, seen = f"{of}{key}", f"{of}{key}-seen"
    asked = st.query_params.get(key, offered[0] if of else None)
    # Whoever comes by an address, or goes back to one, is shown what it says, whatever was chosen elsewhere before.
    if kept not in st.session_state or (asked is not None and asked != st.session_state.get(seen)):
        st.session_state[kept] = offered[0] if asked is None else asked
    # Written on every run, for what lies here after a change of page is a leftover that the new page's widget ignores.
    st.session_state[kept] = st.session_state[kept] if st.session_state[kept] in offered else offered[0]
    chosen = st.selectbox(
        label,
        offered,
        format_func=lambda code: name(code) if code else everything,
        key=kept,
        persist_state="session",
    )
    if chosen:
        st.query_params[key] = chosen
    else:
        st.query_params.pop(key, None)
    st.session_state[seen] = chosen
    folding.tell(name(chosen) if chosen else everything or "")
    return chosen or None


def choose_unit(label: str | None = None, everything: str | None = None, of: str = "") -> str | None:
    """The unit to look at; None for all. Whoever belongs to one has no choice, whatever the address says."""
    if unit_code := viewer().unit_code:
        show_own_unit(unit_code, label)
        return unit_code
    return choose(
        "unit",
        asking.obliged_units(),
        _unit_name,
        label or t("choice.unit"),
        everything or t("choice.all_units"),
        of,
    )


def _unit_name(unit_code: str) -> str:
    return text.unit_name(asking.catalogue(), unit_code)


def choose_one_unit() -> str:
    """The unit to look at, never all of them: her own for whoever belongs to one, else the first unless another is."""
    if unit_code := viewer().unit_code:
        show_own_unit(unit_code)
        return unit_code
    return choose("unit", asking.obliged_units(), _unit_name, t("choice.unit"), None)


def show_own_unit(unit_code: str, label: str | None = None) -> None:
    """In the place of a choice: the unit whose page this is."""
    st.query_params.pop("unit", None)
    st.session_state["unit"] = unit_code
    name = text.unit_name(asking.catalogue(), unit_code)
    folding.tell(name)
    st.text_input(label or t("choice.unit"), name, disabled=True, key=f"own-unit-{unit_code}")


def choose_template(of: str = "") -> str | None:
    """The template to look at; None for all."""
    codes = [template.template_code for template in asking.catalogue().templates]

    def name(code: str) -> str:
        return f"{code} {text.template_name(asking.catalogue(), code)}"

    return choose("template", codes, name, t("choice.template"), t("choice.all_templates"), of)


def choose_month(as_of: datetime, has_all: bool = False, of: str = "") -> date | None:
    """The round to look at, this one unless another is chosen; None for all months, where that is offered."""
    options = [f"{month:%Y-%m}" for month in asking.months(as_of)]
    current, *earlier = options

    def name(code: str) -> str:
        return t("choice.all_months") if code == EVERY else text.month_name(_month(code))

    everything = t("choice.this_round", month=text.month_name(_month(current)))
    offered = [EVERY, *earlier] if has_all else earlier
    chosen = choose("month", offered, name, t("choice.month"), everything, of)
    return None if chosen == EVERY else _month(chosen or current)


def _month(code: str) -> date:
    return date.fromisoformat(f"{code}-01")


def link(page: str, label: str) -> None:
    """A link to another page, such as pages/round/late.py, that keeps language, unit and month."""
    kept = {key: st.query_params[key] for key in KEPT if key in st.query_params}
    st.page_link(
        str(asking.PAGES.parent / page),
        label=label,
        icon=":material/arrow_forward:",
        icon_position="right",
        query_params=kept,
    )


def choose_closed_month(as_of: datetime, key: str) -> date:
    """A round; the newest whose deadlines have all passed, unless another is chosen."""
    options = asking.months(as_of)
    settled = asking.ask(last_settled, as_of)
    first = options.index(settled) if settled in options else 0
    chosen = st.selectbox(t("choice.month"), options, first, format_func=text.month_name, key=key)
    folding.tell(text.month_name(chosen))
    return chosen
