"""数据: what was delivered. Above, which rows; below, the rows themselves, their totals, or one figure laid out."""

import streamlit as st

from data.access import Role
from data.rows.rows import number_of_rows
from data.rows.totals import returns_of, units_of
from pages.frame import asking, empty
from pages.frame.viewer import viewer
from pages.frame.words import as_of_words
from pages.rows import address, downloads
from pages.rows.layout import show_layout
from pages.rows.question import choose
from pages.rows.table import show_rows
from pages.rows.totals import show_totals
from pages.rows.words import months_words
from text import t

VIEWS = ("rows", "totals", "layout")

st.title(t("page.rows"), anchor=False)
st.caption(t("rows.caption"))
empty.stop_before_the_start()
words = address.arrived(asking.as_of())
asked, as_of = choose(address.asked_by(words))
first_view = "layout" if viewer().role is Role.LEADER else "rows"
view = st.segmented_control(
    t("rows.view"),
    VIEWS,
    default=words["view"] if words.get("view") in VIEWS else first_view,
    required=True,
    format_func=lambda name: t(f"rows.view.{name}"),
    key=address.key("view"),
    label_visibility="collapsed",
)
number = asking.ask(number_of_rows, as_of, asked=asked)
shape = {name: words.get(name, "") for name in address.SHAPE} | {"view": view}
if not number:
    address.keep(asked, shape)
    st.info(t("rows.none"), icon=":material/inbox:")
    st.stop()
with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
    units, returns = (asking.ask(question, as_of, asked=asked) for question in (units_of, returns_of))
    said = t("rows.sentence", number=f"{number:,}", units=units, months=months_words(asked))
    said += t("rows.sentence.returns", owed=f"{returns.owed:,}", counting=f"{returns.counting:,}")
    with st.container(gap="xxsmall", width="stretch"):
        st.markdown(said)
        st.caption(as_of_words(as_of))
    downloads.offer(asked, as_of, number)
if view == "totals":
    show_totals(asked, as_of)
elif view == "layout":
    shape |= show_layout(asked, as_of, words)
else:
    asked = show_rows(asked, as_of, number)
address.keep(asked, shape)
