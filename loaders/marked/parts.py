"""A package of which some parts are written anew: all the others keep their place, and every byte."""

import io
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipInfo

from loaders.reading.markup import plain_xml
from loaders.reading.package import Package

_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_VERSION, _UTF8 = 20, 0x800
_NO_DATE = (1980, 1, 1, 0, 0, 0)  # as spreadsheet programs write it
_LONGEST = 112 << 20  # a worksheet lies in memory three times while it is patched
_LARGE, _LEVEL, _FAST = 4 << 20, 6, 3  # a large table is packed in half the time, and comes out a tenth larger


@dataclass(frozen=True)
class _Packed:
    """A part as the zip holds it."""

    info: ZipInfo
    data: bytes


class MarkedParts:
    """The parts of an .xlsx by name, in whatever case it is written. Raises FileFault as Package does."""

    def __init__(self, content: bytes) -> None:
        self._package = Package(content)
        self._written: dict[str, bytes] = {}
        self._names: dict[str, str] = {}
        self._removed: set[str] = set()

    def __contains__(self, name: str) -> bool:
        name = name.lower()
        return name in self._written or (name in self._package and name not in self._removed)

    def read(self, name: str) -> bytes:
        """A part as it is now, UTF-8 where it is XML. KeyError where there is none."""
        name = name.lower()
        if name in self._removed:
            raise KeyError(name)
        if name in self._written:
            return self._written[name]
        data = self._whole(name)
        return plain_xml(data).removeprefix(b"\xef\xbb\xbf") if name.endswith((".xml", ".rels")) else data

    def _whole(self, name: str) -> bytes:
        if not self._package.is_long(name):
            return self._package.read(name)
        size = self._package.entries[name].file_size
        if size > _LONGEST:
            raise ValueError(f"expected a worksheet of {_LONGEST} bytes or less, found {size}")
        return b"".join(self._package.pieces(name))

    def write(self, name: str, data: bytes) -> None:
        """Another content of a part, or a new part behind all others."""
        self._names.setdefault(name.lower(), name)
        self._written[name.lower()] = data
        self._removed.discard(name.lower())

    def remove(self, name: str) -> None:
        """Leave a part out."""
        self._written.pop(name.lower(), None)
        self._removed.add(name.lower())

    def free_name(self, pattern: str) -> str:
        """The first name of a pattern with {} for its number that no part has."""
        return next(name for n in range(1, 100_000) if (name := pattern.format(n)) not in self)

    def changed(self) -> Iterator[tuple[str, bytes]]:
        """Name and content of each part that is not the sender's own."""
        yield from self._written.items()

    def saved(self) -> bytes:
        """The package as a zip."""
        out, directory = io.BytesIO(), []
        for part in self._all():
            directory.append((part.info, out.tell()))
            out.write(_local_header(part.info))
            out.write(part.data)
        start = out.tell()
        for info, offset in directory:
            out.write(_central_header(info, offset))
        number, size = len(directory), out.tell() - start
        out.write(_END.pack(b"PK\x05\x06", 0, 0, number, number, size, start, 0))
        return out.getvalue()

    def _all(self) -> Iterator[_Packed]:
        entries = sorted(self._package.entries.items(), key=lambda item: item[1].header_offset)
        for name, info in entries:
            if name in self._written:
                yield _packed(info.orig_filename, self._written[name], info)
            elif name not in self._removed:
                yield _Packed(info, self._package.packed(info))
        for name, data in self._written.items():
            if name not in self._package.entries:
                yield _packed(self._names[name], data)


def _packed(name: str, data: bytes, before: ZipInfo | None = None) -> _Packed:
    """before: the entry that it takes the place of, whose date and attributes it keeps."""
    info = ZipInfo(name, before.date_time if before else _NO_DATE)
    if before:
        info.flag_bits, info.external_attr = before.flag_bits & _UTF8, before.external_attr
        info.create_system, info.orig_filename = before.create_system, before.orig_filename
    elif not name.isascii():
        info.flag_bits = _UTF8
    deflater = zlib.compressobj(_FAST if len(data) > _LARGE else _LEVEL, zlib.DEFLATED, -15)
    packed = deflater.compress(data) + deflater.flush()
    info.CRC, info.file_size, info.compress_size = zlib.crc32(data), len(data), len(packed)
    info.compress_type = ZIP_DEFLATED
    if not data:
        info.compress_type, info.compress_size, packed = ZIP_STORED, 0, b""
    return _Packed(info, packed)


def _name_of(info: ZipInfo) -> bytes:
    return info.orig_filename.encode("utf-8" if info.flag_bits & _UTF8 else "cp437")


def _fields(info: ZipInfo) -> tuple[int, ...]:
    """What both headers say, from the flags to the size; the sizes stand in the headers themselves."""
    year, month, day, hour, minute, second = info.date_time
    day_field = (max(year, 1980) - 1980) << 9 | month << 5 | day
    time_field = hour << 11 | minute << 5 | second // 2
    sizes = (info.CRC, info.compress_size, info.file_size)
    return (info.flag_bits & _UTF8, info.compress_type, time_field, day_field, *sizes)


def _local_header(info: ZipInfo) -> bytes:
    name = _name_of(info)
    return _LOCAL.pack(b"PK\x03\x04", _VERSION, *_fields(info), len(name), 0) + name


def _central_header(info: ZipInfo, offset: int) -> bytes:
    name = _name_of(info)
    made_by = info.create_system << 8 | _VERSION
    places = (0, 0, 0, info.internal_attr, info.external_attr, offset)
    return _CENTRAL.pack(b"PK\x01\x02", made_by, _VERSION, *_fields(info), len(name), *places) + name
