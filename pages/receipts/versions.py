"""版本记录: every version of one report, what changed from one to the next, and which one counts."""

import streamlit as st

import text
from data.dues.timeliness import dues
from data.submissions.received import issues
from data.submissions.versions import versions
from pages.frame import asking, folding
from pages.frame.escaping import escaped
from pages.receipts import history
from pages.receipts.comparison import show_comparison
from text import t

st.title(t("page.versions"), anchor=False)
st.caption(t("versions.how"))
as_of = asking.as_of()
catalogue = asking.catalogue()
with folding.filters(3):
    unit_code = history.choose_unit()
    template_code = history.choose_template(unit_code)
    is_chosen = unit_code and template_code
    period = history.choose_period(as_of, unit_code, template_code) if is_chosen else None
if not is_chosen:
    history.show_corrections(as_of, unit_code, template_code)
    st.stop()
if period is None:
    st.info(t("versions.nothing"), icon=":material/inbox:")
    st.stop()

report = {"unit_code": unit_code, "template_code": template_code, "period": period}
submissions = asking.ask(versions, as_of, **report)
accepted = submissions[submissions["outcome"] == "accepted"]
names = (
    text.unit_name(catalogue, unit_code),
    text.template_name(catalogue, template_code),
    text.period_label(catalogue, template_code, period),
)
st.subheader(escaped(" · ".join(names)), anchor=False)
judged = asking.ask(dues, as_of, unit_code=unit_code)
is_report = (judged["template_code"] == template_code) & (judged["period"].dt.date == period)
history.show_current(accepted, judged[is_report])

st.subheader(t("versions.history"), anchor=False)
history.show_versions(submissions, asking.ask(issues, as_of, **report))
if len(accepted) > 1:
    st.subheader(t("versions.compare"), anchor=False)
    show_comparison(accepted, template_code)
