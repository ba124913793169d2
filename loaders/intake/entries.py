"""What is kept of a file: how it arrived, what it is about, what it declares, and what it became."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from loaders.checking.rows import Row
from loaders.issues import Issue


@dataclass(frozen=True)
class Arrival:
    """A file as it reached us."""

    content: bytes
    file_name: str
    received_at: datetime
    reported_by: str

    @cached_property
    def sha256(self) -> str:
        """The file's identity."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class About:
    """What a file turned out to be about; None where it could not be told."""

    unit_code: str | None = None
    template_code: str | None = None
    template_version: str | None = None
    period: date | None = None

    @property
    def key(self) -> tuple[str | None, str | None, date | None]:
        """Unit, template and period: what versions are counted by."""
        return self.unit_code, self.template_code, self.period


@dataclass(frozen=True)
class Declared:
    """What a statement without figures says; its proof is kept like a file. None where a zero report has none."""

    reason: str = ""
    count: int | None = None
    delivered_on: date | None = None
    platform: str | None = None
    proof: bytes | None = None
    proof_name: str | None = None

    @property
    def proof_sha256(self) -> str | None:
        """The proof's identity."""
        return None if self.proof is None else hashlib.sha256(self.proof).hexdigest()


@dataclass(frozen=True)
class Entry:
    """What is to be kept: a submission that is accepted or returned; is_sent False: it was only checked, and found
    faulty. kind None: a workbook, or its correction.
    """

    arrival: Arrival
    about: About
    is_accepted: bool
    issues: Sequence[Issue] = ()
    rows: Sequence[Row] = ()
    sheet: str = ""
    kind: str | None = None
    declared: Declared | None = None
    is_sent: bool = True


@dataclass(frozen=True)
class Recorded:
    """What was written: outcome is accepted, returned, checked or duplicate (nothing new was written)."""

    outcome: str
    submission_id: str
    receipt_no: str
    version: int
    kind: str
    received_at: datetime
    sha256: str = ""
