"""The last results by key, worked out once: the key alone tells two questions apart, and holds nothing that answers."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

_Result = TypeVar("_Result")


class Kept(Generic[_Result]):
    """The results of the last `most` keys that were asked for; any thread may ask."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._results: OrderedDict[Hashable, _Result] = OrderedDict()
        self._changing = threading.Lock()

    def get(self, key: Hashable, work_out: Callable[[], _Result]) -> _Result:
        """The result of a key. Two who ask at once may both work it out: a slow one keeps nobody waiting."""
        with self._changing:
            if key in self._results:
                self._results.move_to_end(key)
                return self._results[key]
        result = work_out()
        with self._changing:
            self._results[key] = result
            while len(self._results) > self._most:
                self._results.popitem(last=False)
        return result

    def clear(self) -> None:
        """Forget everything."""
        with self._changing:
            self._results.clear()
