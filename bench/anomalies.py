"""`python -m bench.anomalies CELLS.csv.gz SUM_RULES.json OUT.csv [--as-reported] [--last N] [--figures]`: the program's
own detector on a file of cells.

Writes one row per row of CELLS, in order: score (> 0 is flagged), cause, low, high, suggested. --as-reported judges
each month with the data up to that month only; --last N keeps the last N months of each source (young series; other
rows get no score); --figures prints how well it did, from the truth in CELLS, read only after the detector ran.
"""

import argparse
import json
import time
from pathlib import Path

import numpy
import pandas

from data.anomalies.detector import from_rows, judge

SEEN = ["source", "unit", "indicator", "month", "obs", "vtype", "dec", "flow"]
TRUTH = ["source", "value", "kind", "bad", "ignore", "obs"]
SLIPS = ("decimal_slip", "unit_slip")
COLUMNS = ("score", "cause", "low", "high", "suggested")


def main() -> None:
    """Run and write."""
    parser = argparse.ArgumentParser(prog="python -m bench.anomalies", description=__doc__)
    parser.add_argument("cells", type=Path)
    parser.add_argument("rules", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--as-reported", action="store_true")
    parser.add_argument("--last", type=int)
    parser.add_argument("--figures", action="store_true")
    options = parser.parse_args()
    cells = pandas.read_csv(options.cells, usecols=SEEN)
    rules = json.loads(options.rules.read_text())
    began = time.perf_counter()
    verdicts = detect(cells, rules, options.as_reported, options.last)
    seconds = time.perf_counter() - began
    verdicts.to_csv(options.out, index=False)
    if options.figures:
        truth = pandas.read_csv(options.cells, usecols=TRUTH)
        print(f"{seconds:.2f} s")
        print("\n".join(figures(truth, verdicts)))


def detect(cells: pandas.DataFrame, rules: list[dict], as_reported: bool, last: int | None = None) -> pandas.DataFrame:
    """COLUMNS for every row of cells; each source is a panel of its own."""
    answers = pandas.DataFrame(index=range(len(cells)), columns=list(COLUMNS))
    for source, rows in cells.reset_index(drop=True).groupby("source", sort=False):
        if last:
            month = pandas.to_datetime(rows["month"])
            rows = rows[month > month.max() - pandas.DateOffset(months=last)]
        panel, series, column = from_rows(rows, [rule for rule in rules if rule["source"] == source])
        verdicts = judge(panel, causal=as_reported)
        for name in COLUMNS:
            answers.loc[rows.index, name] = getattr(verdicts, name)[series, column]
    return answers


def figures(truth: pandas.DataFrame, answers: pandas.DataFrame) -> list[str]:
    """The measures of the goals, as lines to print."""
    keep = (~truth["ignore"] & truth["obs"].notna() & answers["score"].notna()).to_numpy()
    truth, answers = truth[keep], answers[keep]
    score, bad = answers["score"].to_numpy(float), truth["bad"].to_numpy(bool)
    kind, value = truth["kind"].astype(object).fillna("").to_numpy(str), truth["value"].to_numpy(float)
    flagged = score > 0
    hits = (flagged & bad).sum()
    lines = [f"cells {len(bad)}, planted {bad.sum()}, flagged {flagged.sum()}"]
    lines += [f"F1 {2 * hits / max(flagged.sum() + bad.sum(), 1):.3f}, average precision {_precision(score, bad):.3f}"]
    lines += [f"recall at 1 % {_recall(score, bad, 0.01):.3f}, at 0.1 % {_recall(score, bad, 0.001):.3f}"]
    lines += [f"clean cells flagged {100 * (flagged & ~bad).sum() / (~bad).sum():.3f} %"]
    named = flagged & bad & ~numpy.char.startswith(kind, "X_")
    lines += [f"cause right {numpy.mean(answers['cause'].to_numpy(str)[named] == kind[named]):.3f} of {named.sum()}"]
    suggested = answers["suggested"].to_numpy(float)
    for name, some in (("flagged slips", flagged), ("all slips", flagged | True)):
        slip = numpy.isin(kind, SLIPS) & bad & some
        close = numpy.abs(suggested[slip] - value[slip]) <= 0.02 * numpy.abs(value[slip]) + 1e-9
        lines += [f"suggestion within 2 % for {close.sum() / max(slip.sum(), 1):.3f} of {slip.sum()} {name}"]
    low, high = answers["low"].to_numpy(float), answers["high"].to_numpy(float)
    inside = (low <= value) & (value <= high)
    lines += [f"range holds {100 * inside[~bad].mean():.1f} % of clean cells"]
    for source in pandas.unique(truth["source"]):
        some = (truth["source"] == source).to_numpy()
        lines += [f"  {source}: {100 * inside[~bad & some].mean():.1f} %"]
    for name in sorted(set(kind[bad])):
        some = bad & (kind == name)
        lines += [f"  {name}: flagged {flagged[some].mean():.2f} of {some.sum()}"]
    return lines


def _precision(score: numpy.ndarray, bad: numpy.ndarray) -> float:
    """Average precision: the precision at each hit, ties taken together."""
    order = numpy.argsort(-score, kind="stable")
    ends = numpy.append(numpy.flatnonzero(numpy.diff(score[order])), len(score) - 1)
    hits = numpy.cumsum(bad[order])[ends]
    return float(numpy.sum(numpy.diff(hits, prepend=0) * hits / (ends + 1)) / bad.sum())


def _recall(score: numpy.ndarray, bad: numpy.ndarray, rate: float) -> float:
    clean = numpy.sort(score[~bad])
    return float((score[bad] > clean[int(numpy.ceil((1 - rate) * len(clean))) - 1]).mean())


if __name__ == "__main__":
    main()
