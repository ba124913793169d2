"""待办: what a section's clerk has to do, each return with its ways; what came back, is asked, was received."""

import streamlit as st

import text
from data.dues.tally import tally_of
from data.tasks.tasks import flags_to_answer, tasks
from pages.frame import asking, choices, empty
from pages.frame.uploader import draw_over_uploaders
from pages.frame.viewer import viewer
from pages.hand_in import costs, declaration
from pages.tasks import flag_list, received_list, task_card
from text import t

unit_code = viewer().unit_code
unit = text.unit_name(asking.catalogue(), unit_code)
st.title(t("tasks.title", unit=unit), anchor=False)
now = asking.now()
month = empty.stop_where_nothing_is_due(now)
owing = asking.ask(tasks, now, unit_code=unit_code)
if owing.empty:
    st.info(t("tasks.nothing_ever"), icon=":material/event_available:")
    st.stop()

tally = tally_of(owing[owing["is_of_round"]])
counts = {"expected": tally.expected, "received": tally.received, "owed": tally.owed}
st.markdown(t("tasks.sentence", month=text.month_name(month), **counts))
if any(declaration.platform_of(due) for due in owing.itertuples()):  # it has a proof to be uploaded
    draw_over_uploaders()
declaration.show_receipts(owing)
cards = task_card.Cards(unit, viewer().user_name, asking.clock(), now)
returned = owing[~owing["is_owed"] & owing["review"].notna()]
owed = owing[owing["is_owed"]]
this_round, earlier = owed[owed["is_of_round"]], owed[~owed["is_of_round"]]
if not returned.empty:
    st.subheader(t("tasks.returned", number=len(returned)), anchor=False)
    for due in returned.itertuples():
        cards.show(due)
if this_round.empty:
    st.success(t("tasks.all_in", month=text.month_name(month)), icon=":material/task_alt:")
else:
    st.subheader(t("tasks.owed", month=text.month_name(month), number=len(this_round)), anchor=False)
for due in this_round.itertuples():
    cards.show(due)
if not earlier.empty:
    st.subheader(t("tasks.earlier", number=len(earlier)), anchor=False)
    for due in earlier.itertuples():
        cards.show(due)

flags = st.container()
received = owing[owing["is_of_round"] & owing["receipt_no"].notna()]
if not received.empty:
    st.subheader(t("tasks.received", number=len(received)), anchor=False)
    received_list.show(received)
costs.show()
with st.container(horizontal=True):
    for page, label in (
        ("hand_in/templates", "tasks.to_templates"),
        ("hand_in/declare", "tasks.to_declare"),
        ("receipts/versions", "tasks.to_versions"),
        ("units/unit", "tasks.to_unit"),
        ("deadlines/deadlines", "tasks.to_deadlines"),
    ):
        choices.link(f"pages/{page}.py", t(label))
with flags, st.spinner(t("tasks.looking")):  # last, for all figures of the bureau may have to be judged anew
    flag_list.show(asking.ask_daily(flags_to_answer, now, unit_code=unit_code))
