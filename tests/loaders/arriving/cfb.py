"""Writes a small OLE compound file: what .xls, .doc and password-protected .xlsx files are on the outside."""

import struct

_SECTOR = 512
_FREE, _END, _FAT, _NONE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
_SMALLEST = 4096  # shorter streams would live in the mini stream, which this writer leaves out


def compound(streams: dict[str, bytes]) -> bytes:
    """Streams by name, "storage/stream" for those inside a storage; short ones are padded with zeros."""
    names = ["Root Entry", *_ordered(streams)]
    fat: list[int] = []
    body, entries = b"", []
    for name in names:
        content = streams.get(name, b"").ljust(_SMALLEST, b"\0") if name in streams else b""
        start = len(fat) if content else _END
        body += content.ljust(-(-len(content) // _SECTOR) * _SECTOR, b"\0")
        fat += _chain(len(fat), -(-len(content) // _SECTOR))
        entries.append(_entry(name, names, streams, start, len(content)))
    directory = b"".join(entries)
    directory = directory.ljust(-(-len(directory) // _SECTOR) * _SECTOR, b"\0")
    first_directory = len(fat)
    fat += _chain(len(fat), len(directory) // _SECTOR)
    n_fat = 1
    while (len(fat) + n_fat) * 4 > n_fat * _SECTOR:
        n_fat += 1
    first_fat = len(fat)
    fat += [_FAT] * n_fat
    table = struct.pack(f"<{len(fat)}I", *fat).ljust(n_fat * _SECTOR, b"\xff")
    return _header(n_fat, first_fat, first_directory) + body + directory + table


def _ordered(streams: dict[str, bytes]) -> list[str]:
    """Storages and streams, a storage before what is in it."""
    found: list[str] = []
    for name in streams:
        parts = name.split("/")
        for depth in range(1, len(parts) + 1):
            path = "/".join(parts[:depth])
            if path not in found:
                found.append(path)
    return found


def _chain(first: int, length: int) -> list[int]:
    return [*range(first + 1, first + length), _END] if length else []


def _entry(path: str, names: list[str], streams: dict[str, bytes], start: int, size: int) -> bytes:
    is_root = path == "Root Entry"
    parent = "" if is_root else path.rpartition("/")[0]
    siblings = [] if is_root else [n for n in names[1:] if n.rpartition("/")[0] == parent]
    inside = [n for n in names[1:] if n.rpartition("/")[0] == ("" if is_root else path)]
    if path in streams:
        inside = []
    siblings.sort(key=_order)
    inside.sort(key=_order)
    right = [] if is_root else siblings[siblings.index(path) + 1 :][:1]
    encoded = path.rpartition("/")[2].encode("utf-16-le") + b"\0\0"
    kind = 5 if is_root else 2 if path in streams else 1
    links = [_NONE, names.index(right[0]) if right else _NONE, names.index(inside[0]) if inside else _NONE]
    named = encoded.ljust(64, b"\0") + struct.pack("<HBB3I", len(encoded), kind, 1, *links)
    return named + bytes(36) + struct.pack("<IQ", start, size)


def _order(path: str) -> tuple[int, str]:
    name = path.rpartition("/")[2]
    return len(name), name.upper()


def _header(n_fat: int, first_fat: int, first_directory: int) -> bytes:
    head = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<9I", 0, n_fat, first_directory, 0, _SMALLEST, _END, 0, _END, 0)
    table = [*range(first_fat, first_fat + n_fat)]
    return head + struct.pack("<109I", *table, *[_FREE] * (109 - len(table)))
