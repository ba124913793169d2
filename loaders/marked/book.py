"""The workbook's own part, its relationships and content types: which sheets there are, and in what order."""

import posixpath
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from loaders.marked.grid import Grid
from loaders.marked.outline import (
    Node,
    outline,
    prefixed,
    put_behind,
    put_inside,
    set_attribute,
    spliced,
    with_attribute,
)
from loaders.marked.parts import MarkedParts
from loaders.marked.styles import EMPTY, Styles
from loaders.reading.relations import main_part, relations_name, relations_of

_TYPES = "[Content_Types].xml"
_EMPTY_RELATIONS = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"/>'
)
_SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_DRAWING = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_BEFORE_NAMES = ("sheets", "functionGroups", "externalReferences")
_STRICT = "http://purl.oclc.org/ooxml"


@dataclass(frozen=True)
class BookSheet:
    """A sheet of the workbook. kind: worksheet, chartsheet …; part: its name in small letters."""

    name: str
    is_visible: bool
    kind: str
    part: str


class Book:
    """The workbook of a package. Raises ValueError, KeyError or FileFault where it is built otherwise than known."""

    def __init__(self, parts: MarkedParts) -> None:
        self.parts = parts
        self._grids: dict[str, Grid] = {}
        self._part = main_part(parts)
        is_strict = _STRICT.encode() in parts.read(self._part)
        base = _STRICT if is_strict else "http://schemas.openxmlformats.org"
        self.main = f"{base}/spreadsheetml/main" if is_strict else f"{base}/spreadsheetml/2006/main"
        self.relations = f"{base}/officeDocument/{'' if is_strict else '2006/'}relationships"
        style_part = self._related("styles")
        self._style_part = style_part or parts.free_name(posixpath.join(self._folder, "styles{}.xml"))
        self.styles = Styles(parts.read(style_part) if style_part else EMPTY.format(main=self.main).encode())

    def grid(self, part: str) -> Grid:
        """A worksheet as it is now."""
        if part not in self._grids:
            self._grids[part] = Grid(self.parts.read(part))
        return self._grids[part]

    def write_grid(self, part: str) -> None:
        """Make the edits of a worksheet, if there are any."""
        grid = self.grid(part)
        if grid.is_changed:
            self.parts.write(part, grid.saved())
            del self._grids[part]

    @property
    def _folder(self) -> str:
        return posixpath.dirname(self._part)

    def _related(self, kind: str) -> str | None:
        targets = [target for name, target in relations_of(self.parts, self._part).values() if name == kind]
        return next((target for target in targets if target in self.parts), None)

    @property
    def sheets(self) -> list[BookSheet]:
        """In the order of the tabs."""
        related = relations_of(self.parts, self._part)
        found = []
        for node in outline(self.parts.read(self._part)).first("sheets").all("sheet"):
            kind, part = related.get(node.attribute("id"), ("", ""))
            state = node.attribute("state") or "visible"
            found.append(BookSheet(node.attribute("name"), state == "visible", kind, part))
        return found

    def strings_part(self) -> str | None:
        """The part with the texts that cells share."""
        return self._related("sharedstrings")

    def remove(self, index: int) -> None:
        """Take a sheet away, with the names that are defined on it."""
        data = self.parts.read(self._part)
        root = outline(data)
        node = root.first("sheets").all("sheet")[index]
        sheet = self.sheets[index]
        edits = [(node.start, node.end, b""), *_moved_names(data, root, index, -1)]
        self.parts.write(self._part, spliced(data, edits))
        self._unrelate(self._part, node.attribute("id"))
        if b"<f" in self.parts.read(sheet.part):  # the order in which cells are worked out would name cells of it
            self._drop("calcchain")
        self._forget(sheet.part)
        if relations_name(sheet.part) in self.parts:
            self.parts.remove(relations_name(sheet.part))

    def _drop(self, kind: str) -> None:
        for id_, (name, target) in relations_of(self.parts, self._part).items():
            if name == kind:
                self._unrelate(self._part, id_)
                self._forget(target)

    def _forget(self, part: str) -> None:
        data = self.parts.read(_TYPES)
        gone = [n for n in outline(data).children if n.attribute("PartName").lower() == f"/{part}"]
        self.parts.write(_TYPES, spliced(data, [(node.start, node.end, b"") for node in gone]))
        self.parts.remove(part)

    def put_first(self, name: str, xml: str, names: list[tuple[str, str, bool]]) -> None:
        """A new worksheet before all others, where the workbook opens. names: (name, what it means, is hidden)."""
        part = self.parts.free_name(posixpath.join(self._folder, "worksheets/sheet{}.xml"))
        self.parts.write(part, xml.encode())
        self._declare(part, "worksheet")
        id_ = self.relate(self._part, "worksheet", part)
        data = self.parts.read(self._part)
        root = outline(data)
        sheets = root.first("sheets")
        number = max((int(n.attribute("sheetId") or 0) for n in sheets.all("sheet")), default=0) + 1
        text = f'<sheet xmlns:r="{self.relations}" name={quoteattr(name)} sheetId="{number}" r:id="{id_}"/>'
        edits = [(sheets.inside, sheets.inside, prefixed(text, root.prefix).encode())]
        edits += _moved_names(data, root, -1, 1)
        edits.append(_defined(data, root, names))
        for view in (view for views in root.all("bookViews") for view in views.children):
            edits.append(_opening(data, view))
        self.parts.write(self._part, spliced(data, edits))
        for sheet in self.sheets:
            if sheet.kind == "chartsheet":  # worksheets are gone through for their marks anyway
                self._unselect(sheet.part)

    def _unselect(self, part: str) -> None:
        data = self.parts.read(part)
        views = [view for views in outline(data).all("sheetViews") for view in views.children]
        edits = [set_attribute(data, view, "tabSelected", None) for view in views if view.attribute("tabSelected")]
        if edits:
            self.parts.write(part, spliced(data, edits))

    def _declare(self, part: str, kind: str) -> None:
        data = self.parts.read(_TYPES)
        root = outline(data)
        text = f'<Override PartName="/{part}" ContentType="{_SPREADSHEET}.{kind}+xml"/>'
        self.parts.write(_TYPES, spliced(data, [put_inside(data, root, prefixed(text, root.prefix).encode())]))

    def add_comments(self, part: str, data: bytes) -> None:
        """A new part with comments."""
        self.parts.write(part, data)
        self._declare(part, "comments")

    def add_drawing(self, part: str, data: bytes) -> None:
        """A new drawing of the old kind, which is told by its ending."""
        self.parts.write(part, data)
        types = self.parts.read(_TYPES)
        root = outline(types)
        if not any(node.attribute("Extension").lower() == "vml" for node in root.all("Default")):
            text = prefixed(f'<Default Extension="vml" ContentType="{_DRAWING}"/>', root.prefix)
            self.parts.write(_TYPES, spliced(types, [(root.inside, root.inside, text.encode())]))

    def relate(self, part: str, kind: str, target: str) -> str:
        """A relationship from a part to another; its id."""
        name = relations_name(part)
        data = self.parts.read(name) if name in self.parts else _EMPTY_RELATIONS
        root = outline(data)
        taken = {node.attribute("Id").lower() for node in root.children}
        id_ = next(free for n in range(1, len(taken) + 2) if (free := f"rId{n}").lower() not in taken)
        text = f'<Relationship Id="{id_}" Type="{self.relations}/{kind}" Target="/{escape(target)}"/>'
        self.parts.write(name, spliced(data, [put_inside(data, root, prefixed(text, root.prefix).encode())]))
        return id_

    def _unrelate(self, part: str, id_: str) -> None:
        data = self.parts.read(relations_name(part))
        gone = [node for node in outline(data).children if node.attribute("Id") == id_]
        self.parts.write(relations_name(part), spliced(data, [(node.start, node.end, b"") for node in gone]))

    def save_styles(self) -> None:
        """Write what was added to the styles, if anything was."""
        if self._style_part not in self.parts:
            self.parts.write(self._style_part, self.styles.saved())
            self._declare(self._style_part, "styles")
            self.relate(self._part, "styles", self._style_part)
        elif (data := self.styles.saved()) != self.parts.read(self._style_part):
            self.parts.write(self._style_part, data)


