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
from data.supervision.evidence import CaseKind, Verdict
from data.supervision.record import Case, cases
from documents.gather import draft_of
from documents.gather_chronology import courses
from documents.kinds.case_facts import Failing, Issued, UnitRecord
from documents.kinds.commendation import CriticismFacts, PraiseFacts, criticism, praise
from documents.kinds.courses import Course
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
    by_id = {case.case_id: case for case in cases(store, as_of)}
    if missing := [case_id for case_id in case_ids if case_id not in by_id]:
        raise Fault("document.unknown_case", found=missing[0])
    chosen = [by_id[case_id] for case_id in case_ids]
    if not chosen or len({case.kind for case in chosen}) > 1:
        raise Fault("document.kinds")
    if len(chosen) > 1 and chosen[0].kind not in (CaseKind.PRAISE, CaseKind.CRITICISM):
        raise Fault("document.one_case")
    issued = chosen[0].step("issued")
    draft = draft_of(
        store, as_of, number=issued.document_no if issued else "", day=issued.issued_on if issued else None
    )
    draft = replace(draft, **{name: value for name, value in given.items() if value})
    catalogue = catalogue_in_force(store)
    match chosen[0].kind:
        case CaseKind.PRAISE:
            return praise(
                PraiseFacts(draft, _span(chosen), tuple(_praised(catalogue, chosen_case) for chosen_case in chosen))
            )
        case CaseKind.CRITICISM:
            units = tuple(_criticised(catalogue, chosen_case) for chosen_case in chosen)
            return criticism(CriticismFacts(draft, _span(chosen), units, courses=_courses(store, as_of, chosen)))
        case CaseKind.RECTIFICATION:
            facts = _rectification(catalogue, draft, chosen[0], list(by_id.values()))
            return rectification(replace(facts, courses=_courses(store, as_of, chosen)))
        case CaseKind.TALK:
            return talk(_talk(catalogue, draft, chosen[0]))


def _courses(store: Store, as_of: datetime, chosen: Sequence[Case]) -> tuple[Course, ...]:
    """How each due that the cases hold against a unit came to be late."""
    keys = [
        (case.unit_code, item["template_code"], date.fromisoformat(item["period"]))
        for case in chosen
        for item in case.evidence
        if item.get("verdict") in _FAILED
    ]
    return courses(store, as_of, keys, chosen[0].month)


def _unit(catalogue: Catalogue, case: Case) -> str:
    """As the unit was called in the month that the case is about."""
    return catalogue.unit_name(case.unit_code, on=case.month)


def _span(chosen: Sequence[Case]) -> str:
    """2026年9月, or 2026年7月至2026年9月."""
    months = sorted(
        {date.fromisoformat(item["month"]) for case in chosen for item in case.evidence if item.get("month")}
    )
    months = months or sorted(case.month for case in chosen)
    first, last = month_words(months[0]), month_words(months[-1])
    return first if first == last else f"{first}至{last}"


def _praised(catalogue: Catalogue, case: Case) -> UnitRecord:
    counted = [item for item in case.evidence if item["verdict"] not in (Verdict.EXEMPT, Verdict.WAIVED)]
    on_time = sum(item["verdict"] == Verdict.ON_TIME for item in counted)
    months = len({item["month"] for item in counted})
    return UnitRecord(_unit(catalogue, case), len(counted), on_time, remarks=f"连续{months}个月全部按时")


def _criticised(catalogue: Catalogue, case: Case) -> UnitRecord:
    return UnitRecord(_unit(catalogue, case), failings=_failings(catalogue, case))


def _failings(catalogue: Catalogue, case: Case) -> tuple[Failing, ...]:
    clock = catalogue.clock
    cycles = {template.template_code: template.cycle for template in catalogue.templates}
    names = {template.template_code: template.template_name["zh-CN"] for template in catalogue.templates}
    return tuple(
        Failing(
            label(date.fromisoformat(item["period"]), cycles.get(item["template_code"], Cycle.MONTH)),
            names.get(item["template_code"], item["template_code"]),
            clock.local(datetime.fromisoformat(item["deadline"])),
            clock.local(datetime.fromisoformat(item["received_at"])) if item["received_at"] else None,
            item["days_late"],
        )
        for item in case.evidence
        if item.get("verdict") in _FAILED
    )


def _rectification(catalogue: Catalogue, draft: Any, case: Case, every: Sequence[Case]) -> RectificationFacts:
    issued = case.step("issued")
    due_at = catalogue.clock.end(issued.due_date) if issued and issued.due_date else None
    earlier = tuple(
        Issued(other.notice.document_no, day=other.notice.issued_on)
        for other in every
        if other.kind is CaseKind.CRITICISM
        and (other.unit_code, other.month) == (case.unit_code, case.month)
        and other.notice.is_in_force
    )
    return RectificationFacts(draft, _unit(catalogue, case), _failings(catalogue, case), due_at, issued=earlier)


def _talk(catalogue: Catalogue, draft: Any, case: Case) -> TalkFacts:
    criticisms = tuple(
        Issued(item["document_no"], day=date.fromisoformat(item["issued_on"]) if item["issued_on"] else None)
        for item in case.evidence
    )
    return TalkFacts(draft, _unit(catalogue, case), criticisms)
