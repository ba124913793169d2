"""The figures that a copied return repeats, beside those that it says: two columns, cell by cell."""

from dataclasses import dataclass
from datetime import date, datetime

import pandas

from data.anomalies.detector import Cause
from data.anomalies.panels import cells_of
from data.anomalies.row_names import with_row_names
from data.catalogue.in_force import catalogue_in_force
from data.cells import address
from data.periods import add_months
from data.store import Store

_COPIED = (Cause.COPY_FORM, Cause.COPY_CELL, Cause.LASTYEAR_COPY)  # another unit's figures are not this one's to see
_COLUMNS = ["sheet", "cell", "row_key", "row_name", "column_name", "value", "before", "is_same"]


@dataclass(frozen=True)
class Beside:
    """period: the month that was repeated; submission_id: of the return; figures: one row per figure of both, in the
    order of the form: sheet, cell (None for a ledger's sum), row_key, row_name (None where the key says it),
    column_name, value, before, is_same.
    """

    period: date
    submission_id: str
    figures: pandas.DataFrame


def is_copy(kind: str) -> bool:
    """Whether a flag of that kind says that a unit repeats its own figures."""
    return kind in _COPIED


def copied_beside(
    store: Store, as_of: datetime, unit_code: str, template_code: str, period: date, kind: str
) -> Beside | None:
    """The month that a return most likely repeats, beside the return. None where no earlier month has a figure of it.

    A form repeats the month with which it shares most figures, of several the newest; a cell repeats the month before,
    or the same month of last year, as its kind says.
    """
    catalogue = catalogue_in_force(store)
    template = catalogue.template(template_code)
    cells = cells_of(store, as_of, template, unit_code)
    now = cells[cells["period"] == pandas.Timestamp(period)]
    if kind == Cause.COPY_FORM:
        source = _most_alike(cells, now)
    else:
        source = add_months(period, -12 if kind == Cause.LASTYEAR_COPY else -template.cycle.months)
    before = cells[cells["period"] == pandas.Timestamp(source)] if source else cells.iloc[:0]
    both = _joined(now, before)
    if both.empty:
        return None
    places = zip(both["row_no"], both["col_no"], strict=True)
    both["cell"] = [None if pandas.isna(row) else address(int(row), int(column)) for row, column in places]
    both = with_row_names(store, catalogue, both.assign(template_code=template_code))
    return Beside(source, now["submission_id"].iloc[0], both[_COLUMNS].reset_index(drop=True))


def _most_alike(cells: pandas.DataFrame, now: pandas.DataFrame) -> date | None:
    """The earlier period with most of the same figures other than 0, which many months share."""
    counts: dict[pandas.Timestamp, int] = {}
    for period in cells.loc[cells["period"] < now["period"].max(), "period"].unique():
        both = _joined(now, cells[cells["period"] == period])
        counts[period] = int((both["is_same"] & (both["value"] != 0)).sum())
    if not any(counts.values()):
        return None
    return max(counts, key=lambda period: (counts[period], period)).date()


def _joined(now: pandas.DataFrame, before: pandas.DataFrame) -> pandas.DataFrame:
    """The figures that both have."""
    key = ["row_key", "column_name"]
    earlier = before[[*key, "num"]].rename(columns={"num": "before"})
    both = now.rename(columns={"num": "value"}).merge(earlier, on=key).sort_values(["sheet", "row_no", "col_no"])
    return both.assign(is_same=both["value"] == both["before"])
