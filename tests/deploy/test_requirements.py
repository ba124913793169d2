"""What may be installed is pinned, with the hash of every file; nothing names where it comes from."""

import importlib.util
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LISTS = ("requirements.txt", "requirements-dev.txt")


def pins(name: str) -> dict[str, str]:
    """Package → version, of a list or of what it was made from."""
    text = (ROOT / name).read_text(encoding="utf-8")
    found = re.findall(r"^([\w.-]+)==([\w.]+)", text, re.MULTILINE)
    return {package.lower().replace("_", "-").replace(".", "-"): version for package, version in found}


@pytest.mark.parametrize("name", LISTS)
def test_every_line_is_pinned_and_hashed(name):
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    for line in filter(None, text.splitlines()):
        assert re.fullmatch(r"[\w.-]+==\S+( ; [^-]*?)?( +--hash=sha256:[0-9a-f]{64})+", line.rstrip()), line[:80]


@pytest.mark.parametrize("name", LISTS)
def test_the_lists_are_those_of_what_was_asked_for(name):
    asked = pins(name.replace(".txt", ".in"))
    assert asked and asked.items() <= pins(name).items()


def test_the_tests_run_with_what_the_program_runs_with():
    assert pins("requirements.txt").items() <= pins("requirements-dev.txt").items()


@pytest.mark.parametrize("name", [*LISTS, "requirements.in", "requirements-dev.in"])
def test_no_host_is_named(name):
    assert not re.search(r"://|index-url|find-links", (ROOT / name).read_text(encoding="utf-8"))


def audit():
    """.ci/audit.py."""
    found = importlib.util.spec_from_file_location("audit", ROOT / ".ci" / "audit.py")
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("packages", "code", "told"),
    [
        ([{"name": "a", "skip_reason": "not found"}], 0, "cannot be reached"),
        ([{"name": "a", "version": "1", "vulns": []}], 0, "1 of 1 packages audited, 0 vuln"),
        ([{"name": "a", "version": "1", "vulns": []}, {"name": "b", "skip_reason": "?"}], 0, "b: not audited"),
        ([{"name": "a", "version": "1", "vulns": [{"id": "CVE-1"}]}], 1, "a 1: CVE-1"),
    ],
)
def test_a_vulnerability_fails_and_silence_is_no_clean_bill(packages, code, told):
    ended, words = audit().judged(json.dumps({"dependencies": packages}))
    assert ended == code and told in words


@pytest.mark.parametrize(
    ("errors", "code"),
    [
        ("ERROR:pip_audit._cli:Could not connect to the vulnerability feed", 0),
        ("Traceback …\nrequests.exceptions.ConnectionError: Max retries exceeded", 0),
        ("pip_audit._service.interface.ServiceError", 0),
        ("python: No module named pip_audit", 2),
        ("__main__.py: error: unrecognized arguments: --format", 2),
        ("", 2),
    ],
)
def test_an_audit_that_does_not_run_is_not_taken_for_a_network_that_is_not_there(errors, code):
    ended, words = audit().judged("", errors)
    assert ended == code and words.count("\n") == 0
