"""The page of documents and the notice from the late list: what is offered to whom, and what the trail keeps."""

import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import streamlit
from docx import Document

from data.access import Person, Role
from data.catalogue.in_force import catalogue_in_force
from data.people.audit_trail import audit_trail
from data.store import Store
from documents.settings import document_settings
from pages.audit.words import trail_table
from pages.frame import asking
from tests.conftest import OFFICE, signed_in
from tests.documents.reading import texts
from tests.pages.fabricated import NOW, small_store
from tests.pages.people.test_users import pressed
from tests.pages.round.test_round import opened, words

URGE = "关于催报2026年10月营商环境和监管数据的通知（稿）.docx"
REPORTER, LEADER = Person("wang", "王五", Role.REPORTER, "B"), Person("zhao", "赵局长", Role.LEADER)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The small store on the morning of 24 November: A/T2 of October late, B/T1 missing."""
    made = small_store(tmp_path / "small.duckdb")
    monkeypatch.setenv("ZHUNDIAN_STORE", str(made.path))
    monkeypatch.setattr(asking, "now", lambda: NOW)
    signed_in(monkeypatch)
    yield made
    made.close()


@pytest.fixture
def offered(monkeypatch: pytest.MonkeyPatch) -> dict[str, Callable[[], bytes]]:
    """What the page's download buttons would hand out, by file name."""
    found: dict[str, Callable[[], bytes]] = {}
    original = streamlit.download_button

    def button(label, data, file_name, **more):
        found[file_name] = data
        return original(label, b"", file_name=file_name, **more)

    monkeypatch.setattr(streamlit, "download_button", button)
    return found


def shown(app) -> str:
    return "\n".join(str(one.value) for one in app.text)


def test_a_notice_is_read_and_taken_away(store, offered):
    app = opened("documents/documents")
    assert "乙科：" in shown(app) and "2026年10月数据尚有1个单位的1份已过截止时间未报" in shown(app)
    ((name, make),) = offered.items()
    assert name == URGE
    assert store.rows("SELECT count(*) FROM audit WHERE action = 'document_drafted'") == [(0,)]
    document = Document(io.BytesIO(make()))
    assert "乙科：" in texts(document)
    kept = store.rows("SELECT user_code, subject FROM audit WHERE action = 'document_drafted'")
    assert kept == [(OFFICE.user_code, "关于催报2026年10月营商环境和监管数据的通知")]
    trail = trail_table(audit_trail(store, datetime.now(UTC)), catalogue_in_force(store), "zh-CN")
    assert trail["做了什么"].str.startswith("下载公文稿").sum() == 1


def test_units_and_a_new_limit_are_chosen(store, offered):
    app = opened("documents/documents")
    app.multiselect(key="urged-units").set_value(["A"]).run()
    assert "不用催" in app.success[0].value
    app.multiselect(key="urged-units").set_value(["B"])
    app.datetime_input(key="urge-by").set_value(NOW.replace(day=25, hour=12, minute=0, tzinfo=None)).run()
    app.text_input(key="document-number").set_value("测〔2026〕8号").run()
    assert "2026年11月25日（星期三）12时前补报" in shown(app) and "测〔2026〕8号" in shown(app)


@pytest.mark.parametrize("kind", ["circular", "bulletin"])
def test_circular_and_bulletin(kind, store, offered):
    app = opened("documents/documents", kind=kind)
    assert "本期应报3份，已报2份，其中按时1份、迟报1份；未报1份" in shown(app)
    (make,) = (handed_out for name, handed_out in offered.items() if name.endswith(".docx"))
    assert "报送率66.67%，按时率33.33%" in "\n".join(texts(Document(io.BytesIO(make()))))
    assert ("2026年10月数据报送情况.html" in offered) is (kind == "circular")


def test_the_moment_is_chosen(store, offered):
    app = opened("documents/documents", kind="circular")
    app.datetime_input(key="as_of").set_value(NOW.replace(day=22, hour=23, tzinfo=None)).run()
    assert "未到截止时间、有待报送2份" in shown(app) and "暂不与上月比较" in shown(app)


def test_what_is_set_once_stands_in_every_draft(store):
    app = opened("documents/documents")
    next(one for one in app.text_input if one.label == "依据").set_value("某方案")
    pressed(app, "保存")
    assert document_settings(store)["basis"] == "某方案" and document_settings(store)["mark"] == "稿"
    assert "根据某方案" in shown(app)


def test_the_late_list_offers_the_notice_to_the_office_alone(store, offered, monkeypatch):
    opened("round/late")
    sheets = [f"{unit}2026年10月数据报送情况核查单（稿）.docx" for unit in ("乙科", "甲科")]
    assert [name for name in offered if name.endswith(".docx")] == [*sheets, URGE]
    assert "乙科2026年10月" in "\n".join(texts(Document(io.BytesIO(offered[sheets[0]]()))))
    offered.clear()
    for person in (REPORTER, LEADER):
        signed_in(monkeypatch, person)
        assert "乙科" in words(opened("round/late"))
        assert [name for name in offered if name.endswith(".docx")] == []


def test_before_the_deadline_the_list_offers_a_reminder(store, offered):
    app = opened("round/late")
    app.datetime_input(key="as_of").set_value(NOW.replace(day=22, hour=23, tzinfo=None)).run()
    (name,) = [name for name in offered if name.startswith("关于")]
    said = "\n".join(texts(Document(io.BytesIO(offered[name]()))))
    assert "有待报送" in said and "补报" not in said


def test_a_units_sheet_is_drafted_here_too(store, offered):
    app = opened("documents/documents", kind="chronology", unit="B")
    assert "乙科：" in shown(app) and "认定结果" in shown(app)
    assert list(offered) == ["乙科2026年10月数据报送情况核查单（稿）.docx"]


def test_the_page_is_read_in_english_and_the_draft_stays_chinese(store):
    app = opened("documents/documents", lang="en")
    assert app.title[0].value == "Documents" and "关于催报2026年10月" in shown(app)
