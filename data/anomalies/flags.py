"""What looks wrong: figures that their past and the other units make unlikely, with causes; checks that fired."""

import json
from collections.abc import Iterator
from datetime import date, datetime

import numpy
import pandas

from data.anomalies.answered import with_states
from data.anomalies.contradiction_flags import contradiction_flags
from data.anomalies.counting import moment_of
from data.anomalies.judged import COLUMNS, Returned, flag_of, judged_all, judged_at
from data.anomalies.kept import Kept
from data.anomalies.panels import cells_of
from data.anomalies.triage import RULE
from data.catalogue.in_force import catalogue_in_force
from data.catalogue.model import Catalogue
from data.store import Store

RULE_WEIGHT = 0.02  # a check that fired was explained by the section: below a likely slip of any size that matters
_ORDER = ["score", "period", "unit_code", "template_code", "column_name", "row_key"]


def anomalies(
    store: Store, as_of: datetime, month: date | None = None, unit_code: str | None = None
) -> pandas.DataFrame:
    """One row per flag, by probability x effect: unit_code, template_code, period, month, kind (rule, contradiction, or
    a Cause), column_name (None for a whole form, ROWS for a ledger's number of rows), row_key, sheet, cell, value, low,
    high (95 % of correct figures lie between; NaN where there is none), suggested (NaN: the cause does not tell), score
    (probability x share of the total that it moves), details (JSON, see `details_of`), submission_id, state and answer
    (see data.anomalies.answered), answer_by (the last day for it, NaT where nobody owes one). month: only
    flags of that round (None: all). Whoever belongs to a unit gets its own.
    """
    flags = _of_person(store, as_of)
    unit_code = store.person.unit_code or unit_code
    if month is not None:
        flags = flags[flags["month"] == pandas.Timestamp(month)]
    if unit_code is not None:
        flags = flags[flags["unit_code"] == unit_code]
    return flags.reset_index(drop=True)


_OF_PERSON: Kept[pandas.DataFrame] = Kept(64, lambda flags: len(flags) * 2000, 64 << 20)


def _of_person(store: Store, as_of: datetime) -> pandas.DataFrame:
    """All flags that the person may see, kept while nothing is written and, of the moments after all that is known, for
    the day. Not to be changed.
    """
    catalogue, moment = catalogue_in_force(store), moment_of(store, as_of)
    of_moment = catalogue.clock.day(as_of) if moment is None else moment
    key = (store.state, store.sight, store.person.unit_code, of_moment)
    return _OF_PERSON.get(key, lambda: _flags_of(store, as_of, catalogue))


def _flags_of(store: Store, as_of: datetime, catalogue: Catalogue) -> pandas.DataFrame:
    unit_code = store.person.unit_code
    told = [*_rules(store, as_of, catalogue, unit_code), *contradiction_flags(store, as_of, catalogue, unit_code)]
    rules = pandas.DataFrame(told, columns=list(COLUMNS))
    parts = [judged.flags for judged in judged_all(store, as_of, catalogue.templates) if judged is not None]
    if unit_code is not None:
        parts = [flags[flags["unit_code"] == unit_code] for flags in parts]
    parts = [flags for flags in (rules, *parts) if len(flags)]
    flags = pandas.concat(parts, ignore_index=True) if parts else rules
    flags = with_states(store, as_of, catalogue, flags)
    return flags.sort_values(_ORDER, ascending=[False, False, True, True, True, True], ignore_index=True)


def history(
    store: Store, as_of: datetime, unit_code: str, template_code: str, row_key: str, column_name: str
) -> pandas.DataFrame:
    """period, value, low, high: the series behind a flag as accepted by as_of, and the range of correct figures of each
    period (NaN where nothing is known).
    """
    template = catalogue_in_force(store).template(template_code)
    cells = cells_of(store, as_of, template, unit_code)
    cells = cells[(cells["row_key"] == (row_key or "")) & (cells["column_name"] == column_name)]
    points = cells[["period", "num"]].rename(columns={"num": "value"}).sort_values("period", ignore_index=True)
    judged = None if points.empty else judged_at(store, as_of, template)
    if judged is None:
        return points.assign(low=numpy.nan, high=numpy.nan)
    row = judged.row_of.get((unit_code, row_key or "", column_name))
    ranges = pandas.DataFrame({"period": pandas.to_datetime(judged.periods)})
    for name, matrix in (("low", judged.low), ("high", judged.high)):
        ranges[name] = numpy.nan if row is None else matrix[row]
    return points.merge(ranges, on="period", how="left")


def _rules(store: Store, as_of: datetime, catalogue: Catalogue, unit_code: str | None) -> Iterator[tuple]:
    """The broken rules of accepted figures that count; the section's explanation goes with them."""
    fired = store.frame(
        """SELECT s.unit_code, s.template_code, s.period, i.column_name, i.row_key, i.sheet, i.cell,
            i.details, i.explanation, i.submission_id
        FROM issue i JOIN current_at($as_of) s USING (submission_id)
        WHERE i.severity = 'check' AND i.code = 'rule' AND ($unit_code::VARCHAR IS NULL OR s.unit_code = $unit_code)""",
        {"as_of": as_of, "unit_code": unit_code},
    )
    templates = {template.template_code: template for template in catalogue.templates}
    for row in fired.itertuples():
        template = templates.get(row.template_code)
        if template is None:
            continue
        details = json.loads(row.details) | {"explanation": row.explanation}
        value = details.get("found", {}).get(row.column_name)
        number = float(value) if isinstance(value, int | float) else numpy.nan
        where = (row.column_name, row.row_key, row.sheet, row.cell)
        numbers = (number, numpy.nan, numpy.nan, numpy.nan, RULE_WEIGHT)
        yield flag_of(Returned(row.unit_code, template, row.period, row.submission_id), RULE, where, numbers, details)
