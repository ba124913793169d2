"""From the store to a month's facts, for circular and bulletin: one question for all counts, so that they add up."""

from collections import Counter
from datetime import date, datetime
from typing import Any

import pandas

from data.catalogue.in_force import catalogue_in_force
from data.catalogue.model import Catalogue
from data.dues.freshness import freshness, freshness_tally
from data.dues.rounds import coming_deadlines
from data.dues.tally import OWED, Tally, tally_of
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
    of_month, before = _of_month(every, month), _of_month(every, add_months(month, -1))
    on = min([draft.as_of.date(), *([of_month["due_date"].max().date()] if not of_month.empty else [])])
    names = {code: catalogue.unit_name(code, on=on) for code in _units(catalogue, of_month, before)}
    files = _files(store, as_of, catalogue)
    issue_rows = issues(store, as_of)
    return MonthFacts(
        draft,
        month,
        tuple(_unit_month(name, of_month, before, code) for code, name in names.items()),
        tuple((trend_month, tally_of(_of_month(every, trend_month))) for trend_month in _trend_months(month)),
        tuple((code, template_name(catalogue, code)) for code in _templates(catalogue, of_month)),
        _quality(files, issue_rows, month, names, of_month),
        _quality(files, issue_rows, add_months(month, -1), {}, before),
        tuple(_problems(catalogue, of_month, files, issue_rows, month, names, draft)),
        _deadlines(catalogue, of_month),
        tuple(coming_deadlines(store, as_of, add_months(month, 1))),
        _moments(catalogue, of_month[of_month["is_extended"].astype(bool)]),
        sum(_is_granted(due) for due in of_month.itertuples()),
        freshness_tally(freshness(store, as_of)["state"]),
    )


def _trend_months(month: date) -> list[date]:
    return [add_months(month, -back) for back in range(TREND - 1, -1, -1)]


def _of_month(frame: pandas.DataFrame, month: date) -> pandas.DataFrame:
    return frame[frame["month"] == pandas.Timestamp(month)]


def _units(catalogue: Catalogue, *frames: pandas.DataFrame) -> list[str]:
    """In the official order: who owes anything under the catalogue, and whoever owed in these months."""
    owing = {obligation.unit_code for obligation in catalogue.obligations}.union(
        *(set(frame["unit_code"]) for frame in frames)
    )
    order = unit_order(catalogue)
    return [code for code in order if code in owing] + sorted(owing - set(order))


def _templates(catalogue: Catalogue, of_month: pandas.DataFrame) -> list[str]:
    owed = set(of_month["template_code"])
    order = [template.template_code for template in catalogue.templates]
    return [code for code in order if code in owed] + sorted(owed - set(order))


def _unit_month(name: str, of_month: pandas.DataFrame, before: pandas.DataFrame, code: str) -> UnitMonth:
    mine = of_month[of_month["unit_code"] == code]
    marks: dict[str, list[str]] = {}
    for due in mine.itertuples():
        marks.setdefault(due.template_code, []).append(_mark(due))
    joined = {template: "\n".join(words) for template, words in marks.items()}
    earlier = before[before["unit_code"] == code]
    return UnitMonth(name, tally_of(mine), tally_of(earlier), joined, _alike(mine, earlier))


def _alike(mine: pandas.DataFrame, earlier: pandas.DataFrame) -> tuple[Tally, Tally] | None:
    """Both months of the templates that were due in both; None where no other was."""
    due, before = (set(rows.loc[rows["status"] != "exempt", "template_code"]) for rows in (mine, earlier))
    if due == before:
        return None
    both = due & before
    return tally_of(mine[mine["template_code"].isin(both)]), tally_of(earlier[earlier["template_code"].isin(both)])


def _is_granted(due: Any) -> bool:
    """On time by an extension alone."""
    return due.status == "on_time" and due.first_received_at >= due.planned_deadline


def _mark(due: Any) -> str:
    if due.is_extended:
        return "延期"
    if _is_granted(due):
        return "延"
    if due.status == "on_time":
        return {"zero_report": "零", "platform_declaration": "平"}.get(due.kind, "√")
    return {"late": f"迟{due.days_late}", "missing": "未报", "pending": "待报", "exempt": "免"}.get(
        due.status, due.status
    )


def _files(store: Store, as_of: datetime, catalogue: Catalogue) -> pandas.DataFrame:
    """Every file, with the month in which its period closes; None where it could not be recognised."""
    received = submissions(store, as_of, limit=_EVERYTHING)
    return received.assign(month=_closing(received, catalogue))


