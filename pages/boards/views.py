"""A board on screen: the lists, the ranking, the formula, and where a unit's points went."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas
import streamlit as st

import text
from data.boards import standings as queries
from data.boards.places import BoardRules
from data.boards.points import Points, examples
from data.periods import add_months
from pages.frame import asking, ways
from pages.frame.display import show_table
from pages.frame.escaping import escaped
from text import t

Line = dict[str, Any]


def period_words(kind: str, period: date) -> str:
    """2026年10月, 2026年."""
    return t("board.year.name", year=period.year) if kind == "year" else text.month_name(period)


def list_name(list_: str, rules: BoardRules) -> str:
    """红榜; 提醒名单, or 黑榜 where that is switched on."""
    return t("board.list.black" if list_ == "reminder" and rules.is_black else f"board.list.{list_}")


def show_lists(lines: Sequence[Line], rules: BoardRules, names: Sequence[str] = ("red", "reminder")) -> None:
    """Who is on which list, with points."""
    with st.grid(len(names), min_column_width=300):
        for name in names:
            listed = [line for line in lines if line["list"] == name]
            with st.container(border=True):
                colour = "green" if name == "red" else "orange"
                st.markdown(f":{colour}-badge[{list_name(name, rules)}] {t('late.units', number=len(listed))}")
                said = [f"- **{_unit(line)}** {points(line)}" for line in listed]
                st.markdown("\n".join(said) or t("board.list.none"))
    if "reminder" in names:
        target = text.rate(rules.target)
        st.caption(t("board.exempt", target=target, name=list_name("reminder", rules)))


def show_own(line: Line, rules: BoardRules) -> None:
    """A unit's own figures, and whether it is on a list."""
    st.subheader(_unit(line), anchor=False)
    counts = {"board.column.counted": "due", "column.late": "late", "board.column.missing": "missing"}
    with st.grid(3, min_column_width=100):
        st.metric(t("board.metric.points"), points(line), border=True)
        if line["rank"]:
            st.metric(t("board.metric.rank"), line["rank"], border=True)
        st.metric(t("column.on_time_rate"), text.rate(line["on_time_rate"]), border=True)
        for name, key in counts.items():
            st.metric(t(name), line[key], border=True)
    if line["list"] == "red":
        st.success(t("board.own.red"), icon=":material/thumb_up:")
    elif line["list"] == "reminder":
        st.info(t("board.own.reminder", name=list_name("reminder", rules)), icon=":material/info:")


def ranking_table(lines: Sequence[Line], rules: BoardRules, is_year: bool) -> pandas.DataFrame:
    """The ranking under headings in the reader's language; what nothing was due for is blank."""
    columns = {
        "board.column.rank": [line["rank"] for line in lines],
        "column.unit": [text.unit_name(asking.catalogue(), line["unit_code"]) for line in lines],
        "board.column.points": [line["points"] for line in lines],
        "column.on_time_rate": [line["on_time_rate"] for line in lines],
        "board.column.counted": [line["due"] for line in lines],
        "column.on_time": [line["on_time"] for line in lines],
        "column.late": [line["late"] for line in lines],
        "board.column.missing": [line["missing"] for line in lines],
        "board.column.corrected": [line["corrected"] for line in lines],
        "board.column.waived": [line["waived"] for line in lines],
        "board.column.list": [list_name(line["list"], rules) if line["list"] else "" for line in lines],
    }
    if is_year:
        columns["board.column.months"] = [line["months"] for line in lines]
    table = pandas.DataFrame({t(name): values for name, values in columns.items()})
    return table.astype({t("board.column.rank"): "Int64", t("board.column.points"): "Float64"})


def show_ranking(table: pandas.DataFrame, addresses: Sequence[str]) -> None:
    """The ranking, whole, each line with the address of its dues."""
    formats = {
        t("column.on_time_rate"): st.column_config.NumberColumn(format="percent"),
        t("board.column.points"): st.column_config.NumberColumn(format="%.2f"),
        t("board.column.rank"): st.column_config.NumberColumn(width="small"),
    }
    show_table(table, addresses, column_config=formats, height="content")


def addresses_of(lines: Sequence[Line], period: date, is_year: bool) -> list[str]:
    """For each line of a ranking the unit's dues of the month or year."""
    of = {"between": (period, add_months(period, 11))} if is_year else {"month": period}
    return [ways.dues_address(unit=line["unit_code"], **of) for line in lines]


def formula(points_: Points, is_year: bool) -> str:
    """How points are worked out, in sentences; what costs nothing is left out."""
    values = {name: text.number(getattr(points_, name)) for name in points_.__dataclass_fields__ if name != "preset"}
    parts = ["base", "late.once" if points_.late else "late"]
    parts += ["quality"] if points_.corrected or points_.returned else []
    parts += ["bonus"] if points_.bonus else []
    parts += ["year"] if is_year else []
    said = [t(f"board.formula.{part}", **values) for part in parts]
    return "\n".join(f"- {line}" for line in [*said, *worked_examples(points_)])


def worked_examples(points_: Points) -> list[str]:
    """A mixture worked out step by step, and what less and less on time comes to."""
    every = examples(points_)
    mixed = next(each for each in every if each.on_time and each.missing)
    each_late = points_.base - min(points_.late + points_.late_day, points_.late_cap, points_.base)
    each_missing = points_.base - min(points_.missing, points_.base)
    worths = {"base": points_.base, "each_late": each_late, "each_missing": each_missing}
    counts = {"on_time": mixed.on_time, "late": mixed.late, "missing": mixed.missing, "dues": mixed.dues}
    shown = {name: text.number(value) for name, value in worths.items()} | counts
    steps = [
        t("board.example.step", rate=text.rate(each.on_time_rate), points=f"{each.points:.2f}")
        for each in every
        if not each.missing
    ]
    none = f"{every[-1].points:.2f}"
    return [
        t("board.example", points=f"{mixed.points:.2f}", **shown),
        t("board.example.steps", steps=t("list.comma").join(steps), none=none),
    ]


def show_costs(month: date, unit_code: str) -> None:
    """Where a unit's points of a month went, due by due."""
    costs = asking.ask(queries.costs, asking.now(), month=month, unit_code=unit_code)
    costs = costs[(costs["lost"] > 0) | costs["is_waived"]]
    if costs.empty:
        st.success(t("board.costs.none"), icon=":material/check_circle:")
        return
    catalogue, rows = asking.catalogue(), list(costs.itertuples())
    columns = {
        "column.code": [row.template_code for row in rows],
        "board.column.lost": [row.lost for row in rows],
        "column.status": [text.status_words(row.status, row.days_late) for row in rows],
        "column.period": [text.period_label(catalogue, row.template_code, row.period) for row in rows],
        "column.template": [text.template_name(catalogue, row.template_code) for row in rows],
        "board.column.corrected": [t("audit.yes") if row.is_corrected else "" for row in rows],
        "board.column.returns": [row.returns for row in rows],
        "board.column.waived": [t("audit.yes") if row.is_waived else "" for row in rows],
    }
    addresses = [ways.dues_address(unit=unit_code, template=row.template_code, month=row.month.date()) for row in rows]
    show_table(pandas.DataFrame({t(name): values for name, values in columns.items()}), addresses)


def points(line: Line) -> str:
    """98.25, or a dash where nothing was due."""
    return text.DASH if line["points"] is None else f"{line['points']:.2f}"


def _unit(line: Line) -> str:
    return escaped(text.unit_name(asking.catalogue(), line["unit_code"]))
