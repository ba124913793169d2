"""A .zip of workbooks: the files in it, each to be taken in as if it had come alone."""

import posixpath
import zipfile
from collections.abc import Iterator

from loaders.arriving.gate import LOCKS
from loaders.issues import FileFault
from loaders.reading.package import Package

MAX_FILES = 100
_JUNK = ("__macosx/", ".ds_store", "thumbs.db", "desktop.ini")


def files_of(content: bytes) -> Iterator[tuple[str, bytes | FileFault]]:
    """(name, content) of each file, or its fault. Raises FileFault where the archive itself cannot be used."""
    package = Package(content, MAX_FILES * 2)
    names = [name for name in package.names() if not _is_junk(name)]
    if not names:
        raise FileFault("empty_archive")
    if len(names) > MAX_FILES:
        raise FileFault("too_many_files", found=len(names), limit=MAX_FILES)
    for name in names:
        try:
            inner = package.inflated(name)
        except FileFault as fault:
            inner = fault
        if name.endswith((".zip", ".rar", ".7z")):
            inner = FileFault("nested_archive")
        yield posixpath.basename(_readable(package.entries[name]).replace("\\", "/")), inner


def _is_junk(name: str) -> bool:
    base = posixpath.basename(name)
    return name.startswith(_JUNK[0]) or base in _JUNK or base.startswith(("._", *LOCKS))


def _readable(entry: zipfile.ZipInfo) -> str:
    """The name as it was meant: older programs write it in the machine's own encoding and do not say so."""
    if entry.flag_bits & 0x800:
        return entry.filename
    raw = entry.filename.encode("cp437", "replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return entry.filename
