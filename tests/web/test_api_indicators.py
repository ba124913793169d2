"""Indicators over HTTP: the rows of the command line, a unit's own alone, and what is refused."""

import csv
import io
import json
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest

import data.commands
from tests.conftest import filled, ingest, sample_rows
from tests.served import served
from tests.web.programs import OCTOBER, Programs, bureau


@pytest.fixture(scope="module")
def programs(tmp_path_factory):
    store, secrets = bureau(tmp_path_factory.mktemp("indicators") / "store.duckdb")
    for unit in ("DAG", "FJS"):
        ingest(store, filled(store, "BE-08", unit, OCTOBER, sample_rows("BE-08", unit)), "a.xlsx", datetime.now(UTC))
    store.close()
    with served(store.path) as server:
        yield Programs(server, secrets)


def asked(programs: Programs, who: str = "leader", **query: str):
    return programs.ask("GET", f"/indicators?{urlencode(query)}", who)


def test_rows_are_those_of_the_command_line(programs, monkeypatch, capsys):
    monkeypatch.setenv("ZHUNDIAN_STORE", str(programs.server.log).removesuffix(".log"))
    at = datetime.now(UTC).isoformat()
    for query, options in (
        ({}, ["--by", "month"]),
        ({"indicator": "FB-01", "by": "unit,channel", "period": "2026-10"}, ["--by", "unit", "--by", "channel"]),
        ({"by": "unit", "period": "2026"}, ["--by", "unit"]),
    ):
        words = [word for name in ("indicator", "period") if name in query for word in (f"--{name}", query[name])]
        capsys.readouterr()
        assert data.commands.main(["indicators", "--json", "--as-of", at, *words, *options]) == 0
        typed = json.loads(capsys.readouterr().out, parse_constant=lambda _: None)
        assert asked(programs, **query, as_of=at).json() == typed
        assert typed


def test_a_unit_gets_its_own_alone(programs):
    own = asked(programs, "dag", by="unit", period="2026-10").json()
    assert {row["unit"] for row in own} == {"DAG"}
    (row,) = [row for row in own if row["indicator"] == "FB-01"]
    rows = sample_rows("BE-08", "DAG")
    assert (row["numerator"], row["denominator"]) == (sum(r["active"] for r in rows), sum(r["closed"] for r in rows))
    assert (row["owed"], row["reported"]) == (1, 1)
    assert asked(programs, "dag", unit="FJS").status_code == 403


def test_csv_holds_the_same(programs):
    rows = asked(programs, period="2026-10").json()
    answer = asked(programs, period="2026-10", format="csv")
    read = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["indicator"] for row in read] == [row["indicator"] for row in rows]
    assert list(read[0]) == list(rows[0])


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"indicator": "NET-99"}, "indicator"),
        ({"by": "channel"}, "by"),
        ({"indicator": "FB-01", "by": "closed"}, "by"),
        ({"period": "soon"}, "period"),
        ({"colour": "red"}, "unknown_parameter"),
    ],
)
def test_what_is_unknown_is_refused(programs, query, code):
    answer = asked(programs, **query)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == code
