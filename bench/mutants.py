"""`python -m bench.mutants data/periods.py [--tests PATH …] [--every N]`: change one thing in a module, and see whether
its tests notice. Prints each change that none of them did, with its line; to be killed by a test, or explained.
"""

import argparse
import ast
import importlib.abc
import importlib.machinery
import os
import signal
import sys
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

ROOT = Path(__file__).parents[1]
_QUIET = ("-W", "ignore::pytest.PytestAssertRewriteWarning")  # hypothesis is loaded already
SECONDS = 300  # of one run of the tests; an endless loop is noticed too
_COMPARED = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
_RECKONED = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult, ast.Mod: ast.Add}


class _Loader(importlib.machinery.SourceFileLoader):
    """Loads a changed module in the place of the one on the disk."""

    def __init__(self, name: str, path: Path, tree: ast.Module) -> None:
        super().__init__(name, str(path))
        self._tree = tree

    def get_code(self, fullname: str):
        return compile(self._tree, self.path, "exec")


class _Finder(importlib.abc.MetaPathFinder):
    def __init__(self, name: str, path: Path, tree: ast.Module) -> None:
        self._name, self._path, self._tree = name, path, tree

    def find_spec(self, fullname: str, path=None, target=None):
        if fullname != self._name:
            return None
        loader = _Loader(fullname, self._path, self._tree)
        return importlib.util.spec_from_file_location(fullname, self._path, loader=loader)


def changes(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """What may be changed in this one node: in words, and as it then is."""
    if isinstance(node, ast.Compare):
        for place, operator in enumerate(node.ops):
            if other := _COMPARED.get(type(operator)):
                made = deepcopy(node)
                made.ops[place] = other()
                yield f"{ast.unparse(node)} → {ast.unparse(made)}", made
    elif isinstance(node, ast.BoolOp):
        made = deepcopy(node)
        made.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield f"{ast.unparse(node)} → {ast.unparse(made)}", made
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield f"{ast.unparse(node)} → {ast.unparse(node.operand)}", deepcopy(node.operand)
    elif isinstance(node, ast.BinOp) and type(node.op) in _RECKONED:
        made = deepcopy(node)
        made.op = _RECKONED[type(node.op)]()
        yield f"{ast.unparse(node)} → {ast.unparse(made)}", made
    elif isinstance(node, ast.Constant) and type(node.value) is int:
        for step in (1, -1):
            yield f"{node.value} → {node.value + step}", ast.Constant(node.value + step)
    elif isinstance(node, ast.Constant) and type(node.value) is bool:
        yield f"{node.value} → {not node.value}", ast.Constant(not node.value)
    elif isinstance(node, ast.Return) and node.value is not None:
        yield f"{ast.unparse(node)} → return None", ast.Return(ast.Constant(None))


def mutants(source: str) -> Iterator[tuple[int, str, ast.Module]]:
    """Line, what was changed, and the module with that one change."""
    for place, node in enumerate(ast.walk(ast.parse(source))):
        for said, made in changes(node):
            tree = ast.parse(source)
            _replace(tree, list(ast.walk(tree))[place], made)
            yield getattr(node, "lineno", 0), said, ast.fix_missing_locations(tree)


def _replace(tree: ast.Module, old: ast.AST, new: ast.AST) -> None:
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            if value is old:
                setattr(parent, name, ast.copy_location(new, old))
            elif isinstance(value, list) and any(item is old for item in value):
                value[next(n for n, item in enumerate(value) if item is old)] = ast.copy_location(new, old)


def survives(name: str, path: Path, tree: ast.Module, tests: list[str]) -> bool:
    """Whether all tests pass with the change, in a process of its own."""
    child = os.fork()
    if child == 0:
        signal.alarm(SECONDS)
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        import pytest

        sys.meta_path.insert(0, _Finder(name, path, tree))
        os._exit(int(pytest.main(["-n", "0", "-q", "-x", "-p", "no:cacheprovider", *_QUIET, *tests])))
    return os.waitpid(child, 0)[1] == 0


def tests_of(path: Path) -> list[str]:
    """Where the module is tested, as the tests mirror the tree."""
    inner = path.relative_to(ROOT)
    return [str(ROOT / "tests" / inner.with_name(f"test_{inner.name}"))]


def main() -> None:
    """Print the survivors, and how many were tried."""
    parser = argparse.ArgumentParser(prog="python -m bench.mutants", description=__doc__)
    parser.add_argument("module", type=Path)
    parser.add_argument("--tests", nargs="+", help="default: its own test module")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only each N-th change")
    options = parser.parse_args()
    path = options.module.resolve()
    name, tests = ".".join(path.relative_to(ROOT).with_suffix("").parts), options.tests or tests_of(path)
    import hypothesis  # noqa: F401 - what the tests need of others is loaded once, before the processes part
    import pandas  # noqa: F401
    import pyarrow  # noqa: F401
    import pytest  # noqa: F401

    source = path.read_text(encoding="utf-8")
    if not survives(name, path, ast.parse(source), tests):
        sys.exit("the tests fail as it is")
    tried, left = 0, 0
    for line, said, tree in list(mutants(source))[:: options.every]:
        tried += 1
        if survives(name, path, tree, tests):
            left += 1
            print(f"{path.relative_to(ROOT)}:{line}: {said}", flush=True)
    print(f"{tried} changes, {left} unnoticed")


if __name__ == "__main__":
    main()
