"""What the page asks: the returns behind the indicators, the month that is meant, the values of some months."""

from collections.abc import Sequence
from datetime import date, datetime

import pandas

import text
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
    as_of: datetime, by: Sequence[str], last: date, months: int = COURSE, unit_code: str | None = None, code: str = ""
) -> pandas.DataFrame:
    """`data.indicators.values.values` of the months up to one, of one indicator or (code "") of all."""
    returns = asking.ask(returns_behind, as_of, unit_code=unit_code)
    said = asking.ask_daily(doubts, as_of, unit_code=unit_code)
    if code:
        returns, said = (frame[frame["indicator_code"] == code] for frame in (returns, said))
    return values(asking.catalogue(), within(returns, add_months(last, 1 - months), last), said, by)


def behind(code: str, unit: str | None = None, month: date | None = None) -> str:
    """The address of what lies behind a value: the rows that were accepted; the dues, for a rate of the dues."""
    indicator = asking.catalogue().indicator(code)
    dues = to_dues(unit=unit, template=indicator.template_code or None, month=month)
    rows = place_at("rows")
    if indicator.tally or rows is None:
        return dues.address
    asked = {"template": indicator.template_code, "unit": unit or "", "month": f"{month:%Y-%m}" if month else ""}
    return Way(rows, {name: word for name, word in asked.items() if word}).address
