"""What messages say: true at every hour, whole where there is room, and with nobody's line breaks or calls in them."""

import json
from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from data.catalogue.in_force import load_catalogue
from data.catalogue.model import Unit
from data.dues.freshness import FreshnessTally
from data.fault import Fault
from data.reminders.contacts import Channel, Contact, add
from data.settings import setting
from reminding.plan import Item, Message
from reminding.texts import NAME, reference_texts, set_texts, texts_in_force
from reminding.writing import LIMITS, Writer, plain, robot_text
from tests.conftest import shanghai
from tests.pages.fabricated import NOW, catalogue
from tests.reminding.conftest import mail_to

MAIL = Contact("A", Channel.EMAIL, "a@a.example")
GROUP = Contact(None, Channel.WECOM, "https://robots.example/x")


def item(days=3, status="pending", unit="A", template="T1", at="00:00", period=date(2026, 10, 1)):
    due = date(2026, 11, 22)
    deadline = shanghai(f"2026-11-22 {at}") + timedelta(days=at == "00:00")
    return Item(unit, template, period, date(2026, 10, 1), due, deadline, status, days, "x")


def written(contact, *items, names=None, link="https://z.example/upload", texts=None, **more):
    message = Message(contact, items[0].step, items, date(2026, 11, 19), "id")
    return Writer(names or catalogue(), texts or reference_texts(), shanghai("2026-11-19 09:00"), link, **more).write(
        message
    )


@pytest.mark.parametrize(
    ("items", "subject", "line"),
    [
        ([item(3)], "【报送提醒】甲科：1 份报表待报送，最近的截止时间是 2026-11-22 周日 24:00", "还有 3 天"),
        ([item(0)], "【今天截止】甲科：1 份报表待报送，最近的截止时间是 2026-11-22 周日 24:00", "今天截止"),
        (
            [item(0, at="12:00")],
            "【今天截止】甲科：1 份报表待报送，最近的截止时间是 2026-11-22 周日 12:00",
            "12:00 截止，今天截止",
        ),
        ([item(0, "missing", at="12:00")], "【催报】甲科：1 份报表尚未收到", "12:00 截止，今天已过截止时间"),
        ([item(-1, "missing")], "【催报】甲科：1 份报表尚未收到", "已过 1 天"),
        ([item(-1, "missing"), item(2)], "【催报】甲科：2 份报表尚未收到", "还有 2 天"),
    ],
)
def test_a_message_says_how_things_stand(items, subject, line):
    found, body = written(MAIL, *items)
    assert found == subject and line in body
    assert "截至 2026-11-19 09:00" in body and "https://z.example/upload" in body
    assert ("今天是截止日" in body) == (items[0].days == 0 and items[0].status == "pending")


def test_a_unit_is_told_how_much_of_its_data_is_not_up_to_date():
    own = FreshnessTally(Counter(fresh=2, ageing=1, holes=3, closed=4))
    said = "数据时效：参评 6 项，最新 2 项；其余 落后 1 项、有缺期 3 项。"
    assert said in written(MAIL, item(), freshness={"A": own})[1]
    everything = {"A": FreshnessTally(Counter(fresh=2, closed=1)), "B": own}
    assert "数据时效" not in written(MAIL, item(), freshness=everything)[1]
    assert said in written(GROUP, item(), freshness={None: own})[1]


def test_in_english():
    subject, body = written(replace(MAIL, locale="en"), item(3))
    assert subject == "[Reminder] Section A: 1 to be submitted, next deadline Sun 2026-11-22 24:00"
    assert "· Return T1 (T1), 2026-10, due Sun 2026-11-22 24:00, 3 days left" in body
    assert "1 day left" in written(replace(MAIL, locale="en"), item(1))[1]


def test_nobody_is_told_to_go_nowhere_and_made_up_data_say_so():
    subject, body = written(MAIL, item(3), link="", is_made_up=True)
    assert "报送入口" not in body and "{" not in body and subject.startswith("【演示】")


def test_names_of_sections_neither_break_lines_nor_call_anybody():
    odd = "甲\r\nBcc: x@x.example\n<@all> **粗**\u202e\x00科"
    names = replace(catalogue(), units=(Unit("A", {"zh-CN": odd, "en": odd}),))
    for contact in (MAIL, replace(GROUP, unit_code="A"), GROUP):
        subject, body = written(contact, item(3), names=names)
        assert "\n" not in subject and "\r" not in subject + body and "<@" not in subject + body
        assert "\u202e" not in subject + body and "\x00" not in subject + body
        if contact.unit_code:
            assert "甲 Bcc: x@x.example ＜@all> **粗**科" in subject
    assert plain("a\u2028b\tc") == "a b c"


