"""A result worked out once for each catalogue; catalogues are compared by identity, since the store hands out one."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from data.catalogue.model import Catalogue

_Result = TypeVar("_Result")
_KEPT = 4


def remembered(work_out: Callable[[Catalogue], _Result]) -> Callable[[Catalogue], _Result]:
    """Keeps the results for the last few catalogues."""
    kept: list[tuple[Catalogue, _Result]] = []

    @wraps(work_out)
    def answer(catalogue: Catalogue) -> _Result:
        for known, result in kept:
            if known is catalogue:
                return result
        kept.insert(0, (catalogue, work_out(catalogue)))
        del kept[_KEPT:]
        return kept[0][1]

    return answer
