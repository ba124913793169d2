"""A form cell by cell by program: what the command line says, a unit's own alone, and what is no cell."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.conftest import filled, ingest, sample_rows
from tests.served import served
from tests.web.programs import OCTOBER, Programs, bureau


@pytest.fixture(scope="module")
def programs(tmp_path_factory) -> Iterator[tuple[Programs, str, dict]]:
    """A server over one return of DAG's; its receipt number, and the row that it holds."""
    store, secrets = bureau(tmp_path_factory.mktemp("forms") / "store.duckdb")
    row = sample_rows("BE-08", "DAG")[0]
    content = filled(store, "BE-08", "DAG", OCTOBER, [row])
    receipt = ingest(store, content, "a.xlsx", datetime.now(UTC))
    assert receipt.outcome == "accepted"
    store.close()
    with served(store.path) as server:
        yield Programs(server, secrets), receipt.receipt_no, row


def typed(programs: Programs, *words: str) -> dict:
    done = subprocess.run(
        [sys.executable, "-m", "data", "form", *words, "--json"],
        env=os.environ | {"ZHUNDIAN_STORE": str(programs.server.log).removesuffix(".log")},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_cells_are_those_of_the_workbook_and_of_the_command_line(programs) -> None:
    asked, receipt_no, row = programs
    answer = asked.ask("GET", f"/receipts/{receipt_no}/cells", "dag").json()
    values = {cell["column_name"]: cell["value"] for cell in answer["cells"]}
    wanted = {name: value for name, value in row.items() if name not in ("period", "unit") and value is not None}
    assert {name: values[name] for name in wanted} == wanted
    assert answer["cells_number"] == len(answer["cells"]) == len(values)
    assert answer == asked.ask("GET", f"/receipts/{receipt_no}/cells", "leader").json() == typed(asked, receipt_no)
    part = asked.ask("GET", f"/receipts/{receipt_no}/cells?limit=3&offset=2", "dag").json()
    assert part["cells"] == answer["cells"][2:5] and part["cells_number"] == len(values)


def test_a_cell_with_all_that_is_known_of_it(programs) -> None:
    asked, receipt_no, _row = programs
    cells = asked.ask("GET", f"/receipts/{receipt_no}/cells", "dag").json()["cells"]
    (one,) = [cell for cell in cells if cell["column_name"] == "ratings"]
    answer = asked.ask("GET", f"/receipts/{receipt_no}/cells/{one['cell'].lower()}", "dag").json()
    assert {name: answer[name] for name in one} == one
    assert {rule["rule"] for rule in answer["rules"]} >= {"BE-08-R01"}
    by_cell = {cell["cell"]: cell["value"] for cell in cells}
    for rule in answer["rules"]:
        assert all(by_cell.get(part["cell"]) == part["value"] for part in rule["parts"])
    (version,) = answer["versions"]
    assert (version["cell"], version["value"], version["is_current"]) == (one["cell"], one["value"], True)
    assert answer == typed(asked, receipt_no, "--cell", one["cell"])


def test_another_units_is_not_there(programs) -> None:
    asked, receipt_no, _row = programs
    for path in ("cells", "cells/E5"):
        refused = asked.ask("GET", f"/receipts/{receipt_no}/{path}", "fjs")
        assert refused.status_code == 404 and refused.json()["error"]["code"] == "no_receipt"
        assert asked.ask("GET", f"/receipts/{receipt_no}/{path}", "monitor").status_code == 403


def test_what_is_no_cell_number_or_moment_is_refused(programs) -> None:
    asked, receipt_no, _row = programs
    past = (datetime.now(UTC) - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    refusals = {
        f"/receipts/{receipt_no}/cells/ZZ99": (404, "no_cell"),
        f"/receipts/{receipt_no}/cells/x": (404, "no_cell"),
        f"/receipts/{receipt_no}/cells/E5?sheet=none": (404, "no_cell"),
        f"/receipts/{receipt_no}/cells?limit=0": (400, "number"),
        f"/receipts/{receipt_no}/cells?offset=-1": (400, "number"),
        f"/receipts/{receipt_no}/cells?limit=x": (400, "number"),
        f"/receipts/{receipt_no}/cells?cell=E5": (400, "unknown_parameter"),
        f"/receipts/{receipt_no}/cells?as_of={past}": (404, "no_receipt"),
        "/receipts/none/cells": (404, "no_receipt"),
    }
    for path, (status, code) in refusals.items():
        answer = asked.ask("GET", path, "dag")
        assert (answer.status_code, answer.json()["error"]["code"]) == (status, code), path


@pytest.mark.parametrize("words", [["none"], ["{receipt}", "--cell", "ZZ9"], ["{receipt}", "--limit", "0"]])
def test_the_command_says_what_it_expected(programs, words: list[str]) -> None:
    asked, receipt_no, _row = programs
    done = subprocess.run(
        [sys.executable, "-m", "data", "form", *(word.format(receipt=receipt_no) for word in words)],
        env=os.environ | {"ZHUNDIAN_STORE": str(asked.server.log).removesuffix(".log")},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 2 and "expected" in done.stderr and not done.stdout
