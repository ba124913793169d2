"""Both clocks on every question: who may ask as of a past moment may also leave out what was entered later."""

import json

import pytest

from tests.docs.test_commands import COMMANDS, ROOT

ALONE = {
    "reminding due": "what would go, decided by what is owed: nobody reminds as of a past knowledge",
    "reminding send": "it sends to those who still owe now",
    "reminding log": "a message is entered as it is sent: its two moments are one",
}
"""Commands with --as-of alone, each with its reason; docs/commands.md tells it too."""
API = json.loads((ROOT / "web" / "api" / "openapi.json").read_text(encoding="utf-8"))["paths"]


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_that_takes_a_moment_takes_both(name: str) -> None:
    options = {option for action in COMMANDS[name]._actions for option in action.option_strings}
    assert ("--known-at" in options) == ("--as-of" in options and name not in ALONE)


@pytest.mark.parametrize("path", API)
def test_a_path_that_takes_a_moment_takes_both(path: str) -> None:
    given = [
        one.get("$ref", one.get("name", "")).split("/")[-1] for one in API[path].get("get", {}).get("parameters", [])
    ]
    assert ("known_at" in given) == ("as_of" in given)


def test_what_has_one_moment_alone_says_why() -> None:
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert set(ALONE) <= set(COMMANDS)
    assert "The commands of `reminding` take `--as-of` alone" in page
