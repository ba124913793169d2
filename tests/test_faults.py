"""Each fault that the source makes has words in both languages, with the values that it brings; no words lie idle."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from string import Formatter

import pytest

from bench.house import ROOT, sources
from data.fault import Fault
from locales import LOCALES, words
from locales.faults import fault_words

PREFIX, TYPED = "fault.", ".typed"
STARRED = {"_about": {"unit", "unit_code", "template", "period"}}
"""What the functions bring whose answers stand behind ** in a fault's details."""
SOURCES = {name: path for name, path in sources().items() if name != "data.fault"}


def _made() -> Iterator[tuple[str, ast.Call]]:
    """Where, and the call of Fault."""
    for name, path in SOURCES.items():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Fault":
                yield f"{name}:{node.lineno}", node


def _details(call: ast.Call) -> set[str]:
    given = {keyword.arg for keyword in call.keywords if keyword.arg}
    return given.union(*(STARRED[keyword.value.func.id] for keyword in call.keywords if keyword.arg is None))


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def _texts(locale: str) -> dict[str, str]:
    return {key: text for key, text in words(locale).items() if key.startswith(PREFIX)}


MADE = list(_made())


def test_every_code_stands_in_the_source_as_it_is() -> None:
    """So that it can be found, and this test can see it."""
    odd = [where for where, call in MADE if len(call.args) != 1 or not isinstance(call.args[0], ast.Constant)]
    assert odd == [] and len(MADE) > 100


@pytest.mark.parametrize("locale", LOCALES)
def test_codes_and_words_are_the_same(locale: str) -> None:
    codes = {call.args[0].value for _, call in MADE}
    assert {key.removeprefix(PREFIX).removesuffix(TYPED) for key in _texts(locale)} == codes
    assert {key.removesuffix(TYPED) for key in _texts(locale)} <= _texts(locale).keys()


@pytest.mark.parametrize("locale", LOCALES)
def test_every_placeholder_is_brought_wherever_the_fault_is_made(locale: str) -> None:
    texts, lacking = _texts(locale), defaultdict(set)
    for where, call in MADE:
        for key in (
            key for key in (f"{PREFIX}{call.args[0].value}", f"{PREFIX}{call.args[0].value}{TYPED}") if key in texts
        ):
            if missing := _placeholders(texts[key]) - _details(call):
                lacking[where] |= missing
    assert dict(lacking) == {}


@pytest.mark.parametrize("locale", LOCALES)
def test_nobody_reads_a_code_or_a_brace(locale: str) -> None:
    for key in (key for key in _texts(locale) if not key.endswith(TYPED)):
        fault = Fault(key.removeprefix(PREFIX), **dict.fromkeys(_placeholders(words(locale)[key]), "7"))
        for is_typed in (False, True):
            details = fault.details | dict.fromkeys(_placeholders(words(locale).get(key + TYPED, "")), "7")
            said = fault_words(Fault(fault.code, **details), locale, is_typed)
            assert fault.code not in said and "{" not in said.replace("{items}", "")


def test_there_is_one_class_of_faults_and_no_table_of_their_words() -> None:
    """Program errors, and what a file is sent back for, are told otherwise; see docs/decisions.md."""
    others = {"TrailFault", "FileFault", "CellFault"}
    for name, path in SOURCES.items():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        classes = {node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}
        assert {one for one in classes if one.endswith("Fault")} <= others, name
        tables = [node for node in tree.body if isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict)]
        assert "_WORDS" not in {getattr(target, "id", "") for table in tables for target in table.targets}, name


def test_a_code_that_is_a_detail_is_said_in_words_but_typed_as_it_is() -> None:
    fault = Fault("review.state", receipt_no="R1", found="approved", step="accepted")
    assert "approved" not in fault_words(fault, "zh-CN")
    assert fault_words(fault, "en", is_typed=True) == "R1: it is approved now, and cannot be accepted"


def test_values_can_be_escaped_and_replaced() -> None:
    fault = Fault("supervision.number_taken", found="*1*", unit_code="A", unit="A")
    said = fault_words(fault, "en", show=lambda text: text.replace("*", "\\*"), unit="Section A")
    assert said.startswith("\\*1\\* is the number") and "(Section A)" in said


def test_the_same_fault_of_one_in_a_list_says_which() -> None:
    assert (str(Fault("contact.bureau").at(3)), Fault("a.b.c").area, Fault("a.b.c").name) == (
        "contact.bureau: index 3",
        "a",
        "b.c",
    )


def test_no_message_of_the_program_is_left_for_a_unit_template_or_period_that_is_not_there() -> None:
    """They are said in one place, data.catalogue.model and data.periods."""
    told = ("expected the code of", "expected a period such as")
    found = {name for name, path in SOURCES.items() if any(text in path.read_text(encoding="utf-8") for text in told)}
    assert found <= {"data.periods"} and (ROOT / "data" / "periods.py").exists()
