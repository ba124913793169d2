"""`python -m data supervision …`: proposals, cases and their steps, waivers and thresholds."""

import argparse
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from typing import Any

from data.catalogue.in_force import catalogue_in_force
from data.command_line import add_command, add_moment, asked_then, asked_unit, opened, parse_values, print_rows, tell
from data.periods import month_asked
from data.readable import as_read
from data.store import Store
from data.supervision import cases, waivers
from data.supervision import record as queries
from data.supervision.checks import ALWAYS
from data.supervision.evidence import Candidate
from data.supervision.record import Case
from data.supervision.rules import Rules
from data.supervision.waivers import Ground, Waiving


def add_parsers(commands: Any) -> None:
    """Add the command and its words to the sub-commands of a parser."""
    text = "praise, criticism, rectification, talks: proposed, checked, decided, issued, closed"
    group = commands.add_parser("supervision", help=text, description=text)
    group = group.add_subparsers(required=True, metavar="COMMAND")
    for name, run, about in (
        ("candidates", _candidates, "what the rules propose and nobody has taken up"),
        ("list", _list, "every case, and where it stands"),
        ("waivers", _waivers, "every waiver"),
    ):
        command = _add(group, name, run, about)
        command.add_argument("--unit", help="a unit's code")
        add_moment(command)
        if name != "waivers":
            command.add_argument("--period", help="a month: 2026-10")
    _add(group, "show", _show, "a case or a proposal with its evidence and steps", "case")
    _add(group, "open", _open, "the office has checked a proposal: its evidence is frozen", "case", reason=False)
    decide = _add(group, "decide", _decide, "record what a leader decided on paper", "case")
    way = decide.add_mutually_exclusive_group(required=True)
    way.add_argument("--approve", action="store_true")
    way.add_argument("--decline", action="store_true")
    decide.add_argument("--by", required=True, help="the leader's name")
    issue = _add(group, "issue", _issue, "approved cases went out as one document", reason=False)
    issue.add_argument("cases", nargs="+", metavar="CASE")
    issue.add_argument("--no", required=True, help="the document's number, such as 鄂州建办通〔2026〕12号")
    issue.add_argument("--on", help="the document's day; default: today")
    issue.add_argument("--due", help="until when to rectify; default: as the rules say")
    _add(group, "rectified", _step(cases.rectified), "everything named has come in", "case", reason=False)
    _add(group, "close", _step(cases.close), "done with", "case", reason=False)
    _add(
        group,
        "drop",
        _step(cases.drop),
        "before it is issued: waived; after: withdrawn, no longer counts",
        "case",
    )
    waive = _add(group, "waive", _waive, "hold what is late or missing of a month against nobody")
    waive.add_argument("--period", required=True)
    waive.add_argument("--ground", required=True, choices=[ground.value for ground in Ground])
    waive.add_argument("--unit")
    waive.add_argument("--template")
    waive.add_argument("--document", default="", help="number of the document that says so")
    _add(group, "unwaive", _unwaive, "take waivers back").add_argument("waivers", nargs="+", metavar="WAIVER")
    rules = _add(group, "rules", _rules, "the thresholds; NAME=VALUE changes one", reason=False)
    rules.add_argument("values", nargs="*", metavar="NAME=VALUE")


def _add(
    group: Any, name: str, run: Callable[[Store, argparse.Namespace], int], text: str, *what: str, reason: bool = True
) -> argparse.ArgumentParser:
    command = add_command(group, name, lambda options: run(opened(), options), text)
    for argument in what:
        command.add_argument(argument, help="an id, or its first 6 characters or more" if argument == "case" else None)
    if name not in ("candidates", "list", "waivers", "show", "rules"):
        command.add_argument("--reason", default="", required=reason)
    return command


def _candidates(store: Store, options: argparse.Namespace) -> int:
    store, as_of = asked_then(store, options)
    month = month_asked(options.period) if options.period else None
    proposals = queries.candidates(store, as_of, month, asked_unit(store, options.unit))
    print_rows(_shown([_candidate_row(store, proposal, options.json) for proposal in proposals], options), options)
    return 0


def _list(store: Store, options: argparse.Namespace) -> int:
    store, as_of = asked_then(store, options)
    month = month_asked(options.period) if options.period else None
    every = queries.cases(store, as_of, asked_unit(store, options.unit))
    print_rows(_shown([case_row(store, case) for case in every if month in (None, case.month)], options), options)
    return 0


def _show(store: Store, options: argparse.Namespace) -> int:
    now, case_id = store.now(), _found(store, options.case)
    case = next(iter(queries.cases(store, ALWAYS, case_id=case_id)), None)
    if case is None:
        proposal = next(proposal for proposal in queries.candidates(store, now) if proposal.case_id == case_id)
        return tell(options, _candidate_row(store, proposal, is_whole=True))
    by_unit = queries.history(store, now, Rules.of(case.rules), case.unit_code)
    notices = [other.notice for other in queries.cases(store, ALWAYS, case.unit_code)]
    row = case_row(store, case) | {"evidence": case.evidence}
    row["changes"] = [asdict(other) for other in queries.changes(case, by_unit, notices)]
    row["holds"] = queries.still_holds(case, by_unit, notices)
    row["steps"] = [_plain(asdict(step)) for step in case.steps]
    return tell(options, row)


