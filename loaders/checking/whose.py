"""Whose sheet it is: every place that names a unit is held against the others."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from data.catalogue.model import ColumnType
from data.periods import end_of
from loaders.checking.clues import Clues
from loaders.checking.mentions import Mention, Where
from loaders.checking.time_words import spans
from loaders.checking.unit_names import (
    is_named_in,
    is_the_bureau,
    short_names_within,
    unit_at_start,
    units_of_short_name,
    units_within,
)
from loaders.issues import Issue

_LINE = 40  # letters of a line that can be a name
_NAMES = (Where.TAB, Where.FILE, Where.PAGE)  # places of which a part may be a name


@dataclass(frozen=True)
class Named:
    """A mention and the codes of the units that it names; of those for whose name it may be short, if is_short."""

    mention: Mention
    codes: Sequence[str]
    is_short: bool = False


def unit_of_sheet(clues: Clues, period: date, meant: str | None) -> tuple[str, list[Issue], list[Mention]]:
    """The unit's code, a question for each weaker place (title, tab, file, signature) that names another, and the
    places that decided it. FileFault where nothing names one, or what does is no unit or contradicts.
    """
    on = end_of(period, clues.cycle)
    weak = [named for mention in _weak(clues) if (named := _units(mention, clues, on)).codes]
    stated = _firm(clues, on, meant) or _from_column(clues, on) or _from_weak(weak, meant)
    if not stated:
        several = [named for named in weak if len(named.codes) > 1 and not (meant and named.is_short)]
        unclear = [(named.mention, code) for named in several for code in named.codes]
        if unclear and meant not in {code for _, code in unclear}:
            raise clues.fault("several_units", _as_read(unclear, clues))
    if not stated and meant:
        return meant, list(_doubts(clues, weak, meant)), []
    if not stated:
        raise clues.fault("no_unit")
    if len({named.codes[0] for named in stated}) > 1:
        raise clues.fault("unit_contradicts", _as_read([(n.mention, n.codes[0]) for n in stated], clues))
    code = stated[0].codes[0]
    return code, [*_of_short_names(clues, stated, weak, code, meant), *_doubts(clues, weak, code)], _places(stated)


def _places(stated: Sequence[Named]) -> list[Mention]:
    return [named.mention for named in stated]


def _as_read(named: list[tuple[Mention, str]], clues: Clues) -> list[tuple[Mention, str]]:
    return [(mention, clues.catalogue.unit_name(code)) for mention, code in named]


def _firm(clues: Clues, on: date, meant: str | None) -> list[Named]:
    """Our own blank's unit and what labels name. A label with a colon whose unit nobody knows is a fault."""
    stated = []
    for mention in [*clues.of_meta("unit_code"), *clues.around.units, *clues.around.bare_units]:
        code = unit_at_start(mention.text, clues.catalogue, on)
        short = [] if code else _short_for(mention.shown, clues)
        if code:
            stated.append(Named(mention, [code]))
        elif meant in short or len(short) == 1:
            stated.append(Named(mention, [meant if meant in short else short[0]], is_short=True))
        elif is_the_bureau(mention.shown, clues.catalogue):
            continue  # whose section it is, another place says
        elif mention.is_labelled and mention not in clues.around.bare_units:
            raise clues.fault("unknown_unit", [(mention, mention.shown)])
    return stated


def _short_for(text: str, clues: Clues) -> list[str]:
    """The units for whose name the whole of a text may be short, the bureau's own before it or not."""
    words = "".join(text.split()).strip("()")
    starts = [0, *(start for start in range(1, len(words)) if is_the_bureau(words[:start], clues.catalogue))]
    told = (units_of_short_name(words[start:], clues.catalogue) for start in starts)
    return next(filter(None, told), []) if len(words) <= _LINE else []


