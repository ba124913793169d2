"""A figure far outside of its unit's past is asked about, with or without a cause; an honest one never."""

from datetime import timedelta
from types import SimpleNamespace

import numpy
import pytest

from data.anomalies.flags import anomalies
from data.anomalies.triage import Flagged, FlagStep, answer
from data.catalogue.model import Column, ColumnType, Nature
from loaders.checking.past_rows import is_strange_zero, range_of
from loaders.checking.rows import Row
from loaders.messages import message
from tests.conftest import NOW, OCTOBER, REASON, sample_rows
from tests.loaders.checking.earlier import a_little, asked, october, with_past

pytestmark = pytest.mark.variants


def changed(template: str, unit: str, name: str, value: object, row: int = 0) -> list[dict]:
    rows = sample_rows(template, unit)
    rows[row][name] = value
    return rows


def held(store, receipt, column: str) -> list:
    """What the store holds of a column, in the order of its rows."""
    rows = store.rows(
        "SELECT num FROM fact WHERE submission_id = ? AND column_name = ? ORDER BY row_no",
        [receipt.submission_id, column],
    )
    return [num for (num,) in rows]


SLIPS = [
    ("BE-02", "XZSP", "contract_price", 18_760_000.0, "1,876"),  # 元 for 万元
    ("BE-02", "XZSP", "contract_price", 0.4231, "4,231"),  # 亿元 for 万元
    ("BE-02", "XZSP", "contract_price", 4_231_550.0, None),  # three digits too many
    ("BE-03", "ZAZ", "area", 1.2, "12,000"),  # 万㎡ for ㎡
    ("CR-01", "ZFD", "fine", 86_000.0, "8.6"),
    ("AR-01", "DAG", "digitized_rate", 0.965, "96.5"),
    ("AR-01", "DAG", "digitized_rate", 9.65, None),
    ("AR-01", "DAG", "digitized_rate", 0.0, None),
    ("AR-01", "DAG", "volumes", 42_000, None),
    ("MW-01", "ZJK", "workers", 128_000, None),
    ("SV-02", "ZFD", "fine", 86_000.0, "8.6"),
]


@pytest.mark.parametrize(("template", "unit", "name", "value", "suggested"), SLIPS)
def test_a_figure_far_outside_is_asked_about_with_its_place(store, template, unit, name, value, suggested):
    with_past(store, template, unit)
    rows = changed(template, unit, name, value)
    receipt = october(store, template, unit, rows)
    issues = [issue for issue in asked(receipt, "far_outside", "unlikely") if issue.column_name == name]
    assert receipt.outcome == "returned" and len(issues) == 1, receipt.issues
    (issue,) = issues
    assert issue.severity == "check" and issue.cell
    said = {locale: message(issue, receipt.template, locale) for locale in ("zh-CN", "en")}
    column = receipt.template.column(name)
    if issue.code == "far_outside":
        assert column.label["zh-CN"] in said["zh-CN"] and column.label["en"] in said["en"]
        assert ("看不出原因" in said["zh-CN"]) == (suggested is None)
    assert suggested is None or (suggested in said["zh-CN"] and suggested in said["en"])
    accepted = october(store, template, unit, rows, explanations=REASON)
    assert accepted.outcome == "accepted" and value in held(store, accepted, name)


@pytest.mark.parametrize(("template", "unit"), sorted({(template, unit) for template, unit, *_ in SLIPS}))
def test_honest_rows_are_asked_nothing(store, template, unit):
    with_past(store, template, unit)
    receipt = october(store, template, unit, explanations=REASON)
    assert receipt.outcome == "accepted" and not asked(receipt, "far_outside", "lost_columns", "lost_rows")


def test_a_rate_of_0_is_nothing_strange_where_one_came_near_it_before(store):
    def vary(luck, name: str, number: float) -> float:
        return 4.0 if name == "digitized_rate" and luck.random() < 0.2 else a_little(luck, name, number)

    with_past(store, "AR-01", "DAG", vary=vary)
    receipt = october(store, "AR-01", "DAG", changed("AR-01", "DAG", "digitized_rate", 0.0))
    assert not asked(receipt, "far_outside")


def test_nor_in_a_row_in_which_nothing_happened():
    column = Column("rate", {}, ColumnType.PCT, nature=Nature.LEVEL)
    flow = Column("closed", {}, ColumnType.INT, nature=Nature.FLOW)
    past = [(month, 97.0) for month in range(12)]
    template = SimpleNamespace(template=SimpleNamespace(columns=(flow, column)))
    rows = [Row(5, {"closed": closed, "rate": 0.0}, {}) for closed in (0, 3)]
    assert [is_strange_zero(past, column, template, row) for row in rows] == [False, True]


