"""The history of a report against plain Python: which versions there are, which one counts, what changed in between."""

import json
import math
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

import data.commands
from data.cells import address
from data.store import Store, append, open_store
from data.submissions.versions import TALLY, changes, corrections, periods_received, tally, versions
from tests.data import worlds
from tests.ready import ready_copy

OCTOBER = date(2026, 10, 1)
KEY = {"unit_code": "U1", "template_code": "T1", "period": OCTOBER}
START = datetime(2026, 11, 10, tzinfo=UTC)
NOW = datetime(2026, 12, 31, tzinfo=UTC)
COLUMNS = ("n", "m", "name", "note")

Values = dict[str, float | str]


@dataclass(frozen=True)
class Row:
    """A row of a made-up sheet; place is its row number."""

    key: str
    values: tuple[tuple[str, float | str], ...]
    place: int


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The program's store, with a catalogue in which U1 and U2 owe T1 and T2."""
    monkeypatch.setenv("ZHUNDIAN_STORE", str(tmp_path / "store.duckdb"))
    opened = open_store(ready_copy(_empty, tmp_path / "store.duckdb"))
    yield opened
    opened.close()


def _empty(path: Path) -> None:
    owed = [worlds.Obligation(u, code, OCTOBER) for u in ("U1", "U2") for code in ("T1", "T2")]
    columns = tuple(worlds.column(name) for name in COLUMNS)
    templates = [worlds.template(code, row_key=("name",), columns=columns) for code in ("T1", "T2")]
    made = open_store(path)
    worlds.load_catalogue(made, worlds.catalogue(owed, templates), START)
    made.close()


def take(store: Store, submission_id: str, rows: list[Row] = (), **more) -> str:
    """Put a submission with its cells into the store as it is."""
    given = {
        "submission_id": submission_id,
        "receipt_no": f"R-{submission_id}",
        "sha256": f"file of {submission_id}",
        "file_name": f"{submission_id}.xlsx",
        **KEY,
        "version": 1,
        "kind": "workbook",
        "outcome": "accepted",
        "received_at": START,
        "reported_by": "张三",
        "row_count": len(rows),
        "is_sample": False,
    }
    cells = [
        {
            "submission_id": submission_id,
            "sheet": "填报表",
            "row_no": row.place,
            "col_no": 2 + COLUMNS.index(name),
            "column_name": name,
            "row_key": row.key,
            "num": value if isinstance(value, float) else None,
            "txt": value if isinstance(value, str) else None,
        }
        for row in rows
        for name, value in row.values
    ]
    with store.write() as cursor:
        append(cursor, "submission", {name: [value] for name, value in (given | more).items()})
        if cells:
            append(cursor, "fact", {name: [cell[name] for cell in cells] for name in cells[0]})
    return submission_id


def row(key: str, place: int, **values: float | str) -> Row:
    """A row with these cells."""
    return Row(key, tuple(values.items()), place)


def random_rows(luck: random.Random) -> list[Row]:
    """A sheet: some keys, in each some of the columns."""
    keys = [f"键{n}|{luck.choice('甲乙')}" for n in range(luck.randint(0, 12))]
    return [Row(key, tuple(random_values(luck).items()), 5 + n) for n, key in enumerate(keys)]


def random_values(luck: random.Random) -> Values:
    values: Values = {name: random_value(luck, name) for name in COLUMNS if luck.random() < 0.8}
    return values or {"n": 0.0}


def random_value(luck: random.Random, name: str) -> float | str:
    if name in ("n", "m"):
        return luck.choice([0.0, 1.0, -1.0, 0.1 + 0.2, 0.3, 1e14 + 1, float(luck.randint(0, 9)), luck.random()])
    return luck.choice(["0", "1", "甲", "=1+1", "甲 ", "2026-10-01", ""])


