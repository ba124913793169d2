"""What the page asks: the returns behind the indicators, the month that is meant, the values of some months."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from urllib.parse import urlencode

import pandas

import text
from data.catalogue.indicator import Indicator
from data.dues import timeliness
from data.dues.rounds import over_by_month
from data.indicators.returns import doubts, returns_behind
from data.indicators.values import values, within
from data.periods import add_months
from pages.frame import asking, choices
from pages.frame.sitemap import place_at
from pages.frame.ways import Way, to_dues
from text import t

COURSE = 24  # months that a course shows


def newest_month(as_of: datetime) -> date:
    """The newest month of which all deadlines have passed; the newest of all while there is none."""
    return asking.worked_out(_newest_month, as_of)


def _newest_month(as_of: datetime) -> date:
    over = over_by_month(asking.ask(timeliness.figures, as_of, by=("month",)))["month"]
    return asking.months(as_of)[0] if over.empty else over.max().date()


def choose_month(as_of: datetime) -> date:
    """The month to look at: the newest that is over unless another is chosen."""
    newest = newest_month(as_of)
    others = [f"{month:%Y-%m}" for month in asking.months(as_of) if month != newest]

    def name(code: str) -> str:
        return text.month_name(date.fromisoformat(f"{code}-01"))

    everything = t("indicator.newest", month=text.month_name(newest))
    chosen = choices.choose("month", others, name, t("choice.month"), everything)
    return date.fromisoformat(f"{chosen}-01") if chosen else newest


def figures(
    as_of: datetime,
    by: Sequence[str],
    last: date,
    months: int = COURSE,
    unit_code: str | None = None,
    code: str | None = None,
) -> pandas.DataFrame:
    """`data.indicators.values.values` of the months up to one, of one indicator or (code None) of all."""
    return asking.worked_out(_figures, as_of, by=by, last=last, months=months, unit_code=unit_code, code=code)


def _figures(
    as_of: datetime, by: Sequence[str], last: date, months: int, unit_code: str | None, code: str | None
) -> pandas.DataFrame:
    returns = asking.ask(returns_behind, as_of, unit_code=unit_code, indicator_code=code)
    said = asking.ask_daily(doubts, as_of, unit_code=unit_code)
    return values(asking.catalogue(), within(returns, add_months(last, 1 - months), last), said, by)


def behind(indicator: Indicator) -> Callable[..., str]:
    """Gives the address of what lies behind a value of a month, of one unit or all: the rows that were accepted; the
    dues, for a rate of the dues. A figure asks for hundreds, so what they share is made once.
    """
    rows = place_at("rows")
    if indicator.tally or rows is None:
        shared = to_dues(template=indicator.template_code or None, month=_ANY).address
    else:
        shared = Way(rows, {"template": indicator.template_code, "month": f"{_ANY:%Y-%m}"}).address

    def address(month: date, unit: str | None = None) -> str:
        of_month = shared.replace(f"{_ANY:%Y-%m}", f"{month:%Y-%m}")
        return f"{of_month}&{urlencode({'unit': unit})}" if unit else of_month

    return address


_ANY = date(1000, 1, 1)  # stands for the month until it is known
