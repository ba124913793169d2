"""One mistake is one card: what stands together, what does not, and the month that a copied return repeats."""

import json
from dataclasses import replace
from datetime import date
from types import SimpleNamespace

from data.anomalies.cards import cards, flags_by_card, mistakes, record_by_card, waiting
from data.anomalies.copied import copied_beside
from data.anomalies.detector import Cause
from data.anomalies.panels import ROWS
from data.anomalies.triage import RULE
from data.catalogue.model import ColumnType, Nature, Rule, Severity, TemplateKind
from data.catalogue.naming import row_name_columns
from tests.data.anomalies.test_anomalies import ALWAYS, STEADY, bare, months, report  # noqa: F401
from tests.data.worlds import column, template

TIED = Rule("R1", Severity.ERROR, "accepted >= closed", {"zh-CN": "办结不多于受理"})
FORM = replace(
    template(
        "F",
        columns=(
            column("task_code", ColumnType.CODE),
            column("task_name", ColumnType.STR),
            column("accepted", nature=Nature.FLOW),
            column("closed", nature=Nature.FLOW),
            column("visits", nature=Nature.FLOW),
            column("price", ColumnType.DEC, Nature.LEVEL),
        ),
        row_key=("task_code",),
    ),
    rules=(TIED,),
)


def flag(kind: str, row: str, name: str | None, value: float = 0.0, **more) -> SimpleNamespace:
    """A flag as `anomalies` gives it. more: cell, and what its details say."""
    cell = more.pop("cell", f"{name}-{row}")
    about = {"kind": kind, "sheet": "表", "row_key": row, "column_name": name, "cell": cell, "value": value}
    return SimpleNamespace(**about, details=json.dumps(more))


def together(*flags: SimpleNamespace, of=FORM) -> list[list[int]]:
    return sorted(map(sorted, mistakes(list(flags), of)))


def test_a_copied_row_is_one_mistake_and_two_slips_are_two():
    zeros = [flag(Cause.ZERO_FOR_MISSING, "A", name) for name in ("accepted", "closed", "visits")]
    assert together(*zeros) == [[0, 1, 2]]
    slips = [flag(Cause.DECIMAL_SLIP, row, "visits", value, expected=10) for row, value in (("A", 100), ("B", 1000))]
    assert together(*slips) == [[0], [1]]


def test_a_column_in_another_unit_of_measure_is_one_mistake():
    assert together(*(flag(Cause.UNIT_SLIP, row, "visits", 1, expected=9) for row in "ABC")) == [[0, 1, 2]]


def test_what_a_rule_ties_together_in_a_row_is_one_mistake_but_not_across_rows():
    one, other = flag(Cause.DECIMAL_SLIP, "A", "accepted"), flag(Cause.UNEXPLAINED, "A", "closed")
    assert together(one, other) == [[0, 1]]
    assert together(one, flag(Cause.UNEXPLAINED, "B", "closed")) == [[0], [1]]
    assert together(one, flag(Cause.UNEXPLAINED, "A", "visits")) == [[0], [1]]


def test_a_wrong_row_and_the_total_that_it_breaks_are_one_mistake():
    row = flag(Cause.DECIMAL_SLIP, "A", "visits", 1000, expected=100)
    total = flag(Cause.UNEXPLAINED, "合计", "visits", 1480, expected=572)
    assert together(row, total) == [[0, 1]]
    assert together(row, flag(Cause.UNEXPLAINED, "合计", "visits", 2480, expected=572)) == [[0], [1]]
    prices = [flag(Cause.DECIMAL_SLIP, row, "price", 1000, expected=100) for row in "AB"]
    assert together(*prices) == [[0], [1]]  # prices have no total


