"""The figures and tables of this room, each from what is chosen alone, so that they can be kept for all readers."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any

import pandas
import streamlit as st
from plotly.graph_objects import Figure

import charts.freshness
import text
from charts.deliveries import deliveries
from charts.freshness import freshness_matrix
from charts.round import round_bar
from charts.style import enlarged
from charts.timeliness import days_around_deadline, on_time_heatmap, ranking, trend
from data.dues import timeliness
from data.dues.expected import freshness_trend, rhythm
from data.dues.freshness import JUDGED, STATES, freshness, freshness_tally, not_fresh
from data.dues.rounds import RoundStanding, over_by_month, standing_of
from data.dues.tally import OWED, RECEIVED, summed
from pages.frame import asking, ways
from pages.frame.display import Table, table_of
from pages.frame.drawn import Drawn
from pages.frame.words import by_unit
from pages.round import addresses, freshness_words, words
from text import t

MONTHS, TIMELINE = 24, 12


def unit_names(unit_codes: Sequence[str]) -> dict[str, str]:
    """code → name in the reader's language."""
    return {code: text.unit_name(asking.catalogue(), code) for code in unit_codes}


def standing(as_of: datetime, month: date) -> RoundStanding:
    """Where the round of a month stands."""
    return standing_of(asking.ask(timeliness.dues, as_of, month=month), month, as_of, asking.clock())


def bar(as_of: datetime, month: date, of_month: bool = True) -> Drawn:
    """A round as one bar. of_month: its parts lead to the dues of that month, not of all."""
    to = partial(ways.dues_address, month=month) if of_month else ways.dues_address
    return Drawn(round_bar(words.bar_counts(standing(as_of, month)), t, to))


def figures_of(as_of: datetime, unit_code: str | None = None, template_code: str | None = None) -> pandas.DataFrame:
    """As `asking.figures`, of the last two years."""
    return asking.figures(as_of, asking.months(as_of)[:MONTHS], unit_code, template_code)


def summed_figures(
    as_of: datetime, by: str, unit_code: str | None = None, template_code: str | None = None
) -> pandas.DataFrame:
    """Figures by unit or template, without those of whom nothing was due."""
    figures = figures_of(as_of, unit_code, template_code)
    return summed(figures, [by]).dropna(subset="on_time_rate").rename(columns={by: "code"})


def heatmap(as_of: datetime, units: Sequence[str], unit_code: str | None, template_code: str | None) -> Drawn:
    """On-time rate by unit and month."""
    by_month = summed(figures_of(as_of, unit_code, template_code), ["unit_code", "month"])
    months, to = asking.months(as_of)[:MONTHS][::-1], partial(ways.dues_address, template=template_code)
    return Drawn(on_time_heatmap(by_month, unit_names(units), months, t, to))


def units_ranking(as_of: datetime, units: Sequence[str]) -> Drawn:
    """The units in the order of their rates; a bar leads to a unit's dues of all months."""
    ranked = summed_figures(as_of, "unit_code")
    return Drawn(ranking(ranked, unit_names(units), t, lambda code: ways.dues_address(unit=code)))


def ranked(as_of: datetime, unit_code: str | None, template_code: str | None) -> Drawn:
    """Units in the order of their rates; of one unit, its templates. A bar leads to the dues of the months shown."""
    months = asking.months(as_of)[:MONTHS]

    def to(code: str) -> str:
        shown = {"unit": unit_code or code, "template": code if unit_code else template_code}
        return ways.dues_address(**shown, between=(months[-1], months[0]))

    by = "template_code" if unit_code else "unit_code"
    figures = summed_figures(as_of, by, unit_code, template_code)
    names: Mapping[str, str] = asking.template_names() if unit_code else unit_names(figures["code"].tolist())
    return Drawn(ranking(figures, names, t, to))


def days(as_of: datetime, units: Sequence[str], unit_code: str | None, template_code: str | None) -> Drawn:
    """How many days before or after its deadline each submission came."""
    dues, catalogue = asking.ask(timeliness.dues, as_of, unit_code=unit_code), asking.catalogue()
    months = figures_of(as_of, unit_code, template_code)["month"]
    received = dues[dues["lead_days"].notna() & dues["month"].isin(months)]
    if template_code:
        received = received[received["template_code"] == template_code]
    received = received.assign(label=[words.received_label(catalogue, due) for due in received.itertuples()])
    received = addresses.with_forms(received, as_of, unit_code)
    return Drawn(days_around_deadline(received, unit_names(units), t))


def course(
    as_of: datetime,
    unit_code: str | None = None,
    template_code: str | None = None,
    months: int = MONTHS,
    height: int | None = None,
) -> Drawn:
    """The rates of those of the last months that are over."""
    over = over_by_month(asking.figures(as_of, asking.months(as_of)[:months], unit_code, template_code))
    to = partial(ways.dues_address, template=template_code, unit=unit_code)
    return Drawn(trend(over, t, to, **({"height": height} if height else {})))


