"""What was sent to whom and what became of it, on the page of reminders."""

import json
from datetime import datetime, timedelta
from typing import Any

import pandas
import streamlit as st

import text
from data.reminders.history import reminder_log
from pages.frame import asking, choices
from pages.frame.display import show_table
from pages.frame.escaping import escaped
from pages.reminders.words import BADGES, error_words, outcome_words, step_words, unit_words
from text import t

LATELY = timedelta(days=3)
SHOWN = 500


def open_ends(now: datetime) -> list[str]:
    """Messages of the last days that go no more by themselves: they failed for good, or are unsure. In Markdown."""
    tries = reminder_log(asking.store(), now)
    lately = tries[(tries["tried_at"] > now - LATELY) & (tries["step"] != "test")]
    last = lately.sort_values("tried_at").drop_duplicates("contact_id", keep="last")
    lines = []
    for outcome in ("unsure", "failed"):
        unsettled = last[(last["outcome"] == outcome) & last["retry_at"].isna()]
        if not unsettled.empty:
            whom = [
                f"{unit_words(reminder.unit_code)} {reminder.contact_name or reminder.address}"
                for reminder in unsettled.itertuples()
            ]
            lines.append(
                t(f"reminders.open.{outcome}", number=len(unsettled), whom=escaped(t("list.comma").join(whom)))
            )
    return lines


def show(now: datetime) -> None:
    """The log, the newest first; one row in full where it is chosen."""
    tries = reminder_log(asking.store(), now)
    if tries.empty:
        st.info(t("reminders.log.none"), icon=":material/outgoing_mail:")
        return
    outcomes = list(dict.fromkeys(tries["outcome"]))
    with st.grid(2, min_column_width=200):
        units = list(dict.fromkeys(code for code in tries["unit_code"] if not text.is_blank(code)))
        unit = _choose("log-unit", t("choice.unit"), units, unit_words, t("choice.all_units"))
        outcome = _choose(
            "log-outcome",
            t("reminders.column.outcome"),
            outcomes,
            lambda code: t(f"reminders.outcome.{code}"),
            t("audit.everything"),
        )
    shown = tries[tries["unit_code"] == unit] if unit else tries
    shown = shown[shown["outcome"] == outcome] if outcome else shown
    st.caption(t("reminders.log.count", number=len(shown)))
    rows = list(shown.head(SHOWN).itertuples())
    columns = {
        "reminders.column.at": [text.moment(row.tried_at, asking.clock()) for row in rows],
        "reminders.list.unit": [unit_words(row.unit_code) for row in rows],
        "reminders.column.outcome": [outcome_words(row) for row in rows],
        "reminders.column.to": [row.contact_name or row.address for row in rows],
        "reminders.column.step": [step_words(row.step) for row in rows],
        "reminders.column.number": [len(json.loads(row.dues)) for row in rows],
    }
    table = pandas.DataFrame({t(name): values for name, values in columns.items()})
    key = f"log-{unit}-{outcome}-{len(rows)}"
    chosen = show_table(table, on_select="rerun", selection_mode="single-row", key=key).selection.rows
    if chosen:
        _show_one(rows[chosen[0]])
    else:
        st.caption(t("reminders.log.choose"))


def _choose(key: str, label: str, codes: list[str], name: Any, everything: str) -> str | None:
    chosen = st.selectbox(
        label, [choices.ALL, *codes], format_func=lambda code: name(code) if code else everything, key=key
    )
    return chosen or None


def _show_one(row: Any) -> None:
    """The whole of one message, as it went."""
    with st.container(border=True):
        channel = t(f"reminders.channel.{row.channel}")
        st.markdown(
            f"**{escaped(unit_words(row.unit_code))}** {escaped(f'{row.contact_name} {channel} {row.address}')}"
        )
        st.markdown(f":{BADGES[row.outcome]}-badge[{outcome_words(row)}] {escaped(error_words(row.error))}")
        by = row.tried_by or t("reminders.by_program")
        said = t("reminders.log.line", by=by, number=row.try_no, at=text.moment(row.tried_at, asking.clock()))
        st.caption(escaped(said))
        st.code(f"{row.subject}\n\n{row.body}", language=None, wrap_lines=True)