def amended(luck: random.Random, rows: list[Row]) -> list[Row]:
    """The sheet after somebody worked on it: rows dropped, changed, added and moved about."""
    kept = [one for one in rows if luck.random() < 0.85]
    kept = [
        replace(one, values=tuple(changed(luck, dict(one.values)).items())) if luck.random() < 0.4 else one
        for one in kept
    ]
    kept += [Row(f"新{n}", tuple(random_values(luck).items()), 0) for n in range(luck.choice([0, 0, 1, 2]))]
    luck.shuffle(kept)
    return [replace(one, place=7 + n) for n, one in enumerate(kept)]


def changed(luck: random.Random, values: Values) -> Values:
    name = luck.choice(COLUMNS)
    if name in values and len(values) > 1 and luck.random() < 0.4:
        return {other: value for other, value in values.items() if other != name}
    return values | {name: random_value(luck, name)}


def differing(before: list[Row], after: list[Row]) -> set[tuple]:
    """What differs, by plain Python: (row_key, column, change, is_whole_row, before, after, cell before, after)."""
    old, new = {one.key: one for one in before}, {one.key: one for one in after}
    found = set()
    for key in old.keys() | new.keys():
        b, a = dict(old[key].values) if key in old else {}, dict(new[key].values) if key in new else {}
        for name in b.keys() | a.keys():
            if name in b and name in a and b[name] == a[name]:
                continue
            change = "changed" if name in b and name in a else "added" if name in a else "removed"
            col = 2 + COLUMNS.index(name)
            cells = (
                address(old[key].place, col) if name in b else None,
                address(new[key].place, col) if name in a else None,
            )
            found.add((key, name, change, not (b and a), b.get(name), a.get(name), *cells))
    return found


@pytest.mark.parametrize("seed", range(25))
def test_changes_are_those_that_plain_python_finds(store: Store, seed: int) -> None:
    luck = random.Random(seed)
    before = random_rows(luck)
    after = amended(luck, before)
    take(store, "s1", before)
    take(store, "s2", after, version=2)
    found = changes(store, "s1", "s2")
    expected = differing(before, after)
    names = ["row_key", "column_name", "change", "is_whole_row", "before", "after", "before_cell", "after_cell"]
    assert set(found[names].itertuples(index=False, name=None)) == expected
    assert len(found) == len(expected)
    old, new = {one.key for one in before}, {one.key for one in after}
    cells = sum(not whole for _, _, _, whole, *_ in expected)
    assert tally(found) == dict(zip(TALLY, (cells, len(new - old), len(old - new)), strict=True))


@pytest.mark.parametrize("seed", range(5))
def test_changes_back_are_the_same_the_other_way_round(store: Store, seed: int) -> None:
    luck = random.Random(seed)
    before = random_rows(luck)
    take(store, "s1", before)
    take(store, "s2", amended(luck, before))
    there, back = changes(store, "s1", "s2"), changes(store, "s2", "s1")
    turned = Counter({"added": "removed", "removed": "added"}.get(change, change) for change in there["change"])
    assert Counter(back["change"]) == turned
    assert changes(store, "s1", "s1").empty


def test_a_figure_that_only_moved_is_no_change(store: Store) -> None:
    take(store, "s1", [row("a", 5, n=1.0, name="甲"), row("b", 6, n=2.0)])
    take(store, "s2", [row("b", 5, n=2.0), row("a", 9, n=1.0, name="甲")])
    assert changes(store, "s1", "s2").empty


def test_numbers_are_compared_exactly_and_text_is_no_number(store: Store) -> None:
    take(store, "s1", [row("a", 5, n=0.1 + 0.2, m=1.0, name="1")])
    take(store, "s2", [row("a", 5, n=0.3, m=1.0, name="01")])
    found = changes(store, "s1", "s2")
    assert found["column_name"].tolist() == ["n", "name"]
    assert found["before"].tolist() == [0.1 + 0.2, "1"]
    assert found["after"].tolist() == [0.3, "01"]