def _open(store: Store, options: argparse.Namespace) -> int:
    case_id = _found(store, options.case)
    return tell(options, case_row(store, cases.open_case(store, case_id, store.now(), options.reason)))


def _decide(store: Store, options: argparse.Namespace) -> int:
    case_id, now = _found(store, options.case), store.now()
    made = cases.decide(store, case_id, options.approve, now, options.reason, options.by)
    return tell(options, case_row(store, made))


def _issue(store: Store, options: argparse.Namespace) -> int:
    ids = [_found(store, given) for given in options.cases]
    on, due = (date.fromisoformat(day) if day else None for day in (options.on, options.due))
    made = cases.issue(store, ids, options.no, store.now(), on, due, options.reason)
    print_rows([case_row(store, case) for case in made], options)
    return 0


def _step(take: Callable[..., Case]) -> Callable[[Store, argparse.Namespace], int]:
    def run(store: Store, options: argparse.Namespace) -> int:
        made = take(store, _found(store, options.case), store.now(), options.reason)
        return tell(options, case_row(store, made))

    return run


def _waive(store: Store, options: argparse.Namespace) -> int:
    month, now = month_asked(options.period), store.now()
    about = (asked_unit(store, options.unit), options.template, options.document)
    waived = waivers.waive(store, Waiving(Ground(options.ground), month, options.reason, *about), now)
    rows = [{"unit": unit, "template": template, "period": f"{period:%Y-%m}"} for unit, template, period in waived]
    print_rows(rows, options)
    return 0


def _unwaive(store: Store, options: argparse.Namespace) -> int:
    holding = queries.waivers(store, ALWAYS, is_active=True)["waiver_id"].tolist()
    ids = [
        _only([waiver_id for waiver_id in holding if waiver_id.startswith(given)], given) for given in options.waivers
    ]
    waivers.end_waivers(store, ids, store.now(), options.reason)
    return tell(options, {"ended": ids})


def _waivers(store: Store, options: argparse.Namespace) -> int:
    store, as_of = asked_then(store, options)
    rows = queries.waivers(store, as_of, asked_unit(store, options.unit))
    catalogue = catalogue_in_force(store)
    rows = rows.astype(object).where(rows.notna(), None)
    print_rows([as_read(row, catalogue) for row in rows.to_dict("records")], options)
    return 0


def _rules(store: Store, options: argparse.Namespace) -> int:
    if options.values:
        cases.set_rules(store, parse_values(options.values), store.now())
    return tell(options, asdict(queries.rules_at(store, ALWAYS)))


def _shown(rows: list[dict[str, Any]], options: argparse.Namespace) -> list[dict[str, Any]]:
    """For eyes: ids as short as they may be typed, reasons as `days 4 (4)`."""
    if options.json:
        return rows
    said = [
        ", ".join(f"{words['code']} {words['number']} ({words['limit']})" for words in row["reasons"]) for row in rows
    ]
    return [row | {"case_id": row["case_id"][:8], "reasons": reason} for row, reason in zip(rows, said, strict=True)]


def case_row(store: Store, case: Case) -> dict[str, Any]:
    """A case as programs read it."""
    issued, decided = case.step("issued"), case.step("approved", "declined")
    row = {"case_id": case.case_id, "kind": case.kind.value, "unit": case.unit_code}
    row |= {"unit_name": catalogue_in_force(store).unit_name(case.unit_code), "month": f"{case.month:%Y-%m}"}
    row |= {"state": case.state, "document_no": issued.document_no if issued else None}
    row |= {"issued_on": issued and issued.issued_on and issued.issued_on.isoformat()}
    row |= {"due_date": issued and issued.due_date and issued.due_date.isoformat()}
    row["decided_by"] = decided and (decided.details.get("decided_by") or decided.user_name)
    return row | {"reasons": case.reasons, "reason": case.steps[-1].reason or None}


def _candidate_row(store: Store, proposal: Candidate, is_whole: bool) -> dict[str, Any]:
    row = {"case_id": proposal.case_id, "kind": proposal.kind.value, "unit": proposal.unit_code}
    row |= {"unit_name": catalogue_in_force(store).unit_name(proposal.unit_code), "month": f"{proposal.month:%Y-%m}"}
    row |= {"reasons": [asdict(reason) for reason in proposal.reasons]}
    return row | ({"evidence": proposal.evidence} if is_whole else {"evidence": len(proposal.evidence)})


def _found(store: Store, given: str) -> str:
    """The whole id of a case or a proposal."""
    case_ids = {case.case_id for case in queries.cases(store, ALWAYS)}
    case_ids |= {candidate.case_id for candidate in queries.candidates(store, store.now())}
    return _only([case_id for case_id in sorted(case_ids) if case_id.startswith(given)], given)


def _only(ids: list[str], given: str) -> str:
    if len(given) < 6 or len(ids) != 1:
        raise ValueError(f"expected an id, or at least 6 first characters of just one, found {given!r}")
    return ids[0]


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in row.items()}
