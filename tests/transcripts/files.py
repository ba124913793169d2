"""What stands in files, as text: documents, workbooks, tables; and workbooks filled as a section fills them."""

import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from docx import Document
from docx.table import Table
from openpyxl import load_workbook


def document_text(path: Path) -> str:
    """Every paragraph and table cell of a .docx in its order, heads and feet, and the figures of its charts."""
    document = Document(path)
    lines = list(_blocks(document.iter_inner_content()))
    for section in document.sections:
        for name in ("header", "first_page_header", "even_page_header", "footer", "first_page_footer"):
            lines += [f"{name}: {text}" for text in _blocks(getattr(section, name).iter_inner_content())]
    with zipfile.ZipFile(path) as package:
        for name in sorted(one for one in package.namelist() if re.fullmatch(r"word/charts/chart\d+\.xml", one)):
            lines.append(f"{name}: {' '.join(re.findall('<c:v>([^<]*)<', package.read(name).decode()))}")
    return _lines(lines)


def _blocks(blocks: Iterable) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Table):
            for row in block.rows:
                yield "| " + " | ".join(cell.text.replace("\n", " / ") for cell in row.cells)
        elif block.text.strip():
            yield block.text


def workbook_text(path: Path, *only: str) -> str:
    """Every sheet of an .xlsx (or these) with its cells that hold something, and what is noted beside them."""
    lines = []
    for sheet in load_workbook(path):
        if only and sheet.title not in only:
            lines.append(f"[{sheet.title}] {sheet.sheet_state}, {sheet.max_row} rows")
            continue
        lines.append(f"[{sheet.title}] {sheet.sheet_state}")
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is not None:
                    lines.append(f"{cell.coordinate} {cell.value!r}")
                if cell.comment:
                    lines.append(f"{cell.coordinate} noted {cell.comment.text!r}")
    return _lines(lines)


def folder_text(folder: Path, *whole: str) -> str:
    """The names in a folder, and the whole of some of them."""
    lines = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    for name in whole:
        lines += [f"[{name}]", *(folder / name).read_text(encoding="utf-8").splitlines()]
    return _lines(lines)


def _lines(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def fill(blank: Path, target: Path, rows: Iterable[Iterable], first: str = "C5", **cells: object) -> None:
    """A copy of a blank workbook with these rows in it from one cell on; cells: what is typed over them."""
    book = load_workbook(blank)
    sheet = book.worksheets[0]
    at = sheet[first]
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            sheet.cell(at.row + number, at.column + column).value = value
    for address, value in cells.items():
        sheet[address] = value
    book.save(target)
