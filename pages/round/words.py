"""Answers in sentences: where a round stands, and who owes what."""

from collections.abc import Iterator
from typing import Any

import pandas

import text
from data.catalogue.model import Catalogue
from data.clock import Clock
from data.dues.rounds import DueDay, RoundStanding
from data.dues.tally import Tally
from locales.deadlines import clock_words, until_words
from pages.frame.words import STATEMENTS, by_unit, status_and_kind, with_kind
from text import t

ORDER = ("missing", "late", "pending")
RATES = ("reporting_rate", "on_time_rate")


def bar_counts(standing: RoundStanding) -> dict[str, int]:
    """What the bar of a round shows."""
    names = ("on_time", "late", "missing", "extended", "expected")
    return {name: getattr(standing.tally, name) for name in names} | {"pending": standing.open}


def round_sentence(standing: RoundStanding) -> str:
    """2026年10月数据：应报 49 份，已报 43 份，5 份未报（3 个单位），1 份已延期到 12-05 周六（1 个单位，还有 6 天）。"""
    tally, month = standing.tally, text.month_name(standing.month)
    if not tally.owed:
        return t(_nothing_owed(tally), month=month, expected=tally.expected, late=tally.late)
    parts = [t("round.head", month=month, expected=tally.expected, received=tally.received)]
    if tally.missing:
        parts.append(t("round.part.missing", number=tally.missing, units=len(standing.missing_units)))
    elif not standing.open:
        parts.append(t("round.part.none_missing"))
    if standing.open:
        key = "round.part.to_come_too" if tally.missing else "round.part.to_come"
        parts += [t(key, number=standing.open, units=len(standing.open_units)), _time_left(standing)]
    if tally.extended:
        parts.append(_extended(standing))
    return t("round.join").join(parts) + t("round.end")


def _nothing_owed(tally: Tally) -> str:
    """The sentence of a round of which nothing is awaited: all of it is there, or none of it has opened yet."""
    if not tally.expected:
        return "round.nothing_expected"
    if tally.running:
        return "round.so_far_received" if tally.late else "round.so_far_on_time"
    return "round.all_received" if tally.late else "round.all_on_time"


def _time_left(standing: RoundStanding) -> str:
    """离截止还有 3 天, 今天 16:30 截止，还有 29 分钟; the day itself where it is not the round's only one."""
    day = standing.next_open_day
    if sum(not ending.is_granted for ending in standing.due_days) > 1:
        return t("round.part.next", day=due_day(day), left=days_words(day))
    if day.days_left:
        return t("round.part.left.days", days=day.days_left)
    if not day.has_hour:
        return t("round.part.left.today")
    return t("round.part.left.hour", until=clock_words(day.due_minutes), left=days_words(day))


def _extended(standing: RoundStanding) -> str:
    """1 份已延期到 12-05 周六（1 个单位，还有 6 天）."""
    first, last = standing.extended_days[0], standing.extended_days[-1]
    told = {"number": standing.tally.extended, "units": len(standing.extended_units)}
    if first == last:
        return t("round.part.extended", day=due_day(first), left=days_words(first), **told)
    return t("round.part.extended_range", first=due_day(first), last=due_day(last), **told)


def round_kinds(tally: Tally) -> str:
    """已报的当中：零报告 2 份、平台报送 1 份。另有免报 3 份，不计入应报。 Empty where all came as workbooks."""
    numbers = {"zero_report": tally.zero_report, "platform_declaration": tally.platform}
    parts = [t(f"round.kinds.{kind}", number=number) for kind, number in numbers.items() if number]
    said = [t("round.kinds", kinds=t("list.comma").join(parts))] if parts else []
    return " ".join([*said, t("round.kinds.exempt", number=tally.exempt)] if tally.exempt else said)


def due_day(day: DueDay) -> str:
    """11-22 周日, 11-22 周日 16:30."""
    return until_words(text.language(), day.due_date, day.due_minutes, has_year=False)


