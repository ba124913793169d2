"""What a good enough reason is, and that whoever takes one asks the one place that knows."""

import argparse
import ast
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path

import pytest

import data.commands
import documents.commands
import loaders.commands
import reminding.commands
from data.anomalies.triage import Flagged, FlagStep, answer
from data.boards.publishing import answer_objection, object_to
from data.dues.changes import Until, exempt, extend, revoke
from data.fault import Fault
from data.reasons import DECISION, FIGURE, MAX_LENGTH, is_reason, tidy
from data.store import Store
from data.supervision.waivers import Ground, Waiving, end_waivers, waive
from tests.pages.fabricated import NOW, small_store
from web.api.hand_in import _SAID, _WORDS

POOR = (
    "",
    " \u200b\u3000 ",
    "x",
    "好",
    "啊啊啊啊啊啊啊",
    "asdfgh",
    "abcdefghij",
    "причина",
    "20261122",
    "？！…——。。",
    "测试测试",
)
STOCK = (
    "经核实数据无误",
    "情况属实无异常",
    "已核实，请审批",
    "经科室核实无误",
    "以上数据均已核对无误",
    "数据真实准确",
    "Verified, no data",
)
GOOD = (
    "项目停工，本月无进展",
    "上月受理的件在本月办结",
    "backlog closed in October",
    "合同金额对不上",
    "ＢＥ０１：补录两户",
)
ROOT = Path(__file__).parents[2]
OCTOBER = date(2026, 10, 1)


@pytest.mark.parametrize("standard", [FIGURE, DECISION])
def test_what_says_nothing_is_no_reason_anywhere(standard):
    assert [text for text in (None, *POOR) if is_reason(text, standard)] == []
    assert [text for text in GOOD if not is_reason(text, standard)] == []


def test_stock_words_explain_no_figure():
    assert [text for text in STOCK if is_reason(text, FIGURE)] == []
    assert not is_reason("已经核实无误" * 2000, FIGURE)  # a pattern that tries all ways to part it would never end


def test_a_decision_may_be_short_and_say_that_it_was_checked():
    assert all(is_reason(text, DECISION) for text in ("系统故障", "上级延期", "经核实属实", "12 月呈批件"))
    assert not is_reason("系统故障", FIGURE)


def test_invisible_marks_make_no_second_word():
    assert not is_reason("asdf\u200bghjk\u2060lmn", FIGURE) and not is_reason("核\u200b实\u200b无\u200b误", FIGURE)


def test_a_reason_is_kept_as_one_line():
    assert tidy("  一行\n又\t一行 ") == "一行 又 一行" and len(tidy("长" * 9999)) == MAX_LENGTH


# Every place


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    opened = small_store(tmp_path_factory.mktemp("reasons") / "store.duckdb")
    yield opened
    opened.close()


KEY = ("B", "T1", OCTOBER)
FLAG = Flagged("A", "T1", OCTOBER, "事项0", "cases", 30.0, "decimal_slip")
PLACES: dict[str, Callable[[Store, str, datetime], object]] = {
    **{
        f"flag {step.value}": lambda store, reason, now, step=step: answer(store, FLAG, step, reason, now)
        for step in FlagStep
    },
    "extension": lambda store, reason, now: extend(store, [KEY], Until(date(2026, 12, 1)), reason, now),
    "exemption": lambda store, reason, now: exempt(store, [KEY], reason, now),
    "revocation": lambda store, reason, now: revoke(store, "nothing", reason, now),
    "waiver": lambda store, reason, now: waive(store, Waiving(Ground.SYSTEM_FAULT, OCTOBER, reason), now),
    "end of a waiver": lambda store, reason, now: end_waivers(store, ["nothing"], now, reason),
    "objection": lambda store, reason, now: object_to(store, OCTOBER, "A", reason, now),
    "answer to an objection": lambda store, reason, now: answer_objection(store, "nothing", True, reason, now),
}
"""Those that judge the reason first. Review, cases and further editions have tests beside their own."""


