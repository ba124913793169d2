"""Which unit a text names: by its code, by a name that it bears or bore, or by both, as our blanks write it."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache

from data.catalogue.model import Catalogue, Unit
from loaders.checking.remembered import remembered
from loaders.checking.values import plain

_LONGEST = 200  # no name is longer; what follows it may be anything
_BOUNDARY = re.compile(r"[^\w、/和及]|报送期|填报|$")  # A、B are two units, not A
_CODED = re.compile(r"(.{2,60}?)\s*[(\[]\s*([A-Za-z][A-Za-z0-9_-]*)\s*[)\]]")
_AFTER_A_BREAK = re.compile(r"(?:(?![年月日号季度期份表])[^\W\d_])*$")
_OFTEN = 1 << 14  # texts whose unit is kept
_SHORT = 3  # letters: 办公室, 信息办, 人事科
_KIND = re.compile(r"中心|支队|[科处所站馆办局]")  # what a unit is, at the end of its name
_IN_SHORT = re.compile(
    r"[一-龥]{2,9}?(?:中心|支队|[科处所站馆办局])(?![长员主要用收学技目研普有在属需得点理结件事公法证])"
)
_FIRST_LETTERS = 2  # that a short name has at least before what the unit is: 建管科


def unit_by_name(text: str, catalogue: Catalogue, on: date | None = None) -> str | None:
    """The code of the unit that the whole text names; on: the day that decides when two have borne one name."""
    return _chosen(_known(catalogue).get(_folded(text), ()), on)


def unit_at_start(text: str, catalogue: Catalogue, on: date | None = None) -> str | None:
    """The code of the unit that the text begins with: 行政审批科(XZSP)  报送期:2026-10. The longest name wins. The
    bureau's own name may stand before it, and be short; a name that is no longer known counts by the code beside it.
    """
    return _starts(catalogue)(text[:_LONGEST], on)


@remembered
def _starts(catalogue: Catalogue) -> Callable[[str, date | None], str | None]:
    """unit_at_start with its answers kept: the same texts stand in every workbook."""
    return lru_cache(maxsize=_OFTEN)(lambda text, on: _unit_at_start(text, catalogue, on))


def _unit_at_start(text: str, catalogue: Catalogue, on: date | None) -> str | None:
    spaced = plain(text)
    by_name = _at_start(spaced, catalogue, on)
    coded = _CODED.match(spaced)
    by_code = unit_by_name(coded[2], catalogue, on) if coded else None
    if by_name:
        return by_name if by_code in (None, by_name) else None  # 行政审批科(FJS) is nobody
    if by_code:
        return by_code
    bureau = catalogue.bureau.bureau_name.get("zh-CN", "")
    for end in range(min(len(spaced), len(bureau)), 0, -1):
        if _is_short_for(spaced[:end], bureau):
            return _at_start(spaced[end:], catalogue, on)
    return None


def _at_start(spaced: str, catalogue: Catalogue, on: date | None) -> str | None:
    whole = unit_by_name(spaced, catalogue, on)
    if whole:
        return whole
    known = _known(catalogue)
    for end in range(len(spaced), 0, -1):
        if _BOUNDARY.match(spaced, end):
            found = _chosen(known.get(_folded(spaced[:end]), ()), on)
            if found:
                return found
    return None


def units_within(text: str, catalogue: Catalogue, on: date | None = None) -> list[str]:
    """The codes of the units that a title or the name of a file names, in its order: 建筑业管理科2026年10月月报. A name
    inside of a longer word is none: 领导小组办公室, 报送信息中心.
    """
    spaced = re.sub(r"(?<=[一-龥])\s+(?=[一-龥])", "", plain(text)[:_LONGEST])
    bureau = catalogue.bureau.bureau_name.get("zh-CN", "")
    codes: dict[str, int] = {}
    for name, units in _longest_first(catalogue):
        if name not in spaced:
            continue
        for match in list(re.finditer(_as_a_word(name), spaced)):
            before = _AFTER_A_BREAK.search(spaced[: match.start()])[0]
            if not before or _is_short_for(before, bureau):
                codes.setdefault(_chosen(units, on), match.start())
            spaced = spaced[: match.start()] + "\0" * len(match[0]) + spaced[match.end() :]
    return sorted(codes, key=codes.get)


def units_of_short_name(text: str, catalogue: Catalogue) -> list[str]:
    """The codes of the units for whose name a text may be short: 建管科 for 建筑业管理科. None for a whole name."""
    name = "".join(plain(text).split())
    kind = re.search(rf"(?:{_KIND.pattern})$", name)
    if not kind or kind.start() < _FIRST_LETTERS or unit_by_name(name, catalogue):
        return []
    codes: dict[str, None] = {}
    for whole, units in _longest_first(catalogue):
        if len(whole) > len(name) and whole.endswith(kind[0]):
            letters = iter(whole.removesuffix(kind[0]))
            if all(letter in letters for letter in name[: kind.start()]):
                codes.update(dict.fromkeys(unit.unit_code for unit in units))
    return list(codes)


def short_names_within(text: str, catalogue: Catalogue) -> list[list[str]]:
    """For each word of a text that may be short for a unit's name, in their order, the codes of those units."""
    spaced = re.sub(r"(?<=[一-龥])\s+(?=[一-龥])", "", plain(text)[:_LONGEST])
    bureau = catalogue.bureau.bureau_name.get("zh-CN", "")
    told = []
    for start in range(len(spaced)):
        before = _AFTER_A_BREAK.search(spaced[:start])[0]
        match = _IN_SHORT.match(spaced, start) if not before or _is_short_for(before, bureau) else None
        told.append(units_of_short_name(match[0], catalogue) if match else [])
    return [codes for codes in told if codes]


