"""操作记录: who did what when from where, and whether the trail is whole."""

from datetime import datetime, time

import pandas
import streamlit as st

import text
from data import audit
from data.access import Right
from data.audit import Act
from data.queries.audit import audit_trail
from loaders.late_workbook import late_workbook
from pages.shared import answers, audit_words
from pages.shared.tables import show_table
from pages.shared.viewer import handing_out, may
from text import t

LIMIT = 500

st.title(t("page.audit"), anchor=False)
st.caption(t("audit.how"))
as_of, zone = answers.now(), str(answers.zone())
with st.grid(3, min_column_width=200):
    group = st.selectbox(
        t("audit.what"),
        [answers.ALL, *audit_words.GROUPS],
        format_func=lambda name: t(f"audit.group.{name}") if name else t("audit.everything"),
        key="audit-group",
    )
    who = st.text_input(t("audit.who"), key="audit-who", placeholder=t("audit.who.example")).strip().casefold()
    day = st.date_input(t("audit.since"), value=None, key="audit-since")

since = datetime.combine(day, time(), answers.zone()) if day else None
found = answers.ask(
    audit_trail,
    as_of,
    since=since,
    user_code=who or None,
    actions=audit_words.GROUPS.get(group),
    limit=LIMIT,
    newest=audit.head(answers.store())[0],  # signing in changes no answer, but is a row here
)
if found.empty:
    st.info(t("audit.none"), icon=":material/policy:")
    st.stop()
st.caption(t("audit.count", number=len(found)) if len(found) < LIMIT else t("audit.limit", number=LIMIT))
rows = list(found.itertuples())
table = {
    "audit.column.at": [text.moment(row.at, zone) for row in rows],
    "audit.column.who": [audit_words.actor(row) for row in rows],
    "audit.column.what": [audit_words.sentence(row) for row in rows],
    "audit.column.from": [audit_words.place(row) for row in rows],
    "audit.column.no": [row.audit_no for row in rows],
}
frame = pandas.DataFrame({t(name): values for name, values in table.items()})
chosen = show_table(frame, on_select="rerun", selection_mode="single-row", key="audit-rows")
for index in chosen.selection.rows[:1]:
    audit_words.show_details(rows[index], zone)

with st.container(horizontal=True):
    if may(Right.MANAGE):
        line, sheet = t("download.as_of", moment=text.moment(as_of, zone)), t("download.sheet")
        st.download_button(
            t("download.button"),
            data=handing_out(Act("audit_downloaded"), lambda _: late_workbook(frame, t("page.audit"), line, sheet)),
            file_name=f"{t('page.audit')}_{as_of:%Y%m%d}.xlsx",
            mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            icon=":material/download:",
            on_click="ignore",
        )
    is_asked = st.button(t("audit.check"), icon=":material/verified_user:")
if is_asked:
    number, hash_ = audit.head(answers.store())
    faults = audit.faults(answers.store())
    if faults:
        st.error(t("audit.broken"), icon=":material/gpp_bad:")
        st.code("\n".join(faults), language=None, wrap_lines=True)
    else:
        st.success(t("audit.whole", number=number, hash=hash_[:16]), icon=":material/verified:")
