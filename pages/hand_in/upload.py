"""报送: a section hands its workbooks in, sees at once what to mend, and gets a receipt."""

import streamlit as st

import text
from loaders.arriving.gate import MAX_ARRIVING
from loaders.arriving.quota import Used
from loaders.checking.recognise import Meant
from loaders.intake.opening import Upload
from pages.frame import asking, choices, empty
from pages.frame.uploader import draw_over_uploaders
from pages.hand_in import card, costs, hand_in, receipts_table, upload_table

MAX_FILES = 20
ROUND = "upload-round"  # how often files were chosen: each time the uploader begins anew, and the cards hold them

st.title(text.t("upload.title"))
st.markdown(text.t("upload.how"))
empty.stop_before_the_start()
costs.show()
with st.container(horizontal=True):
    choices.link("pages/hand_in/templates.py", text.t("upload.to_templates"))
    choices.link("pages/hand_in/declare.py", text.t("declare.to_declare"))

left, right = st.columns(2)
with left:
    reported_by = hand_in.ask_reporter()
with right:
    unit = choices.choose_unit(text.t("upload.unit"), text.t("upload.any_unit"))
if asking.is_demonstration():
    st.caption(f":material/science: {text.t('upload.sample')}")
draw_over_uploaders()
number_of_choice = st.session_state.setdefault(ROUND, 0)
files = st.file_uploader(
    text.t("upload.files"),
    accept_multiple_files=True,  # of every type: what cannot be read is answered by our own gate
    key=f"upload-{number_of_choice}",
    max_upload_size=MAX_ARRIVING // 1048576,
)
if len(files) > MAX_FILES:
    st.warning(text.t("upload.too_many", limit=MAX_FILES), icon=":material/front_hand:")
    st.stop()


def check(arriving: list) -> Used | None:
    """Check files that were chosen; what she has sent already, where one is more than her share of a day."""
    at = asking.now()
    progress = st.progress(0.0) if len(arriving) > 1 else None
    with st.spinner(text.t("upload.checking")):
        for number, file in enumerate(arriving):
            if progress:
                progress.progress(number / len(arriving), text=text.t("upload.checking_file", name=file.name))
            if over := hand_in.over_quota(file.size):
                return over
            hand_in.arrived(Upload(file.getvalue(), file.name, at, reported_by, meant=Meant(unit)))
    return None


if files:
    hand_in.forget_sent()
    used = check(files)
    st.session_state["over-quota"] = used
    st.session_state[ROUND] += 1
    st.rerun()
if used := st.session_state.get("over-quota"):
    card.show_over_quota(reported_by, used)
if waiting := hand_in.unknown_yet():
    with st.spinner(text.t("waiting.checking", number=len(waiting))):
        for file in waiting:
            hand_in.found_again(file, reported_by)

receipts_table.show(hand_in.sent_files())
open_files = hand_in.open_files()
upload_table.show(open_files, reported_by)
for prepared in open_files:
    card.show(prepared, reported_by)
