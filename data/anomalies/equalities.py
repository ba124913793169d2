"""The sums that a template's own rules state: which figure of a row is others added and taken away."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from data.anomalies.detector.panel import SumRule
from data.anomalies.returns import watched
from data.catalogue.conditions import conditions_of
from data.catalogue.model import Severity, Template
from data.store import parse_tree

Place = tuple[str, str, str]
"""unit_code, row_key, column_name."""


@dataclass(frozen=True)
class Equality:
    """total = the sum of sign * part, column by column of one row."""

    total: str
    parts: tuple[tuple[str, int], ...]


def sum_rules(
    template: Template, row_of: Mapping[Place, int], decimals: Sequence[int], severities: Collection[Severity]
) -> tuple[SumRule, ...]:
    """The equalities of the template's rules of these severities, for each row of each unit that has the total and a
    part. A row's equality holds for the column's sum too, so ledgers have them as well. row_of: where a series stands;
    decimals: of each series.
    """
    rules = []
    for equality in equalities(template, severities):
        for (unit_code, row_key, column_name), total in row_of.items():
            if column_name != equality.total:
                continue
            parts = [(row_of.get((unit_code, row_key, name)), sign) for name, sign in equality.parts]
            reported = [(row, sign) for row, sign in parts if row is not None]
            if reported:
                rows, signs = zip(*reported, strict=True)
                tolerance = 0.5 * 10.0 ** -max(int(decimals[row]) for row in (total, *rows))
                rules.append(SumRule(total, rows, tolerance, signs))
    return tuple(rules)


def equalities(template: Template, severities: Collection[Severity] = tuple(Severity)) -> tuple[Equality, ...]:
    """What the template's rules say outright of its figures: `a + b - coalesce(c, 0) = d`. A condition, a tolerance, a
    product of columns, a day among them make another kind of rule.
    """
    rules = (rule for rule in template.rules if rule.severity in severities)
    said = (equality_of(condition.expression) for rule in rules for condition in conditions_of(rule))
    figures = watched(template)
    return tuple(dict.fromkeys(each for each in said if each and figures >= {each.total, *dict(each.parts)}))


@lru_cache(maxsize=4096)
def equality_of(expression: str) -> Equality | None:
    """An expression as a total and its parts; None where it is none."""
    tree = parse_tree(expression)
    if tree["type"] != "COMPARE_EQUAL":
        return None
    left, right = _terms(tree["left"]), _terms(tree["right"])
    if not left or not right:
        return None
    for total, parts in ((left, right), (right, left)):
        if len(total) == 1 and total[0][1] == 1:
            names = [total[0][0], *(name for name, _ in parts)]
            return Equality(total[0][0], tuple(parts)) if len(set(names)) == len(names) else None
    return None


def _terms(tree: dict, sign: int = 1) -> list[tuple[str, int]]:
    """(column, 1 or -1) for each that is added or taken away; none where anything else is asked."""
    if tree["class"] == "COLUMN_REF":
        return [(tree["column_names"][-1], sign)]
    if tree["type"] == "OPERATOR_COALESCE" and len(tree["children"]) == 2 and _is_zero(tree["children"][1]):
        return _terms(tree["children"][0], sign)
    if tree["class"] == "FUNCTION" and tree["function_name"] in ("+", "-") and len(tree["children"]) == 2:
        first, second = tree["children"]
        parts = _terms(first, sign), _terms(second, sign if tree["function_name"] == "+" else -sign)
        return [*parts[0], *parts[1]] if all(parts) else []
    return []


def _is_zero(tree: dict) -> bool:
    return tree["class"] == "CONSTANT" and tree["value"].get("value") == 0
