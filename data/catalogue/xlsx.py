"""A catalogue as one .xlsx, for people who edit it in Excel or WPS: a sheet a table, the same content as the folder."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from data.catalogue.files import (
    CALENDAR_COLUMNS,
    LATER_COLUMNS,
    OBLIGATION_COLUMNS,
    UNIT_COLUMNS,
    CatalogueError,
    bureau_of,
    calendar_day_of,
    calendar_row,
    obligation_of,
    obligation_row,
    template_definition,
    template_of,
    truth,
    unit_of,
    unit_row,
)
from data.catalogue.indicator_files import COLUMNS as INDICATOR_COLUMNS
from data.catalogue.indicator_files import SHEET as INDICATORS
from data.catalogue.indicator_files import indicator_of_row, indicator_row
from data.catalogue.model import Catalogue

_BUREAU = ("bureau_name", "bureau_name_en", "timezone")
_TEMPLATE = (
    "template_code",
    "version",
    "template_name",
    "template_name_en",
    "kind",
    "group",
    "cycle",
    "due_day",
    "due_month_offset",
    "due_until",
    "due_rest_days",
    "due_workdays",
    "due_lock_days",
    "due_changes",
    "row_key",
    "source",
    "platform",
    "platform_en",
    "review",
)
_DUE = {"due_until": "until", "due_rest_days": "rest_days", "due_workdays": "workdays", "due_lock_days": "lock_days"}
# A workbook exported before there were such columns can be read.
_OPTIONAL = {"platform", "platform_en", "review", "due_changes", *_DUE, *LATER_COLUMNS}
_COLUMN = (
    "template_code",
    "name",
    "label",
    "label_en",
    "type",
    "unit_of_measure",
    "required",
    "values",
    "min",
    "max",
    "above",
    "max_length",
    "pattern",
    "nature",
    "hint",
    "hint_en",
)
_RULE = ("template_code", "code", "severity", "expression", "text", "text_en")
_NUMBERS = ("min", "max", "above", "max_length")
_SHEETS: dict[str, Sequence[str]] = {
    "bureau": _BUREAU,
    "units": UNIT_COLUMNS,
    "obligations": OBLIGATION_COLUMNS,
    "calendar": CALENDAR_COLUMNS,
    "templates": _TEMPLATE,
    "columns": _COLUMN,
    "rules": _RULE,
    INDICATORS: INDICATOR_COLUMNS,
}
_LATER_SHEETS = {INDICATORS}  # as of columns: a workbook without such a sheet can be read
_ROW = "#row"  # where a row stands in its sheet
Table = list[dict[str, Any]]


def write_catalogue_xlsx(catalogue: Catalogue, path: Path) -> None:
    """Write the workbook; every value is text but bounds, so that no code is turned into a number or a formula."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in _tables(catalogue).items():
        _write_sheet(book, name, _SHEETS[name], rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)


def _tables(catalogue: Catalogue) -> dict[str, Iterable[Mapping[str, Any]]]:
    cycles = {template.template_code: template.cycle for template in catalogue.templates}
    definitions = [template_definition(template) for template in catalogue.templates]
    name = catalogue.bureau.bureau_name
    return {
        "bureau": [
            {
                "bureau_name": name["zh-CN"],
                "bureau_name_en": name.get("en"),
                "timezone": catalogue.bureau.timezone,
            }
        ],
        "units": map(unit_row, catalogue.units),
        "obligations": (obligation_row(o, cycles) for o in catalogue.obligations),
        "calendar": map(calendar_row, catalogue.calendar),
        "templates": map(_template_row, definitions),
        "columns": (_column_row(d, column) for d in definitions for column in d["columns"]),
        "rules": (_rule_row(d, rule) for d in definitions for rule in d["rules"]),
        INDICATORS: map(indicator_row, catalogue.indicators),
    }


def _two(name: str, texts: Mapping[str, str] | None) -> dict[str, str | None]:
    texts = texts or {}
    return {name: texts.get("zh-CN"), f"{name}_en": texts.get("en")}


def _template_row(definition: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **definition,
        **_two("template_name", definition["template_name"]),
        **_two("platform", definition["platform"]),
        "review": str(definition["review"]).lower(),
        "due_day": definition["due"]["day"],
        "due_month_offset": definition["due"]["month_offset"],
        **{column: definition["due"].get(name) for column, name in _DUE.items()},
        "due_changes": json.dumps(definition["due_changes"]) if definition["due_changes"] else None,
        "row_key": " ".join(definition["row_key"]),
    }


def _column_row(definition: Mapping[str, Any], column: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **column,
        "template_code": definition["template_code"],
        **_two("label", column["label"]),
        **_two("hint", column.get("hint")),
        "required": str(column.get("required", False)).lower(),
        "values": json.dumps(column["values"], ensure_ascii=False) if column.get("values") else None,
    }


def _rule_row(definition: Mapping[str, Any], rule: Mapping[str, Any]) -> dict[str, Any]:
    return {**rule, "template_code": definition["template_code"], **_two("text", rule["text"])}


