"""The steps of the schema, 001_….sql and so on, and how a store takes those that it does not have yet.

A change of the schema is a new file with the next number; a file that was released is never edited. Each runs once, in
a transaction of its own with its row in store_info. DuckDB sets a limit there: within one transaction a table that was
altered and then updated cannot be altered again.

Steps 2 to 9 say IF NOT EXISTS, later ones need not: released programs wrote 1, 2 and 3 for what are nine changes here,
so that a store of theirs may have more than its number says.
"""

from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class SchemaStep:
    """One change of the schema. name: as the file is called."""

    number: int
    name: str
    sql: str


@cache
def steps() -> tuple[SchemaStep, ...]:
    """All of them, in their order."""
    files = sorted(Path(__file__).parent.glob("[0-9][0-9][0-9]_*.sql"))
    return tuple(SchemaStep(int(file.stem[:3]), file.stem, file.read_text(encoding="utf-8")) for file in files)


def newest() -> int:
    """The schema of this program: the number of the last step."""
    return steps()[-1].number


def steps_after(number: int | None) -> tuple[SchemaStep, ...]:
    """Those that a store of this schema lacks. None: one that has not even the first, whatever tables it has."""
    return tuple(step for step in steps() if step.number > (number or 0))


def take(connection: Any, step: SchemaStep) -> None:
    """Run a step with its row in store_info: both are kept, or neither."""
    connection.begin()
    try:
        connection.execute(step.sql)
        connection.execute("INSERT INTO store_info (schema_version, created_at) VALUES (?, now())", [step.number])
        connection.commit()
    except BaseException:
        with suppress(Exception):  # a commit that failed has ended the transaction already
            connection.rollback()
        raise
