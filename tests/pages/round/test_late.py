"""迟报名单 on the 23rd: each line opens what happened, on the page and in the list that is taken along."""

import io
from collections.abc import Callable, Iterator

import openpyxl
import pytest
import streamlit

from data.access import Person, Role
from data.store import Store
from pages.frame import asking
from pages.frame.escaping import escaped
from tests.conftest import shanghai, signed_in
from tests.disputed import AS_OF, UNIT, with_a_dispute
from tests.pages.round.test_round import opened, words


@pytest.fixture
def disputed(store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    with_a_dispute(store)
    monkeypatch.setenv("ZHUNDIAN_STORE", str(store.path))
    signed_in(monkeypatch)
    monkeypatch.setattr(asking, "now", lambda: AS_OF)
    yield store


@pytest.fixture
def offered(monkeypatch: pytest.MonkeyPatch) -> dict[str, Callable[[], bytes]]:
    found: dict[str, Callable[[], bytes]] = {}
    original = streamlit.download_button

    def button(label, data, file_name, **more):
        found[file_name] = data
        return original(label, b"", file_name=file_name, **more)

    monkeypatch.setattr(streamlit, "download_button", button)
    return found


def test_a_line_opens_what_was_sent_and_why_it_came_back(disputed, offered):
    said = words(opened("round/late"))
    (receipt,) = disputed.rows("SELECT receipt_no FROM submission WHERE outcome = 'returned' AND unit_code IS NOT NULL")
    assert f"`{receipt.receipt_no}`" in said and "2026-11-21 16:20:31" in said and "被退回：C5" in said
    assert "次月 22 日，当日有效；休息日不变。周末不顺延。" in said
    assert escaped("批准延期至 2026-11-27 周五 24:00") in said and "认不出的文件" in said
    assert escaped("联系人：陈晨 邮箱 zaz@housing.example.cn") in said and "没有登记" not in said
    assert "质量安全监督站2026年10月数据报送情况核查单（稿）.docx" in offered


def test_the_counts_of_a_unit_stand_on_its_card(disputed):
    labels = [expander.label for expander in opened("round/late").expander]
    assert "经过：报送 2 次，退回 2 次，催报 1 次" in labels
    assert "经过：报送 1 次，退回 0 次，催报 0 次" in labels  # who came too late


def test_of_reminders_nothing_is_said_to_who_may_not_see_them(disputed, monkeypatch, offered):
    for person in (Person("a", "甲", Role.REPORTER, UNIT), Person("b", "乙", Role.LEADER)):
        signed_in(monkeypatch, person)
        said = words(opened("round/late"))
        assert "被退回：C5" in said and "催报" not in said.replace("催报通知", "") and "housing.example" not in said
    assert not any(name.endswith(".docx") for name in offered)


def test_the_list_that_is_taken_along_has_the_same(disputed, offered):
    opened("round/late")
    (name,) = [name for name in offered if name.endswith(".xlsx")]
    book = openpyxl.load_workbook(io.BytesIO(offered[name]()))
    assert len(book.sheetnames) == 2 and book.sheetnames[1] == "报送经过"
    heading, *rows = list(book.worksheets[0].iter_rows(min_row=4, values_only=True))
    line = next(
        dict(zip(heading, row, strict=True)) for row in rows if row[0] == "质量安全监督站" and row[1] == "SV-03"
    )
    assert (line["报送次数"], line["退回次数"], line["催报次数"]) == (1, 1, 1)
    assert line["联系人"].startswith("陈晨") and "次月 22 日" in line["期限规则"]
    heading, *rows = list(book.worksheets[1].iter_rows(min_row=4, values_only=True))
    hashes = [row[heading.index("SHA-256")] for row in rows if row[heading.index("回执号")] == line["最近回执号"]]
    assert [len(hash_) for hash_ in hashes] == [64]


def test_before_anything_happened_nothing_opens(disputed, monkeypatch):
    monkeypatch.setattr(asking, "now", lambda: shanghai("2026-11-03T09:00:00"))
    assert [one.label for one in opened("round/late").expander if "经过" in one.label] == []
