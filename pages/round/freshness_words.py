"""How fresh the data is, in words: the same on every page."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import pandas

import text
from data.catalogue.model import Catalogue
from data.clock import Clock
from data.dues.freshness import STATES, FreshnessTally, State, freshness_tally
from data.dues.update_cycles import UpdateCycle, UpdateRules
from text import t


def sentence(tally: FreshnessTally) -> str:
    """共 57 项参评，48 项最新，最新率 84.21%；and what is not judged."""
    said = [t("freshness.sentence", all=tally.judged, fresh=tally.fresh, rate=text.rate(tally.fresh_share))]
    if not tally.judged:
        said = [t("freshness.sentence.none")]
    if beside := counts(tally, (State.AWAITED, State.CLOSED)):
        said.append(t("freshness.sentence.beside", states=beside))
    return " ".join(said)


def counts(tally: FreshnessTally, states: Iterable[str] = STATES) -> str:
    """落后 6 项、有缺期 2 项; empty where there are none."""
    some = [(state, tally.counts[state]) for state in states if tally.counts[state]]
    return t("list.comma").join(t("freshness.count", state=t(f"freshness.{s}"), number=number) for s, number in some)


def gaps(cell: Any) -> str:
    """最近缺 1 期；此前缺 5 期."""
    parts = [
        t(f"freshness.gap.{name}", number=number)
        for name, number in (("behind", cell.behind), ("repeated", cell.repeated), ("holes", cell.holes))
        if number
    ]
    if UpdateCycle(cell.update_cycle).is_counted_in_days and cell.state in (State.STALE, State.AGEING):
        parts.append(t("freshness.gap.silent", days=int(cell.delivered_days)))
    return t("list.semicolon").join(parts)


def newest(catalogue: Catalogue, cell: Any) -> str:
    """2026-09，距今 54 天."""
    if pandas.isna(cell.newest_period):
        return t("freshness.nothing_came")
    period = text.period_label(catalogue, cell.template_code, cell.newest_period)
    return t("freshness.newest", period=period, days=int(cell.age_days))


def delivered(cell: Any, clock: Clock) -> str:
    """2026-10-22，32 天前."""
    if pandas.isna(cell.delivered_at):
        return t("freshness.nothing_came")
    return t("freshness.delivered", day=clock.day(cell.delivered_at).isoformat(), days=int(cell.delivered_days))


def line(catalogue: Catalogue, cell: Any) -> str:
    """落后：最近缺 1 期；此前缺 5 期 · 2026-09，距今 54 天."""
    state = t(f"freshness.{cell.state}")
    return " · ".join(filter(None, (state, gaps(cell), newest(catalogue, cell))))


def label(catalogue: Catalogue, cell: Any) -> str:
    """What hovering over a cell of the matrix tells."""
    delivery = f"{t('column.delivered')} {delivered(cell, catalogue.clock)}"
    return "<br>".join(
        filter(
            None,
            (
                f"{text.unit_name(catalogue, cell.unit_code)} · {cell.template_code}",
                text.template_name(catalogue, cell.template_code),
                t(f"freshness.{cell.state}"),
                gaps(cell),
                f"{t('column.newest')} {newest(catalogue, cell)}",
                delivery,
            ),
        )
    )


def state_table(catalogue: Catalogue, cells: pandas.DataFrame) -> pandas.DataFrame:
    """The list, with headings in the reader's language."""
    rows = [
        (
            text.unit_name(catalogue, cell.unit_code),
            t(f"freshness.{cell.state}"),
            gaps(cell),
            newest(catalogue, cell),
            delivered(cell, catalogue.clock),
            cell.template_code,
            text.template_name(catalogue, cell.template_code),
        )
        for cell in cells.itertuples()
    ]
    names = ("unit", "state", "gaps", "newest", "delivered", "code", "template")
    return pandas.DataFrame(rows, columns=[t(f"column.{name}") for name in names])


