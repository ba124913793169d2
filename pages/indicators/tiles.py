"""Indicators as tiles: value, target, which way it goes, two years in a line, and what it rests on; the worst first."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from html import escape
from typing import Any

import pandas
import streamlit as st

import text
from charts.indicators import sparkline
from data.catalogue.indicator import Indicator
from data.indicators.values import change, turn, worst_first
from pages.frame import asking, choices
from pages.frame.sitemap import INDICATORS
from pages.frame.ways import Way
from pages.indicators import words
from pages.indicators.question import figures, newest_month
from pages.indicators.tables import values_table
from text import t

FRONT = 4


def tiles_of(month: date, by_month: pandas.DataFrame) -> pandas.DataFrame:
    """The values of a month that anybody owes something for, the worst first."""
    own = by_month[(by_month["month"] == pandas.Timestamp(month)) & (by_month["owed"] > 0)]
    return worst_first(own)


def sentence(own: pandas.DataFrame) -> str:
    """How many miss their target, reach it, have none."""
    missed, met = int((own["is_met"] == False).sum()), int((own["is_met"] == True).sum())  # noqa: E712 - None is neither
    unknown = int((own["is_met"].isna() & own["target"].notna()).sum())
    said = [t("indicator.sentence", number=len(own)), t("indicator.sentence.missed", number=missed)]
    said += [t("indicator.sentence.met", number=met)]
    said += [t("indicator.sentence.unknown", number=unknown)] if unknown else []
    said += [t("indicator.sentence.free", number=free)] if (free := int(own["target"].isna().sum())) else []
    return t("indicator.comma").join(said) + t("list.stop")


@dataclass(frozen=True)
class Tile:
    """What a tile says, in the reader's language. turned: 1 for the better, -1 for the worse; delta: None where there
    is nothing to compare with. line: the course as HTML.
    """

    indicator_code: str
    name: str
    value: str
    delta: str | None
    has_changed: bool
    turned: int
    line: str
    caption: str


@dataclass(frozen=True)
class Tiles:
    """The tiles of a month, the worst first; the sentence above them; `as_frame`: the values as a table."""

    sentence: str
    tiles: list[Tile]
    as_frame: pandas.DataFrame


def tiles(as_of: datetime, month: date, unit_code: str | None = None) -> Tiles | None:
    """None where nobody owes anything of that month."""
    by_month = figures(as_of, ("month",), month, 25, unit_code)
    own = tiles_of(month, by_month)
    if own.empty:
        return None
    made = [_tile(row, by_month, month) for row in own.itertuples()]
    return Tiles(sentence(own), made, values_table(asking.catalogue(), own))


def show_tiles(shown: Sequence[Tile], month: date, unit_code: str | None = None) -> None:
    """Four beside each other, two on a phone."""
    with st.grid(4, min_column_width=160):
        for tile in shown:
            with st.container(border=True, height="stretch", gap="xsmall"):
                _show(tile, month, unit_code)


def _show(tile: Tile, month: date, unit_code: str | None) -> None:
    query = {"indicator": tile.indicator_code, "month": f"{month:%Y-%m}", "unit": unit_code or ""}
    query = {name: word for name, word in query.items() if word}
    Way(INDICATORS, query).link(f"**{tile.name}**", ":material/chevron_right:")
    st.metric(
        tile.name,
        tile.value,
        delta=tile.delta,
        delta_color=words.COLOURS[tile.turned],
        delta_arrow="auto" if tile.has_changed else "off",
        delta_description=None if tile.delta is None else t("indicator.since_month"),
        label_visibility="collapsed",
    )
    st.html(tile.line)
    st.caption(tile.caption)


def _tile(row: Any, by_month: pandas.DataFrame, month: date) -> Tile:
    indicator = asking.catalogue().indicator(row.indicator_code)
    before = change(by_month, month, _cycle(indicator), indicator)
    changed = words.change(before, indicator)
    course = by_month.loc[by_month["indicator_code"] == row.indicator_code, "value"].tolist()
    drawn = base64.b64encode(sparkline(course, row.target, words.is_firm(row), row.is_met).encode()).decode()
    alt = t("chart.indicator.sparkline.alt", name=words.name(indicator))
    aimed = words.target(row, indicator)
    year = words.turned(change(by_month, month, 12, indicator), indicator)
    year = f"{t('indicator.since_year')} {year}" if year else ""
    said = [t("indicator.target", target=aimed) if aimed else t("indicator.no_target"), year, _rests(row)]
    return Tile(
        row.indicator_code,
        words.name(indicator),
        words.value(row.value, indicator),
        None if pandas.isna(before) else changed or t("indicator.same"),
        bool(changed),
        turn(before, indicator),
        f'<img alt="{escape(alt)}" src="data:image/svg+xml;base64,{drawn}" style="width: 100%">',
        "  \n".join(part for part in said if part),
    )


def _rests(row: Any) -> str:
    """What the value rests on, in a colour where that is not firm; why there is none."""
    said = words.rests_on(row)
    if pandas.isna(row.value):
        said = words.listed([t("indicator.nothing" if row.reported else "indicator.not_reported"), said])
    return said if words.is_firm(row) else f":orange[{said}]"


def _cycle(indicator: Indicator) -> int:
    """Months from one value to the next."""
    code = indicator.template_code
    return asking.catalogue().template(code).cycle.months if code else 1


def front(as_of: datetime, unit_code: str | None = None) -> None:
    """For the first page, or (unit_code) the page of a unit: the indicators that want a look most, of all units or of
    that one alone. Nothing where the catalogue has none, or nobody owes anything for one.
    """
    if not asking.catalogue().indicators:
        return
    month = newest_month(as_of)
    made = asking.worked_out(tiles, as_of, month=month, unit_code=unit_code)
    if made is None:
        return
    st.subheader(t("indicator.front", month=text.month_name(month)), anchor=False)
    st.markdown(made.sentence)
    show_tiles(made.tiles[:FRONT], month, unit_code)
    query = {"indicator": choices.EVERY, "month": f"{month:%Y-%m}", "unit": unit_code or ""}
    Way(INDICATORS, {name: word for name, word in query.items() if word}).link(t("indicator.to_all"))
