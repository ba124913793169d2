"""催报提醒: is it on, who is told what next, whom it reaches, what was sent; and reminding one unit now."""

import streamlit as st

from data.reminders.contacts import contacts
from pages.frame import asking, empty
from pages.reminders import contacts as reminder_contacts
from pages.reminders import log as reminder_log
from pages.reminders import send
from pages.reminders import settings as reminder_settings
from reminding.plan import owed
from reminding.policy import policy_of
from text import t

st.title(t("page.reminders"), anchor=False)
st.caption(t("reminders.how"))
empty.stop_before_the_start()
store, now = asking.store(), asking.now()
policy, items, reached = policy_of(store), asking.ask(owed, now), contacts(store)

reminder_settings.show_state(policy)
lacking = [
    *reminder_settings.missing_server(reached),
    *reminder_log.open_ends(now),
    *reminder_contacts.gone(store),
    *reminder_contacts.unreached(items, reached),
]
if lacking:
    st.warning("\n".join(f"- {line}" for line in lacking) if lacking[1:] else lacking[0], icon=":material/error:")

st.markdown(send.counted(items))
tabs = ("coming", "now", "contacts", "log", "settings")
start = t("reminders.tab.now") if st.query_params.get("tab") == "now" else None
coming, by_hand, addresses, log, settings = st.tabs(
    [t(f"reminders.tab.{name}") for name in tabs], default=start, key="reminder-tabs"
)
with coming:
    send.show_coming(now, policy, reached)
with by_hand:
    send.show_by_hand(now, items)
with addresses:
    reminder_contacts.show(reached)
with log:
    reminder_log.show(now)
with settings:
    reminder_settings.show_form(policy)
    reminder_settings.show_texts()