@pytest.mark.parametrize("channel", [Channel.WECOM, Channel.DINGTALK])
@pytest.mark.parametrize("unit", ["A", None])
def test_a_long_list_is_cut_to_what_the_robot_takes(channel, unit):
    contact = replace(GROUP, channel=channel, unit_code=unit)
    many = [item(3, unit="A" if n % 2 or unit else "B", period=date(2000 + n // 12, n % 12 + 1, 1)) for n in range(400)]
    subject, body = written(contact, *many)
    text = robot_text(subject, body)
    shown = body.count("· 受理月报")
    assert LIMITS[channel] - 120 < len(text.encode()) <= LIMITS[channel]
    assert f"…及其余 {400 - shown} 项" in body and "400 份报表" in subject and shown > 5
    assert body.endswith("本消息由系统自动发出。")  # what stands after the list is still there


def test_a_list_that_fits_is_whole():
    _, body = written(replace(GROUP, unit_code="A"), *[item(3) for _ in range(8)])
    assert body.count("· 受理月报") == 8 and "其余" not in body


def test_a_text_that_is_too_long_by_itself_is_cut_between_letters():
    texts = json.loads(json.dumps(reference_texts()))
    texts["before"]["zh-CN"]["body"] = "很长" * 1400 + "{items}"
    subject, body = written(replace(GROUP, unit_code="A"), item(3), texts=texts)
    assert len(robot_text(subject, body).encode()) <= 2048 and body.endswith("…（后文略）")


def test_what_the_catalogue_has_let_go_of_goes_by_its_code():
    subject, body = written(replace(MAIL, unit_code="OLD"), item(3, unit="OLD", template="T9"))
    assert "OLD" in subject and "T9（T9）" in body


def good(**changes):
    own = {lang: {"subject": "{unit} {days}", "body": "{items}"} for lang in ("zh-CN", "en")}
    own["zh-CN"] |= changes
    return {"after": own}


@pytest.mark.parametrize(
    ("own", "code", "where"),
    [
        (good(body="没有列表"), "text_items", "after.zh-CN.body"),
        (good(body="{items} {name}"), "text_placeholder", "after.zh-CN.body"),
        (good(body="{items.__class__}"), "text_placeholder", "after.zh-CN.body"),
        (good(body="{items[0]}"), "text_placeholder", "after.zh-CN.body"),
        (good(body="{items!r}"), "text_placeholder", "after.zh-CN.body"),
        (good(body="{items:>9999999}"), "text_placeholder", "after.zh-CN.body"),
        (good(body="{items} {}"), "text_placeholder", "after.zh-CN.body"),
        (good(body="{items} {unit"), "text_braces", "after.zh-CN.body"),
        (good(body="{items}" + "x" * 3000), "text_length", "after.zh-CN.body"),
        (good(body=7), "text_length", "after.zh-CN.body"),
        (good(subject="两行\n{unit}"), "text_subject", "after.zh-CN.subject"),
        (good(subject="{items}"), "text_subject", "after.zh-CN.subject"),
        (good(subject=" "), "text_length", "after.zh-CN.subject"),
        ({"later": {}}, "text_kind", "reminder_texts"),
        ({"after": {"zh-CN": {}}}, "text_kind", "after"),
        ({"after": {"zh-CN": {"subject": "x"}, "en": {}}}, "text_kind", "after.zh-CN"),
        ([], "text_kind", "reminder_texts"),
    ],
)
def test_a_text_that_cannot_be_filled_in_is_refused_with_its_place(store, own, code, where):
    with pytest.raises(Fault) as found:
        set_texts(store, own)
    assert (found.value.code, found.value.details["where"]) == (f"reminder.{code}", where)
    assert setting(store, NAME, None) is None


def test_own_texts_are_used_and_taken_back(store, sender, mailbox):
    add(store, mail_to("B", "b@b.example"))
    set_texts(store, good(subject="{unit}欠 {count} 份，{days} 天，{{原样}}", body="{as_of} {bureau}\n{items}"))
    sender.send_by_hand("B")
    assert mailbox.mails[0]["Subject"] == "乙科欠 1 份，2 天，{原样}"
    assert mailbox.text().startswith("2026-11-24 09:00 测试局\n· 受理月报（T1）")
    assert texts_in_force(store)["before"] == reference_texts()["before"]
    set_texts(store, {})
    assert texts_in_force(store) == reference_texts()


def test_the_name_that_the_catalogue_gives_now_is_used(store, sender, mailbox):
    add(store, mail_to("B", "b@b.example"))
    units = (catalogue().units[0], Unit("B", {"zh-CN": "乙科（新）", "en": "B"}))
    load_catalogue(store, replace(catalogue(), units=units), NOW)
    sender.send_by_hand("B")
    assert mailbox.mails[0]["Subject"].startswith("【催报】乙科（新）：") and isinstance(NOW, datetime)
