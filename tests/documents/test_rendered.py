"""Every kind, rendered to pages by LibreOffice where there is one: nothing is cut, nothing lies outside the margins."""

import html
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest

from documents.kinds.bulletin import BulletinFacts, bulletin
from documents.kinds.case_facts import Issued, UnitRecord
from documents.kinds.circular import circular
from documents.kinds.commendation import CriticismFacts, PraiseFacts, criticism, praise
from documents.kinds.month_facts import Problem, Tally, UnitMonth
from documents.kinds.rectification import RectificationFacts, rectification
from documents.kinds.talk import TalkFacts, talk
from documents.kinds.urge import UrgeFacts, urge
from documents.layout.paper import Paper
from tests.documents.reading import NASTY, draft
from tests.documents.test_circular import facts
from tests.documents.test_notices import FAILINGS, MISSING, PENDING

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (shutil.which("soffice") and shutil.which("pdftotext")), reason="no LibreOffice or poppler"),
]
TEMPLATES = tuple((f"BE-{n:02d}", f"第{n}张目录模板的名字") for n in range(17))
POINTS = 72 / 25.4
OVERHANG = 6  # mm: a closing mark may hang over the right margin


def _large() -> Paper:
    """Thirty units by seventeen templates, a hundred problems, names that are too long."""
    marks = {
        code: mark for (code, _), mark in zip(TEMPLATES, ["√", "迟12", "未报", "零", "平", "免"] * 3, strict=False)
    }
    names = [*NASTY, *(f"名字不算短的第{n}科室" for n in range(24))]
    units = tuple(UnitMonth(name, Tally(8, 3, 3, 0, 3, 3, 3), Tally(12, 2), marks) for name in names)
    problem = Problem("", "一张名字很长的目录模板月报表", "2026-10", "未报", "已过2天")
    problems = tuple(replace(problem, unit_name=names[n % 30]) for n in range(100))
    return circular(facts(units, templates=TEMPLATES, problems=problems))


KINDS: dict[str, Callable[[], Paper]] = {
    "urge": lambda: urge(UrgeFacts(draft(), date(2026, 10, 1), MISSING * 20, PENDING)),
    "circular": lambda: circular(facts()),
    "large": _large,
    "bulletin": lambda: bulletin(BulletinFacts(facts())),
    "praise": lambda: praise(PraiseFacts(draft(), "2026年", tuple(UnitRecord(name, 3, 3) for name in NASTY))),
    "criticism": lambda: criticism(CriticismFacts(draft(), "2026年", (UnitRecord(NASTY[2], 3, 1, FAILINGS * 20),))),
    "rectification": lambda: rectification(RectificationFacts(draft(), NASTY[2], FAILINGS)),
    "talk": lambda: talk(TalkFacts(draft(), "甲科", (Issued("某〔2026〕3号"),), FAILINGS)),
}


@dataclass(frozen=True)
class Page:
    """In mm. words: (x from, y from, x to, y to, text)."""

    width: float
    height: float
    words: list[tuple[float, float, float, float, str]]


def rendered(paper: Paper, folder: Path) -> list[Page]:
    """The pages as LibreOffice sets them."""
    (folder / "draft.docx").write_bytes(paper.content())
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), "draft.docx"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=180)
    command = ["pdftotext", "-bbox", "draft.pdf", "-"]
    said = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout
    pages = []
    for page in said.split("<page ")[1:]:
        size = re.match(r'width="([\d.]+)" height="([\d.]+)"', page)
        found = re.findall(r'xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>', page)
        words = [(*(float(one) / POINTS for one in place), text) for *place, text in found]
        pages.append(Page(*(float(one) / POINTS for one in size.groups()), words))
    return pages


@pytest.mark.parametrize("kind", KINDS)
def test_every_page_keeps_its_margins(kind, tmp_path):
    paper = KINDS[kind]()
    pages = rendered(paper, tmp_path)
    for number, page in enumerate(pages, 1):
        is_upright = page.width < page.height
        assert {round(page.width), round(page.height)} == {210, 297}
        left, right, top, bottom = (28, 26, 37, 35) if is_upright else (35, 37, 28, 26)
        header = [word for word in page.words if word[3] < top - 1]
        assert "未经签发" in "".join(word[4] for word in header)
        body = [word for word in page.words if word not in header]
        if is_upright:
            footer = [word for word in body if word[1] > page.height - bottom]
            assert "".join(word[4] for word in footer) == f"—{number}—"
            side = footer[-1][2] > page.width / 2
            assert side == (number % 2 == 1)
            body = [word for word in body if word not in footer]
        else:  # the number stands at the left, where the foot of the bound page is
            body = [word for word in body if word[0] > left - 5]
        assert all(word[0] > left - 1 for word in body)
        assert all(word[2] < page.width - right + OVERHANG for word in body)
        assert all(word[3] < page.height - bottom + 1 for word in body)
    shown = "".join(word[4] for page in pages for word in page.words)
    shown = re.sub(r"\s|　", "", html.unescape(shown))
    for line in paper.lines:
        for part in re.split(r"[\s　]+", line):
            if len(part) < 12 and "😀" not in part and part.strip():
                assert part in shown, part
