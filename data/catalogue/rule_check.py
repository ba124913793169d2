"""Is a rule in order? Asked when a catalogue is loaded, so that no section meets a broken rule at upload."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from data.catalogue.model import Column, Rule, Template
from data.catalogue.others import Other, Reach, calls, other_of_call, without_others
from data.catalogue.rules import FUNCTIONS, faults_of_tree, sql_type
from data.catalogue.sums import SUMS, faults_of_averages, is_sum
from data.store import objection_to, parse_tree, sql_of_tree

_NONE: Mapping[str, Template] = MappingProxyType({})


def faults_of_rule(rule: Rule, template: Template, templates: Mapping[str, Template] = _NONE) -> list[str]:
    """What keeps a rule from being used: it does not parse, names no such column or template, or calls what is not
    allowed. templates: those of the catalogue, by code.
    """
    if not rule.text.get("zh-CN"):
        return ["has no zh-CN text"]
    tree = parse_tree(rule.expression)
    if isinstance(tree, str):
        return [f"is no SQL expression: {tree}"]
    of_catalogue = {**templates, template.template_code: template}
    call_faults = [fault for call in calls(tree) for fault in _faults_of_call(call, template, of_catalogue)]
    if call_faults:
        return call_faults
    others = [other_of_call(call) for call in calls(tree)]
    types = {column.name: sql_type(column.type) for column in template.columns}
    types |= {other.name: type_of_other(other, template) for other in others}
    plain = without_others(rule.expression)
    tree_faults = [*faults_of_tree(parse_tree(plain), set(types))]
    if tree_faults:
        return tree_faults
    objection = objection_to(plain, types)
    return [f"does not fit its columns: {objection}"] if objection else []


def type_of_other(other: Other, template: Template) -> str:
    """The SQL type under which a rule sees a figure of another return."""
    return sql_type(template.column(other.what).type) if other.reach.is_of_row else "DOUBLE"


def _faults_of_call(call: dict, template: Template, templates: Mapping[str, Template]) -> Iterator[str]:
    reach, children = Reach(call["function_name"]), call["children"]
    name = reach.value
    if call["filter"] or call["distinct"] or call["schema"] or len(children) != (2 if reach.names_template else 1):
        yield f"calls {name} in another way than {_WAYS[reach]}"
    elif reach.is_of_row:
        yield from _faults_of_column(reach, children[0], {column.name: column for column in template.columns}, template)
    else:
        of = template
        if reach.names_template:
            code = children[0].get("value", {}).get("value")
            of = templates.get(code) if isinstance(code, str) else None
            if of is None:
                yield f"calls {name} of a template that the catalogue does not have: {code!r}"
        if of is not None:
            yield from (f"{fault} (in {name})" for fault in _faults_of_sums(children[-1], of))


_WAYS = {
    Reach.LAST: "last(column)",
    Reach.LAST_YEAR: "last_year(column)",
    Reach.SO_FAR: "so_far(column)",
    Reach.TOTAL: "total(sum(…))",
    Reach.OF_TEMPLATE: "of_template('code', sum(…))",
    Reach.OF_UNITS: "of_units('code', sum(…))",
}


def _faults_of_column(reach: Reach, child: dict, columns: Mapping[str, Column], template: Template) -> Iterator[str]:
    if child["class"] != "COLUMN_REF":
        yield f"calls {reach} in another way than {_WAYS[reach]}"
        return
    name = ".".join(child["column_names"])
    if name not in columns or name in template.frame_names:
        yield f"names no column of the template: {name} (in {reach})"
    elif reach is Reach.SO_FAR and not columns[name].type.is_number:
        yield f"calls so_far of {name}, which is no number"


def _faults_of_sums(tree: dict, template: Template) -> Iterator[str]:
    names = {column.name for column in template.columns} - template.frame_names
    found = [*faults_of_averages(tree)] or [*faults_of_tree(tree, names, FUNCTIONS | SUMS)]
    if found:
        yield from found
    elif not is_sum(tree):
        yield "is no sum: expected sum(…) and count(…) alone, added or subtracted"
    else:
        types = {column.name: sql_type(column.type) for column in template.columns}
        objection = objection_to(sql_of_tree(tree), types, "CAST(({}) AS DOUBLE)")
        if objection:
            yield f"does not fit the columns of {template.template_code}: {objection}"
