"""What the hostile set is made with: raw parts of an .xlsx, single cells, styles, and the registry of cases."""

import io
import re
import struct
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from data.catalogue.in_force import catalogue_in_force
from data.catalogue.model import ColumnType
from data.store import Store
from tests.conftest import filled, sample_rows

ACCEPTED = "accepted"
"""In Case.allowed: taking it in with exactly the expected facts would be right as well."""
ANY = "*"
"""In Case.allowed: whatever code, as long as it is returned."""
SHEET = "xl/worksheets/sheet1.xml"
META = "xl/worksheets/sheet3.xml"
STYLES = "xl/styles.xml"
STRINGS = "xl/sharedStrings.xml"
BOOK = "xl/workbook.xml"
RELS = "xl/_rels/workbook.xml.rels"
TYPES = "[Content_Types].xml"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
FILES = Path(__file__).parent / "files"

Facts = dict[tuple[str, str, str], Any]
"""(template, row_key, column) → number, ISO date or text; a frozenset holds the values that are all right."""
Parts = dict[str, bytes]


@dataclass(frozen=True)
class Case:
    """One file: allowed are the codes one of which must be told; None: it must be accepted."""

    name: str
    file_name: str
    content: bytes
    allowed: frozenset[str] | None
    facts: Facts | None
    notes: frozenset[str]
    accepted: int
    is_heavy: bool


class Blanks:
    """The workbooks that everything starts from, filled with the reference sample rows."""

    def __init__(self, store: Store) -> None:
        self.store = store

    @cached_property
    def be02(self) -> bytes:
        """Three permits of XZSP, a ledger: codes, texts, dates, amounts in 万元."""
        return filled(self.store, "BE-02", "XZSP")

    @cached_property
    def be08(self) -> bytes:
        """One row of FJS, a summary: counts and percentages."""
        return filled(self.store, "BE-08", "FJS")

    @cache  # noqa: B019 - a handful of blanks, which live as long as the test run
    def of(self, template: str, unit: str) -> bytes:
        """Any other one."""
        return filled(self.store, template, unit)


@dataclass(frozen=True)
class Recipe:
    """How a case is made once there is a store."""

    name: str
    file_name: str
    make: Callable[[Blanks], bytes]
    allowed: frozenset[str] | None
    rows: Callable[[], Mapping[str, list[dict]]] | None
    notes: frozenset[str]
    accepted: int
    is_heavy: bool

    def case(self, blanks: Blanks) -> Case:
        """The finished case."""
        expected = facts(blanks.store, self.rows()) if self.rows else None
        content = self.make(blanks)
        return Case(
            self.name,
            self.file_name,
            content,
            self.allowed,
            expected,
            self.notes,
            self.accepted,
            self.is_heavy,
        )


RECIPES: dict[str, Recipe] = {}
Rows = Callable[[], Mapping[str, list[dict]]]


@dataclass(frozen=True)
class Marks:
    """accepted: how many returns must be (None: one, or none where codes are expected). is_heavy: takes seconds."""

    accepted: int | None = None
    is_heavy: bool = False


def add(
    name: str,
    make: Callable[[Blanks], bytes],
    codes: str | None = None,
    rows: Rows | None = None,
    file_name: str = "报送.xlsx",
    notes: str = "",
    marks: Marks = Marks(),
) -> None:
    """Put a case into the set; codes None: it must be accepted, and then rows tells which figures it holds."""
    assert name not in RECIPES, name
    allowed = None if codes is None else frozenset(codes.split())
    number = (1 if codes is None else 0) if marks.accepted is None else marks.accepted
    assert allowed is None or ACCEPTED not in allowed or rows, name
    RECIPES[name] = Recipe(name, file_name, make, allowed, rows, frozenset(notes.split()), number, marks.is_heavy)


def rows_of(template: str, unit: str, changes: Mapping[tuple[int, str], Any] | None = None) -> list[dict]:
    """The sample rows with some values changed; changes: (row, column) → value."""
    rows = sample_rows(template, unit)
    for (index, name), value in (changes or {}).items():
        rows[index][name] = value
    return rows


