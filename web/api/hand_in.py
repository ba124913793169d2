"""Handing in by program: workbooks and statements, with the same gate, checks and limits as the page."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from starlette.responses import Response

from data.access import Right
from data.catalogue_store import catalogue_in_force
from data.periods import Cycle, parse_period
from data.queries.submissions import has_sample
from data.store import open_store
from loaders import quota
from loaders.declare import DeclarationFault, known_template, platform_declaration, zero_report
from loaders.explanations import MIN_LENGTH, is_real_explanation
from loaders.gate import MAX_BYTES
from loaders.ingest import Receipt, preview, take_in
from loaders.messages import receipt_object
from loaders.opening import Upload
from loaders.recognise import Meant, written_period
from web.api.answering import Asked, Part, Refused, answered

_WORDS = ("file_name", "explanation", "unit", "period", "dry_run")


def hand_in(asked: Asked) -> Response:
    """POST /workbooks: one file, alone or in a form; the receipts of what it held.

    Received when its last byte came: a program cannot say that it was earlier.
    """
    asked.only(*_WORDS)
    words, file = _words_and_file(asked)
    if file is None or not file.content:
        raise Refused(400, "file", "expected a workbook as the body, or one file in a form, found none")
    if len(file.content) > MAX_BYTES:
        raise Refused(413, "too_large", f"expected at most {MAX_BYTES} bytes, found {len(file.content)}")
    upload = _upload(asked, words, file)
    if words.get("dry_run", "false") == "true":
        return answered(_objects(preview(asked.store, upload), asked), 200)
    used = quota.used_by(asked.store, asked.at)
    if not used.has_room_for(len(file.content)):
        said = f"expected at most {quota.MAX_FILES} files and {quota.MAX_BYTES} bytes a day; {used.files} came already"
        raise Refused(429, "quota", said, Retry_After="3600")
    (receipts,) = take_in(asked.store, [upload])
    outcomes = {receipt.outcome for receipt in receipts}
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
    try:
        template = known_template(catalogue_in_force(asked.store), template_code)
        about = (unit, template_code, _period(words.get("period", ""), template.cycle), asked.at, who)
        if kind == "zero_report":
            receipt = zero_report(asked.store, *about, words.get("reason", ""))
        elif kind == "platform_declaration":
            said = _count(words.get("count", "")), _day(words.get("delivered_on", ""))
            given = (proof.content, proof.name) if proof else (b"", "")
            receipt = platform_declaration(asked.store, *about, *said, *given)
        else:
            raise Refused(400, "kind", f"kind: expected zero_report or platform_declaration, found {kind[:60]!r}")
    except DeclarationFault as fault:
        raise Refused(422, fault.code, fault.words(asked.locale)) from fault
    return answered(receipt_object(receipt, asked.locale), 200 if receipt.outcome == "duplicate" else 201)


def _upload(asked: Asked, words: Mapping[str, str], file: Part) -> Upload:
    unit, period = words.get("unit") or asked.person.unit_code, words.get("period") or None
    if unit and unit not in {one.unit_code for one in catalogue_in_force(asked.store).units}:
        raise Refused(400, "unit", f"unit: expected the code of a unit of the catalogue, found {unit[:60]!r}")
    asked.person.must_have(Right.REPORT, unit)
    if period and not any(written_period(period, cycle) for cycle in Cycle):
        raise Refused(400, "period", f"period: expected a period such as 2026-10 or 2026-Q4, found {period[:60]!r}")
    explanation = words.get("explanation") or None
    if explanation and not is_real_explanation(explanation):
        raise Refused(400, "explanation", f"explanation: expected a real one of at least {MIN_LENGTH} characters")
    if words.get("dry_run", "false") not in ("true", "false"):
        raise Refused(400, "dry_run", f"dry_run: expected true or false, found {words['dry_run'][:60]!r}")
    by = asked.person.user_name
    is_sample = has_sample(open_store())  # what comes into a demonstration is one, as on the page
    return Upload(file.content, file.name, asked.at, by, explanation, is_sample, Meant(unit, period))


def _objects(receipts: list[Receipt], asked: Asked) -> list[dict[str, Any]]:
    return [receipt_object(receipt, asked.locale) for receipt in receipts]


def _words_and_file(asked: Asked) -> tuple[dict[str, str], Part | None]:
    """What is said, in the query or the form, and the file."""
    said = {name: asked.one_of(name) or "" for name in _WORDS if name in asked.request.query_params}
    if not asked.sent.is_form:
        return said, Part(said.get("file_name") or "workbook.xlsx", asked.sent.body)
    if set(asked.sent.words) - set(_WORDS) or len(asked.sent.files) != 1:
        raise Refused(400, "form", f"expected one file and some of {', '.join(_WORDS)} in the form")
    (file,) = asked.sent.files
    words = asked.sent.words | said
    return words, Part(words.get("file_name") or file.name, file.content)


def _declared(asked: Asked) -> tuple[dict[str, str], Part | None]:
    if asked.sent.is_form:
        if len(asked.sent.files) > 1:
            raise Refused(400, "form", f"expected one proof, found {len(asked.sent.files)} files")
        return asked.sent.words, asked.sent.files[0] if asked.sent.files else None
    try:
        said = json.loads(asked.sent.body)
    except (ValueError, RecursionError):
        raise Refused(400, "json", "expected a JSON object or a form") from None
    if not isinstance(said, dict) or not all(type(value) in (str, int) for value in said.values()):
        raise Refused(400, "json", "expected a JSON object of texts and whole numbers")
    return {name: str(value) for name, value in said.items()}, None


def _period(text: str, cycle: Cycle) -> date:
    try:
        return parse_period(text, cycle)
    except ValueError as fault:
        raise Refused(400, "period", f"period: {fault}") from fault


def _count(text: str) -> int | str:
    return int(text) if text.isdecimal() and len(text) < 19 else text[:60]


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused(
            400, "delivered_on", f"delivered_on: expected a day such as 2026-11-18, found {text[:60]!r}"
        ) from None
