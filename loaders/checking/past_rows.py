"""Figures far outside of what a unit's own past rows held: asked about whether or not a cause is seen."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from data.catalogue.model import Column, ColumnType, Nature, Severity, TemplateKind
from data.cells import address
from loaders.checking.past import Past
from loaders.checking.recognise import Recognised
from loaders.checking.rows import Checked, Row
from loaders.issues import Issue

LEAST_ROWS, LEAST_PERIODS = 12, 6  # so much past is needed: rows of a ledger, periods of a figure that recurs
_MANY = 20  # from so many on, the largest and the smallest one in fifty are not counted: they may be slips themselves
_TIMES = 10  # beyond the largest of the past; rarely does an honest figure grow so much at once
_TIMES_OF_FEW = 20
_REACH = 5  # times the distance from the middle to the tenth part on that side, on the scale of logarithms
_LEAST_REACH = math.log(1.5)
_SMALL_COUNT = 10  # a count that was never above this one is held against this one
_POINTS = 20.0  # a rate that is nearer than this to its past is not far from it
_SHOWN = 5  # places that are named of a column with many such figures
_SLIPS = {"万元": (1e4,), "亿元": (1e4, 1e8), "元": (1e-4,), "%": (1e-2,), "㎡": (1e4,), "万㎡": (1e4,)}
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


def range_of(figures: Sequence[float], column: Column, is_ledger: bool) -> Range | None:
    """None where the past is too short to tell."""
    if len(figures) < (LEAST_ROWS if is_ledger else LEAST_PERIODS):
        return None
    return _range_of_rates(sorted(figures)) if column.type is ColumnType.PCT else _range(figures, column)


def _outside(
    past: Past, column: Column, recognised: Recognised, rows: Iterable[Row]
) -> Iterator[tuple[Row, float, Range]]:
    is_ledger = recognised.template.kind is TemplateKind.LEDGER
    ranges: dict[str, Range | None] = {}
    for row in rows:
        figure = row.values.get(column.name)
        if not figure or column.name not in row.col_nos:  # that nothing happened is said by rules and required cells
            continue
        series = "" if is_ledger else row.key
        if series not in ranges:
            ranges[series] = range_of(past.numbers.get((series, column.name), ()), column, is_ledger)
        held_against = ranges[series]
        size = figure if column.type is ColumnType.PCT else abs(figure)
        if held_against and not held_against.at_least <= size <= held_against.at_most:
            yield row, figure, held_against


def _range(figures: Sequence[float], column: Column) -> Range | None:
    """On the scale of logarithms, on which amounts of money and areas spread alike above and below. Zero has no place
    on it, and says nothing of how large a figure is where there is one.
    """
    sizes = sorted(abs(figure) for figure in figures if figure)
    if len(sizes) < LEAST_PERIODS:
        return None
    low, high = _nearly_all(sizes)
    middle, tenth, tenth_from_above = (math.log(_quantile(sizes, share)) for share in (0.5, 0.1, 0.9))
    above = math.exp(middle + _REACH * max(tenth_from_above - middle, _LEAST_REACH))
    below = math.exp(middle - _REACH * max(middle - tenth, _LEAST_REACH))
    times = _TIMES if len(sizes) >= LEAST_ROWS else _TIMES_OF_FEW
    if column.type is ColumnType.INT:  # 1 is no unlikely count, whatever the others were
        return Range(low, high, -math.inf, max(above, times * max(high, _SMALL_COUNT)), len(sizes))
    least = min(below, low / (2 * times)) if column.nature is not Nature.CUMULATIVE else -math.inf
    return Range(low, high, least, max(above, times * high), len(sizes))


def _range_of_rates(rates: Sequence[float]) -> Range:
    """Rates have a scale of their own: 95 to 98 is narrow, and 0.965 among them is a ratio that was typed for 96.5."""
    low, high = _nearly_all(rates)
    distance = max(_REACH * (high - low), _POINTS)
    least = low - distance
    if low > 1.5:  # beneath 1 nothing was: what is there is a ratio
        least = max(least, min(1.0, low / 4))
    return Range(low, high, least, high + distance, len(rates))


def _nearly_all(sorted_figures: Sequence[float]) -> tuple[float, float]:
    number = len(sorted_figures)
    beyond = max(1, number // 50) if number >= _MANY else 0
    return sorted_figures[beyond], sorted_figures[number - 1 - beyond]


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
    """What it would be in the right measure, where its past makes that likely."""
    for times in _SLIPS.get(column.unit_of_measure, ()):
        meant = float(f"{figure / times:.12g}")
        if held_against.low <= meant <= held_against.high:
            return int(meant) if meant.is_integer() else meant
    return None
