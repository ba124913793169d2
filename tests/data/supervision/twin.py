"""What supervision proposes, told once more in plain Python from the written rules: tuples in, a set of tuples out.

Nothing of the program is used here; the calendar comes as a set of days on which nobody works.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

DEFAULTS = {
    "grace_days": 5,
    "praise_months": 3,
    "omitted_dues": 1,
    "late_days": 4,
    "late_dues": 3,
    "late_months": 3,
    "rectify_after": "grace",
    "talk_criticisms": 3,
    "talk_months": 12,
    "look_back": 12,
}


class Line(NamedTuple):
    """One due as the clock has judged it."""

    unit: str
    template: str
    period: date
    month: date
    due_date: date
    deadline: datetime
    status: str
    days_late: int
    received: datetime | None


class Given(NamedTuple):
    """One case: order tells which of two of the same day came later."""

    kind: str
    unit: str
    month: date
    state: str
    issued_on: date | None = None
    order: int = 0


def expected(
    lines: Iterable[Line],
    given: Collection[Given],
    excused: Collection[tuple],
    as_of: datetime,
    zone: ZoneInfo,
    days_off: Collection[date],
    rules: Mapping = {},
) -> set[tuple]:
    """{(kind, unit, month, reasons, evidence)}: reasons {(code, number)}, evidence the dues, or days of criticisms."""
    rule = DEFAULTS | dict(rules)
    today = as_of.astimezone(zone).date()
    by_unit = defaultdict(lambda: defaultdict(list))
    for line in lines:
        by_unit[line.unit][line.month].append(line)
    found = set()
    for unit in by_unit.keys() | {one.unit for one in given}:
        own = [one for one in given if one.unit == unit]
        months = {
            month: _judged(owed, month, excused, as_of, zone, days_off, rule) for month, owed in by_unit[unit].items()
        }
        for month in months:
            found |= _criticised(unit, month, months, own, rule)
            found |= _to_rectify(unit, month, months, own, rule)
        found |= _praised(unit, months, own, rule)
        found |= _to_talk(unit, own, today, rule)
    earliest = _shifted(today.replace(day=1), -rule["look_back"])
    return {one for one in found if one[2] >= earliest or one[0] == "talk"}


def _judged(owed, month, excused, as_of, zone, days_off, rule):
    """(is settled, [(line, word)]) of a month, without what does not count."""
    counted = [
        line for line in owed if line.status != "exempt" and (line[:3] not in excused or line.status == "on_time")
    ]
    ends = {line: _end_of_grace(line, zone, days_off, rule["grace_days"]) for line in counted}
    begun = datetime.combine(_shifted(month, 1), time(), zone)
    settled = begun <= as_of and all(end <= as_of for end in ends.values())
    said = []
    for line in counted:
        if line.status == "on_time":
            word = "good"
        elif line.received is not None and line.received < ends[line]:
            word = "late"
        else:
            word = "omitted" if ends[line] <= as_of else "open"
        said.append((line, word))
    return settled, said


def _end_of_grace(line, zone, days_off, number):
    day = line.due_date
    while number:
        day += timedelta(days=1)
        if day not in days_off:
            number -= 1
    return max(line.deadline, datetime.combine(day + timedelta(days=1), time(), zone))


def _criticised(unit, month, months, own, rule):
    if any(one.kind == "criticism" and one.month == month for one in own):
        return set()
    settled, said = months[month]
    bad = [(line, word) for line, word in said if word in ("late", "omitted")]
    if not settled or not bad:
        return set()
    run = 0
    for earlier in sorted((m for m in months if m <= month), reverse=True):
        is_settled, its = months[earlier]
        if not its:
            continue
        if not is_settled or all(word not in ("late", "omitted") for _, word in its):
            break
        run += 1
    numbers = {
        "omitted": sum(word == "omitted" for _, word in bad),
        "days": max([line.days_late for line, word in bad if word == "late"], default=0),
        "dues": len(bad),
        "months": run,
    }
    limits = {name: rule[key] for name, key in LIMITS.items()}
    met = {name for name, limit in limits.items() if limit and numbers[name] >= limit}
    if "months" in met and run % limits["months"]:
        met.remove("months")
    if not met:
        return set()
    evidence = [line for line, _ in bad]
    if "months" in met:
        owing = sorted(m for m in months if m <= month and months[m][1])[-limits["months"] :]
        evidence = [line for m in owing for line, word in months[m][1] if word in ("late", "omitted")]
    reasons = frozenset((name, numbers[name]) for name in met)
    return {("criticism", unit, month, reasons, frozenset(line[:3] for line in evidence))}


LIMITS = {"omitted": "omitted_dues", "days": "late_days", "dues": "late_dues", "months": "late_months"}


def _to_rectify(unit, month, months, own, rule):
    if any(one.kind == "rectification" and one.month == month for one in own):
        return set()
    criticised = any(one.kind == "criticism" and one.month == month and _holds(one) for one in own)
    if rule["rectify_after"] == "criticism" and not criticised:
        return set()
    settled, said = months[month]
    missing = [line[:3] for line, _ in said if line.received is None]
    if not settled or not missing:
        return set()
    return {("rectification", unit, month, frozenset({("open", len(missing))}), frozenset(missing))}


def _praised(unit, months, own, rule):
    length = rule["praise_months"]
    decided = {one.month for one in own if one.kind == "praise"}
    blocking = {one.month for one in own if one.kind == "praise" and one.state not in ("waived", "withdrawn")}
    found = set()
    for month in sorted(months):
        window = [_shifted(month, -back) for back in range(length)]
        is_perfect = all(
            m in months and months[m][0] and months[m][1] and all(word == "good" for _, word in months[m][1])
            for m in window
        )
        near = {_shifted(month, by) for by in range(1 - length, length)}
        if is_perfect and month not in decided and not near & blocking:
            blocking.add(month)
            evidence = frozenset(line[:3] for m in window for line, _ in months[m][1])
            found.add(("praise", unit, month, frozenset({("perfect", length)}), evidence))
    return found


def _to_talk(unit, own, today, rule):
    talks = [one for one in own if one.kind == "talk"]
    if {"opened", "approved"} & {one.state for one in talks}:
        return set()
    since = max([(one.issued_on, one.order) for one in talks if _holds(one)], default=(date.min, 0))
    first_day = _same_day(today, -rule["talk_months"]) + timedelta(days=1)
    counted = sorted(
        (one.issued_on, one.order, one.month)
        for one in own
        if one.kind == "criticism"
        and _holds(one)
        and first_day <= one.issued_on <= today
        and (one.issued_on, one.order) > since
    )
    if len(counted) < rule["talk_criticisms"]:
        return set()
    newest = counted[-1][2]
    if any(one.month == newest and one.order > counted[-1][1] for one in talks):
        return set()  # about the same newest criticism there has been a case already
    reasons = frozenset({("criticisms", len(counted))})
    return {("talk", unit, newest, reasons, frozenset(day for day, _, _ in counted))}


def _holds(one):
    return one.state in ("issued", "rectified", "closed")


def _shifted(month, number):
    total = month.year * 12 + month.month - 1 + number
    return date(total // 12, total % 12 + 1, 1)


def _same_day(day, months):
    first = _shifted(day.replace(day=1), months)
    last = _shifted(first, 1) - timedelta(days=1)
    return first.replace(day=min(day.day, last.day))