def test_an_emptied_cell_is_no_removed_row(store: Store) -> None:
    take(store, "s1", [row("a", 5, n=1.0, name="甲"), row("b", 6, n=2.0, name="乙")])
    take(store, "s2", [row("a", 5, n=1.0)])
    found = changes(store, "s1", "s2").set_index(["row_key", "column_name"])["is_whole_row"]
    assert found.to_dict() == {("a", "name"): False, ("b", "n"): True, ("b", "name"): True}


def test_rows_without_a_key_are_compared_in_order(store: Store) -> None:
    take(store, "s1", [row("", 5, n=1.0), row("", 6, n=2.0), row("", 7, n=3.0)])
    take(store, "s2", [row("", 6, n=1.0), row("", 8, n=5.0)])
    found = changes(store, "s1", "s2")
    names = ["change", "is_whole_row", "before", "after", "before_cell", "after_cell"]
    assert found[names].to_numpy().tolist() == [
        ["removed", True, 3.0, None, "B7", None],
        ["changed", False, 2.0, 5.0, "B6", "B8"],
    ]


def test_a_statement_takes_the_figures_away(store: Store) -> None:
    take(store, "s1", [row("a", 5, n=1.0), row("b", 6, n=2.0)])
    take(store, "s2", version=2, kind="zero_report", received_at=START + timedelta(days=1))
    found = versions(store, NOW, **KEY)
    assert found["kind"].tolist() == ["zero_report", "workbook"]
    assert found.loc[0, list(TALLY)].tolist() == [0, 0, 2]


def history(store: Store) -> None:
    """Returned, then 1, 2, and 1 again; another report lies beside it."""
    first, second = [row("a", 5, n=1.0), row("b", 6, n=2.0)], [row("a", 5, n=9.0), row("c", 6, n=3.0)]
    take(store, "r", outcome="returned", version=0, received_at=START)
    take(store, "s1", first, sha256="one", received_at=START + timedelta(hours=1))
    take(store, "s2", second, sha256="two", version=2, kind="correction", received_at=START + timedelta(hours=2))
    take(store, "s3", first, sha256="one", version=3, kind="correction", received_at=START + timedelta(hours=3))
    take(store, "other", first, sha256="one", unit_code="U2", received_at=START)
    take(store, "strange", outcome="returned", version=0, unit_code=None, template_code=None, period=None)
    with store.write() as cursor:
        append(
            cursor,
            "issue",
            {
                "submission_id": ["r", "r", "s2"],
                "severity": ["error", "error", "check"],
                "explanation": [None, None, "本月集中办结上月结转件"],
            },
        )


def test_versions_tell_who_when_what_and_which_counts(store: Store) -> None:
    history(store)
    found = versions(store, NOW, **KEY)
    names = ["submission_id", "version", "outcome", "is_current", "same_as", "cells", "errors", "explanations", *TALLY]
    assert worlds.records(found[names]) == [
        ("s3", 3, "accepted", True, 1, 2, 0, 0, 1, 1, 1),
        ("s2", 2, "accepted", False, None, 2, 0, 1, 1, 1, 1),
        ("s1", 1, "accepted", False, None, 2, 0, 0, None, None, None),
        ("r", 0, "returned", False, None, 0, 2, 0, None, None, None),
    ]
    assert found["reported_by"].tolist() == ["张三"] * 4


def test_versions_as_of_an_earlier_moment(store: Store) -> None:
    history(store)
    found = versions(store, START + timedelta(hours=2), **KEY)
    assert found["submission_id"].tolist() == ["s2", "s1", "r"]
    assert found["is_current"].tolist() == [True, False, False]
    assert versions(store, START - timedelta(hours=1), **KEY).empty


def test_the_one_received_last_counts_whatever_its_number(store: Store) -> None:
    """A file that is taken in afterwards with the moment at which it really came."""
    take(store, "s1", [row("a", 5, n=1.0)], received_at=START + timedelta(days=2))
    take(store, "s2", [row("a", 5, n=2.0)], version=2, received_at=START)
    found = versions(store, NOW, **KEY)
    assert found["submission_id"].tolist() == ["s1", "s2"]
    assert found["is_current"].tolist() == [True, False]
    assert found["changed_cells"].tolist()[0] == 1
    assert found["changed_cells"].isna().tolist() == [False, True]


