"""The page of reminders: what the office sees of it, and what it does there."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from data.access import Person, Role
from data.people import accounts
from data.reminders.contacts import Channel, Contact, add, contacts
from data.store import Store
from pages.frame import asking
from pages.frame.sitemap import page_roles
from reminding.holders import left_behind
from reminding.outside import Outside
from reminding.policy import Policy, policy_of, set_policy
from reminding.sending import Sender
from reminding.texts import reference_texts, texts_in_force
from tests.conftest import signed_in
from tests.pages.fabricated import NOW, small_store
from tests.pages.people.test_users import pressed
from tests.pages.round.test_round import opened, words
from tests.reminding.conftest import RobotHost, log, mail_to, mailbox, robots  # noqa: F401  fixtures

PAGE = "reminders/reminders"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The small store on 24 November at nine: 乙科 owes one, two days over."""
    made = small_store(tmp_path / "small.duckdb")
    monkeypatch.setenv("ZHUNDIAN_STORE", str(made.path))
    for name in ("ZHUNDIAN_SMTP", "ZHUNDIAN_MAIL_FROM", "ZHUNDIAN_ORIGIN"):
        monkeypatch.delenv(name, raising=False)
    signed_in(monkeypatch)
    monkeypatch.setattr(asking, "now", lambda: NOW)
    yield made
    made.close()


def test_it_is_the_offices_page():
    assert page_roles()["reminders"] == {Role.OFFICE}


def test_at_first_it_is_off_and_says_who_cannot_be_reached(store):
    app = opened(PAGE)
    said = words(app)
    assert "未开启" in said and "每天 9 点起：截止前 3、1 天，截止当天，截止后 1、3 天" in said
    assert "1 个单位有未报，却没有联系人，提醒不到：乙科。" in said
    assert "自动提醒还没开启" in said and "**2026-11-25 周三 9:00 起**" in said
    assert "截止后 3 天：:orange-badge[无联系人] 乙科 1 份" in said
    assert "· 2026年10月：未报 1 个单位 1 份" in said
    assert "还没有联系人" in said and "还没有发过提醒" in said


def test_it_is_switched_on_and_off(store):
    app = pressed(opened(PAGE), "开启自动提醒")
    assert policy_of(store) == Policy(is_on=True) and "已开启" in words(app)
    pressed(app, "关闭自动提醒")
    assert policy_of(store) == Policy(is_on=False)
    assert store.rows("SELECT user_name FROM audit WHERE action = 'setting_changed'") == [("张建国",), ("张建国",)]


def field(app, label: str, kind: str = "text_input"):
    return next(one for one in getattr(app, kind) if one.label == label)


def test_the_steps_are_changed_and_nonsense_is_refused(store):
    app = opened(PAGE)
    field(app, "截止前几天").set_value("7，2")
    field(app, "截止后几天").set_value("")
    field(app, "几点以后发", "number_input").set_value(8)
    app = pressed(app, "保存")
    assert policy_of(store) == Policy(False, 8, (7, 2), True, ())
    assert "每天 8 点起：截止前 7、2 天，截止当天" in words(app)
    field(app, "截止前几天").set_value("三天")
    app = pressed(app, "保存")
    assert "天数应为 1 到 60 的整数" in app.warning[-1].value and policy_of(store).days_before == (7, 2)


def test_a_contact_is_added_seen_and_ended(store):
    app = opened(PAGE)
    app.selectbox(key="contact-unit-False").set_value("B")
    app.text_input(key="contact-name").set_value("王五")
    app.text_input(key="contact-email").set_value("not an address")
    app = pressed(app, "添加")
    assert "这不是一个邮箱地址" in words(app) and contacts(store) == []
    app.text_input(key="contact-email").set_value("wang@b.example")
    app = pressed(app, "添加")
    assert app.dataframe[0].value["地址"].tolist() == ["wang@b.example"]
    assert "提醒不到" not in words(app) and "ZHUNDIAN_SMTP" in words(app)
    app.selectbox(key="contact-one").set_value(contacts(store)[0].contact_id).run()
    app = pressed(app, "确定停用")
    assert contacts(store) == [] and "提醒不到：乙科" in words(app)


def test_a_robots_key_is_never_shown_again(store, robots: RobotHost):  # noqa: F811
    app = opened(PAGE)
    app.selectbox(key="contact-channel").set_value(Channel.DINGTALK).run()
    app.selectbox(key="contact-unit-True").set_value("*")
    app.text_input(key="contact-dingtalk").set_value(robots.dingtalk)
    app.text_input(key="contact-secret").set_value("SEC0123456789")
    pressed(app, "添加")
    assert [one.secret for one in contacts(store)] == ["SEC0123456789"]
    fresh = opened(PAGE)
    assert fresh.dataframe[0].value["单位"].tolist() == ["全局群"]
    assert "abcdef012345" not in str(fresh) and "SEC0123" not in str(fresh)


