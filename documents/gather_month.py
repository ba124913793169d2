"""From the store to a month's facts, for circular and bulletin: one question for all counts, so that they add up."""

from collections import Counter
from datetime import date, datetime
from typing import Any

import pandas

from data.catalogue.in_force import catalogue_in_force
from data.catalogue.model import Catalogue
from data.dues.rounds import coming_deadlines
from data.dues.tally import OWED, tally_of
from data.dues.timeliness import dues
from data.periods import Cycle, add_months, closing_month
from data.store import Store
from data.submissions.received import issues, submissions
from documents.draft import Draft
from documents.gather import draft_of, period_label, template_name, unit_order
from documents.kinds.month_facts import MonthFacts, Problem, Quality, UnitMonth
from documents.wording import moment_words

TREND = 12  # months
_KEY = ["unit_code", "template_code", "period"]
_EVERYTHING = 10_000_000


def month_facts(store: Store, as_of: datetime, month: date, **given: Any) -> MonthFacts:
    """The month's counts, the month before, twelve months of rates, quality and problems, as of a moment.

    Names are those that the units bore on the round's last day in time, or on the day of as_of where that is earlier.
    """
    draft = draft_of(store, as_of, **given)
    catalogue = catalogue_in_force(store)
    every = dues(store, as_of)
    own, before = _of_month(every, month), _of_month(every, add_months(month, -1))
    on = min([draft.as_of.date(), *([own["due_date"].max().date()] if not own.empty else [])])
    names = {code: catalogue.unit_name(code, on=on) for code in _units(catalogue, own, before)}
    files = _files(store, as_of, catalogue)
    found = issues(store, as_of)
    return MonthFacts(
        draft,
        month,
        tuple(_unit_month(name, own, before, code) for code, name in names.items()),
        tuple((one, tally_of(_of_month(every, one))) for one in _trend_months(month)),
        tuple((code, template_name(catalogue, code)) for code in _templates(catalogue, own)),
        _quality(files, found, month, names, own),
        _quality(files, found, add_months(month, -1), {}, before),
        tuple(_problems(catalogue, own, files, found, month, names, draft)),
        _deadlines(catalogue, own),
        tuple(coming_deadlines(store, as_of, add_months(month, 1))),
        _moments(catalogue, own[own["is_extended"].astype(bool)]),
    )


def _trend_months(month: date) -> list[date]:
    return [add_months(month, -back) for back in range(TREND - 1, -1, -1)]


def _of_month(found: pandas.DataFrame, month: date) -> pandas.DataFrame:
    return found[found["month"] == pandas.Timestamp(month)]


def _units(catalogue: Catalogue, *found: pandas.DataFrame) -> list[str]:
    """In the official order: who owes anything under the catalogue, and whoever owed in these months."""
    owing = {one.unit_code for one in catalogue.obligations}.union(*(set(one["unit_code"]) for one in found))
    order = unit_order(catalogue)
    return [code for code in order if code in owing] + sorted(owing - set(order))


def _templates(catalogue: Catalogue, own: pandas.DataFrame) -> list[str]:
    owed = set(own["template_code"])
    order = [template.template_code for template in catalogue.templates]
    return [code for code in order if code in owed] + sorted(owed - set(order))


def _unit_month(name: str, own: pandas.DataFrame, before: pandas.DataFrame, code: str) -> UnitMonth:
    mine = own[own["unit_code"] == code]
    marks: dict[str, list[str]] = {}
    for due in mine.itertuples():
        marks.setdefault(due.template_code, []).append(_mark(due))
    joined = {template: "\n".join(words) for template, words in marks.items()}
    return UnitMonth(name, tally_of(mine), tally_of(before[before["unit_code"] == code]), joined)


def _mark(due: Any) -> str:
    if due.status == "on_time":
        return {"zero_report": "零", "platform_declaration": "平"}.get(due.kind, "√")
    return {"late": f"迟{due.days_late}", "missing": "未报", "pending": "待报", "exempt": "免"}.get(
        due.status, due.status
    )


def _files(store: Store, as_of: datetime, catalogue: Catalogue) -> pandas.DataFrame:
    """Every file, with the month in which its period closes; None where it could not be recognised."""
    found = submissions(store, as_of, limit=_EVERYTHING)
    return found.assign(month=_closing(found, catalogue))


