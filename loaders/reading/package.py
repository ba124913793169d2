"""A zip as it really is: its directory held against the bytes, every part inflated by count, nothing hidden between."""

import io
import posixpath
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator

from loaders.issues import FileFault

MAX_PARTS = 1000
MAX_PART = 64 * 1024 * 1024
MAX_INFLATED = 128 * 1024 * 1024
MAX_SHEET = 512 * 1024 * 1024  # of a worksheet, which may be many rows without a value; it is never held as a whole
MAX_RATIO = 250  # of a part above RATIO_FROM; the tables that people send stay below 60
MAX_DEFLATED = 1032  # nothing can be packed better
RATIO_FROM = 4 * 1024 * 1024
_PIECE = 1 << 20
_KEPT = 1 << 20  # parts are read twice: for what is wrong with them and for what they say
_LOCAL = struct.Struct("<4s5H3I2H")
_STORED, _DEFLATED = 0, 8


class Package:
    """The parts of a zip by lower-cased name. Raises FileFault (unsafe_package, broken_workbook, encrypted)."""

    def __init__(self, content: bytes, max_parts: int = MAX_PARTS) -> None:
        self._content = content
        self._kept: dict[str, bytes] = {}
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                found = archive.infolist()
                directory_at = archive.start_dir
        except (zipfile.BadZipFile, struct.error, NotImplementedError, EOFError, OSError, ValueError) as error:
            raise FileFault("broken_workbook", found="zip") from error
        self.entries = {_normal(entry.filename): entry for entry in found}
        if len(found) > max_parts:
            raise unsafe("entries", len(found))
        if len(self.entries) < len(found):
            raise unsafe("duplicate names")
        self._check_tail()
        self._starts = self._laid_out(sorted(found, key=lambda entry: entry.header_offset), directory_at)
        if sum(entry.file_size for entry in found if not _is_sheet(entry)) > MAX_INFLATED:
            raise unsafe("inflated size")
        if sum(entry.file_size for entry in found) > MAX_INFLATED + MAX_SHEET:
            raise FileFault("formatted_rows")

    def names(self) -> list[str]:
        """Lower-cased, in the order of the directory, without folders."""
        return [name for name, entry in self.entries.items() if not entry.is_dir()]

    def __contains__(self, name: str) -> bool:
        return name.lower() in self.entries

    def read(self, name: str) -> bytes:
        """A part, inflated by count and held against its size and checksum. KeyError when there is none."""
        name = name.lower()
        if name not in self._kept:
            data = self.inflated(name)
            if len(data) > _KEPT:
                return data
            self._kept[name] = data
        return self._kept[name]

    def is_long(self, name: str) -> bool:
        """Whether a part is a worksheet that must not be inflated as a whole."""
        entry = self.entries[name]
        return _is_sheet(entry) and (entry.file_size > MAX_PART or _is_suspicious(entry))

    def pieces(self, name: str) -> Iterator[bytes]:
        """A part, by its lower-cased name, in pieces; its size and checksum are held against it at the end."""
        entry = self.entries[name]
        inflater, packed = zlib.decompressobj(-15), self.packed(entry)
        size = checksum = 0
        while not inflater.eof:
            try:
                data = inflater.decompress(packed, _PIECE)
            except zlib.error as error:
                raise FileFault("broken_workbook", found=name[:60]) from error
            packed = inflater.unconsumed_tail
            size, checksum = size + len(data), zlib.crc32(data, checksum)
            if size > entry.file_size or (not data and not packed and not inflater.eof):
                raise unsafe("false size")
            yield data
        if size != entry.file_size:
            raise unsafe("false size")
        if checksum != entry.CRC:
            raise FileFault("broken_workbook", found=name[:60])

    def inflated(self, name: str) -> bytes:
        """A part, by its lower-cased name, that is not asked for twice."""
        entry = self.entries[name]
        if entry.file_size > MAX_PART:
            raise unsafe("inflated size")
        packed = self.packed(entry)
        if entry.compress_type == _STORED:
            data, is_whole = packed, True
        else:
            inflater = zlib.decompressobj(-15)
            try:
                data = inflater.decompress(packed, entry.file_size + 1)
            except zlib.error as error:
                raise FileFault("broken_workbook", found=name[:60]) from error
            is_whole = inflater.eof or (not data and not entry.file_size)
        if len(data) != entry.file_size or not is_whole:
            raise unsafe("false size")
        if zlib.crc32(data) != entry.CRC:
            raise FileFault("broken_workbook", found=name[:60])
        return data

    def packed(self, entry: zipfile.ZipInfo) -> bytes:
        """The bytes of a part as the zip holds them."""
        start = self._starts[entry.header_offset]
        return self._content[start : start + entry.compress_size]

    def _check_tail(self) -> None:
        end = self._content.rfind(b"PK\x05\x06")
        comment = int.from_bytes(self._content[end + 20 : end + 22], "little")
        if self._content[end + 22 + comment :].strip(b"\0"):  # some mail gateways pad with zeros
            raise unsafe("bytes behind the end")

    def _laid_out(self, entries: list[zipfile.ZipInfo], directory_at: int) -> dict[int, int]:
        """Where each part's bytes start. Parts must follow one another, the first at byte 0, without overlap."""
        starts, end = {}, 0
        if entries and entries[0].header_offset:
            raise unsafe("bytes before the start")
        for entry in entries:
            _check_entry(entry)
            header = self._content[entry.header_offset : entry.header_offset + _LOCAL.size]
            if len(header) < _LOCAL.size or header[:4] != b"PK\x03\x04":
                raise FileFault("broken_workbook", found="zip")
            fields = _LOCAL.unpack(header)
            if fields[2] & 1:
                raise FileFault("encrypted")
            name_at = entry.header_offset + _LOCAL.size
            start = name_at + fields[9] + fields[10]
            if entry.header_offset < end or start + entry.compress_size > directory_at:
                raise unsafe("overlap")
            if self._content[name_at : name_at + fields[9]] != _raw_name(entry) or fields[3] != entry.compress_type:
                raise unsafe("two names")
            starts[entry.header_offset] = start
            end = start + entry.compress_size
        return starts


