"""The house in figures: modules, lines, functions, and the imports between rooms, of this checkout or of another.

python -m bench.house [FOLDER]     a line a layer; then every arrow between rooms, and the circles

A room is a folder of a layer, with all that lies in it; a file directly in a layer is a room of its own.
"""

import ast
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LAYERS = ("charts", "data", "documents", "loaders", "locales", "pages", "reminding", "web")
Arrows = Mapping[str, set[str]]
"""module or room → those that it imports"""


def sources(root: Path = ROOT) -> dict[str, Path]:
    """Dotted name → file, of every module of ours but tests and bench."""
    files = [path for layer in LAYERS for path in sorted((root / layer).rglob("*.py"))]
    files += sorted(root.glob("*.py"))
    return {_dotted(path.relative_to(root)): path for path in files}


def _dotted(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(modules: Mapping[str, Path]) -> dict[str, set[str]]:
    """Module → the modules of ours that it imports, anywhere in its text."""
    return {name: _imported(path, modules) - {name} for name, path in modules.items()}


def _imported(path: Path, modules: Mapping[str, Path]) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            names |= {name if name in modules else node.module for name in inner}
    return names & set(modules)


def room(module: str) -> str:
    """The room of a module: data.dues.timeliness → data.dues; data.store → data.store; text → text."""
    return ".".join(module.split(".")[:2])


def between_rooms(arrows: Arrows) -> dict[str, set[str]]:
    """Room → the rooms that it imports."""
    rooms: dict[str, set[str]] = defaultdict(set)
    for module, targets in arrows.items():
        rooms[room(module)] |= {room(target) for target in targets} - {room(module)}
    return dict(rooms)


def circles(arrows: Arrows) -> list[list[str]]:
    """Each set of two or more that import each other in a loop (strongly connected components)."""
    reached = {start: _reachable(start, arrows) for start in arrows}
    together = {frozenset(other for other in reached[start] if start in reached.get(other, ())) for start in arrows}
    return sorted(sorted(ring) for ring in together if len(ring) > 1)


def _reachable(start: str, arrows: Arrows) -> set[str]:
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        new = arrows.get(waiting.pop(), set()) - seen
        seen |= new
        waiting += new
    return seen


def _functions(paths: Iterable[Path]) -> tuple[int, int, int]:
    """Lines, functions, and the lines of the longest function."""
    lines = number = longest = 0
    for path in paths:
        written = path.read_text(encoding="utf-8")
        lines += written.count("\n")
        for node in ast.walk(ast.parse(written)):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                number += 1
                longest = max(longest, node.end_lineno - node.lineno + 1)
    return lines, number, longest


def main() -> None:
    """Print the figures."""
    root = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT
    modules = sources(root)
    arrows = imports(modules)
    rooms = between_rooms(arrows)
    print(f"{'layer':12}{'modules':>8}{'rooms':>7}{'lines':>8}{'functions':>11}{'longest':>9}{'arrows inside':>15}")
    for layer in (*LAYERS, "top"):
        inside = [m for m in modules if (m.split(".")[0] == layer if layer != "top" else m.split(".")[0] not in LAYERS)]
        named = {room(module) for module in inside} - {layer}
        within = sum(len(rooms[name] & named) for name in named if name in rooms)
        lines, number, longest = _functions(modules[module] for module in inside)
        print(f"{layer:12}{len(inside):8}{len(named):7}{lines:8}{number:11}{longest:9}{within:15}")
    print(f"\n{sum(map(len, rooms.values()))} arrows between rooms, {sum(map(len, arrows.values()))} between modules")
    for name, targets in sorted(rooms.items()):
        if targets:
            print(f"{name} → {', '.join(sorted(targets))}")
    print("circles of rooms:", circles(rooms) or "none")
    print("circles of modules:", circles(arrows) or "none")


if __name__ == "__main__":
    main()
