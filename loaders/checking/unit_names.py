"""Which unit a text names: by its code, by a name that it bears or bore, or by both, as our blanks write it."""

import re
from collections.abc import Mapping
from datetime import date

from data.catalogue.model import Catalogue, Unit
from loaders.checking.remembered import remembered
from loaders.checking.values import plain

_LONGEST = 200  # no name is longer; what follows it may be anything
_BOUNDARY = re.compile(r"[^\w、/和及]|报送期|填报|$")  # A、B are two units, not A


def unit_by_name(text: str, catalogue: Catalogue, on: date | None = None) -> str | None:
    """The code of the unit that the whole text names; on: the day that decides when two have borne one name."""
    return _chosen(_known(catalogue).get(_folded(text), ()), on)


def unit_at_start(text: str, catalogue: Catalogue, on: date | None = None) -> str | None:
    """The code of the unit that the text begins with: 行政审批科(XZSP)  报送期:2026-10. The longest name wins."""
    text = text[:_LONGEST]
    known = _known(catalogue)
    whole = unit_by_name(text, catalogue, on)
    if whole:
        return whole
    spaced = plain(text)
    for end in range(len(spaced), 0, -1):
        if _BOUNDARY.match(spaced, end):
            found = _chosen(known.get(_folded(spaced[:end]), ()), on)
            if found:
                return found
    return None


def _folded(text: str) -> str:
    return re.sub(r"\s", "", plain(text)).casefold()


@remembered
def _known(catalogue: Catalogue) -> Mapping[str, tuple[Unit, ...]]:
    known: dict[str, list[Unit]] = {}
    for unit in catalogue.units:
        code = unit.unit_code
        texts = {code}
        for name in unit.unit_name.values():
            texts |= {name, f"{name}({code})", f"{name}[{code}]", f"{code} {name}", f"({name})"}
        for text in {_folded(text) for text in texts} - {""}:
            known.setdefault(text, []).append(unit)
    return {text: tuple(units) for text, units in known.items()}


def _chosen(units: tuple[Unit, ...], on: date | None) -> str | None:
    if len({unit.unit_code for unit in units}) > 1:
        day = on or date.max
        units = (
            tuple(unit for unit in units if (unit.valid_from or date.min) <= day <= (unit.valid_to or date.max))
            or units
        )
    return units[-1].unit_code if units else None
