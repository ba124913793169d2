"""疑似异常: valid figures that history makes unlikely; each says where it is and why, and shows its past."""

import json

import streamlit as st

import charts
import text
from data.queries.anomalies import anomalies, history
from pages.shared import answers, flag_words
from pages.shared.issue_list import escaped
from text import t

SHOWN = 30  # cards on the page; the download has all
SHOWN_MONTHS = 24
st.title(t("page.anomalies"), anchor=False)
as_of = answers.now()
answers.stop_where_nothing_is_due(as_of)
with st.grid(2, min_column_width=220):
    unit_code = answers.choose_unit()
    month = answers.choose_month(as_of, has_all=True)
catalogue = answers.catalogue()
found = answers.ask_daily(anomalies, as_of, month=month, unit_code=unit_code)
kinds = found["kind"].value_counts()
st.caption(t("anomaly.caption"))
if found.empty:
    st.success(t("anomaly.none"), icon=":material/check_circle:")
    st.stop()

kind = st.pills(
    t("anomaly.kind"),
    [name for name in flag_words.KINDS if name in kinds],
    format_func=lambda name: f"{t(f'anomaly.{name}')} {kinds[name]}",
    key="kind",
    label_visibility="collapsed",
)
chosen = found[found["kind"] == kind] if kind else found
st.markdown(t("anomaly.sentence", number=len(chosen), units=chosen["unit_code"].nunique()))


def card(number: int, flag) -> None:
    """One flag; what it rests on and its past open beneath it."""
    st.markdown(flag_words.flag_heading(catalogue, flag))
    st.markdown(escaped(flag_words.flag_reason(catalogue, flag)))
    st.caption(escaped(flag_words.flag_place(catalogue, flag)))
    if text.is_blank(flag.column_name):
        return
    key = f"past-{flag.kind}-{flag.submission_id}-{flag.column_name}-{flag.row_key}-{number}"
    if st.toggle(t("anomaly.past"), key=key):
        st.markdown("\n".join(f"- {escaped(line)}" for line in flag_words.basis(json.loads(flag.details))))
        place = {name: getattr(flag, name) for name in ("unit_code", "template_code", "row_key", "column_name")}
        figure = charts.history(
            answers.ask_daily(history, as_of, **place).tail(SHOWN_MONTHS), flag.period, flag.value, t
        )
        answers.show(figure, "chart.history", key=f"chart-{number}")


for number, flag in enumerate(chosen.head(SHOWN).itertuples()):
    with st.container(border=True, gap="xsmall"):
        card(number, flag)
if len(chosen) > SHOWN:
    st.caption(t("anomaly.more", number=len(chosen) - SHOWN))
answers.download(flag_words.flags_table(catalogue, chosen), t("anomaly.file"), as_of)
