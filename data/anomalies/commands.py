"""`python -m data answer|record|compare`: what is said of flagged figures; what plain methods would flag."""

import argparse
from typing import Any

import pandas

from data.anomalies.answered import corrected, key_of
from data.anomalies.cards import flags_by_card, record_by_card
from data.anomalies.detector.classic import Z_THRESHOLD, Method
from data.anomalies.flags import anomalies
from data.anomalies.plain_methods import classic_flags
from data.anomalies.triage import RULE, Flagged, FlagStep, answer
from data.catalogue.in_force import catalogue_in_force
from data.command_line import add_command, add_moment, asked_store, asked_unit, opened, print_rows, tell
from data.periods import month_asked
from data.readable import as_read


def add_parsers(commands: Any) -> None:
    """Add the commands and their words to the sub-commands of a parser."""
    text = "a flagged figure is right, will be corrected, or its column means another thing now"
    saying = add_command(commands, "answer", _answer, text)
    saying.add_argument("step", choices=[step.value for step in FlagStep])
    for name in ("unit", "template", "period", "reason"):
        saying.add_argument(f"--{name}", required=True)
    saying.add_argument("--cell", help="as `anomalies` names it; default: the form as a whole")
    saying.add_argument("--column", help="in the place of a cell, for the sums of a ledger")
    plain = add_command(commands, "compare", _compare, "what a plain method of other systems would flag")
    plain.add_argument("--method", choices=[method.value for method in Method], default=Method.Z_SCORE.value)
    plain.add_argument("--threshold", type=float, default=Z_THRESHOLD, help="of both z-scores")
    for name in ("period", "unit"):
        plain.add_argument(f"--{name}")
    add_moment(plain)
    text = "by unit: flagged figures, the mistakes (cards) that they are, open, overdue, promised, answered, corrected"
    kept = add_command(commands, "record", _record, text)
    kept.add_argument("--period")
    add_moment(kept)


def _answer(options: argparse.Namespace) -> int:
    store = opened()
    now = store.now()
    catalogue = catalogue_in_force(store)
    period = catalogue.period(options.template, options.period)
    flags = anomalies(store, now, unit_code=asked_unit(store, options.unit))
    flags = flags[(flags["template_code"] == options.template) & (flags["period"] == pandas.Timestamp(period))]
    flags = flags[flags["kind"] != RULE]
    if options.cell:
        flags = flags[flags["cell"] == options.cell]
    elif options.column:
        flags = flags[flags["column_name"] == options.column]
    else:
        flags = flags[flags["column_name"].isna()]
    if len({key_of(flag) for flag in flags.itertuples()}) != 1:  # two may doubt one figure
        raise ValueError(f"expected one flag there, found {len(flags)}; see `anomalies --unit {options.unit}`")
    flag = next(flags.itertuples())
    value = None if pandas.isna(flag.value) else float(flag.value)
    column = None if flag.column_name is None or pandas.isna(flag.column_name) else flag.column_name
    about = Flagged(flag.unit_code, flag.template_code, period, flag.row_key, column, value, flag.kind)
    answer(store, about, FlagStep(options.step), options.reason, now)
    return tell(options, {"unit": flag.unit_code, "template": flag.template_code, "step": options.step})


def _compare(options: argparse.Namespace) -> int:
    if not 0 < options.threshold < float("inf"):  # nor NaN, which no comparison holds for
        raise ValueError(f"--threshold: expected a number above 0, found {options.threshold}")
    store, as_of = asked_store(options)
    catalogue = catalogue_in_force(store)
    month = month_asked(options.period) if options.period else None
    unit_code = asked_unit(store, options.unit)
    flags = classic_flags(store, as_of, Method(options.method), options.threshold, month, unit_code)
    rows = flags.drop(columns="submission_id").to_dict("records")
    print_rows([as_read(row, catalogue) for row in rows], options)
    return 0


def _record(options: argparse.Namespace) -> int:
    store, as_of = asked_store(options)
    catalogue = catalogue_in_force(store)
    month = month_asked(options.period) if options.period else None
    counts, done = record_by_card(flags_by_card(store, as_of, month)), corrected(store, as_of, catalogue)
    rows = [row | {"corrected": done.get(row["unit_code"], 0)} for row in counts.to_dict("records")]
    print_rows([as_read(row, catalogue) for row in rows], options)
    return 0
