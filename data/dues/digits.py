"""How many digits of a rate are told: two decimals of a percent wherever it stands in words, whole ones on a mark."""

from fractions import Fraction


def hundredths(rate: Fraction | None) -> int | None:
    """A rate in hundredths of a percent, rounded half up; less than all is never 10000, more than nothing never 0."""
    return None if rate is None else _rounded(rate, 10000)


def whole_percent(rate: Fraction) -> str:
    """88, for a column in a figure; rounded as `hundredths`."""
    return str(_rounded(rate, 100))


def two_decimals(number: int) -> str:
    """95.24 and 100, of hundredths."""
    return f"{number / 100:.2f}".rstrip("0").rstrip(".")


def _rounded(rate: Fraction, whole: int) -> int:
    rounded = int(rate * whole + Fraction(1, 2))
    return min(rounded, whole - 1) if rate < 1 and rounded == whole else max(rounded, 1) if rate > 0 else rounded
