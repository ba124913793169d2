"""The HTTP API for programs, under /api/v1: the same questions, checks and limits as pages and command line.

openapi.json beside this file documents it; a test holds the two together.
"""

from starlette.routing import Route

from web.api.answering import endpoint, not_found, wrong_method
from web.api.documents import blank, blanks, document, marked, original, receipt
from web.api.hand_in import declare, hand_in
from web.api.lists import LISTS, listed

BASE = "/api/v1"


def routes() -> list[Route]:
    """Every address of the API; what is not there answers in its own form of error."""
    gets = {
        "/openapi.json": endpoint(document, None),
        "/blanks": endpoint(blanks),
        "/blanks/{unit}/{template}/{period}": endpoint(blank),
        "/receipts/{receipt_no}": endpoint(receipt),
        "/receipts/{receipt_no}/original": endpoint(original),
        "/receipts/{receipt_no}/marked": endpoint(marked),
    } | {f"/{name}": endpoint(listed(name)) for name in LISTS}
    posts = {"/workbooks": endpoint(hand_in), "/declarations": endpoint(declare)}
    known = [Route(BASE + path, end, methods=["GET"]) for path, end in gets.items()]
    known += [Route(BASE + path, end, methods=["POST"]) for path, end in posts.items()]
    others = ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
    refused = [Route(BASE + path, wrong_method("GET, HEAD"), methods=others) for path in gets]
    refused += [Route(BASE + path, wrong_method("POST"), methods=["GET", *others[1:]]) for path in posts]
    rest = [Route(path, not_found, methods=["GET", *others]) for path in ("/api", "/api/{rest:path}")]
    return [*known, *refused, *rest]
