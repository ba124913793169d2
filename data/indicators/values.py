"""What an indicator is, by month, unit or both: from the sums of its parts, never as an average of shares."""

from collections.abc import Sequence
from datetime import date

import numpy
import pandas

from data.catalogue.indicator import Aim, Indicator, Span, Tallied
from data.catalogue.model import Catalogue
from data.dues.tally import COUNTS, with_figures
from data.indicators.returns import KEY
from data.periods import add_months

ALMOST = 1e-9
_TALLY_PARTS = {Tallied.ON_TIME_RATE: "on_time", Tallied.REPORTING_RATE: "received"}
_SUMS = {"is_counted": "reported", "is_corrected": "corrected", "is_flagged": "flagged", "is_explained": "explained"}
COLUMNS = (
    "value",
    "numerator",
    "denominator",
    "target",
    "target_high",
    "gap",
    "is_met",
    "owed",
    "reported",
    "late",
    "missing",
    "pending",
    "corrected",
    "flagged",
    "explained",
    "note",
)


def values(
    catalogue: Catalogue, returns: pandas.DataFrame, doubts: pandas.DataFrame | None, by: Sequence[str] = ("month",)
) -> pandas.DataFrame:
    """One row per indicator and month and/or unit_code (by; empty: of all together), with COLUMNS. value is in the
    indicator's measure, NaN where nothing is known or nothing happened; gap, how far it lies on the wrong side of its
    target (negative: beyond it), NaN and is_met None without one. owed: returns, pending ones included; reported: of
    them those whose figures are in the value; corrected, flagged, explained: of these. note: what sections said.

    returns, doubts: of data.indicators.returns. Over several months a stock is that of the last month with figures.
    """
    columns = ["indicator_code", *by, *COLUMNS]
    frame = _with_doubts(_of_last_month(returns, catalogue) if "month" not in by else returns, doubts)
    if frame.empty:
        return pandas.DataFrame(columns=columns)
    summed = _summed(frame, ["indicator_code", *by])
    about = {one.indicator_code: one for one in catalogue.indicators}
    places = {code: place for place, code in enumerate(about)}
    known = summed[summed["indicator_code"].isin(places)]
    ordered = known.assign(_place=known["indicator_code"].map(places)).sort_values(["_place", *by], ignore_index=True)
    by_indicator = [valued(rows, about[code]) for code, rows in ordered.groupby("indicator_code", sort=False)]
    return pandas.concat(by_indicator, ignore_index=True)[columns]


def _of_last_month(returns: pandas.DataFrame, catalogue: Catalogue) -> pandas.DataFrame:
    """The returns without those months of stocks that another with figures follows."""
    stocks = {one.indicator_code for one in catalogue.indicators if one.span is Span.STOCK}
    is_stock = returns["indicator_code"].isin(stocks)
    counted = returns[is_stock & returns["is_counted"].astype(bool)].groupby("indicator_code")["month"].max()
    last = counted.combine_first(returns[is_stock].groupby("indicator_code")["month"].max())
    if last.empty:
        return returns
    return returns[~is_stock | (returns["month"] == returns["indicator_code"].map(last))]


def _with_doubts(returns: pandas.DataFrame, doubts: pandas.DataFrame | None) -> pandas.DataFrame:
    """The returns with what is said of those whose figures count."""
    if doubts is None or doubts.empty or returns.empty:
        return returns.assign(is_flagged=False, is_explained=False, note="")
    said = doubts.astype({"period": returns["period"].dtype})
    joined = returns.merge(said, on=["indicator_code", *KEY], how="left")
    is_counted = joined["is_counted"].astype(bool)
    for name in ("is_flagged", "is_explained"):
        joined[name] = joined[name].eq(True) & is_counted
    joined["note"] = joined["note"].where(is_counted).fillna("")
    return joined


def _summed(frame: pandas.DataFrame, grain: list[str]) -> pandas.DataFrame:
    """The sums of each group: counts of dues with what follows from them, parts (NaN where none is known), notes."""
    frame = frame.assign(last_month=frame["month"])
    groups = frame.groupby(grain, sort=False)
    counts = groups[[*COUNTS, *_SUMS]].sum().astype("int64").rename(columns=_SUMS)
    parts = groups[["numerator", "denominator"]].sum(min_count=1)
    notes = frame[frame["note"] != ""].groupby(grain, sort=False)["note"].agg(_lines)
    summed = counts.join(parts).join(groups["last_month"].max()).join(notes.rename("note")).reset_index()
    summed = with_figures(summed.assign(note=summed["note"].fillna("")))
    return summed.assign(owed=numpy.maximum(summed["expected"], summed["reported"]))


