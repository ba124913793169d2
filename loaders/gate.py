"""What is refused before any reader sees it: size, signature, and what hides in a zip."""

import io
import struct
import zipfile
import zlib
from pathlib import PurePath

from loaders.issues import FileFault

MAX_BYTES = 10 * 1024 * 1024
MAX_INFLATED = 128 * 1024 * 1024
MAX_PARTS = 1000
_CHUNK = 1 << 16
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def check_file(content: bytes, file_name: str) -> None:
    """Raises FileFault where the bytes are not an .xlsx that may be opened."""
    if not content:
        raise FileFault("empty_file")
    if len(content) > MAX_BYTES:
        raise FileFault("too_large", found=f"{len(content) / 1048576:.1f} MB", limit=MAX_BYTES // 1048576)
    if content.startswith(_OLE):
        raise FileFault("encrypted" if _ENCRYPTED in content else "legacy_xls")
    if content.lstrip()[:1] == b"<":
        raise FileFault("html_as_excel")
    if not content.startswith(b"PK\x03\x04"):
        raise FileFault("not_a_spreadsheet", found=PurePath(file_name).suffix or "?")
    _check_zip(content)


def _check_zip(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            names = {part.filename.lower() for part in parts}
            if len(parts) > MAX_PARTS or len(names) < len(parts):
                raise FileFault("broken_workbook")
            if any(part.flag_bits & 1 for part in parts):
                raise FileFault("encrypted")
            if not any(name.startswith("xl/") for name in names):
                raise FileFault("not_a_spreadsheet", found=".zip")
            if any(name.endswith("vbaproject.bin") for name in names):
                raise FileFault("macros")
            _inflate(archive, parts)
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        zlib.error,
        RuntimeError,
        struct.error,
        NotImplementedError,
        EOFError,
        OSError,
        ValueError,
    ) as error:
        raise FileFault("broken_workbook") from error


def _inflate(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> None:
    """Count the real sizes while inflating (declared ones lie) and refuse every document type."""
    total = 0
    for part in parts:
        with archive.open(part) as stream:
            head = stream.read(_CHUNK)
            if b"<!DOCTYPE" in head.upper():
                raise FileFault("broken_workbook")
            total += len(head)
            while chunk := stream.read(_CHUNK):
                total += len(chunk)
                if total > MAX_INFLATED:
                    raise FileFault("too_large", found=f"> {MAX_INFLATED // 1048576} MB", limit=10)