def be02(changes: Mapping[tuple[int, str], Any] | None = None, keep: tuple[int, ...] = (0, 1, 2)) -> Rows:
    """The rows that the BE-02 workbook holds, after changes."""
    return lambda: {"BE-02": [row for n, row in enumerate(rows_of("BE-02", "XZSP", changes)) if n in keep]}


def be08(changes: Mapping[tuple[int, str], Any] | None = None) -> Rows:
    """The row that the BE-08 workbook holds, after changes."""
    return lambda: {"BE-08": rows_of("BE-08", "FJS", changes)}


def facts(store: Store, rows: Mapping[str, list[dict]]) -> Facts:
    """What the store must hold for these rows, worked out without the loaders."""
    found: Facts = {}
    for code, typed in rows.items():
        template = catalogue_in_force(store).template(code)
        frame = {c.name for c in template.columns if c.type in (ColumnType.PERIOD, ColumnType.UNIT)}
        for row in typed:
            key = "|".join(str(row[name]) for name in template.row_key)
            for name, value in row.items():
                if name not in frame and value is not None:
                    found[code, key, name] = float(value) if isinstance(value, int | float) else value
    return found


def parts(content: bytes) -> Parts:
    """The parts of an .xlsx, in their order."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(found: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The parts as an .xlsx again."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in found.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 11, 1, 9, 0, 0)), content, method)
    return out.getvalue()


def replaced(content: bytes, name: str, old: str | bytes, new: str | bytes) -> bytes:
    """One part with one piece of text replaced, which must be there."""
    old, new = (t.encode() if isinstance(t, str) else t for t in (old, new))
    found = parts(content)
    assert old in found[name], (name, old)
    return packed(found | {name: found[name].replace(old, new, 1)})


def with_parts(content: bytes, more: Mapping[str, bytes | str]) -> bytes:
    """Parts added or written over."""
    return packed(parts(content) | {n: t.encode() if isinstance(t, str) else t for n, t in more.items()})


def without(content: bytes, *names: str) -> bytes:
    """Parts taken away, and nothing else."""
    return packed({name: part for name, part in parts(content).items() if name not in names})


def cell(content: bytes, ref: str, inner: str, attributes: str = "", style: int | None = None) -> bytes:
    """The first sheet with one cell rewritten: what is inside <c>, its attributes, its style (default: as before)."""
    found = parts(content)
    text = found[SHEET].decode()
    pattern = re.compile(rf'<c r="{ref}"( s="\d+")?[^>]*?(?:/>|>.*?</c>)', re.DOTALL)
    before = pattern.search(text)
    assert before, ref
    look = before[1] or "" if style is None else f' s="{style}"'
    written = f'<c r="{ref}"{look} {attributes}>{inner}</c>'
    return packed(found | {SHEET: (text[: before.start()] + written + text[before.end() :]).encode()})


def text_cell(content: bytes, ref: str, text: str) -> bytes:
    """A cell that holds text."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    return cell(content, ref, f'<is><t xml:space="preserve">{escaped}</t></is>', 't="inlineStr"')


def number_cell(content: bytes, ref: str, written: str) -> bytes:
    """A cell that holds a number, just as it is written here."""
    return cell(content, ref, f"<v>{written}</v>", 't="n"')


def with_row(content: bytes, row_no: int, values: Mapping[str, str]) -> bytes:
    """Texts in cells of a row that is blank in the form."""
    for letter, text in values.items():
        content = text_cell(content, f"{letter}{row_no}", text)
    return content


