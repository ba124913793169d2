"""总览: where this month's round stands, in ten seconds and on a phone."""

import streamlit as st

import text
from charts.round import round_bar
from charts.timeliness import trend
from data.anomalies.flags import anomalies
from data.anomalies.triage import State
from data.dues.freshness import freshness
from data.dues.timeliness import dues
from pages.anomalies import flag_words
from pages.frame import asking, choices, display, empty
from pages.frame.escaping import escaped
from pages.frame.viewer import viewer
from pages.frame.words import as_of_words
from pages.round import words
from text import t

as_of = asking.now()
empty.stop_where_nothing_is_due(as_of)
heading, control = st.columns([3, 1], vertical_alignment="center")
with control:
    month = choices.choose_month(as_of)
catalogue = asking.catalogue()
found = asking.ask(dues, as_of, month=month)
counts = words.round_counts(found)
until = words.last_day(found)
days_left = (until - as_of.date()).days
is_over = days_left < 0

with heading:
    st.title(t("overview.title", month=text.month_name(month)), anchor=False)
    st.subheader(words.round_sentence(month, counts, days_left), anchor=False)
    own = viewer().unit_code  # whoever belongs to a unit sees that one alone
    unit = text.unit_name(catalogue, own) if own else ""
    st.caption(" ".join(filter(None, (unit, words.round_kinds(found), as_of_words(as_of)))))
display.show(round_bar(counts, t), "chart.round_bar")

with st.grid(4, min_column_width=150):
    st.metric(t("overview.received"), f"{counts['received']} / {counts['expected']}", border=True, height="stretch")
    share = counts["on_time"] / counts["expected"] if is_over and counts["expected"] else None
    st.metric(
        t("overview.on_time_rate"),
        text.rate(share),
        border=True,
        height="stretch",
        help=t("overview.on_time_rate.help"),
    )
    st.metric(
        t("overview.owed" if is_over else "overview.to_come"),
        t("copies", number=counts["owed"]),
        border=True,
        height="stretch",
    )
    st.metric(
        t("overview.deadline"),
        text.day(until, has_year=False),
        delta=words.days_words(days_left),
        delta_color="off",
        delta_arrow="off",
        border=True,
        height="stretch",
    )

left, right = st.columns(2, border=True)
owed = found[found["status"].isin(["missing", "pending"])]
with left:
    st.subheader(t("overview.who_owes" if is_over else "overview.who_is_left"), anchor=False)
    by_unit = owed.groupby("unit_code").size().sort_values(ascending=False)
    for unit_code, number in by_unit.head(6).items():
        codes = owed.loc[owed["unit_code"] == unit_code, "template_code"]
        names = t("list.comma").join(text.template_name(catalogue, code) for code in codes)
        st.markdown(
            f"**{text.unit_name(catalogue, unit_code)}** {t('copies', number=number)}  \n:small[:gray[{names}]]"
        )
    if by_unit.empty:
        st.markdown(t("overview.nobody_owes"))
    choices.link("pages/round/late.py", t("overview.to_late", number=len(by_unit)))

flags = asking.ask_daily(anomalies, as_of, month=month)
flags = flags[~flags["state"].map(lambda state: State(state).is_answered).astype(bool)]
with right:
    st.subheader(t("overview.anomalies", number=len(flags)), anchor=False)
    for flag in flags.head(3).itertuples():
        place = escaped(flag_words.flag_place(catalogue, flag))
        reason = escaped(flag_words.flag_reason(catalogue, flag))
        st.markdown(f"{flag_words.flag_heading(catalogue, flag)} {reason}  \n:small[:gray[{place}]]")
    if flags.empty:
        st.markdown(t("overview.no_anomaly"))
    choices.link("pages/anomalies/anomalies.py", t("overview.to_anomalies"))

past = asking.closed(asking.figures(as_of, asking.months(as_of)[:12]))
state = asking.ask(freshness, as_of)
state["lags"] = state["behind"] > 0
by_unit = state.groupby("unit_code").agg(tables=("lags", "sum"), behind=("behind", "max"))
lagging = by_unit[by_unit["tables"] > 0].sort_values(["behind", "tables"], ascending=False)
left, right = st.columns(2, border=True)
with left:
    st.subheader(t("overview.freshness"), anchor=False)
    st.markdown(t("overview.freshest", number=len(by_unit) - len(lagging), all=len(by_unit)))
    for unit_code, row in lagging.head(4).iterrows():
        name = text.unit_name(catalogue, unit_code)
        st.markdown(f"**{name}** {t('overview.lagging', number=row['tables'], behind=row['behind'])}")
    choices.link("pages/round/freshness.py", t("overview.to_freshness"))
with right:
    st.subheader(t("overview.trend"), anchor=False)
    display.show(trend(past, t, height=210), "chart.trend")
    choices.link("pages/round/timeliness.py", t("overview.to_timeliness"))
