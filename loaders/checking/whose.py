"""Whose sheet it is: every place that names a unit is held against the others."""

from collections.abc import Iterator
from datetime import date

from data.catalogue.model import ColumnType
from data.periods import end_of
from loaders.checking.clues import Clues
from loaders.checking.mentions import Mention, Where
from loaders.checking.time_words import spans
from loaders.checking.unit_names import is_named_in, is_the_bureau, unit_at_start, units_within
from loaders.issues import Issue

_LINE = 40  # letters of a line that can be a name
Named = tuple[Mention, str]
"""A mention and the code of the unit that it names."""


def unit_of_sheet(clues: Clues, period: date, meant: str | None) -> tuple[str, list[Issue], list[Mention]]:
    """The unit's code, a question for each weaker place (title, tab, file, signature) that names another, and the
    places that decided it. FileFault where nothing names one, or what does is no unit or contradicts.
    """
    on = end_of(period, clues.cycle)
    weak = [(mention, codes) for mention in _weak(clues) if (codes := _units(mention, clues, on))]
    stated = _firm(clues, on) or _from_column(clues, on)
    if not stated:
        alone = [(mention, codes[0]) for mention, codes in weak if len(codes) == 1]
        inside = [one for one in alone if one[0].where is Where.CELL and not one[0].sheet]
        stated = inside or [one for one in alone if one[0].where is not Where.FILE] or alone
        unclear = [(mention, code) for mention, codes in weak if len(codes) > 1 for code in codes]
        if not stated and unclear and meant not in {code for _, code in unclear}:
            raise clues.fault("several_units", _as_read(unclear, clues))
    if not stated and meant:
        return meant, [], []
    if not stated:
        raise clues.fault("no_unit")
    if len({code for _, code in stated}) > 1:
        raise clues.fault("unit_contradicts", _as_read(stated, clues))
    code = stated[0][1]
    return code, list(_doubts(clues, weak, code)), [mention for mention, _ in stated]


def _as_read(named: list[Named], clues: Clues) -> list[tuple[Mention, str]]:
    return [(mention, clues.catalogue.unit_name(code)) for mention, code in named]


def _firm(clues: Clues, on: date) -> list[Named]:
    """Our own blank's unit and what labels name. A label with a colon whose unit nobody knows is a fault."""
    stated = []
    for mention in [*clues.of_meta("unit_code"), *clues.around.units, *clues.around.bare_units]:
        code = unit_at_start(mention.text, clues.catalogue, on)
        if code:
            stated.append((mention, code))
        elif is_the_bureau(mention.shown, clues.catalogue):
            continue  # whose section it is, another place says
        elif mention.is_labelled and mention not in clues.around.bare_units:
            raise clues.fault("unknown_unit", [(mention, mention.shown)])
    return stated


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
        stated.append((mention, code))
    return stated


def _weak(clues: Clues) -> Iterator[Mention]:
    """Where a unit may be named without a label."""
    if clues.around.title:
        yield clues.around.title
    yield from clues.around.lines
    yield from clues.around.signed.values()
    yield from clues.covers.units
    yield clues.tab
    yield clues.file


def _units(mention: Mention, clues: Clues, on: date) -> list[str]:
    """The units that a title or name speaks of; of other texts, the one that they consist of."""
    text = mention.text
    if mention is clues.around.title or mention.where in (Where.TAB, Where.FILE):
        for words in clues.header.template.template_name.values():
            text = text.replace(words, " ")
        return units_within(text, clues.catalogue, on)
    if not mention.sheet:  # no cover's label
        for span in spans(text):
            text = text.replace(span.text, " ")
    texts = (mention.text, text.strip("() ")) if len(mention.text) <= _LINE else ()
    codes = [code for name in texts if (code := unit_at_start(name, clues.catalogue, on))]
    return codes[:1]


def _doubts(clues: Clues, weak: list[tuple[Mention, list[str]]], code: str) -> Iterator[Issue]:
    expected = clues.catalogue.unit_name(code)
    for mention, codes in weak:
        if code not in codes and not is_named_in(mention.text, code, clues.catalogue):
            yield clues.doubt("other_unit_named", _as_read([(mention, codes[0])], clues), expected)


def signed_rows(clues: Clues, period: date) -> set[int]:
    """Rows beneath the table that are no data: a unit's name alone, as a signature, and the day beneath it."""
    on = end_of(period, clues.cycle)
    around = clues.around
    signed = {row_no for row_no, mention in around.signed.items() if _units(mention, clues, on)} | around.foot_rows
    return signed | {row_no for row_no in around.days if {row_no - 1, row_no - 2} & signed}
