"""Answers that are kept: each made once for all who wait for it, and never more of them than the memory allows."""

import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any

import pandas

MOST_BYTES = 96 << 20
_OF_AN_OBJECT = 64  # bytes, for what is not looked into


@dataclass
class _Making:
    """An answer that somebody is working out; the others who want it wait."""

    is_done: threading.Event = field(default_factory=threading.Event)
    answers: list[Any] = field(default_factory=list)


class Kept:
    """Any thread may ask. Those asked for least lately go first; those of an earlier state of the store at once."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most, self._bytes = most_bytes, 0
        self._lock = threading.Lock()
        self._answers: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._being_made: dict[Hashable, _Making] = {}
        self._state: tuple[int, int] = (-1, -1)

    def answer(self, state: tuple[int, int], about: Hashable, make: Callable[[], Any]) -> Any:
        """What `make` returns, or returned for somebody else. state: of the store, as Store.state. about: all the rest
        that the answer depends on. A frame is the caller's own to add columns to; all else must not be altered.

        What make raises is raised to whoever made it; the others who wait then try for themselves.
        """
        key = (state, about)
        while True:
            with self._lock:
                if key in self._answers:
                    self._answers.move_to_end(key)
                    return _own(self._answers[key][0])
                making = self._being_made.get(key)
                if making is None:
                    mine = self._being_made[key] = _Making()
                    break
            making.is_done.wait()
            if making.answers:
                return _own(making.answers[0])
        try:
            answer = make()
            mine.answers.append(answer)
            self._keep(key, answer)
            return _own(answer)
        finally:
            with self._lock:
                del self._being_made[key]
            mine.is_done.set()

    def size(self) -> int:
        """Bytes that are kept, as far as they can be told."""
        return self._bytes

    def _keep(self, key: tuple, answer: Any) -> None:
        size = size_of(answer)
        with self._lock:
            self._forget_earlier(key[0])
            if size > self._most // 4:  # one that would push out all the others
                return
            self._answers[key] = (answer, size)
            self._bytes += size
            while self._bytes > self._most:
                self._bytes -= self._answers.popitem(last=False)[1][1]

    def _forget_earlier(self, state: tuple[int, int]) -> None:
        """Nobody asks again for what was before a write."""
        if state <= self._state:
            return
        self._state = state
        for key in [key for key in self._answers if key[0] < state]:
            self._bytes -= self._answers.pop(key)[1]


def _own(answer: Any) -> Any:
    """Frames share their columns until one is written to (copy-on-write), so that a copy costs next to nothing."""
    if isinstance(answer, pandas.DataFrame):
        return answer.copy(deep=False)
    return answer


def size_of(answer: Any) -> int:
    """About how many bytes it takes."""
    if isinstance(answer, str | bytes):
        return _OF_AN_OBJECT + len(answer)
    if isinstance(answer, pandas.DataFrame):
        return int(answer.memory_usage(deep=True).sum())
    if isinstance(answer, Mapping):
        return sum(size_of(key) + size_of(value) for key, value in answer.items())
    if isinstance(answer, list | tuple | set | frozenset):
        return _OF_AN_OBJECT + sum(map(size_of, answer))
    if is_dataclass(answer):
        return _OF_AN_OBJECT + sum(size_of(getattr(answer, each.name)) for each in fields(answer))
    return sys.getsizeof(answer)


def hashable(value: Any) -> Hashable:
    """A parameter as part of what an answer is kept by; lists and tuples of the same things are the same.

    TypeError for what has no such form: it would not be known when the answer is another one.
    """
    if isinstance(value, Mapping):
        return tuple(sorted((name, hashable(part)) for name, part in value.items()))
    if isinstance(value, list | tuple):
        return tuple(map(hashable, value))
    if is_dataclass(value) and not isinstance(value, type):
        return (type(value), *(hashable(getattr(value, each.name)) for each in fields(value)))
    hash(value)
    return value
