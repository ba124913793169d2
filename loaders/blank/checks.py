"""Excel's own checks: drop-down lists, bounds, input hints, and the colour of a required cell left empty."""

from datetime import date

from openpyxl import Workbook
from openpyxl.formatting.rule import FormulaRule
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from data.catalogue.model import Column, ColumnType, Template
from loaders.blank.layout import FIRST_DATA_ROW, LAST_DATA_ROW, LISTS_SHEET, is_automatic
from loaders.blank.needs import prompt_words
from loaders.blank.style import MISSING_FILL
from loaders.blank.words import PROMPT_TITLE_LIMIT, WORDS, error_words, yes_no

INLINE_LIST_LIMIT = 255
FIRST_DATE, LAST_DATE = date(2000, 1, 1), date(9999, 12, 31)
_ANY_NUMBER = 999_999_999_999


def add_checks(workbook: Workbook, sheet: Worksheet, template: Template) -> None:
    """One check and one hint for each column, over all the rows a clerk may use."""
    for index, column in enumerate(template.columns, 1):
        letter = get_column_letter(index)
        check = DataValidation(
            **_condition(workbook, column),
            allow_blank=True,
            errorStyle="stop",
            showErrorMessage=True,
            errorTitle=WORDS["error_title"],
            error=error_words(column),
            showInputMessage=True,
            promptTitle=column.label["zh-CN"][:PROMPT_TITLE_LIMIT],
            prompt=prompt_words(column, template),
        )
        check.add(f"{letter}{FIRST_DATA_ROW}:{letter}{LAST_DATA_ROW}")
        sheet.add_data_validation(check)
    _show_missing(sheet, template)


def _condition(workbook: Workbook, column: Column) -> dict[str, str]:
    """The check's type, operator and bounds; empty for a hint alone. Patterns are left to the program."""
    if column.type in (ColumnType.ENUM, ColumnType.BOOL) and (values := yes_no(column)):
        return {"type": "list", "formula1": _list_source(workbook, values)}
    if column.type.is_number:
        return {"type": "whole" if column.type is ColumnType.INT else "decimal", **_bounds(column)}
    if column.type is ColumnType.DATE:
        # An upper bound too: 20261009 typed as a number would pass for a day beyond Excel's calendar.
        first, last = (str(int(to_excel(day))) for day in (FIRST_DATE, LAST_DATE))
        return {"type": "date", "operator": "between", "formula1": first, "formula2": last}
    if column.max_length and not is_automatic(column):
        return {"type": "textLength", "operator": "lessThanOrEqual", "formula1": str(column.max_length)}
    return {}


def _bounds(column: Column) -> dict[str, str]:
    """Excel cannot say "above 0 and up to 3": with both, 0 passes here and the program refuses it."""
    low = column.min if column.above is None else column.above
    if low is not None and column.max is not None:
        return {"operator": "between", "formula1": _figure(low), "formula2": _figure(column.max)}
    if low is not None:
        operator = "greaterThanOrEqual" if column.above is None else "greaterThan"
        return {"operator": operator, "formula1": _figure(low)}
    if column.max is not None:
        return {"operator": "lessThanOrEqual", "formula1": _figure(column.max)}
    return {"operator": "between", "formula1": f"-{_ANY_NUMBER}", "formula2": str(_ANY_NUMBER)}


def _figure(value: float) -> str:
    return f"{value:.15g}"


def _list_source(workbook: Workbook, values: tuple[str, ...]) -> str:
    """Within the check; on the hidden sheet when too long for that, or with a comma or a quote in a value."""
    joined = ",".join(values)
    if len(joined) <= INLINE_LIST_LIMIT and not any(mark in value for value in values for mark in ',"'):
        return f'"{joined}"'
    is_new = LISTS_SHEET not in workbook.sheetnames
    sheet = workbook.create_sheet(LISTS_SHEET) if is_new else workbook[LISTS_SHEET]
    sheet.sheet_state = "hidden"
    index = 1 if is_new else sheet.max_column + 1
    for row, value in enumerate(values, 1):
        sheet.cell(row, index, value).data_type = "s"
    letter = get_column_letter(index)
    return f"{LISTS_SHEET}!${letter}$1:${letter}${len(values)}"


def _show_missing(sheet: Worksheet, template: Template) -> None:
    """Colours the required cells that are still empty in a row somebody has begun."""
    letters = [
        get_column_letter(index)
        for index, column in enumerate(template.columns, 1)
        if column.required and not is_automatic(column)
    ]
    if not letters:
        return
    area = " ".join(f"{letter}{FIRST_DATA_ROW}:{letter}{LAST_DATA_ROW}" for letter in letters)
    last = get_column_letter(len(template.columns))
    begun = f"COUNTA($A{FIRST_DATA_ROW}:${last}{FIRST_DATA_ROW})>0"
    formula = f"AND(LEN({letters[0]}{FIRST_DATA_ROW})=0,{begun})"
    sheet.conditional_formatting.add(area, FormulaRule([formula], fill=MISSING_FILL))