def test_many_such_figures_of_a_column_are_one_question(store):
    with_past(store, "BE-02", "XZSP")
    rows = [row | {"contract_price": row["contract_price"] * 10_000} for row in sample_rows("BE-02", "XZSP")]
    receipt = october(store, "BE-02", "XZSP", rows)
    (issue,) = asked(receipt, "far_outside")
    assert (issue.cell, issue.details["count"], issue.details["places"]) == ("J5", 3, ["J5", "J6", "J7"])
    assert "共 3 格：J5、J6、J7" in message(issue, receipt.template, "zh-CN")


def test_a_month_that_was_wrong_once_does_not_make_the_next_one_right(store):
    def vary(luck, name, number):
        vary.calls += name == "fine"
        return number * (10_000 if name == "fine" and vary.calls == 3 else 1)

    vary.calls = 0
    with_past(store, "CR-01", "ZFD", 14, vary=vary)
    receipt = october(store, "CR-01", "ZFD", changed("CR-01", "ZFD", "fine", 86_000.0))
    (issue,) = asked(receipt, "far_outside")
    assert issue.details["high"] < 100


def test_a_short_past_says_nothing(store):
    with_past(store, "BE-02", "XZSP", 3)
    assert not asked(october(store, "BE-02", "XZSP", changed("BE-02", "XZSP", "contract_price", 9e7)), "far_outside")


def test_another_units_past_is_not_held_against_a_unit(store):
    with_past(store, "CR-01", "ZFD", 14)
    rows = changed("CR-01", "XZSP", "fine", 86_000.0)
    assert not asked(october(store, "CR-01", "XZSP", rows, explanations=REASON), "far_outside")


def test_what_a_column_meant_before_its_definition_changed_is_not_held_against_it(store):
    with_past(store, "CR-01", "ZFD", 14)
    rows = changed("CR-01", "ZFD", "fine", 86_000.0)
    assert asked(october(store, "CR-01", "ZFD", rows), "far_outside")
    flagged = Flagged("ZFD", "CR-01", OCTOBER, "", "fine", 86_000.0, "unexplained")
    answer(store, flagged, FlagStep.REDEFINED, "自本期起按元统计，见通知附件二", NOW - timedelta(days=1))
    assert not asked(october(store, "CR-01", "ZFD", rows), "far_outside")


def test_what_the_section_said_of_a_row_answers_the_offices_flag_of_the_sum(store):
    with_past(store, "CR-01", "ZFD", 14)
    rows = changed("CR-01", "ZFD", "fine", 86_000.0)
    assert october(store, "CR-01", "ZFD", rows, explanations=REASON).outcome == "accepted"
    flags = anomalies(store, NOW, OCTOBER, "ZFD")
    of_the_sum = flags[flags["column_name"] == "fine"]
    assert len(of_the_sum) == 1 and of_the_sum["state"].tolist() == ["explained"]


def money() -> Column:
    return Column("m", {}, ColumnType.DEC, "万元", nature=Nature.FLOW)


TAILS = {
    "lognormal, narrow": lambda luck, shape: luck.lognormal(3, 0.3, shape),
    "lognormal": lambda luck, shape: luck.lognormal(3, 1, shape),
    "lognormal, wide": lambda luck, shape: luck.lognormal(3, 1.8, shape),
    "pareto": lambda luck, shape: luck.pareto(1.5, shape) + 1,
    "two kinds": lambda luck, shape: numpy.where(
        luck.random(shape) < 0.1, luck.lognormal(8, 0.5, shape), luck.lognormal(2, 0.5, shape)
    ),
    "counts": lambda luck, shape: luck.poisson(2, shape).astype(float),
}


@pytest.mark.parametrize("name", TAILS)
def test_heavy_tails_are_no_reason_to_ask(name):
    luck, outside, number = numpy.random.default_rng(7), 0, 0
    for _ in range(300):
        past = TAILS[name](luck, (20, 10))
        held_against = range_of([(n, v) for n, row in enumerate(past) for v in row], money(), True)
        new = [figure for figure in TAILS[name](luck, 10) if figure]
        number += len(new)
        outside += sum(not held_against.at_least <= figure <= held_against.at_most for figure in new)
    assert outside <= number / 2000, (outside, number)