def _closing(found: pandas.DataFrame, catalogue: Catalogue) -> list[date | None]:
    cycles = {template.template_code: template.cycle for template in catalogue.templates}
    return [
        None
        if pandas.isna(one.period)
        else closing_month(one.period.date(), cycles.get(one.template_code, Cycle.MONTH))
        for one in found.itertuples()
    ]


def _returned(files: pandas.DataFrame, month: date, own: pandas.DataFrame) -> pandas.DataFrame:
    """The month's files that were sent back, of reports that are due."""
    found = files[(files["month"] == month) & (files["outcome"] == "returned")]
    return found[found.set_index(_KEY).index.isin(own.set_index(_KEY).index)] if not found.empty else found


def _open_reports(returned: pandas.DataFrame, own: pandas.DataFrame) -> pandas.DataFrame:
    """The dues of returned files that were not received by any file: one row a report, with `files`."""
    counted = returned.groupby(_KEY, as_index=False).size().rename(columns={"size": "files"})
    owed = own.loc[own["status"].isin(OWED), _KEY]
    return counted.merge(owed, on=_KEY)


def _quality(
    files: pandas.DataFrame, found: pandas.DataFrame, month: date, names: dict[str, str], own: pandas.DataFrame
) -> Quality:
    returned = _returned(files, month, own)
    by_unit = Counter(returned["unit_code"])
    checks = _checks(files, found, month, own)
    return Quality(
        len(returned),
        len(returned.drop_duplicates(_KEY)),
        len(_open_reports(returned, own)),
        len(checks),
        int((checks["explanation"].fillna("") != "").sum()),
        tuple((name, by_unit[code]) for code, name in names.items() if by_unit[code]),
    )


def _checks(files: pandas.DataFrame, found: pandas.DataFrame, month: date, own: pandas.DataFrame) -> pandas.DataFrame:
    """The 核实性 issues of the newest accepted file of each of the month's dues."""
    accepted = files[(files["month"] == month) & (files["outcome"] == "accepted")]
    newest = accepted.sort_values(["received_at", "version"]).drop_duplicates(_KEY, keep="last")
    counting = newest.merge(own[_KEY], on=_KEY)["submission_id"]
    return found[(found["severity"] == "check") & found["submission_id"].isin(counting)]


def _problems(
    catalogue: Catalogue,
    own: pandas.DataFrame,
    files: pandas.DataFrame,
    found: pandas.DataFrame,
    month: date,
    names: dict[str, str],
    draft: Draft,
) -> list[Problem]:
    """By unit in the official order, then template: missing, late, returned and not sent again, explained checks."""
    lines = []
    for due in own[own["status"].isin(["missing", "late"])].itertuples():
        if due.status == "missing":
            details = f"截至{moment_words(draft.as_of)}已过{due.days_late}天"
        else:
            details = f"{moment_words(catalogue.clock.local(due.first_received_at))}收到，迟{due.days_late}天"
        lines.append((due, {"missing": "未报", "late": "迟报"}[due.status], details))
    for one in _open_reports(_returned(files, month, own), own).itertuples():
        lines.append((one, "退回未重报", f"退回{one.files}件，尚未重报"))
    checks = _checks(files, found, month, own).groupby(_KEY, as_index=False).size()
    lines += [(one, "核实性问题", f"{one.size}处") for one in checks.itertuples(name="Check")]
    order = {code: place for place, code in enumerate(names)}
    lines.sort(key=lambda line: (order[line[0].unit_code], line[0].template_code, line[0].period))
    return [
        Problem(
            names[one.unit_code],
            template_name(catalogue, one.template_code),
            period_label(catalogue, one.template_code, one.period),
            what,
            details,
        )
        for one, what, details in lines
    ]


def _deadlines(catalogue: Catalogue, found: pandas.DataFrame) -> tuple[datetime, ...]:
    """Of a round: what was not granted by extension, unless all was."""
    known = found[found["status"] != "exempt"]
    common = known[known["change_kind"] != "extension"]
    return _moments(catalogue, known if common.empty else common)


def _moments(catalogue: Catalogue, found: pandas.DataFrame) -> tuple[datetime, ...]:
    return tuple(catalogue.clock.local(one) for one in found["deadline"].drop_duplicates().sort_values())
