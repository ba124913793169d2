"""Who is likely to be late, so that the office can call first; with how such estimates held on the past."""

from datetime import date, datetime

import streamlit as st

import text
from data.dues.forecast import calibration, likely_late
from pages.frame import asking, words
from text import t

_WORTH_A_CALL = 0.3  # as likely as not is too late for a call; below a third most calls would be for nothing
_MOST = 12


def show(as_of: datetime, month: date | None, unit_code: str | None) -> None:
    """A card a unit whose pending dues are likely late; nothing where there is none."""
    cards, how = asking.worked_out(_cards, as_of, month=month, unit_code=unit_code)
    if not cards:
        return
    st.subheader(t("forecast.title"), anchor=False)
    with st.grid(2, min_column_width=340):
        for unit, lines in cards:
            with st.container(border=True):
                st.markdown(unit)
                st.markdown(lines)
    st.caption(how)


def _cards(as_of: datetime, month: date | None, unit_code: str | None) -> tuple[list[tuple[str, str]], str]:
    """Of each unit its name and a line a due, in Markdown; and how the estimates held."""
    likely = asking.ask(likely_late, as_of, month=month, unit_code=unit_code)
    likely = likely[likely["probability"] >= _WORTH_A_CALL].head(_MOST)
    if likely.empty:
        return [], ""
    catalogue = asking.catalogue()
    cards = [
        (
            f"**{text.unit_name(catalogue, code)}**",
            "\n".join(f"- {_line(catalogue, due)}" for due in unit_dues.itertuples()),
        )
        for code, unit_dues in words.by_unit(likely)
    ]
    return cards, t("forecast.how", check=_check(as_of))


def _line(catalogue, due) -> str:
    past = t("forecast.past", cases=due.n_cases, late=due.n_late) if due.n_cases else t("forecast.no_past")
    name = text.template_name(catalogue, due.template_code)
    return t("forecast.line", template=name, code=due.template_code, share=text.estimate(due.probability), past=past)


def _check(as_of: datetime) -> str:
    """What became of the estimates that would have been worth a call."""
    held = asking.ask_daily(calibration, as_of)
    held = held[(held["low"] >= _WORTH_A_CALL) & (held["n"] > 0)]
    lines = [
        t(
            "forecast.check",
            low=text.estimate(share_range.low),
            high=text.estimate(share_range.high),
            number=share_range.n,
            observed=text.estimate(share_range.observed),
        )
        for share_range in held.itertuples()
    ]
    return t("list.comma").join(lines)
