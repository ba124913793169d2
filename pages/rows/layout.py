"""图与透视: one figure by unit, period or category, as a chart and as a table that leads to the rows."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pandas
import streamlit as st

import text
from charts.rows import BARS, LINES, bars_by_group, lines_by_period
from data.catalogue.adding import COUNT, Adding, adding, has_sum, parts_of
from data.catalogue.model import Column, ColumnType, Template
from data.rows.asked import Asked, Condition
from data.rows.pivot import Pivot, groupings, pivoted
from data.rows.sums import PERIOD, UNIT, measure_of, measures
from data.rows.totals import totals
from pages.frame import asking, display
from pages.frame.display import show_table
from pages.rows.address import key
from pages.rows.downloads import offer_figures
from pages.rows.words import group_name, grouping_name, heading, here, how_words, with_measure
from text import t

NOTHING = "none"  # the word of the address for no second grouping


def show_layout(asked: Asked, as_of: datetime, words: Mapping[str, str]) -> dict[str, str]:
    """Chooses what to lay out and shows it; the words of the choice."""
    template = asking.catalogue().template(asked.template_code)
    if not measures(template):
        st.info(t("rows.layout.no_measure"), icon=":material/tag:")
        return {}
    pivot = _choose(template, asked, words)
    column = measure_of(template, pivot.measure)
    st.caption(t("rows.layout.how", column=heading(column), how=_way(template, column)))
    found = _plain(asking.ask(pivoted, as_of, asked=asked, pivot=pivot))
    whole = (
        found
        if pivot.across is None
        else _plain(asking.ask(pivoted, as_of, asked=asked, pivot=replace(pivot, across=None)))
    )
    _show_chart(asked, template, pivot, found, whole)
    _show_table(asked, as_of, pivot, found, whole)
    return {"by": pivot.by, "across": pivot.across or NOTHING, "measure": pivot.measure}


def _choose(template: Template, asked: Asked, words: Mapping[str, str]) -> Pivot:
    names = groupings(template)
    numbers = {column.name: column for column in measures(template)}
    measure = words.get("measure") or next((name for name, one in numbers.items() if has_sum(template, one)), None)
    first = UNIT if len(asked.units) != 1 else next((name for name in names if name not in (UNIT, PERIOD)), PERIOD)
    code = template.template_code
    measure = _select("measure", list(numbers), measure, lambda name: heading(numbers[name]), code)
    with st.grid(2, min_column_width=150):
        by = _select("by", names, words.get("by") or first, lambda name: grouping_name(template, name), code)
        others = [NOTHING, *(name for name in names if name != by)]
        wanted = words.get("across") or (PERIOD if by != PERIOD else NOTHING)
        across = _select("across", others, wanted, lambda name: _across_name(template, name), f"{code}-{by}")
    return Pivot(by, None if across == NOTHING else across, measure)


def _across_name(template: Template, name: str) -> str:
    return t("rows.across.none") if name == NOTHING else grouping_name(template, name)


def _select(name: str, offered: list[str], wanted: str | None, said: Any, turn: str) -> str:
    place = offered.index(wanted) if wanted in offered else 0
    return st.selectbox(t(f"rows.{name}"), offered, place, format_func=said, key=key(f"{name}-{turn}"))


def _way(template: Template, column: Column) -> str:
    way = adding(column)
    if way is not Adding.NEVER:
        return t(f"rows.layout.how.{'added' if way is Adding.THROUGHOUT else 'last'}")
    return t(f"rows.layout.how.{'parts' if parts_of(template, column.name) else 'never'}")


def _plain(found: pandas.DataFrame) -> pandas.DataFrame:
    return found.astype(object).where(found.notna(), None)


def _show_chart(
    asked: Asked, template: Template, pivot: Pivot, found: pandas.DataFrame, whole: pandas.DataFrame
) -> None:
    """A click on a point or a bar leads to the rows behind it."""
    column = measure_of(template, pivot.measure)
    if pivot.by == PERIOD and pivot.across is None:
        line = {row.by: row.value for row in found.itertuples()}
        _lines(template, column, {heading(column): line}, lambda _, period: _rows_of(asked, template, PERIOD, period))
    elif PERIOD in (pivot.by, pivot.across) and pivot.across is not None:
        other, at = (pivot.by, "across") if pivot.across == PERIOD else (pivot.across, "by")
        group = "by" if at == "across" else "across"
        lines: dict[str, dict[date, float | None]] = {}
        groups = {group_name(template, other, row[group]): row[group] for row in found.to_dict("records")}
        for row in found.to_dict("records"):
            lines.setdefault(group_name(template, other, row[group]), {})[row[at]] = row["value"]

        def behind(name: str, period: date) -> str | None:
            of_group = narrowed(asked, template, other, groups[name])
            return _rows_of(of_group, template, PERIOD, period) if of_group else None

        _lines(template, column, lines, behind)
    else:
        _bars(asked, template, pivot, whole)


def _lines(
    template: Template,
    column: Column,
    lines: dict[str, dict[date, float | None]],
    behind: Callable[[str, date], str | None],
) -> None:
    """The few that matter most: the largest at the end; of percentages the lowest. behind(line, period): the address
    of the rows of a point.
    """
    periods = sorted({period for line in lines.values() for period in line})
    ends = {name: _newest(line) for name, line in lines.items()}
    given = [name for name in lines if ends[name] is not None]
    is_lowest_first = column.type is ColumnType.PCT
    chosen = sorted(given, key=lambda name: ends[name], reverse=not is_lowest_first)[:LINES]
    if not chosen:
        return
    values = {name: [lines[name].get(period) for period in periods] for name in lines if name in chosen}
    written = [text.period_label(asking.catalogue(), template.template_code, period) for period in periods]
    links = {name: [behind(name, period) for period in periods] for name in values}
    figure = lines_by_period(values, written, text.measure(column.unit_of_measure), links)
    display.show(figure, "chart.rows.lines", key=key("lines"), has_links=True)
    _say_the_rest(len(chosen), len(given) - len(chosen), is_lowest_first)


def _newest(line: dict[date, float | None]) -> float | None:
    return next((line[period] for period in sorted(line, reverse=True) if line[period] is not None), None)


def _bars(asked: Asked, template: Template, pivot: Pivot, whole: pandas.DataFrame) -> None:
    """The largest on top; of percentages the lowest, which is what to look at."""
    column = measure_of(template, pivot.measure)
    is_lowest_first = column.type is ColumnType.PCT
    given = [row for row in _ranked(pivot, column, whole) if row.value is not None]
    if not given:
        return
    shown = {group_name(template, pivot.by, row.by): row for row in given[:BARS]}
    labels = {name: with_measure(row.value, column) for name, row in shown.items()}
    values = {name: row.value for name, row in shown.items()}
    links = {name: _rows_of(asked, template, pivot.by, row.by) for name, row in shown.items()}
    figure = bars_by_group(values, labels, links, is_lowest_first)
    display.show(figure, "chart.rows.bars", key=key("bars"), has_links=True)
    _say_the_rest(len(shown), len(given) - len(shown), is_lowest_first)


def _ranked(pivot: Pivot, column: Column, whole: pandas.DataFrame) -> list[Any]:
    """The groups in the order of the figure and of the table below it: what to look at first, what has no value last;
    periods as they come.
    """
    groups = list(whole.itertuples())
    if pivot.by == PERIOD:
        return groups
    sign = 1 if column.type is ColumnType.PCT else -1
    return sorted(groups, key=lambda row: (row.value is None, 0 if row.value is None else sign * row.value))


def _say_the_rest(shown: int, more: int, is_lowest_first: bool) -> None:
    if more:
        st.caption(t(f"rows.layout.chosen{'.worst' if is_lowest_first else ''}", shown=shown, more=more))


def _show_table(asked: Asked, as_of: datetime, pivot: Pivot, found: pandas.DataFrame, whole: pandas.DataFrame) -> None:
    """A line a group with its own figure, then one a second group; below, the figures of the whole."""
    template = asking.catalogue().template(asked.template_code)
    column = measure_of(template, pivot.measure)
    total, open_ = t("rows.layout.total"), t("rows.layout.open")
    first = grouping_name(template, pivot.by)
    groups = list(dict.fromkeys(found["across"])) if pivot.across else []
    groups.sort(reverse=pivot.across == PERIOD)
    cells = {(row.by, row.across): row.value for row in found.itertuples()}
    table = {first: [], open_: [], total: [], **{group_name(template, pivot.across, group): [] for group in groups}}
    for row in _ranked(pivot, column, whole):
        table[first].append(group_name(template, pivot.by, row.by))
        table[total].append(row.value)
        table[open_].append(_rows_of(asked, template, pivot.by, row.by))
        for group in groups:
            table[group_name(template, pivot.across, group)].append(cells.get((row.by, group)))
    frame = pandas.DataFrame(table)
    numbers = [name for name in table if name not in (first, open_)]
    config: dict[str, Any] = {name: st.column_config.NumberColumn(format="localized", width=92) for name in numbers}
    config[first] = st.column_config.TextColumn(pinned=True)
    config[open_] = st.column_config.LinkColumn(display_text=open_, width=64)
    frame = frame.astype({name: "float64" for name in numbers}).round(2)
    show_table(frame, column_config=config, placeholder="", width="stretch" if len(groups) > 4 else "content")
    name = text.template_name(asking.catalogue(), asked.template_code)
    title = t("rows.file.layout", template=name, column=heading(column))
    offer_figures(frame.drop(columns=open_), title, asked, as_of)
    _say_the_total(asked, as_of, column, [*found.itertuples(), *whole.itertuples()])


def _say_the_total(asked: Asked, as_of: datetime, column: Column, figures: list) -> None:
    template = asking.catalogue().template(asked.template_code)
    for row in _plain(asking.ask(totals, as_of, asked=asked_for(asked, column))).itertuples():
        if row.column_name != column.name:
            continue
        value = with_measure(row.value, column)
        st.markdown(f"**{t('rows.layout.total')}** {value} · {how_words(row, template, column)}")
    reasons = dict.fromkeys(how_words(figure, template, column) for figure in figures if figure.value is None)
    if reasons:
        st.caption(t("rows.layout.gaps", why="；".join(reasons) if text.language() == "zh-CN" else "; ".join(reasons)))


def asked_for(asked: Asked, column: Column) -> Asked:
    """Of all columns this alone; the number of rows goes with all of them."""
    return replace(asked, columns=() if column is COUNT else (column.name,))


def _rows_of(asked: Asked, template: Template, by: str, group: Any) -> str | None:
    """The address of the rows of one group; None for rows that have no text there."""
    of_group = narrowed(asked, template, by, group)
    if of_group is None:
        return None
    if by == PERIOD:
        return here(of_group, month=_written_period(template, group), view="rows")
    return here(of_group, view="rows")


def narrowed(asked: Asked, template: Template, by: str, group: Any) -> Asked | None:
    """The question of one group alone; of a period without its months, which the address says as one. None: rows
    without a text cannot be asked for.
    """
    if group is None:
        return None
    if by == UNIT:
        return replace(asked, units=(group,))
    if by == PERIOD:
        return replace(asked, first=None, last=None)
    condition = Condition(by, (group,)) if template.column(by).values else Condition(by, exact=group)
    return replace(asked, conditions=(*(one for one in asked.conditions if one.column != by), condition))


def _written_period(template: Template, period: date) -> str:
    return text.period_label(asking.catalogue(), template.template_code, period)
