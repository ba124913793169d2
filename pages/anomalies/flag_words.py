"""Why a figure is doubted, in words: the cause, what was to be expected and why, and where it stands."""

import json
from collections.abc import Mapping
from typing import Any

import pandas

import text
from data.anomalies.detector import Cause
from data.anomalies.panels import ROWS
from data.anomalies.triage import CONTRADICTION, RULE
from data.catalogue.conditions import words_of_issue
from data.catalogue.model import Catalogue
from data.fault import Fault
from pages.frame.escaping import escaped
from text import t

_SLIP, _COPY = "orange", "violet"
KINDS = {  # kind of flag → its badge, in the order in which they are offered
    Cause.UNIT_SLIP.value: _SLIP,
    Cause.DECIMAL_SLIP.value: _SLIP,
    Cause.TRANSPOSITION.value: _SLIP,
    Cause.DIGIT_DROP.value: _SLIP,
    Cause.SIGN_FLIP.value: _SLIP,
    Cause.ZERO_FOR_MISSING.value: _SLIP,
    Cause.CUMULATIVE.value: _SLIP,
    Cause.COLUMN_SWAP.value: _SLIP,
    Cause.TOTAL_MISMATCH.value: _SLIP,
    Cause.COPY_FORM.value: _COPY,
    Cause.COPY_CELL.value: _COPY,
    Cause.LASTYEAR_COPY.value: _COPY,
    Cause.OTHER_UNIT.value: _COPY,
    Cause.UNEXPLAINED.value: "blue",
    CONTRADICTION: "red",
    RULE: "gray",
}
_TOLD = 0.1  # a second cause less likely than that is not worth a word
_FELT = 0.05  # a part of the expectation below 5 % explains nothing


def flag_heading(catalogue: Catalogue, flag: Any) -> str:
    """The kind of a flag as a badge, and its unit, in Markdown."""
    badge = f":{KINDS[flag.kind]}-badge[{t(f'anomaly.{flag.kind}')}]"
    return f"{badge} **{escaped(text.unit_name(catalogue, flag.unit_code))}**"


def flag_place(catalogue: Catalogue, flag: Any) -> str:
    """Where a flag is: template, period, sheet!cell, column, row by its name."""
    return " · ".join(part for part in (*_place(catalogue, flag), row_words(flag)) if part)


def place_markdown(catalogue: Catalogue, flag: Any) -> str:
    """The same in Markdown, with the row's code small behind its name."""
    code = "" if text.is_blank(flag.row_name) else f" :small[{escaped(key_words(flag.row_key))}]"
    return escaped(flag_place(catalogue, flag)) + code


def row_words(flag: Any) -> str:
    """What people call the row: its name, else its key. flag: has row_name and row_key."""
    return key_words(flag.row_key) if text.is_blank(flag.row_name) else flag.row_name


def key_words(row_key: str | None) -> str:
    """主城区 / 存量房, the parts of a row's key."""
    return _known(row_key).replace("|", " / ")


def _place(catalogue: Catalogue, flag: Any) -> tuple[str, ...]:
    return (
        text.template_name(catalogue, flag.template_code),
        text.period_label(catalogue, flag.template_code, flag.period),
        _sheet_and_cell(flag),
        column_label(catalogue, flag.template_code, _known(flag.column_name)),
    )


def flag_reason(catalogue: Catalogue, flag: Any) -> str:
    """Why a flag was raised, in one line that a section understands."""
    details = json.loads(flag.details)
    if flag.kind == RULE:
        rule = _rule_words(catalogue, flag.template_code, details)
        return t("anomaly.rule.why", rule=rule, explanation=details.get("explanation") or t("anomaly.no_words"))
    if flag.kind == CONTRADICTION:
        return _contradiction_words(catalogue, flag.template_code, details)
    if flag.kind == Cause.COPY_FORM and text.is_blank(flag.column_name):
        return t("anomaly.copy_form.whole", number=details["figures"])
    measure = _measure(catalogue, flag.template_code, _known(flag.column_name))
    value = f"{text.number(flag.value)} {measure}".strip()
    said = [t("anomaly.typed", value=value, cause=t(f"anomaly.{flag.kind}.why"))]
    if not pandas.isna(flag.suggested):
        said.append(t("anomaly.suggested", suggested=text.number(flag.suggested)))
    if not pandas.isna(flag.low):
        said.append(t("anomaly.range", low=text.number(flag.low), high=text.number(flag.high)))
    return t("list.semicolon").join(said) + t("list.stop")


def basis(details: dict[str, Any]) -> list[str]:
    """What the expectation is made of and how sure the cause is, a line each; for whoever looks closer."""
    if "n_months" not in details:
        return []
    key = "anomaly.basis" if details["n_units"] else "anomaly.basis.alone"
    lines = [t(key, months=details["n_months"], units=details["n_units"])]
    for part in ("season", "movement", "beside"):
        size = details.get(part)
        if size is not None and abs(size) >= _FELT:
            lines.append(t(f"anomaly.part.{part}.{'up' if size > 0 else 'down'}", share=text.estimate(abs(size))))
    sure = t("anomaly.sure", share=text.likelihood(details["probability"]))
    if details["second"] != Cause.NONE and (details["second_probability"] or 0) >= _TOLD:
        share = text.likelihood(details["second_probability"])
        sure += t("anomaly.or", second=t(f"anomaly.{details['second']}.why"), share=share)
    lines.append(sure)
    if details["effect_share"]:
        share = abs(details["effect_share"])
        lines.append(t("anomaly.effect", share=text.estimate(share)) if share < 1 else t("anomaly.effect.many"))
    if details["peers"]:
        lines.append(t("anomaly.peers", number=details["peers"]))
    if details["is_thin"]:
        lines.append(t("anomaly.thin"))
    return lines


