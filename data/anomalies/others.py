"""The figures of other returns that rules ask for, as they count at a moment: asked of the store once for all."""

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from data.access import OWNER
from data.anomalies.counting import counted
from data.anomalies.held_returns import STATED, HeldReturn, Key, anchors, held_returns, plain
from data.catalogue.model import Catalogue, Nature, Template
from data.catalogue.others import Other, Reach
from data.catalogue.relations import needed_of
from data.catalogue.rules import columns_of_expression, sql_type, unpacked
from data.cells import address
from data.periods import add_months, label
from data.store import Store

_GROUP = "#group"


class Asked(NamedTuple):
    """A return that is held against others."""

    unit_code: str
    template: Template
    period: date


@dataclass
class Others:
    """What returns are held against. current: the submission that counts of each; units: who must have handed in a
    template for a period before their sum is known; returns: those that were read; sums: of their rows.
    """

    store: Store
    catalogue: Catalogue
    as_of: datetime
    current: dict[Key, str] = field(default_factory=dict)
    units: dict[tuple[str, date], set[str]] = field(default_factory=dict)
    returns: dict[Key, HeldReturn] = field(default_factory=dict)
    sums: dict[tuple, float] = field(default_factory=dict)

    def add(self, key: Key, held: HeldReturn) -> None:
        """A return that counts from now on, beside those of the store."""
        self.returns[key] = held
        self.units.setdefault(key[1:], set()).add(key[0])

    def value(self, of: Asked, other: Other, row_key: str) -> Any:
        """None where the other figure is not known. Sums must have been worked out: see `work_out`."""
        if other.reach.names_template:
            return self.sums.get(self._group(of, other)) if self._group(of, other) else None
        periods = periods_of(of, other, self.catalogue)
        values = [self._of_row(of, other.what, period, row_key) for period in periods]
        if other.reach is Reach.SO_FAR:
            return None if None in values else plain(math.fsum(values))
        return values[0] if values else 0

    def _of_row(self, of: Asked, name: str, period: date, row_key: str) -> Any:
        held = self.returns.get((of.unit_code, of.template.template_code, period))
        if held is None or not held.is_known:
            return None
        if held.kind == STATED:  # nothing happened; what stands at a month's end, and what was before, it does not say
            return 0 if of.template.column(name).nature is Nature.FLOW else None
        row = held.rows.get(row_key)
        return None if row is None else row.values.get(name)

    def work_out(self, asked: Iterable[Asked]) -> None:
        """The sums that these returns are held against."""
        wanted: dict[tuple[str, str], set[tuple]] = {}
        for of in asked:
            for other in needed_of(of.template):
                if other.reach.names_template and (group := self._group(of, other)) and group not in self.sums:
                    wanted.setdefault((other.template_code, other.what), set()).add(group)
        for (code, what), groups in wanted.items():
            self.sums |= self._summed(self.catalogue.template(code), what, sorted(groups, key=repr))

    def _group(self, of: Asked, other: Other) -> tuple | None:
        """What is summed, and of which returns: a key of `sums`. None where one of them is not known."""
        keys = self.keys_of(of, other)
        if keys is None:
            return None
        held = [self.returns.get(key) for key in keys]
        if not held or any(one is None or not one.is_known for one in held):
            return None
        return (other.template_code, other.what, *((key, self.returns[key].mark) for key in keys))

    def keys_of(self, of: Asked, other: Other) -> list[Key] | None:
        """The returns whose rows are summed, or in which the row is looked up; None where nobody owes any."""
        periods = periods_of(of, other, self.catalogue)
        if other.reach is Reach.OF_UNITS:
            units = [self.units.get((other.template_code, period), set()) for period in periods]
            if not all(units):
                return None
            return [
                (unit, other.template_code, p) for p, own in zip(periods, units, strict=True) for unit in sorted(own)
            ]
        return [(of.unit_code, other.template_code or of.template.template_code, period) for period in periods]

    def _summed(self, template: Template, what: str, groups: Sequence[tuple]) -> dict[tuple, float]:
        names = columns_of_expression(what)
        types = {name: sql_type(template.column(name).type) for name in names}
        packed = [
            json.dumps({_GROUP: number} | {name: row.values.get(name) for name in names}, default=str)
            for number, group in enumerate(groups)
            for key, _ in group[2:]
            for row in self.returns[key].rows.values()
        ]
        sql = f"""WITH packed AS (SELECT unnest($1::VARCHAR[])::JSON AS "row_"),
            sheet AS (SELECT {unpacked({_GROUP: "INTEGER"} | types)} FROM packed)
            SELECT "{_GROUP}", CAST(({what}) AS DOUBLE) FROM sheet GROUP BY "{_GROUP}" """
        answers = dict(self.store.planned_rows(sql, packed) if len(packed) < 400 else self.store.rows(sql, [packed]))
        return {group: plain(answers.get(number) or 0.0) for number, group in enumerate(groups)}

    def told(self, of: Asked, other: Other, row_key: str) -> dict[str, Any]:
        """The figure, and where it stands, as the details of an issue or a flag have it: reach, template,
        template_name, value, periods (as they are written), since (the moment from which it stands so, ISO 8601),
        submissions, receipts, is_stated (by a zero report); of a row also column, column_label, sheet and cell. Of the
        sum over units no receipt is told: not every unit may read those.
        """
        keys = [key for key in self.keys_of(of, other) or () if key in self.returns]
        held = [self.returns[key] for key in keys]
        template = self.catalogue.template(other.template_code or of.template.template_code)
        said: dict[str, Any] = {
            "reach": other.reach.value,
            "template": template.template_code,
            "template_name": dict(template.template_name),
            "value": _written(self.value(of, other, row_key)),
            "periods": [label(period, template.cycle) for period in periods_of(of, other, self.catalogue)],
            "since": max((one.received_at for one in held if one.received_at), default=None),
        }
        said["since"] = said["since"] and said["since"].astimezone(UTC).isoformat()
        if other.reach is not Reach.OF_UNITS:
            said["submissions"] = [one.submission_id for one in held if one.submission_id]
            said["receipts"] = [one.receipt_no for one in held if one.receipt_no]
            said["is_stated"] = any(one.kind == STATED for one in held)
        if other.reach.is_of_row:
            said |= {"column": other.what, "column_label": dict(template.column(other.what).label)}
        row = held[0].rows.get(row_key) if other.reach.is_of_row and len(held) == 1 else None
        if row and other.what in row.col_nos:
            said |= {"sheet": row.sheet, "cell": address(row.row_no, row.col_nos[other.what])}
        return said


