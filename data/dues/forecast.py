"""Who will be late: an estimate per due from what the unit did before, and how well such estimates held on the past.

The estimate: of the earlier dues that had not come in either at the same distance from their deadline, the share that
came too late or not at all. Few such cases say little, so each share leans on a wider one: the unit's own with this
template on the unit's with all, that on everybody's, and that on the share of all dues, each as if it had LEAN more
cases of the wider kind.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import numpy
import pandas

from data.dues.tally import JUDGED
from data.dues.timeliness import dues
from data.store import Store

LEAN = 4.0  # cases: a third of a year of a unit's own months weighs as much as what is known of wider groups
LEADS = (7.0, 3.0, 1.0)  # days before the deadline at which the past is tried: when an office telephones
BINS = (0.0, 0.1, 0.3, 0.6, 1.0)
COLUMNS = ["unit_code", "template_code", "period", "deadline", "lead_days", "probability", "n_cases", "n_late"]


def likely_late(
    store: Store, as_of: datetime, month: date | None = None, unit_code: str | None = None
) -> pandas.DataFrame:
    """One row per due that is still pending, the likeliest late first: unit_code, template_code, period, deadline,
    lead_days (to the deadline), probability (0–1; NaN where nobody has any past), n_cases (the unit's own earlier dues
    of this template that were as open at that distance) and n_late (how many of them were late or missing).
    """
    opened = dues(store, as_of)
    open_now = opened[opened["status"] == "pending"].copy()
    if month is not None:
        open_now = open_now[open_now["month"] == pandas.Timestamp(month)]
    if unit_code is not None:
        open_now = open_now[open_now["unit_code"] == unit_code]
    open_now["lead_days"] = (open_now["deadline"] - as_of) / timedelta(days=1)
    judged = _past(opened)
    parts = [_estimated(group, judged, float(lead)) for lead, group in open_now.groupby("lead_days")]
    estimates = pandas.concat(parts) if parts else pandas.DataFrame(columns=COLUMNS)
    return estimates[COLUMNS].sort_values(
        ["probability", "deadline", "unit_code", "template_code"],
        ascending=[False, True, True, True],
        ignore_index=True,
    )


def calibration(store: Store, as_of: datetime, leads: Sequence[float] = LEADS) -> pandas.DataFrame:
    """How such estimates, made in the past from what was known then, held: one row per range of probability (low,
    high): n, expected (mean estimate) and observed (share that was late or missing). Nothing of the month that is
    judged, nor of a later one, goes into its estimate.
    """
    tried = tried_estimates(store, as_of, leads)
    if tried.empty:
        return pandas.DataFrame(columns=["low", "high", "n", "expected", "observed"])
    places = numpy.clip(numpy.digitize(tried["probability"], BINS) - 1, 0, len(BINS) - 2)
    rows = []
    for place in range(len(BINS) - 1):
        in_range = tried[places == place]
        if len(in_range):
            means = float(in_range["probability"].mean()), float(in_range["is_late"].mean())
            rows.append((BINS[place], BINS[place + 1], len(in_range), *means))
    return pandas.DataFrame(rows, columns=["low", "high", "n", "expected", "observed"])


def tried_estimates(store: Store, as_of: datetime, leads: Sequence[float] = LEADS) -> pandas.DataFrame:
    """One row an estimate that would have been made `lead_days` before a deadline that has passed: COLUMNS, is_late."""
    judged = _past(dues(store, as_of))
    parts = []
    for month in sorted(judged["month"].unique()):
        of_month, before = judged[judged["month"] == month], judged[judged["month"] < month]
        for lead in leads:
            still_open = of_month[~(of_month["arrived"] > lead)]
            made = of_month["deadline"].min() - timedelta(days=lead)
            past = before[before["deadline"] <= made]
            if len(still_open) and len(past):
                parts.append(_estimated(still_open.assign(lead_days=lead), past, lead))
    return pandas.concat(parts, ignore_index=True) if parts else pandas.DataFrame(columns=[*COLUMNS, "is_late"])


def _past(opened: pandas.DataFrame) -> pandas.DataFrame:
    """The dues that are judged and whose deadline has passed: is_late, and arrived, the days before the deadline
    (-inf: never).
    """
    judged = opened[opened["status"].isin(JUDGED) & ~opened["is_early"].astype(bool)].copy()
    judged["is_late"] = judged["status"] != "on_time"
    judged["arrived"] = judged["lead_days"].fillna(-numpy.inf)
    return judged


def _estimated(open_dues: pandas.DataFrame, judged: pandas.DataFrame, lead: float) -> pandas.DataFrame:
    """`open_dues` with probability, n_cases and n_late, by the judged dues that were still open `lead` days ahead."""
    cases = judged[~(judged["arrived"] > lead)]
    overall = judged["is_late"].mean() if len(judged) else numpy.nan
    everybody = (cases["is_late"].sum() + LEAN * overall) / (len(cases) + LEAN)
    by_unit = _shares(cases, ["unit_code"])
    by_both = _shares(cases, ["unit_code", "template_code"])
    estimates = open_dues.merge(by_unit, on="unit_code", how="left").merge(
        by_both, on=["unit_code", "template_code"], how="left", suffixes=("_unit", "")
    )
    counts = ["n_cases_unit", "n_late_unit", "n_cases", "n_late"]
    estimates[counts] = estimates[counts].fillna(0)
    unit = (estimates["n_late_unit"] + LEAN * everybody) / (estimates["n_cases_unit"] + LEAN)
    estimates["probability"] = (estimates["n_late"] + LEAN * unit) / (estimates["n_cases"] + LEAN)
    return estimates.astype({"n_cases": int, "n_late": int})


def _shares(cases: pandas.DataFrame, by: list[str]) -> pandas.DataFrame:
    return cases.groupby(by, as_index=False).agg(n_cases=("is_late", "size"), n_late=("is_late", "sum"))
