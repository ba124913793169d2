"""The steps of the schema: a sequence without gaps, in words that DuckLake understands too, each taken once."""

import re
from pathlib import Path

import duckdb
import pytest

from data.schema.steps import SchemaStep, newest, steps, steps_after, take
from data.store import Store

NOT_OURS = r"PRIMARY KEY|UNIQUE|FOREIGN KEY|REFERENCES|CHECK|ENUM|SEQUENCE|GENERATED|INDEX|ON CONFLICT|RETURNING"


def test_the_numbers_have_no_gap_and_no_double() -> None:
    assert [step.number for step in steps()] == list(range(1, newest() + 1))
    assert newest() > 3  # released programs wrote 1, 2 and 3 for other things, and refuse whatever is more


@pytest.mark.parametrize("step", steps(), ids=lambda step: step.name)
def test_a_step_says_nothing_that_ducklake_does_not_know(step: SchemaStep) -> None:
    said = re.sub(r"--[^\n]*", "", step.sql)
    assert not re.search(rf"\b(?:{NOT_OURS})\b", said, re.IGNORECASE)


def test_a_new_store_has_taken_each_step_once(tmp_path: Path) -> None:
    path = tmp_path / "store.duckdb"
    for _ in range(2):
        store = Store(path)
        taken = store.rows("SELECT schema_version, created_at IS NOT NULL FROM store_info")
        assert taken == [(number, True) for number in range(1, newest() + 1)]
        store.close()
    assert sorted(one.name for one in tmp_path.iterdir()) == ["store.duckdb"]


def test_a_step_that_fails_leaves_nothing() -> None:
    with duckdb.connect() as connection:
        take(connection, steps()[0])
        with pytest.raises(duckdb.Error, match="nowhere"):
            take(connection, SchemaStep(2, "002_broken", "CREATE TABLE half (n INTEGER); SELECT * FROM nowhere;"))
        assert connection.execute("SELECT max(schema_version) FROM store_info").fetchone() == (1,)
        assert connection.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'half'").fetchone() == (0,)


def test_released_stores_may_have_more_than_their_number_says() -> None:
    """Whatever of the first nine is there already, the rest is added; nothing is said twice."""
    with duckdb.connect() as connection:
        for step in steps()[:9]:
            connection.execute(step.sql)
        before = connection.execute("SELECT * FROM duckdb_columns() ORDER BY ALL").fetchall()
        for step in steps_after(1)[:8]:
            connection.execute(step.sql)
        assert connection.execute("SELECT * FROM duckdb_columns() ORDER BY ALL").fetchall() == before
