"""The HTTP API for programs, under /api/v1: the same questions, checks and limits as pages and command line.

openapi.json beside this file documents it; a test holds the two together.
"""

from starlette.routing import Route

from data.access import Right
from data.dues.cycle_answers import CYCLE_QUESTIONS
from web.api.answering import endpoint
from web.api.documents import blank, blanks, document, marked, original, receipt
from web.api.forms import cell, cells
from web.api.hand_in import declare, hand_in
from web.api.indicators import indicators
from web.api.lists import LISTS, listed, of_cycles
from web.api.refusals import Refusing
from web.api.rows import row_layout, row_totals, rows

BASE = "/api/v1"


def routes() -> list[Route]:
    """Every address of the API; what is not there answers in its own form of error, whatever the method."""
    gets = {
        "/openapi.json": endpoint(document, None, is_quick=True),
        "/indicators": endpoint(indicators),
        "/blanks": endpoint(blanks),
        "/blanks/{unit}/{template}/{period}": endpoint(blank),
        "/rows": endpoint(rows),
        "/rows/totals": endpoint(row_totals),
        "/rows/layout": endpoint(row_layout),
        "/receipts/{receipt_no}": endpoint(receipt),
        "/receipts/{receipt_no}/cells": endpoint(cells),
        "/receipts/{receipt_no}/cells/{cell}": endpoint(cell),
        "/receipts/{receipt_no}/original": endpoint(original),
        "/receipts/{receipt_no}/marked": endpoint(marked),
    } | {f"/{name}": endpoint(listed(name)) for name in LISTS}
    gets |= {f"/freshness/{name}": endpoint(of_cycles(name)) for name in CYCLE_QUESTIONS}
    posts = {"/workbooks": endpoint(hand_in, Right.REPORT), "/declarations": endpoint(declare, Right.REPORT)}
    served = [Route(BASE + path, end, methods=["GET"]) for path, end in gets.items()]
    served += [Route(BASE + path, end, methods=["POST"]) for path, end in posts.items()]
    refused = [Route(BASE + path, Refusing("GET, HEAD")) for path in gets]
    refused += [Route(BASE + path, Refusing("POST")) for path in posts]
    return [*served, *refused, *(Route(path, Refusing()) for path in ("/api", "/api/{rest:path}"))]
