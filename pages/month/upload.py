"""报送: a section hands its workbooks in, sees at once what to mend, and gets a receipt."""

import streamlit as st

import text
from pages.shared import answers, hand_in

MAX_FILES = 20
# Streamlit's uploader speaks English only; its two texts are drawn over with ours.
RELABEL = """<style>
[data-testid="stFileUploaderDropzone"] > span button p,
[data-testid="stFileUploaderDropzoneInstructions"] span {{ font-size: 0 }}
[data-testid="stFileUploaderDropzone"] > span button p::after {{ content: "{choose}"; font-size: 1rem }}
[data-testid="stFileUploaderDropzoneInstructions"] span::after {{ content: "{drop}"; font-size: 0.875rem }}
</style>"""

st.title(text.t("upload.title"))
st.markdown(text.t("upload.how"))
answers.stop_before_the_start()
answers.link("pages/month/templates.py", text.t("upload.to_templates"))

reported_by = st.text_input(
    text.t("upload.by"),
    key="reported_by",
    placeholder=text.t("upload.by.example"),
    max_chars=40,
    persist_state="session",
)
st.html(RELABEL.format(choose=text.t("upload.choose"), drop=text.t("upload.drop")))
files = st.file_uploader(
    text.t("upload.files"), type=["xlsx", "xls", "et"], accept_multiple_files=True, key="upload", max_upload_size=10
)
if len(files) > MAX_FILES:
    st.warning(text.t("upload.too_many", limit=MAX_FILES), icon=":material/front_hand:")
    st.stop()

arrived = answers.now()
hand_in.forget_all_but({file.file_id for file in files})
with st.spinner(text.t("upload.checking")):
    shown = [hand_in.of_session(file.file_id, file.name, file.getvalue(), arrived, reported_by) for file in files]

ready = [one for one in shown if one.is_ready]
if len(shown) > 1:
    sent = sum(one.receipt is not None and one.receipt.outcome != "returned" for one in shown)
    waiting = sum(one.receipt is None and one.checked.outcome == "ready" for one in shown) - len(ready)
    st.markdown(text.t("upload.counts", total=len(shown), ready=len(ready), waiting=waiting, sent=sent))
if len(ready) > 1 and st.button(text.t("upload.send_all", number=len(ready)), type="primary"):
    bar = st.progress(0.0)
    for done, one in enumerate(ready, start=1):
        hand_in.send(one, reported_by)
        bar.progress(done / len(ready), text=one.file_name)
    st.rerun()

for one in shown:
    hand_in.show(one, reported_by)