def _closing(received: pandas.DataFrame, catalogue: Catalogue) -> list[date | None]:
    cycles = {template.template_code: template.cycle for template in catalogue.templates}
    return [
        None
        if pandas.isna(row.period)
        else closing_month(row.period.date(), cycles.get(row.template_code, Cycle.MONTH))
        for row in received.itertuples()
    ]


def _returned(files: pandas.DataFrame, month: date, of_month: pandas.DataFrame) -> pandas.DataFrame:
    """The month's files that were sent back, of reports that are due."""
    returned = files[(files["month"] == month) & (files["outcome"] == "returned")]
    return (
        returned[returned.set_index(_KEY).index.isin(of_month.set_index(_KEY).index)]
        if not returned.empty
        else returned
    )


def _open_reports(returned: pandas.DataFrame, of_month: pandas.DataFrame) -> pandas.DataFrame:
    """The dues of returned files that were not received by any file: one row per report, with `files`."""
    counted = returned.groupby(_KEY, as_index=False).size().rename(columns={"size": "files"})
    owed = of_month.loc[of_month["status"].isin(OWED), _KEY]
    return counted.merge(owed, on=_KEY)


def _quality(
    files: pandas.DataFrame,
    issue_rows: pandas.DataFrame,
    month: date,
    names: dict[str, str],
    of_month: pandas.DataFrame,
) -> Quality:
    returned = _returned(files, month, of_month)
    by_unit = Counter(returned["unit_code"])
    checks = _checks(files, issue_rows, month, of_month)
    return Quality(
        len(returned),
        len(returned.drop_duplicates(_KEY)),
        len(_open_reports(returned, of_month)),
        len(checks),
        int((checks["explanation"].fillna("") != "").sum()),
        tuple((name, by_unit[code]) for code, name in names.items() if by_unit[code]),
    )


def _checks(
    files: pandas.DataFrame, issue_rows: pandas.DataFrame, month: date, of_month: pandas.DataFrame
) -> pandas.DataFrame:
    """The 核实性 issues of the newest accepted file of each of the month's dues."""
    accepted = files[(files["month"] == month) & (files["outcome"] == "accepted")]
    newest = accepted.sort_values(["received_at", "version"]).drop_duplicates(_KEY, keep="last")
    counting = newest.merge(of_month[_KEY], on=_KEY)["submission_id"]
    return issue_rows[(issue_rows["severity"] == "check") & issue_rows["submission_id"].isin(counting)]


def _problems(
    catalogue: Catalogue,
    of_month: pandas.DataFrame,
    files: pandas.DataFrame,
    issue_rows: pandas.DataFrame,
    month: date,
    names: dict[str, str],
    draft: Draft,
) -> list[Problem]:
    """By unit in the official order, then template: missing, late, returned and not sent again, explained checks."""
    lines = []
    for due in of_month[of_month["status"].isin(["missing", "late"])].itertuples():
        if due.status == "missing":
            details = f"截至{moment_words(draft.as_of)}已过{due.days_late}天"
        else:
            details = f"{moment_words(catalogue.clock.local(due.first_received_at))}收到，迟{due.days_late}天"
        lines.append((due, {"missing": "未报", "late": "迟报"}[due.status], details))
    for row in _open_reports(_returned(files, month, of_month), of_month).itertuples():
        lines.append((row, "退回未重报", f"退回{row.files}件，尚未重报"))
    checks = _checks(files, issue_rows, month, of_month).groupby(_KEY, as_index=False).size()
    lines += [(row, "核实性问题", f"{row.size}处") for row in checks.itertuples(name="Check")]
    order = {code: place for place, code in enumerate(names)}
    lines.sort(key=lambda line: (order[line[0].unit_code], line[0].template_code, line[0].period))
    return [
        Problem(
            names[row.unit_code],
            template_name(catalogue, row.template_code),
            period_label(catalogue, row.template_code, row.period),
            what,
            details,
        )
        for row, what, details in lines
    ]


def _deadlines(catalogue: Catalogue, of_month: pandas.DataFrame) -> tuple[datetime, ...]:
    """Of a round: what was not granted by extension, unless all was."""
    deadlines = of_month[of_month["status"] != "exempt"]
    common = deadlines[deadlines["change_kind"] != "extension"]
    return _moments(catalogue, deadlines if common.empty else common)


def _moments(catalogue: Catalogue, round_dues: pandas.DataFrame) -> tuple[datetime, ...]:
    return tuple(catalogue.clock.local(deadline) for deadline in round_dues["deadline"].drop_duplicates().sort_values())
