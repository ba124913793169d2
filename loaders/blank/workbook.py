"""The workbook that a unit fills in: one unit x period x template, made for Excel and WPS."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.writer.excel import ExcelWriter

from data.catalogue.model import Template
from data.periods import label
from loaders.blank.checks import add_checks
from loaders.blank.form import write_form
from loaders.blank.layout import (
    FIRST_DATA_ROW,
    HEADER_ROW,
    IDENTITY_ROW,
    LAST_DATA_ROW,
    LAYOUT_VERSION,
    LISTS_SHEET,
    MEASURE_ROW,
    META_SHEET,
    TITLE_ROW,
    sheet_name,
)
from loaders.blank.notes import add_notes
from loaders.blank.words import WORDS

__all__ = [
    "DEADLINE_PREFIX",
    "FIRST_DATA_ROW",
    "HEADER_ROW",
    "IDENTITY_ROW",
    "LAST_DATA_ROW",
    "LISTS_SHEET",
    "MEASURE_ROW",
    "META_SHEET",
    "NOTES_SHEET",
    "PERIOD_PREFIX",
    "TITLE_ROW",
    "UNIT_PREFIX",
    "blank_workbook",
    "file_name",
    "sheet_name",
]

UNIT_PREFIX, PERIOD_PREFIX, DEADLINE_PREFIX = WORDS["unit"], WORDS["period"], WORDS["deadline"]
NOTES_SHEET = WORDS["notes_sheet"]
MADE_BY = "zhundian"

_ILLEGAL_IN_FILE_NAME = re.compile(r'[\\/:*?"<>|“”\x00-\x1f]')


def blank_workbook(
    template: Template,
    unit_code: str,
    unit_name: str,
    period: date,
    deadline_text: str,
    rows: Iterable[Mapping[str, object]] = (),
) -> bytes:
    """The .xlsx; the same arguments give the same bytes.

    rows: values by column name (a missing one stays blank). Raises ValueError for a name the template lacks.
    """
    workbook = Workbook()
    _sign(workbook, template, period)
    form = workbook.active
    form.title = sheet_name(template)
    unit = WORDS["unit_value"].format(name=unit_name, code=unit_code)
    period_text = label(period, template.cycle)
    identity = (UNIT_PREFIX + unit, PERIOD_PREFIX + period_text, DEADLINE_PREFIX + deadline_text)
    write_form(form, template, identity, list(rows))
    add_notes(workbook, template, deadline_text)
    add_checks(workbook, form, template)
    _add_meta(workbook, template, unit_code, period_text)
    return _saved(workbook)


def file_name(template: Template, unit_name: str, period: date) -> str:
    """Code, name, unit and period, without what Windows refuses in a name."""
    parts = (
        template.template_code,
        template.template_name["zh-CN"],
        unit_name,
        label(period, template.cycle),
    )
    return "_".join(_ILLEGAL_IN_FILE_NAME.sub("", part).strip(" .") for part in parts) + ".xlsx"


def _sign(workbook: Workbook, template: Template, period: date) -> None:
    workbook.properties.creator = MADE_BY
    workbook.properties.title = template.template_name["zh-CN"]
    moment = datetime(period.year, period.month, period.day)  # not the clock: same input, same bytes
    workbook.properties.created = workbook.properties.modified = moment


def _add_meta(workbook: Workbook, template: Template, unit_code: str, period_text: str) -> None:
    """What tells an upload apart when its file has been renamed."""
    sheet = workbook.create_sheet(META_SHEET)
    sheet.sheet_state = "hidden"
    facts = {
        "template_code": template.template_code,
        "template_version": template.version,
        "unit_code": unit_code,
        "period": period_text,
        "made_by": MADE_BY,
        "layout": LAYOUT_VERSION,
    }
    for row, fact in enumerate(facts.items(), 1):
        for column, text in enumerate(fact, 1):
            sheet.cell(row, column, text).data_type = "s"


class _TimelessZip(ZipFile):
    """An archive whose members carry no clock time."""

    def writestr(self, name: str, data: bytes | str) -> None:
        info = ZipInfo(name)
        info.compress_type = ZIP_DEFLATED
        super().writestr(info, data)

    def write(self, filename: str, arcname: str) -> None:
        self.writestr(arcname, Path(filename).read_bytes())


def _saved(workbook: Workbook) -> bytes:
    target = BytesIO()
    ExcelWriter(workbook, _TimelessZip(target, "w", ZIP_DEFLATED)).save()
    return target.getvalue()
