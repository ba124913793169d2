"""What the detector is given: many monthly series side by side, and which of them are comparable."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy
import pandas

Matrix = numpy.ndarray  # series x month, NaN where nothing was reported
ROUND_SHARE = 0.95  # so many of a group's figures end in a zero: the group is reported in tens; a slip may differ
ROUND_LEAST = 12  # from fewer figures the habit of rounding cannot be told


@dataclass(frozen=True)
class SumRule:
    """One total and its parts, as rows of the panel; holds within the tolerance (same unit as the figures). A part that
    the unit never reports is not among them: it is taken to be nothing. signs: 1 where a part is added, -1 where it is
    taken away; empty: all are added."""

    total: int
    parts: tuple[int, ...]
    tolerance: float
    signs: tuple[int, ...] = ()

    def sign_of(self) -> numpy.ndarray:
        """1 or -1 for each part."""
        return numpy.array(self.signs or (1,) * len(self.parts))

    def placed(self, place: Mapping[int, int]) -> "SumRule | None":
        """The same among other rows, without the parts that are not there; None where the total or all parts are not.
        place: old row -> new row.
        """
        kept = [(place[row], int(sign)) for row, sign in zip(self.parts, self.sign_of(), strict=True) if row in place]
        if self.total not in place or not kept:
            return None
        rows, signs = zip(*kept, strict=True)
        return SumRule(place[self.total], rows, self.tolerance, signs)


@dataclass(frozen=True)
class Panel:
    """values[s, t] is what series s reported in months[t] (year * 12 + month - 1); one column follows the other by one
    month, or by three where returns are quarterly.

    Series of the same source and indicator are comparable over units; those of the same source and unit form one
    return. decimals: digits after the point; is_flow: adds up over the year.
    """

    values: Matrix
    months: numpy.ndarray
    source: numpy.ndarray
    unit: numpy.ndarray
    indicator: numpy.ndarray
    vtype: numpy.ndarray
    decimals: numpy.ndarray
    is_flow: numpy.ndarray
    rules: tuple[SumRule, ...] = field(default=())

    @cached_property
    def group(self) -> numpy.ndarray:
        """One number a series: the same source and indicator."""
        return _codes(self.source, self.indicator)

    @cached_property
    def form(self) -> numpy.ndarray:
        """One number a series: the same source and unit."""
        return _codes(self.source, self.unit)

    @cached_property
    def units_in_group(self) -> numpy.ndarray:
        """How many series share the group, itself included; one number a series."""
        return numpy.bincount(self.group)[self.group]

    @cached_property
    def step(self) -> numpy.ndarray:
        """The least difference between two figures of a series: its decimals, or the tens a whole group rounds to."""
        step = 10.0 ** -self.decimals.astype(float)
        for code in range(self.group.max(initial=-1) + 1):
            rows = self.group == code
            step[rows] *= _rounded_to(self.values[rows] / step[rows][:, None])
        return step

    @property
    def stride(self) -> int:
        """Months from one column to the next."""
        return int(self.months[1] - self.months[0]) if len(self.months) > 1 else 1

    @property
    def year(self) -> int:
        """Columns of a year."""
        return max(12 // self.stride, 1)

    def until(self, month: int, back: int | None = None) -> "Panel":
        """The panel as it was known at column `month`, at most `back` columns long."""
        first = 0 if back is None else max(0, month + 1 - back)
        return replace(self, values=self.values[:, first : month + 1], months=self.months[first : month + 1])


def from_rows(rows: pandas.DataFrame, rules: list[dict] = ()) -> tuple[Panel, numpy.ndarray, numpy.ndarray]:
    """The panel of a long table (source, unit, indicator, month, obs, vtype, dec, flow), and each row's place in it:
    (series, column). rules: source, total, parts, tolerance, units, as indicator names.
    """
    month = pandas.to_datetime(rows["month"])
    number = (month.dt.year * 12 + month.dt.month - 1).to_numpy()
    keys = pandas.MultiIndex.from_frame(rows[["source", "unit", "indicator"]])
    series, names = keys.factorize()
    stride = max(int(numpy.gcd.reduce(number - number.min())), 1)
    column = (number - number.min()) // stride
    values = numpy.full((len(names), column.max() + 1), numpy.nan)
    values[series, column] = rows["obs"].to_numpy(float)
    firsts = rows.iloc[numpy.unique(series, return_index=True)[1]]
    source, unit, indicator = (firsts[name].to_numpy(str) for name in ("source", "unit", "indicator"))
    panel = Panel(
        values=values,
        months=numpy.arange(number.min(), number.max() + 1, stride),
        source=source,
        unit=unit,
        indicator=indicator,
        vtype=firsts["vtype"].to_numpy(str),
        decimals=firsts["dec"].fillna(0).to_numpy(int),
        is_flow=firsts["flow"].fillna(0).to_numpy() > 0,
        rules=_rules({name: n for n, name in enumerate(names)}, rules),
    )
    return panel, series, column


def _rules(row_of: dict[tuple[str, str, str], int], rules: list[dict]) -> tuple[SumRule, ...]:
    sum_rules = []
    for rule in rules:
        for unit in rule["units"]:
            total, *parts = ((rule["source"], unit, indicator) for indicator in (rule["total"], *rule["parts"]))
            reported = tuple(row_of[part] for part in parts if part in row_of)
            if total in row_of and reported:
                sum_rules.append(SumRule(row_of[total], reported, float(rule["tolerance"])))
    return tuple(sum_rules)


def _codes(*names: numpy.ndarray) -> numpy.ndarray:
    return pandas.MultiIndex.from_arrays(names).factorize()[0]


def _rounded_to(steps: Matrix) -> float:
    """The power of ten that nearly all figures, counted in least steps, are a multiple of."""
    nonzero = steps[numpy.isfinite(steps) & (steps != 0)]
    if len(nonzero) < ROUND_LEAST:
        return 1.0
    power = 1.0
    while power < 1e6 and numpy.mean(numpy.abs(nonzero / (power * 10) % 1) < 1e-6) >= ROUND_SHARE:
        power *= 10
    return power
