"""报送: a section hands its workbooks in, sees at once what to mend, and gets a receipt."""

import streamlit as st

import text
from loaders.intake.opening import Upload
from pages.frame import asking, choices, empty
from pages.frame.uploader import draw_over_uploaders
from pages.hand_in import card, hand_in, upload_table

MAX_FILES = 20
TYPES = ["xlsx", "xls", "et", "csv", "zip"]

st.title(text.t("upload.title"))
st.markdown(text.t("upload.how"))
empty.stop_before_the_start()
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
files = st.file_uploader(
    text.t("upload.files"), type=TYPES, accept_multiple_files=True, key="upload", max_upload_size=10
)
if len(files) > MAX_FILES:
    st.warning(text.t("upload.too_many", limit=MAX_FILES), icon=":material/front_hand:")
    st.stop()

arrived = asking.now()
hand_in.forget_all_but({file.file_id for file in files})
shown: list[hand_in.HandIn] = []
progress = st.progress(0.0) if len(files) > 1 else None
with st.spinner(text.t("upload.checking")):
    for number, file in enumerate(files):
        if progress:
            progress.progress(number / len(files), text=text.t("upload.checking_file", name=file.name))
        if used := hand_in.over_quota(file.file_id, file.size):
            card.show_over_quota(reported_by, used)
            break
        upload = Upload(file.getvalue(), file.name, arrived, reported_by, meant=hand_in.meant_by(unit))
        shown += hand_in.of_session(file.file_id, upload)
if progress:
    progress.empty()

upload_table.show(shown, reported_by)
for prepared in shown:
    card.show(prepared, reported_by)
