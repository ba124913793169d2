"""The month's picture in the bureau's groups: what each robot is sent, and that it goes once."""

import base64
import hashlib
import io
from datetime import date, timedelta

import pytest
from PIL import Image

from data import audit
from data.access import Forbidden, Person, Role
from data.fault import Fault
from data.reminders.contacts import Channel, Contact, add
from reminding.picture import MOST, Picture, send_picture
from reminding.policy import Policy, set_policy
from reminding.sending import Sender
from tests.pages.fabricated import NOW
from tests.reminding.conftest import log, mail_to

OCTOBER = date(2026, 10, 1)


def png(colour: str = "white") -> bytes:
    """A small picture."""
    out = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def groups(store, robots):
    """Reminders are on; the bureau has a group of each kind, a mail list, and 乙科 a group of its own."""
    set_policy(store, Policy(is_on=True))
    add(store, Contact(None, Channel.WECOM, robots.wecom))
    add(store, Contact(None, Channel.DINGTALK, robots.dingtalk))
    add(store, Contact("B", Channel.WECOM, robots.wecom.replace("693a", "777a")))
    add(store, mail_to("B", "yi@b.example"))
    return store


def test_nothing_goes_while_reminders_are_off(store, sender, robots):
    add(store, Contact(None, Channel.WECOM, robots.wecom))
    assert not send_picture(sender, Picture(png(), OCTOBER)).is_on
    assert robots.told == [] and log(store) == []


def test_wecom_is_sent_the_picture_and_dingtalk_words_that_say_why(groups, sender, robots, clock):
    report = send_picture(sender, Picture(png(), OCTOBER))
    assert report.is_whole and len(report.done) == 2
    by_kind = {said["msgtype"]: (path, said) for path, _, said in robots.told}
    path, said = by_kind["image"]
    assert path == "/cgi-bin/webhook/send" and set(said) == {"msgtype", "image"}
    assert base64.b64decode(said["image"]["base64"]) == png()
    assert said["image"]["md5"] == hashlib.md5(png(), usedforsecurity=False).hexdigest()
    path, said = by_kind["text"]
    assert path == "/robot/send" and "没有公网地址的图片" in said["text"]["content"]
    assert "https://zhundian.example/overview?month=2026-10" in said["text"]["content"]
    assert [step for _, step, *_ in log(groups)] == ["picture", "picture"]
    assert audit.faults(groups) == []


def test_the_same_picture_goes_once_and_another_goes_again(groups, sender, robots, clock):
    send_picture(sender, Picture(png(), OCTOBER))
    clock.now = NOW + timedelta(days=1)
    assert send_picture(sender, Picture(png(), OCTOBER)).tried == [] and len(robots.told) == 2
    assert len(send_picture(sender, Picture(png("red"), OCTOBER)).done) == 2 and len(robots.told) == 4


def test_what_a_robot_refused_may_be_sent_again(groups, sender, robots, clock):
    robots.answer = '{"errcode": 93000, "errmsg": "invalid webhook url"}'
    assert not send_picture(sender, Picture(png(), OCTOBER)).is_whole
    robots.answer = '{"errcode": 0, "errmsg": "ok"}'
    assert len(send_picture(sender, Picture(png(), OCTOBER)).done) == 2
    assert sorted(try_no for _, _, try_no, _ in log(groups)) == [1, 1, 2, 2]


def test_a_picture_does_not_keep_anybody_from_being_reminded(groups, sender, robots, clock):
    send_picture(sender, Picture(png(), OCTOBER))
    assert sender.send_by_hand(None).done


def test_what_is_no_picture_is_refused():
    for content, code in ((b"<svg/>", "reminder.picture_kind"), (png() + b"0" * MOST, "reminder.picture_size")):
        with pytest.raises(Fault) as refused:
            Picture(content, OCTOBER)
        assert refused.value.code == code


def test_a_bureau_without_a_group_is_told_so(store, sender, robots):
    set_policy(store, Policy(is_on=True))
    with pytest.raises(Fault, match=r"reminder\.no_group"):
        send_picture(sender, Picture(png(), OCTOBER))


def test_a_section_sends_none(groups, sender):
    clerk = groups.seen_by(Person("wang", "王芳", Role.REPORTER, "B"))
    with pytest.raises(Forbidden):
        send_picture(Sender(clerk, sender.outside, sender.clock), Picture(png(), OCTOBER))
