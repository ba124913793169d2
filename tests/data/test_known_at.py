"""--known-at on each question that rests on what came in: what was entered later is not there."""

import json
from collections.abc import Iterator

import pytest

import data.commands
from data.store import Store
from tests.pages.fabricated import small_store

AS_OF = ("--as-of", "2026-11-24T09:00")
KNOWN = ("--known-at", "2026-11-24T09:00")
FOLLOWS = {
    "dues": ("dues", "--period", "2026-09"),
    "timeliness": ("timeliness", "--period", "2026-09"),
    "late": ("late", "--period", "2026-09"),
    "freshness": ("freshness",),
    "rollup": ("rollup", "--by", "month"),
    "versions": ("versions", "--unit", "A", "--template", "T1", "--period", "2026-09"),
    "boards": ("boards", "show", "--period", "2026-09"),
    "candidates": ("supervision", "candidates"),
    "rows": ("rows", "--template", "T1"),
}
TAKES = {
    "forecast": ("forecast",),
    "calibration": ("calibration",),
    "changes": ("changes", "list"),
    "anomalies": ("anomalies",),
    "issues": ("issues",),
    "record": ("record",),
    "compare": ("compare",),
    "published": ("boards", "published"),
    "objections": ("boards", "objections"),
    "cases": ("supervision", "list"),
    "waivers": ("supervision", "waivers"),
    "indicators": ("indicators",),
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The small store, in which the office entered all that A sent a year after it came."""
    made = small_store(tmp_path_factory.mktemp("known") / "store.duckdb")
    with made.write() as cursor:
        cursor.execute("UPDATE submission SET is_sample = FALSE, recorded_at = received_at")
        cursor.execute("UPDATE submission SET recorded_at = received_at + INTERVAL 1 YEAR WHERE unit_code = 'A'")
    made.close()
    yield made


def ask(store: Store, monkeypatch, capsys, *words: str) -> str:
    """What the command answers."""
    monkeypatch.setenv("ZHUNDIAN_STORE", str(store.path))
    capsys.readouterr()
    assert data.commands.main([*words, *AS_OF, "--json"]) == 0, capsys.readouterr().err
    return capsys.readouterr().out


@pytest.mark.parametrize("name", FOLLOWS)
def test_what_was_entered_later_changes_the_answer(store, monkeypatch, capsys, name):
    whole, then = (ask(store, monkeypatch, capsys, *FOLLOWS[name], *known) for known in ((), KNOWN))
    assert json.loads(whole) != json.loads(then)


@pytest.mark.parametrize("name", TAKES)
def test_every_other_question_takes_it_too(store, monkeypatch, capsys, name):
    json.loads(ask(store, monkeypatch, capsys, *TAKES[name], *KNOWN))


def test_what_is_done_with_a_board_takes_none(store, monkeypatch, capsys):
    monkeypatch.setenv("ZHUNDIAN_STORE", str(store.path))
    assert data.commands.main(["boards", "publish", "--period", "2026-09", *KNOWN]) == 2
    assert "--known-at" in capsys.readouterr().err
