"""The conditions that a rule joins: each is asked by itself, of its own columns, and has its own words where the rule
gives them.

A rule is broken exactly where one of its conditions is: AND is FALSE where a part of it is, and so is an OR or a CASE
whose answer is an AND.
"""

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from data.catalogue.model import ColumnType, Rule, Severity, Template, Words
from data.catalogue.others import Other, is_other, others_of
from data.store import parse_tree, sql_of_tree

_BETWEEN_WORDS = re.compile(r"\s*[;；]\s*")
_NOTHING = {
    "class": "CONSTANT",
    "type": "VALUE_CONSTANT",
    "alias": "",
    "query_location": 0,
    "value": {"type": {"id": "NULL", "type_info": None}, "is_null": True},
}


@dataclass(frozen=True)
class Condition:
    """One condition of a rule, FALSE where it is broken. number: from 1 in the order of the rule; 0 where it is the
    whole of it. asks_of: the columns that it asks something of, beside those that only say when it applies.
    must_fill: those of them that it wants filled.
    """

    rule: Rule
    number: int
    expression: str
    columns: tuple[str, ...]
    asks_of: tuple[str, ...]
    must_fill: tuple[str, ...]

    @property
    def text(self) -> Words:
        """Its own words, else those of the rule."""
        said = clauses(self.rule)
        return said[self.number - 1] if self.number and said else self.rule.text

    @property
    def others(self) -> tuple[Other, ...]:
        """The figures beside those of the row that it asks for; empty for a condition of one row."""
        return others_of(self.expression)


@dataclass(frozen=True)
class _Piece:
    """A part of a parse tree, and within it what is asked; the rest only says when."""

    tree: dict
    asked: tuple[dict, ...]


def nodes(tree: Any) -> Iterator[dict]:
    """Every node of a parse tree, the outer ones first."""
    if isinstance(tree, dict):
        if "class" in tree:
            yield tree
        for value in tree.values():
            yield from nodes(value)
    elif isinstance(tree, list | tuple):
        for value in tree:
            yield from nodes(value)


def columns_of_tree(tree: Any) -> tuple[str, ...]:
    """The columns that a parse tree names, in their order; not those of other returns."""
    names = (node["column_names"][-1] for node in _own_nodes(tree) if node["class"] == "COLUMN_REF")
    return tuple(dict.fromkeys(names))


def _own_nodes(tree: Any) -> Iterator[dict]:
    if is_other(tree):
        return
    if isinstance(tree, dict):
        if "class" in tree:
            yield tree
        tree = list(tree.values())
    for value in tree if isinstance(tree, list | tuple) else ():
        yield from _own_nodes(value)


def conditions_of(rule: Rule) -> tuple[Condition, ...]:
    """The conditions that a rule joins, in its order; the rule itself where it joins none."""
    pieces = _pieces_of(rule.expression)
    return tuple(
        Condition(rule, number if len(pieces) > 1 else 0, *piece) for number, piece in enumerate(pieces, start=1)
    )


def clauses(rule: Rule) -> tuple[Words, ...]:
    """The words of each condition: those of the rule, where a semicolon parts them into as many. Empty where the rule
    has one condition, or speaks of them together.
    """
    number = len(_pieces_of(rule.expression))
    said = {language: _BETWEEN_WORDS.split(words) for language, words in rule.text.items()}
    if number < 2 or any(len(parts) != number for parts in said.values()):
        return ()
    return tuple({language: parts[index] for language, parts in said.items()} for index in range(number))


def words_of_issue(template: Template | None, details: Mapping[str, Any]) -> Words | None:
    """What a broken rule says, from the details of its issue or flag: the words of the condition that was broken, else
    those of the rule. None where the template has no such rule (any more).
    """
    rules = {rule.code: rule for rule in template.rules} if template else {}
    rule = rules.get(details.get("rule"))
    if rule is None:
        return None
    said, number = clauses(rule), details.get("condition", 0)
    return said[number - 1] if 0 < number <= len(said) else rule.text


