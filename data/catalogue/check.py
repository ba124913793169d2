"""Is a catalogue in order? Checked when it is loaded, so that no section meets a broken rule at upload."""

import math
import re
from collections import Counter
from collections.abc import Iterator

from data.catalogue.indicator_check import faults_of_indicators
from data.catalogue.model import Catalogue, Column, DuePolicy, Template
from data.catalogue.rule_check import faults_of_rule
from data.clock import is_zone
from data.store import has_zone

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")


def faults(catalogue: Catalogue) -> list[str]:
    """Everything that is wrong, one line each, naming what and where; empty when the catalogue can be used."""
    return [
        *_faults_of_bureau(catalogue),
        *_faults_of_units(catalogue),
        *_faults_of_obligations(catalogue),
        *(fault for template in catalogue.templates for fault in _faults_of_template(template)),
        *_faults_of_rules(catalogue),
        *(f"templates: {code} is there twice" for code in _twice(t.template_code for t in catalogue.templates)),
        *faults_of_indicators(catalogue),
        *(f"calendar: {day} is there twice" for day in _twice(day.day for day in catalogue.calendar)),
    ]


def _twice(values: Iterator) -> list:
    return [value for value, times in Counter(values).items() if times > 1]


def _faults_of_bureau(catalogue: Catalogue) -> Iterator[str]:
    if not (is_zone(catalogue.bureau.timezone) and has_zone(catalogue.bureau.timezone)):
        yield f"bureau: no such time zone: {catalogue.bureau.timezone!r}"
    if not catalogue.bureau.bureau_name.get("zh-CN"):
        yield "bureau: bureau_name has no zh-CN"
    if not catalogue.templates:
        yield "templates: there is none"


def _faults_of_units(catalogue: Catalogue) -> Iterator[str]:
    for unit in catalogue.units:
        if not _CODE.fullmatch(unit.unit_code):
            yield f"units: a code is letters, digits, - and _; found {unit.unit_code!r}"
        if not unit.unit_name.get("zh-CN"):
            yield f"units: {unit.unit_code} has no name"
    for key in _twice((unit.unit_code, unit.valid_from) for unit in catalogue.units):
        yield f"units: {key[0]} is there twice with the same valid_from"
    parents = {(unit.unit_code, unit.parent_code) for unit in catalogue.units if unit.parent_code}
    codes = {unit.unit_code for unit in catalogue.units}
    for code, parent in sorted(parents):
        if parent not in codes:
            yield f"units: {code} has the parent {parent}, which is no unit"
        if code in _ancestors(parent, parents):
            yield f"units: {code} is its own parent, by way of {parent}"


def _ancestors(code: str, parents: set[tuple[str, str]]) -> set[str]:
    ancestors, new = set(), {code}
    while new:
        ancestors |= new
        new = {parent for child, parent in parents if child in new} - ancestors
    return ancestors


def _faults_of_obligations(catalogue: Catalogue) -> Iterator[str]:
    units = {unit.unit_code for unit in catalogue.units}
    templates = {template.template_code for template in catalogue.templates}
    for obligation in catalogue.obligations:
        who = f"obligations: {obligation.unit_code} x {obligation.template_code}"
        if obligation.unit_code not in units:
            yield f"{who}: no such unit in units.csv"
        if obligation.template_code not in templates:
            yield f"{who}: no such template"
        if obligation.last_period and obligation.last_period < obligation.first_period:
            yield f"{who}: last_period lies before first_period"
        if not all(1 <= month <= 12 for month in obligation.exempt_months):
            yield f"{who}: exempt_months are numbers from 1 to 12"


def _faults_of_template(template: Template) -> Iterator[str]:
    where = f"template {template.template_code}"
    if not _CODE.fullmatch(template.template_code):
        yield f"{where}: a code is letters, digits, - and _"
    if not template.template_name.get("zh-CN"):
        yield f"{where}: has no zh-CN name"
    if template.platform and not template.platform.get("zh-CN"):
        yield f"{where}: its platform has no zh-CN name"
    names = [column.name for column in template.columns]
    for name in _twice(names):
        yield f"{where}: column {name} is there twice"
    for label in _twice(column.label.get("zh-CN") for column in template.columns):
        yield f"{where}: two columns are headed {label!r}"
    for name in set(template.row_key) - set(names):
        yield f"{where}: row_key names no column: {name}"
    for policy in (template.due, *template.due_changes):
        yield from (f"{where}: {fault}" for fault in _faults_of_policy(policy))
    if template.due.valid_from or not all(policy.valid_from for policy in template.due_changes):
        yield f"{where}: each of due_changes has a valid_from, and due has none"
    for start in _twice(policy.valid_from for policy in template.due_changes):
        yield f"{where}: two due_changes begin with {start}"
    for column in template.columns:
        yield from (f"{where}, column {column.name}: {fault}" for fault in _faults_of_column(column))
    for code in _twice(rule.code for rule in template.rules):
        yield f"{where}: rule {code} is there twice"


def _faults_of_rules(catalogue: Catalogue) -> Iterator[str]:
    """A rule may ask for figures of any template of the catalogue."""
    templates = {template.template_code: template for template in catalogue.templates}
    for template in catalogue.templates:
        for rule in template.rules:
            where = f"template {template.template_code}, rule {rule.code}"
            yield from (f"{where}: {fault}" for fault in faults_of_rule(rule, template, templates))


def _faults_of_policy(policy: DuePolicy) -> Iterator[str]:
    if not 1 <= policy.day <= 31 or not 0 <= policy.month_offset <= 12:
        yield "due day is 1 to 31 and month_offset 0 to 12"
    if not 1 <= policy.workdays <= 20:
        yield "due workdays is 1 to 20"
    if policy.lock_days is not None and not 0 <= policy.lock_days <= 366:
        yield "due lock_days is 0 to 366"


def _faults_of_column(column: Column) -> Iterator[str]:
    if not _NAME.fullmatch(column.name):
        yield "a name is lower case letters, digits and _"
    if not column.label.get("zh-CN"):
        yield "has no zh-CN label"
    if column.pattern:
        try:
            re.compile(column.pattern)
        except re.error as error:
            yield f"pattern is no regular expression: {error}"
    for name in ("min", "max", "above"):
        bound = getattr(column, name)
        if bound is not None and not math.isfinite(bound):
            yield f"{name}: expected a number, found {bound}"
    if column.min is not None and column.max is not None and column.min > column.max:
        yield "min is above max"
