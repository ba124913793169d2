"""How old the newest accepted data is, against the cycle in which it is due."""

from datetime import datetime

import pandas

from data.store import Store


def freshness(store: Store, as_of: datetime, unit_code: str | None = None) -> pandas.DataFrame:
    """One row per unit x template that is owed: unit_code, template_code, cycle, newest_period (NaT: never received),
    newest_received_at, age_days (from the end of that period to as_of), behind (due periods missing after it),
    state: fresh (nothing is overdue), ageing (one period behind), stale (more, or never received and overdue).
    """
    return store.frame(
        "SELECT * EXCLUDE (cycle_months) FROM freshness_at($as_of) "
        "WHERE $unit_code::VARCHAR IS NULL OR unit_code = $unit_code ORDER BY unit_code, template_code",
        {"as_of": as_of, "unit_code": unit_code},
    )
