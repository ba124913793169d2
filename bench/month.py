"""`python -m bench.month [STORE] [--rounds N]`: milliseconds for each page's queries and for a blank workbook.

STORE: a store that `python -m loaders sample` has filled; without one, a sample of 24 months is made first (minutes).
Prints medians; nothing passes or fails.
"""

import argparse
import shutil
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from bench.medians import median_ms
from data.anomalies.flags import anomalies
from data.catalogue.in_force import catalogue_in_force, ensure_catalogue
from data.dues.freshness import freshness
from data.dues.timeliness import dues, late_reporters, round_at, timeliness
from data.store import Store
from data.submissions.received import issues, submissions
from loaders.blank.offers import offer
from loaders.sample.history import load_sample


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.month", description=__doc__)
    parser.add_argument("store", nargs="?", type=Path)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = copied(options.store, Path(folder)) if options.store else _made(Path(folder))
        _print_pages(store, options.rounds)
        _print_blank(store, options.rounds)
        store.close()


def copied(path: Path, folder: Path) -> Store:
    """A copy to measure on, so that nothing is written into the store that was named."""
    original = Store(path)
    original.copy_to(folder / "copy.duckdb")
    original.close()
    head = Path(f"{path}.audit")
    if head.exists():  # without it the copy would say that its trail has lost something
        shutil.copy(head, folder / "copy.duckdb.audit")
    store = Store(folder / "copy.duckdb")
    ensure_catalogue(store, datetime.now(UTC))
    return store


def _made(folder: Path) -> Store:
    store = Store(folder / "store.duckdb")
    ensure_catalogue(store, datetime.now(UTC))
    began = time.perf_counter()
    made = load_sample(store, 24)
    seconds = time.perf_counter() - began
    print(f"sample: {made['files']} workbooks made and taken in, {made['files'] / seconds:.1f} workbooks/s")
    return store


def _print_pages(store: Store, rounds: int) -> None:
    now = datetime.now(UTC)
    month = round_at(store, now)
    pages: dict[str, list[Callable[[], object]]] = {
        "overview": [
            lambda: timeliness(store, now, by=("month",)),
            lambda: dues(store, now, month),
            lambda: freshness(store, now),
            lambda: anomalies(store, now, month),
        ],
        "late": [lambda: late_reporters(store, now)],
        "timeliness": [
            lambda: timeliness(store, now, by=("unit_code", "template_code", "month")),
            lambda: dues(store, now),
        ],
        "freshness": [lambda: freshness(store, now)],
        "anomalies, one month": [lambda: anomalies(store, now, month)],
        "anomalies, all months": [lambda: anomalies(store, now)],
        "submissions": [lambda: submissions(store, now), lambda: issues(store, now)],
    }
    counts = store.rows(
        "SELECT (SELECT count(*) FROM submission), (SELECT count(*) FROM fact), (SELECT count(*) FROM due)"
    )
    print("submissions {}, cells {}, dues {}".format(*counts[0]))
    for page, questions in pages.items():
        print(f"{page:24} {sum(median_ms(ask, rounds) for ask in questions):8.1f} ms ({len(questions)} queries)")


def _print_blank(store: Store, rounds: int) -> None:
    blank = offer(catalogue_in_force(store), *_anyone(store))
    print(f"blank workbook {median_ms(blank.make, rounds):.1f} ms ({blank.template.template_code})")


def _anyone(store: Store) -> tuple:
    obligation = catalogue_in_force(store).obligations[0]
    template = catalogue_in_force(store).template(obligation.template_code)
    return obligation.unit_code, template, obligation.first_period


if __name__ == "__main__":
    main()
