"""What a table looks like on paper: whole, escaped, in the formats of its columns."""

import pandas
import pytest
import streamlit as st

from pages.frame import paper


@pytest.fixture
def printed():
    """The HTML that a table leaves for paper."""
    return lambda frame, looks=None: paper.table(frame, looks or {})


def test_text_is_escaped_and_blanks_are_blank(printed) -> None:
    said = printed(pandas.DataFrame({"单位": ["<b>甲</b>", None, "乙&丙"]}))
    assert "<td>&lt;b&gt;甲&lt;/b&gt;</td>" in said and "<td></td>" in said and "乙&amp;丙" in said


def test_numbers_go_by_their_column(printed) -> None:
    frame = pandas.DataFrame({"份": [1234], "率": [0.956], "分": [95.0], "是": [True], "暗": [1]})
    looks = {
        "率": st.column_config.NumberColumn(format="percent"),
        "分": st.column_config.NumberColumn("得分", format="%.2f"),
        "暗": None,
    }
    said = printed(frame, looks)
    for cell in ("<td class=number>1,234</td>", "95.6%", "95.00", "<th class=number>得分</th>", "<td>✓</td>"):
        assert cell in said
    assert "暗" not in said


def test_what_is_too_long_is_told(printed) -> None:
    said = printed(pandas.DataFrame({"n": range(paper.MOST + 5)}))
    assert said.count("<tr>") == paper.MOST + 1
    assert "5" in said.split("</table>")[1]
