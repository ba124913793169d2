"""Who may do what, and which rows of the store a person sees. Everything else asks here."""

from dataclasses import dataclass
from enum import StrEnum

from data.tables import ALL, TABLES, Table


class Role(StrEnum):
    """What somebody is here. monitor is for a token that reads nothing but the server's own figures."""

    REPORTER = "reporter"
    REVIEWER = "reviewer"
    OFFICE = "office"
    LEADER = "leader"
    MONITOR = "monitor"
    NOBODY = "nobody"  # has not signed in

    @property
    def is_of_unit(self) -> bool:
        """True where the role belongs to one unit and sees nothing else."""
        return self in (Role.REPORTER, Role.REVIEWER)


class Right(StrEnum):
    """What can be done. Those in _OF_UNIT are asked for one unit."""

    READ = "read"
    REPORT = "report"  # hand in a workbook or a statement
    APPROVE = "approve"  # as the unit's reviewer
    DECIDE = "decide"  # accept or return what was approved, reopen it
    MANAGE = "manage"  # catalogue, counting start, people, tokens, the made-up history
    RULE = "rule"  # decide on notices: praise, criticism, rectification, a talk
    READ_AUDIT = "read_audit"
    MONITOR = "monitor"


_RIGHTS = {
    Role.REPORTER: {Right.READ, Right.REPORT},
    Role.REVIEWER: {Right.READ, Right.REPORT, Right.APPROVE},
    Role.OFFICE: {Right.READ, Right.REPORT, Right.DECIDE, Right.MANAGE, Right.READ_AUDIT},
    Role.LEADER: {Right.READ, Right.RULE, Right.READ_AUDIT},
    Role.MONITOR: {Right.MONITOR},
    Role.NOBODY: set(),
}
_OF_UNIT = {Right.READ, Right.REPORT, Right.APPROVE}


class Forbidden(Exception):
    """Somebody asked for what her role does not allow. Nothing was done."""

    def __init__(self, person: "Person", right: Right, unit_code: str | None = None) -> None:
        self.person, self.right, self.unit_code = person, right, unit_code
        about = f" for unit {unit_code}" if unit_code else ""
        super().__init__(f"{person.role.value} {person.user_code!r} may not {right.value}{about}")


@dataclass(frozen=True)
class Person:
    """Somebody who acts: an account's holder, a token's bearer, or whoever has the machine.

    via: page, api, command_line or sample. address: where the request came from; empty on the machine itself.
    """

    user_code: str
    user_name: str
    role: Role
    unit_code: str | None = None
    via: str = "page"
    address: str = ""

    def may(self, right: Right, unit_code: str | None = None) -> bool:
        """Whether the role has the right, and where it belongs to one unit, for that unit."""
        if right not in _RIGHTS[self.role]:
            return False
        return not (self.role.is_of_unit and right in _OF_UNIT) or unit_code == self.unit_code

    def must_have(self, right: Right, unit_code: str | None = None) -> None:
        """Raises Forbidden without the right."""
        if not self.may(right, unit_code):
            raise Forbidden(self, right, unit_code)


SAMPLE = "sample"
"""The `via` under which the made-up history is taken in: one line in the audit trail, not one a file."""

SAMPLE_NAME = "示例数据"
"""Who hands the made-up history in, and sets the first month that it counts from."""

OWNER = Person("", "", Role.OFFICE, via="command_line")
"""Whoever runs Python on this machine: may do all, as the file itself is in her hands."""


def hidden_rows(person: Person) -> dict[str, str]:
    """table → the SQL condition of the rows that the person may see, for each table that is not whole to her.

    In a condition {main} stands for the schema that holds all rows. A unit's people see what their unit delivered and
    what they were sent back; a leader sees no figures that are still under review; only the office sees accounts.
    """
    if person.role is Role.OFFICE:
        return {}
    unit = "'" + (person.unit_code or "").replace("'", "''") + "'"
    shown = {table.name: _seen(person.role, table).replace("{unit}", unit) for table in TABLES}
    return {name: condition for name, condition in shown.items() if condition != ALL}


def _seen(role: Role, table: Table) -> str:
    if role.is_of_unit:
        return table.unit
    return table.leader if role is Role.LEADER else table.stranger
