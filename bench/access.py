"""What access costs: a question asked as one unit and as the office, an act in the trail, checking it, a password.

python -m bench.access STORE     a store with a history (python -m loaders sample); it is copied, never changed
"""

import shutil
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from bench.medians import median_ms
from data import audit
from data.access import OWNER, Person, Role
from data.anomalies.flags import anomalies
from data.audit import Act
from data.dues.timeliness import dues, late_reporters
from data.people import passwords, tokens
from data.store import Store

ROUNDS = 30


def main(path: Path) -> None:
    """Print it, a line a figure."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(shutil.copy(path, Path(folder) / "store.duckdb")))
        unit = store.rows("SELECT unit_code FROM submission GROUP BY ALL ORDER BY count(*) DESC LIMIT 1")[0][0]
        reporter_store, now = store.seen_by(Person("bench", "bench", Role.REPORTER, unit)), datetime.now(UTC)
        for name, ask, rounds in (
            ("dues", dues, ROUNDS),
            ("late", late_reporters, ROUNDS),
            ("anomalies", anomalies, 3),
        ):
            whole = median_ms(lambda ask=ask: ask(store, now, None, unit), rounds)
            seen = median_ms(lambda ask=ask: ask(reporter_store, now, None, unit), rounds)
            print(f"{name}: {whole:.1f} ms for one unit as the office, {seen:.1f} ms as its reporter")
        print(f"an act in the trail: {median_ms(lambda: audit.note(store, Act('bench'), OWNER)):.2f} ms")
        kept = store.rows("SELECT count(*) FROM audit")[0][0]
        with store.write() as cursor:
            audit.keep(store, cursor, [Act("bench", str(n)) for n in range(100_000 - kept)])
        print(f"checking a trail of 100,000 rows: {median_ms(lambda: audit.faults(store), 3) / 1000:.1f} s")
        secret = tokens.create(store, "bench", Role.MONITOR)[1]
        print(f"a token: {median_ms(lambda: tokens.bearer(store, secret)):.2f} ms")
        hash_ = passwords.hashed("bench bench 1")
        print(f"a password: {median_ms(lambda: passwords.is_password(hash_, 'bench bench 1')):.0f} ms")
        store.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
