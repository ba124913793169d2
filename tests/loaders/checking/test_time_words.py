"""The stretches of time that texts name."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.periods import Cycle, add_months, label, period_of
from loaders.checking.time_words import months_and_more, spans
from tests.examples import examples

OCTOBER = (date(2026, 10, 1), date(2026, 11, 1))
THIS_YEAR = (date(2026, 1, 1), date(2026, 11, 1))
SEPTEMBER_ON = (date(2026, 9, 1), date(2026, 11, 1))
SHIFTED = (date(2026, 9, 26), date(2026, 10, 26))


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("2026-10", [OCTOBER]),
        ("２０２６年１０月", [OCTOBER]),
        ("2026年10月份", [OCTOBER]),
        ("202610", [OCTOBER]),
        ("2026.10", [OCTOBER]),
        ("二〇二六年十月", [OCTOBER]),
        ("26年10月", [OCTOBER]),
        ("2026 年 __10__ 月", [OCTOBER]),
        ("2026年10月1日至31日", [OCTOBER]),
        ("2026年1-10月", [THIS_YEAR]),
        ("2026年1月至10月", [THIS_YEAR]),
        ("2026年1月—2026年10月", [THIS_YEAR]),
        ("2026年一至十月", [THIS_YEAR]),
        ("202601-202610", [THIS_YEAR]),
        ("2026年9月26日至10月25日", [SHIFTED]),
        ("2026-09-26～2026-10-25", [SHIFTED]),
        ("2026.9.26-10.25日", [SHIFTED]),
        ("2026年第四季度", [(date(2026, 10, 1), date(2027, 1, 1))]),
        ("2026年前三季度", [(date(2026, 1, 1), date(2026, 10, 1))]),
        ("2026年上半年", [(date(2026, 1, 1), date(2026, 7, 1))]),
        ("2026年12月26日至1月25日", [(date(2026, 12, 26), date(2027, 1, 26))]),
        ("2025年10月（同期对比2026年10月）", [(date(2025, 10, 1), date(2025, 11, 1)), OCTOBER]),
        ("2026-11-20", []),
        ("20261120", []),
        ("2026年11月20日", []),
        ("2026.1", []),
        ("2026", []),
        ("近3个月", []),
        ("提前3个月", []),
        ("2026年01-10", [THIS_YEAR]),
        ("2026.01-2026.10", [THIS_YEAR]),
        ("2026.1-2026.10", [THIS_YEAR]),
        ("2026/1-2026/10", [THIS_YEAR]),
        ("2026年元月至10月", [THIS_YEAR]),
        ("2026年前10个月", [THIS_YEAR]),
        ("2026年前十个月", [THIS_YEAR]),
        ("自2026年1月1日起至2026年10月31日止", [THIS_YEAR]),
        ("2026年9月底至10月底", [SEPTEMBER_ON]),
        ("2026年9、10月", [SEPTEMBER_ON]),
        ("2026年9，10两月", [SEPTEMBER_ON]),
        ("2026年9月26日0时至2026年10月25日24时", [SHIFTED]),
        ("2026年10月上旬", [(date(2026, 10, 1), date(2026, 10, 11))]),
        ("2026年10月下旬", [(date(2026, 10, 21), date(2026, 11, 1))]),
        ("2026年10月到期房屋", [OCTOBER]),
        ("2026年10月起重机械检查", [OCTOBER]),
        ("2026年10月-行政审批科", [OCTOBER]),
        ("2026年10-2", [OCTOBER]),
        ("420704202610130101", []),
        ("BE-02", []),
        ("0711-1234567", []),
        ("2026-420704-47-03-018212", []),
    ],
)
def test_what_a_text_says_of_time(text, bounds):
    assert [(span.start, span.end) for span in months_and_more(text)] == bounds


@examples(60)
@given(st.dates(date(1995, 1, 1), date(2099, 12, 31)), st.sampled_from(Cycle))
def test_every_label_of_a_period_is_read_as_it(day, cycle):
    period = period_of(day, cycle)
    written = label(period, cycle) + ("年" if cycle is Cycle.YEAR else "")
    (span,) = spans(written)
    assert span.period(cycle) == period


@examples(60)
@given(
    st.dates(date(1995, 1, 1), date(2098, 12, 31)), st.integers(1, 11), st.sampled_from(["至", "-", "—", "～", "到"])
)
def test_a_stretch_of_several_months_is_no_month(day, more, to):
    last = add_months(day, more)
    (span,) = months_and_more(f"{day.year}年{day.month}月{to}{last.year}年{last.month}月")
    assert span.period(Cycle.MONTH) is None
    assert span.touches(last, Cycle.MONTH) and not span.touches(add_months(last, 1), Cycle.MONTH)


@examples(100)
@given(st.text("2026年10月1日至-—~.第四季度前上半QH /_（）", max_size=30))
def test_no_text_is_too_much(text):
    for span in spans(text):
        assert span.start < span.end


@pytest.mark.parametrize(
    "text",
    [
        "2026年1月至本月",
        "2026年1月-目前",
        "自2026年1月起",
        "自2026年1月",
        "2026年1月1日起至今",
        "2026-01-01至今",
        "2026年1月以来",
        "2026年10月起",
    ],
)
def test_a_stretch_with_one_end_is_no_period(text):
    (span,) = months_and_more(text)
    assert (span.kind, [span.period(cycle) for cycle in Cycle]) == ("open", [None] * 4)


def test_until_the_end_of_a_month_is_told_as_such():
    (span,) = months_and_more("截至2026年10月底")
    assert (span.kind, span.start, span.period(Cycle.MONTH)) == ("as_of", date(2026, 10, 1), date(2026, 10, 1))
