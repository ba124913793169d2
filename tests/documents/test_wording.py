"""Dates, rates and titles in words."""

from datetime import date, datetime
from fractions import Fraction

import pytest

from documents import wording
from tests.documents.reading import SHANGHAI


@pytest.mark.parametrize(
    ("deadline", "said"),
    [
        (datetime(2026, 11, 23), "2026年11月22日（星期日）24时"),
        (datetime(2026, 11, 20, 17, 30), "2026年11月20日（星期五）17时30分"),
        (datetime(2027, 1, 1), "2026年12月31日（星期四）24时"),
        (datetime(2026, 11, 22, 12), "2026年11月22日（星期日）12时"),
    ],
)
def test_a_deadline_has_date_weekday_and_hour(deadline, said):
    assert wording.deadline_words(deadline.replace(tzinfo=SHANGHAI)) == said


@pytest.mark.parametrize(
    ("rate", "said"),
    [
        (None, "—"),
        (Fraction(0), "0%"),
        (Fraction(1), "100%"),
        (Fraction(20, 21), "95.24%"),
        (Fraction(1, 2), "50%"),
        (Fraction(9, 10), "90%"),
        (Fraction(99999, 100000), "99.99%"),
        (Fraction(1, 1000000), "0.01%"),
        (Fraction(1, 16), "6.25%"),
    ],
)
def test_rates_have_two_decimals_at_most_and_are_never_rounded_to_all_or_nothing(rate, said):
    assert wording.rate_words(rate) == said


def test_points_add_up_with_the_rates_as_printed():
    for part in range(0, 22):
        for before in range(0, 20):
            now, then = Fraction(part, 21), Fraction(before, 19)
            printed = [round(float(wording.rate_words(one)[:-1]) * 100) for one in (now, then)]
            assert wording.points(now, then) == printed[0] - printed[1]
    assert wording.points_words(Fraction(20, 21), Fraction(1, 2)) == "上升45.24个百分点"
    assert wording.points_words(Fraction(1, 2), Fraction(20, 21)) == "下降45.24个百分点"
    assert wording.points_words(Fraction(1, 2), Fraction(2, 4)) == "持平"
    assert wording.points_words(None, Fraction(1)) == "" and wording.points_cell(None, Fraction(1)) == "—"
    assert wording.points_cell(Fraction(1, 2), Fraction(1, 4)) == "+25"


def test_a_title_is_broken_between_its_pieces():
    assert wording.balanced(("关于某事", "的通知")) == ["关于某事的通知"]
    lines = wording.balanced(("关于2026年10月", "营商环境和监管数据", "报送情况的通报"))
    assert lines == ["关于2026年10月", "营商环境和监管数据报送情况的通报"]
    assert max(map(wording.width, wording.balanced(("长" * 75, "短")))) <= 20
    assert "".join(wording.balanced(("长" * 75, "短"))) == "长" * 75 + "短"


def test_small_words():
    assert [wording.chinese_number(n) for n in (1, 10, 11, 20, 34)] == ["一", "十", "十一", "二十", "三十四"]
    assert wording.listed(["甲", "乙", "丙"], 2) == "甲、乙等3个单位"
    assert wording.day_words(date(2026, 1, 2)) == "2026年1月2日"
    assert wording.moment_words(datetime(2026, 1, 2, 9, 5)) == "2026年1月2日9时05分"
    assert wording.change_words(3, 5) == "减少2份" and wording.change_words(5, 5) == "持平"
