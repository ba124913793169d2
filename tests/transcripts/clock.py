"""A clock that stands where it is set, for every module that is imported after it.

`python -m tests.transcripts.clock MOMENT MODULE WORDS…` runs a module by it.
"""

import datetime
import runpy
import sys
import time
from itertools import count

import duckdb  # noqa: F401 - compiled: it wants the real kind, as the next two do
import pandas  # noqa: F401
import pyarrow  # noqa: F401

_REAL = datetime.datetime
_STEP = datetime.timedelta(microseconds=1)  # between two looks, so that what happens later is later
_at = _REAL.now(datetime.UTC)
_looks = count(1)


class _Kind(type):
    def __instancecheck__(cls, value: object) -> bool:
        return isinstance(value, _REAL)

    def __subclasscheck__(cls, kind: type) -> bool:
        return issubclass(kind, _REAL)


class _Standing(_REAL, metaclass=_Kind):
    """Makes ordinary datetimes; only what it calls now is its own."""

    __slots__ = ()

    def __new__(cls, *values, **named) -> _REAL:
        return _REAL(*values, **named)

    @classmethod
    def now(cls, tz: datetime.tzinfo | None = None) -> _REAL:
        at = _at + _STEP * next(_looks)
        return at.astimezone(tz) if tz else at.astimezone().replace(tzinfo=None)


def set_to(moment: str) -> None:
    """From now on it is this moment, in ISO 8601 with its zone."""
    global _at, _looks
    _at, _looks = _REAL.fromisoformat(moment), count(1)
    datetime.datetime = _Standing
    time.clock_gettime = lambda _: _at.timestamp()  # the machine has run as long as this clock says


if __name__ == "__main__":
    set_to(sys.argv[1])
    sys.argv = sys.argv[2:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