def ages(as_of: datetime, units: Sequence[str], unit_code: str | None = None) -> Drawn:
    """How old the newest data of each unit and template is."""
    cells, catalogue = asking.ask(freshness, as_of, unit_code=unit_code), asking.catalogue()
    cells = cells[cells["unit_code"].isin(units)]
    cells = cells.assign(label=[freshness_words.label(catalogue, cell) for cell in cells.itertuples()])
    codes = [item.template_code for item in catalogue.templates if item.template_code in set(cells["template_code"])]
    return Drawn(freshness_matrix(cells, unit_names(units), codes, t, ways.dues_address))


def enlarged_for_a_room(as_of: datetime, drawing: Callable[..., Drawn], scale: float, **about: Any) -> Drawn:
    """One of these figures with its writing so many times as large."""
    return Drawn(enlarged(Figure(drawing(as_of, **about).to_dict()), scale))


def owing(as_of: datetime, month: date, most: int, is_extended: bool) -> list[tuple[str, str]]:
    """unit_code and a line: the units that owe most; is_extended: by extension alone, with until when."""
    dues = asking.ask(timeliness.dues, as_of, month=month)
    is_given = dues["is_extended"].astype(bool)
    owed = dues[is_given] if is_extended else dues[dues["status"].isin(OWED) & ~is_given]
    lines = words.owing_lines(asking.catalogue(), owed, most, is_extended)
    return list(zip([unit_code for unit_code, _ in by_unit(owed)[:most]], lines, strict=True))


def lagging(as_of: datetime) -> tuple[int, int, list[str]]:
    """How many units there are of whom anything is judged, how many are not up to date with all of it, and a line for
    each of those that are furthest from it.
    """
    cells = asking.ask(freshness, as_of)
    judged = cells[cells["state"].isin(JUDGED)]
    behind = not_fresh(cells)
    tallies = {code: freshness_tally(rows["state"]) for code, rows in behind.groupby("unit_code", sort=False)}
    worst = sorted(tallies, key=lambda code: [-tallies[code].counts[state] for state in STATES])
    lines = [
        f"**{text.unit_name(asking.catalogue(), code)}** "
        + t("overview.lagging", number=tallies[code].judged, states=freshness_words.counts(tallies[code]))
        for code in worst[:4]
    ]
    return judged["unit_code"].nunique(), len(tallies), lines


def freshness_course(as_of: datetime, unit_code: str | None = None) -> Drawn | None:
    """The share that was fresh at the end of each of the last months; None where nothing was judged in any."""
    months = asking.ask(freshness_trend, as_of, unit_code=unit_code)
    return Drawn(charts.freshness.freshness_course(months, t)) if months["judged"].any() else None


def timeline(as_of: datetime, unit_code: str | None = None) -> Drawn:
    """When each return of the last months came, and when the next is expected."""
    catalogue, clock = asking.catalogue(), asking.clock()
    expected = asking.ask(rhythm, as_of, unit_code=unit_code).sort_values(["unit_code", "template_code"])
    order = {code: place for place, code in enumerate(asking.obliged_units())}
    keys = sorted(
        zip(expected["unit_code"], expected["template_code"], strict=True),
        key=lambda key: (order.get(key[0], len(order)), key),
    )
    rows = {key: place for place, key in enumerate(keys)}
    names = [f"{text.unit_name(catalogue, unit)} {template}" for unit, template in keys]
    came = asking.ask(timeliness.dues, as_of, unit_code=unit_code)
    since = pandas.Timestamp(clock.local(as_of)) - pandas.DateOffset(months=TIMELINE)
    came = came[came["status"].isin(RECEIVED) & (came["first_received_at"] >= since)]
    came = came.merge(expected[["unit_code", "template_code"]])
    came = came.assign(
        row=[rows[due.unit_code, due.template_code] for due in came.itertuples()],
        at=[clock.local(moment).replace(tzinfo=None) for moment in came["first_received_at"]],
        is_late=came["status"] == "late",
        label=[words.received_label(catalogue, due) for due in came.itertuples()],
    )
    nexts = expected.assign(
        row=[rows[row.unit_code, row.template_code] for row in expected.itertuples()],
        expected_at=asking.clock().wall_column(expected["expected_at"]),
        next_deadline=asking.clock().wall_column(expected["next_deadline"]),
        label=[freshness_words.expected_label(catalogue, row) for row in expected.itertuples()],
    )
    return Drawn(deliveries(came, nexts, names, clock.local(as_of).replace(tzinfo=None), t))


def figures_table(as_of: datetime, unit_code: str | None, template_code: str | None) -> Table:
    """The five figures by unit, template and period, and for each line the way to its dues."""
    figures = figures_of(as_of, unit_code, template_code)
    dues = asking.ask(timeliness.dues, as_of, unit_code=unit_code)
    table = words.figures_table(asking.catalogue(), figures, dues)
    return table_of(table, addresses.of_figures(figures), shares())


def rollup(as_of: datetime, by: str, unit_code: str | None) -> Table:
    """The five figures by quarter, year, parent unit or group of templates."""
    figures = asking.ask(timeliness.figures, as_of, by=(by,), unit_code=unit_code)
    return table_of(words.rollup_table(asking.catalogue(), figures, by), looks=shares())


def shares() -> dict[str, Any]:
    """How columns of rates look."""
    return {t(f"column.{name}"): st.column_config.NumberColumn(format="percent") for name in words.RATES}
