"""Who may import whom: pages → web, documents, reminding → loaders → data; and room by room inside each layer."""

import ast
import importlib.machinery
import sys
from pathlib import Path

import pytest

from bench.house import LAYERS, ROOT, between_rooms, circles, imports, room, sources

MODULES = sources()
ARROWS = imports(MODULES)
ROOMS = between_rooms(ARROWS)
BELOW = {
    "locales": set(),
    "charts": set(),
    "data": set(),
    "documents": {"loaders", "data", "locales"},
    "loaders": {"data", "locales"},
    "reminding": {"loaders", "data", "locales"},
    "web": {"reminding", "documents", "loaders", "data", "locales"},
    "text": {"data", "locales"},
    "pages": {"web", "reminding", "documents", "loaders", "data", "charts", "text", "locales"},
    "dashboard": {"pages", "web"},
    "start": set(),
}
"""Layer → the layers that it may import."""
SPEAKING = {
    "data.command_line": {"locales"},
    "data.rows.commands": {"locales"},
    "data.rows.files": {"locales"},
    "data.rows.question_words": {"locales"},
}
"""Modules that may import more than their layer: the command line says faults to people, and workbooks of rows have
headings, and so need words, which import nothing of ours. The rest of data raises codes and knows no language.
"""
FLOORS = {
    "data": (
        {"settings", "backup"},
        {"catalogue"},
        {"readable", "command_line"},
        {"dues", "people", "reminders", "rows", "submissions"},
        {"anomalies", "supervision"},
        {"boards", "chronology", "forms", "indicators", "start", "tasks"},
        {"questions", "drill"},
        {"commands"},
        {"__main__"},
    ),
    "loaders": (
        {"reading", "blank", "list_workbook"},
        {"marked", "wording"},
        {"repeated"},
        {"arriving", "checking"},
        {"intake"},
        {"messages"},
        {"list_faults"},
        {"people", "returned", "sample", "statements"},
        {"commands"},
        {"__main__"},
    ),
    "documents": (
        {"layout", "settings"},
        {"kinds"},
        {"gather"},
        {"gather_chronology"},
        {"gather_case", "gather_flags", "gather_month", "gather_urge", "picture", "report"},
        {"drafting"},
        {"commands"},
        {"__main__"},
    ),
    "pages": (
        {"frame"},
        {
            "anomalies",
            "audit",
            "deadlines",
            "documents",
            "hand_in",
            "indicators",
            "people",
            "reminders",
            "rows",
            "start",
        },
        {"receipts", "supervision"},
        {"round"},
        {"boards", "tasks", "units"},
    ),
}
"""Layer → its rooms from the ground up. A room imports what lies on lower floors; what is not named is the ground."""


def _layer(module: str) -> str:
    return module.split(".")[0]


def _floor(name: str) -> int:
    """The floor of a room such as data.dues; 0 for the ground."""
    layer, _, inner = name.partition(".")
    return next((floor for floor, rooms in enumerate(FLOORS[layer], start=1) if inner in rooms), 0)


def _outside(module: str) -> set[str]:
    """The libraries that a module imports."""
    tree = ast.parse(MODULES[module].read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
    return {name.split(".")[0] for name in names}


def test_streamlit_stays_in_dashboard_pages_text_and_web() -> None:
    known = {module for module in MODULES if "streamlit" in _outside(module)}
    assert {_layer(module) for module in known} <= {"dashboard", "pages", "text", "web"}


def test_duckdb_stays_in_the_store() -> None:
    assert {module for module in MODULES if "duckdb" in _outside(module)} == {"data.store"}


@pytest.mark.parametrize("layer", [*LAYERS, "dashboard", "start", "text"])
def test_a_layer_imports_only_what_lies_below_it(layer: str) -> None:
    wrong = {
        f"{module} → {target}"
        for module, targets in ARROWS.items()
        for target in targets
        if _layer(module) == layer
        if _layer(target) not in BELOW[layer] | {layer} | SPEAKING.get(module, set())
    }
    assert wrong == set()


@pytest.mark.parametrize("layer", FLOORS)
def test_a_room_imports_only_what_lies_on_lower_floors(layer: str) -> None:
    wrong = {
        f"{name} → {target}"
        for name, targets in ROOMS.items()
        for target in targets
        if _layer(name) == _layer(target) == layer and layer not in (name, target)
        if _floor(target) >= max(_floor(name), 1)
    }
    assert wrong == set()


@pytest.mark.parametrize("layer", FLOORS)
def test_every_room_that_is_named_is_there(layer: str) -> None:
    assert {f"{layer}.{name}" for floor in FLOORS[layer] for name in floor} <= {room(module) for module in MODULES}


def test_nothing_imports_in_circles() -> None:
    assert (circles(ROOMS), circles(ARROWS)) == ([], [])


def test_nothing_lies_directly_in_pages() -> None:
    """Streamlit would serve it the old way, without menu, theme or language, to whoever opens its address first."""
    assert list((ROOT / "pages").glob("*.py")) == []


def test_nothing_in_the_frame_bears_the_name_of_a_library() -> None:
    """Streamlit puts the folder of the script that it reruns, pages/frame, in front of sys.path on each rerun."""
    names = {path.stem for path in (ROOT / "pages" / "frame").glob("*.py")}
    elsewhere = [path for path in sys.path if Path(path or ".").resolve() != ROOT]
    taken = {name for name in names if importlib.machinery.PathFinder.find_spec(name, elsewhere)}
    assert names & set(sys.stdlib_module_names) | taken == set()