def turning_table(catalogue: Catalogue, rows: pandas.DataFrame) -> pandas.DataFrame:
    """What gets old next, with headings."""
    lines = [
        (
            catalogue.clock.minute(row.turns_at),
            text.unit_name(catalogue, row.unit_code),
            t(f"freshness.{row.state}"),
            t(f"freshness.{row.next_state}"),
            row.template_code,
            text.template_name(catalogue, row.template_code),
        )
        for row in rows.itertuples()
    ]
    names = ("turns_at", "unit", "state", "next_state", "code", "template")
    return pandas.DataFrame(lines, columns=[t(f"column.{name}") for name in names])


def turning_lines(rows: pandas.DataFrame, clock: Clock) -> list[str]:
    """**2026-12-23 周三 0 时起** 50 项：落后 48 项、超期未更新 2 项; a line a moment."""
    lines = []
    for moment, group in rows.groupby("turns_at", sort=True):
        local = clock.local(moment.to_pydatetime())
        key = "day" if (local.hour, local.minute) == (0, 0) else "hour"
        when = t(f"freshness.turning.{key}", day=text.day(local.date()), hour=clock.hour(local), number=len(group))
        lines.append(f"- {when}{t('freshness.colon')}{counts(freshness_tally(group['next_state']))}")
    return lines


def rhythm_words(days: float) -> str:
    """提前 4.4 天, 迟 0.8 天; a dash where nothing came."""
    if pandas.isna(days):
        return text.DASH
    return t("freshness.rhythm.before" if days >= 0 else "freshness.rhythm.after", days=f"{abs(days):.1f}")


def rhythm_table(catalogue: Catalogue, rows: pandas.DataFrame) -> pandas.DataFrame:
    """When the next is expected of whom, with headings."""
    clock = catalogue.clock
    lines = [
        (
            text.unit_name(catalogue, row.unit_code),
            row.template_code,
            _expected(row, clock),
            _until(row.next_deadline, clock),
            _period(catalogue, row),
            rhythm_words(row.lead_days),
            f"{rhythm_words(row.early_days)} / {rhythm_words(row.late_days)}",
            row.n_received,
            text.moment(row.delivered_at, clock),
            t(f"freshness.{row.state}"),
            t(f"freshness.cycle.{row.update_cycle}"),
        )
        for row in rows.itertuples()
    ]
    names = ("unit", "code", "expected_at", "next_deadline", "next_period", "rhythm", "rhythm_range", "n_received")
    names += ("delivered", "state", "update_cycle")
    return pandas.DataFrame(lines, columns=[t(f"column.{name}") for name in names])


def expected_label(catalogue: Catalogue, row: Any) -> str:
    """What hovering over the mark of what is expected tells."""
    clock = catalogue.clock
    return "<br>".join(
        (
            f"{text.unit_name(catalogue, row.unit_code)} · {row.template_code}",
            _period(catalogue, row),
            f"{t('column.expected_at')} {_expected(row, clock)}",
            f"{t('column.next_deadline')} {_until(row.next_deadline, clock)}",
            f"{t('column.rhythm')} {rhythm_words(row.lead_days)}",
        )
    )


def _expected(row: Any, clock: Clock) -> str:
    if pandas.isna(row.expected_at):
        return text.DASH
    day = clock.day(row.expected_at).isoformat()
    return f"{day} {t('freshness.rhythm.overdue')}" if row.is_overdue else day


def _period(catalogue: Catalogue, row: Any) -> str:
    if pandas.isna(row.next_period):
        return text.DASH
    return text.period_label(catalogue, row.template_code, row.next_period)


def limits_words(rules: UpdateRules) -> list[str]:
    """每月：缺 1 期起落后，缺 2 期起超期未更新; a line a cycle."""
    lines = []
    for cycle, limits in rules.limits.items():
        key = "days" if cycle.is_counted_in_days else "periods"
        key = "none" if limits.warn is None else key
        about = {"warn": f"{limits.warn:g}", "error": f"{limits.error:g}"} if limits.warn and limits.error else {}
        lines.append(t(f"freshness.limit.{key}", cycle=t(f"freshness.cycle.{cycle}"), **about))
    return lines


def _until(deadline: datetime | None, clock: Clock) -> str:
    """A deadline as people say it; a dash where none is to come."""
    return text.DASH if pandas.isna(deadline) else text.last_moment(deadline, clock)
