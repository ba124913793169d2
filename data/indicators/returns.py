"""The returns behind each indicator: what each adds to it, and whether it is late, missing, corrected or doubted."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pandas

from data.anomalies.flags import anomalies
from data.anomalies.panels import ROWS
from data.anomalies.triage import CONTRADICTION, RULE, FlagState
from data.catalogue.in_force import catalogue_in_force
from data.catalogue.indicator import Indicator
from data.catalogue.model import Catalogue, Template
from data.dues.tally import COUNTS
from data.dues.timeliness import figures
from data.indicators.parts import columns_of, parts
from data.periods import closing_month
from data.store import Store

KEY = ["unit_code", "template_code", "period"]
DOUBTS = ["indicator_code", *KEY, "is_flagged", "is_explained", "note"]


def returns_behind(
    store: Store, as_of: datetime, unit_code: str | None = None, indicator_code: str | None = None
) -> pandas.DataFrame:
    """One row per indicator and due that has opened, and per return that counts without a due of its own:
    indicator_code, unit_code, template_code, period, month, the COUNTS of data.dues.tally (each 0 or 1), is_counted
    (its figures are in the value), is_corrected, numerator and denominator (NaN: unknown). indicator_code: of one
    alone. Whoever belongs to a unit gets its own.
    """
    catalogue = catalogue_in_force(store)
    unit_code = store.person.unit_code or unit_code
    standing = figures(store, as_of, (*KEY, "month"), unit_code=unit_code)[[*KEY, "month", *COUNTS]]
    asked = [one for one in catalogue.indicators if indicator_code in (None, one.indicator_code)]
    frames = []
    for template in catalogue.templates:
        if indicators := [one for one in of_template(catalogue, template.template_code) if one in asked]:
            counted = parts(store, as_of, template, indicators, unit_code)
            frames.append(_with_standing(counted, standing, template, indicators))
    frames += [_tallied(standing, one) for one in asked if one.tally]
    if not frames:
        return pandas.DataFrame(columns=["indicator_code", *standing.columns, *_OWN])
    return pandas.concat(frames, ignore_index=True)


_OWN = ["is_counted", "is_corrected", "numerator", "denominator"]


def of_template(catalogue: Catalogue, template_code: str) -> list[Indicator]:
    """The indicators over the columns of a template."""
    return [one for one in catalogue.indicators if one.template_code == template_code and not one.tally]


def _with_standing(
    counted: pandas.DataFrame, standing: pandas.DataFrame, template: Template, indicators: list[Indicator]
) -> pandas.DataFrame:
    """The parts of one template's indicators, beside how the dues of that template stand."""
    code = template.template_code
    owed = standing[standing["template_code"] == code]
    owed = owed.merge(pandas.DataFrame({"indicator_code": [one.indicator_code for one in indicators]}), how="cross")
    counted = counted.rename(columns={"has_figures": "is_counted", "is_correction": "is_corrected"})
    counted = counted.drop(columns="row").assign(template_code=code)
    joined = owed.merge(counted, on=["indicator_code", *KEY], how="outer")
    lacks_due = joined["month"].isna()
    closing = [closing_month(period.date(), template.cycle) for period in joined.loc[lacks_due, "period"]]
    joined.loc[lacks_due, "month"] = pandas.to_datetime(closing)
    joined[list(COUNTS)] = joined[list(COUNTS)].fillna(0).astype("int64")
    for name in ("is_counted", "is_corrected"):
        joined[name] = joined[name].eq(True)
    return joined[["indicator_code", *standing.columns, *_OWN]]


def _tallied(standing: pandas.DataFrame, indicator: Indicator) -> pandas.DataFrame:
    """Dues as they stand: what an indicator of the tally rests on is the dues themselves."""
    code = indicator.template_code
    rows = standing[standing["template_code"] == code] if code else standing
    is_received = (rows["on_time"] + rows["late"]) > 0
    unknown = {"numerator": float("nan"), "denominator": float("nan")}
    return rows.assign(indicator_code=indicator.indicator_code, is_counted=is_received, is_corrected=False, **unknown)


def doubts(store: Store, as_of: datetime, unit_code: str | None = None) -> pandas.DataFrame:
    """One row per indicator and return of which a figure that it rests on is flagged: DOUBTS. is_flagged: a flag that
    nobody has answered; is_explained, note: what was said of the others, a line each.
    """
    catalogue = catalogue_in_force(store)
    rows = [row for flag in anomalies(store, as_of, unit_code=unit_code).itertuples() for row in _rows(flag, catalogue)]
    every = pandas.DataFrame(rows, columns=DOUBTS)
    if every.empty:
        return every
    said = {"is_flagged": ("is_flagged", "any"), "is_explained": ("is_explained", "any"), "note": ("note", _lines)}
    return every.groupby(["indicator_code", *KEY], as_index=False).agg(**said)


def _rows(flag: Any, catalogue: Catalogue) -> Iterator[tuple]:
    is_answered = FlagState(flag.state).is_answered
    note = str(flag.answer).strip() if is_answered and isinstance(flag.answer, str) else ""
    for indicator in of_template(catalogue, flag.template_code):
        if _touches(flag, indicator):
            key = (indicator.indicator_code, flag.unit_code, flag.template_code, flag.period)
            yield *key, not is_answered, bool(note), note


def _touches(flag: Any, indicator: Indicator) -> bool:
    """Whether a flag is about a figure that the indicator rests on; a whole form, or a ledger's rows, always is."""
    if flag.kind in (RULE, CONTRADICTION):
        return not set(columns_of(indicator)).isdisjoint(json.loads(flag.details).get("found", ()))
    if flag.column_name is None or pandas.isna(flag.column_name) or flag.column_name == ROWS:
        return True
    return flag.column_name in columns_of(indicator)


def _lines(notes: pandas.Series) -> str:
    return "\n".join(dict.fromkeys(note for note in notes if note))
