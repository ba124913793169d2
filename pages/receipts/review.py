"""审核: what waits for the unit's reviewer or the office before its figures are shown, and what was decided lately."""

import streamlit as st

from data.access import Right
from data.submissions.reviewed import reviews
from pages.frame import asking, choices, folding
from pages.frame.viewer import may, viewer
from pages.receipts import review_card
from text import t

LATELY = 20

st.title(t("page.review"), anchor=False)
st.caption(t("review.how"))
as_of = asking.now()
with folding.filters():
    unit_code = choices.choose_unit()
submitted = asking.ask(reviews, as_of, unit_code=unit_code)
if submitted.empty and not any(template.review for template in asking.catalogue().templates):
    st.info(t("review.none_wanted"), icon=":material/rate_review:")
    st.stop()

rows = list(submitted.itertuples())
is_office = may(Right.DECIDE)
is_mine = "approved" if is_office else "submitted"
waiting = [review for review in rows if review.state == is_mine and review_card.steps_for(review)]
with_unit = [review for review in rows if is_office and review.state == "submitted"]
done = [review for review in rows if review not in waiting and review not in with_unit]

if not waiting and (is_office or may(Right.APPROVE, viewer().unit_code)):
    st.success(t("review.nothing"), icon=":material/check_circle:")
for heading, cards in (("review.waiting", waiting), ("review.with_unit", with_unit)):
    if cards:
        st.subheader(t(heading, number=len(cards)), anchor=False)
    for review in reversed(cards):  # the one that has waited longest first
        review_card.show(review, as_of)
if done:
    st.subheader(t("review.done" if is_office else "review.mine"), anchor=False)
    for review in done[:LATELY]:
        review_card.show(review, as_of)
