"""Which rows are asked for, in words for people: 模板=好差评月报（BE-08）；单位=房产交易所；月份=2026-01 至 2026-10."""

from data.catalogue.model import Catalogue, Column, Template
from data.rows.asked import Asked, Condition
from locales import pick, say


def question_words(asked: Asked, catalogue: Catalogue, locale: str) -> str:
    """Template, units, months, conditions, search and order; what is not narrowed is not said, but for the units."""
    template = catalogue.template(asked.template_code)
    name = f"{pick(template.template_name, locale)} ({template.template_code})"
    units = say(locale, "rows.said.list").join(catalogue.unit_name(code, locale) for code in asked.units)
    parts = [
        say(locale, "rows.said.template", name=name),
        say(locale, "rows.said.units", names=units or say(locale, "rows.units.all")),
        _months(asked, locale),
        *(_condition(condition, template, locale) for condition in asked.conditions),
    ]
    if asked.search:
        parts.append(say(locale, "rows.said.search", words=asked.search))
    if asked.columns:
        labels = [_label(template.column(name), locale) for name in asked.columns]
        parts.append(say(locale, "rows.said.columns", names=say(locale, "rows.said.list").join(labels)))
    if asked.sort:
        order = say(locale, f"rows.said.order.{'down' if asked.sort.is_descending else 'up'}")
        column = _label(template.column(asked.sort.column), locale)
        parts.append(say(locale, "rows.said.sort", column=column, order=order))
    return say(locale, "rows.said.and").join(parts)


def _months(asked: Asked, locale: str) -> str:
    first, last = (f"{month:%Y-%m}" if month else "" for month in (asked.first, asked.last))
    if first and last:
        return say(locale, f"rows.said.{'month' if first == last else 'months'}", first=first, last=last)
    if first or last:
        return say(locale, f"rows.said.{'since' if first else 'until'}", first=first, last=last)
    return say(locale, "rows.said.ever")


def _condition(condition: Condition, template: Template, locale: str) -> str:
    column = _label(template.column(condition.column), locale)
    low, high = (_end(end) for end in (condition.low, condition.high))
    if low and high:
        return say(locale, "rows.said.between", column=column, low=low, high=high)
    if low or high:
        return say(locale, f"rows.said.{'from' if low else 'to'}", column=column, low=low, high=high)
    if condition.values or condition.exact:
        values = say(locale, "rows.said.or").join(condition.values or (condition.exact,))
        return say(locale, "rows.said.is", column=column, values=values)
    return say(locale, "rows.said.contains", column=column, words=condition.contains)


def _end(end: float | str | None) -> str:
    return "" if end is None else f"{end:,.15g}" if isinstance(end, float) else end


def _label(column: Column, locale: str) -> str:
    return pick(column.label, locale) or column.name
