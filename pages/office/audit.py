"""操作记录: who did what when from where, and whether the trail is whole."""

from datetime import datetime, time

import streamlit as st

from data import audit
from data.access import Right
from data.audit import Act
from data.people.audit_trail import audit_trail
from pages.shared import answers, audit_words
from pages.shared import audit_trail as trail
from pages.shared.tables import show_table
from pages.shared.viewer import handing_out, may
from text import language, t, unit_name

SHOWN, HANDED_OUT = 500, 5_000  # an .xlsx of more takes longer than anybody waits

st.title(t("page.audit"), anchor=False)
st.caption(t("audit.how"))
as_of = answers.now()
with st.grid(4, min_column_width=180):
    group = st.selectbox(
        t("audit.what"),
        [answers.ALL, *audit_words.GROUPS],
        format_func=lambda name: t(f"audit.group.{name}") if name else t("audit.everything"),
        key="audit-group",
    )
    who = st.text_input(t("audit.who"), key="audit-who", placeholder=t("audit.who.example")).strip()
    unit = st.selectbox(
        t("choice.unit"),
        [answers.ALL, *answers.obliged_units()],
        format_func=lambda code: unit_name(answers.catalogue(), code) if code else t("choice.all_units"),
        key="audit-unit",
    )
    day = st.date_input(t("audit.since"), value=None, key="audit-since", format="YYYY-MM-DD")

wanted = {
    "since": datetime.combine(day, time(), answers.zone()) if day else None,
    "who": who or None,
    "unit_code": unit or None,
    "actions": audit_words.GROUPS.get(group),
}
newest = audit.head(answers.store())[0]  # signing in changes no answer, but is a row here
found = answers.ask(audit_trail, as_of, limit=SHOWN, newest=newest, **wanted)
if found.empty:
    st.info(t("audit.none"), icon=":material/policy:")
else:
    st.caption(t("audit.count", number=len(found)) if len(found) < SHOWN else t("audit.limit", number=SHOWN))
    key = f"audit-{hash(tuple(found['audit_no']))}"  # in another list the chosen row is another act
    table = audit_words.trail_table(found, answers.catalogue(), language())
    widths = {t("audit.column.what"): st.column_config.Column(width="large")}
    chosen = show_table(
        table, on_select="rerun", selection_mode="single-row", key=key, column_config=widths
    ).selection.rows
    if chosen:
        trail.show_details(next(found.iloc[chosen[:1]].itertuples()))
    else:
        st.caption(t("audit.choose"))

with st.container(horizontal=True):
    if may(Right.MANAGE) and not found.empty:
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
    trail.show_check(answers.store())
