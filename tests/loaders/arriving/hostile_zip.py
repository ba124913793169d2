"""Zips that lie: bombs, false sizes, doubled and overlapping entries, foreign methods, names that lead elsewhere."""

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable

from tests.loaders.workshop import (
    META,
    SHEET,
    STYLES,
    Blanks,
    Marks,
    add,
    be08,
    central_patch,
    local_patch,
    packed,
    parts,
    replaced,
    with_parts,
)

UNSAFE = "unsafe_package"
BROKEN = "unsafe_package broken_workbook"
MB = 1 << 20


def raw_zip(entries: Iterable[tuple[str, bytes, int]], mode: str = "w") -> bytes:
    """Entries as they are given, doubles too: name, content, method."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, mode) as archive:
        for name, content, method in entries:
            archive.writestr(zipfile.ZipInfo(name, (2026, 11, 1, 9, 0, 0)), content, method)
    return out.getvalue()


def with_entry(content: bytes, name: str, body: bytes = b"<x/>", attributes: int = 0) -> bytes:
    """One more entry at the end."""
    out = io.BytesIO(content)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        info = zipfile.ZipInfo(name, (2026, 11, 1, 9, 0, 0))
        info.external_attr = attributes
        info.create_system = 3
        archive.writestr(info, body)
    return out.getvalue()


def with_zeros(content: bytes, name: str, size: int, fill: bytes = b"\0") -> bytes:
    """A part of `size` equal bytes, written piece by piece."""
    out = io.BytesIO(content)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive, archive.open(name, "w") as stream:
        for _ in range(size // MB):
            stream.write(fill * MB)
    return out.getvalue()


def sheet_of_spaces(blanks: Blanks, size: int) -> bytes:
    """The sheet itself blown up with white space, which is legal XML."""
    found = parts(blanks.be08)
    found[SHEET] = found[SHEET].replace(b"</sheetData>", b" " * size + b"</sheetData>")
    return packed(found)


def many_entries(blanks: Blanks) -> bytes:
    """Five thousand small parts."""
    more = {f"xl/media/image{n}.png": b"x" for n in range(5000)}
    return packed(parts(blanks.be08) | more)


def doubled(blanks: Blanks, name: str = SHEET) -> bytes:
    """The sheet twice, with other figures the second time: which one does a reader take?"""
    found = parts(blanks.be08)
    other = found[SHEET].replace(b"<v>391</v>", b"<v>392</v>")
    entries = [(n, content, zipfile.ZIP_DEFLATED) for n, content in found.items()]
    return raw_zip([*entries, (name, other, zipfile.ZIP_DEFLATED)])


def same_place(blanks: Blanks) -> bytes:
    """Two directory entries that point at one local header."""
    content = with_entry(blanks.be08, "xl/extra.xml")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        place = archive.getinfo(META).header_offset
    return central_patch(content, "xl/extra.xml", 42, "<I", place)


def quoted(blanks: Blanks) -> bytes:
    """A stored entry whose data are another entry, header and all: the bytes count twice."""
    found = parts(blanks.be08)
    inner = raw_zip([("xl/inner.bin", b"A" * 4000, zipfile.ZIP_STORED)])
    local = inner[: inner.find(b"PK\x01\x02")]
    entries = [(n, content, zipfile.ZIP_DEFLATED) for n, content in found.items()]
    content = raw_zip([*entries, ("xl/outer.bin", local, zipfile.ZIP_STORED), ("xl/inner.bin", b"", 0)])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        place = archive.getinfo("xl/outer.bin").header_offset + 30 + len("xl/outer.bin")
    for offset, value in ((42, place), (20, 4000), (24, 4000), (16, zlib.crc32(b"A" * 4000))):
        content = central_patch(content, "xl/inner.bin", offset, "<I", value)
    return content


def lying(blanks: Blanks, size: int) -> bytes:
    """The sheet's inflated size is not what both headers say."""
    content = central_patch(blanks.be08, SHEET, 24, "<I", size)
    return local_patch(content, SHEET, 22, "<I", size)


def streamed(blanks: Blanks) -> bytes:
    """Written to a pipe: sizes follow the data, as many programs write. Honest."""

    class Pipe(io.RawIOBase):
        """Takes bytes and cannot go back."""

        def __init__(self) -> None:
            self.written = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, data) -> int:
            self.written += data
            return len(data)

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts(blanks.be08).items():
            archive.writestr(name, content)
    return bytes(pipe.written)


