"""The same figures judged by the plain methods that other systems use, for comparison: no cause, no past of others."""

from datetime import date, datetime

import numpy
import pandas

from data.anomalies.detector.classic import Z_THRESHOLD, Method, bounds, flags, min_max, modified_z_score, z_score
from data.anomalies.panels import figures_of
from data.anomalies.row_names import with_row_names
from data.catalogue.in_force import catalogue_in_force
from data.cells import address
from data.periods import closing_month
from data.store import Store

COLUMNS = ["unit_code", "template_code", "period", "month", "column_name", "row_key", "sheet", "cell"]
COLUMNS += ["value", "score", "submission_id"]


def classic_flags(
    store: Store,
    as_of: datetime,
    method: Method,
    threshold: float = Z_THRESHOLD,
    month: date | None = None,
    unit_code: str | None = None,
) -> pandas.DataFrame:
    """One row per figure that the method calls an outlier, the farthest first: COLUMNS and row_name (see
    `with_row_names`); score is the method's own (for MIN_MAX how far beyond its bounds, in the figure's unit). Whoever
    belongs to a unit gets its own.
    """
    unit_code = store.person.unit_code or unit_code
    parts = [pandas.DataFrame(columns=COLUMNS)]
    catalogue = catalogue_in_force(store)
    for template in catalogue.templates:
        figures = figures_of(store, as_of, template)
        if figures is None:
            continue
        values = figures.panel.values
        cells = figures.cells[flags(values, method, threshold)[figures.cells["row"], figures.cells["column"]]]
        scores = _scores(values, method)[cells["row"], cells["column"]]
        flagged = cells.assign(template_code=template.template_code, value=cells["num"], score=scores)
        flagged["month"] = pandas.to_datetime(
            [closing_month(period.date(), template.cycle) for period in flagged["period"]]
        )
        places = zip(flagged["row_no"], flagged["col_no"], strict=True)
        flagged["cell"] = [None if pandas.isna(row) else address(int(row), int(column)) for row, column in places]
        if month is not None:
            flagged = flagged[flagged["month"] == pandas.Timestamp(month)]
        if unit_code is not None:
            flagged = flagged[flagged["unit_code"] == unit_code]
        parts.append(flagged[COLUMNS])
    flagged = pandas.concat([part for part in parts if not part.empty] or parts, ignore_index=True)
    far = flagged["score"].astype(float).abs()
    in_order = flagged.iloc[numpy.argsort(-far.to_numpy(), kind="stable")].reset_index(drop=True)
    return with_row_names(store, catalogue, in_order)


def _scores(values: numpy.ndarray, method: Method) -> numpy.ndarray:
    if method is Method.MIN_MAX:
        return min_max(values, *bounds(values))
    return z_score(values) if method is Method.Z_SCORE else modified_z_score(values)