def _write_sheet(book: Workbook, name: str, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    sheet = book.create_sheet(name)
    sheet.append(list(columns))
    for number, row in enumerate(rows, start=2):
        for col_no, column in enumerate(columns, start=1):
            value = row.get(column)
            if value not in (None, ""):
                cell = sheet.cell(number, col_no, value)
                if isinstance(value, str):
                    cell.data_type, cell.number_format = "s", "@"
    for col_no, column in enumerate(columns, start=1):
        head = sheet.cell(1, col_no)
        head.font, head.fill = Font(bold=True), PatternFill("solid", fgColor="DCE6F1")
        head.alignment = Alignment(vertical="center")
        is_wide = column in (
            "expression",
            "numerator",
            "denominator",
            "text",
            "text_en",
            "values",
            "pattern",
            "hint",
            "source",
        )
        sheet.column_dimensions[get_column_letter(col_no)].width = 48 if is_wide else 18
    sheet.freeze_panes = "A2"


def read_catalogue_xlsx(path: Path) -> Catalogue:
    """The catalogue of such a workbook. Raises CatalogueError naming sheet, row and what was expected."""
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (OSError, BadZipFile, InvalidFileException, KeyError, ValueError, SyntaxError) as error:
        raise CatalogueError(f"{path}: expected a catalogue workbook: {error}") from error
    tables = {name: _read_sheet(book, name, columns) for name, columns in _SHEETS.items()}
    book.close()
    templates = tuple(
        _made("templates", lambda row: template_of(_definition(row, tables)), row) for row in tables["templates"]
    )
    cycles = {template.template_code: template.cycle for template in templates}
    if not tables["bureau"]:
        raise CatalogueError("sheet bureau: expected one row, found none")
    bureau = tables["bureau"][0]
    return Catalogue(
        bureau=bureau_of({"bureau_name": _texts("bureau_name", bureau), "timezone": bureau["timezone"]}),
        units=_all("units", unit_of, tables),
        obligations=_all("obligations", lambda row: obligation_of(row, cycles), tables),
        templates=templates,
        calendar=_all("calendar", calendar_day_of, tables),
        indicators=_all(INDICATORS, indicator_of_row, tables),
    )


def _read_sheet(book: Workbook, name: str, columns: Sequence[str]) -> Table:
    if name not in book.sheetnames and name in _LATER_SHEETS:
        return []
    if name not in book.sheetnames:
        raise CatalogueError(f"expected a sheet {name!r}, found {book.sheetnames}")
    sheet = book[name]
    sheet.reset_dimensions()
    rows = [[_text(value) for value in row] for row in sheet.iter_rows(values_only=True)]
    heads = rows[0] if rows else []
    if missing := set(columns) - _OPTIONAL - set(heads):
        raise CatalogueError(f"sheet {name}: columns are missing: {sorted(missing)}")
    return [
        {**dict.fromkeys([*columns, *heads], ""), **dict(zip(heads, row, strict=False)), _ROW: number}
        for number, row in enumerate(rows[1:], start=2)
        if any(row)
    ]


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.15g}" if isinstance(value, float) else str(value).strip()


def _all(name: str, make, tables: Mapping[str, Table]) -> tuple:
    return tuple(_made(name, make, row) for row in tables[name])


def _made(name: str, make, row: Mapping[str, str]) -> Any:
    try:
        return make(row)
    except (ValueError, KeyError, TypeError) as error:
        raise CatalogueError(f"sheet {name} row {row[_ROW]}: {type(error).__name__}: {error}") from error


def _texts(name: str, row: Mapping[str, str]) -> dict[str, str]:
    texts = {"zh-CN": row[name], "en": row[f"{name}_en"]}
    return {locale: text for locale, text in texts.items() if text}


def _definition(row: Mapping[str, str], tables: Mapping[str, Table]) -> dict[str, Any]:
    code = row["template_code"]
    return {
        **{name: row[name] for name in ("template_code", "version", "kind", "group", "cycle", "source")},
        "template_name": _texts("template_name", row),
        "platform": _texts("platform", row),
        "review": truth(row["review"] or "false"),
        "due": _due(row),
        "due_changes": json.loads(row["due_changes"] or "[]"),
        "row_key": row["row_key"].split(),
        "columns": [_column(c) for c in tables["columns"] if c["template_code"] == code],
        "rules": [
            {
                **{name: r[name] for name in ("code", "severity", "expression")},
                "text": _texts("text", r),
            }
            for r in tables["rules"]
            if r["template_code"] == code
        ],
    }


def _due(row: Mapping[str, str]) -> dict[str, Any]:
    given: dict[str, Any] = {"day": int(row["due_day"]), "month_offset": int(row["due_month_offset"])}
    for column, name in _DUE.items():
        if row[column]:
            given[name] = int(row[column]) if name in ("workdays", "lock_days") else row[column]
    return given


def _column(row: Mapping[str, str]) -> dict[str, Any]:
    column: dict[str, Any] = {
        name: row[name] for name in ("name", "type", "unit_of_measure", "pattern", "nature") if row[name]
    }
    column |= {"label": _texts("label", row), "required": truth(row["required"] or "false")}
    if hint := _texts("hint", row):
        column["hint"] = hint
    if row["values"]:
        column["values"] = json.loads(row["values"])
    for name in _NUMBERS:
        if row[name]:
            number = float(row[name])
            column[name] = int(number) if number == int(number) else number
    return column
