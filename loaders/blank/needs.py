"""What each column needs, in words: whether it must be filled, and how. Apart from the other words of a workbook, since
the rules are parsed for it, and the process that marks returned workbooks must not load what parses them.
"""

from data.catalogue.conditions import conditionally_required
from data.catalogue.model import Column, ColumnType, Template
from loaders.blank.words import HOW, PROMPT_LIMIT, TYPES, WORDS, range_words


def need_words(column: Column, template: Template) -> str:
    """必填, 条件必填 where a rule wants it filled in some rows, 选填 or 可留空."""
    if column.type in (ColumnType.PERIOD, ColumnType.UNIT):
        return WORDS["automatic"]
    if column.required:
        return WORDS["required"]
    return WORDS["conditional"] if column.name in conditionally_required(template) else WORDS["optional"]


def note_words(column: Column, template: Template) -> str:
    """The small print above a header: need and unit of measure."""
    return "·".join(filter(None, (need_words(column, template), column.unit_of_measure)))


def how_words(column: Column, template: Template) -> str:
    """The hint of the column's type, its own, and when a rule wants it filled."""
    wanting = conditionally_required(template).get(column.name, ())
    conditions = dict.fromkeys(condition.text["zh-CN"] for condition in wanting)
    hints = [column.hint.get("zh-CN", ""), *conditions]
    return HOW.get(column.type, "") + "；".join(filter(None, hints))


def prompt_words(column: Column, template: Template) -> str:
    """What Excel shows beside the selected cell."""
    if column.type in (ColumnType.PERIOD, ColumnType.UNIT):
        return how_words(column, template)[:PROMPT_LIMIT]
    measure = f"，计量单位：{column.unit_of_measure}" if column.unit_of_measure else ""
    lines = [f"{need_words(column, template)}，{TYPES[column.type]}{measure}。"]
    if allowed := range_words(column):
        lines.append(f"范围：{allowed}。")
    lines.append(how_words(column, template))
    return "\n".join(filter(None, lines))[:PROMPT_LIMIT]
