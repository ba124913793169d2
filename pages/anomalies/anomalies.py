"""疑似异常: valid figures that history makes unlikely; each says where it is and why, and shows its past."""

import json

import streamlit as st

import text
from data.anomalies.answered import record
from data.anomalies.detector.classic import Method
from data.anomalies.flags import anomalies, history
from data.anomalies.plain_methods import classic_flags
from data.anomalies.triage import FlagState
from pages.anomalies import flag_way, flag_words, triage_card
from pages.anomalies.flag_way import show_way
from pages.frame import asking, choices, display, empty
from pages.frame.display import show_table
from pages.frame.escaping import escaped
from pages.frame.viewer import viewer
from text import t

SHOWN = 30  # cards on the page; the download has all
SHOWN_MONTHS = 24
st.title(t("page.anomalies"), anchor=False)
as_of = asking.now()
empty.stop_where_nothing_is_due(as_of)
with st.grid(3, min_column_width=220):
    unit_code = choices.choose_unit()
    month = choices.choose_month(as_of, has_all=True)
    method = choices.choose("method", list(Method), lambda m: t(f"method.{m}"), t("method"), t("method.own"))
catalogue = asking.catalogue()
if method:
    plain = asking.ask_daily(classic_flags, as_of, method=Method(method), month=month, unit_code=unit_code)
    st.caption(t(f"method.{method}.how"))
    st.markdown(t("method.sentence", number=len(plain)))
    show_table(flag_words.plain_table(catalogue, plain), [flag_way.address(flag) for flag in plain.itertuples()])
    st.stop()
flags = asking.ask_daily(anomalies, as_of, month=month, unit_code=unit_code)
st.caption(t("anomaly.caption"))
every = flags
if flags.empty:
    st.success(t("anomaly.none"), icon=":material/check_circle:")
    st.stop()

is_answered = flags["state"].map(lambda state: FlagState(state).is_answered)
ways = {"waiting": ~is_answered, "answered": is_answered, "all": is_answered | True}
way = st.segmented_control(
    t("triage.which"),
    list(ways),
    default="waiting",
    required=True,
    format_func=lambda name: f"{t(f'triage.{name}')} {int(ways[name].sum())}",
    key="way",
    label_visibility="collapsed",
)
flags = flags[ways[way]]
kinds = flags["kind"].value_counts()
kind = st.pills(
    t("anomaly.kind"),
    [name for name in flag_words.KINDS if name in kinds],
    format_func=lambda name: f"{t(f'anomaly.{name}')} {kinds[name]}",
    key="kind",
    label_visibility="collapsed",
)
chosen = flags[flags["kind"] == kind] if kind else flags
if chosen.empty:
    st.success(t("anomaly.none.waiting" if way == "waiting" else "anomaly.none"), icon=":material/check_circle:")
else:
    st.markdown(t("anomaly.sentence", number=len(chosen), units=chosen["unit_code"].nunique()))


def card(number: int, flag) -> None:
    """One flag; what it rests on and its past open beneath it."""
    st.markdown(f"{flag_words.flag_heading(catalogue, flag)} {triage_card.badge(flag)}")
    st.markdown(escaped(flag_words.flag_reason(catalogue, flag)))
    st.caption(escaped(flag_words.flag_place(catalogue, flag)))
    show_way(flag)
    triage_card.show(flag, f"{number}-{flag.submission_id}-{flag.column_name}-{flag.row_key}")
    if text.is_blank(flag.column_name):
        return
    key = f"past-{flag.kind}-{flag.submission_id}-{flag.column_name}-{flag.row_key}-{number}"
    if st.toggle(t("anomaly.past"), key=key):
        st.markdown("\n".join(f"- {escaped(line)}" for line in flag_words.basis(json.loads(flag.details))))
        place = {name: getattr(flag, name) for name in ("unit_code", "template_code", "row_key", "column_name")}
        series = asking.ask_daily(history, as_of, **place).tail(SHOWN_MONTHS)
        display.show(history(series, flag.period, flag.value, t), "chart.history", key=f"chart-{number}")


for number, flag in enumerate(chosen.head(SHOWN).itertuples()):
    with st.container(border=True, gap="xsmall"):
        card(number, flag)
if len(chosen) > SHOWN:
    st.caption(t("anomaly.more", number=len(chosen) - SHOWN))
if not viewer().unit_code and not every.empty:
    with st.expander(t("triage.record")):
        show_table(flag_words.record_table(catalogue, record(every)))
display.download(flag_words.flags_table(catalogue, chosen), t("anomaly.file"), as_of)
