"""Expressions that are sums over rows: those of two returns together are the sums of both."""

from collections.abc import Iterator
from typing import Any

from data.catalogue.conditions import nodes

SUMS = frozenset({"sum", "count", "count_star", "count_if"})
"""What an expression is made of: the sums of two units or months are those of both together."""
_NO_SUMS = frozenset({"avg", "mean", "median", "min", "max", "any_value", "first", "last", "mode", "quantile_cont"})


def faults_of_averages(tree: Any) -> Iterator[str]:
    """What in a parse tree cannot be added over units and months."""
    for node in nodes(tree):
        name = node.get("function_name")
        if name in _NO_SUMS:
            yield f"calls {name}, which cannot be added over units and months: give the sum and what it is divided by"
        elif name in SUMS and node["distinct"]:
            yield f"calls {name}(DISTINCT …), which cannot be added over units and months"


def is_sum(node: Any) -> bool:
    """Whether a tree is sums, their sums and differences, and multiples of those by a constant."""
    if node["class"] != "FUNCTION":
        return False
    name, children = node["function_name"], node["children"]
    if name in SUMS:
        return True
    if name in ("+", "-"):
        return all(map(is_sum, children))
    if name in ("*", "/"):
        first, second = children
        constants = [child["class"] == "CONSTANT" for child in children]
        return (constants[1] and is_sum(first)) or (name == "*" and constants[0] and is_sum(second))
    return False
