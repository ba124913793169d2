"""零报告与平台报送: what a unit delivered without a workbook, as nothing happened or a platform has it."""

import streamlit as st

import text
from data.dues.tally import OWED
from data.dues.timeliness import dues
from data.submissions.received import declarations
from pages.frame import asking, choices, empty
from pages.frame.uploader import draw_over_uploaders
from pages.hand_in import declaration
from pages.hand_in.hand_in import ask_reporter
from text import t

st.title(t("page.declare"), anchor=False)
st.markdown(t("declare.how"))
as_of = asking.now()
empty.stop_where_nothing_is_due(as_of)
with st.grid(3, min_column_width=220):
    unit_code = choices.choose_unit()
    month = choices.choose_month(as_of)
    reported_by = ask_reporter()
if unit_code is None:
    st.info(t("templates.choose_unit"), icon=":material/arrow_upward:")
    st.stop()

catalogue = asking.catalogue()
unit = text.unit_name(catalogue, unit_code)
every = asking.ask(dues, as_of, month=month, unit_code=unit_code)
platforms = {template.template_code for template in catalogue.templates if template.platform}
declarable = every[every["zero_report_allowed"] | every["template_code"].isin(platforms)]
if declarable.empty:
    st.info(t("declare.none", unit=unit, month=text.month_name(month)), icon=":material/event_available:")
    choices.link("pages/hand_in/upload.py", t("declare.to_upload"))
    st.stop()

said = asking.ask(declarations, as_of, unit_code=unit_code)
is_owed = declarable["status"].isin(OWED)
if owed := int(every["status"].isin(OWED).sum()):
    st.markdown(t("declare.of_all", month=text.month_name(month), owed=owed, number=int(is_owed.sum())))
draw_over_uploaders()
declaration.show_receipts(declarable)
for heading, group in (("declare.owed", declarable[is_owed]), ("declare.done", declarable[~is_owed])):
    if not group.empty:
        st.subheader(t(heading, number=len(group)), anchor=False)
    for due in group.itertuples():
        declaration.show(due, unit, said, reported_by)