def _from_column(clues: Clues, on: date) -> list[Named]:
    """What the sheet's own column of units holds; the rows are checked one by one later."""
    texts = clues.in_column(ColumnType.UNIT)
    if len(texts) > 1:
        raise clues.fault("several_units", [(mention, mention.shown) for mention in texts[:5]])
    stated = []
    for mention in texts:
        code = unit_at_start(mention.text, clues.catalogue, on)
        if code is None:
            raise clues.fault("unknown_unit", [(mention, mention.shown)])
        stated.append(Named(mention, [code]))
    return stated


def _from_weak(weak: Sequence[Named], meant: str | None) -> list[Named]:
    """The weaker places that name one unit alone: those of the sheet itself, or else those of other sheets and the
    tab, or else the file's name. What may be short for a name decides where no whole name does and nobody says who
    sends the sheet.
    """
    for is_short in (False,) if meant else (False, True):
        alone = [named for named in weak if len(named.codes) == 1 and named.is_short is is_short]
        inside = [n for n in alone if n.mention.where in (Where.CELL, Where.PAGE) and not n.mention.sheet]
        if stated := inside or [named for named in alone if named.mention.where is not Where.FILE] or alone:
            return stated
    return []


def _weak(clues: Clues) -> Iterator[Mention]:
    """Where a unit may be named without a label."""
    if clues.around.title:
        yield clues.around.title
    yield from clues.around.lines
    yield from clues.around.hinted
    yield from clues.around.signed.values()
    yield from clues.covers.units
    yield from clues.covers.hinted
    yield from clues.pages
    yield clues.tab
    yield clues.file


def _units(mention: Mention, clues: Clues, on: date) -> Named:
    """The units that a title or name speaks of; of other texts, the one that they consist of."""
    text = mention.text
    is_within = mention is clues.around.title or mention.where in _NAMES or mention in clues.around.hinted
    if is_within:
        for words in clues.header.template.template_name.values():
            text = text.replace(words, " ")
        codes = units_within(text, clues.catalogue, on)
        short = [] if codes else short_names_within(text, clues.catalogue)
        return Named(mention, codes or [code for told in short[:1] for code in told], is_short=not codes)
    if not mention.sheet:  # no cover's label
        for span in spans(text):
            text = text.replace(span.text, " ")
    texts = (mention.text, text.strip("() ")) if len(mention.text) <= _LINE else ()
    codes = [code for name in texts if (code := unit_at_start(name, clues.catalogue, on))]
    short = [] if codes or not texts else _short_for(texts[-1], clues)
    return Named(mention, codes[:1] or short, is_short=not codes)


def _of_short_names(
    clues: Clues, stated: Sequence[Named], weak: Sequence[Named], code: str, meant: str | None
) -> Iterator[Issue]:
    """A question where nothing but what may be short for the unit's name says whose it is."""
    is_whole = any(not named.is_short and code in named.codes for named in [*stated, *weak])
    if not meant and not is_whole:
        yield clues.doubt("short_unit_name", [(stated[0].mention, stated[0].mention.shown)], _name(clues, code))


def _name(clues: Clues, code: str) -> str:
    return clues.catalogue.unit_name(code)


def _doubts(clues: Clues, weak: Sequence[Named], code: str) -> Iterator[Issue]:
    for named in weak:
        mention, other = named.mention, named.codes[0]
        if code not in named.codes and not is_named_in(mention.text, code, clues.catalogue):
            yield clues.doubt("other_unit_named", _as_read([(mention, other)], clues), _name(clues, code))


def signed_rows(clues: Clues, period: date) -> set[int]:
    """Rows beneath the table that are no data: a unit's name alone, as a signature, and the day beneath it."""
    on = end_of(period, clues.cycle)
    around = clues.around
    signed = {row_no for row_no, mention in around.signed.items() if _units(mention, clues, on).codes}
    signed |= around.foot_rows
    return signed | {row_no for row_no in around.days if {row_no - 1, row_no - 2} & signed}
