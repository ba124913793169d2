"""What narrows the list of receipts: a month, words, an outcome; and the newest of what is left."""

from datetime import date, datetime

import pandas
import streamlit as st

import text
from data.submissions.search import Sought, outcomes_sought, submissions_sought
from pages.frame import asking, choices, folding
from text import t

SHOWN = 500  # lines; how many there are is always said, and whoever needs older ones narrows the choice


def choose_any_month(as_of: datetime) -> date | None:
    """The month whose reports are wanted; None for all."""
    months = {f"{month:%Y-%m}": month for month in asking.months(as_of)}

    def name(code: str) -> str:
        return text.month_name(months[code])

    return months.get(
        choices.choose("month", list(months), name, t("choice.month"), t("choice.all_months"), "receipts")
    )


def search_words() -> str:
    """What is looked for: kept in the address, so that a colleague sees the same."""
    asked = st.query_params.get("search", "")
    example = t("receipts.search.example")
    typed = st.text_input(t("receipts.search"), asked, 100, key="receipts-search", placeholder=example).strip()
    if typed:
        st.query_params["search"] = typed
    else:
        st.query_params.pop("search", None)
    folding.tell(typed)
    return typed


def outcome_numbers(as_of: datetime, sought: Sought) -> dict[str, int]:
    """outcome → how many files there are of it, all of them."""
    numbers = asking.ask(outcomes_sought, as_of, sought=sought)
    return dict(zip(numbers["outcome"], numbers["number"].tolist(), strict=True))


def newest(as_of: datetime, sought: Sought) -> pandas.DataFrame:
    """The newest of what is looked for, at most SHOWN."""
    return asking.ask(submissions_sought, as_of, sought=sought, limit=SHOWN)
