"""How the numbers of a column may be added: over units, over months, not at all; and what a rate is made of."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from data.catalogue.model import Column, ColumnType, Nature, Severity, Template
from data.catalogue.rules import nodes
from data.store import parse_tree

SUM_DIGITS = 6  # a sum of doubles depends on its order in the last bits, and an answer is about the very figure
ROWS = "#rows"  # the column_name under which a ledger's number of rows goes
COUNT = Column(ROWS, {}, ColumnType.INT, nature=Nature.FLOW)
"""A ledger has no rows that recur: how many there are is a figure of its own, and adds up like what happened."""

_SLACK = 1.0  # a rule that lets a rate differ by more than this many points does not say what the rate is


class Adding(StrEnum):
    """throughout: over units and months; last: over units, and of months the last counts; never: not at all."""

    THROUGHOUT = "throughout"
    LAST = "last"
    NEVER = "never"


_BY_NATURE = {Nature.FLOW: Adding.THROUGHOUT, Nature.STOCK: Adding.LAST, Nature.CUMULATIVE: Adding.LAST}


def adding(column: Column) -> Adding:
    """How the column adds up. What is no count or amount never does: a percentage, a number without a nature."""
    if not column.type.is_number or column.type is ColumnType.PCT or column.nature is None:
        return Adding.NEVER
    return _BY_NATURE.get(column.nature, Adding.NEVER)


def counts_something(column: Column) -> bool:
    """Whether it is a count or an amount; limits, levels and rates may well stay as they are."""
    return adding(column) is not Adding.NEVER


@dataclass(frozen=True)
class Term:
    """factor x column; is_blank_zero: a blank cell counts as 0, else it makes the whole part blank."""

    column: str
    factor: float
    is_blank_zero: bool = False


@dataclass(frozen=True)
class Parts:
    """A rate is scale x the sum of the terms above / that of those below; adding: how both add up."""

    above: tuple[Term, ...]
    below: tuple[Term, ...]
    adding: Adding
    scale: float = 1.0

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it is made of."""
        return tuple(dict.fromkeys(term.column for term in (*self.above, *self.below)))


def parts_of(template: Template, name: str) -> Parts | None:
    """What the column is made of, where an error rule says so: `abs(rate - 100.0 * a / b) <= 0.05`. None where none
    does, or where its parts add up in different ways.
    """
    expressions = tuple(rule.expression for rule in template.rules if rule.severity is Severity.ERROR)
    for above, below in _quotients(expressions, name):
        ways = {adding(template.column(term.column)) for term in (*above, *below)}
        if len(ways) == 1 and Adding.NEVER not in ways:
            return _scaled_alike(above, below, ways.pop())
    return None


def _scaled_alike(above: tuple[Term, ...], below: tuple[Term, ...], way: Adding) -> Parts:
    """100 x a and 100 x b above as a and b, with the scale 100, so that the sum above is one that people know."""
    factors = {term.factor for term in above}
    scale = factors.pop() if len(factors) == 1 else 1.0
    return Parts(tuple(Term(t.column, t.factor / scale, t.is_blank_zero) for t in above), below, way, scale)


def has_sum(template: Template, column: Column) -> bool:
    """Whether there is a figure of it for several rows together."""
    return counts_something(column) or parts_of(template, column.name) is not None


@lru_cache(maxsize=4096)
def _quotients(expressions: tuple[str, ...], name: str) -> tuple[tuple[tuple[Term, ...], tuple[Term, ...]], ...]:
    return tuple(found for expression in expressions for found in _quotients_in(parse_tree(expression), name))


def _quotients_in(tree: dict | str, name: str) -> Iterator[tuple[tuple[Term, ...], tuple[Term, ...]]]:
    for node in nodes(tree):
        if node.get("type") != "COMPARE_LESSTHANOREQUALTO" or not _is_call(node["left"], "abs", 1):
            continue
        slack, difference = _constant(node["right"]), node["left"]["children"][0]
        if slack is None or slack > _SLACK or not _is_call(difference, "-", 2):
            continue
        for rate, quotient in (difference["children"], difference["children"][::-1]):
            if rate.get("column_names") == [name] and _is_call(quotient, "/", 2):
                above, below = map(_terms, quotient["children"])
                if above and below:
                    yield above, below


def _is_call(node: dict, name: str, arguments: int) -> bool:
    is_function = node.get("class") == "FUNCTION" and node.get("function_name") == name
    return is_function and len(node["children"]) == arguments


def _terms(node: dict) -> tuple[Term, ...] | None:
    """A sum of columns, each with a constant factor; None for anything else."""
    if node["class"] == "COLUMN_REF":
        return (Term(node["column_names"][-1], 1.0),)
    if node.get("type") == "OPERATOR_COALESCE":
        column, *others = node["children"]
        is_zero = column["class"] == "COLUMN_REF" and [_constant(other) for other in others] == [0.0]
        return (Term(column["column_names"][-1], 1.0, is_blank_zero=True),) if is_zero else None
    if _is_call(node, "*", 2):
        for factor, sum_ in (node["children"], node["children"][::-1]):
            number, terms = _constant(factor), _terms(sum_)
            if number is not None and terms:
                return _scaled(terms, number)
    if _is_call(node, "+", 2) or _is_call(node, "-", 2):
        first, second = map(_terms, node["children"])
        if first and second:
            return first + (second if node["function_name"] == "+" else _scaled(second, -1.0))
    return None


def _scaled(terms: tuple[Term, ...], factor: float) -> tuple[Term, ...]:
    return tuple(Term(term.column, term.factor * factor, term.is_blank_zero) for term in terms)


def _constant(node: dict) -> float | None:
    """The number that a node stands for; None where it depends on a row."""
    if _is_call(node, "+", 2):
        numbers = [_constant(child) for child in node["children"]]
        return None if None in numbers else sum(numbers)
    if node["class"] != "CONSTANT" or node["value"]["is_null"]:
        return None
    value, info = node["value"]["value"], node["value"]["type"]["type_info"]
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value / 10 ** info["scale"] if info else float(value)  # a decimal is kept without its point
