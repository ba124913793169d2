"""Lanes: work that takes long goes on beside the pages, so many at a time; they never wait for its threads."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from anyio import CapacityLimiter

from loaders.arriving.worker import PROCESSES

HASHING = CapacityLimiter(2)
"""Passwords that are looked at (a quarter of a second each): whoever waits does so without one of the threads in which
every request is let in.
"""


class Lane:
    """So many at once; the others wait. Any thread may enter; whoever is in it already goes on."""

    def __init__(self, at_once: int) -> None:
        self._places = threading.BoundedSemaphore(at_once)
        self._inside = threading.local()

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Waits for a place, and leaves it at the end of the block."""
        if getattr(self._inside, "is_in", False):
            yield
            return
        with self._places:
            self._inside.is_in = True
            try:
                yield
            finally:
                self._inside.is_in = False


PAPERS = Lane(1)
"""Workbooks and papers are made by Python alone: two at once take as long as one after the other."""
FILES = Lane(PROCESSES + 1)
"""Files that are checked and taken in: while each reading process has one, another may be checked."""
