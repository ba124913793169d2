"""Figures far outside of what a unit's own past rows held: asked about whether or not a cause is seen."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from data.catalogue.model import Column, ColumnType, Nature, Severity, TemplateKind
from data.cells import address
from loaders.checking.past import Figures, Past
from loaders.checking.recognise import Recognised
from loaders.checking.rows import Checked, Row
from loaders.issues import Issue

LEAST_ROWS, LEAST_PERIODS = 12, 6  # so much past is needed: rows of a ledger, periods of a figure that recurs
_LEFT_OUT = 10  # of so many periods, one is left out of what is usual
_TIMES = 10  # beyond the largest of the past; rarely does an honest figure grow so much at once
_TIMES_OF_FEW = 20
_REACH = 5  # times the distance from the middle to the tenth part on that side, on the scale of logarithms
_LEAST_REACH = math.log(1.5)
_SMALL_COUNT = 10  # a count that was never above this one is held against this one
_POINTS = 60.0  # a rate that is nearer than this to its past is not far from it: 3 of 4 after years of 100 %
_RATIO = 1.0  # a rate beneath, where none ever was, is a ratio
_SHOWN = 5  # places that are named of a column with many such figures
_NEAR = 2  # times the past: what is so near to it may well have been meant
_SLIPS = {
    "元": (1e-4,),
    "万元": (1e4, 1e-4),
    "亿元": (1e4, 1e8),
    "㎡": (1e-4,),
    "万㎡": (1e4,),
    "%": (1e-2, 1e2),
}
"""Measure → by how much a figure is wrong that is written in another measure of its kind."""


@dataclass(frozen=True)
class Range:
    """Where the past figures lie. low and high: nearly all of them lie between; at_least and at_most: what lies beyond
    is far outside.
    """

    low: float
    high: float
    at_least: float
    at_most: float
    number: int


def far_outside(past: Past, recognised: Recognised, checked: Checked) -> list[Issue]:
    """Check issues, one a column: its first figure that is far outside, and how many more there are."""
    template = recognised.template
    issues = []
    for column in template.columns:
        if column.type.is_number:
            outside = list(_outside(past, column, recognised, checked.rows))
            if outside:
                issues.append(_issue(outside, column, recognised))
    return issues


def range_of(figures: Figures, column: Column, is_ledger: bool) -> Range | None:
    """None where the past is too short to tell."""
    if column.type is not ColumnType.PCT:
        figures = [(period, abs(figure)) for period, figure in figures if figure]
    if len(figures) < (LEAST_ROWS if is_ledger else LEAST_PERIODS):
        return None
    smaller, larger = _usual(figures, 1), _usual(figures, -1)
    return _range_of_rates(smaller, larger) if column.type is ColumnType.PCT else _range(smaller, larger, column)


def _usual(figures: Figures, sign: int) -> list[float]:
    """The figures in their order without those of the few periods that have the largest ones (sign 1: the smallest):
    a whole month may have been written in another measure once, and what was taken in by mistake is no measure of what
    is right.
    """
    extremes: dict[float, float] = {}
    for period, figure in figures:
        extremes[period] = min(sign * figure, extremes.get(period, math.inf))
    ordered = sorted(extremes, key=extremes.__getitem__)
    left_out = ordered[: max(1, len(ordered) // _LEFT_OUT)] if len(ordered) >= LEAST_PERIODS else []
    return sorted(figure for period, figure in figures if period not in left_out)


def _outside(
    past: Past, column: Column, recognised: Recognised, rows: Iterable[Row]
) -> Iterator[tuple[Row, float, Range]]:
    is_ledger = recognised.template.kind is TemplateKind.LEDGER
    ranges: dict[str, Range | None] = {}
    for row in rows:
        figure = row.values.get(column.name)
        if figure is None or column.name not in row.col_nos:
            continue
        series = "" if is_ledger else row.key
        if not figure and not is_strange_zero(past.figures.get((series, column.name), ()), column, recognised, row):
            continue  # that nothing happened is said by rules and required cells
        if series not in ranges:
            ranges[series] = range_of(past.figures.get((series, column.name), ()), column, is_ledger)
        held_against = ranges[series]
        size = figure if column.type is ColumnType.PCT else abs(figure)
        if held_against and not held_against.at_least <= size <= held_against.at_most:
            yield row, figure, held_against


def is_strange_zero(figures: Figures, column: Column, recognised: Recognised, row: Row) -> bool:
    """Whether 0 stands for a rate that never came near it, in a row in which something happened."""
    if column.type is not ColumnType.PCT or any(figure < _POINTS for _, figure in figures):
        return False
    flows = [one.name for one in recognised.template.columns if one.nature is Nature.FLOW]
    return not flows or any(row.values.get(name) for name in flows)


def _range(smaller: Sequence[float], larger: Sequence[float], column: Column) -> Range:
    """On the scale of logarithms, on which amounts of money and areas spread alike above and below."""
    low, high, number = smaller[0], larger[-1], len(larger)
    upward = math.log(_quantile(larger, 0.9) / _quantile(larger, 0.5))
    downward = math.log(_quantile(smaller, 0.5) / _quantile(smaller, 0.1))
    above = _quantile(larger, 0.5) * math.exp(_REACH * max(upward, _LEAST_REACH))
    below = _quantile(smaller, 0.5) / math.exp(_REACH * max(downward, _LEAST_REACH))
    times = _TIMES if number >= LEAST_ROWS else _TIMES_OF_FEW
    if column.type is ColumnType.INT:  # 1 is no unlikely count, whatever the others were
        return Range(low, high, -math.inf, max(above, times * max(high, _SMALL_COUNT)), number)
    least = -math.inf if column.nature is Nature.CUMULATIVE else min(below, low / (2 * times))
    return Range(low, high, least, max(above, times * high), number)


def _range_of_rates(smaller: Sequence[float], larger: Sequence[float]) -> Range:
    """Rates have a scale of their own: 95 to 98 is narrow, and 0.965 among them is a ratio that was typed for 96.5."""
    low, high = smaller[0], larger[-1]
    distance = max(_REACH * (high - low), _POINTS)
    least = low - distance
    if low > _RATIO:
        least = max(least, min(_RATIO, low / 4))
    return Range(low, high, least, high + distance, len(larger))


def _quantile(sorted_figures: Sequence[float], share: float) -> float:
    return sorted_figures[round(share * (len(sorted_figures) - 1))]


def _issue(outside: Sequence[tuple[Row, float, Range]], column: Column, recognised: Recognised) -> Issue:
    row, figure, held_against = outside[0]
    places = [address(other.row_no, other.col_nos[column.name]) for other, _, _ in outside]
    details = {
        "found": figure,
        "low": held_against.low,
        "high": held_against.high,
        "number": held_against.number,
        "of": recognised.template.kind.value,
        "suggested": _suggested(figure, column, held_against),
        "places": places[:_SHOWN],
        "count": len(places),
    }
    return Issue(Severity.CHECK, "far_outside", recognised.sheet.name, places[0], column.name, row.key, details)


def _suggested(figure: float, column: Column, held_against: Range) -> float | None:
    """What it would be in the right measure, where that is like its past."""
    low, high = held_against.low / _NEAR, held_against.high * _NEAR
    for times in _SLIPS.get(column.unit_of_measure, ()):
        meant = float(f"{figure / times:.12g}")
        if low <= meant <= min(high, math.inf if column.max is None else column.max):
            return int(meant) if meant.is_integer() else meant
    return None
