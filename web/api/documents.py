"""Blank workbooks, receipts and what was received; and the API's own description."""

import re
from pathlib import PurePath
from urllib.parse import quote

from starlette.responses import Response

from data import audit
from data.access import Right
from data.audit import Act
from data.catalogue.in_force import catalogue_in_force
from data.dues.timeliness import known_deadlines
from data.periods import label
from data.submissions.received import original as original_of
from loaders.blank.offers import Offer, offers
from loaders.intake.ingest import Receipt
from loaders.intake.kept import kept_receipt
from loaders.messages import receipt_object
from loaders.returned import can_be_marked, marked_file, marked_name
from web.api.answering import Asked, tagged
from web.api.description import DOCUMENT
from web.api.refusals import Refused, answered
from web.lanes import PAPERS

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def document(asked: Asked) -> Response:
    """The OpenAPI file."""
    asked.only()
    return tagged(asked, Response(DOCUMENT.read_bytes(), media_type="application/json"))


def blanks(asked: Asked) -> Response:
    """The blank workbooks of a period, each with where to fetch it."""
    asked.only("period", "unit", "template")
    every = _offers(asked, asked.one_of("period") or "", asked.unit(), asked.one_of("template"))
    return tagged(asked, answered([_blank_object(offer) for offer in every]))


def blank(asked: Asked) -> Response:
    """One blank workbook."""
    asked.only()
    unit, template, period = (asked.request.path_params[name] for name in ("unit", "template", "period"))
    catalogue_in_force(asked.store).unit(unit)
    asked.person.must_have(Right.READ, unit)
    offers = [offer for offer in _offers(asked, period, unit, template) if _label(offer) == period]
    if not offers:
        raise Refused(404, "no_blank", unit=unit, template=template, period=period)
    with PAPERS.entered():
        content = offers[0].make()
    return file(content, offers[0].file_name, f"{template}_{unit}_{period}.xlsx")


def receipt(asked: Asked) -> Response:
    """A receipt as it stands now."""
    asked.only()
    return answered(receipt_object(_receipt(asked), asked.locale))


def original(asked: Asked) -> Response:
    """The file as it was received."""
    asked.only()
    receipt = _receipt(asked)
    try:
        content = original_of(asked.store, receipt.sha256)
    except KeyError:
        raise Refused(404, "no_file", found=receipt.receipt_no) from None
    audit.note(asked.store, Act("original_downloaded", receipt.receipt_no, receipt.unit_code))
    plain = f"{receipt.receipt_no}{PurePath(receipt.file_name).suffix}"
    return file(content, receipt.file_name, plain, "application/octet-stream")


def marked(asked: Asked) -> Response:
    """A returned file with every issue marked in it."""
    asked.only()
    receipt = _receipt(asked)
    receipts = [receipt] if receipt.outcome != "accepted" else []
    marked_copy = None
    if can_be_marked(receipts):
        name = receipt.file_name.rpartition("/")[2]
        marked_copy = marked_file(original_of(asked.store, receipt.sha256), name, receipts, asked.locale)
    if marked_copy is None:
        raise Refused(404, "not_marked", found=receipt.receipt_no)
    audit.note(asked.store, Act("marked_downloaded", receipt.receipt_no, receipt.unit_code))
    name = marked_name(receipt.file_name.rpartition("/")[2], asked.locale)
    return file(marked_copy.content, name, f"{receipt.receipt_no}_marked.xlsx")


def _offers(asked: Asked, period: str, unit: str | None, template: str | None) -> list[Offer]:
    catalogue = catalogue_in_force(asked.store)
    if template is not None:
        catalogue.template(template)
    return offers(catalogue, period, unit, template, known_deadlines(asked.store, asked.at))


def _blank_object(offer: Offer) -> dict[str, str]:
    code, period = offer.template.template_code, _label(offer)
    return {
        "unit": offer.unit_code,
        "template": code,
        "template_name": offer.template.template_name["zh-CN"],
        "period": period,
        "due_date": f"{offer.due_date:%Y-%m-%d}",
        "file": offer.file_name,
        "url": f"/api/v1/blanks/{quote(offer.unit_code)}/{quote(code)}/{period}",
    }


def _label(offer: Offer) -> str:
    return label(offer.period, offer.template.cycle)


def _receipt(asked: Asked) -> Receipt:
    """Another unit's is not there: that one exists is no other unit's business."""
    number = asked.request.path_params["receipt_no"]
    receipt = kept_receipt(asked.store, number, asked.at)
    if receipt is None:
        raise Refused(404, "no_receipt", found=number[:60])
    return receipt


def file(content: bytes, name: str, plain: str, media_type: str = XLSX) -> Response:
    """An answer that is a file. plain: a name for programs that read no other letters than ASCII's (curl -OJ)."""
    safe = quote(name.rpartition("/")[2].encode("utf-8", "replace"))
    ascii_only = re.sub(r"[^\w.-]", "_", plain, flags=re.ASCII)
    said = f"attachment; filename=\"{ascii_only}\"; filename*=UTF-8''{safe}"
    return Response(content, headers={"Content-Disposition": said}, media_type=media_type)
