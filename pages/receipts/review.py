"""审核: what waits for the unit's reviewer or the office before its figures are shown, and what was decided lately."""

import streamlit as st

from data.access import Right
from data.submissions.reviewed import reviews
from pages.frame import asking, choices
from pages.frame.viewer import may, viewer
from pages.receipts import review_card
from text import t

LATELY = 20

st.title(t("page.review"), anchor=False)
st.caption(t("review.how"))
as_of = asking.now()
found = asking.ask(reviews, as_of, unit_code=choices.choose_unit())
if found.empty and not any(template.review for template in asking.catalogue().templates):
    st.info(t("review.none_wanted"), icon=":material/rate_review:")
    st.stop()

rows = list(found.itertuples())
is_office = may(Right.DECIDE)
is_mine = "approved" if is_office else "submitted"
waiting = [one for one in rows if one.state == is_mine and review_card.steps_for(one)]
with_unit = [one for one in rows if is_office and one.state == "submitted"]
done = [one for one in rows if one not in waiting and one not in with_unit]

if not waiting and (is_office or may(Right.APPROVE, viewer().unit_code)):
    st.success(t("review.nothing"), icon=":material/check_circle:")
for heading, cards in (("review.waiting", waiting), ("review.with_unit", with_unit)):
    if cards:
        st.subheader(t(heading, number=len(cards)), anchor=False)
    for one in reversed(cards):  # the one that has waited longest first
        review_card.show(one, as_of)
if done:
    st.subheader(t("review.done" if is_office else "review.mine"), anchor=False)
    for one in done[:LATELY]:
        review_card.show(one, as_of)
