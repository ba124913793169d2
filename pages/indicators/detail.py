"""One indicator: its course, the units, unit by month, the texts of its columns, and every value as a table."""

from datetime import date, datetime
from functools import partial
from typing import Any

import pandas
import streamlit as st

import text
from charts import indicator_units
from charts import indicators as charts
from data.catalogue.indicator import Indicator
from data.indicators.breakdown import split, values_by_row
from data.indicators.values import change, worst_of
from data.periods import add_months
from pages.frame import asking, display
from pages.frame.display import show_table
from pages.frame.escaping import escaped
from pages.indicators import words
from pages.indicators.question import COURSE, behind, figures
from pages.indicators.tables import values_table
from text import t

CELLS = 13  # months of the heatmap: a year, and the same month of the year before
BARS = 15
NOTES = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


def show(indicator: Indicator, as_of: datetime, month: date, unit_code: str | None) -> None:
    """The page of an indicator, of all units or one."""
    code = indicator.indicator_code
    by_month = figures(as_of, ("month",), month, 25, unit_code, code)
    by_unit = figures(as_of, ("month", "unit_code"), month, 25, unit_code, code)
    by_unit = _told(by_unit[by_unit["owed"] > 0], indicator)
    _head(indicator, by_month, month)
    _course(indicator, by_month, by_unit, unit_code)
    units = _units(by_unit, indicator, month)
    if len(units) > 1:
        _ranked(indicator, by_month, by_unit, units, month)
        _side_by_side(indicator, by_unit, units, month)
    _split(indicator, as_of, month, unit_code)
    _table(indicator, by_unit, as_of)


def _head(indicator: Indicator, by_month: pandas.DataFrame, month: date) -> None:
    catalogue = asking.catalogue()
    st.header(f"{words.name(indicator)} :gray[:small[{indicator.indicator_code}]]", anchor=False)
    template = text.template_name(catalogue, indicator.template_code) if indicator.template_code else ""
    st.caption(
        words.listed([escaped(words.definition(indicator, catalogue)), template, text.pick_words(indicator.source)])
    )
    own = by_month[by_month["month"] == pandas.Timestamp(month)]
    if own.empty:
        st.info(t("indicator.not_owed", month=text.month_name(month)))
        return
    row = next(own.itertuples())
    shown = {"border": True, "height": "stretch", "delta_arrow": "off", "delta_color": "off"}
    with st.grid(4, min_column_width=150):
        st.metric(text.month_name(month), words.value(row.value, indicator), **shown)
        st.metric(t("indicator.column.target"), words.target(row, indicator) or text.DASH, delta=_reached(row), **shown)
        for months, key in ((1, "indicator.since_month"), (12, "indicator.since_year")):
            difference = change(by_month, month, months, indicator)
            points = t("indicator.points.of") if indicator.measure == "%" else text.measure(indicator.measure)
            st.metric(t(key), words.arrow(difference, indicator), delta=points, **shown)
    st.markdown(words.rests_on(row) + t("list.stop"))


def _reached(row: Any) -> str | None:
    return None if row.is_met is None else t("indicator.met" if row.is_met else "indicator.missed")


def _course(indicator: Indicator, by_month: pandas.DataFrame, by_unit: pandas.DataFrame, unit_code: str | None) -> None:
    """Two years with the target; what sections said stands at its point by a number, and below in full."""
    st.subheader(t("indicator.course", number=COURSE), anchor=False)
    points = _told(by_month.tail(COURSE), indicator)
    noted = by_unit[(by_unit["note"] != "") & by_unit["month"].isin(points.loc[points["value"].notna(), "month"])]
    months = sorted(noted["month"].unique())[-len(NOTES) :]
    numbers = dict(zip(months, NOTES, strict=False))

    figure = charts.course(
        points, numbers, text.measure(indicator.measure), t, partial(behind(indicator), unit=unit_code)
    )
    display.show(figure, "chart.indicator.course", has_links=True)
    lines = [
        f"- {numbers[row.month]} {row.month:%Y-%m} **{escaped(_unit(row.unit_code))}** {escaped(note)}"
        for row in noted[noted["month"].isin(months)].sort_values("month").itertuples()
        for note in row.note.split("\n")
    ]
    if lines:
        with st.expander(t("indicator.notes", number=len(lines)), expanded=len(lines) <= 6):
            st.markdown("\n".join(lines))


def _told(rows: pandas.DataFrame, indicator: Indicator) -> pandas.DataFrame:
    """Rows with what a figure writes: is_firm, hover, label, mark."""
    every = list(rows.itertuples())
    is_unit = "unit_code" in rows
    headings = [f"{_unit(row.unit_code)} {row.month:%Y-%m}" if is_unit else f"{row.month:%Y-%m}" for row in every]
    return rows.assign(
        is_firm=[words.is_firm(row) for row in every],
        hover=[words.hover(row, indicator, heading) for row, heading in zip(every, headings, strict=True)],
        label=[words.short(row.value, indicator) if row.is_met is False else "" for row in every],
        mark=[words.mark(row) for row in every],
    )


def _unit(code: str) -> str:
    return text.unit_name(asking.catalogue(), code)


