"""Answers in sentences: where a round stands, who owes what, how fresh the data is."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pandas

import text
from data.catalogue.model import Catalogue
from pages.frame.words import STATEMENTS, by_unit, status_and_kind, with_kind
from text import t

ORDER = ("missing", "late", "pending")
RATES = ("reporting_rate", "on_time_rate")


def round_counts(dues: pandas.DataFrame) -> dict[str, int]:
    """expected (without exempt), received, on_time, late, missing, pending, and units: those that still owe."""
    numbers = dues["status"].value_counts()
    found = {name: int(numbers.get(name, 0)) for name in ("on_time", "late", "missing", "pending")}
    received = found["on_time"] + found["late"]
    owing = dues.loc[dues["status"].isin(["missing", "pending"]), "unit_code"].nunique()
    return found | {
        "received": received,
        "expected": received + found["missing"] + found["pending"],
        "owed": found["missing"] + found["pending"],
        "units": owing,
    }


def last_day(dues: pandas.DataFrame) -> date:
    """The last day in time of most of the round's dues."""
    return dues["due_date"].mode().iloc[0].date()


def round_sentence(month: date, counts: dict[str, int], days_left: int) -> str:
    """2026年10月数据：应报 62 份，已报 55 份，7 份未报（4 个单位）。"""
    if not counts["owed"]:
        key = "round.all_on_time" if not counts["late"] else "round.all_received"
    elif counts["missing"]:
        key = "round.missing"
    else:
        key = "round.last_day" if days_left == 0 else "round.pending"
    return t(key, month=text.month_name(month), days=days_left, **counts)


def round_kinds(dues: pandas.DataFrame) -> str:
    """已报的当中：零报告 2 份、平台报送 1 份。另有免报 3 份，不计入应报。 Empty where all came as workbooks."""
    numbers = dues["kind"].value_counts()
    found = [t(f"round.kinds.{kind}", number=int(numbers[kind])) for kind in STATEMENTS if kind in numbers]
    said = [t("round.kinds", kinds=t("list.comma").join(found))] if found else []
    exempt = int((dues["status"] == "exempt").sum())
    return " ".join([*said, t("round.kinds.exempt", number=exempt)] if exempt else said)


def days_words(days_left: int) -> str:
    """还有 3 天, 今天截止, 已过 2 天."""
    key = "days.left" if days_left > 0 else "days.today" if days_left == 0 else "days.past"
    return t(key, days=abs(days_left))


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
        own = dues[dues["status"] == status]
        if own.empty:
            continue
        lines += ["", t(f"late.plain.{status}", number=len(own), units=own["unit_code"].nunique())]
        lines += _plain_lines(catalogue, own, status)
    return "\n".join(lines)


def _plain_lines(catalogue: Catalogue, own: pandas.DataFrame, status: str) -> Iterator[str]:
    for number, (unit_code, group) in enumerate(by_unit(own), start=1):
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
            text.moment(due.first_received_at, catalogue.clock) if not pandas.isna(due.first_received_at) else None,
            None if pandas.isna(due.lead_days) else text.span(-due.lead_days),
            None if pandas.isna(due.age_days) else text.span(due.age_days),
        )
        for due in dues.itertuples()
    ]
    names = ("unit", "code", "template", "period", "deadline", "status", "days", "received_at")
    names += ("after_deadline", "after_period")
    table = pandas.DataFrame(rows, columns=[t(f"column.{name}") for name in names])
    return table.astype({t("column.days"): "Int64"})


def received_label(catalogue: Catalogue, due: Any) -> str:
    """What hovering over a submission's mark tells."""
    return "<br>".join(
        (
            text.unit_name(catalogue, due.unit_code),
            text.template_name(catalogue, due.template_code),
            text.period_label(catalogue, due.template_code, due.period),
            t(
                "chart.received_at",
                moment=text.moment(due.first_received_at, catalogue.clock),
                status=status_and_kind(due),
            ),
        )
    )


def freshness_label(catalogue: Catalogue, cell: Any) -> str:
    """What hovering over a cell of the matrix tells."""
    return "<br>".join(
        (
            f"{text.unit_name(catalogue, cell.unit_code)} · {cell.template_code}",
            text.template_name(catalogue, cell.template_code),
            newest_words(catalogue, cell),
            t(f"freshness.{cell.state}"),
        )
    )


def newest_words(catalogue: Catalogue, cell: Any) -> str:
    """最新一期 2026-09，距今 54 天."""
    if pandas.isna(cell.newest_period):
        return t("freshness.never")
    newest = text.period_label(catalogue, cell.template_code, cell.newest_period)
    return t("freshness.newest", period=newest, days=int(cell.age_days))


def freshness_table(catalogue: Catalogue, found: pandas.DataFrame) -> pandas.DataFrame:
    """The list of what is behind, with headings in the reader's language."""
    rows = [
        (
            text.unit_name(catalogue, cell.unit_code),
            t(f"freshness.{cell.state}"),
            cell.behind,
            newest_words(catalogue, cell),
            cell.template_code,
            text.template_name(catalogue, cell.template_code),
        )
        for cell in found.itertuples()
    ]
    names = ("unit", "state", "behind", "newest", "code", "template")
    return pandas.DataFrame(rows, columns=[t(f"column.{name}") for name in names])


def rollup_table(catalogue: Catalogue, figures: pandas.DataFrame, by: str) -> pandas.DataFrame:
    """The five figures by a coarser grain (quarter, year, parent_code, template_group), with headings."""
    groups = sorted({template.group for template in catalogue.templates})
    names = {
        "quarter": lambda one: f"{one.year}-Q{(one.month - 1) // 3 + 1}",
        "year": lambda one: f"{one.year}",
        "month": lambda one: f"{one:%Y-%m}",
        "parent_code": lambda one: text.unit_name(catalogue, one),
        "template_group": lambda one: one if one in groups and one else text.DASH,
    }
    columns = {t(f"rollup.{by}"): [names[by](one) for one in figures[by]]}
    counts = ("due", "received", "on_time", *RATES, "late", "missing", "pending", "exempt")
    return pandas.DataFrame(columns | {t(f"column.{name}"): figures[name].tolist() for name in counts})


def figures_table(catalogue: Catalogue, figures: pandas.DataFrame, dues: pandas.DataFrame) -> pandas.DataFrame:
    """The five figures by unit, template and period, the newest first, with headings in the reader's language; and
    what each was delivered as, which the `dues` know.
    """
    grain = ["unit_code", "template_code", "period"]
    known = figures.merge(dues[[*grain, "kind"]], on=grain, how="left")
    newest = known.sort_values(["month", "unit_code", "template_code"], ascending=[False, True, True])
    places = {
        "unit": [text.unit_name(catalogue, code) for code in newest["unit_code"]],
        "code": newest["template_code"].tolist(),
        "period": [text.period_label(catalogue, row.template_code, row.period) for row in newest.itertuples()],
    }
    counts = {name: newest[name].tolist() for name in ("due", "received", "on_time", *RATES)}
    states = {name: newest[name].tolist() for name in ("late", "missing", "pending", "exempt")}
    ways = {"way": [None if text.is_blank(kind) else t(f"kind.{kind}") for kind in newest["kind"]]}
    columns = places | counts | states | ways
    return pandas.DataFrame({t(f"column.{name}"): values for name, values in columns.items()})