def zip64(blanks: Blanks) -> bytes:
    """Sizes in the 64-bit extra field, as some servers write even small files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts(blanks.be08).items():
            with archive.open(name, "w", force_zip64=True) as stream:
                stream.write(content)
    return out.getvalue()


def commented(blanks: Blanks, comment: bytes) -> bytes:
    """An archive comment."""
    out = io.BytesIO(blanks.be08)
    with zipfile.ZipFile(out, "a") as archive:
        archive.comment = comment
    return out.getvalue()


def second_directory(blanks: Blanks) -> bytes:
    """The comment is the tail of another zip, with other figures: two readers may see two workbooks."""
    other = doubled(blanks)
    cut = other.find(b"PK\x01\x02")
    return commented(blanks, other[cut:])


def dead_directory(blanks: Blanks) -> bytes:
    """The end record points behind the file."""
    content = bytearray(blanks.be08)
    struct.pack_into("<I", content, content.rfind(b"PK\x05\x06") + 16, len(content) * 2)
    return bytes(content)


def other_disk(blanks: Blanks) -> bytes:
    """The end record says that this is the last of three disks."""
    content = bytearray(blanks.be08)
    struct.pack_into("<HH", content, content.rfind(b"PK\x05\x06") + 4, 2, 2)
    return bytes(content)


def garbled(blanks: Blanks) -> bytes:
    """The sheet's compressed bytes are noise."""
    content = bytearray(blanks.be08)
    with zipfile.ZipFile(io.BytesIO(blanks.be08)) as archive:
        place = archive.getinfo(SHEET).header_offset + 30 + len(SHEET)
    content[place + 20 : place + 60] = bytes(range(200, 240))
    return bytes(content)


def renamed_locally(blanks: Blanks) -> bytes:
    """Local header and directory name two different parts."""
    content = bytearray(blanks.be08)
    with zipfile.ZipFile(io.BytesIO(blanks.be08)) as archive:
        place = archive.getinfo(SHEET).header_offset + 30
    content[place : place + len(SHEET)] = b"xl/worksheets/sheet9.xml"
    return bytes(content)


def nul_name(blanks: Blanks) -> bytes:
    """A name with a NUL in the middle."""
    return with_entry(blanks.be08, "xl/worksheets/evil#.xml").replace(b"evil#", b"evil\0")


def flagged(blanks: Blanks, bit: int) -> bytes:
    """A general-purpose flag set on the sheet, in both headers."""
    content = central_patch(blanks.be08, SHEET, 8, "<H", bit)
    return local_patch(content, SHEET, 6, "<H", bit)


def remethod(blanks: Blanks, method: int) -> bytes:
    """The sheet claims a compression that it does not have."""
    content = central_patch(blanks.be08, SHEET, 10, "<H", method)
    return local_patch(content, SHEET, 8, "<H", method)


def compressed(blanks: Blanks, method: int) -> bytes:
    """The sheet really compressed in another way."""
    found = parts(blanks.be08)
    return raw_zip((n, c, method if n == SHEET else zipfile.ZIP_DEFLATED) for n, c in found.items())


def reordered(blanks: Blanks) -> bytes:
    """Content types last: the order of the entries means nothing."""
    return packed(dict(reversed(parts(blanks.be08).items())))


