"""The last results by key, worked out once: the key alone tells two questions apart, and holds nothing that answers."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

_Result = TypeVar("_Result")


class Kept(Generic[_Result]):
    """The results of the last `most` keys that were asked for; any thread may ask. size_of and most_bytes: what they
    may take together, the newest one aside.
    """

    def __init__(
        self, most: int, size_of: Callable[[_Result], int] | None = None, most_bytes: int | None = None
    ) -> None:
        self._most, self._size_of, self._most_bytes = most, size_of, most_bytes
        self._results: OrderedDict[Hashable, _Result] = OrderedDict()
        self._sizes: dict[Hashable, int] = {}
        self._changing = threading.Lock()
        self._working: dict[Hashable, threading.Event] = {}

    def get(self, key: Hashable, work_out: Callable[[], _Result]) -> _Result:
        """The result of a key. Of those who ask for the same at once one works it out, and the others wait for it; who
        asks for another waits for nobody. Where it fails, the next one tries.
        """
        while True:
            with self._changing:
                if key in self._results:
                    self._results.move_to_end(key)
                    return self._results[key]
                done = self._working.get(key)
                if done is None:
                    self._working[key] = threading.Event()
                    break
            done.wait()
        try:
            result = work_out()
            self._keep(key, result)
            return result
        finally:
            with self._changing:
                self._working.pop(key).set()

    def last(self, is_wanted: Callable[[Hashable], bool]) -> _Result | None:
        """The newest result whose key is wanted; None where there is none."""
        with self._changing:
            return next((self._results[key] for key in reversed(self._results) if is_wanted(key)), None)

    def _keep(self, key: Hashable, result: _Result) -> None:
        with self._changing:
            self._results[key] = result
            self._sizes[key] = self._size_of(result) if self._size_of else 0
            while len(self._results) > 1 and self._is_full():
                self._sizes.pop(self._results.popitem(last=False)[0])

    def _is_full(self) -> bool:
        is_heavy = self._most_bytes is not None and sum(self._sizes.values()) > self._most_bytes
        return len(self._results) > self._most or is_heavy

    def clear(self) -> None:
        """Forget everything."""
        with self._changing:
            self._results.clear()
            self._sizes.clear()
