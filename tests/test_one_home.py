"""One home for each figure: what shows figures neither divides counts nor compares deadlines; data.dues does."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("pages", "charts", "documents", "web", "reminding", "loaders")
SOURCES = sorted(path.relative_to(ROOT) for room in ROOMS for path in (ROOT / room).rglob("*.py"))
COUNTS = {"due", "received", "on_time", "late", "missing", "pending", "exempt", "expected", "owed", "n_due"}
CLOCK = {"deadline", "due_date", "due_minutes", "planned_deadline", "planned_date", "next_deadline", "lock_at"}
ALLOWED: dict[str, str] = {}
"""path: why it must. Empty: whoever writes a line in here says why data.dues cannot answer."""


def _names(node: ast.AST) -> set[str]:
    """The names, attributes, and keys (`row["due"]`) in an expression."""
    found = set()
    for part in ast.walk(node):
        if isinstance(part, ast.Name):
            found.add(part.id)
        elif isinstance(part, ast.Attribute):
            found.add(part.attr)
        elif isinstance(part, ast.Subscript) and isinstance(part.slice, ast.Constant):
            found.add(part.slice.value)
    return found


def second_homes(source: str) -> Iterator[str]:
    """What works a figure out anew: a division or Fraction of counts, a deadline held against anything but None, days
    counted from a due day, the commonest day.
    """
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.BinOp(op=ast.Div() | ast.FloorDiv()) if _names(node) & COUNTS:
                yield ast.unparse(node)
            case ast.Call(func=ast.Name(id="Fraction") | ast.Attribute(attr="div" | "divide" | "truediv")):
                if _names(node) & COUNTS:
                    yield ast.unparse(node)
            case ast.Compare(ops=ops) if any(isinstance(op, ast.Lt | ast.LtE | ast.Gt | ast.GtE) for op in ops):
                if _names(node) & CLOCK:
                    yield ast.unparse(node)
            case ast.Attribute(value=ast.BinOp(op=ast.Sub()) as between, attr="days") if _names(between) & CLOCK:
                yield ast.unparse(node)
            case ast.Call(func=ast.Attribute(attr="mode")):
                yield ast.unparse(node)


@pytest.mark.parametrize("source", SOURCES, ids=str)
def test_figures_are_asked_for_and_not_worked_out(source: Path) -> None:
    if source.as_posix() not in ALLOWED:
        assert list(second_homes((ROOT / source).read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "line",
    [
        "share = counts['on_time'] / counts['expected']",
        "row.on_time / row.due",
        "coarse['received'] / due",
        "frame['on_time'].div(frame['due'])",
        "Fraction(self.on_time, self.due)",
        "(found['deadline'] <= now).all()",
        "is_over = due.deadline < as_of",
        "days = (row.due_date.date() - today).days",
        "until = dues['due_date'].mode().iloc[0]",
    ],
)
def test_the_ways_in_which_it_was_done_before_are_found(line: str) -> None:
    assert list(second_homes(line))


@pytest.mark.parametrize("line", ["number / 100", "receipt.deadline is None", "ROOT / 'pages'", "done / total"])
def test_what_is_no_figure_is_left_alone(line: str) -> None:
    assert not list(second_homes(line))
