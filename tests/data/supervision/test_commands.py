"""Supervision, boards and points by command line: what scripts get, and refusals that change nothing."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import data.commands
from data.store import open_store
from tests.data import worlds
from tests.data.worlds import Sent


@pytest.fixture
def run(tmp_path: Path, monkeypatch, capsys):
    """run(words…) → (exit code, answer, stderr), on a store in which A is missing a month and B was on time."""
    monkeypatch.setenv("ZHUNDIAN_STORE", str(tmp_path / "store.duckdb"))
    now = datetime.now(UTC)
    first = worlds.later_month(now.date().replace(day=1), -4)
    owed = [worlds.Obligation(unit, "T1", first, worlds.later_month(first, 1)) for unit in ("A", "B")]
    store = open_store(tmp_path / "store.duckdb")
    worlds.load_catalogue(store, worlds.catalogue(owed), now)
    months = [first, worlds.later_month(first, 1)]
    early = [Sent("B", "T1", month, now - timedelta(days=300)) for month in months]
    worlds.send(store, [*early, Sent("A", "T1", months[1], now - timedelta(days=300))])

    def command(*words: str) -> tuple:
        code = data.commands.main([*words, "--json"])
        out, err = capsys.readouterr()
        return code, json.loads(out) if out else None, err

    command.period, command.store = f"{first:%Y-%m}", store
    yield command
    store.close()


def test_the_queue_from_proposal_to_end(run):
    _, found, _ = run("supervision", "candidates")
    assert [(one["kind"], one["unit"], one["month"]) for one in found] == [
        ("criticism", "A", run.period),
        ("rectification", "A", run.period),
    ]
    assert found[0]["reasons"] == [{"code": "omitted", "number": 1, "limit": 1, "window": 0}]
    assert found[1]["evidence"][0]["template_code"] == "T1"
    own = found[1]["case_id"][:8]
    code, made, _ = run("supervision", "open", own)
    assert (code, made["state"], made["unit_name"]) == (0, "opened", "单位 A")
    code, _, err = run("supervision", "issue", own, "--no", "鄂州建改〔2026〕3号")
    assert code == 2 and "it is opened now, and cannot be issued" in err
    assert run("supervision", "decide", own, "--approve", "--by", "赵局长", "--reason", "呈批件")[0] == 2
    _, made, _ = run("supervision", "decide", own, "--approve", "--by", "赵局长", "--reason", "12 月呈批件")
    assert (made["state"], made["decided_by"]) == ("approved", "赵局长")
    code, _, err = run("supervision", "issue", own, "--no", "三号")
    assert code == 2 and "--no: expected a number such as" in err
    _, (made,), _ = run("supervision", "issue", own, "--no", "鄂州建改[2026]03号")
    assert (made["document_no"], made["state"]) == ("鄂州建改〔2026〕3号", "issued") and made["due_date"]
    code, _, err = run("supervision", "rectified", own)
    assert code == 2 and f"still not received: T1 {run.period}" in err
    code, waived, _ = run(
        "supervision",
        "waive",
        "--period",
        run.period,
        "--ground",
        "reorganisation",
        "--reason",
        "该项职责已划出",
        "--unit",
        "A",
    )
    assert waived == [{"unit": "A", "template": "T1", "period": run.period}]
    assert run("supervision", "rectified", own)[1]["state"] == "rectified"
    assert run("supervision", "close", own)[1]["state"] == "closed"
    _, shown, _ = run("supervision", "show", own)
    assert [step["step"] for step in shown["steps"]] == ["opened", "approved", "issued", "rectified", "closed"]
    assert run("supervision", "candidates")[1] == []
    assert [one["state"] for one in run("supervision", "list")[1]] == ["closed"]
    (waiver,) = run("supervision", "waivers")[1]
    assert run("supervision", "unwaive", waiver["waiver_id"][:10], "--reason", "划出推迟一月")[0] == 0
    assert [one["kind"] for one in run("supervision", "candidates")[1]] == ["criticism"]
    _, told, _ = run("audit", "--limit", "3")
    assert [one["action"] for one in told] == ["waiver_ended", "supervision_closed", "supervision_rectified"]


@pytest.mark.parametrize(
    "words",
    [
        ("supervision", "open", "abc"),
        ("supervision", "drop", "0" * 64, "--reason", "不存在的"),
        ("supervision", "rules", "late_days=x"),
        ("supervision", "rules", "late_days"),
        ("boards", "set", "target=2"),
        ("boards", "uphold", "nothing", "--reason", "不存在的"),
        ("boards", "object", "--reason", "没有说哪个月"),
        ("boards", "--period", "20x6"),
        ("points", "set", "late_day=-1"),
        ("points", "costs"),
    ],
    ids=" ".join,
)
def test_what_cannot_be_is_said_on_stderr_and_nothing_is_written(run, words):
    before = run.store.rows("SELECT count(*) FROM audit")
    code, answered, err = run(*words)
    assert (code, answered) == (2, None) and "expected" in err
    assert run.store.rows("SELECT count(*) FROM audit") == before


def test_thresholds_formula_and_lists_are_set(run):
    assert run("supervision", "rules", "late_days=6", "rectify_after=criticism")[1]["late_days"] == 6
    assert run("points", "show")[1]["preset"] == "on_time_100"
    assert run("points", "set", "preset=day_by_day", "late_day=0.5")[1]["late_day"] == 0.5
    assert run("boards", "set", "top=5", "shown=all")[1] == {
        "top": 5,
        "bottom": 3,
        "target": 1.0,
        "is_black": False,
        "objection_days": 5,
        "shown": "all",
    }
    assert [one["preset"] for one in run("points", "presets")[1]] == [
        "on_time_100",
        "average_100",
        "day_by_day",
    ]
    assert run("points", "examples")[1][0] == {"on_time": 10, "late": 0, "missing": 0, "points": 10.0}


def test_a_board_is_shown_published_objected_to_and_answered(run):
    _, found, _ = run("boards", "--period", run.period)
    assert [(one["rank"], one["unit"], one["points"], one["list"]) for one in found] == [
        (1, "B", 100.0, "red"),
        (2, "A", 0.0, "reminder"),
    ]
    _, made, _ = run("boards", "publish", "--period", run.period)
    assert (made["edition"], made["units"]) == (1, 2)
    code, _, err = run("boards", "publish", "--period", run.period)
    assert code == 2 and "edition 2 wants a --reason" in err
    _, made, _ = run("boards", "object", "--period", run.period, "--unit", "A", "--reason", "系统故障未能报送")
    own = made["objection_id"][:8]
    _, answered, _ = run("boards", "uphold", own, "--reason", "经核实属实", "--ground", "system_fault")
    assert (answered["state"], answered["waived"]) == ("upheld", 1)
    assert [one["state"] for one in run("boards", "objections")[1]] == ["upheld"]
    lines = run("boards", "published", "--period", run.period)[1]
    assert [(one["unit"], one["points"]) for one in lines] == [("B", 100.0), ("A", 0.0)]
    assert run("points", "costs", "--period", run.period, "--unit", "A")[1][0]["is_waived"] is True
    assert run("boards", "--period", run.period)[1][1]["points"] is None
    (own,) = run("boards", "--period", run.period, "--unit", "B")[1]
    assert (own["unit"], own["rank"]) == ("B", 1)  # its place among all, not the first of one
