"""A sheet that openpyxl has made, as a sheet of another workbook: its styles are added there."""

import io
import re
from html import unescape
from zipfile import ZipFile

from openpyxl import Workbook

from loaders.marked.book import Book
from loaders.marked.outline import outline
from loaders.marked.styles import Styles

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LOOK = re.compile(r'(<c [^>]*?\bs=")(\d+)(?=")')
_KINDS = {"fontId": "fonts", "fillId": "fills", "borderId": "borders"}


def transplanted(made: Workbook, book: Book) -> tuple[str, list[tuple[str, str, bool]]]:
    """(XML of its only sheet, names that are defined on it as Book.put_first takes them)."""
    out = io.BytesIO()
    made.save(out)
    with ZipFile(out) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml").decode()
        looks = _looks(archive.read("xl/styles.xml"), book.styles)
        workbook = archive.read("xl/workbook.xml")
    xml = _LOOK.sub(lambda match: f"{match[1]}{looks[int(match[2])]}", xml)
    named = [node for names in outline(workbook).all("definedNames") for node in names.children]
    names = [
        (n.attribute("name"), unescape(workbook[n.inside : n.closing].decode()), n.attribute("hidden") == "1")
        for n in named
    ]
    return xml.replace(_MAIN, book.main), names


def _looks(data: bytes, target: Styles) -> list[int]:
    """The numbers that the cell formats of a part have in another one, to which what they need is added."""
    root = outline(data)

    def texts(kind: str) -> list[str]:
        return [data[n.start : n.end].decode().replace(" />", "/>") for n in root.first(kind).children]

    numbers = {kind: [target.add_plain(kind, text) for text in texts(kind)] for kind in _KINDS.values()}
    numbers["fills"][:2] = 0, 1  # the two that every workbook begins with
    looks = []
    for text in texts("cellXfs"):
        for name, kind in _KINDS.items():
            text = _renumbered(text, name, numbers[kind])
        looks.append(target.add_plain("cellXfs", text))
    return looks


def _renumbered(text: str, name: str, numbers: list[int]) -> str:
    return re.sub(rf'\b{name}="(\d+)"', lambda match: f'{name}="{numbers[int(match[1])]}"', text)
