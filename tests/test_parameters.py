"""What belongs together is one object: no function of ours takes a long list of parameters."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MOST = 7
ROOMS = ("bench", "charts", "data", "documents", "loaders", "locales", "pages", "reminding", "tests", "web")


def long_lists(source: str) -> list[str]:
    """name(number) of every function with more parameters than MOST, self and cls among them."""
    functions = [
        node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    counted = [(node.name, len([*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs])) for node in functions]
    return [f"{name}({number})" for name, number in counted if number > MOST]


@pytest.mark.parametrize("room", [*ROOMS, "."])
def test_no_function_takes_more_than_seven_parameters(room: str) -> None:
    paths = sorted(ROOT.glob("*.py") if room == "." else (ROOT / room).rglob("*.py"))
    found = {str(path.relative_to(ROOT)): long_lists(path.read_text(encoding="utf-8")) for path in paths}
    assert paths and {path: names for path, names in found.items() if names} == {}


def test_it_counts_them_all() -> None:
    assert long_lists("def f(a, b, /, c, d, *, e, f, g, h): ...\ndef g(a): ...") == ["f(8)"]