def blamed(condition: Condition, values: Mapping[str, Any], template: Template) -> str | None:
    """The column that a broken condition points at: the blank one that must be filled, a rate, which is worked out from
    the others, else the first that it asks something of.
    """
    frame = (ColumnType.PERIOD, ColumnType.UNIT)
    asked = [template.column(name) for name in (*condition.asks_of, *condition.columns)]
    columns = [column for column in asked if column.type not in frame]
    blank = [column for column in columns if column.name in condition.must_fill and values.get(column.name) is None]
    rates = [column for column in columns if column.type is ColumnType.PCT]
    return next((column.name for column in [*blank, *rates, *columns]), None)


def conditionally_required(template: Template) -> dict[str, list[Condition]]:
    """The optional columns that an error rule wants filled in some rows: column name → the conditions that do."""
    wanting: dict[str, list[Condition]] = {}
    for rule in template.rules:
        for condition in conditions_of(rule) if rule.severity is Severity.ERROR else ():
            for name in condition.must_fill:
                if not template.column(name).required and name not in template.frame_names:
                    wanting.setdefault(name, []).append(condition)
    return wanting


@lru_cache(maxsize=4096)
def _pieces_of(expression: str) -> tuple[tuple[str, tuple[str, ...], tuple[str, ...], tuple[str, ...]], ...]:
    """expression, columns, asks_of and must_fill of each condition; the expression as it is where there is but one."""
    pieces = _pieces(parse_tree(expression))
    return tuple(
        (
            sql_of_tree(piece.tree) if len(pieces) > 1 else expression,
            columns_of_tree(piece.tree),
            columns_of_tree(piece.asked),
            tuple(_must_fill(piece.asked)),
        )
        for piece in pieces
    )


def _pieces(tree: dict) -> list[_Piece]:
    if tree["type"] == "CONJUNCTION_AND":
        return [piece for child in tree["children"] for piece in _pieces(child)]
    if tree["type"] == "CONJUNCTION_OR":
        return _pieces_of_or(tree)
    if tree["class"] == "CASE":
        return _pieces_of_case(tree)
    return [_Piece(tree, (tree,))]


def _pieces_of_or(tree: dict) -> list[_Piece]:
    """x OR (a AND b) is x OR a, and x OR b. What it asks is said last, as `kind <> 'training' OR attendees > 0`."""
    *before, last = tree["children"]
    return [_Piece({**tree, "children": [*before, piece.tree]}, piece.asked) for piece in _pieces(last)]


def _pieces_of_case(tree: dict) -> list[_Piece]:
    """A CASE one of whose answers joins conditions, as one CASE for each condition of each answer."""
    answers = [check["then_expr"] for check in tree["case_checks"]] + [tree["else_expr"]]
    asked = [(at, piece) for at, answer in enumerate(answers) if _asks(answer) for piece in _pieces(answer)]
    if len(asked) == len({at for at, _ in asked}):
        return [_Piece(tree, tuple(answers))]
    return [_Piece(_case_with(tree, at, piece.tree), piece.asked) for at, piece in asked]


def _asks(answer: dict) -> bool:
    """Whether an answer names a column at all; TRUE and NULL do not."""
    return bool(columns_of_tree(answer))


def _case_with(tree: dict, at: int, answer: dict) -> dict:
    """The CASE with one answer alone; elsewhere it says nothing."""
    case = deepcopy(tree)
    for index, check in enumerate(case["case_checks"]):
        check["then_expr"] = answer if index == at else _NOTHING
    case["else_expr"] = answer if at == len(case["case_checks"]) else _NOTHING
    return case


def _must_fill(asked: tuple[dict, ...]) -> Iterator[str]:
    """x of `x IS NOT NULL` and of `coalesce(x, 0) > 0`, where NOT does not turn them round."""
    for node in nodes(asked):
        if node["type"] == "OPERATOR_NOT":
            return
        if node["type"] == "OPERATOR_IS_NOT_NULL":
            yield from columns_of_tree(node)
        if node["type"] == "COMPARE_GREATERTHAN" and node["left"]["type"] == "OPERATOR_COALESCE":
            yield from columns_of_tree(node["left"])
