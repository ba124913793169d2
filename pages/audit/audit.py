"""操作记录: who did what when from where, and whether the trail is whole."""

import streamlit as st

from data import audit
from data.access import Right
from data.audit import Act
from data.people.audit_trail import Wanted, audit_trail
from pages.audit import trail, words
from pages.frame import asking, choices, folding
from pages.frame.display import show_table
from pages.frame.viewer import handing_out, may
from text import language, t, unit_name

SHOWN, HANDED_OUT = 500, 5_000  # an .xlsx of more takes longer than anybody waits

st.title(t("page.audit"), anchor=False)
st.caption(t("audit.how"))
as_of = asking.now()
with folding.filters(4, min_column_width=180):
    group = st.selectbox(
        t("audit.what"),
        [choices.ALL, *words.GROUPS],
        format_func=lambda name: t(f"audit.group.{name}") if name else t("audit.everything"),
        key="audit-group",
    )
    who = st.text_input(t("audit.who"), key="audit-who", placeholder=t("audit.who.example")).strip()
    unit = st.selectbox(
        t("choice.unit"),
        [choices.ALL, *asking.obliged_units()],
        format_func=lambda code: unit_name(asking.catalogue(), code) if code else t("choice.all_units"),
        key="audit-unit",
    )
    day = st.date_input(t("audit.since"), value=None, key="audit-since", format="YYYY-MM-DD")
    folding.tell(t(f"audit.group.{group}") if group else t("audit.everything"))
    folding.tell(who)
    folding.tell(unit_name(asking.catalogue(), unit) if unit else t("choice.all_units"))
    folding.tell(t("audit.told_since", day=day) if day else "")

since = asking.clock().start(day) if day else None
wanted = Wanted(since, who or None, words.GROUPS.get(group), unit or None)
newest = audit.head(asking.store())[0]  # signing in changes no answer, but is a row here
entries = asking.ask(audit_trail, as_of, wanted=wanted, limit=SHOWN, newest=newest)
if entries.empty:
    st.info(t("audit.none"), icon=":material/policy:")
else:
    st.caption(t("audit.count", number=len(entries)) if len(entries) < SHOWN else t("audit.limit", number=SHOWN))
    key = f"audit-{hash(tuple(entries['audit_no']))}"  # in another list the chosen row is another act
    table = words.trail_table(entries, asking.catalogue(), language())
    widths = {t("audit.column.what"): st.column_config.Column(width="large")}
    chosen = show_table(
        table, on_select="rerun", selection_mode="single-row", key=key, column_config=widths
    ).selection.rows
    if chosen:
        trail.show_details(next(entries.iloc[chosen[:1]].itertuples()))
    else:
        st.caption(t("audit.choose"))

with st.container(horizontal=True):
    if may(Right.MANAGE) and not entries.empty:
        asked = {"since": day, "who": who, "unit": unit, "actions": group}
        asked = {name: value for name, value in asked.items() if value}
        make = trail.workbook(as_of, newest, HANDED_OUT, wanted)
        st.download_button(
            t("download.button"),
            data=handing_out(Act("audit_downloaded", details=asked), make),
            file_name=f"{t('page.audit')}_{as_of:%Y%m%d}.xlsx",
            mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            icon=":material/download:",
            help=t("audit.download.help", number=HANDED_OUT),
            on_click="ignore",
        )
    is_asked = st.button(t("audit.check"), icon=":material/verified_user:")
if is_asked:
    trail.show_check(asking.store())
