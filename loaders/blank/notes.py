"""The second sheet: five steps for who fills the form in, what each column means, and the rules."""

from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from data.catalogue.model import Rule, Severity, Template
from loaders.blank import style
from loaders.blank.layout import wrapped_lines
from loaders.blank.needs import how_words, need_words
from loaders.blank.page import protect, set_page
from loaders.blank.words import (
    COLUMN_HEADS,
    RULE_HEADS,
    SEVERITIES,
    STEPS,
    TYPES,
    WORDS,
    range_words,
)

_WIDTHS = (6, 26, 20, 11, 9, 56, 62)
_LAST = len(_WIDTHS)
_LINE_HEIGHT = 15


def add_notes(workbook: Workbook, template: Template, deadline_text: str) -> Worksheet:
    """Written top down; every row gets the height that its longest text needs."""
    sheet = workbook.create_sheet(WORDS["notes_sheet"])
    for letter, width in zip("ABCDEFG", _WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    writer = _Writer(sheet)
    name = template.template_name["zh-CN"]
    writer.line(WORDS["notes_title"].format(code=template.template_code, name=name), style.TITLE, 34)
    for step in STEPS:
        writer.line(step.format(deadline=deadline_text), style.NOTE)
    _write_columns(writer, template)
    _write_rules(writer, template.rules)
    sheet.sheet_view.showGridLines = False
    set_page(sheet)
    protect(sheet)
    return sheet


def _write_columns(writer: "_Writer", template: Template) -> None:
    writer.line(WORDS["notes_columns"], style.SECTION, 30)
    writer.row(COLUMN_HEADS, [style.NOTE_HEAD] * _LAST)
    for number, column in enumerate(template.columns, 1):
        need = style.NOTE_STRONG if column.required else style.NOTE_MIDDLE
        looks = [style.NOTE_MIDDLE, style.NOTE_CELL, style.NOTE_MIDDLE, style.NOTE_MIDDLE, need]
        texts = (column.label["zh-CN"], TYPES[column.type], column.unit_of_measure, need_words(column, template))
        ends = (range_words(column), how_words(column, template))
        writer.row((number, *texts, *ends), looks + [style.NOTE_CELL] * 2)


def _write_rules(writer: "_Writer", rules: Sequence[Rule]) -> None:
    """The requirement takes the width of the last four columns."""
    writer.line(WORDS["notes_rules"], style.SECTION, 30)
    if not rules:
        writer.line(WORDS["notes_no_rules"], style.NOTE)
        return
    writer.line(WORDS["notes_severity"], style.NOTE)
    writer.row(RULE_HEADS, [style.NOTE_HEAD] * 4)
    for number, rule in enumerate(rules, 1):
        level = style.NOTE_STRONG if rule.severity is Severity.ERROR else style.NOTE_MIDDLE
        looks = [style.NOTE_MIDDLE, style.NOTE_CELL, level, style.NOTE_CELL]
        texts = (number, rule.code, SEVERITIES[rule.severity], rule.text["zh-CN"])
        writer.row(texts, looks)


class _Writer:
    """Keeps the place on the sheet."""

    def __init__(self, sheet: Worksheet) -> None:
        self._sheet = sheet
        self._painter = style.Painter(sheet)
        self._row = 0

    def line(self, text: str, look: style.Look, height: float | None = None) -> None:
        """One text over the whole width."""
        self._row += 1
        self._painter.write_across((self._row, 1, _LAST), text, look)
        lines = wrapped_lines(text, sum(_WIDTHS))
        self._sheet.row_dimensions[self._row].height = height or lines * _LINE_HEIGHT + 5

    def row(self, texts: Sequence[str | int], looks: Sequence[style.Look]) -> None:
        """One table row, whose last cell reaches to the table's right edge."""
        self._row += 1
        for index, (text, look) in enumerate(zip(texts, looks, strict=True), 1):
            last = _LAST if index == len(texts) else index
            self._painter.write_across((self._row, index, last), text, look)
        widths = (*_WIDTHS[: len(texts) - 1], sum(_WIDTHS[len(texts) - 1 :]))
        lines = max(wrapped_lines(str(text), width) for text, width in zip(texts, widths, strict=True))
        self._sheet.row_dimensions[self._row].height = lines * _LINE_HEIGHT + 6
