"""docs/commands.md against the parsers: every command and option is there, nothing else is, and the examples parse."""

import argparse
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

import data.commands
import documents.commands
import loaders.commands
import reminding.commands

ROOT = Path(__file__).parents[2]
PROGRAMS = {
    "data": data.commands._parser(),
    "loaders": loaders.commands._parser(),
    "documents": documents.commands._parser(),
    "reminding": reminding.commands._parser(),
}
EXAMPLE = "python3 start.py run -m "
BLOCK = re.compile(r"^### (.+?)\n\n.*?^```\n(.+?)\n\n(.+?)\n```$", re.DOTALL | re.MULTILINE)


def commands(parser: argparse.ArgumentParser, name: str) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Each command of a program under its whole name, such as `data users add`."""
    groups = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not groups:
        yield name, parser
    for group in groups:
        for word, inner in group.choices.items():
            yield from commands(inner, f"{name} {word}")


COMMANDS = {name: parser for program in PROGRAMS for name, parser in commands(PROGRAMS[program], program)}
PAGE = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
ENTRIES = {name: (words, examples.splitlines()) for name, words, examples in BLOCK.findall(PAGE)}


def test_every_command_is_there_once_and_no_other():
    headings = re.findall(r"^### (.+)$", PAGE, re.MULTILINE)
    assert sorted(headings) == sorted(COMMANDS)
    assert set(ENTRIES) == set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_is_there_and_no_other(name):
    actions = [action for action in COMMANDS[name]._actions if not isinstance(action, argparse._HelpAction)]
    actions = [action for action in actions if action.help is not argparse.SUPPRESS]  # refused with words of its own
    options = {option for action in actions for option in action.option_strings}
    assert "--json" in options  # said once, for all
    words = ENTRIES[name][0]
    assert words.startswith(name)
    assert set(re.findall(r"--[a-z-]+", words)) | {"--json"} == options
    for action in actions:
        for choice in action.choices or ():
            assert re.search(rf"(?<![a-z_]){re.escape(str(choice))}(?![a-z_])", words), choice
    required = {action.option_strings[0] for action in actions if action.option_strings and action.required}
    optional = set(re.findall(r"--[a-z-]+", " ".join(re.findall(r"\[(--[^\]]+)\]", words))))
    assert required == options - optional - {"--json"}


@pytest.mark.parametrize("name", COMMANDS)
def test_its_text_names_no_option_that_it_lacks(name):
    entry = PAGE.split(f"\n### {name}\n", 1)[1].split("```", 1)[0]
    options = set(COMMANDS[name]._option_string_actions)
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", entry)) <= options


@pytest.mark.parametrize("name", COMMANDS)
def test_its_examples_are_understood(name):
    examples = ENTRIES[name][1]
    assert examples
    for line in examples:
        assert line.startswith(f"{EXAMPLE}{name}")
        program, *words = shlex.split(line.removeprefix(EXAMPLE))
        PROGRAMS[program].parse_args(words)
