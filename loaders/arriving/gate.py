"""What is refused before any reader sees it: the name, the size, and content that is not what the name says."""

import io
import math
import re
import struct
import unicodedata
import zipfile
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePath

from loaders.issues import FileFault

MAX_BYTES = 10 * 1024 * 1024
MAX_ARRIVING = 32 * 1024 * 1024
"""What a page lets come, so that it is this gate that answers what is too large, in its own words."""
MAX_NAME = 200
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_OTHERS = {
    b"%PDF": "PDF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"Rar!": "RAR",
    b"7z\xbc\xaf": "7z",
    b"{\\rtf": "RTF",
    b"MZ": "EXE",
    b"\x7fELF": "ELF",
    b"\x1f\x8b": "gzip",
}
LOCKS = ("~$", ".~")  # what Excel and WPS keep beside a workbook while it is open
_TEXT_MARKS = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be", b"\xef\xbb\xbf": "utf-8"}
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_TURNING = "\u202a\u202b\u202d\u202e\u2066\u2067"  # turn the letters round: what looks like x.xlsx may be x.exe
_FORBIDDEN = re.compile(r"[/\\:]")  # paths and alternate streams


class FileKind(StrEnum):
    """What a file is, by its bytes."""

    XLSX = "xlsx"
    XLS = "xls"
    CSV = "csv"
    ARCHIVE = "zip"


_EXTENSIONS = {
    FileKind.XLSX: {".xlsx", ".xls", ".et", ".zip", ""},
    FileKind.XLS: {".xls", ".et", ".xlsx", ""},
    FileKind.CSV: {".csv"},
    FileKind.ARCHIVE: {".zip"},
}
_USUAL = {FileKind.XLSX: {".xlsx", ""}, FileKind.XLS: {".xls", ".et", ""}}
_EXCEL = {".xls", ".xlsx", ".et", ".xlsm"}


@dataclass(frozen=True)
class Passed:
    """A file that a reader may see. is_misnamed: a workbook under the extension of another kind of workbook."""

    kind: FileKind
    is_misnamed: bool = False


def check_file(content: bytes, file_name: str) -> Passed:
    """What the file is. Raises FileFault where it is nothing that is read here, or not what its name says."""
    _check_name(file_name)
    if not content:
        raise FileFault("empty_file")
    if len(content) > MAX_BYTES:
        raise FileFault("too_large", found=_megabytes(len(content)), limit=MAX_BYTES // 1048576)
    if file_name.startswith(LOCKS) and not content.startswith((b"PK", _OLE)):
        raise FileFault("lock_file", found=file_name[:60])
    extension = extension_of(file_name)
    kind = _kind(content, extension)
    if extension == ".xlsm" and kind is FileKind.XLSX:
        raise FileFault("macros", found=extension)
    if extension not in _EXTENSIONS[kind]:
        if kind is FileKind.CSV and extension in _EXCEL:
            raise FileFault("csv_as_excel", found=extension)
        if kind is FileKind.CSV:
            raise FileFault("not_a_spreadsheet", found=extension or "?")
        raise FileFault("wrong_extension", found=extension, expected=f".{kind.value}")
    return Passed(kind, extension not in _USUAL.get(kind, {extension}))


def extension_of(file_name: str) -> str:
    """The extension as people read it: 报送.xlsx with a blank or a full-width dot is an .xlsx."""
    return PurePath(unicodedata.normalize("NFKC", file_name).rstrip(" .")).suffix.lower().replace(" ", "")


def _megabytes(size: int) -> str:
    """Rounded up, so that what is too large never looks as if it were not: 10.01 MB. Whoever opens files from a disk
    reads one byte more than may be, and knows no more than that.
    """
    if size == MAX_BYTES + 1:
        return f"> {MAX_BYTES // 1048576} MB"
    return f"{math.ceil(size * 100 / 1048576) / 100:.2f} MB"


def _check_name(file_name: str) -> None:
    marks = [c for c in file_name if unicodedata.category(c) in ("Cc", "Cs") or c in _TURNING]
    is_long = len(file_name) > MAX_NAME
    if marks or is_long or _FORBIDDEN.search(file_name) or file_name.strip(" .") in ("", ".."):
        shown = "".join(c for c in file_name if c not in marks)[:60]
        raise FileFault("bad_name", found=shown, limit=MAX_NAME, is_long=is_long)


def _kind(content: bytes, extension: str) -> FileKind:
    if content.startswith(b"PK"):
        return _kind_of_zip(content, extension)
    if content.startswith(_OLE):
        return FileKind.XLS
    for signature, name in _OTHERS.items():
        if content.startswith(signature):
            raise FileFault("not_a_spreadsheet", found=name)
    text = _text(content)
    if text is None:
        raise FileFault("not_a_spreadsheet", found=extension or "?")
    start = text[:4000].lstrip().lower()
    if start.startswith("<?xml") and "schemas-microsoft-com:office" in start:
        raise FileFault("xml_as_excel")
    if start.startswith(("<", "mime-version:")):
        raise FileFault("html_as_excel")
    return FileKind.CSV


def _text(content: bytes) -> str | None:
    """The beginning of a text file; None where the bytes are no text."""
    for mark, encoding in _TEXT_MARKS.items():
        if content.startswith(mark):
            return content[len(mark) : 8000].decode(encoding, "replace")
    if _BINARY.search(content):
        return None
    return content[:8000].decode("utf-8", "replace")


def _kind_of_zip(content: bytes, extension: str) -> FileKind:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = {name.lower() for name in archive.namelist()}
    except (zipfile.BadZipFile, struct.error, NotImplementedError, EOFError, OSError, ValueError) as error:
        raise FileFault("broken_workbook", found="zip") from error
    if "xl/workbook.bin" in names:
        raise FileFault("unsupported_format", found=".xlsb")
    if "mimetype" in names and "content.xml" in names:
        raise FileFault("unsupported_format", found=".ods")
    if any(name.startswith("xl/") for name in names):
        return FileKind.XLSX
    if "[content_types].xml" in names:
        kinds = {"word/": ".docx", "ppt/": ".pptx"}
        kind = next((name for start, name in kinds.items() if any(n.startswith(start) for n in names)), None)
        if kind:
            raise FileFault("not_a_spreadsheet", found=kind)
        return FileKind.XLSX
    if extension == ".zip":
        return FileKind.ARCHIVE
    raise FileFault("not_a_spreadsheet", found=".zip")
