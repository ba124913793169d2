"""`python -m data answer|record|compare`: what is said of flagged figures; what plain methods would flag."""

import argparse
from datetime import UTC, datetime
from typing import Any

import pandas

from data.anomalies.answered import corrected, record
from data.anomalies.detector.classic import Z_THRESHOLD, Method
from data.anomalies.flags import anomalies
from data.anomalies.plain_methods import classic_flags
from data.anomalies.triage import RULE, Flagged, Step, TriageFault, answer
from data.catalogue.in_force import catalogue_in_force
from data.command_line import add_command, asked_moment, opened, print_rows, tell
from data.periods import parse_period
from data.readable import as_read

_WORDS = {
    "reason": "--reason: expected a real reason of at least {limit} characters (not 核实无误 or the like)",
    "whole_form": "a whole form cannot be redefined; name a cell",
}


def add_parsers(commands: Any) -> None:
    """Add the commands and their words to the sub-commands of a parser."""
    text = "a flagged figure is right, will be corrected, or its column means another thing now"
    saying = add_command(commands, "answer", _answer, text)
    saying.add_argument("step", choices=[step.value for step in Step])
    for name in ("unit", "template", "period", "reason"):
        saying.add_argument(f"--{name}", required=True)
    saying.add_argument("--cell", help="as `anomalies` names it; default: the form as a whole")
    saying.add_argument("--column", help="in the place of a cell, for the sums of a ledger")
    plain = add_command(commands, "compare", _compare, "what a plain method of other systems would flag")
    plain.add_argument("--method", choices=[one.value for one in Method], default=Method.Z_SCORE.value)
    plain.add_argument("--threshold", type=float, default=Z_THRESHOLD, help="of both z-scores")
    for name in ("period", "unit"):
        plain.add_argument(f"--{name}")
    plain.add_argument("--as-of", metavar="MOMENT", help="ISO 8601; default: now")
    kept = add_command(commands, "record", _record, "flags by unit: open, overdue, promised, answered, corrected")
    kept.add_argument("--period")
    kept.add_argument("--as-of", metavar="MOMENT", help="ISO 8601; default: now")


def _answer(options: argparse.Namespace) -> int:
    store, now = opened(), datetime.now(UTC)
    catalogue = catalogue_in_force(store)
    known = {template.template_code: template for template in catalogue.templates}
    if options.template not in known:
        raise ValueError(f"expected the code of a template of the catalogue, found {options.template!r}")
    period = parse_period(options.period, known[options.template].cycle)
    found = anomalies(store, now, unit_code=options.unit)
    found = found[(found["template_code"] == options.template) & (found["period"] == pandas.Timestamp(period))]
    found = found[found["kind"] != RULE]
    if options.cell:
        found = found[found["cell"] == options.cell]
    elif options.column:
        found = found[found["column_name"] == options.column]
    else:
        found = found[found["column_name"].isna()]
    if len(found) != 1:
        raise ValueError(f"expected one flag there, found {len(found)}; see `anomalies --unit {options.unit}`")
    one = next(found.itertuples())
    value = None if pandas.isna(one.value) else float(one.value)
    column = None if one.column_name is None or pandas.isna(one.column_name) else one.column_name
    about = Flagged(one.unit_code, one.template_code, period, one.row_key, column, value, one.kind)
    try:
        answer(store, about, Step(options.step), options.reason, now)
    except TriageFault as fault:
        raise ValueError(_WORDS[fault.code].format(**fault.details)) from fault
    return tell(options, {"unit": one.unit_code, "template": one.template_code, "step": options.step})


def _compare(options: argparse.Namespace) -> int:
    store = opened()
    catalogue = catalogue_in_force(store)
    as_of = asked_moment(store, options.as_of)
    month = parse_period(options.period) if options.period else None
    found = classic_flags(store, as_of, Method(options.method), options.threshold, month, options.unit)
    print_rows([as_read(row, catalogue) for row in found.to_dict("records")], options)
    return 0


def _record(options: argparse.Namespace) -> int:
    store = opened()
    catalogue = catalogue_in_force(store)
    as_of = asked_moment(store, options.as_of)
    month = parse_period(options.period) if options.period else None
    found, done = record(anomalies(store, as_of, month)), corrected(store, as_of, catalogue)
    rows = [row | {"corrected": done.get(row["unit_code"], 0)} for row in found.to_dict("records")]
    print_rows([as_read(row, catalogue) for row in rows], options)
    return 0
