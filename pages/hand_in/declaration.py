"""One due on the page of declarations: how it stands, what was said of it, and the two statements that can be made."""

from collections.abc import Callable
from typing import Any

import pandas
import streamlit as st

import text
from data.fault import Fault
from loaders import messages
from loaders.arriving.gate import MAX_ARRIVING
from loaders.intake.ingest import Receipt
from loaders.statements.declare import MAX_PROOF, Delivered, platform_declaration, zero_report
from pages.frame import asking
from pages.frame.faults import show_fault
from pages.frame.words import STATEMENTS, status_and_kind
from pages.hand_in import still_owed
from pages.hand_in.statement import show_statement
from text import t

_COLOURS = {"on_time": "blue", "late": "orange", "missing": "red", "pending": "gray", "exempt": "gray"}


def key_of(due: Any) -> str:
    return f"{due.unit_code}-{due.template_code}-{due.period:%Y-%m-%d}"


def _names(due: Any) -> dict[str, str]:
    """The template's name and the period as written."""
    catalogue = asking.catalogue()
    return {
        "template": text.template_name(catalogue, due.template_code),
        "period": text.period_label(catalogue, due.template_code, due.period),
    }


def show(due: Any, unit: str, said: pandas.DataFrame, reported_by: str) -> None:
    """A due's card: how it stands, what was stated, and the statements that are open to it."""
    with st.container(border=True):
        _show_due(due)
        _show_said(due, said)
        if due.status == "exempt":
            st.caption(t("declare.exempt"))
            return
        instead = ".instead" if due.versions else ""
        if due.zero_report_allowed and due.kind != "zero_report":
            box = f"zero-box-{key_of(due)}"  # a box without a key of its own stays open for the next one in the list
            with st.expander(t(f"declare.zero{instead}"), key=box, on_change="rerun", icon=":material/exposure_zero:"):
                ask_zero(due, unit, reported_by)
        if platform := platform_of(due):
            words = "declare.platform.again" if due.kind == "platform_declaration" else f"declare.platform{instead}"
            box = f"platform-box-{key_of(due)}"
            with st.expander(t(words, platform=platform), key=box, on_change="rerun", icon=":material/cloud_done:"):
                ask_platform(due, unit, platform, reported_by)


def platform_of(due: Any) -> str:
    """The platform's name; empty where the template has none."""
    platforms = {template.template_code: template.platform for template in asking.catalogue().templates}
    return text.pick_words(platforms.get(due.template_code, {}))


def _show_due(due: Any) -> None:
    """Which table, by when, and how it stands."""
    names = _names(due)
    line = t("declare.line", period=names["period"], deadline=text.deadline(due))
    badge = f":{_COLOURS[due.status]}-badge[{status_and_kind(due)}]"
    st.markdown(f"**{due.template_code}** {names['template']} {badge}  \n:small[:gray[{line}]]")


def show_receipts(dues: pandas.DataFrame) -> None:
    """The receipts of the statements on these dues that were made in this session and count now; what is owed yet."""
    made: dict[str, Receipt] = st.session_state.get("declared", {})
    shown = [
        (due, made[key_of(due)])
        for due in dues.itertuples()
        if key_of(due) in made and made[key_of(due)].version == due.versions
    ]
    for due, receipt in shown:
        with st.container(border=True):
            _show_receipt(due, receipt)
    for unit_code in dict.fromkeys(due.unit_code for due, _ in shown):
        still_owed.show(unit_code)


def _show_receipt(due: Any, receipt: Receipt) -> None:
    words = messages.status_words(receipt, text.language())
    received = text.moment(receipt.received_at, asking.clock())
    names = _names(due)
    st.markdown(f"**{due.template_code} {names['template']}** · {names['period']}")
    key = "declare.duplicate" if receipt.outcome == "duplicate" else f"declare.accepted.{receipt.kind}"
    st.success(t(key, received=received, status=words, version=receipt.version), icon=":material/check_circle:")
    shown = {"receipt_no": receipt.receipt_no, "deadline": text.deadline(due), "status": words}
    for column, (name, value) in zip(st.columns(3), shown.items(), strict=True):
        column.markdown(f":small[:gray[{t(f'upload.{name}')}]]  \n**{value}**")
    with st.expander(t("upload.receipt_text"), key=f"receipt-text-{receipt.receipt_no}", on_change="rerun"):
        st.code(messages.receipt_text(receipt, asking.catalogue(), text.language()), language=None, wrap_lines=True)


def _show_said(due: Any, said: pandas.DataFrame) -> None:
    """The statement that counts now, who made it, and its proof."""
    if due.kind in STATEMENTS:
        statement = said[(said["template_code"] == due.template_code) & (said["period"] == due.period)].iloc[0]
        show_statement(statement["submission_id"], asking.now())


def ask_zero(due: Any, unit: str, reported_by: str) -> None:
    """The sentence that is confirmed, room for a reason, and one button that names table and period."""
    st.markdown(t("declare.zero.means", unit=unit, **_names(due)))
    _warn_of_figures(due)
    reason = st.text_input(
        t("declare.zero.reason"),
        key=f"reason-{key_of(due)}",
        placeholder=t("declare.zero.reason.example"),
        max_chars=200,
    )
    if st.button(t("declare.zero.button", **_names(due)), key=f"zero-{key_of(due)}", type="primary"):
        _take(due, zero_report, reported_by, reason)


def ask_platform(due: Any, unit: str, platform: str, reported_by: str) -> None:
    """The sentence that is confirmed, count, day and proof, and one button."""
    st.markdown(t("declare.platform.means", unit=unit, platform=platform, **_names(due)))
    _warn_of_figures(due)
    with st.form(f"platform-{key_of(due)}", border=False):
        with st.grid(2, min_column_width=180):
            count = st.number_input(
                t("declare.platform.count"), min_value=0, step=1, value=None, key=f"count-{key_of(due)}"
            )
            day = st.date_input(t("declare.platform.on"), value=None, key=f"day-{key_of(due)}", format="YYYY-MM-DD")
        proof = st.file_uploader(
            t("declare.platform.proof", limit=MAX_PROOF // 1048576),
            key=f"proof-{key_of(due)}",
            max_upload_size=MAX_ARRIVING // 1048576,  # of every type: the declaration says what is wrong
        )
        if not st.form_submit_button(t("declare.platform.button", **_names(due)), type="primary"):
            return
    if day is None:
        show_fault(Fault("declaration.date_missing"))
        return
    content, name = (proof.getvalue(), proof.name) if proof else (b"", "")
    delivered = Delivered(text.DASH if count is None else count, day, content, name)
    _take(due, platform_declaration, reported_by, delivered)


def _warn_of_figures(due: Any) -> None:
    if due.kind in ("workbook", "correction"):
        st.warning(t("declare.replaces", version=due.versions), icon=":material/warning:")


def _take(due: Any, declare: Callable[..., Receipt], reported_by: str, *said: Any) -> None:
    """Record a statement and show the page anew, or say why it is refused."""
    key = (due.unit_code, due.template_code, due.period.date())
    try:
        receipt = declare(asking.store(), *key, asking.now(), reported_by, *said)
    except Fault as fault:
        show_fault(fault)
        return
    st.session_state.setdefault("declared", {})[key_of(due)] = receipt
    st.rerun()