def test_corrections_are_what_followed_a_first_one(store: Store) -> None:
    history(store)
    assert corrections(store, NOW)["submission_id"].tolist() == ["s3", "s2"]
    assert corrections(store, NOW, limit=1)["version"].tolist() == [3]
    assert corrections(store, NOW, unit_code="U2").empty
    assert corrections(store, NOW, template_code="T1")["submission_id"].tolist() == ["s3", "s2"]
    assert corrections(store, START).empty


def test_periods_received_hold_what_was_returned_too(store: Store) -> None:
    history(store)
    take(store, "later", outcome="returned", version=0, period=date(2026, 11, 1))
    found = periods_received(store, NOW, "U1", "T1")["period"]
    assert [one.date() for one in found] == [date(2026, 11, 1), OCTOBER]
    assert periods_received(store, NOW, "U1", "T2").empty


def ask(capsys: pytest.CaptureFixture, *words: str) -> tuple[int, str, str]:
    """`python -m data versions` of the report of these tests: (exit code, stdout, stderr)."""
    code = data.commands.main(["versions", "--unit", "U1", "--template", "T1", "--period", "2026-10", *words])
    return code, *capsys.readouterr()


def test_the_command_lists_the_versions(store: Store, capsys: pytest.CaptureFixture) -> None:
    history(store)
    code, out, errors = ask(capsys, "--json")
    assert (code, errors) == (0, "")
    found = json.loads(out)
    assert [one["version"] for one in found] == [3, 2, 1, 0]
    assert found[0]["unit"] == "U1" and found[0]["template"] == "T1" and found[0]["period"] == "2026-10"
    assert (found[0]["same_as"], found[1]["same_as"], found[0]["is_current"]) == (1, None, True)
    assert found[0]["received_at"] == "2026-11-10T11:00:00+08:00"
    code, out, _ = ask(capsys, "--as-of", "2026-11-10T10:30", "--json")
    assert [one["version"] for one in json.loads(out)] == [2, 1, 0]
    code, out, _ = ask(capsys)
    assert len(out.splitlines()) == 5 and out.startswith("unit\t")


def test_the_command_compares_the_last_two_or_those_named(store: Store, capsys: pytest.CaptureFixture) -> None:
    history(store)
    code, out, errors = ask(capsys, "--changes", "--json")
    assert (code, errors) == (0, "")
    told = {(one["row_key"], one["change"], one["before"], one["after"]) for one in json.loads(out)}
    assert told == {("a", "changed", 9.0, 1.0), ("b", "added", None, 2.0), ("c", "removed", 3.0, None)}
    assert {(one["before_version"], one["after_version"]) for one in json.loads(out)} == {(2, 3)}
    assert json.loads(ask(capsys, "--changes", "1", "3", "--json")[1]) == []
    assert ask(capsys, "--changes", "1", "3")[1] == "—\n"


@pytest.mark.parametrize(
    "words",
    [("--changes", "1", "7"), ("--changes", "1"), ("--changes", "0", "1"), ("--unit", "X"), ("--template", "X")],
)
def test_the_command_says_what_it_cannot_do(store: Store, capsys: pytest.CaptureFixture, words: tuple) -> None:
    history(store)
    code, out, errors = ask(capsys, *words)
    assert (code, out) == (2, "")
    assert "expected" in errors and "found" in errors


def test_one_version_has_nothing_to_be_compared_with(store: Store, capsys: pytest.CaptureFixture) -> None:
    take(store, "s1", [row("a", 5, n=1.0)])
    assert ask(capsys, "--changes")[0] == 2
    assert not any(math.isnan(float(n)) for n in versions(store, NOW, **KEY)["cells"])
