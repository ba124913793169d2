"""Files as they are handed in, opened: an archive becomes its files, each is read in a process of its own."""

import io
import logging
import struct
import zipfile
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime

from data.catalogue.model import Catalogue
from data.clock import Clock
from loaders.arriving.archive import files_of
from loaders.arriving.gate import FileKind, check_file
from loaders.arriving.worker import PROCESSES, READER, ReadersEnded
from loaders.checking.recognise import Meant
from loaders.intake.entries import Arrival
from loaders.issues import FileFault
from loaders.sheets import Workbook

_AHEAD = 24  # files that are read while others are checked and written
_AHEAD_WEIGHT = 16 << 20  # bytes as inflated: a small file may be a large table

_LOG = logging.getLogger(__name__)

Explanations = str | Mapping[str, str] | None
"""One text for every check of the file, or a text for each Issue.key."""


@dataclass(frozen=True)
class Upload:
    """A file as somebody hands it in. received_at: when it reached us, with a time zone.

    archive: the .zip that it lay in. fault: why it cannot be used, where that is known already.
    """

    content: bytes
    file_name: str
    received_at: datetime
    reported_by: str = ""
    explanations: Explanations = None
    meant: Meant = field(default_factory=Meant)
    archive: str = ""
    fault: FileFault | None = None

    @property
    def shown_name(self) -> str:
        """The file's name, with the archive that it came in."""
        name = f"{self.archive}/{self.file_name}" if self.archive else self.file_name
        return name.encode("utf-8", "replace").decode()  # a name of broken bytes cannot be kept


@dataclass
class Opened:
    """A file and what was read from it; is_last: no more files of its upload follow."""

    is_last: bool
    arrival: Arrival
    explanations: Explanations
    meant: Meant
    book: Workbook | FileFault | None = None
    weight: int = 0


def opened(uploads: Iterable[Upload], catalogue: Catalogue) -> Iterator[Opened]:
    """The files of the uploads in their order, read; the next ones are read meanwhile, in processes of their own."""
    waiting: deque[tuple[Opened, Future[Workbook | FileFault]]] = deque()
    with ThreadPoolExecutor(PROCESSES) as pool:
        for upload in uploads:
            for part, is_last in _with_last(split(upload)):
                waiting.append((_arrived(part, is_last, catalogue.clock), pool.submit(_book, part)))
                while len(waiting) > _AHEAD or sum(f.weight for f, _ in waiting) > _AHEAD_WEIGHT:
                    yield _read(*waiting.popleft())
        while waiting:
            yield _read(*waiting.popleft())


def _with_last(uploads: Iterator[Upload]) -> Iterator[tuple[Upload, bool]]:
    """Each with whether it is the last one; there is at least one."""
    before = next(uploads)
    for upload in uploads:
        yield before, False
        before = upload
    yield before, True


def _arrived(upload: Upload, is_last: bool, clock: Clock) -> Opened:
    arrival = Arrival(
        upload.content,
        upload.shown_name,
        clock.local(upload.received_at),
        upload.reported_by,
    )
    return Opened(is_last, arrival, upload.explanations, upload.meant, weight=weight_of(upload.content))


def weight_of(content: bytes) -> int:
    """How much a file may take when it is read: its size as its directory gives it, which reading holds it to."""
    if not content.startswith(b"PK"):
        return len(content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            return sum(entry.file_size for entry in package.infolist())
    except (zipfile.BadZipFile, struct.error, NotImplementedError, EOFError, OSError, ValueError):
        return len(content)


def _read(file: Opened, reading: "Future[Workbook | FileFault]") -> Opened:
    file.book = reading.result()
    return file


def split(upload: Upload) -> Iterator[Upload]:
    """The file itself, or those of an archive."""
    try:
        if upload.fault or check_file(upload.content, upload.file_name).kind is not FileKind.ARCHIVE:
            yield upload
            return
        for name, content in files_of(upload.content):
            part = replace(upload, file_name=name, archive=upload.file_name)
            yield replace(part, fault=content) if isinstance(content, FileFault) else replace(part, content=content)
    except FileFault as fault:
        yield replace(upload, fault=fault)


def _book(upload: Upload) -> Workbook | FileFault:
    try:
        if upload.fault:
            raise upload.fault
        passed = check_file(upload.content, upload.file_name)
        if passed.kind is FileKind.ARCHIVE:
            raise FileFault("nested_archive")
        book = READER.read(upload.content, passed.kind.value)
    except FileFault as fault:
        return fault
    except ReadersEnded:
        raise
    except Exception:  # the other files of the call wait behind this one
        _LOG.exception("%s: could not be read", upload.shown_name)
        return FileFault("check_failed")
    return Workbook(book.sheets, [*book.notes, *(["extension_differs"] if passed.is_misnamed else [])])
