"""The digits of a rate: the same on pages and on paper."""

from fractions import Fraction

import pytest

import text
from data.dues.digits import hundredths, whole_percent
from documents.wording import rate_words


@pytest.mark.parametrize(
    ("part", "whole", "written"),
    [(39, 49, "79.59%"), (4, 5, "80%"), (1, 3, "33.33%"), (0, 7, "0%"), (7, 7, "100%"), (99999, 100000, "99.99%")],
)
def test_a_rate_is_written_alike_on_pages_and_on_paper(part: int, whole: int, written: str) -> None:
    rate = Fraction(part, whole)
    assert text.rate(rate) == text.rate(float(rate)) == rate_words(rate) == written


def test_where_nothing_was_due_there_is_a_dash() -> None:
    assert text.rate(None) == text.rate(float("nan")) == rate_words(None) == "—"


def test_less_than_all_is_never_all() -> None:
    assert hundredths(Fraction(1, 10**9)) == 1 and whole_percent(Fraction(999, 1000)) == "99"