def _units(by_unit: pandas.DataFrame, indicator: Indicator, month: date) -> dict[str, str]:
    """code → name of the units that owe something for it, the worst of the month first."""
    own = worst_of(by_unit[by_unit["month"] == pandas.Timestamp(month)], indicator)
    rest = by_unit.sort_values("month", ascending=False)["unit_code"]
    return {code: _unit(code) for code in dict.fromkeys([*own["unit_code"], *rest])}


def _ranked(
    indicator: Indicator, by_month: pandas.DataFrame, by_unit: pandas.DataFrame, units: dict[str, str], month: date
) -> None:
    """Unit by month beside the units in order."""
    left, right = st.columns([3, 2], gap="medium")
    months = [pandas.Timestamp(add_months(month, -back)) for back in range(CELLS - 1, -1, -1)]
    to = behind(indicator)
    with left:
        st.subheader(t("indicator.heatmap"), anchor=False)
        has_target = by_unit["target"].notna().any()
        how = t("indicator.heatmap.caption" if has_target else "indicator.heatmap.free")
        st.caption(f"{how} {t('indicator.heatmap.signs')}")
        cells = by_unit[by_unit["month"].isin(months)]
        figure = indicator_units.unit_months(cells, units, months, to)
        display.show(figure, "chart.indicator.heatmap", has_links=True)
    with right:
        st.subheader(t("indicator.ranking", month=text.month_name(month)), anchor=False)
        own = by_unit[(by_unit["month"] == pandas.Timestamp(month)) & by_unit["value"].notna()]
        if own.empty:
            st.info(t("indicator.nothing_known"))
            return
        together = by_month.loc[by_month["month"] == pandas.Timestamp(month), "value"]
        average = float(together.iloc[0]) if indicator.is_share and len(together) else float("nan")
        st.caption(t("indicator.ranking.caption" if indicator.is_share else "indicator.ranking.plain"))
        rows = worst_of(own, indicator)
        rows = rows.assign(code=rows["unit_code"], name=[units[unit] for unit in rows["unit_code"]])
        rows["label"] = [f"{words.value(row.value, indicator)} {row.mark}".strip() for row in rows.itertuples()]
        figure = charts.ranking(rows, average, t("indicator.together"), lambda unit: to(month, unit))
        display.show(figure, "chart.indicator.ranking", has_links=True)


def _side_by_side(indicator: Indicator, by_unit: pandas.DataFrame, units: dict[str, str], month: date) -> None:
    st.subheader(t("indicator.side_by_side"), anchor=False)
    own = by_unit[by_unit["month"] == pandas.Timestamp(month)].set_index("unit_code")["value"]
    shown = {code: words.value(own.get(code, float("nan")), indicator) for code in units}
    figure = indicator_units.by_unit(by_unit, units, shown, behind(indicator))
    display.show(figure, "chart.indicator.by_unit", has_links=True)


def _split(indicator: Indicator, as_of: datetime, month: date, unit_code: str | None) -> None:
    """By the texts of a column, of the month that is looked at."""
    if not indicator.breakdowns:
        return
    template = asking.catalogue().template(indicator.template_code)
    labels = {name: text.pick_words(template.column(name).label) for name in indicator.breakdowns}
    st.subheader(t("indicator.split", month=text.month_name(month)), anchor=False)
    column = st.segmented_control(
        t("indicator.split.by"),
        list(labels),
        default=next(iter(labels)),
        required=True,
        format_func=labels.get,
        key=f"split-{indicator.indicator_code}",
        label_visibility="collapsed",
    )
    code = indicator.indicator_code
    rows = asking.ask(split, as_of, indicator_code=code, column=column, unit_code=unit_code)
    own = values_by_row(rows[rows["month"] == pandas.Timestamp(month)], indicator).dropna(subset="value")
    if own.empty:
        st.info(t("indicator.nothing_known"))
        return
    shown = worst_of(own, indicator).head(BARS)
    names = [row or t("indicator.blank") for row in shown["row"]]
    told = [words.with_parts(row, indicator) for row in shown.itertuples()]
    hovers = [f"<b>{escaped(name)}</b><br>{said}" for name, said in zip(names, told, strict=True)]
    shown = shown.assign(code=shown["row"], name=names, label=told, hover=hovers)
    figure = charts.ranking(shown, float("nan"), "", lambda row: behind(indicator)(month, unit_code))
    display.show(figure, "chart.indicator.split", has_links=True)
    if len(own) > BARS:
        st.caption(t("indicator.split.more", number=len(own) - BARS))


def _table(indicator: Indicator, by_unit: pandas.DataFrame, as_of: datetime) -> None:
    st.subheader(t("indicator.table"), anchor=False)
    newest = by_unit.sort_values(["month", "unit_code"], ascending=[False, True])
    to = behind(indicator)
    links = [to(month.date(), unit) for month, unit in zip(newest["month"], newest["unit_code"], strict=True)]
    table = values_table(asking.catalogue(), newest)
    show_table(table, links, height=320)
    display.download(table, t("indicator.file", name=words.name(indicator)), as_of)