def days_words(day: DueDay) -> str:
    """还有 3 天, 今天截止, 还有 2 小时 10 分, 今天已截止, 已过 2 天."""
    if day.has_passed:
        return t("days.past", days=day.days_past) if day.days_left else t("days.today_past")
    if day.days_left or not day.has_hour:
        return t("days.left", days=day.days_left) if day.days_left else t("days.today")
    hours, minutes = divmod(max(1, int(day.time_left.total_seconds()) // 60), 60)
    return t("days.left.hours" if hours else "days.left.minutes", hours=hours, minutes=minutes)


def clock_and_days(day: DueDay) -> str:
    """As days_words, with the hour before it where there is one and no hours are counted: a phone has room for one."""
    if not day.has_hour or (not day.has_passed and not day.days_left):
        return days_words(day)
    return t("days.with_hour", until=clock_words(day.due_minutes), left=days_words(day))


def due_days(standing: RoundStanding) -> str | None:
    """本期的截止日：11-15 周日（20 份）、11-22 周日（29 份）; None where there is but one."""
    if len(standing.due_days) < 2:
        return None
    said = [t("overview.deadline.of", day=due_day(day), number=day.tally.expected) for day in standing.due_days]
    return t("overview.deadline.several", days=t("list.comma").join(said))


def owing_lines(catalogue: Catalogue, dues: pandas.DataFrame, most: int, has_until: bool = False) -> list[str]:
    """A line a unit with its templates, who owes most first; with until when, where that is asked for."""
    lines = []
    for unit_code, rows in by_unit(dues)[:most]:
        names = t("list.comma").join(text.template_name(catalogue, code) for code in rows["template_code"])
        days = dict.fromkeys(
            until_words(text.language(), due.due_date, int(due.due_minutes), has_year=False)
            for due in rows.sort_values("deadline").itertuples()
        )
        until = t("overview.until", until=t("list.comma").join(days)) if has_until else ""
        number = t("copies", number=len(rows))
        lines.append(f"**{text.unit_name(catalogue, unit_code)}** {number}{until}  \n:small[:gray[{names}]]")
    return lines


def shown_statuses(dues: pandas.DataFrame) -> list[str]:
    """What a list counts: missing and late always, pending only while there is some."""
    return ["missing", "late", *(["pending"] if (dues["status"] == "pending").any() else [])]


def due_line(catalogue: Catalogue, due: Any) -> str:
    """One due in Markdown: template, period, deadline, and what became of it."""
    return t(
        "late.line",
        template=text.template_name(catalogue, due.template_code),
        code=due.template_code,
        period=text.period_label(catalogue, due.template_code, due.period),
        deadline=text.deadline(due),
        status=text.status_words(due.status, due.days_late) + _locked(due),
    )


def _locked(due: Any) -> str:
    """Behind a status: nothing is taken any more."""
    return f"{t('list.comma')}{t('late.locked')}" if due.is_locked else ""


def plain_list(catalogue: Catalogue, dues: pandas.DataFrame, title: str, as_of: str) -> str:
    """The list as plain text, ready to paste into a message."""
    lines = [t("late.plain.title", title=title, as_of=as_of)]
    for status in ORDER:
        of_status = dues[dues["status"] == status]
        if of_status.empty:
            continue
        lines += ["", t(f"late.plain.{status}", number=len(of_status), units=of_status["unit_code"].nunique())]
        lines += _plain_lines(catalogue, of_status, status)
    return "\n".join(lines)


def _plain_lines(catalogue: Catalogue, of_status: pandas.DataFrame, status: str) -> Iterator[str]:
    for number, (unit_code, group) in enumerate(by_unit(of_status), start=1):
        items = [
            t(
                "late.plain.item",
                template=text.template_name(catalogue, due.template_code),
                period=text.period_label(catalogue, due.template_code, due.period),
                days=_plain_days(due, status),
            )
            for due in group.itertuples()
        ]
        unit = text.unit_name(catalogue, unit_code)
        yield f"{number}. {t('late.plain.unit', unit=unit, items=t('list.comma').join(items))}"


def _plain_days(due: Any, status: str) -> str:
    """（迟 1 天）, and （迟 1 天，零报告） where it was no workbook."""
    if status == "late" and due.kind in STATEMENTS:
        return t("late.plain.late.days.kind", days=due.days_late, kind=t(f"kind.{due.kind}"))
    return t(f"late.plain.{status}.days", days=due.days_late)


def late_table(catalogue: Catalogue, dues: pandas.DataFrame) -> pandas.DataFrame:
    """The list with headings in the reader's language, for the workbook and the table on screen."""
    rows = [
        (
            text.unit_name(catalogue, due.unit_code, on=due.due_date.date()),
            due.template_code,
            text.template_name(catalogue, due.template_code),
            text.period_label(catalogue, due.template_code, due.period),
            text.deadline(due),
            with_kind(t(f"status.{due.status}"), due) + _locked(due),
            due.days_late or None,
            received(due, catalogue.clock) if not pandas.isna(due.first_received_at) else None,
            None if pandas.isna(due.lead_days) else text.span(-due.lead_days),
            None if pandas.isna(due.age_days) else text.span(due.age_days),
        )
        for due in dues.itertuples()
    ]
    names = ("unit", "code", "template", "period", "deadline", "status", "days", "received_at")
    names += ("after_deadline", "after_period")
    table = pandas.DataFrame(rows, columns=[t(f"column.{name}") for name in names])
    return table.astype({t("column.days"): "Int64"})


def received(due: Any, clock: Clock) -> str:
    """When the first one came, and whether it was entered later than that (补记)."""
    moment = text.moment(due.first_received_at, clock)
    return t("store.entered_later", moment=moment) if due.is_backdated else moment


def received_label(catalogue: Catalogue, due: Any) -> str:
    """What hovering over a submission's mark tells."""
    return "<br>".join(
        (
            text.unit_name(catalogue, due.unit_code),
            text.template_name(catalogue, due.template_code),
            text.period_label(catalogue, due.template_code, due.period),
            t(
                "chart.received_at",
                moment=received(due, catalogue.clock),
                status=status_and_kind(due),
            ),
        )
    )


def rollup_table(catalogue: Catalogue, figures: pandas.DataFrame, by: str) -> pandas.DataFrame:
    """The five figures by a coarser grain (quarter, year, parent_code, template_group), with headings."""
    groups = sorted({template.group for template in catalogue.templates})
    names = {
        "quarter": lambda value: f"{value.year}-Q{(value.month - 1) // 3 + 1}",
        "year": lambda value: f"{value.year}",
        "month": lambda value: f"{value:%Y-%m}",
        "parent_code": lambda value: text.unit_name(catalogue, value),
        "template_group": lambda value: value if value in groups and value else text.DASH,
    }
    columns = {t(f"rollup.{by}"): [names[by](value) for value in figures[by]]}
    counts = ("expected", "received", "on_time", *RATES, "late", "missing", "pending", "exempt")
    return pandas.DataFrame(columns | {t(f"column.{name}"): figures[name].tolist() for name in counts})


def figures_table(catalogue: Catalogue, figures: pandas.DataFrame, dues: pandas.DataFrame) -> pandas.DataFrame:
    """The five figures by unit, template and period, the newest first, with headings in the reader's language; and
    what each was delivered as, which the `dues` know.
    """
    grain = ["unit_code", "template_code", "period"]
    with_kinds = figures.merge(dues[[*grain, "kind"]], on=grain, how="left")
    newest = with_kinds.sort_values(["month", "unit_code", "template_code"], ascending=[False, True, True])
    places = {
        "unit": [text.unit_name(catalogue, code) for code in newest["unit_code"]],
        "code": newest["template_code"].tolist(),
        "period": [text.period_label(catalogue, row.template_code, row.period) for row in newest.itertuples()],
    }
    counts = {name: newest[name].tolist() for name in ("expected", "received", "on_time", *RATES)}
    states = {name: newest[name].tolist() for name in ("late", "missing", "pending", "exempt")}
    ways = {"way": [None if text.is_blank(kind) else t(f"kind.{kind}") for kind in newest["kind"]]}
    columns = places | counts | states | ways
    return pandas.DataFrame({t(f"column.{name}"): values for name, values in columns.items()})