def is_named_in(text: str, unit_code: str, catalogue: Catalogue) -> bool:
    """Whether a Chinese name of the unit stands anywhere in the text, even inside of a word."""
    return any(
        name in plain(text)
        for name, units in _longest_first(catalogue)
        if not name.isascii() and unit_code in {unit.unit_code for unit in units}
    )


def is_the_bureau(text: str, catalogue: Catalogue) -> bool:
    """Whether the text is the bureau's own name, or short for it: 市住建局."""
    bureau = catalogue.bureau.bureau_name.get("zh-CN", "")
    name = "".join(plain(text).split())
    return len(name) > 2 and name[-1:] == bureau[-1:] and _is_short_for(name, bureau)


def _as_a_word(name: str) -> str:
    """A code or foreign name stands alone; 科长 and 馆员 are people; of short names nearly every word is a part."""
    if name.isascii():
        return rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])"
    after = r"(?![^\W\d_])" if len(name) <= _SHORT else r"(?![长员主要用收])"
    return re.escape(name) + after


def _is_short_for(text: str, bureau: str) -> bool:
    """市住建局 is short for 鄂州市住房和城乡建设局, and so are 局 and 鄂州市."""
    if not bureau or bureau.startswith(text):
        return bool(bureau)
    letters = iter(bureau)
    return (text == "市" or text[-1:] == bureau[-1]) and all(letter in letters for letter in text)


@remembered
def _longest_first(catalogue: Catalogue) -> tuple[tuple[str, tuple[Unit, ...]], ...]:
    """Names and codes that can be told from ordinary words, as they are written."""
    names: dict[str, list[Unit]] = {}
    for unit in catalogue.units:
        code = {unit.unit_code} if len(unit.unit_code) >= 3 and not unit.unit_code.isdigit() else set()
        for name in {plain(name) for name in unit.unit_name.values() if len(name) >= 3} | code:
            names.setdefault(name, []).append(unit)
    return tuple((name, tuple(names[name])) for name in sorted(names, key=len, reverse=True))


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
