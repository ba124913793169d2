"""What a rule may say of figures that stand in other returns: calls in its SQL, each of which becomes a column when the
rule is judged.

last(column), last_year(column): of the same row in the period before, and in the same period of last year. What counts
since the first of January begins anew with the year's first period: last(…) is 0 there.
so_far(column): the sum over the earlier periods of the year, of the same row.
total(sums): over the rows of this return. of_template('BE-02', sums): over the rows of the unit's return of another
template for the same time. of_units('BE-02', sums): over those of all units.
Each is NULL where the other figure is not known, so that a rule does not apply there.
"""

import hashlib
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

from data.store import parse_tree, sql_of_tree


class Reach(StrEnum):
    """Where the other figure stands."""

    LAST = "last"
    LAST_YEAR = "last_year"
    SO_FAR = "so_far"
    TOTAL = "total"
    OF_TEMPLATE = "of_template"
    OF_UNITS = "of_units"

    @property
    def is_of_row(self) -> bool:
        """It names a column, and is looked up by the row's key."""
        return self in (Reach.LAST, Reach.LAST_YEAR, Reach.SO_FAR)

    @property
    def names_template(self) -> bool:
        """It sums the rows of returns that it names the template of."""
        return self in (Reach.OF_TEMPLATE, Reach.OF_UNITS)


@dataclass(frozen=True)
class Other:
    """A figure that a rule asks for. what: a column of the rule's own template, or SQL sums. where: the FILTER of the
    first of those sums, empty where it has none. template_code: whose rows are summed.
    """

    reach: Reach
    what: str
    where: str = ""
    template_code: str = ""

    @property
    def name(self) -> str:
        """The column in its place."""
        said = "|".join((self.reach, self.template_code, self.what))
        return f"other_{hashlib.sha256(said.encode()).hexdigest()[:10]}"


def others_of(expression: str) -> tuple[Other, ...]:
    """The figures of other returns, and the totals of its own, that an expression asks for."""
    return _parted(expression)[1]


def without_others(expression: str) -> str:
    """The expression with a column in the place of each of them."""
    return _parted(expression)[0]


def is_other(node: Any) -> bool:
    """Whether a node of a parse tree is such a call."""
    return isinstance(node, dict) and node.get("class") == "FUNCTION" and node["function_name"] in set(Reach)


def calls(tree: Any) -> Iterator[dict]:
    """The calls in a parse tree; what stands inside of one is its own."""
    if is_other(tree):
        yield tree
    else:
        for value in tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ():
            yield from calls(value)


def other_of_call(call: dict) -> Other:
    """What a call that is in order asks for."""
    reach, children = Reach(call["function_name"]), call["children"]
    if reach.is_of_row:
        return Other(reach, children[0]["column_names"][-1])
    filters = [node["filter"] for node in _functions(children[-1]) if node.get("filter")]
    where = sql_of_tree(filters[0]) if filters else ""
    code = children[0]["value"]["value"] if reach.names_template else ""
    return Other(reach, sql_of_tree(_with_zeros(children[-1])), where, code)


@lru_cache(maxsize=4096)
def _parted(expression: str) -> tuple[str, tuple[Other, ...]]:
    tree = parse_tree(expression)
    others = tuple(dict.fromkeys(other_of_call(call) for call in calls(tree)))
    return (sql_of_tree(_replaced(tree)) if others else expression), others


def _replaced(tree: Any) -> Any:
    if is_other(tree):
        return {
            "class": "COLUMN_REF",
            "type": "COLUMN_REF",
            "alias": "",
            "query_location": 0,
            "column_names": [other_of_call(tree).name],
        }
    if isinstance(tree, dict):
        return {name: _replaced(value) for name, value in tree.items()}
    return [_replaced(value) for value in tree] if isinstance(tree, list) else tree


def _with_zeros(tree: Any) -> Any:
    """The sum of no rows is 0, as their count is."""
    if isinstance(tree, dict) and tree.get("function_name") == "sum":
        wrapped = deepcopy(parse_tree("coalesce(x, 0)"))
        wrapped["children"][0] = tree
        return wrapped
    if isinstance(tree, dict) and tree.get("class") == "FUNCTION":
        return tree | {"children": [_with_zeros(child) for child in tree["children"]]}
    return tree


def _functions(tree: Any) -> Iterator[dict]:
    if isinstance(tree, dict):
        if tree.get("class") == "FUNCTION":
            yield tree
        for value in tree.values():
            yield from _functions(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from _functions(value)
