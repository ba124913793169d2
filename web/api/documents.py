"""Blank workbooks, receipts and what was received; and the API's own description."""

from pathlib import Path
from urllib.parse import quote

from starlette.responses import Response

from data import audit
from data.access import Right
from data.audit import Act
from data.catalogue_store import catalogue_in_force
from data.periods import label
from data.queries.submissions import original as original_of
from loaders.ingest import Receipt
from loaders.kept import kept_receipt
from loaders.messages import receipt_object
from loaders.offers import Offer, offers
from loaders.returned import can_be_marked, marked_file, marked_name
from web.api.answering import Asked, Refused, answered

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_DOCUMENT = Path(__file__).parent / "openapi.json"


def document(asked: Asked) -> Response:
    """The OpenAPI file."""
    return Response(_DOCUMENT.read_bytes(), media_type="application/json")


def blanks(asked: Asked) -> Response:
    """The blank workbooks of a period, each with where to fetch it."""
    asked.only("period", "unit", "template")
    found = _offers(asked, asked.one_of("period") or "", asked.unit(), asked.one_of("template"))
    return answered([_blank_object(one) for one in found])


def blank(asked: Asked) -> Response:
    """One blank workbook."""
    asked.only()
    unit, template, period = (asked.request.path_params[name] for name in ("unit", "template", "period"))
    asked.person.must_have(Right.READ, unit)
    found = [one for one in _offers(asked, period, unit, template) if _label(one) == period]
    if not found:
        raise Refused(404, "no_blank", f"{unit} owes no {template} of {period}")
    return _file(found[0].make(), found[0].file_name)


def receipt(asked: Asked) -> Response:
    """A receipt as it stands now."""
    asked.only()
    return answered(receipt_object(_receipt(asked), asked.locale))


def original(asked: Asked) -> Response:
    """The file as it was received."""
    asked.only()
    found = _receipt(asked)
    try:
        content = original_of(asked.store, found.sha256)
    except KeyError:
        raise Refused(404, "no_file", f"the file of {found.receipt_no} is not to be had") from None
    audit.note(asked.store, Act("original_downloaded", found.receipt_no, found.unit_code))
    return _file(content, found.file_name, "application/octet-stream")


def marked(asked: Asked) -> Response:
    """A returned file with every issue marked in it."""
    asked.only()
    found = _receipt(asked)
    own = [found] if found.outcome == "returned" else []
    content = None
    if can_be_marked(own):
        name = found.file_name.rpartition("/")[2]
        content = marked_file(original_of(asked.store, found.sha256), name, own, asked.locale)
    if content is None:
        raise Refused(404, "not_marked", f"{found.receipt_no}: no cell of it can be marked")
    audit.note(asked.store, Act("marked_downloaded", found.receipt_no, found.unit_code))
    return _file(content, marked_name(found.file_name.rpartition("/")[2], asked.locale))


def _offers(asked: Asked, period: str, unit: str | None, template: str | None) -> list[Offer]:
    try:
        return offers(catalogue_in_force(asked.store), period, unit, template)
    except ValueError as fault:
        raise Refused(400, "question", str(fault)) from fault


def _blank_object(one: Offer) -> dict[str, str]:
    code, period = one.template.template_code, _label(one)
    return {
        "unit": one.unit_code,
        "template": code,
        "template_name": one.template.template_name["zh-CN"],
        "period": period,
        "due_date": f"{one.due_date:%Y-%m-%d}",
        "file": one.file_name,
        "url": f"/api/v1/blanks/{quote(one.unit_code)}/{quote(code)}/{period}",
    }


def _label(one: Offer) -> str:
    return label(one.period, one.template.cycle)


def _receipt(asked: Asked) -> Receipt:
    """Another unit's is not there: that one exists is no other unit's business."""
    number = asked.request.path_params["receipt_no"]
    found = kept_receipt(asked.store, number, asked.at)
    if found is None:
        raise Refused(404, "no_receipt", f"expected the number of a receipt, found {number[:60]!r}")
    return found


def _file(content: bytes, name: str, media_type: str = XLSX) -> Response:
    safe = quote(name.rpartition("/")[2])
    return Response(
        content, headers={"Content-Disposition": f"attachment; filename*=UTF-8''{safe}"}, media_type=media_type
    )
