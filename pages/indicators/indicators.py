"""指标: what was delivered amounts to: every indicator as a tile, the worst first; one of them in full."""

import streamlit as st

import text
from pages.frame import asking, choices, display, empty, folding
from pages.frame.choices import EVERY
from pages.frame.sitemap import INDICATORS
from pages.frame.ways import Way
from pages.frame.words import as_of_words
from pages.indicators import detail, tiles, words
from pages.indicators.question import choose_month
from text import t

st.title(t("page.indicators"), anchor=False)
as_of = asking.as_of()
empty.stop_where_nothing_is_due(as_of)
catalogue = asking.catalogue()
if not catalogue.indicators:
    st.info(t("indicator.none"), icon=":material/monitoring:")
    st.stop()
known = {one.indicator_code: one for one in catalogue.indicators}
with folding.filters(3):
    code = choices.choose(
        "indicator",
        list(known),
        lambda chosen: words.name(known[chosen]),
        t("indicator.which"),
        t("indicator.every"),
    )
    unit_code = choices.choose_unit()
    month = choose_month(as_of)
st.caption(as_of_words(as_of))
if code:
    Way(INDICATORS, {"indicator": EVERY}).link(t("indicator.to_all"), ":material/grid_view:")
    detail.show(known[code], as_of, month, unit_code)
    st.stop()

made = asking.worked_out(tiles.tiles, as_of, month=month, unit_code=unit_code)
if made is None:
    st.info(t("indicator.not_owed", month=text.month_name(month)), icon=":material/monitoring:")
    st.stop()
st.markdown(made.sentence)
tiles.show_tiles(made.tiles, month, unit_code)
display.download(made.as_frame, t("indicator.file", name=t("page.indicators")), as_of)
