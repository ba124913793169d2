"""Reads an .xlsx: which sheets it has, how its numbers are shown, and each sheet's cells in one pass over its XML."""

import re
from collections.abc import Collection, Sequence
from functools import lru_cache
from xml.etree.ElementTree import Element

from loaders.issues import FileFault
from loaders.reading.cell_reader import Book
from loaders.reading.floating import floating_pictures
from loaders.reading.formats import Look, look_by_id
from loaders.reading.found import MAX_CELLS, MAX_SHEETS, FoundSheet
from loaders.reading.long_sheet import worksheet
from loaders.reading.markup import plain_xml, tree
from loaders.reading.package import Package
from loaders.reading.relations import main_part, part_tree, relations_of
from loaders.reading.sheet_xml import SheetReader
from loaders.reading.struck import struck_strings, struck_styles
from loaders.reading.texts import shared_strings

_RELATION = re.compile(r"\{[^}]*/relationships\}id$")
_ACTIVE_PARTS = {
    "vbaproject.bin": "macros",
    "xl/macrosheets/": "macros",
    "xl/activex/": "embedded_object",
    "xl/embeddings/": "embedded_object",
}
_ACTIVE_TYPES = {
    b"vbaproject": "macros",
    b"macroenabled": "macros",
    b"macrosheet": "macros",
    b"activex": "embedded_object",
}
_READ_BELOW = ("worksheet", "sharedstrings")
_FEW_SHEETS = 4
_XML = (".xml", ".rels", ".vml")


def read_xlsx(content: bytes) -> tuple[list[FoundSheet], list[str]]:
    """(sheets, codes of notes). Raises FileFault where the file is unsafe, broken or too large."""
    package = Package(content)
    _check_names(package)
    book_name = main_part(package)
    root = part_tree(package, book_name)
    relations = relations_of(package, book_name)
    notes = _check_parts(package, {target for kind, target in relations.values() if kind in _READ_BELOW})
    named = root.findall("{*}sheets/{*}sheet")
    if not named or len(named) > MAX_SHEETS:
        raise FileFault("too_many_cells" if named else "broken_workbook", found=f"{len(named)} sheets")
    sheets = _sheets(package, named, relations, _book(package, root, relations, len(named)))
    if len({sheet.name.casefold() for sheet in sheets}) < len(sheets):
        raise FileFault("broken_workbook", found="sheet names")
    return sheets, notes


def _book(package: Package, root: Element, relations: dict[str, tuple[str, str]], number_of_sheets: int) -> Book:
    texts = _part_of_kind(package, relations, "sharedstrings")
    styles, struck = _styles(package, relations)
    properties, calculation = root.find("{*}workbookPr"), root.find("{*}calcPr")
    return Book(
        shared_strings(texts) if texts else [],
        styles,
        is_stale=calculation is not None and calculation.get("fullCalcOnLoad") in ("1", "true"),
        is_1904=properties is not None and properties.get("date1904") in ("1", "true"),
        is_direct=number_of_sheets <= _FEW_SHEETS,  # with each of many all texts would travel
        struck_styles=struck,
        struck_strings=struck_strings(texts),
    )


def _sheets(
    package: Package, named: Sequence[Element], relations: dict[str, tuple[str, str]], book: Book
) -> list[FoundSheet]:
    sheets, number = [], 0
    for entry in named:
        kind, target = relations.get(_reference(entry), ("", ""))
        if kind.lower().endswith("macrosheet") or kind == "dialogsheet":
            raise FileFault("macros")
        if target not in package:
            raise FileFault("broken_workbook", found=(entry.get("name") or "?")[:60])
        if kind != "worksheet":
            continue
        is_hidden = entry.get("state", "visible") != "visible"
        shared = book.strings if book.is_direct else ()
        sheet = FoundSheet(entry.get("name") or "", is_hidden, book.is_1904, shared=shared)
        number += SheetReader(sheet, book).read(plain_xml(worksheet(package, target)))
        if number > MAX_CELLS:
            raise FileFault("too_many_cells", found=f"> {MAX_CELLS}")
        sheet.pictures = floating_pictures(package, target)
        sheets.append(sheet)
    return sheets


def _check_names(package: Package) -> None:
    """Refuse what acts by itself."""
    for name in package.names():
        for piece, code in _ACTIVE_PARTS.items():
            if piece in name:
                raise FileFault(code, found=name[:60])


def _check_parts(package: Package, read_below: Collection[str]) -> list[str]:
    """Refuse what acts by itself; note what points elsewhere. Every part is inflated and held against its checksum, but
    for those of which that is done when they are read.
    """
    notes = []
    for name in package.names():
        if name in read_below:
            continue
        data = package.read(name)
        if name.endswith(_XML):
            data = _checked(data)
        if name == "[content_types].xml":
            lowered = data.lower()
            for piece, code in _ACTIVE_TYPES.items():
                if piece in lowered:
                    raise FileFault(code, found=piece.decode())
        if name.startswith("xl/externallinks/") and name.endswith(".xml"):
            if b"ddeLink" in data or b"oleLink" in data:
                raise FileFault("dde")
            notes.append("external_links")
        if name in ("xl/connections.xml",):
            notes.append("external_links")
    return sorted(set(notes))


@lru_cache(maxsize=256)  # themes and relations are the same bytes in every workbook of a template
def _checked(data: bytes) -> bytes:
    return plain_xml(data)


def _reference(sheet: Element) -> str:
    return next((value for name, value in sheet.attrib.items() if _RELATION.search(name)), "")


def _part_of_kind(package: Package, relations: dict[str, tuple[str, str]], kind: str) -> bytes | None:
    for found, target in relations.values():
        if found == kind:
            if target not in package:
                raise FileFault("broken_workbook", found=kind)
            return plain_xml(worksheet(package, target))
    return None


def _styles(package: Package, relations: dict[str, tuple[str, str]]) -> tuple[list[Look], frozenset[int]]:
    data = _part_of_kind(package, relations, "styles")
    return _styles_of(data) if data else ([], frozenset())


@lru_cache(maxsize=64)
def _styles_of(data: bytes) -> tuple[list[Look], frozenset[int]]:
    """How each cell style shows a number, in the order in which cells name them; which of them strike through."""
    root = tree(data, "styles")
    codes = {entry.get("numFmtId"): entry.get("formatCode") for entry in root.findall("{*}numFmts/{*}numFmt")}
    shown = []
    for style in root.findall("{*}cellXfs/{*}xf"):
        number = style.get("numFmtId") or "0"
        shown.append(look_by_id(int(number) if number.isdecimal() else 0, codes.get(number)))
    return shown, struck_styles(root)
