"""A submission cell by cell, and all that is known of one cell."""

from starlette.responses import Response

from data.forms.answers import MOST, Form, Part, cell_object, form_object, form_of
from web.api.answering import Asked, tagged
from web.api.refusals import Refused, answered


def cells(asked: Asked) -> Response:
    """The filled cells of a submission, so many at once."""
    asked.only("sheet", "limit", "offset", "as_of", "known_at")
    part = Part(asked.one_of("sheet"), _number(asked, "limit", 1000, 1, MOST), _number(asked, "offset", 0, 0, 10**9))
    return tagged(asked, answered(form_object(_form(asked), part)))


def cell(asked: Asked) -> Response:
    """One cell with its rules, versions, flags and issues."""
    asked.only("sheet", "as_of", "known_at")
    name = asked.request.path_params["cell"]
    known = cell_object(_form(asked), name, asked.one_of("sheet"))
    if known is None:
        raise Refused(404, "no_cell", found=name[:60])
    return tagged(asked, answered(known))


def _form(asked: Asked) -> Form:
    number = asked.request.path_params["receipt_no"]
    form = form_of(asked.store_then(), asked.as_of(), number)
    if form is None:
        raise Refused(404, "no_receipt", found=number[:60])
    return form


def _number(asked: Asked, name: str, default: int, least: int, most: int) -> int:
    written = asked.one_of(name)
    if written is None:
        return default
    if not (written.isascii() and written.isdecimal() and len(written) < 12 and least <= int(written) <= most):
        raise Refused(400, "number", name=name, least=least, most=most, found=written[:60])
    return int(written)
