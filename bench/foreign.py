"""`python -m bench.foreign CELLS.csv[.gz]`: a whole foreign panel through the ordinary ingest; prints the sums."""

import sys
import tempfile
import time
from pathlib import Path

from tqdm import tqdm

from data.backup import check
from data.catalogue.in_force import catalogue_in_force, load_catalogue
from data.clock import Clock
from data.dues.timeliness import timeliness
from data.store import Store
from loaders.blank.offers import offer
from loaders.intake.ingest import take_in
from loaders.intake.opening import Upload
from tests.foreign.panel import TEMPLATE, ZONE, foreign_catalogue, read_panel, received_at, sums, unit_code


def main(path: Path) -> int:
    """Take the panel in, compare every sum, and print; 1 where anything differs."""
    reports = read_panel(path)
    now = Clock(ZONE).parse("2015-09-01T12:00")
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "store.duckdb")
        load_catalogue(store, foreign_catalogue(reports), now)
        template = catalogue_in_force(store).template(TEMPLATE)
        seconds, refused = 0.0, 0
        for number, report in enumerate(tqdm(reports, disable=None)):
            blank = offer(catalogue_in_force(store), unit_code(report.city), template, report.month)
            content = blank.make([report.values])
            began = time.perf_counter()
            ((receipt,),) = take_in(store, [Upload(content, blank.file_name, received_at(report, number))])
            seconds += time.perf_counter() - began
            refused += receipt.outcome != "accepted"
        differs = _compare(store, reports)
        figures = timeliness(store, now, by=()).iloc[0]
        print(f"workbooks {len(reports)}, not accepted {refused}, {len(reports) / seconds:.1f} workbooks/s")
        print(f"due {figures.due}, received {figures.received}, on time {figures.on_time}, missing {figures.missing}")
        print(f"store check: {check(store) or 'whole'}")
        store.close()
    return int(differs or refused > 0)


def _compare(store: Store, reports: list) -> bool:
    differs = False
    for name, total, cells in sums(reports):
        stored, number = store.rows("SELECT sum(num), count(num) FROM fact WHERE column_name = ?", [name])[0]
        same = number == cells and abs(stored - total) <= 1e-9 * abs(total)
        differs |= not same
        verdict = "equal" if same else "DIFFERS"
        print(f"{name:10} file {total:.10g} in {cells} cells, store {stored:.10g} in {number}: {verdict}")
    return differs


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
