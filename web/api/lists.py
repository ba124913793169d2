"""dues, timeliness, late, freshness, anomalies and issues: the rows of the command line's --json, or as CSV."""

import csv
import io
import json
from collections.abc import Callable

from starlette.responses import Response

from data.catalogue_files import CatalogueError
from data.questions import QUESTIONS, Rows, answer
from loaders.cell_text import harmless
from web.api.answering import Asked, Refused, answered

LISTS = tuple(QUESTIONS)


def listed(name: str) -> Callable[[Asked], Response]:
    """What answers the list of this name."""

    def reply(asked: Asked) -> Response:
        asked.only("period", "unit", "as_of", "format")
        wanted = asked.one_of("format") or ("csv" if "text/csv" in asked.request.headers.get("accept", "") else "json")
        if wanted not in ("json", "csv"):
            raise Refused(400, "format", f"format: expected json or csv, found {wanted!r}")
        try:
            rows = answer(asked.store, name, asked.as_of(), asked.one_of("period"), asked.unit())
        except (ValueError, CatalogueError) as fault:
            raise Refused(400, "question", str(fault)) from fault
        if wanted == "json":
            return answered(rows)
        headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
        return Response(as_csv(rows), headers=headers, media_type="text/csv; charset=utf-8")

    return reply


def as_csv(rows: Rows) -> bytes:
    """UTF-8 with its mark, so that spreadsheets read it; a cell that one would run as a formula gets an apostrophe."""
    out = io.StringIO()
    names = list(rows[0]) if rows else []
    writer = csv.writer(out, lineterminator="\r\n")
    if names:
        writer.writerow(names)
    writer.writerows([_cell(row.get(name)) for name in names] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _cell(value: object) -> object:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    return "" if value is None else harmless(value)