def periods_of(of: Asked, other: Other, catalogue: Catalogue) -> list[date]:
    """The periods in which the other figure stands; none for what begins anew with the year."""
    cycle, period = of.template.cycle.months, of.period
    if other.reach is Reach.LAST:
        begins = period.month == 1 and of.template.column(other.what).nature is Nature.CUMULATIVE
        return [] if begins else [add_months(period, -cycle)]
    if other.reach is Reach.LAST_YEAR:
        return [add_months(period, -12)]
    if other.reach is Reach.SO_FAR:
        return [date(period.year, month, 1) for month in range(1, period.month, cycle)]
    months = catalogue.template(other.template_code).cycle.months
    first = [add_months(period, number) for number in range(cycle)]
    return [month for month in first if (month.month - 1) % months == 0] if months <= cycle else []


def others_at(store: Store, as_of: datetime, catalogue: Catalogue, asked: Sequence[Asked]) -> Others:
    """All that these returns are held against, as it counts at a moment: one query of the store's figures."""
    others = known_at(store, as_of, catalogue, [of.template for of in asked])
    needed = [(of, other) for of in asked for other in needed_of(of.template) if other.reach is not Reach.TOTAL]
    keys = {key for of, other in needed for key in others.keys_of(of, other) or ()}
    ids = [others.current[key] for key in sorted(keys & others.current.keys())]
    others.returns = held_returns(store, ids, _columns(needed, catalogue))
    return others


def known_at(store: Store, as_of: datetime, catalogue: Catalogue, templates: Iterable[Template]) -> Others:
    """Which returns count of all that these templates are held against; no figure is read yet."""
    others = Others(store, catalogue, as_of)
    needed = {(template.template_code, other) for template in templates for other in needed_of(template)}
    counting = counted(store, as_of) if needed else {}
    for code in {other.template_code or code for code, other in needed if other.reach is not Reach.TOTAL}:
        others.current |= {(one.unit_code, code, one.period): one.submission_id for one in counting.get(code, ())}
    of_units = {other.template_code for _, other in needed if other.reach is Reach.OF_UNITS}
    if of_units:
        others.units = _units(store, as_of, sorted(of_units), others.current)
    return others


def _units(store: Store, as_of: datetime, codes: Sequence[str], current: Iterable[Key]) -> dict[tuple[str, date], set]:
    """(template, period) → who owes it, beside those who are exempt, and whoever handed it in."""
    units: dict[tuple[str, date], set[str]] = {}
    for unit_code, code, period in current:
        units.setdefault((code, period), set()).add(unit_code)
    for row in store.seen_by(OWNER).rows(
        """SELECT template_code, period, unit_code FROM due_at($as_of)
        WHERE NOT is_exempt AND template_code IN (SELECT unnest($codes::VARCHAR[]))""",
        {"as_of": as_of, "codes": list(codes)},
    ):
        units.setdefault((row.template_code, row.period), set()).add(row.unit_code)
    return units


def _columns(needed: Iterable[tuple[Asked, Other]], catalogue: Catalogue) -> dict[str, set[str]]:
    """template_code → the columns that are read of it."""
    columns: dict[str, set[str]] = {}
    for of, other in needed:
        template = catalogue.template(other.template_code or of.template.template_code)
        names = {other.what} if other.reach.is_of_row else set(columns_of_expression(other.what))
        columns.setdefault(template.template_code, set(anchors(template))).update(names)
    return columns


def _written(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
