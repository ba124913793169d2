"""Why a figure is doubted, in words: the cause, what was to be expected and why, and where it stands."""

import json
from typing import Any

import pandas

import text
from data.anomalies.detector import Cause
from data.anomalies.panels import ROWS
from data.anomalies.triage import RULE
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
    RULE: "gray",
}
_TOLD = 0.1  # a second cause less likely than that is not worth a word
_FELT = 0.05  # a part of the expectation below 5 % explains nothing


def flag_heading(catalogue: Catalogue, flag: Any) -> str:
    """The kind of a flag as a badge, and its unit, in Markdown."""
    badge = f":{KINDS[flag.kind]}-badge[{t(f'anomaly.{flag.kind}')}]"
    return f"{badge} **{escaped(text.unit_name(catalogue, flag.unit_code))}**"


def flag_place(catalogue: Catalogue, flag: Any) -> str:
    """Where a flag is: template, period, sheet!cell, column, row."""
    parts = [
        text.template_name(catalogue, flag.template_code),
        text.period_label(catalogue, flag.template_code, flag.period),
        _sheet_and_cell(flag),
        column_label(catalogue, flag.template_code, _known(flag.column_name)),
        _known(flag.row_key).replace("|", " / "),
    ]
    return " · ".join(part for part in parts if part)


def flag_reason(catalogue: Catalogue, flag: Any) -> str:
    """Why a flag was raised, in one line that a section understands."""
    details = json.loads(flag.details)
    if flag.kind == RULE:
        rule = _rule_words(catalogue, flag.template_code, details.get("rule"))
        return t("anomaly.rule.why", rule=rule, explanation=details.get("explanation") or t("anomaly.no_words"))
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
            lines.append(t(f"anomaly.part.{part}.{'up' if size > 0 else 'down'}", share=text.rate(abs(size))))
    sure = t("anomaly.sure", share=text.likelihood(details["probability"]))
    if details["second"] != Cause.NONE and (details["second_probability"] or 0) >= _TOLD:
        share = text.likelihood(details["second_probability"])
        sure += t("anomaly.or", second=t(f"anomaly.{details['second']}.why"), share=share)
    lines.append(sure)
    if details["effect_share"]:
        share = abs(details["effect_share"])
        lines.append(t("anomaly.effect", share=text.rate(share)) if share < 1 else t("anomaly.effect.many"))
    if details["peers"]:
        lines.append(t("anomaly.peers", number=details["peers"]))
    if details["is_thin"]:
        lines.append(t("anomaly.thin"))
    return lines


def flags_table(catalogue: Catalogue, flags: pandas.DataFrame) -> pandas.DataFrame:
    """The flags, one a row, with headings in the reader's language."""
    rows = [
        (
            text.unit_name(catalogue, flag.unit_code),
            t(f"anomaly.{flag.kind}"),
            flag_place(catalogue, flag),
            flag_reason(catalogue, flag),
            "\n".join(basis(json.loads(flag.details))),
            t(f"triage.state.{flag.state}"),
            flag.answer,
        )
        for flag in flags.itertuples()
    ]
    names = ("unit", "kind", "place", "reason", "basis", "state", "answer")
    return pandas.DataFrame(rows, columns=[t(f"column.{name}") for name in names])


def plain_table(catalogue: Catalogue, flags: pandas.DataFrame) -> pandas.DataFrame:
    """What a plain method flags, with headings in the reader's language."""
    rows = [
        (text.unit_name(catalogue, flag.unit_code), flag_place(catalogue, flag), flag.value, round(flag.score, 2))
        for flag in flags.itertuples()
    ]
    return pandas.DataFrame(rows, columns=[t(f"column.{name}") for name in ("unit", "place", "value", "score")])


def record_table(catalogue: Catalogue, counted: pandas.DataFrame) -> pandas.DataFrame:
    """What each unit has done about its flags, with headings in the reader's language."""
    names = ("flags", "open", "overdue", "to_correct", "answered")
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
        return catalogue.template(template_code).column(column_name).unit_of_measure
    except (Fault, KeyError):
        return ""


def _rule_words(catalogue: Catalogue, template_code: str, code: str | None) -> str:
    for rule in catalogue.template(template_code).rules:
        if rule.code == code:
            return text.pick_words(rule.text)
    return code or ""


def _known(written: Any) -> str:
    return "" if written is None or pandas.isna(written) else str(written)
