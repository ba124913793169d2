"""Who may do what, and which rows of the store a person sees. Everything else asks here."""

from dataclasses import dataclass
from enum import StrEnum


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

OWNER = Person("", "", Role.OFFICE, via="command_line")
"""Whoever runs Python on this machine: may do all, as the file itself is in her hands."""

# What every signed-in person may read: the catalogue, and from when on the store counts.
OPEN_TABLES = frozenset(
    [
        "store_info",
        "catalogue_load",
        "bureau",
        "unit",
        "template",
        "obligation",
        "calendar_day",
        "workday",
        "counting_start",
        "setting",
        "due_change_end",
        "board_publication",
    ]
)
_REMINDING = ("contact", "reminder", "reminder_outcome")  # addresses and keys: for the office alone
_DENIED = ("audit", "account", "password", "token", "token_end", *_REMINDING)
_OF_SUBMISSION = ("fact", "issue", "declaration")
_OF_UNIT_ALONE = ("waiver", "waiver_end", "objection", "objection_step")
_OF_NOTICES = ("supervision_case", "supervision_step", "board_line", *_OF_UNIT_ALONE)


def hidden_rows(person: Person) -> dict[str, str]:
    """table → the SQL condition of the rows that the person may see, for each table that is not whole to her.

    In a condition {main} stands for the schema that holds all rows. A unit's people see what their unit delivered and
    what they were sent back; a leader sees no figures that are still under review; only the office sees accounts.
    """
    if person.role is Role.OFFICE:
        return {}
    if person.role is Role.LEADER:
        under_review = "(SELECT submission_id FROM {main}.submission_under_review)"
        shown = dict.fromkeys(_OF_SUBMISSION, f"submission_id NOT IN {under_review}")
        files = f"SELECT sha256 FROM {{main}}.submission WHERE submission_id NOT IN {under_review}"
        return shown | {"workbook_file": _files(files)} | dict.fromkeys(_DENIED[1:], "false")
    if person.role in (Role.MONITOR, Role.NOBODY):
        dues = ("due", "due_plan", "due_change", "anomaly_step")
        whole = ("submission", "review_step", *dues, "workbook_file", *_OF_SUBMISSION, *_DENIED)
        return dict.fromkeys((*whole, *_OF_NOTICES), "false")
    unit = "'" + (person.unit_code or "").replace("'", "''") + "'"
    own = f"CASE WHEN outcome = 'accepted' THEN unit_code ELSE coalesce(sent_unit, unit_code) END = {unit}"
    submissions = f"SELECT submission_id FROM {{main}}.submission WHERE {own}"
    return {
        "submission": own,
        "due": f"unit_code = {unit}",
        "due_plan": f"unit_code = {unit}",
        "due_change": f"unit_code = {unit}",
        "anomaly_step": f"unit_code = {unit}",
        "workbook_file": _files(f"SELECT sha256 FROM {{main}}.submission WHERE {own}"),
        **dict.fromkeys((*_OF_SUBMISSION, "review_step"), f"submission_id IN ({submissions})"),
        **dict.fromkeys(_DENIED, "false"),
        **_notices(unit),
    }


def _notices(unit: str) -> dict[str, str]:
    """What a unit sees of supervision: notices about it that were issued, from then on; its waivers, objections and
    places; of other units' places what the office shows to all.
    """
    issued = "SELECT case_id FROM {main}.supervision_step WHERE step = 'issued'"
    own_cases = f"case_id IN (SELECT case_id FROM {{main}}.supervision_case WHERE unit_code = {unit})"
    later = "step IN ('issued', 'rectified', 'closed', 'withdrawn')"
    shown = "SELECT arg_max(setting_value, set_at) FROM {main}.setting WHERE setting_name = 'boards_shown'"
    of_others = f"CASE coalesce(({shown}), '') WHEN '\"all\"' THEN true WHEN '\"own\"' THEN false ELSE list = 'red' END"
    return {
        "supervision_case": f"unit_code = {unit} AND case_id IN ({issued})",
        "supervision_step": f"{own_cases} AND case_id IN ({issued}) AND {later}",
        "board_line": f"unit_code = {unit} OR {of_others}",
        **dict.fromkeys(_OF_UNIT_ALONE, f"unit_code = {unit}"),
    }


def _files(own: str) -> str:
    """The files of these submissions, and the proofs of those of them that are declarations."""
    proofs = "SELECT proof_sha256 FROM {main}.declaration JOIN {main}.submission USING (submission_id)"
    return f"sha256 IN ({own} UNION ALL {proofs} WHERE sha256 IN ({own}))"
