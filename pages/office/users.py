"""账号: who may sign in, as what, for which unit; inviting, shutting out, and lists of people; tokens for programs."""

import pandas
import streamlit as st

import text
from data import accounts
from data.queries.audit import last_sign_ins
from pages.shared import answers, people, people_import, token_cards
from pages.shared.tables import show_table
from text import t

st.title(t("page.users"), anchor=False)
st.caption(t("people.how"))
persons, lists, programs = st.tabs([t("people.persons"), t("people.import"), t("people.tokens")])

with persons:
    people.ask_new()
    known = accounts.accounts(answers.store())
    seen = last_sign_ins(answers.store())
    wanted = st.text_input(
        t("people.find"), key="find", icon=":material/search:", placeholder=t("people.find.example")
    ).casefold()
    shown = [one for one in known if wanted in people.searched(one)]
    st.caption(t("people.count", number=len(shown), all=len(known)))
    table = {
        "people.column.name": [one.user_name for one in shown],
        "people.column.user": [one.user_code for one in shown],
        "people.column.role": [t(f"access.role.{one.role.value}") for one in shown],
        "people.column.unit": [people.unit_of(one) for one in shown],
        "people.column.state": [t(f"people.state.{people.state_of(one)}") for one in shown],
        "people.column.seen": [text.moment(seen.get(one.user_code), str(answers.zone())) for one in shown],
    }
    frame = pandas.DataFrame({t(name): values for name, values in table.items()})
    chosen = show_table(frame, on_select="rerun", selection_mode="single-row", key=f"people-{len(known)}")
    picked = [shown[row] for row in chosen.selection.rows if row < len(shown)]
    if picked:
        people.show_card(picked[0])
    elif shown:
        st.caption(t("people.choose"))
with lists:
    people_import.show()
with programs:
    token_cards.show()
