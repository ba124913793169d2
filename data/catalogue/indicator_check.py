"""Are the indicators of a catalogue in order? By the parser of the rules, and so that their parts can be added."""

import math
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from data.catalogue.adding import Adding, adding
from data.catalogue.indicator import Aim, Indicator, Span
from data.catalogue.model import Catalogue, ColumnType, Nature, Template
from data.catalogue.rules import FUNCTIONS, faults_of_tree, nodes, sql_type
from data.catalogue.sums import SUMS, faults_of_averages, is_sum
from data.store import objection_to, parse_tree

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")


def faults_of_indicators(catalogue: Catalogue) -> Iterator[str]:
    """Everything that is wrong with them, one line each, naming which and where."""
    templates = {template.template_code: template for template in catalogue.templates}
    codes = Counter(indicator.indicator_code for indicator in catalogue.indicators)
    yield from (f"indicators: {code} is there twice" for code, times in codes.items() if times > 1)
    for indicator in catalogue.indicators:
        where = f"indicator {indicator.indicator_code}"
        yield from (f"{where}{fault}" for fault in _faults_of_words(indicator))
        template = templates.get(indicator.template_code)
        if indicator.template_code and template is None:
            yield f"{where}: no such template: {indicator.template_code!r}"
        elif indicator.tally:
            if indicator.numerator or indicator.denominator or indicator.breakdowns:
                yield f"{where}: a rate of the dues has no expressions and no breakdowns"
        elif template is None:
            yield f"{where}: has neither a template nor a tally"
        else:
            yield from (f"{where}{fault}" for fault in _faults_of_columns(indicator, template))


def _faults_of_words(indicator: Indicator) -> Iterator[str]:
    if not _CODE.fullmatch(indicator.indicator_code):
        yield ": a code is letters, digits, - and _"
    if not indicator.indicator_name.get("zh-CN"):
        yield ": has no zh-CN name"
    if indicator.measure == "%" and not indicator.is_share:
        yield ": a measure of % wants a denominator"
    if indicator.tally and indicator.measure != "%":
        yield ": a rate of the dues is measured in %"
    for target in indicator.targets:
        if not all(math.isfinite(edge) for edge in (target.value, target.high) if edge is not None):
            yield f", target of {target.first_year}: expected numbers, found {target.value} and {target.high}"
        if (indicator.aim is Aim.BAND) != (target.high is not None):
            yield f", target of {target.first_year}: a band has two edges, everything else one"
        if target.high is not None and target.high < target.value:
            yield f", target of {target.first_year}: its upper edge lies below its lower one"


def _faults_of_columns(indicator: Indicator, template: Template) -> Iterator[str]:
    parts = {"numerator": indicator.numerator} | (
        {"denominator": indicator.denominator} if indicator.denominator else {}
    )
    for name, expression in parts.items():
        yield from (f", {name}: {fault}" for fault in _faults_of_expression(expression, indicator, template))
    names = {column.name for column in template.columns}
    for name in indicator.breakdowns:
        if name not in names:
            yield f", breakdowns: names no column of the template: {name}"
        elif template.column(name).type.is_number or name in template.frame_names:
            yield f", breakdowns: expected a column of texts, found {name}"


def _faults_of_expression(expression: str, indicator: Indicator, template: Template) -> list[str]:
    tree = parse_tree(expression)
    if isinstance(tree, str):
        return [f"is no SQL expression: {tree}"]
    names = {column.name for column in template.columns}
    found = [*faults_of_averages(tree)] or [*faults_of_tree(tree, names, FUNCTIONS | SUMS)]
    if found:
        return found
    if not is_sum(tree):
        return ["is no sum: expected sum(…) and count(…) alone, added or subtracted"]
    types = {column.name: sql_type(column.type) for column in template.columns}
    objection = objection_to(expression, types, "CAST(({}) AS DOUBLE)")
    return [f"does not fit its columns: {objection}"] if objection else [*_faults_of_natures(tree, indicator, template)]


def _faults_of_natures(tree: Any, indicator: Indicator, template: Template) -> Iterator[str]:
    """A stock is not added over months, nor a share that was reported ever."""
    for node in nodes(tree):
        if node.get("function_name") != "sum":
            continue
        (argument,) = node["children"]
        bare = [argument["column_names"][-1]] if argument["class"] == "COLUMN_REF" else []
        for name in bare:
            column = template.column(name)
            if column.type is ColumnType.PCT or (column.nature is Nature.LEVEL and not indicator.denominator):
                yield f"adds up {name}, which is a rate or an average: give its parts"
            elif adding(column) is Adding.LAST and indicator.span is Span.FLOW:
                yield f"adds up {name}, which stands at a month's end: expected span stock"
