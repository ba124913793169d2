"""The programs as whoever types their commands sees them, and what is written down of it."""

import json
import os
import shlex
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.transcripts.masks import ROOT, Masks

USER = "zhangjianguo"  # under whose name the command line acts
STORE = "store.duckdb"
ENVIRONMENT = {"LOGNAME": USER, "COLUMNS": "100", "LINES": "24", "PYTHONIOENCODING": "utf-8"}


class Programs:
    """A process that runs every command, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        known = {name: value for name, value in os.environ.items() if not name.startswith("ZHUNDIAN_")}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.transcripts.runner", str(folder)],
            cwd=ROOT,
            env=known | ENVIRONMENT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )

    def run(self, words: list[str], at: datetime, environment: dict[str, str]) -> dict[str, Any]:
        """code, out and errors of one command."""
        own = {"ZHUNDIAN_STORE": str(self.folder / STORE), "ZHUNDIAN_WITNESS": str(self.folder.parent / "witness")}
        environment = own | environment
        asked = {"words": words, "at": at.isoformat(), "environment": environment}
        self._process.stdin.write(f"{json.dumps(asked)}\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def close(self) -> None:
        """End the process, which lets go of its stores."""
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(timeout=60)


@dataclass
class Transcript:
    """What was typed and what came of it. A minute passes with each command.

    secrets: of the tokens, by name; hidden: what is masked beside Masks' own. Both are of the whole story.
    """

    programs: Programs
    at: datetime
    secrets: dict[str, str]
    hidden: dict[str, str]
    lines: list[str] = field(default_factory=list)

    @property
    def folder(self) -> Path:
        """Where the commands are typed."""
        return self.programs.folder

    def run(self, line: str, **environment: str) -> str:
        """Type a command; what it wrote on stdout."""
        self.at += timedelta(minutes=1)
        answer = self.programs.run(shlex.split(line), self.at, environment)
        self.lines += [f"$ {line}", *answer["out"].splitlines()]
        self.lines += [f"! {one}" for one in answer["errors"].splitlines()]
        self.lines += [f"= {answer['code']}", ""]
        return answer["out"]

    def ask(self, line: str) -> Any:
        """Type a command that answers in JSON; None where it did not."""
        try:
            return json.loads(self.run(f"{line} --json"))
        except ValueError:
            return None

    def both(self, *lines: str) -> None:
        """Type each command twice: for people and for programs."""
        for line in lines:
            self.run(line)
            self.run(f"{line} --json")

    def show(self, name: str, text: str) -> None:
        """What a file holds, or another thing that came of it."""
        self.lines += [f"# {name}", *text.splitlines(), ""]

    def hide(self, value: str, name: str) -> None:
        """From this transcript on, the name stands for the value."""
        self.hidden[value] = name

    def text(self) -> str:
        """As it is recorded."""
        return Masks(self.folder, self.hidden)("\n".join(self.lines)) + "\n"
