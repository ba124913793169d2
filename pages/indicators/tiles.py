"""Indicators as tiles: value, target, which way it goes, two years in a line, and what it rests on; the worst first."""

import base64
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


def show_tiles(own: pandas.DataFrame, by_month: pandas.DataFrame, month: date, unit_code: str | None = None) -> None:
    """Four beside each other, one on a phone."""
    with st.grid(4, min_column_width=210):
        for row in own.itertuples():
            with st.container(border=True, height="stretch", gap="xsmall"):
                _tile(row, by_month, month, unit_code)


def _tile(row: Any, by_month: pandas.DataFrame, month: date, unit_code: str | None) -> None:
    indicator = asking.catalogue().indicator(row.indicator_code)
    query = {"indicator": row.indicator_code, "month": f"{month:%Y-%m}", "unit": unit_code or ""}
    query = {name: word for name, word in query.items() if word}
    Way(INDICATORS, query).link(f"**{words.name(indicator)}**", ":material/chevron_right:")
    before = change(by_month, month, _cycle(indicator), indicator)
    st.metric(
        words.name(indicator),
        words.value(row.value, indicator),
        delta=None if pandas.isna(before) else words.change(before, indicator) or t("indicator.same"),
        delta_color=words.COLOURS[turn(before, indicator)],
        delta_arrow="auto" if words.change(before, indicator) else "off",
        delta_description=None if pandas.isna(before) else t("indicator.since_month"),
        label_visibility="collapsed",
    )
    course = by_month.loc[by_month["indicator_code"] == row.indicator_code, "value"].tolist()
    drawn = base64.b64encode(sparkline(course, row.target, words.is_firm(row), row.is_met).encode()).decode()
    alt = t("chart.indicator.sparkline.alt", name=words.name(indicator))
    st.html(f'<img alt="{escape(alt)}" src="data:image/svg+xml;base64,{drawn}" style="width: 100%">')
    aimed = words.target(row, indicator)
    year = words.turned(change(by_month, month, 12, indicator), indicator)
    year = f"{t('indicator.since_year')} {year}" if year else ""
    said = [t("indicator.target", target=aimed) if aimed else t("indicator.no_target"), year, _rests(row)]
    st.caption("  \n".join(part for part in said if part))


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


def front(as_of: datetime) -> None:
    """For the first page: the indicators that want a look most. Nothing where the catalogue has none."""
    if not asking.catalogue().indicators:
        return
    month = newest_month(as_of)
    by_month = figures(as_of, ("month",), month, 25)
    own = tiles_of(month, by_month)
    if own.empty:
        return
    st.subheader(t("indicator.front", month=text.month_name(month)), anchor=False)
    st.markdown(sentence(own))
    show_tiles(own.head(FRONT), by_month, month)
    Way(INDICATORS, {"indicator": choices.EVERY, "month": f"{month:%Y-%m}"}).link(t("indicator.to_all"))