HONEST = be08()
EITHER = BROKEN + " accepted"
add(
    "zip: a part of 200 MB of zeros",
    lambda b: with_zeros(b.be08, "xl/media/image1.png", 200 * MB),
    "unsafe_package too_large",
    marks=Marks(is_heavy=True),
)
add(
    "zip: a sheet of 60 MB of spaces",
    lambda b: sheet_of_spaces(b, 60 * MB),
    "unsafe_package too_large",
    marks=Marks(is_heavy=True),
)
add("zip: ten parts of 20 MB", lambda b: _ten(b), "unsafe_package too_large", marks=Marks(is_heavy=True))
add("zip: five thousand parts", many_entries, UNSAFE)
add("zip: sheet larger than it says", lambda b: lying(b, 100), BROKEN)
add("zip: sheet smaller than it says", lambda b: lying(b, 9 * MB), BROKEN)
add("zip: size says 4 GB", lambda b: lying(b, 0xFFFFFFFE), BROKEN + " too_large")
add("zip: directory alone lies", lambda b: central_patch(b.be08, SHEET, 24, "<I", 77), BROKEN)
add("zip: compressed size lies", lambda b: central_patch(b.be08, SHEET, 20, "<I", 77), BROKEN)
add("zip: wrong checksum", lambda b: central_patch(b.be08, SHEET, 16, "<I", 0x12345678), BROKEN)
add("zip: two entries at one place", same_place, BROKEN)
add("zip: an entry quoted in another", quoted, BROKEN)
add("zip: the sheet twice", doubled, UNSAFE)
add("zip: the sheet twice but for capitals", lambda b: doubled(b, "XL/Worksheets/Sheet1.xml"), UNSAFE)
add("zip: the sheet twice but for a backslash", lambda b: doubled(b, "xl\\worksheets\\sheet1.xml"), UNSAFE)
add("zip: the sheet twice but for ./", lambda b: doubled(b, "./xl/worksheets/sheet1.xml"), UNSAFE)
add("zip: absolute name", lambda b: with_entry(b.be08, "/etc/cron.d/evil"), UNSAFE)
add("zip: name with ..", lambda b: with_entry(b.be08, "../../evil.xml"), UNSAFE)
add("zip: name with .. inside", lambda b: with_entry(b.be08, "xl/../../evil.xml"), UNSAFE)
add("zip: name with ..\\", lambda b: with_entry(b.be08, "..\\..\\evil.xml"), UNSAFE)
add("zip: name with a drive", lambda b: with_entry(b.be08, "C:/Windows/evil.xml"), UNSAFE)
add("zip: name with a NUL", nul_name, BROKEN)
add("zip: name of 60,000 letters", lambda b: with_entry(b.be08, "xl/" + "a" * 60000), BROKEN + " accepted", HONEST)
add(
    "zip: a symbolic link",
    lambda b: with_entry(b.be08, "xl/link", b"/etc/passwd", (stat.S_IFLNK | 0o777) << 16),
    UNSAFE,
)
add("zip: encrypted flag", lambda b: flagged(b, 1), "encrypted unsafe_package")
add("zip: strong encryption flag", lambda b: flagged(b, 0x41), "encrypted unsafe_package")
add("zip: patched-data flag", lambda b: flagged(b, 0x20), EITHER, HONEST)
add("zip: bzip2", lambda b: compressed(b, zipfile.ZIP_BZIP2), UNSAFE)
add("zip: lzma", lambda b: compressed(b, zipfile.ZIP_LZMA), UNSAFE)
add("zip: says deflate64", lambda b: remethod(b, 9), BROKEN)
add("zip: says stored and is not", lambda b: remethod(b, 0), BROKEN)
add("zip: noise instead of the sheet", garbled, BROKEN)
add("zip: local name differs", renamed_locally, BROKEN)
add("zip: directory behind the end", dead_directory, BROKEN)
add("zip: last of three disks", other_disk, EITHER, HONEST)
add("zip: a second directory in the comment", second_directory, BROKEN)
add("zip: junk before it", lambda b: b"MZ\x90\0" + b"\0" * 60 + b.be08, BROKEN + " not_a_spreadsheet")
add("zip: junk behind it", lambda b: b.be08 + b"<script>" * 50, EITHER, HONEST)
add("zip: cut off in the middle", lambda b: b.be08[: len(b.be08) // 2], BROKEN)
add("zip: cut off before the end record", lambda b: b.be08[: b.be08.rfind(b"PK\x05\x06")], BROKEN)
add("zip: last byte missing", lambda b: b.be08[:-1], BROKEN)
add("zip: only its first four bytes", lambda b: b.be08[:4], BROKEN + " not_a_spreadsheet")
add("zip: nothing in it", lambda b: raw_zip([]), BROKEN + " not_a_spreadsheet empty_file no_rows")
add(
    "zip: a zip inside",
    lambda b: with_parts(b.be08, {"xl/media/inner.zip": b.be08}),
    EITHER + " nested_archive embedded_object",
    HONEST,
)
add("zip: 64-bit sizes", zip64, EITHER, HONEST)
add("honest zip: a comment", lambda b: commented(b, "月报".encode()), None, HONEST)
add("honest zip: sizes behind the data", streamed, None, HONEST)
add("honest zip: nothing compressed", lambda b: packed(parts(b.be08), zipfile.ZIP_STORED), None, HONEST)
add("honest zip: with folders", lambda b: with_entry(b.be08, "xl/drawings/", b""), None, HONEST)
add("honest zip: another order", reordered, None, HONEST)
add(
    "honest zip: parts nobody asked for",
    lambda b: with_parts(
        b.be08, {"customXml/item1.xml": "<a/>", "docProps/thumbnail.jpeg": b"\xff\xd8\xff\xe0" + b"0" * 500}
    ),
    None,
    HONEST,
)
add(
    "honest zip: printer settings",
    lambda b: with_parts(
        b.be08, {"xl/printerSettings/printerSettings1.bin": "HP LaserJet".encode("utf-16-le") + bytes(900)}
    ),
    None,
    HONEST,
)
add("honest zip: no theme and no properties", lambda b: _bare(b), None, HONEST)


def _ten(blanks: Blanks) -> bytes:
    content = blanks.be08
    for number in range(10):
        content = with_zeros(content, f"xl/media/image{number}.png", 20 * MB)
    return content


def _bare(blanks: Blanks) -> bytes:
    """What small programs write: content types, one relationship file each, sheets and styles."""
    found = parts(blanks.be08)
    kept = {n: c for n, c in found.items() if not n.startswith(("docProps/", "xl/theme/"))}
    content = packed(kept)
    for target in ("docProps/core.xml", "docProps/app.xml"):
        start = found["_rels/.rels"].decode()
        line = next(piece for piece in start.split("<Relationship ") if target in piece)
        content = replaced(content, "_rels/.rels", "<Relationship " + line.partition("/>")[0] + "/>", "")
    rels = parts(content)["xl/_rels/workbook.xml.rels"].decode()
    line = next(piece for piece in rels.split("<Relationship ") if "theme1.xml" in piece)
    content = replaced(content, "xl/_rels/workbook.xml.rels", "<Relationship " + line.partition("/>")[0] + "/>", "")
    types = parts(content)["[Content_Types].xml"].decode()
    for target in ("/xl/theme/theme1.xml", "/docProps/core.xml", "/docProps/app.xml"):
        line = next(piece for piece in types.split("<Override ") if target in piece)
        content = replaced(content, "[Content_Types].xml", "<Override " + line.partition("/>")[0] + "/>", "")
    assert STYLES in parts(content)
    return content
