"""The notice of a supervision case as a draft: what the case rests on, in the form that its kind has."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from data.catalogue.in_force import catalogue_in_force
from data.catalogue.model import Catalogue
from data.fault import Fault
from data.periods import Cycle, label
from data.store import Store
from data.supervision.evidence import Kind, Verdict
from data.supervision.record import Case, cases
from documents.gather import draft_of
from documents.kinds.case_facts import Failing, Issued, UnitRecord
from documents.kinds.commendation import CriticismFacts, PraiseFacts, criticism, praise
from documents.kinds.rectification import RectificationFacts, rectification
from documents.kinds.talk import TalkFacts, talk
from documents.layout.paper import Paper
from documents.wording import month_words

_FAILED = (Verdict.LATE, Verdict.OMITTED)


def draft_cases(store: Store, as_of: datetime, case_ids: Sequence[str], **given: Any) -> Paper:
    """The document of one case, or of several units that are praised or criticised together. What has been decided
    since (document number, day, time limit) stands in it; what people still decide is a blank. Fault for cases
    that are not there, or that do not go into one document.
    """
    known = {case.case_id: case for case in cases(store, as_of)}
    if missing := [one for one in case_ids if one not in known]:
        raise Fault("document.unknown_case", found=missing[0])
    own = [known[one] for one in case_ids]
    if not own or len({case.kind for case in own}) > 1:
        raise Fault("document.kinds")
    if len(own) > 1 and own[0].kind not in (Kind.PRAISE, Kind.CRITICISM):
        raise Fault("document.one_case")
    issued = own[0].step("issued")
    draft = draft_of(
        store, as_of, number=issued.document_no if issued else "", day=issued.issued_on if issued else None
    )
    draft = replace(draft, **{name: value for name, value in given.items() if value})
    catalogue = catalogue_in_force(store)
    match own[0].kind:
        case Kind.PRAISE:
            return praise(PraiseFacts(draft, _span(own), tuple(_praised(catalogue, one) for one in own)))
        case Kind.CRITICISM:
            return criticism(CriticismFacts(draft, _span(own), tuple(_criticised(catalogue, one) for one in own)))
        case Kind.RECTIFICATION:
            return rectification(_rectification(catalogue, draft, own[0], list(known.values())))
        case Kind.TALK:
            return talk(_talk(catalogue, draft, own[0]))


def _unit(catalogue: Catalogue, case: Case) -> str:
    """As the unit was called in the month that the case is about."""
    return catalogue.unit_name(case.unit_code, on=case.month)


def _span(own: Sequence[Case]) -> str:
    """2026年9月, or 2026年7月至2026年9月."""
    months = sorted({date.fromisoformat(one["month"]) for case in own for one in case.evidence if one.get("month")})
    months = months or sorted(case.month for case in own)
    first, last = month_words(months[0]), month_words(months[-1])
    return first if first == last else f"{first}至{last}"


def _praised(catalogue: Catalogue, case: Case) -> UnitRecord:
    counted = [one for one in case.evidence if one["verdict"] not in (Verdict.EXEMPT, Verdict.WAIVED)]
    on_time = sum(one["verdict"] == Verdict.ON_TIME for one in counted)
    months = len({one["month"] for one in counted})
    return UnitRecord(_unit(catalogue, case), len(counted), on_time, remarks=f"连续{months}个月全部按时")


def _criticised(catalogue: Catalogue, case: Case) -> UnitRecord:
    return UnitRecord(_unit(catalogue, case), failings=_failings(catalogue, case))


def _failings(catalogue: Catalogue, case: Case) -> tuple[Failing, ...]:
    clock = catalogue.clock
    cycles = {template.template_code: template.cycle for template in catalogue.templates}
    names = {template.template_code: template.template_name["zh-CN"] for template in catalogue.templates}
    return tuple(
        Failing(
            label(date.fromisoformat(one["period"]), cycles.get(one["template_code"], Cycle.MONTH)),
            names.get(one["template_code"], one["template_code"]),
            clock.local(datetime.fromisoformat(one["deadline"])),
            clock.local(datetime.fromisoformat(one["received_at"])) if one["received_at"] else None,
            one["days_late"],
        )
        for one in case.evidence
        if one.get("verdict") in _FAILED
    )


def _rectification(catalogue: Catalogue, draft: Any, case: Case, every: Sequence[Case]) -> RectificationFacts:
    issued = case.step("issued")
    due_at = catalogue.clock.end(issued.due_date) if issued and issued.due_date else None
    earlier = tuple(
        Issued(one.notice.document_no, day=one.notice.issued_on)
        for one in every
        if one.kind is Kind.CRITICISM
        and (one.unit_code, one.month) == (case.unit_code, case.month)
        and one.notice.is_in_force
    )
    return RectificationFacts(draft, _unit(catalogue, case), _failings(catalogue, case), due_at, issued=earlier)


def _talk(catalogue: Catalogue, draft: Any, case: Case) -> TalkFacts:
    criticisms = tuple(
        Issued(one["document_no"], day=date.fromisoformat(one["issued_on"]) if one["issued_on"] else None)
        for one in case.evidence
    )
    return TalkFacts(draft, _unit(catalogue, case), criticisms)
