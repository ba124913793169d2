"""`python -m bench.judging`: seconds of the detector on made-up panels: 1,000 series x 48 months whole, and the last
month of 30 units x 20 figures x 24 months, as an upload asks for it. Medians; one thread where OMP_NUM_THREADS=1.
"""

import argparse
import statistics
import time
from collections.abc import Callable

import numpy

from data.anomalies.detector import Panel, judge


def panel(units: int, figures: int, months: int, seed: int = 1) -> Panel:
    """Counts with a level of their own, a season and noise; a hundredth of the cells is ten times too large."""
    luck = numpy.random.default_rng(seed)
    rows = units * figures
    level = luck.lognormal(5, 1, (rows, 1))
    season = 1 + 0.2 * numpy.sin(2 * numpy.pi * numpy.arange(months) / 12)
    values = numpy.round(level * season * luck.lognormal(0, 0.1, (rows, months)))
    values = numpy.where(luck.random(values.shape) < 0.01, values * 10, values)
    names = numpy.arange(rows)
    return Panel(
        values=values,
        months=numpy.arange(24_000, 24_000 + months),
        source=numpy.full(rows, "T"),
        unit=(names // figures).astype(str),
        indicator=(names % figures).astype(str),
        vtype=numpy.full(rows, "count"),
        decimals=numpy.zeros(rows, dtype=int),
        is_flow=numpy.ones(rows, dtype=bool),
    )


def seconds(run: Callable[[], object], rounds: int) -> float:
    """The median of some runs."""
    taken = []
    for _ in range(rounds):
        began = time.perf_counter()
        run()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def main() -> None:
    """Print."""
    parser = argparse.ArgumentParser(prog="python -m bench.judging", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    whole, small = panel(50, 20, 48), panel(30, 20, 24)
    print(f"1,000 series x 48 months, whole: {seconds(lambda: judge(whole), options.rounds):.2f} s")
    last = seconds(lambda: judge(small, [23], causal=True), options.rounds)
    print(f"30 units x 20 figures x 24 months, the last month: {last:.3f} s")


if __name__ == "__main__":
    main()
