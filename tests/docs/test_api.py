"""docs/api.md against openapi.json: every operation is named with its parameters and an example, and no other."""

import json
import re
from pathlib import Path

import pytest

from web.api.description import DOCUMENT

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
DESCRIPTION = json.loads(DOCUMENT.read_text(encoding="utf-8"))
OPERATIONS = {
    f"{method.upper()} {path}": operation
    for path, operations in DESCRIPTION["paths"].items()
    for method, operation in operations.items()
    if method != "parameters"
}
ENTRIES = dict(re.findall(r"^`((?:GET|POST) /[^`]+)`(.+?^```$.+?^```$)", PAGE, re.DOTALL | re.MULTILINE))


def test_every_operation_is_there_and_no_other():
    assert sorted(ENTRIES) == sorted(OPERATIONS)


@pytest.mark.parametrize("name", OPERATIONS)
def test_its_example_asks_for_it(name):
    method, path = name.split(" ")
    pattern = re.sub(r"\\\{\w+\\\}", r"[^/?\"]+", re.escape(path.removeprefix("/api/v1")))
    calls = [line for line in ENTRIES[name].splitlines() if line.startswith("curl")]
    whole = ENTRIES[name]
    assert calls
    assert re.search(rf'(\$API|http://localhost:8501){pattern}([?"\s]|$)', whole), pattern
    assert method == "GET" or re.search(r"--data-binary|--json|-F ", whole)


@pytest.mark.parametrize("name", OPERATIONS)
def test_parameters_are_named(name):
    for parameter in OPERATIONS[name].get("parameters", ()):
        word = parameter.get("name") or parameter["$ref"].rpartition("/")[2]
        word = {"if_none_match": "If-None-Match"}.get(word, word)
        assert word in PAGE, word


def test_parameters_of_examples_exist():
    asked = {word for query in re.findall(r"\$API/[\w/-]+\?([^\"]+)", PAGE) for word in re.findall(r"(\w+)=", query)}
    parameters = json.dumps(DESCRIPTION["components"]["parameters"]) + json.dumps(DESCRIPTION["paths"])
    assert all(f'"name": "{word}"' in parameters for word in asked)


def test_answers_by_number_are_explained():
    codes = {code for operation in OPERATIONS.values() for code in operation["responses"]}
    rows = re.findall(r"^\| ([0-9, ]+) \|", PAGE, re.MULTILINE)
    assert {code for row in rows for code in row.split(", ")} == codes
