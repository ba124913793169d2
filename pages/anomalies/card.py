"""One mistake on the page: what it looks like, the cells that it touched, the month it repeats, what was answered."""

import json
from datetime import datetime
from typing import Any

import pandas
import streamlit as st

import text
from charts.anomalies import history as history_chart
from data.anomalies.copied import Beside, copied_beside, is_copy
from data.anomalies.flags import history
from pages.anomalies import flag_words, triage_card
from pages.anomalies.flag_way import address, show_other_ways, show_way
from pages.frame import asking, display, ways
from pages.frame.display import show_table
from pages.frame.escaping import escaped
from text import t

SHOWN_MONTHS, LISTED = 24, 8


def show(card: Any, flags: pandas.DataFrame, as_of: datetime) -> None:
    """card: a row of `data.anomalies.cards.cards`; flags: those of it."""
    catalogue, key = asking.catalogue(), f"{card.card}"
    count = f" :gray-badge[{t('card.figures', number=card.figures)}]" if card.figures > 1 else ""
    st.markdown(f"{flag_words.flag_heading(catalogue, card)}{count} {triage_card.badge(card)}")
    st.markdown(escaped(flag_words.flag_reason(catalogue, card)))
    st.caption(flag_words.place_markdown(catalogue, card))
    triage_card.show_answers(flags)
    if card.number > 1:
        _show_cells(flags, key)
    with st.container(horizontal=True, vertical_alignment="center"):
        show_way(card)
        show_other_ways(card)
        triage_card.offer_answer(list(flags.itertuples()), key)
        is_beside = is_copy(card.kind) and st.toggle(t("card.beside"), key=f"beside-{key}")
        has_past = not text.is_blank(card.column_name) and st.toggle(t("anomaly.past"), key=f"past-{key}")
    if is_beside:
        _show_beside(card, as_of)
    if has_past:
        _show_past(card, as_of, key)


def _show_cells(flags: pandas.DataFrame, key: str) -> None:
    number = st.column_config.NumberColumn(format="localized")
    show_table(
        flag_words.cells_table(asking.catalogue(), flags),
        [address(flag) for flag in flags.itertuples()],
        column_config={t("card.value"): number, t("card.suggested"): number},
        height="content" if len(flags) <= LISTED else 35 * (LISTED + 1) + 3,
        key=f"cells-{key}",
    )


def _show_past(card: Any, as_of: datetime, key: str) -> None:
    st.markdown("\n".join(f"- {escaped(line)}" for line in flag_words.basis(json.loads(card.details))))
    place = {name: getattr(card, name) for name in ("unit_code", "template_code", "row_key", "column_name")}
    series = asking.ask_daily(history, as_of, **place).tail(SHOWN_MONTHS)
    display.show(history_chart(series, card.period, card.value, t), "chart.history", key=f"chart-{key}")


def _show_beside(card: Any, as_of: datetime) -> None:
    """Two columns of figures, this return and the month that it repeats; what differs first."""
    of = {"unit_code": card.unit_code, "template_code": card.template_code, "kind": card.kind}
    beside: Beside | None = asking.ask_daily(copied_beside, as_of, period=card.period.date(), **of)
    if beside is None:
        st.caption(t("card.beside.none"))
        return
    catalogue, figures = asking.catalogue(), beside.figures
    now, before = (text.period_label(catalogue, card.template_code, period) for period in (card.period, beside.period))
    same = int(figures["is_same"].sum())
    st.markdown(t("card.beside.sentence", same=same, number=len(figures), before=before))
    columns = [flag_words.column_label(catalogue, card.template_code, name) for name in figures["column_name"]]
    table = pandas.DataFrame(
        {
            t("card.row"): [flag_words.row_words(row) for row in figures.itertuples()],
            t("card.column"): columns,
            now: figures["value"],
            before: figures["before"],
            t("card.same"): [t("card.same.yes" if is_same else "card.same.no") for is_same in figures["is_same"]],
        }
    )
    order = figures["is_same"].argsort(kind="stable")
    cells = [None if text.is_blank(cell) else cell for cell in figures["cell"]]
    links = [ways.form_address(beside.submission_id, cell) for cell in cells]
    number = st.column_config.NumberColumn(format="localized")
    show_table(
        table.iloc[order],
        [links[place] for place in order],
        column_config={now: number, before: number},
        height=min(420, 35 * (len(table) + 1) + 3),
        key=f"beside-table-{card.card}",
    )
