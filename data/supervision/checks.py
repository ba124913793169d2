"""What must hold before a case goes on: its evidence, the closing check, a document's number; and why it does not."""

import re
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any

from data.fault import Fault
from data.reasons import DECISION, is_reason
from data.store import Store
from data.supervision import record as queries
from data.supervision.record import Case
from data.supervision.rules import Rules

ALWAYS = datetime(9000, 1, 1, tzinfo=UTC)  # what is there counts, even if a clock was set back since
_NUMBER = re.compile(r"([^\W\d_][\w、·]{0,29})[〔\[［【(（](\d{4})[〕\]］】)）]第?0*([1-9]\d{0,4})号?")


def must_say(reason: str) -> None:
    """Fault where it is no reason."""
    if not is_reason(reason, DECISION):
        raise Fault("supervision.reason", limit=DECISION.min_length)


def normal_number(document_no: str) -> str:
    """鄂州建办通〔2026〕12号, however its brackets were typed. Fault where it is no document number."""
    parts = _NUMBER.fullmatch(re.sub(r"\s", "", document_no))
    if parts is None or not 2000 <= int(parts[2]) <= 2100:
        raise Fault("supervision.document_no", found=document_no[:60])
    return f"{parts[1]}〔{parts[2]}〕{parts[3]}号"


def check_number(store: Store, cases: list[Case], number: str, issued_on: date) -> None:
    """A number belongs to one document: of one kind, one day, and with each unit in it once."""
    units = [case.unit_code for case in cases]
    if len({case.kind for case in cases}) > 1 or len(set(units)) < len(units):
        raise Fault("supervision.together")
    for other in queries.cases(store, ALWAYS):
        issued = other.step("issued")
        if issued is None or issued.document_no != number:
            continue
        if other.kind is not cases[0].kind or issued.issued_on != issued_on or other.unit_code in units:
            raise Fault("supervision.number_taken", found=number, unit_code=other.unit_code, unit=other.unit_code)


def check_evidence(store: Store, case: Case, now: datetime, reason: str) -> dict[str, Any]:
    """Nobody is told off for what no longer stands: then the case is refused, and a change that leaves enough wants a
    reason. The changes go into the trail.
    """
    by_unit = queries.history(store, now, Rules.of(case.rules), case.unit_code)
    notices = [other.notice for other in queries.cases(store, ALWAYS, case.unit_code)]
    changes = queries.changes(case, by_unit, notices)
    if not queries.still_holds(case, by_unit, notices):
        raise Fault("supervision.no_longer", number=len(changes))
    if changes and not is_reason(reason, DECISION):
        raise Fault("supervision.changed", number=len(changes), limit=DECISION.min_length)
    return {"changed": [asdict(change) for change in changes]} if changes else {}


def check_closing(store: Store, case: Case, now: datetime) -> dict[str, Any]:
    """The program's own check: everything named was received, or is owed no more."""
    items = queries.closing_check(case, queries.history(store, now, Rules.of(case.rules), case.unit_code))
    open_ = [f"{item.template_code} {item.period[:7]}" for item in items if not item.settled_by]
    if open_:
        raise Fault("supervision.still_open", number=len(open_), items="、".join(open_))
    return {"check": [asdict(item) for item in items]}
