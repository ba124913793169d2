"""The office's pages: people, tokens and the audit trail, as they are seen and used."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data import audit
from data.access import Person, Role
from data.audit import Act
from data.people import accounts, tokens
from data.reminders import contacts
from data.store import Store
from pages.frame import viewer
from tests.conftest import OFFICE, signed_in
from tests.pages.fabricated import small_store
from tests.pages.round.test_round import opened, words


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The small store with the office's account and two others."""
    made = small_store(tmp_path / "small.duckdb")
    monkeypatch.setenv("ZHUNDIAN_STORE", str(made.path))
    accounts.create_first(made, "office", "张建国", "好记的一句话 2026")
    accounts.create(made.seen_by(OFFICE), "wang", "王五", Role.REPORTER, "A")
    accounts.create(made.seen_by(OFFICE), "zhao", "赵局长", Role.LEADER)
    signed_in(monkeypatch)
    yield made
    made.close()


def pressed(app, label: str):
    """The page after a button of this label was pressed."""
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception, app.exception
    return app


def test_everybody_is_listed_and_found(store):
    app = opened("people/users")
    frame = app.dataframe[0].value
    assert frame["姓名"].tolist() == ["张建国", "王五", "赵局长"]
    assert frame["单位"].tolist() == ["—", "甲科", "—"]
    assert frame["状态"].tolist() == ["正常", "从未登录", "从未登录"]
    app.selectbox(key="find-unit").set_value("A").run()
    assert app.dataframe[0].value["账号"].tolist() == ["wang"]


def test_a_person_is_invited_and_her_first_password_shown_once(store):
    app = opened("people/users")
    app.text_input(key="new-name").set_value("李四")
    app.text_input(key="new-user").set_value("Lisi").run()
    app.selectbox(key="unit-new").set_value("B")
    pressed(app, "建立账号")
    slip = app.code[0].value
    password = slip.split("初始密码：")[1].splitlines()[0]
    assert "李四（乙科 · 填报人）" in slip and "账号：lisi" in slip
    assert accounts.is_password_of(store, "lisi", password)
    app.text_input(key="find").set_value("").run()
    assert password not in words(app) and not app.code


def test_a_refusal_says_why(store):
    app = opened("people/users")
    app.text_input(key="new-name").set_value("又一个")
    app.text_input(key="new-user").set_value("wang").run()
    app.selectbox(key="unit-new").set_value("A")
    pressed(app, "建立账号")
    assert "“wang”已经有了" in app.warning[0].value
    app.selectbox(key="unit-new").set_value(None)
    app.text_input(key="new-user").set_value("other").run()
    pressed(app, "建立账号")
    assert "要有目录里的单位" in app.warning[0].value


@pytest.mark.parametrize("role", [Role.LEADER, Role.REPORTER, Role.REVIEWER])
def test_nobody_else_gets_at_accounts_even_if_the_page_were_there(store, role):
    """The data layer's own check, below page, menu and guard."""
    own = store.seen_by(Person("x", "x", role, "A"))
    assert accounts.accounts(own) == [] and tokens.tokens(own) == []
    for act in (
        lambda: accounts.create(own, "y1", "y", Role.OFFICE),
        lambda: accounts.change(own, "office", is_active=False),
        lambda: accounts.reset_password(own, "office"),
        lambda: accounts.import_all(own, []),
        lambda: tokens.create(own, "t", Role.LEADER),
        lambda: tokens.end(own, "t"),
    ):
        with pytest.raises(Exception, match="may not manage"):
            act()


def test_a_token_is_made_shown_once_and_ended(store):
    app = opened("people/users")
    app.text_input(key="token-name").set_value("导数程序").run()
    app.selectbox(key="token-unit").set_value("A")
    pressed(app, "建立令牌")
    secret = next(one.value for one in app.code if one.value.startswith(tokens.PREFIX))
    assert tokens.bearer(store, secret).unit_code == "A"
    app.run()
    assert not [one for one in app.code if secret in one.value]
    (made,) = tokens.tokens(store)
    app.selectbox(key="token-end").set_value(made.token_id).run()
    pressed(app, "确定停用")
    assert tokens.bearer(store, secret) is None
    assert "已停用" in str(app.dataframe[1].value)


def test_the_trail_is_told_in_words(store):
    audit.note(store, Act("sign_in_failed"), Person("", "", Role.NOBODY, address="10.0.0.9"))
    app = opened("audit/audit")
    frame = app.dataframe[0].value
    made = ["新建账号 · zhao · 赵局长 · 领导", "新建账号 · wang · 王五 · 填报人 · 甲科"]
    assert frame["做了什么"].tolist()[:3] == ["登录失败", *made]
    assert frame["谁"].tolist()[0] == "未登录的人" and frame["从哪里"].tolist()[0] == "页面 10.0.0.9"
    app.selectbox(key="audit-group").set_value("people").run()
    assert len(app.dataframe[0].value) == 3
    app.text_input(key="audit-who").set_value("zhao").run()
    assert app.dataframe[0].value["做了什么"].tolist() == ["新建账号 · zhao · 赵局长 · 领导"]


def test_the_trail_is_checked_and_what_was_changed_is_found(store):
    app = pressed(opened("audit/audit"), "检查记录是否完整")
    assert "记录完整" in app.success[0].value
    with store.write() as cursor:
        cursor.execute("UPDATE audit SET user_name = '别人' WHERE audit_no = 2")
    pressed(app, "检查记录是否完整")
    assert "第 2 条被改动过" in app.error[0].value


def test_a_leader_reads_the_trail_and_takes_nothing_away(store, monkeypatch):
    signed_in(monkeypatch, Person("zhao", "赵局长", Role.LEADER))
    app = opened("audit/audit")
    assert len(app.dataframe[0].value) == 4
    assert [one.label for one in app.get("download_button")] == []


def test_what_a_button_hands_out_is_noted_and_nothing_is_handed_out_after_the_session(store, monkeypatch):
    monkeypatch.setattr(viewer, "_token", lambda: "held")
    make = viewer.handing_out(Act("list_downloaded", "名单"), lambda seen: seen.person.user_code.encode())
    assert make() == b"office"
    assert store.rows('SELECT "action", subject, user_code FROM audit ORDER BY audit_no DESC LIMIT 1') == [
        ("list_downloaded", "名单", "office")
    ]
    monkeypatch.setattr(viewer, "visitor", lambda *_: None)
    with pytest.raises(viewer.SignedOut):
        make()
    assert len(audit_of(store, "list_downloaded")) == 1


def audit_of(store: Store, action: str) -> list[tuple]:
    return store.rows('SELECT audit_no FROM audit WHERE "action" = ?', [action])


def _card() -> None:
    from data.people import accounts
    from pages.frame import asking
    from pages.people import account_cards

    account = accounts.account(asking.store(), "wangwu")
    account_cards.show_card(account, account_cards.state_of(account, None))


def test_the_contact_that_goes_with_an_account_is_pointed_out_when_that_is_disabled(store):
    office = store.seen_by(OFFICE)
    contacts.add(office, contacts.Contact("B", contacts.Channel.EMAIL, "wang@b.example", "王五"))
    accounts.create(office, "wangwu", "王五", Role.REPORTER, "B")
    app = AppTest.from_function(_card, default_timeout=60).run()
    assert not app.warning
    app.button(key="switch-wangwu").click().run()
    assert "账号停用了，但催报提醒还会发给 王五" in app.warning[0].value
    next(one for one in app.button if one.label == "停用这个联系人").click().run()
    assert contacts.contacts(store) == [] and not app.warning