def _normal(name: str) -> str:
    """A name as programs look it up: a\\b and ./a/b are a/b."""
    plain = posixpath.normpath(name.replace("\\", "/")).lower()
    return f"{plain}/" if name.endswith("/") else plain


def _check_entry(entry: zipfile.ZipInfo) -> None:
    name = entry.orig_filename
    if entry.flag_bits & 0x2041:  # encrypted, strongly or with a masked directory
        raise FileFault("encrypted")
    if entry.compress_type not in (_STORED, _DEFLATED):
        raise unsafe("compression")
    if name.startswith(("/", "\\")) or "\0" in name or ":" in name or ".." in re.split(r"[/\\]", name):
        raise unsafe("path")
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise unsafe("link")
    is_stored_false = entry.compress_type == _STORED and entry.file_size != entry.compress_size
    if _is_sheet(entry) and entry.compress_type == _DEFLATED:  # of these it counts how much stands in them
        if entry.file_size > MAX_DEFLATED * max(1, entry.compress_size):
            raise unsafe("false size")
        if entry.file_size > MAX_SHEET:
            raise FileFault("formatted_rows")
        return
    if entry.file_size > MAX_PART or _is_suspicious(entry) or is_stored_false:
        raise unsafe("inflated size")


def _is_sheet(entry: zipfile.ZipInfo) -> bool:
    name = _normal(entry.filename)
    return name.startswith("xl/worksheets/") and name.endswith(".xml")


def _is_suspicious(entry: zipfile.ZipInfo) -> bool:
    return is_bomb(entry.file_size, entry.compress_size)


def is_bomb(inflated: int, packed: int) -> bool:
    """Whether so much comes out of so little as only a bomb holds."""
    return inflated > RATIO_FROM and inflated > MAX_RATIO * max(1, packed)


def _raw_name(entry: zipfile.ZipInfo) -> bytes:
    return entry.orig_filename.encode("utf-8" if entry.flag_bits & 0x800 else "cp437")


def unsafe(what: str, found: object = "") -> FileFault:
    """The fault of a file that is built in a way in which no spreadsheet program builds one."""
    return FileFault("unsafe_package", found=f"{what} {found}".strip())
