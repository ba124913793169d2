"""Ways from a number to what lies behind it: addresses that open the same for whoever is sent them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pandas
import streamlit as st

import text
from locales import DEFAULT
from pages.frame import asking, moment
from pages.frame.choices import EVERY
from pages.frame.sitemap import ANOMALIES, DUES, FORM, REMINDERS, ROWS, Place, place_at

_FROM, _PAGE = "from", "page"
_MOMENT = (moment.KEY, moment.KNOWN)


@dataclass(frozen=True)
class Way:
    """A page and what its address says to look at."""

    place: Place
    query: Mapping[str, str]

    @property
    def address(self) -> str:
        """Relative to any page, so that it holds behind any path: dues?unit=A&month=2026-10."""
        return f"{self.place.address}?{urlencode(_with_kept(self.query))}"

    def link(self, label: str, icon: str | None = ":material/arrow_forward:") -> None:
        """As a link that stays in the reader's tab."""
        query = _with_kept(self.query) | _came_from(self.place)
        st.page_link(_file(self.place), label=label, icon=icon, icon_position="right", query_params=query)


def to_form(submission_id: str, cell: str | None = None, sheet: str | None = None, row: int | None = None) -> Way:
    """A submission drawn as a form, with a cell lit, or from a row on."""
    written = None if row is None else str(row)
    return Way(FORM, _said({"submission": submission_id, "cell": cell, "sheet": sheet, "row": written}))


def to_dues(
    unit: str | None = None,
    template: str | None = None,
    month: date | None = None,
    status: str | None = None,
    between: tuple[date, date] | None = None,
) -> Way:
    """The dues behind a figure; month None: of all months, or of those from one to another."""
    query = {"unit": unit, "template": template, "month": _month(month) or EVERY, "status": status}
    since, until = between or (None, None)
    return Way(DUES, _said(query | {"since": _month(since), "until": _month(until)}))


def dues_address(**of: Any) -> str:
    """The address of `to_dues`, for a figure."""
    return to_dues(**of).address


def to_urging() -> Way:
    """Where units are reminded by hand."""
    return Way(REMINDERS, {"tab": "now"})


def to_rows(words: Mapping[str, str]) -> Way:
    """Accepted rows; words: as `data.rows.asked.written` has them."""
    return Way(ROWS, words)


def flags_address(unit: str, month: date) -> str:
    """The address of a unit's flagged figures of a month."""
    return Way(ANOMALIES, {"unit": unit, "month": f"{month:%Y-%m}"}).address


def form_address(submission_id: str | None, cell: str | None = None, sheet: str | None = None) -> str | None:
    """The address of `to_form`, for a line of a table; None where there is no submission."""
    is_none = submission_id is None or pandas.isna(submission_id)
    return None if is_none else to_form(submission_id, cell, sheet).address


def follow(address: str) -> None:
    """Go where a mark that was clicked leads; nowhere for an address of no page. A figure that leads to its own page
    needs a key that changes with what the page is asked, or the mark stays chosen and is followed for ever.
    """
    page, _, query = address.partition("?")
    place, wanted = place_at(page), dict(parse_qsl(query))
    if place is None:
        return
    if place.address != st.session_state.get(_PAGE):
        st.switch_page(_file(place), query_params=wanted | _came_from(place))
    if any(st.query_params.get(name) != word for name, word in wanted.items()):  # the page itself, asked otherwise
        st.query_params.from_dict(wanted)
        st.rerun()


def come_to(page: str) -> None:
    """To be called on each rerun with the page's address. Streamlit leaves a page in the browser's history with the
    query of what was gone to from there; whoever comes back is to find it as it was.
    """
    st.session_state[_PAGE] = page
    if st.query_params.get(_FROM) == page:
        kept = {name: st.query_params[name] for name in ("lang", *_MOMENT) if name in st.query_params}
        st.query_params.from_dict(kept)


def _came_from(place: Place) -> dict[str, str]:
    page = st.session_state.get(_PAGE)
    return {_FROM: page} if page and page != place.address else {}


def _month(month: date | None) -> str | None:
    return None if month is None else f"{month:%Y-%m}"


def _said(query: Mapping[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in query.items() if value}


def _with_kept(query: Mapping[str, str]) -> dict[str, str]:
    """With the reader's language and moment, where they are not the usual ones."""
    kept = {"lang": text.language()} if text.language() != DEFAULT else {}
    return {**query, **kept, **dict(moment.in_address())}


def _file(place: Place) -> str:
    return str(asking.PAGES / f"{place.path}.py")
