"""`python -m bench.strange CELLS.csv.gz SUM_RULES.json --seed N [--clean]`: panels of columns that are hard to judge,
made from a seed, with planted errors and the truth beside them, in the form that `bench.anomalies` reads.

Mostly zeros, lumps, rare cases, a few months only, seasons with a shut half-year, reorganised units, rounded figures,
percentages near their bound, net figures, totals of which a unit lacks a part. --clean plants nothing.
"""

import argparse
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy
import pandas

from bench.planting import Luck, plant

START = 2022 * 12


@dataclass
class _Made:
    """One source: true figures a series (NaN: not reported), what each series is, and its sum rules."""

    months: int
    values: list[numpy.ndarray] = field(default_factory=list)
    names: list[tuple] = field(default_factory=list)  # unit, indicator, vtype, dec, flow
    rules: list[dict] = field(default_factory=list)

    def add(self, unit: int, indicator: str, vtype: str, dec: int, flow: bool, values: numpy.ndarray) -> None:
        """One series, rounded to its decimals."""
        self.values.append(numpy.round(values, dec) + 0.0)
        self.names.append((f"unit {unit:02d}", indicator, vtype, dec, flow))


def _season(luck: Luck, months: int, size: float) -> numpy.ndarray:
    return numpy.resize(luck.normal(0, size, 12), months)


def _walk(luck: Luck, months: int, step: float = 0.03) -> numpy.ndarray:
    return numpy.cumsum(luck.normal(0, step, months))


def fines(luck: Luck, months: int = 36) -> _Made:
    """Two months of three without a case; where there is one, from thousands to millions."""
    made = _Made(months)
    for unit in range(8):
        happens = luck.random(months) < luck.uniform(0.15, 0.5)
        cases = happens * (1 + luck.poisson(luck.uniform(0.5, 4), months))
        made.add(unit, "cases", "count", 0, True, cases)
        made.add(unit, "fine", "money", 2, True, cases * luck.lognormal(luck.normal(9, 0.7), 1.2, months))
    return made


def lumps(luck: Luck, months: int = 36) -> _Made:
    """Contract prices: every month something, now and then a project ten times as large."""
    made = _Made(months)
    for unit in range(6):
        size, large = luck.normal(7, 0.6), numpy.where(luck.random(months) < 0.06, luck.normal(2, 0.5, months), 0)
        area = luck.lognormal(size, 0.7, months) * numpy.exp(large)
        made.add(unit, "area", "ratio", 1, True, area)
        made.add(unit, "price", "money", 2, True, area * luck.lognormal(-1, 0.35, months))
        made.add(unit, "projects", "count", 0, True, 1 + luck.poisson(area / numpy.exp(size) * 2))
    return made


def rare(luck: Luck, months: int = 30) -> _Made:
    """Counts of less than one to a few a month."""
    made = _Made(months)
    for unit in range(10):
        for name, mean in (("complaints", 2.5), ("appeals", 0.6), ("refusals", 0.15)):
            made.add(unit, name, "count", 0, True, luck.poisson(mean * luck.lognormal(0, 0.5), months))
    return made


def young(luck: Luck, months: int = 9) -> _Made:
    """Reported for less than a year."""
    made = _Made(months)
    for name, level in (("accepted", 6.0), ("closed", 5.8), ("amount", 9.0)):
        common = _walk(luck, months, 0.08)
        for unit in range(7):
            values = numpy.exp(luck.normal(level, 0.8) + common + luck.normal(0, 0.1, months))
            made.add(unit, name, "money" if name == "amount" else "count", 2 * (name == "amount"), True, values)
    return made


def heating(luck: Luck, months: int = 36) -> _Made:
    """A season with four shut months, and one that only lifts and lowers."""
    made = _Made(months)
    at = numpy.arange(months) % 12
    wave = 1.4 * numpy.cos(2 * numpy.pi * at / 12)
    shut = (at >= 5) & (at <= 8)
    for unit in range(6):
        level = luck.normal(6, 0.7)
        made.add(unit, "heated", "ratio", 1, True, numpy.exp(level + wave + luck.normal(0, 0.12, months)) * ~shut)
        made.add(unit, "calls", "count", 0, True, luck.poisson(numpy.exp(level - 2 + wave)))
    return made


def reorganised(luck: Luck, months: int = 40) -> _Made:
    """Units that take over others' work, begin or end, and months in which something true but unusual happened."""
    made = _Made(months)
    for name, level in (("handled", 6.0), ("paid", 8.5), ("staff", 4.0)):
        common, season = _walk(luck, months), _season(luck, months, 0.12)
        for unit in range(10):
            values = luck.normal(level, 0.8) + common + season + luck.normal(0, 0.08, months)
            when = int(luck.integers(8, months - 6))
            if unit in (1, 2, 3):
                values[when:] += luck.choice([-1, 1]) * luck.uniform(0.5, 1.3)
            values = numpy.where(luck.random(months) < 0.004, values + luck.normal(0, 0.8, months), values)
            figures = numpy.exp(values)
            if unit in (4, 5):
                figures[:when] = numpy.nan
            if unit == 6:
                figures[when:] = numpy.nan
            made.add(unit, name, "money" if name == "paid" else "count", 0, name != "staff", figures)
    return made


