"""核实性: two rows of a ledger that differ in hardly anything but their keys: one project under two numbers."""

from collections.abc import Iterator, Mapping
from typing import Any

from data.catalogue.model import Column, ColumnType, Nature, Severity, TemplateKind
from data.cells import address
from loaders.checking.recognise import Recognised
from loaders.checking.rows import Checked, Row
from loaders.issues import Issue

_LEAST_WORDS = 2  # columns of words or codes that say the same
_LEAST_FIGURES = 2  # amounts and areas that are the same; many a day or count is
_MOST = 20  # pairs that are asked about
_MEASURED = (Nature.FLOW, Nature.STOCK, Nature.LEVEL)


def alike_issues(recognised: Recognised, checked: Checked) -> list[Issue]:
    """A question for each row that says the same as an earlier one with another key: all its words and codes, and
    at least two amounts or areas, none of them 0.
    """
    template = recognised.template
    if template.kind is not TemplateKind.LEDGER:
        return []
    others = [column for column in template.columns if column.name not in template.row_key]
    words = [column.name for column in others if column.type in (ColumnType.STR, ColumnType.CODE)]
    figures = [column.name for column in others if _is_an_amount(column)]
    if len(words) < _LEAST_WORDS or len(figures) < _LEAST_FIGURES:
        return []
    return [
        Issue(
            Severity.CHECK,
            "alike_rows",
            recognised.sheet.name,
            address(row.row_no, row.col_nos.get(template.row_key[0]) or 1),
            template.row_key[0],
            row.key,
            {"row": row.row_no, "other": first.row_no, "found": f"{first.key}、{row.key}"},
        )
        for first, row in _pairs(checked, words, figures)
    ][:_MOST]


def _is_an_amount(column: Column) -> bool:
    return column.type is ColumnType.DEC and column.nature in _MEASURED


def _pairs(checked: Checked, words: list[str], figures: list[str]) -> Iterator[tuple[Row, Row]]:
    first: dict[tuple[Any, ...], Row] = {}
    for row in checked.rows:
        said, amounts = _filled(row.values, words), _filled(row.values, figures)
        if len(said) < _LEAST_WORDS or len(amounts) < _LEAST_FIGURES:
            continue
        other = first.setdefault((*said, *amounts), row)
        if other is not row and other.key != row.key:
            yield other, row


def _filled(values: Mapping[str, Any], names: list[str]) -> list[tuple[str, Any]]:
    return [(name, values[name]) for name in names if values.get(name)]
