"""Panels to judge: a few figures by hand, or a town of units that is simulated from a fixed seed."""

import numpy

from data.anomalies.detector import Panel, SumRule

JANUARY_2022 = 2022 * 12


def panel(
    values,
    vtype: str = "count",
    decimals: int = 0,
    is_flow: bool = True,
    units=None,
    indicators=None,
    rules: tuple[SumRule, ...] = (),
) -> Panel:
    """One source; without units each row is a unit of its own, without indicators all rows are one."""
    values = numpy.asarray(values, dtype=float)
    count = len(values)
    return Panel(
        values=values,
        months=numpy.arange(JANUARY_2022, JANUARY_2022 + values.shape[1]),
        source=numpy.full(count, "source"),
        unit=numpy.array(units if units is not None else [f"unit {n}" for n in range(count)]),
        indicator=numpy.array(indicators if indicators is not None else ["cases"] * count),
        vtype=numpy.array([vtype] * count) if isinstance(vtype, str) else numpy.array(vtype),
        decimals=numpy.full(count, decimals) if isinstance(decimals, int) else numpy.array(decimals),
        is_flow=numpy.full(count, is_flow),
        rules=rules,
    )


def town(seed: int = 7, units: int = 12, months: int = 36, noise: float = 0.05, level: float = 9.0) -> numpy.ndarray:
    """units x months of counts: own sizes, a common movement, a season, noise; no errors."""
    random = numpy.random.default_rng(seed)
    common = numpy.cumsum(random.normal(0, 0.03, months))
    season = numpy.resize(random.normal(0, 0.15, 12), months)
    size = level + random.normal(0, 1, (units, 1))
    return numpy.round(numpy.exp(size + common + season + noise * random.normal(size=(units, months))))


def with_figure(values: numpy.ndarray, row: int, column: int, figure: float) -> numpy.ndarray:
    """A copy in which one figure is another."""
    changed = values.copy()
    changed[row, column] = figure
    return changed
