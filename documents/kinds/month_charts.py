"""The two charts of a month: on-time rates by unit, and rates of the last months."""

from fractions import Fraction

from data.dues.digits import hundredths
from documents.kinds.month_facts import MonthFacts
from documents.layout.native_charts import Chart, Series
from documents.wording import month_words, plain

_ROW = 5.2  # mm for a bar


def rates_by_unit(facts: MonthFacts) -> Chart:
    """Bars in the bureau's official order; a unit without a rate has no bar."""
    rated = [unit for unit in facts.owing if unit.now.told_on_time_rate is not None]
    values = tuple(_percent(unit.now.told_on_time_rate) for unit in rated)
    height = min(200.0, 14 + _ROW * len(rated))
    names = tuple(_short(unit.unit_name) for unit in rated)
    about = f"{month_words(facts.month)}各单位按时率，{len(rated)}个单位"
    return Chart(True, names, (Series("按时率", values),), height, about)


def rates_by_month(facts: MonthFacts) -> Chart:
    """Lines; a month in which nothing was due, or that is not over, is a gap."""
    months = tuple(f"{month.year % 100}年{month.month}月" for month, _ in facts.trend)
    series = (
        Series("按时率", tuple(_percent(tally.told_on_time_rate) for _, tally in facts.trend)),
        Series("报送率", tuple(_percent(tally.told_reporting_rate) for _, tally in facts.trend)),
    )
    return Chart(False, months, series, 70.0, f"截至{month_words(facts.month)}的近{len(months)}个月报送率和按时率")


def _percent(rate: Fraction | None) -> float | None:
    """As it is printed, 95.24."""
    written = hundredths(rate)
    return None if written is None else written / 100


def _short(name: str) -> str:
    return plain(name) if len(name) <= 14 else plain(name[:13]) + "…"