@pytest.mark.parametrize("place", PLACES)
def test_each_place_refuses_what_says_nothing(store, place):
    is_figure = place.startswith("flag")
    for text in (*POOR, *(STOCK if is_figure else ())):
        with pytest.raises(Fault) as refused:
            PLACES[place](store, text, NOW)
        limit = (FIGURE if is_figure else DECISION).min_length
        assert (refused.value.name, refused.value.details) == ("reason", {"limit": limit}), text
    assert store.rows("SELECT count(*) FROM audit WHERE action NOT LIKE 'catalogue%'") == [(0,)]


def test_the_command_line_refuses_it_in_words(tmp_path, monkeypatch, capsys):
    own = small_store(tmp_path / "store.duckdb")
    monkeypatch.setenv("ZHUNDIAN_STORE", str(own.path))
    flag = ["answer", "confirmed", "--unit", "A", "--template", "T1", "--period", "2026-10", "--reason"]
    for text in (*POOR, *STOCK):
        assert data.commands.main([*flag, text]) == 2
        assert "--reason: expected a real reason of at least 6 characters" in capsys.readouterr().err
    assert own.rows("SELECT count(*) FROM anomaly_step") == [(0,)]
    assert data.commands.main([*flag, GOOD[0]]) == 0
    (tmp_path / "file.xlsx").write_bytes(b"")
    for text in (*POOR[2:], *STOCK):
        assert loaders.commands.main(["ingest", str(tmp_path / "file.xlsx"), "--explain", text]) == 2
        assert "--explain: expected a real explanation of at least 6 characters" in capsys.readouterr().err
    own.close()


# Nothing is left out, and there is no second home


def words_of(parser: argparse.ArgumentParser, name: str) -> Iterator[str]:
    """Each command with the words by which it takes a reason."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for word, command in action.choices.items():
                yield from words_of(command, f"{name} {word}")
        elif {"--reason", "--explain"} & set(action.option_strings):
            yield f"{name} {action.option_strings[0]}"


def test_every_command_that_takes_a_reason_is_known():
    """A new one: judge it by data.reasons, and give it a place in the tests above or beside its own."""
    programs = {"data": data.commands, "loaders": loaders.commands, "documents": documents.commands}
    programs["reminding"] = reminding.commands
    found = {word for name, program in programs.items() for word in words_of(program._parser(), name)}
    assert found == {
        "data answer --reason",
        "data boards --reason",
        *(f"data changes {word} --reason" for word in ("extend", "exempt", "revoke")),
        *(f"data review {word} --reason" for word in ("approve", "accept", "return", "reopen")),
        *(
            f"data supervision {word} --reason"
            for word in ("open", "decide", "issue", "rectified", "close", "drop", "waive", "unwaive")
        ),
        "loaders ingest --explain",
        "loaders declare zero --reason",  # a remark that may be left out
    }


def test_every_word_of_the_api_that_is_a_reason_is_known():
    assert {word for word in (*_WORDS, *_SAID) if word in ("reason", "explanation")} == {
        "explanation",
        "reason",  # of a zero report: a remark that may be left out
    }


SOURCES = sorted(
    path
    for room in ("data", "documents", "loaders", "pages", "reminding", "web")
    for path in (ROOT / room).rglob("*.py")
)


def second_homes(source: str) -> list[str]:
    """Lines that judge a reason by themselves: by its length, or by a limit of their own."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Compare):
            lengths = [one for one in ast.walk(node) if isinstance(one, ast.Call) and _name(one.func) == "len"]
            said = {_name(part) for one in lengths for word in one.args for part in ast.walk(word)}
            found += [f"{node.lineno}: {name}" for name in said if any(part in name for part in ("reason", "explan"))]
        if isinstance(node, ast.Name | ast.Attribute) and _name(node).startswith(("MIN_REASON", "MIN_EXPLA")):
            found.append(f"{node.lineno}: {_name(node)}")
    return found


def _name(node: ast.AST) -> str:
    return (getattr(node, "id", "") or getattr(node, "attr", "")).strip() if isinstance(node, ast.AST) else ""


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_other_module_judges_reasons(path):
    assert path == ROOT / "data/reasons.py" or second_homes(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "line",
    ["MIN_REASON = 4", "if len(reason) < 4: raise", "ok = 6 <= len(self.reason.strip())", "len(explanation) > limit"],
)
def test_a_second_home_is_found(line):
    assert second_homes(line)
