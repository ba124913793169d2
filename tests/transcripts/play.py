"""Plays the whole story: every chapter by command line, then what a server answers about the same store."""

from datetime import datetime
from pathlib import Path

from tests.served import served
from tests.transcripts import api, story
from tests.transcripts.programs import ENVIRONMENT, STORE, Programs, Transcript

NAMES = (*story.CHAPTERS, *(converse.__name__ for converse in api.CHAPTERS), story.by_the_owner.__name__)


def play(folder: Path) -> dict[str, str]:
    """Name → transcript, in an empty folder."""
    played: dict[str, str] = {}
    secrets: dict[str, str] = {}
    hidden: dict[str, str] = {}
    programs = Programs(folder)
    try:
        for name, (at, tell) in story.CHAPTERS.items():
            told = Transcript(programs, at, secrets, hidden)
            tell(told)
            played[name] = told.text()
    finally:
        programs.close()
    with served(folder / STORE, ENVIRONMENT, through=("tests.transcripts.clock", api.NOW)) as server:
        for converse in api.CHAPTERS:
            asked = api.Conversation(server.address, folder, secrets, hidden)
            converse(asked)
            played[converse.__name__] = asked.text()
        programs = Programs(folder)
        try:
            told = Transcript(programs, datetime.fromisoformat(api.NOW), secrets, hidden)
            story.by_the_owner(told)
            played[story.by_the_owner.__name__] = told.text()
        finally:
            programs.close()
    return played
