"""A large sheet is millions of objects and no rings of them: looking for rings meanwhile took a third of the time."""

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_lock = threading.Lock()
_running = 0


@contextmanager
def collecting_later() -> Iterator[None]:
    """Rings are looked for when the last of those who are within has left; also a decorator."""
    global _running
    with _lock:
        _running += 1
        gc.disable()
    try:
        yield
    finally:
        with _lock:
            _running -= 1
            if not _running:
                gc.enable()
