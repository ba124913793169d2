"""Handing in by program: workbooks and statements, with the same gate, checks and limits as the page."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from starlette.responses import Response

from data.access import Right
from data.catalogue.in_force import catalogue_in_force
from data.reasons import FIGURE, is_reason
from loaders.arriving import quota
from loaders.arriving.gate import MAX_BYTES
from loaders.checking.recognise import Meant
from loaders.intake.ingest import Receipt, preview, take_in
from loaders.intake.opening import Upload
from loaders.messages import receipt_object
from loaders.statements.declare import Delivered, platform_declaration, zero_report
from web.api.answering import Asked
from web.api.refusals import Refused, answered
from web.api.sent import Part
from web.lanes import FILES
from web.metrics import UPLOADS

_WORDS = ("file_name", "explanation", "unit", "period", "dry_run")
_SAID = ("kind", "unit", "template", "period", "reason", "count", "delivered_on")
_LONGEST = {"file_name": 255, "explanation": 2000, "reason": 200}  # characters; of a reason as on the page


def hand_in(asked: Asked) -> Response:
    """POST /workbooks: one file, alone or in a form; the receipts of what it held.

    Received when its last byte came: a program cannot say that it was earlier.
    """
    asked.only(*_WORDS)
    words, file = _words_and_file(asked)
    if not file.content:
        raise Refused(400, "file")
    if len(file.content) > MAX_BYTES:
        raise Refused(413, "too_large", expected=f"{MAX_BYTES:,}", found=f"{len(file.content):,}")
    upload = _upload(asked, words, file)
    used = quota.used_by(asked.store, asked.at)
    if not used.has_room_for(len(file.content)):
        limits = {"files": quota.MAX_FILES, "size": quota.MAX_BYTES // 1048576}
        raise Refused(429, "quota", {"Retry-After": "3600"}, found=used.files, **limits)
    with FILES.entered():
        if words.get("dry_run") == "true":
            return answered(_objects(preview(asked.store, upload), asked))
        (receipts,) = take_in(asked.store, [upload])
    outcomes = _counted(receipts)
    status = 422 if "returned" in outcomes else 201 if "accepted" in outcomes else 200
    return answered(_objects(receipts, asked), status)


def declare(asked: Asked) -> Response:
    """POST /declarations: a zero report (JSON or form), or a platform delivery with its proof (form)."""
    asked.only()
    words, proof = _declared(asked)
    kind, unit, template_code = (words.get(name, "") for name in ("kind", "unit", "template"))
    unit = unit or asked.person.unit_code or ""
    asked.person.must_have(Right.REPORT, unit)
    who = asked.person.user_name
    period = catalogue_in_force(asked.store).period(template_code, words.get("period", ""))
    about = (unit, template_code, period, asked.at, who)
    if kind == "zero_report":
        receipt = zero_report(asked.store, *about, words.get("reason", ""))
    elif kind == "platform_declaration":
        count, day = _count(words.get("count", "")), _day(words.get("delivered_on", ""))
        given = (proof.content, proof.name) if proof else (b"", "")
        receipt = platform_declaration(asked.store, *about, Delivered(count, day, *given))
    else:
        raise Refused(400, "kind", found=kind[:60])
    _counted([receipt])
    return answered(receipt_object(receipt, asked.locale), 200 if receipt.outcome == "duplicate" else 201)


def _upload(asked: Asked, words: Mapping[str, str], file: Part) -> Upload:
    unit, catalogue = words.get("unit") or asked.person.unit_code, catalogue_in_force(asked.store)
    meant = Meant.of(catalogue, unit, words.get("period"))
    asked.person.must_have(Right.REPORT, unit)
    explanation = words.get("explanation") or None
    if explanation and not is_reason(explanation, FIGURE):
        raise Refused(400, "explanation", expected=FIGURE.min_length)
    if words.get("dry_run", "false") not in ("true", "false"):
        raise Refused(400, "dry_run", found=words["dry_run"][:60])
    return Upload(file.content, file.name, asked.at, asked.person.user_name, explanation, meant)


def _counted(receipts: list[Receipt]) -> set[str]:
    """What became of them, once the figures for monitoring have it."""
    for receipt in receipts:
        UPLOADS.labels(receipt.outcome).inc()
    return {receipt.outcome for receipt in receipts}


def _objects(receipts: list[Receipt], asked: Asked) -> list[dict[str, Any]]:
    return [receipt_object(receipt, asked.locale) for receipt in receipts]


def _words_and_file(asked: Asked) -> tuple[dict[str, str], Part]:
    """What is said, in the query or the form, and the file."""
    said = {name: asked.one_of(name) or "" for name in _WORDS if name in asked.request.query_params}
    if not asked.sent.is_form:
        return _bounded(said), Part(said.get("file_name") or "workbook.xlsx", asked.sent.body)
    if set(asked.sent.words) - set(_WORDS) or len(asked.sent.files) != 1:
        raise Refused(400, "form", expected=", ".join(_WORDS))
    if twice := sorted(set(said) & set(asked.sent.words)):
        raise Refused(400, "twice", name=twice[0], found=2)
    (file,) = asked.sent.files
    words = _bounded({"file_name": file.name} | asked.sent.words | said)
    return words, Part(words["file_name"] or "workbook.xlsx", file.content)


def _declared(asked: Asked) -> tuple[dict[str, str], Part | None]:
    words, files = asked.sent.words, asked.sent.files
    if len(files) > 1:
        raise Refused(400, "form.proofs", found=len(files))
    if not asked.sent.is_form:
        words = _json(asked.sent.body)
    if unknown := sorted(set(words) - set(_SAID)):
        raise Refused(400, "unknown_parameter", expected=", ".join(_SAID), found=unknown[0][:60])
    return _bounded(words), files[0] if files else None


def _json(body: bytes) -> dict[str, str]:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        raise Refused(400, "json") from None
    if not isinstance(said, dict) or not all(type(value) in (str, int) for value in said.values()):
        raise Refused(400, "json.values")
    return {name: str(value) for name, value in said.items()}


def _bounded(words: dict[str, str]) -> dict[str, str]:
    for name, limit in _LONGEST.items():
        if len(words.get(name, "")) > limit:
            raise Refused(400, "too_long", name=name, expected=limit, found=len(words[name]))
    return words


def _count(text: str) -> int | str:
    return int(text) if text.isdecimal() and len(text) < 19 else text[:60]


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused(400, "delivered_on", found=text[:60]) from None
