"""账号: who may sign in, as what, for which unit; inviting, shutting out, and lists of people; tokens for programs."""

import pandas
import streamlit as st

import text
from data.people import accounts
from data.people.audit_trail import last_sign_ins
from pages.frame import asking
from pages.frame.display import show_table
from pages.people import account_cards, list_import, token_cards
from text import t

st.title(t("page.users"), anchor=False)
st.caption(t("people.how"))
persons, lists, programs = st.tabs([t("people.persons"), t("people.import"), t("people.tokens")])

with persons:
    account_cards.ask_new()
    known = accounts.accounts(asking.store())
    seen = last_sign_ins(asking.store())
    shown = account_cards.choose_shown(known)
    st.caption(t("people.count", number=len(shown), all=len(known)))
    states = [account_cards.state_of(one, seen.get(one.user_code)) for one in shown]
    table = {
        "people.column.name": [one.user_name for one in shown],
        "people.column.user": [one.user_code for one in shown],
        "people.column.role": [t(f"access.role.{one.role.value}") for one in shown],
        "people.column.unit": [account_cards.unit_of(one) for one in shown],
        "people.column.state": [t(f"people.state.{state}") for state in states],
        "people.column.seen": [
            text.moment(seen[one.user_code][0], asking.clock()) if one.user_code in seen else text.DASH for one in shown
        ],
    }
    if not shown:
        st.info(t("people.none"), icon=":material/person_search:")
    else:
        frame = pandas.DataFrame({t(name): values for name, values in table.items()})
        key = (
            f"people-{hash(tuple(one.user_code for one in shown))}"  # another list: what was chosen is elsewhere in it
        )
        chosen = show_table(frame, on_select="rerun", selection_mode="single-row", key=key).selection.rows
        if chosen:
            account_cards.show_card(shown[chosen[0]], states[chosen[0]])
        else:
            st.caption(t("people.choose"))
with lists:
    list_import.show()
with programs:
    token_cards.show()
