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
    all_accounts = accounts.accounts(asking.store())
    seen = last_sign_ins(asking.store())
    shown = account_cards.choose_shown(all_accounts)
    st.caption(t("people.count", number=len(shown), all=len(all_accounts)))
    states = [account_cards.state_of(account, seen.get(account.user_code)) for account in shown]
    table = {
        "people.column.name": [account.user_name for account in shown],
        "people.column.user": [account.user_code for account in shown],
        "people.column.role": [t(f"access.role.{account.role.value}") for account in shown],
        "people.column.unit": [account_cards.unit_of(account) for account in shown],
        "people.column.state": [t(f"people.state.{state}") for state in states],
        "people.column.seen": [
            text.moment(seen[account.user_code][0], asking.clock()) if account.user_code in seen else text.DASH
            for account in shown
        ],
    }
    if not shown:
        st.info(t("people.none"), icon=":material/person_search:")
    else:
        frame = pandas.DataFrame({t(name): values for name, values in table.items()})
        # Another list has another key: what was chosen in it is elsewhere here.
        key = f"people-{hash(tuple(account.user_code for account in shown))}"
        chosen = show_table(frame, on_select="rerun", selection_mode="single-row", key=key).selection.rows
        if chosen:
            account_cards.show_card(shown[chosen[0]], states[chosen[0]])
        else:
            st.caption(t("people.choose"))
with lists:
    list_import.show()
with programs:
    token_cards.show()
