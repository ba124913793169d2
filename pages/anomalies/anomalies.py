"""疑似异常: valid figures that history makes unlikely; each says where it is and why, and shows its past."""

import streamlit as st

import text
from data.anomalies.cards import cards, flags_by_card, record_by_card, waiting
from data.anomalies.detector.classic import Method
from data.anomalies.plain_methods import classic_flags
from pages.anomalies import by_unit, card, flag_way, flag_words
from pages.frame import asking, choices, display, empty, folding
from pages.frame.display import show_table
from pages.frame.viewer import viewer
from text import t

SHOWN = 30  # cards on the page; the download has all
st.title(t("page.anomalies"), anchor=False)
as_of = asking.as_of()
empty.stop_where_nothing_is_due(as_of)
with folding.filters(3):
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
flags = asking.ask_daily(flags_by_card, as_of, month=month, unit_code=unit_code)
st.caption(t("anomaly.caption"))
if not viewer().unit_code:
    by_unit.show(as_of)
if flags.empty:
    st.success(t("anomaly.none"), icon=":material/check_circle:")
    st.stop()

every = cards(flags)
is_waiting = waiting(every)
ways = {"waiting": is_waiting, "answered": ~is_waiting, "all": is_waiting | True}
way = st.segmented_control(
    t("triage.which"),
    list(ways),
    default="waiting",
    required=True,
    format_func=lambda name: f"{t(f'triage.{name}')} {int(ways[name].sum())}",
    key="way",
    label_visibility="collapsed",
)
chosen = every[ways[way]]
kinds = chosen["kind"].value_counts()
kind = st.pills(
    t("anomaly.kind"),
    [name for name in flag_words.KINDS if name in kinds],
    format_func=lambda name: f"{t(f'anomaly.{name}')} {kinds[name]}",
    key="kind",
    label_visibility="collapsed",
)
chosen = chosen[chosen["kind"] == kind] if kind else chosen
if chosen.empty:
    st.success(t("anomaly.none.waiting" if way == "waiting" else "anomaly.none"), icon=":material/check_circle:")
else:
    figures, units = int(chosen["figures"].sum()), chosen["unit_code"].nunique()
    when = text.month_name(month) if month else t("anomaly.all_months")
    st.markdown(t("anomaly.sentence", when=when, number=len(chosen), figures=figures, units=units))
for one in chosen.head(SHOWN).itertuples():
    with st.container(border=True, gap="xsmall"):
        card.show(one, flags[flags["card"] == one.card], as_of)
if len(chosen) > SHOWN:
    st.caption(t("anomaly.more", number=len(chosen) - SHOWN))
if not viewer().unit_code:
    with st.expander(t("triage.record")):
        show_table(flag_words.record_table(catalogue, record_by_card(flags)))
listed = flags[flags["card"].isin(chosen["card"])]
display.download(flag_words.flags_table(catalogue, listed), t("anomaly.file"), as_of)