def test_a_check_that_fired_goes_with_the_figure_that_it_reads():
    check = flag(RULE, "A", "closed", rule="R9", found={"accepted": 9, "visits": 1}, explanation="集中办理")
    assert together(check, flag(Cause.DECIMAL_SLIP, "A", "visits")) == [[0, 1]]
    same = flag(RULE, "B", "closed", rule="R9", found={"accepted": 7}, explanation="集中办理")
    other = flag(RULE, "C", "closed", rule="R9", found={"accepted": 7}, explanation="系统停办")
    assert together(check, same, other) == [[0, 1], [2]]


def test_a_row_of_a_ledger_and_its_sum_are_one_mistake_and_so_are_more_rows_and_larger_sums():
    ledger = replace(FORM, kind=TemplateKind.LEDGER, rules=())
    total = flag(Cause.DECIMAL_SLIP, "", "visits", 1000, cell=None, expected=100)
    row = flag(RULE, "X-1", "visits", rule="R8", found={"visits": 900}, explanation="大项目")
    assert together(total, row, of=ledger) == [[0, 1]]
    rows = flag(Cause.UNEXPLAINED, "", ROWS, 40, cell=None, expected=20)
    twice = flag(Cause.UNEXPLAINED, "", "visits", 210, cell=None, expected=100)
    assert together(rows, twice, of=ledger) == [[0, 1]]
    assert together(rows, total, of=ledger) == [[0], [1]]


def test_copies_of_one_kind_are_one_mistake():
    copies = [flag(Cause.COPY_CELL, row, "visits") for row in "AB"]
    assert together(*copies, flag(Cause.UNEXPLAINED, "C", "price")) == [[0, 1], [2]]


def test_rows_go_by_the_names_beside_their_codes():
    assert row_name_columns(FORM) == ("task_name",)
    assert row_name_columns(replace(FORM, row_key=("price",))) == ()
    ledger = replace(FORM, row_key=("price",), kind=TemplateKind.LEDGER)
    assert row_name_columns(ledger) == ("task_name",)


def test_a_card_stands_for_its_flags_and_counts_figures_apart(bare):  # noqa: F811
    for period, n in zip(months(9), [*STEADY, 1000], strict=True):
        report(bare, period, [{"n": n, "stock": 2 * n}, {"n": 50 + period.month % 3}])
    flags = flags_by_card(bare, ALWAYS)
    assert len(flags) > 1 and set(flags["column_name"]) == {"n", "stock"}
    (card,) = cards(flags).itertuples()
    assert (card.number, card.figures, card.state) == (len(flags), len(flags), "overdue")
    assert card.kind == Cause.DECIMAL_SLIP and waiting(cards(flags)).all()
    assert record_by_card(flags)[["cards", "figures", "flags"]].values.tolist() == [[1, len(flags), len(flags)]]
    assert flags_by_card(bare, ALWAYS, date(2025, 9, 1))["card"].tolist() == flags["card"].tolist()
    assert cards(flags.iloc[:0]).empty


def test_a_copied_month_stands_beside_this_one(bare):  # noqa: F811
    def rows(n: int, month: int) -> list[dict]:
        return [{"n": 900 + 7 * n + month + k, "stock": 3000 + 11 * n + k} for k in range(3)]

    for period, n in zip(months(8), STEADY, strict=True):
        report(bare, period, rows(n, period.month))
    copied = rows(STEADY[-1], 8)
    copied[2]["n"] += 1
    report(bare, date(2025, 9, 1), copied)
    flags = flags_by_card(bare, ALWAYS, date(2025, 9, 1))
    (card,) = cards(flags).itertuples()
    assert (card.kind, card.figures) == (Cause.COPY_FORM, 5)
    beside = copied_beside(bare, ALWAYS, "U1", "F", date(2025, 9, 1), card.kind)
    assert (beside.period, beside.submission_id) == (date(2025, 8, 1), "s8")
    figures = beside.figures
    assert figures["is_same"].tolist().count(False) == 1 and len(figures) == 6
    (other,) = figures[~figures["is_same"]].itertuples()
    assert (other.column_name, other.value - other.before) == ("n", 1)
    assert copied_beside(bare, ALWAYS, "U1", "F", date(2025, 1, 1), Cause.COPY_FORM) is None
