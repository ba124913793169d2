"""Every table of the store, declared once: who sees which rows, what goes with the demonstration, what is checked.

data/access, the clearing of the demonstration and `data check` read it; a test compares it with the schema. Conditions
are SQL on the rows of the table; in them {unit} stands for the person's unit as a literal, {main} for the schema that
holds all rows.
"""

from dataclasses import dataclass

ALL, NONE = "true", "false"


@dataclass(frozen=True)
class Key:
    """Columns by which no two rows agree, of those where the condition holds. fault: what is said of those that do."""

    columns: tuple[str, ...]
    fault: str
    where: str = ALL


@dataclass(frozen=True)
class Reference:
    """Columns that name a row of another table, unless one of them is NULL. fault: what is said where none is there."""

    columns: tuple[str, ...]
    table: str
    fault: str
    names: tuple[str, ...] = ()
    where: str = ALL

    @property
    def targets(self) -> tuple[str, ...]:
        """The columns of the other table; named alike unless said otherwise."""
        return self.names or self.columns


@dataclass(frozen=True)
class Contradiction:
    """Rows that cannot be, by a condition."""

    condition: str
    fault: str


@dataclass(frozen=True)
class Table:
    """Which rows people see: the office all; a unit's people, leaders, and whoever is neither (a token for monitoring,
    somebody who has not signed in) those of these conditions. made_up: the rows that go when the demonstration is
    cleared.
    """

    name: str
    unit: str = NONE
    leader: str = ALL
    stranger: str = NONE
    made_up: str = NONE
    keys: tuple[Key, ...] = ()
    references: tuple[Reference, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()


_OPEN = {"unit": ALL, "stranger": ALL}
_OFFICE_ALONE = {"leader": NONE}
_ITS_OWN = {"unit": "unit_code = {unit}"}
_DUE = ("unit_code", "template_code", "period")

# What a unit delivered, and what it was sent back.
_DELIVERED = "CASE WHEN outcome = 'accepted' THEN unit_code ELSE coalesce(sent_unit, unit_code) END = {unit}"
_OF_SUBMISSION = f"submission_id IN (SELECT submission_id FROM {{main}}.submission WHERE {_DELIVERED})"
_SHOWN = "submission_id NOT IN (SELECT submission_id FROM {main}.submission_under_review)"
_FIGURES = {"unit": _OF_SUBMISSION, "leader": _SHOWN, "made_up": ALL}


def _files(submissions: str) -> str:
    """The files of these submissions, and the proofs of those of them that are declarations."""
    files = f"SELECT sha256 FROM {{main}}.submission WHERE {submissions}"
    proofs = "SELECT proof_sha256 FROM {main}.declaration JOIN {main}.submission USING (submission_id)"
    return f"sha256 IN ({files} UNION ALL {proofs} WHERE sha256 IN ({files}))"


_FILES_UNDER_REVIEW = (
    "SELECT sha256 FROM {main}.submission SEMI JOIN {main}.submission_under_review USING (submission_id)"
)

# Notices are there for their unit from the day on which they were issued; of other units' places what the office shows.
_ISSUED = "case_id IN (SELECT case_id FROM {main}.supervision_step WHERE step = 'issued')"
_OWN_CASE = "case_id IN (SELECT case_id FROM {main}.supervision_case WHERE unit_code = {unit})"
_BOARDS_SHOWN = "SELECT arg_max(setting_value, set_at) FROM {main}.setting WHERE setting_name = 'boards_shown'"
_PLACES = (
    f"unit_code = {{unit}} OR CASE coalesce(({_BOARDS_SHOWN}), '') "
    "WHEN '\"all\"' THEN true WHEN '\"own\"' THEN false ELSE list = 'red' END"
)

LETTERS = ("documents", "reminder_texts")
"""Settings that are words of the office: they outlive the demonstration. Thresholds, formulas and switches that were
tried on made-up months do not; above all, no reminder goes to a real contact because they were switched on there.
"""
_TRIED = f"setting_name NOT IN {LETTERS}"

_CATALOGUE = (  # the office's own: a demonstration has no other
    Table("store_info", **_OPEN, keys=(Key(("schema_version",), "steps of the schema that are there twice"),)),
    Table(
        "catalogue_load",
        **_OPEN,
        keys=(Key(("loaded_at",), "catalogues that were loaded at one moment"),),
        references=(Reference(("catalogue_id",), "bureau", "loads of a catalogue that is not kept"),),
    ),
    Table("bureau", **_OPEN, keys=(Key(("catalogue_id",), "bureaus that are there twice"),)),
    Table(
        "unit",
        **_OPEN,
        keys=(Key(("catalogue_id", "unit_no"), "units that are there twice"),),
        references=(Reference(("catalogue_id",), "bureau", "units of no catalogue"),),
    ),
    Table(
        "template",
        **_OPEN,
        keys=(Key(("catalogue_id", "template_code"), "templates that are there twice"),),
        references=(Reference(("catalogue_id",), "bureau", "templates of no catalogue"),),
    ),
    Table(
        "indicator",
        **_OPEN,
        keys=(Key(("catalogue_id", "indicator_code"), "indicators that are there twice"),),
        references=(Reference(("catalogue_id",), "bureau", "indicators of no catalogue"),),
    ),
    Table(  # a list may say an obligation twice, so that it has no key
        "obligation",
        **_OPEN,
        references=(
            Reference(("catalogue_id",), "bureau", "obligations of no catalogue"),
            Reference(("catalogue_id", "unit_code"), "unit", "obligations of no unit"),
            Reference(("catalogue_id", "template_code"), "template", "obligations for no template"),
        ),
    ),
    Table(
        "calendar_day",
        **_OPEN,
        keys=(Key(("catalogue_id", "day"), "calendar days that are there twice"),),
        references=(Reference(("catalogue_id",), "bureau", "calendar days of no catalogue"),),
    ),
    Table("workday", **_OPEN, keys=(Key(("day",), "working days that are there twice"),)),
)

_CLOCK = (
    Table(
        "counting_start",
        **_OPEN,
        made_up=ALL,
        keys=(Key(("first_month", "set_at", "set_by"), "first months that are there twice"),),
    ),
    Table(
        "setting",
        **_OPEN,
        made_up=_TRIED,
        keys=(Key(("setting_name", "setting_value", "set_at", "set_by"), "settings that are there twice"),),
    ),
    Table(  # planned anew from the catalogue when the demonstration is cleared
        "due",
        **_ITS_OWN,
        made_up=ALL,
        keys=(Key(_DUE, "dues that are there twice"),),
        references=(Reference(("catalogue_id",), "bureau", "dues of no catalogue"),),
    ),
    Table(
        "due_plan",
        **_ITS_OWN,
        made_up=ALL,
        keys=(Key(_DUE, "planned dues that are there twice"),),
        references=(Reference(("catalogue_id",), "bureau", "planned dues of no catalogue"),),
    ),
    Table(
        "due_change",
        **_ITS_OWN,
        made_up=ALL,
        keys=(Key(("change_id",), "extensions and exemptions that are there twice"),),
    ),
    Table(
        "due_change_end",
        **_OPEN,
        made_up=ALL,
        keys=(Key(("change_id",), "extensions and exemptions that were taken back twice"),),
        references=(Reference(("change_id",), "due_change", "ends of no extension or exemption"),),
    ),
)

_DECLARED = "kind IN ('zero_report', 'platform_declaration')"
_RECEIVED = (
    Table(
        "workbook_file",
        unit=_files(_DELIVERED),
        leader=f"{_files(_SHOWN)} AND sha256 NOT IN ({_FILES_UNDER_REVIEW})",  # nor by equal bytes that were returned
        made_up=ALL,
        keys=(Key(("sha256",), "files that are kept twice"),),
        contradictions=(
            Contradiction(
                "sha256 NOT IN (SELECT sha256 FROM submission WHERE sha256 IS NOT NULL UNION ALL "
                "SELECT proof_sha256 FROM declaration WHERE proof_sha256 IS NOT NULL UNION ALL "
                "SELECT proof_sha256 FROM backdating WHERE proof_sha256 IS NOT NULL)",
                "kept files of no submission",
            ),
        ),
    ),
    Table(
        "submission",
        unit=_DELIVERED,
        made_up=ALL,
        keys=(
            Key(("submission_id",), "submissions that are there twice"),
            Key((*_DUE, "version"), "versions that are there twice", "outcome = 'accepted'"),
        ),
        references=(Reference(("sha256",), "workbook_file", "submissions whose file is not kept"),),
        contradictions=(
            Contradiction(
                "outcome = 'accepted' AND kind IN ('workbook', 'correction') "
                "AND submission_id NOT IN (SELECT submission_id FROM fact)",
                "accepted submissions without facts",
            ),
            Contradiction(
                f"{_DECLARED} AND submission_id NOT IN (SELECT submission_id FROM declaration)",
                "submissions whose declaration is not kept",
            ),
            Contradiction(
                "outcome = 'accepted' AND submission_id IN (SELECT submission_id FROM issue WHERE severity = 'error')",
                "accepted submissions with an error issue",
            ),
        ),
    ),
    Table(
        "declaration",
        **_FIGURES,
        keys=(Key(("submission_id",), "declarations that are there twice"),),
        references=(
            Reference(
                ("submission_id",),
                "submission",
                "declarations of no accepted submission",
                where=f"outcome = 'accepted' AND {_DECLARED}",
            ),
        ),
        contradictions=(
            Contradiction(
                "submission_id IN (SELECT submission_id FROM submission WHERE kind = 'platform_declaration') "
                "AND coalesce(proof_sha256, '') NOT IN (SELECT sha256 FROM workbook_file)",
                "declarations whose proof is not kept",
            ),
        ),
    ),
    Table(
        "backdating",
        **_FIGURES,
        keys=(Key(("submission_id",), "submissions that were entered later twice"),),
        references=(
            Reference(("submission_id",), "submission", "entries of no submission"),
            Reference(("proof_sha256",), "workbook_file", "entries whose proof is not kept", ("sha256",)),
        ),
    ),
    Table(
        "fact",
        **_FIGURES,
        keys=(Key(("submission_id", "sheet", "row_no", "col_no"), "facts that are there twice"),),
        references=(
            Reference(
                ("submission_id",), "submission", "facts of no accepted submission", where="outcome = 'accepted'"
            ),
        ),
    ),
    Table(  # tells no figure: who may not see them yet is told the same of their freshness as everybody
        "figure_print",
        unit=_OF_SUBMISSION,
        made_up=ALL,
        keys=(Key(("submission_id",), "prints of figures that are there twice"),),
        references=(
            Reference(
                ("submission_id",), "submission", "prints of no accepted submission", where="outcome = 'accepted'"
            ),
        ),
    ),
    Table(
        "issue",
        **_FIGURES,
        keys=(Key(("submission_id", "issue_no"), "issues that are there twice"),),
        references=(Reference(("submission_id",), "submission", "issues of no submission"),),
    ),
    Table(
        "review_step",
        unit=_OF_SUBMISSION,
        made_up=ALL,
        keys=(Key(("submission_id", "taken_at"), "steps of a review that are there twice"),),
        references=(
            Reference(
                ("submission_id",), "submission", "reviews of no accepted submission", where="outcome = 'accepted'"
            ),
        ),
    ),
    Table(
        "anomaly_step",
        **_ITS_OWN,
        made_up=ALL,
        keys=(
            Key(
                (*_DUE, "row_key", "column_name", "cause", "step", "taken_at", "user_code"),
                "answers to flags that are there twice",
            ),
        ),
    ),
)

_DECIDED = (
    Table(
        "supervision_case",
        unit=f"unit_code = {{unit}} AND {_ISSUED}",
        made_up=ALL,
        keys=(Key(("case_id",), "cases that are there twice"),),
    ),
    Table(
        "supervision_step",
        unit=f"{_OWN_CASE} AND {_ISSUED} AND step IN ('issued', 'rectified', 'closed', 'withdrawn')",
        made_up=ALL,
        keys=(Key(("case_id", "step_no"), "steps of a case that are there twice"),),
        references=(Reference(("case_id",), "supervision_case", "steps of no case"),),
    ),
    Table("waiver", **_ITS_OWN, made_up=ALL, keys=(Key(("waiver_id",), "waivers that are there twice"),)),
    Table(
        "waiver_end",
        **_ITS_OWN,
        made_up=ALL,
        keys=(Key(("waiver_id",), "waivers that were taken back twice"),),
        references=(Reference(("waiver_id",), "waiver", "ends of no waiver"),),
    ),
    Table(
        "board_publication",
        **_OPEN,
        made_up=ALL,
        keys=(Key(("publication_id",), "published boards that are there twice"),),
    ),
    Table(
        "board_line",
        unit=_PLACES,
        made_up=ALL,
        keys=(Key(("publication_id", "unit_code"), "places on a board that are there twice"),),
        references=(Reference(("publication_id",), "board_publication", "places on no published board"),),
    ),
    Table(
        "objection",
        **_ITS_OWN,
        made_up=ALL,
        keys=(Key(("objection_id",), "objections that are there twice"),),
        references=(Reference(("publication_id",), "board_publication", "objections to no published board"),),
    ),
    Table(
        "objection_step",
        **_ITS_OWN,
        made_up=ALL,
        keys=(Key(("objection_id",), "objections that were answered twice"),),
        references=(Reference(("objection_id",), "objection", "answers to no objection"),),
    ),
)

_PEOPLE = (  # the office's own, who go on working when the demonstration is cleared
    Table(
        "account",
        **_OFFICE_ALONE,
        keys=(Key(("user_code", "changed_at"), "accounts that are there twice"),),
    ),
    Table(
        "password",
        **_OFFICE_ALONE,
        keys=(Key(("user_code",), "passwords that are there twice"),),
        references=(Reference(("user_code",), "account", "passwords of no account"),),
    ),
    Table("token", **_OFFICE_ALONE, keys=(Key(("token_id",), "tokens that are there twice"),)),
    Table(
        "token_end",
        **_OFFICE_ALONE,
        keys=(Key(("token_id",), "tokens that were ended twice"),),
        references=(Reference(("token_id",), "token", "ends of no token"),),
    ),
    Table(
        "contact",
        **_OFFICE_ALONE,
        keys=(Key(("contact_id", "changed_at"), "contacts that are there twice"),),
    ),
    Table("audit"),  # its numbers and hashes are data/audit's to check
)

_REMINDED = (  # addresses and keys: for the office alone
    Table(
        "reminder",
        **_OFFICE_ALONE,
        made_up=ALL,
        keys=(Key(("reminder_id", "try_no"), "tries of a reminder that are there twice"),),
        references=(Reference(("contact_id",), "contact", "reminders to no contact"),),
    ),
    Table(
        "reminder_outcome",
        **_OFFICE_ALONE,
        made_up=ALL,
        keys=(Key(("reminder_id", "try_no"), "outcomes of a reminder that are there twice"),),
        references=(Reference(("reminder_id", "try_no"), "reminder", "outcomes of no reminder"),),
    ),
)

TABLES = (*_CATALOGUE, *_CLOCK, *_RECEIVED, *_DECIDED, *_PEOPLE, *_REMINDED)