def cells_table(catalogue: Catalogue, flags: pandas.DataFrame) -> pandas.DataFrame:
    """The cells of one card: which, what was typed, what it may have meant, and what is said of it."""
    rows = [
        (
            row_words(flag) or text.DASH,
            column_label(catalogue, flag.template_code, _known(flag.column_name)),
            _known(flag.cell) or t("card.sum"),
            flag.value,
            flag.suggested,
            t(f"anomaly.{flag.kind}"),
            t(f"triage.state.{flag.state}"),
        )
        for flag in flags.itertuples()
    ]
    names = ("row", "column", "cell", "value", "suggested", "kind", "state")
    table = pandas.DataFrame(rows, columns=[t(f"card.{name}") for name in names])
    return table.dropna(axis="columns", how="all")


def flags_table(catalogue: Catalogue, flags: pandas.DataFrame) -> pandas.DataFrame:
    """The flags, one a row, with headings in the reader's language; those of one card bear its number."""
    numbers = {card: number for number, card in enumerate(dict.fromkeys(flags["card"]), 1)}
    rows = [
        (
            numbers[flag.card],
            text.unit_name(catalogue, flag.unit_code),
            t(f"anomaly.{flag.kind}"),
            flag_place(catalogue, flag),
            _known(flag.row_key),
            flag_reason(catalogue, flag),
            "\n".join(basis(json.loads(flag.details))),
            t(f"triage.state.{flag.state}"),
            flag.answer,
        )
        for flag in flags.itertuples()
    ]
    names = ("column.unit", "column.kind", "column.place", "card.code", "column.reason", "column.basis")
    names = ("card.number", *names, "card.state", "column.answer")
    return pandas.DataFrame(rows, columns=[t(name) for name in names])


def plain_table(catalogue: Catalogue, flags: pandas.DataFrame) -> pandas.DataFrame:
    """What a plain method flags, with headings in the reader's language."""
    rows = [
        (text.unit_name(catalogue, flag.unit_code), flag_place(catalogue, flag), flag.value, round(flag.score, 2))
        for flag in flags.itertuples()
    ]
    return pandas.DataFrame(rows, columns=[t(f"column.{name}") for name in ("unit", "place", "value", "score")])


def record_table(catalogue: Catalogue, counted: pandas.DataFrame) -> pandas.DataFrame:
    """What each unit has done about its flags, with headings in the reader's language."""
    names = ("cards", "figures", "open", "overdue", "to_correct", "answered")
    units = [text.unit_name(catalogue, code) for code in counted["unit_code"]]
    return pandas.DataFrame({t("column.unit"): units} | {t(f"triage.column.{name}"): counted[name] for name in names})


def column_label(catalogue: Catalogue, template_code: str, column_name: str) -> str:
    """The column's label; the number of rows for a ledger as a whole; nothing for a form as a whole."""
    if column_name == ROWS:
        return t("anomaly.rows")
    try:
        return text.pick_words(catalogue.template(template_code).column(column_name).label)
    except (Fault, KeyError):  # of a catalogue before
        return column_name


def _sheet_and_cell(flag: Any) -> str:
    """填报表!L9; the cell alone where the sheet's name only repeats the template's."""
    sheet = "" if flag.template_code in _known(flag.sheet) else _known(flag.sheet)
    return "!".join(part for part in (sheet, _known(flag.cell)) if part)


def _measure(catalogue: Catalogue, template_code: str, column_name: str) -> str:
    """The column's unit of measure; nothing for a whole form or a number of rows."""
    try:
        return text.measure(catalogue.template(template_code).column(column_name).unit_of_measure)
    except (Fault, KeyError):
        return ""


def _rule_words(catalogue: Catalogue, template_code: str, details: Mapping[str, Any]) -> str:
    rule_words = words_of_issue(catalogue.template(template_code), details)
    return text.pick_words(rule_words) if rule_words else details.get("rule") or ""


def _contradiction_words(catalogue: Catalogue, template_code: str, details: Mapping[str, Any]) -> str:
    """What the rule says, what the return says, and what the other one says, and where."""
    figures = [
        t("anomaly.contradiction.figure", column=column_label(catalogue, template_code, name), value=_written(value))
        for name, value in details["found"].items()
    ]
    rule, found = _rule_words(catalogue, template_code, details), t("list.comma").join(figures)
    return t("anomaly.contradiction.why", rule=rule, found=found, others=text.contradicted(details["others"]))


def _written(value: Any) -> str:
    return text.number(value) if isinstance(value, int | float) else _known(value) or text.DASH


def _known(written: Any) -> str:
    return "" if written is None or pandas.isna(written) else str(written)