def rounded(luck: Luck, months: int = 30) -> _Made:
    """Tens, fifties, hundreds, and days of which only a few numbers are ever used."""
    made = _Made(months)
    for unit in range(8):
        step = float(luck.choice([10, 50, 100]))
        visitors = numpy.exp(luck.normal(7.5, 0.5) + luck.normal(0, 0.12, months))
        made.add(unit, "visitors", "count", 0, True, numpy.maximum(numpy.round(visitors / step), 1) * step)
        made.add(unit, "days", "duration", 0, False, luck.choice([15, 20, 20, 20, 30], months))
        rent = numpy.repeat(luck.uniform(8_000, 90_000, months // 10 + 1), 10)[:months]
        made.add(unit, "rent", "money", 2, True, rent)
    return made


def bounded(luck: Luck, months: int = 30) -> _Made:
    """Rates that are 100 more often than not, and rates between 95 and 98."""
    made = _Made(months)
    for unit in range(8):
        cases = luck.poisson(luck.uniform(20, 200), months) + 1
        made.add(unit, "in time", "pct", 2, False, 100 * luck.binomial(cases, 0.993) / cases)
        made.add(unit, "satisfied", "pct", 1, False, luck.normal(96.5, 0.6, months).clip(90, 100))
    return made


def net(luck: Luck, months: int = 36) -> _Made:
    """Balances of either sign."""
    made = _Made(months)
    for unit in range(6):
        size = luck.lognormal(4, 0.6)
        made.add(unit, "balance", "money", 1, True, luck.normal(0.4 * size, size, months))
        made.add(unit, "turnover", "money", 1, True, size * luck.lognormal(1.5, 0.15, months))
    return made


def added(luck: Luck, months: int = 36) -> _Made:
    """Totals of four parts, one of them rare, one that a unit does not have, one that is now and then left blank."""
    made, parts = _Made(months), ["first", "second", "rare", "blank"]
    for unit in range(7):
        size = luck.normal(6, 0.6)
        figures = {name: numpy.round(luck.lognormal(size, 0.15, months)) for name in parts}
        figures["rare"] = numpy.round(luck.lognormal(size - 1, 0.8, months)) * (luck.random(months) < 0.25)
        figures["blank"] = numpy.where(luck.random(months) < 0.1, 0, figures["blank"])
        if unit == 3:
            del figures["second"]
        total = sum(figures.values())
        figures["blank"] = numpy.where(figures["blank"] == 0, numpy.nan, figures["blank"])
        for name, values in figures.items():
            made.add(unit, name, "count", 0, True, values)
        made.add(unit, "total", "count", 0, True, total)
    made.rules = [{"total": "total", "parts": parts, "tolerance": 0.5, "units": [f"unit {n:02d}" for n in range(7)]}]
    return made


SOURCES: tuple[Callable[[Luck], _Made], ...] = (
    fines, lumps, rare, young, heating, reorganised, rounded, bounded, net, added,
)  # fmt: skip


def strange(seed: int, clean: bool = False) -> tuple[pandas.DataFrame, list[dict]]:
    """(cells, sum rules) as bench.anomalies reads them; kind, bad and ignore say what was planted."""
    tables, rules = [], []
    for number, source in enumerate(SOURCES):
        luck = numpy.random.default_rng([seed, number])
        made, name = source(luck), source.__name__
        tables.append(_table(name, made, luck, clean))
        rules += [{"source": name} | rule for rule in made.rules]
    return pandas.concat(tables, ignore_index=True), rules


def _table(name: str, made: _Made, luck: Luck, clean: bool) -> pandas.DataFrame:
    names = pandas.DataFrame(made.names, columns=["unit", "indicator", "vtype", "dec", "flow"]).assign(january=0)
    row_of = {(unit, indicator): n for n, (unit, indicator, *_) in enumerate(made.names)}
    totals = {
        row_of[unit, rule["total"]]: [row_of[unit, part] for part in rule["parts"] if (unit, part) in row_of]
        for rule in made.rules
        for unit in rule["units"]
    }
    true = numpy.vstack(made.values)
    planted = plant(true, names, totals, luck)
    seen, kind, ignore = planted.seen, planted.kind, planted.ignore
    if clean:
        seen, kind, ignore = true, numpy.full(true.shape, "", object), numpy.zeros(true.shape, bool)
    months = [f"{m // 12}-{m % 12 + 1:02d}-01" for m in range(START, START + made.months)]
    table = names.drop(columns="january").loc[names.index.repeat(made.months)].reset_index(drop=True)
    table.insert(0, "source", name)
    table = table.assign(month=months * len(names), value=true.ravel(), obs=seen.ravel(), kind=kind.ravel())
    return table.assign(bad=kind.ravel() != "", ignore=ignore.ravel())[~numpy.isnan(true.ravel())]


def main() -> None:
    """Write."""
    parser = argparse.ArgumentParser(prog="python -m bench.strange", description=__doc__)
    parser.add_argument("cells", type=Path)
    parser.add_argument("rules", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--clean", action="store_true")
    options = parser.parse_args()
    cells, rules = strange(options.seed, options.clean)
    cells.to_csv(options.cells, index=False)
    options.rules.write_text(json.dumps(rules, ensure_ascii=False))


if __name__ == "__main__":
    main()
