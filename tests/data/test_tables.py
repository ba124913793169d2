"""The declarations of the tables against the schema, and what follows from them: no table is forgotten anywhere."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from data.access import Person, Role, hidden_rows
from data.backup import check
from data.store import Store
from data.tables import ALL, LETTERS, NONE, TABLES, Table
from documents import settings as document_settings
from reminding import texts

STRANGERS_SEE = {
    "store_info", "catalogue_load", "bureau", "unit", "template", "obligation", "calendar_day", "workday", "indicator",
    "counting_start", "setting", "due_change_end", "board_publication",
}  # fmt: skip
STAYS = {
    "store_info", "catalogue_load", "bureau", "unit", "template", "obligation", "calendar_day", "workday", "indicator",
    "account", "password", "token", "token_end", "contact", "audit",
}  # fmt: skip
REPEATABLE = {"audit", "obligation"}  # the trail checks its own numbers; a list may say an obligation twice


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = Store(tmp_path_factory.mktemp("bare") / "store.duckdb")
    yield store
    store.close()


def columns_of(store: Store) -> dict[str, dict[str, str]]:
    """table → column → type, as the schema really makes them."""
    found: dict[str, dict[str, str]] = {}
    for table, column, type_ in store.rows(
        "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE NOT internal AND schema_name = 'main' "
        "AND table_name IN (SELECT table_name FROM duckdb_tables())"
    ):
        found.setdefault(table, {})[column] = type_
    return found


def test_the_schema_and_the_declarations_name_the_same_tables(bare: Store) -> None:
    names = [table.name for table in TABLES]
    assert len(names) == len(set(names))
    assert set(names) == set(columns_of(bare))


def test_every_column_that_a_declaration_names_is_there(bare: Store) -> None:
    columns = columns_of(bare)
    for table in TABLES:
        named = {name for key in table.keys for name in key.columns}
        named |= {name for reference in table.references for name in reference.columns}
        assert named <= set(columns[table.name]), table.name
        for reference in table.references:
            assert set(reference.targets) <= set(columns[reference.table]), table.name


def test_every_table_has_a_key_that_is_checked() -> None:
    assert {table.name for table in TABLES if not table.keys} == REPEATABLE


def test_whatever_is_an_id_is_checked_to_be_one_somewhere(bare: Store) -> None:
    """A column *_id of one table is its key, or a reference to where it is the key."""
    by_name = {table.name: table for table in TABLES}
    for name, columns in columns_of(bare).items():
        own = {column for key in by_name[name].keys for column in key.columns}
        own |= {column for reference in by_name[name].references for column in reference.columns}
        assert {column for column in columns if column.endswith("_id")} <= own, name


@pytest.mark.parametrize("role", Role)
def test_every_condition_is_sql_that_the_store_understands(bare: Store, role: Role) -> None:
    person = bare.seen_by(Person("x", "x", role, "{main} {unit} C'; DROP TABLE fact; --"))
    for table in TABLES:
        assert person.rows(f'SELECT count(*) FROM "{table.name}" WHERE false') == [(0,)]


@pytest.mark.parametrize("role", [Role.MONITOR, Role.NOBODY])
def test_what_strangers_see_is_written_down(role: Role) -> None:
    hidden = hidden_rows(Person("x", "x", role))
    assert {table.name for table in TABLES} - set(hidden) == STRANGERS_SEE
    assert set(hidden.values()) == {NONE}


def test_people_see_no_less_than_strangers() -> None:
    for table in TABLES:
        assert table.stranger in (NONE, table.unit), table.name
        assert table.stranger in (NONE, table.leader), table.name


def test_what_outlives_a_demonstration_is_written_down() -> None:
    assert {table.name for table in TABLES if table.made_up == NONE} == STAYS
    assert {table.name for table in TABLES if table.made_up not in (ALL, NONE)} == {"setting"}
    assert set(LETTERS) == {document_settings.NAME, texts.NAME}


# What `data check` finds: every key and every reference that is declared


def row_of(table: Table, columns: dict[str, str], mark: str) -> list[object]:
    """A row of which each column says something; texts say the mark."""
    values = {"VARCHAR": mark, "DATE": "2026-10-01", "TIMESTAMP WITH TIME ZONE": "2026-11-20 10:00:00+08", "BLOB": b""}
    said = {"outcome": "accepted", "kind": "zero_report"} if table.name == "submission" else {}
    return [said.get(name) or values.get(type_, 1) for name, type_ in columns.items()]


def faults_after(store: Store, rows: dict[str, list[list[object]]]) -> list[str]:
    """What check says with these rows in the store, which are taken out again."""
    with store.write() as cursor:
        for name, values in rows.items():
            marks = ", ".join("?" * len(values[0]))
            cursor.executemany(f'INSERT INTO "{name}" VALUES ({marks})', values)
    try:
        return check(store, has_head=False)
    finally:
        with store.write() as cursor:
            for name in rows:
                cursor.execute(f'DELETE FROM "{name}"')


def test_a_row_that_is_there_twice_is_found_in_every_table(tmp_path: Path) -> None:
    store = Store(tmp_path / "store.duckdb")
    columns = columns_of(store)
    twice = {table.name: [row_of(table, columns[table.name], "x")] * 2 for table in TABLES if table.keys}
    found = faults_after(store, twice)
    for key in (key for table in TABLES for key in table.keys):
        assert any(fault.startswith(f"{key.fault}: ") for fault in found), key.fault
    assert not [r.fault for t in TABLES for r in t.references if any(f.startswith(f"{r.fault}: ") for f in found)]
    store.close()


def test_a_row_whose_other_half_is_gone_is_found_in_every_table(bare: Store) -> None:
    columns = columns_of(bare)
    alone = {t.name: [row_of(t, columns[t.name], t.name)] for t in TABLES if t.name not in ("store_info", "audit")}
    found = faults_after(bare, alone)
    for reference in (reference for table in TABLES for reference in table.references):
        assert f"{reference.fault}: 1" in found, reference.fault


def test_half_a_name_is_no_reference(bare: Store) -> None:
    """What was never said cannot be missing: a due of schema 1 names no catalogue, a returned file no unit."""
    columns = columns_of(bare)
    alone = {
        t.name: [[None] * len(columns[t.name])]
        for t in TABLES
        if t.references and t.name not in ("submission", "reminder_outcome")
    }
    said = {reference.fault for table in TABLES for reference in table.references}
    assert not [fault for fault in faults_after(bare, alone) if fault.rpartition(":")[0] in said]


def test_a_new_store_is_whole(bare: Store) -> None:
    assert check(bare) == []
