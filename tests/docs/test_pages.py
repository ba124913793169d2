"""The documents against the tree: links and paths, the map, entries that are whole, pictures that are small."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = sorted(path.name for path in ROOT.iterdir() if path.is_dir() and path.name[0] != "." and path.name != "var")
PAGES = sorted([*ROOT.glob("README*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("deploy/*.md")])
PICTURES = sorted(ROOT.glob("docs/pictures/*"))
LINK = re.compile(r"\]\(([^)#\s]*)(?:#([^)\s]*))?\)")
PATH = re.compile(rf"(?<![\w/.-])((?:{'|'.join(FOLDERS)}|\.ci)/[\w./*-]*)")


def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def named(page: Path) -> str:
    return str(page.relative_to(ROOT))


def anchors(page: Path) -> set[str]:
    """What GitHub makes of the headings of a page."""
    headings = re.findall(r"^#+ (.+)$", text(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_readme_is_short_and_has_two_pictures(name):
    page = text(ROOT / name)
    assert len(page.splitlines()) <= 120
    assert page.count("![") == 2


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links_lead_somewhere(page):
    for target, anchor in LINK.findall(text(page)):
        if target.startswith(("http://", "https://")):
            continue
        place = (page.parent / target).resolve() if target else page
        assert place.exists(), target
        assert not anchor or anchor in anchors(place), f"{target}#{anchor}"


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_paths_that_are_named_exist(page):
    """A path may be a pattern; <…> stands for a name to choose."""
    for name in PATH.findall(text(page)):
        assert any(ROOT.glob(name.rstrip("./*") + ("*" if name.endswith("*") else ""))), name


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_tests_and_modules_that_are_to_be_run_exist(page):
    for module in re.findall(r"-m ((?:bench|tests)\.[\w.]+)", text(page)):
        path = ROOT / module.rstrip(".").replace(".", "/")
        assert path.with_suffix(".py").exists() or (path / "__main__.py").exists(), module


def test_every_folder_with_python_is_on_the_map():
    files = [file for folder in (*FOLDERS, ".ci") for file in (ROOT / folder).rglob("*.py")]
    folders = {named(file.parent) for file in files}
    maps = text(ROOT / "README.md") + text(ROOT / "docs" / "developing.md")
    mirrored = {folder for folder in folders if folder.startswith("tests/")}
    assert [folder for folder in sorted(folders - mirrored) if f"{folder}/" not in maps] == []
    tops = {"/".join(folder.split("/")[:2]) for folder in mirrored}
    strange = [top for top in tops if not (ROOT / top.removeprefix("tests/")).is_dir() and f"{top}/" not in maps]
    assert strange == []  # tests/data/… mirrors data/…; what mirrors nothing is explained


def test_every_document_is_linked():
    linked = {(page.parent / target).resolve() for page in PAGES for target, _ in LINK.findall(text(page)) if target}
    assert [named(page) for page in PAGES if page.parent != ROOT and page not in linked] == []


def test_every_picture_is_shown_and_small():
    shown = {(page.parent / target).resolve() for page in PAGES for target, _ in LINK.findall(text(page)) if target}
    assert [named(picture) for picture in PICTURES if picture not in shown] == []
    assert max(picture.stat().st_size for picture in PICTURES) <= 150_000
    assert sum(picture.stat().st_size for picture in PICTURES) <= 2_500_000


def test_decisions_have_a_date_and_what_was_rejected():
    page = text(ROOT / "docs" / "decisions.md")
    entries = re.split(r"\n(?=- |\n## )", page.split("\n## ", 1)[1])
    entries = [" ".join(entry.split()) for entry in entries if entry.startswith("- ")]
    assert len(entries) > 90
    for entry in entries:
        assert re.match(r"- \*\*.+?\*\* \(\d{4}-\d\d-\d\d", entry), entry
        assert re.search(r"[Rr]ejected:", entry), entry
