"""Accepted rows by program: a page of them in JSON, all of them as a file, their totals, one column laid out."""

from starlette.responses import Response

from data import audit
from data.access import Right
from data.catalogue.in_force import catalogue_in_force
from data.rows.asked import WORDS, Asked, read
from data.rows.commands import download_act
from data.rows.files import MEDIA, MOST, file_of
from data.rows.handed_out import handed_out
from data.rows.pivot import Pivot
from data.rows.readable import layout_as_read, rows_as_read, totals_as_read
from data.rows.rows import number_of_rows
from web.api import answering
from web.api.answering import tagged
from web.api.documents import file
from web.api.refusals import Refused, answered
from web.lanes import PAPERS

_COUNT = "X-Total-Count"


def rows(request: answering.Asked) -> Response:
    """A page of rows; with format csv, xlsx or parquet all of them, on all pages, as a file."""
    request.only(*WORDS, "as_of", "known_at", "format")
    format_ = request.one_of("format", "json")
    if format_ not in ("json", *MEDIA):
        raise Refused(400, "format.rows", found=format_[:60])
    as_of, asked = request.as_of(), _asked(request)
    if format_ != "json":
        return _taken_away(request, asked, format_)
    response = tagged(request, answered(rows_as_read(request.store_then(), as_of, asked)))
    response.headers[_COUNT] = str(number_of_rows(request.store_then(), as_of, asked))
    return response


def row_totals(request: answering.Asked) -> Response:
    """A figure for each column of numbers, or why there is none."""
    request.only(*_narrowing("limit", "offset", "sort"), "as_of", "known_at")
    return tagged(request, answered(totals_as_read(request.store_then(), request.as_of(), _asked(request))))


def row_layout(request: answering.Asked) -> Response:
    """One column laid out by unit, period, or a column that tells rows apart."""
    request.only(*_narrowing("limit", "offset", "sort", "columns"), "as_of", "known_at", "by", "across", "measure")
    pivot = Pivot(request.one_of("by") or "", request.one_of("across") or None, request.one_of("measure") or "")
    return tagged(request, answered(layout_as_read(request.store_then(), request.as_of(), _asked(request), pivot)))


def _narrowing(*others: str) -> list[str]:
    return [word for word in WORDS if word not in others]


def _asked(request: answering.Asked) -> Asked:
    """Of units only those that the token may read: its own where it has one and names none."""
    words = {word: request.one_of(word) or "" for word in WORDS}
    words["unit"] = words["unit"] or request.person.unit_code or ""
    asked = read(words, catalogue_in_force(request.store))
    for unit_code in asked.units:
        request.person.must_have(Right.READ, unit_code)
    return asked


def _taken_away(request: answering.Asked, asked: Asked, format_: str) -> Response:
    table = handed_out(request.store_then(), request.as_of(), asked, MOST[format_])
    with PAPERS.entered():
        content = file_of(table, format_, request.locale)
    audit.note(request.store, download_act(table.question, f".{format_}", len(table.frame), asked))
    name = f"{table.file_stem}.{format_}"
    return file(content, name, name, MEDIA[format_])
