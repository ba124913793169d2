"""What lies so far out on a sheet that no template reaches it: contents are named, blanks out there are a slip."""

from collections.abc import Iterable

from data.catalogue.model import Severity
from data.cells import address
from loaders.issues import FileFault, Issue
from loaders.reading.found import MAX_COLUMNS, MAX_ROWS
from loaders.reading.places import PLACE
from loaders.sheets import Sheet


def far_fault(sheet: Sheet) -> FileFault:
    """The fault of a sheet that has one: beneath the last row that is read, or right of the last column."""
    return FileFault(_code(sheet.fault), **_details(sheet, sheet.fault))


def far_notes(sheets: Iterable[Sheet]) -> list[Issue]:
    """For a file that is returned for another reason: where something lies that made its sheets look so large."""
    seen = [sheet for sheet in sheets if not sheet.is_hidden]
    contents = [(_code(sheet.fault), sheet, sheet.fault) for sheet in seen if sheet.fault]
    blanks = [("stray_blank", sheet, sheet.strays[0]) for sheet in seen if sheet.strays]
    return [
        Issue(Severity.NOTE, code, sheet.name, details=_details(sheet, cell)) for code, sheet, cell in contents + blanks
    ]


def _code(cell: str) -> str:
    return "stray_row" if int(PLACE.fullmatch(cell)[2]) > MAX_ROWS else "stray_cell"


def _details(sheet: Sheet, cell: str) -> dict[str, str | int]:
    row_no = int(PLACE.fullmatch(cell)[2])
    return {
        "found": cell,
        "on": sheet.name[:31],
        "row": row_no,
        "limit": MAX_ROWS,
        "last": address(1, MAX_COLUMNS)[:-1],
        "beyond": address(1, MAX_COLUMNS + 1)[:-1],
    }
