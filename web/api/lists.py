"""dues, timeliness, late, freshness, anomalies and issues: the rows of the command line's --json, or as CSV."""

import csv
import io
import json
import math
from collections.abc import Callable, Sequence

from starlette.responses import Response

from data.cell_text import harmless
from data.dues.cycle_answers import cycle_answer
from data.questions import QUESTIONS, answer
from data.readable import Rows, wanted
from web.api.answering import Asked, tagged
from web.api.description import columns_of
from web.api.refusals import Refused, answered, ranked

LISTS = tuple(QUESTIONS)
_FORMATS = {"application/json": "json", "text/csv": "csv"}


def listed(name: str) -> Callable[[Asked], Response]:
    """What answers the list of this name."""

    def reply(asked: Asked) -> Response:
        asked.only("period", "unit", "as_of", "known_at", "format")
        format_, period = format_of(asked), asked.one_of("period")
        wanted(period)  # before the unit: what cannot be read is said first
        as_of, unit = asked.as_of(), asked.unit()
        return in_format(asked, name, answer(asked.store_then(), name, as_of, period, unit), format_)

    return reply


def of_cycles(name: str) -> Callable[[Asked], Response]:
    """What answers a question about what is to come by each template's cycle."""

    def reply(asked: Asked) -> Response:
        asked.only("unit", "as_of", "known_at", "format")
        format_, as_of, unit = format_of(asked), asked.as_of(), asked.unit()
        return in_format(asked, f"freshness/{name}", cycle_answer(asked.store_then(), name, as_of, unit), format_)

    return reply


def in_format(asked: Asked, name: str, rows: Rows, format_: str) -> Response:
    """The rows of the list of this name, as they were asked for."""
    if format_ == "json":
        return tagged(asked, answered(rows))
    headers = {"Content-Disposition": f'attachment; filename="{name.replace("/", "-")}.csv"'}
    content = as_csv(rows, columns_of(name))
    return tagged(asked, Response(content, headers=headers, media_type="text/csv; charset=utf-8"))


def format_of(asked: Asked) -> str:
    """json or csv, as the query says, or else the header."""
    wanted_format = asked.one_of("format")
    if wanted_format is None:
        accepted = ranked(asked.request.headers.get("accept", ""))
        return next((_FORMATS[name] for name in accepted if name in _FORMATS), "json")
    if wanted_format not in _FORMATS.values():
        raise Refused(400, "format", found=wanted_format[:60])
    return wanted_format


def as_csv(rows: Rows, columns: Sequence[str]) -> bytes:
    """UTF-8 with its mark, so that spreadsheets read it; a cell that one would run as a formula gets an apostrophe.

    columns: the names in the first line, which stands there though there is no row.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_cell(row.get(name)) for name in columns] for row in rows)
    return out.getvalue().encode("utf-8-sig", "replace")


def _cell(value: object) -> object:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    return harmless(value)
