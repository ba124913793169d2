"""Statements name their columns, so that a column that is added or moved breaks none of them."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("data", "loaders", "documents", "reminding", "web", "pages", "charts", "bench")
BY_POSITION = re.compile(r"\bINSERT\s+(?:OR\s+REPLACE\s+)?INTO\s+[\w.\"{}]+\s+(?!\(|BY NAME)", re.IGNORECASE)


def statements(path: Path) -> list[str]:
    """Every text of a module that may be SQL, the values of an f-string as {}; a .sql file as it is."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".sql":
        return [text]
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.append(node.value)
        elif isinstance(node, ast.JoinedStr):
            found.append("".join(str(one.value) if isinstance(one, ast.Constant) else "{}" for one in node.values))
    return found


@pytest.mark.parametrize("room", ROOMS)
def test_no_window_lies_over_all_rows(room: str) -> None:
    """On no rows DuckDB 1.5.5 now and then fails by such a window, and shuts the whole store (docs/decisions.md)."""
    paths = [*(ROOT / room).rglob("*.py"), *(ROOT / room).rglob("*.sql")]
    over_all = [
        f"{path.relative_to(ROOT)}: {window[:60]}"
        for path in paths
        for statement in statements(path)
        for window in re.findall(r"\bOVER\s*\((?!\s*PARTITION BY)[^)]*", re.sub(r"--[^\n]*", "", statement))
    ]
    assert paths and not over_all


@pytest.mark.parametrize("room", ROOMS)
def test_every_insert_names_its_columns(room: str) -> None:
    paths = [*(ROOT / room).rglob("*.py"), *(ROOT / room).rglob("*.sql")]
    positional = [
        f"{path.relative_to(ROOT)}: {statement.strip()[:60]}"
        for path in paths
        for statement in statements(path)
        if BY_POSITION.search(statement)
    ]
    assert paths and not positional


@pytest.mark.parametrize(
    "statement", ["INSERT INTO x VALUES (?)", 'insert into "x" SELECT 1', "INSERT INTO x\n  SELECT 1"]
)
def test_the_test_sees_an_insert_by_position(statement: str) -> None:
    assert BY_POSITION.search(statement)
    assert not BY_POSITION.search('INSERT INTO "x" ("a") VALUES (?)')
