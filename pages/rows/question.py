"""The controls of the data page: template, units, months, conditions, columns."""

from dataclasses import replace
from datetime import date, datetime

import streamlit as st

import text
from data.catalogue.model import Column, ColumnType, Template
from data.rows.asked import Asked, Condition, figures_of, said, text_condition
from pages.frame import asking, choices, folding
from pages.frame.viewer import viewer
from pages.rows.address import key, templates_of
from pages.rows.words import heading, months_words
from text import t


def choose(asked: Asked) -> tuple[Asked, datetime]:
    """The question as the reader changes it, and the moment of it. Another template begins without conditions."""
    as_of = asking.as_of()
    with folding.filters(4, min_column_width=150):
        template_code = _template(asked)
        units = _units(asked)
        first = _month("from", asked.first, as_of)
        last = _month("to", asked.last, as_of)
        folding.tell(asking.template_names()[template_code])
        folding.tell(t("rows.told.units", number=len(units)) if len(units) > 1 else "".join(map(_unit_name, units)))
        folding.tell(months_words(replace(asked, first=first, last=last)))
    if first and last and first > last:
        first, last = last, first
    chosen = replace(asked, template_code=template_code, units=units, first=first, last=last)
    if template_code != asked.template_code:
        chosen = replace(chosen, columns=(), conditions=(), search="", sort=None)
    chosen = _narrowed(chosen, asking.catalogue().template(template_code))
    return (chosen if chosen == asked else replace(chosen, offset=0)), as_of


def _template(asked: Asked) -> str:
    names = asking.template_names()
    codes = [code for code in names if code in templates_of(viewer().unit_code) or code == asked.template_code]
    return st.selectbox(
        t("rows.template"),
        codes,
        codes.index(asked.template_code),
        format_func=lambda code: f"{names[code]} · {code}",
        key=key("template"),
    )


def _units(asked: Asked) -> tuple[str, ...]:
    if unit_code := viewer().unit_code:
        choices.show_own_unit(unit_code, t("rows.units"))
        return (unit_code,)
    offered = list(dict.fromkeys([*asking.obliged_units(), *asked.units]))
    chosen = st.multiselect(
        t("rows.units"),
        offered,
        list(asked.units),
        format_func=_unit_name,
        placeholder=t("rows.units.all"),
        key=key("units"),
    )
    return tuple(chosen)


def _unit_name(unit_code: str) -> str:
    return text.unit_name(asking.catalogue(), unit_code)


def _month(name: str, current: date | None, as_of: datetime) -> date | None:
    months: list[date | None] = [None, *sorted({*asking.months(as_of), *([current] if current else [])}, reverse=True)]
    return st.selectbox(
        t(f"rows.{name}"),
        months,
        months.index(current),
        format_func=lambda month: text.month_name(month) if month else t(f"rows.{name}.all"),
        key=key(name),
    )


def _narrowed(asked: Asked, template: Template) -> Asked:
    """Conditions, search and columns, in a drawer."""
    columns = {column.name: column for column in figures_of(template)}
    is_narrow = bool(asked.conditions or asked.search)
    turn = f"{template.template_code}"
    with st.expander(t("rows.narrow.on" if is_narrow else "rows.narrow"), expanded=is_narrow, icon=":material/tune:"):
        with st.grid(2, min_column_width=260):
            search = st.text_input(
                t("rows.search"), asked.search, placeholder=t("rows.search.hint"), key=key(f"search-{turn}")
            )
            shown = _several("columns", list(asked.columns), columns, turn)
        current = {condition.column: condition for condition in asked.conditions}
        names = _several("where", list(current), columns, turn)
        with st.grid(2, min_column_width=260):
            found = [_condition(columns[name], current.get(name), turn) for name in names]
    conditions = tuple(condition for condition in found if condition is not None)
    in_order = tuple(name for name in columns if name in shown)
    return replace(asked, search=search.strip(), columns=in_order, conditions=conditions)


def _several(name: str, current: list[str], columns: dict[str, Column], turn: str) -> list[str]:
    nothing = t("rows.columns.all" if name == "columns" else "rows.where.none")
    return st.multiselect(
        t(f"rows.{name}"),
        list(columns),
        current,
        format_func=lambda code: heading(columns[code]),
        placeholder=nothing,
        key=key(f"{name}-{turn}"),
    )


def _condition(column: Column, current: Condition | None, turn: str) -> Condition | None:
    """The control of one column; None while nothing is asked of it."""
    current, at = current or Condition(column.name), f"{turn}-{column.name}"
    title = heading(column)
    if column.type.is_number or column.type is ColumnType.DATE:
        with st.container(horizontal=True):
            low, high = _ends(column, current, at)
        return None if low is None and high is None else Condition(column.name, low=low, high=high)
    if column.values:
        values = st.multiselect(
            title, column.values, list(current.values), placeholder=t("rows.where.any"), key=key(f"where-{at}")
        )
        return Condition(column.name, tuple(values)) if values else None
    words = st.text_input(title, said(current), placeholder=t("rows.where.any"), key=key(f"where-{at}")).strip()
    return text_condition(column.name, words) if words else None


def _ends(column: Column, current: Condition, at: str) -> list:
    """[low, high]: numbers, or days as ISO text."""
    if column.type is ColumnType.DATE:
        days = []
        for name, end in (("since", current.low), ("until", current.high)):
            title = t(f"rows.where.{name}", column=text.pick_words(column.label))
            day = st.date_input(title, date.fromisoformat(end) if end else None, key=key(f"{name}-{at}"))
            days.append(day.isoformat() if day else None)
        return days
    numbers = []
    for name, end in (("low", current.low), ("high", current.high)):
        title = t(f"rows.where.{name}", column=heading(column))
        numbers.append(st.number_input(title, value=end, key=key(f"{name}-{at}"), placeholder=t("rows.where.any")))
    return numbers
