"""Reads the old binary format (.xls, and .et as WPS writes it) through xlrd."""

import io
import math
import struct
from collections.abc import Iterator

import xlrd
from xlrd.biffh import error_text_from_code

from loaders.issues import FileFault
from loaders.reading.formats import Look, as_shown, look
from loaders.reading.found import MAX_COLUMNS, MAX_ROWS, MAX_SHEETS, FoundSheet, RawCell
from loaders.reading.page_texts import page_texts

_MACROS = "_VBA_PROJECT_CUR".encode("utf-16-le")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_BOUNDSHEET, _END, _MACRO_SHEET = 0x85, 0x0A, 1
_HEADER, _FOOTER, _EOF, _FIRST_CELLS = 0x14, 0x15, 0x0A, 0x200  # records of a sheet; the last gives its size


def read_xls(content: bytes) -> list[FoundSheet]:
    """The sheets. Raises FileFault (encrypted, macros, too_many_cells, broken_workbook), or whatever breaks xlrd."""
    if _ENCRYPTED in content:
        raise FileFault("encrypted")
    if _MACROS in content:
        raise FileFault("macros")
    try:
        # On demand, for else xlrd lets go of the bytes, in which headers and footers are
        book = xlrd.open_workbook(file_contents=content, formatting_info=True, logfile=io.StringIO(), on_demand=True)
        found = book.sheets()
    except xlrd.XLRDError as error:
        raise _fault(str(error)) from error
    if _has_macro_sheet(content):
        raise FileFault("macros")
    if book.nsheets > MAX_SHEETS:
        raise FileFault("too_many_cells", found=f"{book.nsheets} sheets")
    looks = [look(book.format_map[xf.format_key].format_str) for xf in book.xf_list]
    struck = {number for number, xf in enumerate(book.xf_list) if _is_struck(book, xf.font_index)}
    sheets = []
    for number, sheet in enumerate(found):
        read = _sheet(sheet, book, looks)
        read.struck = sorted(_struck_cells(sheet, book, struck))
        read.page_texts = page_texts(_page_codes(book, number))
        sheets.append(read)
    return sheets


def _is_struck(book: xlrd.Book, font_index: int) -> bool:
    return font_index < len(book.font_list) and bool(book.font_list[font_index].struck_out)


def _struck_cells(sheet: xlrd.sheet.Sheet, book: xlrd.Book, styles: set[int]) -> Iterator[tuple[int, int]]:
    """(row, column) of cells that are struck through, by their style or a part of their text."""
    for (row, col), runs in sheet.rich_text_runlist_map.items():
        if any(_is_struck(book, font_index) for _, font_index in runs):
            yield row + 1, col + 1
    if styles:
        for row in range(min(sheet.nrows, MAX_ROWS)):
            for col in range(min(sheet.row_len(row), MAX_COLUMNS)):
                if sheet.cell_xf_index(row, col) in styles and sheet.cell_value(row, col) != "":
                    yield row + 1, col + 1


def _page_codes(book: xlrd.Book, number: int) -> Iterator[str]:
    """The header and footer of a sheet, which xlrd passes over; from its BOF record to the first row that it holds."""
    memory, at, base = book.mem, book._sh_abs_posn[number], book.base
    if memory is None:
        return
    end = base + book.stream_len
    while base <= at <= end - 4:
        kind, length = struct.unpack_from("<HH", memory, at)
        record = bytes(memory[at + 4 : at + 4 + length])
        if kind in (_HEADER, _FOOTER) and len(record) > 3 and book.biff_version >= 80:
            letters, is_wide = struct.unpack_from("<HB", record)
            text = record[3 : 3 + letters * (2 if is_wide & 1 else 1)]
            yield text.decode("utf-16-le" if is_wide & 1 else "latin-1", "replace")
        if kind in (_EOF, _FIRST_CELLS):
            return
        at += 4 + length


def _fault(said: str) -> FileFault:
    if "encrypted" in said:
        return FileFault("encrypted")
    if "Can't find workbook" in said:  # Word and others wrap their files the same way
        return FileFault("not_a_spreadsheet", found="OLE")
    return FileFault("broken_workbook", found="xls")


def _has_macro_sheet(content: bytes) -> bool:
    """Whether some BOUNDSHEET record (its header is 85 00, then its length) names a sheet of macros."""
    at = 0
    while (at := content.find(b"\x85\x00", at)) >= 0:
        record = content[at : at + 12]
        if len(record) == 12:
            _, length, _, visibility, kind, name_length, is_wide = struct.unpack("<HHIBBBB", record)
            fits = length == 8 + name_length * (2 if is_wide else 1)
            if fits and is_wide < 2 and visibility < 3 and kind == _MACRO_SHEET:
                return True
        at += 2
    return False


def _sheet(sheet: xlrd.sheet.Sheet, book: xlrd.Book, looks: list[Look]) -> FoundSheet:
    found = FoundSheet(sheet.name, sheet.visibility != 0, book.datemode == 1)
    for row_no in range(sheet.nrows):
        cells = [cell for col_no in range(sheet.row_len(row_no)) if (cell := _cell(sheet, row_no, col_no, looks))]
        if not cells:
            continue
        if row_no >= MAX_ROWS or cells[-1][1] > MAX_COLUMNS:
            found.fault = f"R{row_no + 1}C{cells[-1][1]}"
            continue
        row = sheet.rowinfo_map.get(row_no)
        if row is not None and row.hidden:
            found.hidden_rows.append(row_no + 1)
        found.add(cells)
    found.hidden_columns = [(col + 1, col + 1) for col, look in sheet.colinfo_map.items() if look.hidden]
    found.merges = [(top + 1, left + 1, bottom, right) for top, bottom, left, right in sheet.merged_cells]
    return found


def _cell(sheet: xlrd.sheet.Sheet, row: int, col: int, looks: list[Look]) -> RawCell | None:
    kind, value = sheet.cell_type(row, col), sheet.cell_value(row, col)
    if kind == xlrd.XL_CELL_TEXT:
        return (row + 1, col + 1, looks[sheet.cell_xf_index(row, col)].text_kind, value) if value else None
    if kind == xlrd.XL_CELL_BOOLEAN:
        return row + 1, col + 1, "b", bool(value)
    if kind == xlrd.XL_CELL_ERROR:
        return row + 1, col + 1, "e", error_text_from_code.get(value, "#?")
    if kind in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
        if not math.isfinite(value):
            return row + 1, col + 1, "n", value  # whoever packs the cells says so
        look = looks[sheet.cell_xf_index(row, col)]
        return row + 1, col + 1, *as_shown(value, look, sheet.book.datemode == 1)
    return None
