"""`python -m bench.judging [STORE]`: seconds of the detector on made-up panels: 1,000 series x 48 months whole, and the
last month of 30 units x 20 figures x 24 months. Medians; one thread where OMP_NUM_THREADS=1.

STORE (a copy of it): all its figures judged from nothing, a second look, a look after one more return, and the memory.
"""

import argparse
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy

from bench.month import copied
from bench.upload import REASON
from data.anomalies.detector import Panel, judge
from data.anomalies.flags import anomalies
from data.store import Store
from loaders.arriving.worker import READER
from loaders.intake.ingest import take_in
from loaders.intake.opening import Upload


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
    parser.add_argument("store", nargs="?", type=Path)
    options = parser.parse_args()
    whole, small = panel(50, 20, 48), panel(30, 20, 24)
    print(f"1,000 series x 48 months, whole: {seconds(lambda: judge(whole), options.rounds):.2f} s")
    last = seconds(lambda: judge(small, [23], causal=True), options.rounds)
    print(f"30 units x 20 figures x 24 months, the last month: {last:.3f} s")
    if options.store:
        with tempfile.TemporaryDirectory() as folder:
            store = copied(options.store, Path(folder))
            _print_looks(store)
            store.close()
            READER.close()


def _print_looks(store: Store) -> None:
    units = store.value("SELECT count(DISTINCT unit_code) FROM submission")
    print(f"{units} units, {store.value('SELECT count(*) FROM submission'):,} submissions")
    _print_look(store, "all figures from nothing")
    _print_look(store, "a second look")
    (content,) = store.rows(
        """SELECT arg_max(content, s.received_at) FROM submission s JOIN workbook_file f USING (sha256)
        WHERE outcome = 'accepted' AND kind IN ('workbook', 'correction')"""
    )[0]
    ((receipt,),) = take_in(store, [Upload(content + b"\0", "a.xlsx", datetime.now(UTC), "bench", REASON)])
    _print_look(store, f"after one more return ({receipt.template.template_code}, {receipt.outcome})")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"memory of the process at most {peak:.0f} MB")


def _print_look(store: Store, name: str) -> None:
    began, worked = time.perf_counter(), time.process_time()
    flags = anomalies(store, datetime.now(UTC))
    took, work = time.perf_counter() - began, time.process_time() - worked
    print(f"{name:48} {took * 1000:10.1f} ms, {work * 1000:10.1f} ms of processor, {len(flags)} flags")


if __name__ == "__main__":
    main()