def _moved_names(data: bytes, root: Node, removed: int, by: int) -> list[tuple[int, int, bytes]]:
    """Names that are defined on one sheet tell it by its place: those behind a change of places move with it."""
    edits = []
    for node in (node for names in root.all("definedNames") for node in names.children):
        place = node.attribute("localSheetId")
        if place == str(removed):
            edits.append((node.start, node.end, b""))
        elif place.isdecimal() and int(place) > removed:
            edits.append(set_attribute(data, node, "localSheetId", str(int(place) + by)))
    return edits


def _defined(data: bytes, root: Node, names: list[tuple[str, str, bool]]) -> tuple[int, int, bytes]:
    text = "".join(
        f'<definedName name="{name}" localSheetId="0"{" hidden=" + chr(34) + "1" + chr(34) if is_hidden else ""}>'
        f"{escape(meaning)}</definedName>"
        for name, meaning, is_hidden in names
    )
    if node := root.first("definedNames"):
        return put_inside(data, node, prefixed(text, root.prefix).encode())
    at = put_behind(root, _BEFORE_NAMES)
    return at, at, prefixed(f"<definedNames>{text}</definedNames>", root.prefix).encode()


def _opening(data: bytes, view: Node) -> tuple[int, int, bytes]:
    """The view of the workbook with the first sheet on top."""
    tag = with_attribute(data[view.start : view.inside], "activeTab", None)
    return view.start, view.inside, with_attribute(tag, "firstSheet", None)