def test_a_unit_is_reminded_now_with_what_was_shown_before(store, robots: RobotHost):  # noqa: F811
    add(store, Contact("B", Channel.WECOM, robots.wecom, "工作群"))
    app = opened(PAGE)
    assert app.selectbox(key="remind-unit").options == ["乙科 1 份"]
    app.selectbox(key="remind-unit").set_value("B").run()
    preview = app.code[0].value
    assert "【催报】乙科：1 份报表尚未收到" in preview and "已过 2 天" in preview and robots.told == []
    app = pressed(app, "现在发出（1 条）")
    assert robots.texts() == [preview] and log(store) == [("B", "by_hand", 1, "sent")]
    assert "已发出" in words(app)
    app = pressed(app, "现在发出（1 条）")
    assert "09:00 刚提醒过，一小时内不再重复发" in words(app) and len(robots.told) == 1
    frame = app.dataframe[1].value
    assert frame[["单位", "发给", "哪一步", "份数", "结果"]].to_numpy().tolist() == [
        ["乙科", "工作群", "人工催报", 1, "已发出"]
    ]


def test_what_failed_for_good_and_what_is_unsure_is_said_at_the_top(store, mailbox):  # noqa: F811
    add(store, mail_to("B", "wang@b.example", contact_name="王五"))
    set_policy(store, Policy(is_on=True, days_after=(2,)))
    mailbox.refused["wang@b.example"] = "550 no such mailbox"
    Sender(store, mailbox.outside(), lambda: NOW).send_due()
    app = opened(PAGE)
    assert "1 条提醒没发出去，也不会再试：乙科 王五" in words(app)
    with store.write() as cursor:
        cursor.execute("DELETE FROM reminder_outcome")
    Sender(store, mailbox.outside(), lambda: NOW).settle_lost()
    assert "1 条提醒不知道送到没有，程序不会自动重发：乙科 王五" in words(opened(PAGE))


def test_a_failure_that_is_tried_again_says_when(store, mailbox):  # noqa: F811
    add(store, mail_to("B", "wang@b.example"))
    set_policy(store, Policy(is_on=True, days_after=(2,)))
    mailbox.reply = "451 later"
    Sender(store, mailbox.outside(), lambda: NOW).send_due()
    app = opened(PAGE)
    assert app.dataframe[1].value["结果"].tolist() == ["没发出，09:05 再试"] and "也不会再试" not in words(app)


def test_the_texts_are_changed_refused_and_taken_back(store):
    app = opened(PAGE)
    app.text_input(key="s-after-zh-CN").set_value("{unit}：请报送")
    button = [one for one in app.button if one.label == "保存"][-1]
    button.click().run()
    assert texts_in_force(store)["after"]["zh-CN"]["subject"] == "{unit}：请报送"
    assert texts_in_force(store)["after"]["en"] == reference_texts()["after"]["en"]
    app = opened(PAGE)
    app.text_area(key="b-after-zh-CN").set_value("请报送 {itmes}")
    [one for one in app.button if one.label == "保存"][-1].click().run()
    assert "没有 {itmes} 这一项" in app.warning[-1].value.replace("\\", "")
    pressed(opened(PAGE), "全部改回原来的文字")
    assert texts_in_force(store) == reference_texts()


def test_it_is_told_in_english(store):
    app = opened(PAGE, lang="en")
    said = words(app)
    assert "Daily from 9:00: 3, 1 days before the deadline, on the last day, 1, 3 days after it" in said
    assert "have no contact (1): Section B." in said


def test_the_trail_says_it_in_words(store, robots: RobotHost, monkeypatch):  # noqa: F811
    add(store.seen_by(Person("office", "张建国", Role.OFFICE)), Contact("B", Channel.WECOM, robots.wecom, "工作群"))
    Sender(store, Outside(), lambda: NOW).send_by_hand("B")
    monkeypatch.setattr(asking, "now", lambda: datetime.now(UTC))
    table = opened("audit/audit").dataframe[0].value
    assert any("发出提醒" in what and "乙科" in what for what in table["做了什么"])
    assert any("新增催报联系人" in what for what in table["做了什么"])


def test_all_overdue_units_are_reminded_with_one_click_after_a_preview(store, robots, monkeypatch):  # noqa: F811
    monkeypatch.setattr(asking, "now", lambda: NOW.replace(month=12, day=24))  # another month is over: both owe
    add(store, Contact("A", Channel.WECOM, f"{robots.wecom}a", "甲群"))
    app = opened(PAGE, tab="now")
    assert "此刻各月一共有 2 个单位的" in words(app)
    assert app.selectbox(key="remind-unit").options[0] == "全部已过截止时间未报的单位（2 个）"
    app.selectbox(key="remind-unit").set_value("**").run()
    assert "甲科" in app.code[0].value and "1 个单位有未报，却没有联系人，提醒不到：乙科。" in words(app)
    app = pressed(app, "现在发出（1 条）")
    assert len(robots.told) == 1 and "已发出" in words(app)


def test_a_contact_whose_account_is_disabled_is_pointed_out_before_and_when_it_happens(store, monkeypatch):
    add(store, Contact("B", Channel.EMAIL, "wang@b.example", "王五"))
    accounts.create_first(store, "office", "张建国", "zhundian-2024-Test")
    accounts.create(store.seen_by(Person("office", "张建国", Role.OFFICE)), "wangwu", "王五", Role.REPORTER, "B")
    assert "账号已停用" not in words(opened(PAGE))
    accounts.change(store.seen_by(Person("office", "张建国", Role.OFFICE)), "wangwu", is_active=False)
    app = opened(PAGE)
    assert "这些联系人的账号已停用，提醒还会发过去，请先核对：" in words(app)
    app.selectbox(key="remind-unit").set_value("B").run()
    assert ":orange-badge[账号已停用]" in words(app)
    (left,) = left_behind(store)
    assert left[0].address == "wang@b.example"
