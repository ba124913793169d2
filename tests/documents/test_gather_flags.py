"""The open flags that a bulletin names are those that the page shows."""

from datetime import date

from data.access import OWNER
from documents.gather_flags import open_flags
from documents.kinds.month_facts import OpenFlags
from tests.data.anomalies.test_anomalies import ALWAYS, STEADY, bare, months, report  # noqa: F401


def test_a_mistake_counts_once_with_the_columns_it_touched(bare):  # noqa: F811
    for period, n in zip(months(9), [*STEADY, 1000], strict=True):
        report(bare, period, [{"n": n, "stock": 2 * n}, {"n": 50 + period.month % 3}])
    (flagged,) = open_flags(bare.seen_by(OWNER), ALWAYS, date(2025, 9, 1))
    assert isinstance(flagged, OpenFlags) and flagged.number == 1 and flagged.columns
    assert open_flags(bare.seen_by(OWNER), ALWAYS, date(2025, 8, 1)) == ()
