"""The command line and the API answer word for word as recorded, whatever folders their code lies in.

Through the public surface alone: `python -m data|loaders|documents|reminding` and HTTP. The story is told in story.py
and api.py, what is masked in masks.py. Where an answer is meant to change: `python -m tests.transcripts.record`, and
look at what the diff says.
"""

import sys
from difflib import unified_diff

import pytest

from tests.transcripts.play import NAMES, play
from tests.transcripts.record import RECORDED


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The whole story, told once."""
    return play(tmp_path_factory.mktemp("transcripts").resolve())


@pytest.mark.parametrize("name", NAMES)
def test_it_answers_as_recorded(played: dict[str, str], name: str) -> None:
    if name == "help_texts" and sys.version_info[:2] != (3, 11):
        pytest.skip("another Python lays the help out in another way; recorded by 3.11")
    recorded = (RECORDED / f"{name}.txt").read_text(encoding="utf-8")
    if played[name] != recorded:
        lines = unified_diff(recorded.splitlines(), played[name].splitlines(), "recorded", "now", lineterm="")
        pytest.fail("\n".join(lines), pytrace=False)


def test_every_transcript_is_told() -> None:
    assert {path.stem for path in RECORDED.iterdir()} == set(NAMES)
