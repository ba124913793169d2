"""indicators: the rows of `python -m data indicators --json`, or as CSV."""

from starlette.responses import Response

from data.catalogue.in_force import catalogue_in_force
from data.indicators.answers import answer
from data.readable import wanted
from web.api.answering import Asked
from web.api.lists import format_of, in_format


def indicators(asked: Asked) -> Response:
    """Every indicator, or one; by month unless something else is asked for."""
    asked.only("indicator", "by", "period", "unit", "as_of", "known_at", "format")
    format_, period, code = format_of(asked), asked.one_of("period"), asked.one_of("indicator")
    wanted(period)
    if code:
        catalogue_in_force(asked.store).indicator(code)
    by = (asked.one_of("by") or "month").split(",")
    as_of, unit = asked.as_of(), asked.unit()
    return in_format(asked, "indicators", answer(asked.store_then(), as_of, code, by, period, unit), format_)
