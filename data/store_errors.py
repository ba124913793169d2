"""Why a store cannot be used."""

from collections.abc import Mapping
from typing import Any


class StoreError(Exception):
    """The store cannot be used; the text says what was expected, what was found and what to do.

    cause: for programs, and for the words of pages (store.<cause>). details: the values that those words name.
    """

    cause = "other"

    def __init__(self, text: str, cause: str | None = None, details: Mapping[str, Any] | None = None) -> None:
        super().__init__(text)
        self.cause, self.details = cause or self.cause, dict(details or {})


class StoreBusy(StoreError):
    """Another process has the store."""

    cause = "busy"


class StoreMissing(StoreError):
    """There is no store where one was: its file is gone, or the disk that it lies on."""

    cause = "missing"