def _lines(notes: pandas.Series) -> str:
    return "\n".join(dict.fromkeys(line for note in notes for line in note.split("\n") if line))


def valued(summed: pandas.DataFrame, indicator: Indicator) -> pandas.DataFrame:
    """Groups of one indicator with their value and how it lies to its target."""
    if indicator.tally:
        parts = {"numerator": _TALLY_PARTS[indicator.tally], "denominator": "due"}
        summed = summed.assign(**{name: summed[column].astype(float) for name, column in parts.items()})
        value = summed[f"told_{indicator.tally}"] * indicator.scale
    elif indicator.denominator:
        value = share(summed["numerator"], summed["denominator"]) * indicator.scale
    else:
        value = summed["numerator"]
    targets = [indicator.target(month.date()) for month in summed["last_month"]]
    edges = [(None, None) if target is None else (target.value, target.high) for target in targets]
    low, high = (pandas.Series(column, index=summed.index, dtype=float) for column in zip(*edges, strict=True))
    gap = beyond(value, low, high, indicator.aim)
    is_met = (gap <= ALMOST).astype(object).where(gap.notna(), None)
    return summed.assign(value=value, target=low, target_high=high, gap=gap, is_met=is_met)


def share(numerator: pandas.Series, denominator: pandas.Series) -> pandas.Series:
    """One part of the other; NaN where there is nothing to have a share of."""
    return numerator / denominator.where(denominator != 0)


def beyond(value: pandas.Series, low: pandas.Series, high: pandas.Series, aim: Aim) -> pandas.Series:
    """How far values lie on the wrong side of a target; negative: so far on the right one."""
    if aim is Aim.HIGHER:
        return low - value
    if aim is Aim.LOWER:
        return value - low
    return numpy.maximum(low - value, value - high)


def within(returns: pandas.DataFrame, first: date, last: date) -> pandas.DataFrame:
    """The returns of these months, both included."""
    return returns[returns["month"].between(pandas.Timestamp(first), pandas.Timestamp(last))]


def change(by_month: pandas.DataFrame, month: date, months: int, indicator: Indicator) -> float:
    """By how much the value of a month differs from that of so many months before; NaN where one is not known."""
    own = by_month[by_month["indicator_code"] == indicator.indicator_code].set_index("month")["value"]
    before = pandas.Timestamp(add_months(month, -months))
    return float(own.get(pandas.Timestamp(month), numpy.nan)) - float(own.get(before, numpy.nan))


def turn(change_: float, indicator: Indicator, target_gap_change: float = float("nan")) -> int:
    """1 where a change is for the better, -1 for the worse, 0 where it is none or nobody knows. Of a band it is the
    way to it that counts: target_gap_change, by how much the gap has grown.
    """
    growth = -change_ if indicator.aim is Aim.HIGHER else change_ if indicator.aim is Aim.LOWER else target_gap_change
    if numpy.isnan(growth) or abs(growth) <= ALMOST:
        return 0
    return -1 if growth > 0 else 1


def worst_first(values_: pandas.DataFrame) -> pandas.DataFrame:
    """In the order in which they want a look: the furthest from its target, the nearest of those that reach it,
    what has none, what is not known; of a target of 0 each one counts.
    """
    far = values_["gap"] / values_["target"].abs().where(values_["target"].abs() > 1, 1)
    rank = numpy.select([values_["value"].isna(), values_["gap"].isna(), values_["gap"] > ALMOST], [3, 2, 0], 1)
    order = values_.assign(_rank=rank, _far=-far.fillna(0.0), _place=range(len(values_)))
    return order.sort_values(["_rank", "_far", "_place"]).drop(columns=["_rank", "_far", "_place"])


def worst_of(rows: pandas.DataFrame, indicator: Indicator) -> pandas.DataFrame:
    """The same of one indicator's rows; without a target, those with the worse value first."""
    if rows["gap"].notna().any():
        return worst_first(rows)
    return rows.sort_values("value", ascending=indicator.aim is not Aim.LOWER, kind="stable")
