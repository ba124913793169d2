"""Who may import whom: pages → web, queries, charts, text; web → reminding → loaders → data → nothing of ours."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
OURS = {"charts", "dashboard", "data", "documents", "loaders", "locales", "pages", "reminding", "tests", "text", "web"}
SOURCES = sorted(
    path.relative_to(ROOT)
    for folder in ("charts", "data", "documents", "loaders", "locales", "pages", "reminding", "web", ".")
    for path in (ROOT / folder).glob("*.py" if folder == "." else "**/*.py")
)


def _imported(source: Path) -> set[str]:
    tree = ast.parse((ROOT / source).read_text(encoding="utf-8"))
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module)
    return {name.split(".")[0] for name in names}


def _room(source: Path) -> str:
    return source.parts[0].removesuffix(".py")


@pytest.mark.parametrize("source", SOURCES, ids=str)
def test_streamlit_stays_in_dashboard_pages_text_and_web(source: Path) -> None:
    if _room(source) not in {"dashboard", "pages", "text", "web"}:
        assert "streamlit" not in _imported(source)


@pytest.mark.parametrize("source", SOURCES, ids=str)
def test_duckdb_stays_in_the_store(source: Path) -> None:
    if source != Path("data/store.py"):
        assert "duckdb" not in _imported(source)


@pytest.mark.parametrize("source", SOURCES, ids=str)
def test_rooms_import_only_what_lies_below_them(source: Path) -> None:
    allowed = {
        "data": {"data"},
        "documents": {"documents", "data", "locales"},
        "loaders": {"loaders", "data", "locales"},
        "reminding": {"reminding", "loaders", "data", "locales"},
        "web": {"web", "reminding", "documents", "loaders", "data", "locales"},
        "locales": {"locales"},
        "charts": {"charts"},
    }
    ours = _imported(source) & OURS
    assert ours <= allowed.get(_room(source), OURS - {"dashboard", "tests"})


def test_nothing_lies_directly_in_pages() -> None:
    """Streamlit would serve it the old way, without menu, theme or language, to whoever opens its address first."""
    assert list((ROOT / "pages").glob("*.py")) == []