def format_cell(content: bytes, ref: str, format_: int | str, written: str | None = None) -> bytes:
    """A number format (built-in number, or code) for a cell, and another number in it."""
    found = parts(content)
    styles = found[STYLES].decode()
    number = format_
    if isinstance(format_, str):
        number = 190
        code = format_.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
        fresh = f'<numFmt numFmtId="190" formatCode="{code}"/>'
        styles = re.sub(r"<numFmts[^>]*/>", "", styles)
        if "<numFmts" in styles:
            styles = re.sub(r"<numFmts[^>]*>", lambda tag: f"<numFmts>{fresh}", styles, count=1)
        else:
            styles = re.sub(
                r"(<styleSheet[^>]*>)", lambda tag: f'{tag[1]}<numFmts count="1">{fresh}</numFmts>', styles, count=1
            )
    inside = re.search(r"<cellXfs[^>]*>(.*?)</cellXfs>", styles, re.DOTALL)
    index = len(re.findall(r"<xf[ />]", inside[1]))
    xf = f'<xf numFmtId="{number}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    styles = styles.replace("</cellXfs>", f"{xf}</cellXfs>", 1)
    styles = re.sub(r'<cellXfs count="\d+"', f'<cellXfs count="{index + 1}"', styles)
    text = found[SHEET].decode()
    before = re.search(rf'<c r="{ref}"[^>]*>\s*<v>([^<]*)</v>', text)
    value = written if written is not None else before[1]
    return cell(packed(found | {STYLES: styles.encode()}), ref, f"<v>{value}</v>", 't="n"', index)


def shared(content: bytes, edit: Callable[[str], str] = lambda xml: xml) -> bytes:
    """The texts moved into shared strings, as Excel writes them; edit works on the finished table."""
    found = parts(content)
    table: list[str] = []

    def move(match: re.Match) -> str:
        if match[2] not in table:
            table.append(match[2])
        return f'<c{match[1]} t="s"><v>{table.index(match[2])}</v></c>'

    for name in [n for n in found if n.startswith("xl/worksheets/")]:
        xml = found[name].decode()
        found[name] = re.sub(r'<c([^>]*) t="inlineStr"><is>(.*?)</is></c>', move, xml, flags=re.DOTALL).encode()
    items = "".join(f"<si>{item}</si>" for item in table)
    namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    whole = f'<sst xmlns="{namespace}" count="{len(table)}" uniqueCount="{len(table)}">{items}</sst>'
    found[STRINGS] = edit(whole).encode()
    override = f'PartName="/{STRINGS}" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml'
    return related(packed(found), "sharedStrings", "sharedStrings.xml", f'<Override {override}.sharedStrings+xml"/>')


def related(content: bytes, kind: str, target: str, content_type: str = "", more: str = "") -> bytes:
    """A relationship added to the workbook's, and a line to the content types; kind: its last word, or a whole URI."""
    uri = kind if ":" in kind else f"{REL}/{kind}"
    line = f'<Relationship Id="rIdX{abs(hash(target)) % 997}" Type="{uri}" Target="{target}" {more}/>'
    content = replaced(content, RELS, "</Relationships>", f"{line}</Relationships>")
    return replaced(content, TYPES, "</Types>", f"{content_type}</Types>") if content_type else content


def central_patch(content: bytes, name: str, offset: int, form: str, value: int) -> bytes:
    """One field in the central directory's entry of a part overwritten; offset counts from the entry's signature."""
    place = -1
    while (place := content.find(b"PK\x01\x02", place + 1)) >= 0:
        length = struct.unpack_from("<H", content, place + 28)[0]
        if content[place + 46 : place + 46 + length].decode("utf-8", "replace") == name:
            patched = bytearray(content)
            struct.pack_into(form, patched, place + offset, value)
            return bytes(patched)
    raise AssertionError(name)


def local_patch(content: bytes, name: str, offset: int, form: str, value: int) -> bytes:
    """The same in the local header of a part."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        place = archive.getinfo(name).header_offset
    patched = bytearray(content)
    struct.pack_into(form, patched, place + offset, value)
    return bytes(patched)


def fixture(name: str) -> Callable[[Blanks], bytes]:
    """A file that LibreOffice made."""
    return lambda _: (FILES / name).read_bytes()
