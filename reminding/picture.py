"""The month's picture, into the groups of the whole bureau: 企业微信 shows it, 钉钉 is told where it is to be seen.

A robot of 钉钉 takes no picture that has no public address, so it gets words and a link, which say so.
"""

import base64
import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Any

from data.access import Right
from data.catalogue.in_force import catalogue_in_force
from data.fault import Fault
from data.reminders.contacts import Channel, Contact
from data.reminders.log import Outcome, Try, begin, tries
from locales import say
from reminding.plan import reminder_id
from reminding.policy import PICTURE, policy_of
from reminding.robots import post_to_robot, send_to_robot
from reminding.sending import Report, Result, Sender

MOST = 2 * 1024 * 1024
"""Bytes of a picture that 企业微信 takes, before they are written as base64."""
_PNG, _JPG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"


@dataclass(frozen=True)
class Picture:
    """A PNG or JPG of a month. Fault for what 企业微信 would not take."""

    content: bytes
    month: date

    def __post_init__(self) -> None:
        if not self.content.startswith((_PNG, _JPG)):
            raise Fault("reminder.picture_kind")
        if len(self.content) > MOST:
            raise Fault("reminder.picture_size", most=MOST, found=len(self.content))

    @property
    def md5(self) -> str:
        """What 企业微信 checks it by."""
        return hashlib.md5(self.content, usedforsecurity=False).hexdigest()


def image_message(picture: Picture) -> dict[str, Any]:
    """As 企业微信's robots take it."""
    content = base64.b64encode(picture.content).decode()
    return {"msgtype": "image", "image": {"base64": content, "md5": picture.md5}}


def send_picture(sender: Sender, picture: Picture) -> Report:
    """Send it to every robot of a group of the whole bureau, never twice the same. Nothing where reminders are off.

    Raises Fault (reminder.no_group) where the bureau has no such group; Forbidden.
    """
    sender.store.person.must_have(Right.MANAGE)
    sender.settle_lost()
    if not policy_of(sender.store).is_on:
        return Report(is_on=False)
    groups = [one for one in sender.reachable() if one.unit_code is None and one.channel is not Channel.EMAIL]
    if not groups:
        raise Fault("reminder.no_group")
    report = Report()
    for group in groups:
        report.add(group, _send(sender, group, picture))
    return report


def _send(sender: Sender, group: Contact, picture: Picture) -> Result:
    """Note the try under the writer lock, then hand it over; none where it may have arrived already."""
    at, day = sender.clock(), picture.month
    number = reminder_id(group, day, f"{PICTURE} {picture.md5}")
    text = words(sender, group, picture)
    with sender.store.write(is_news=False) as cursor:
        earlier = [tried for tried in tries(sender.store) if tried.reminder_id == number]
        if any(tried.outcome is not Outcome.FAILED for tried in earlier):
            return Result()
        if left := sender.obstacle(group):
            return Result(left=left)
        subject, body = text.split("\n", 1)
        today = sender.day(at)
        attempt = Try(number, len(earlier) + 1, today, PICTURE, group, subject, body, dues=[], tried_at=at)
        begin(sender.store, cursor, attempt)
        sender.is_under_way(attempt)
    if group.channel is Channel.WECOM:
        return Result(attempt, sender.deliver(attempt, lambda: post_to_robot(group, image_message(picture), at)))
    return Result(attempt, sender.deliver(attempt, lambda: send_to_robot(group, text, at)))


def words(sender: Sender, group: Contact, picture: Picture) -> str:
    """What the log keeps, and 钉钉 is told: which month, and where the picture is to be seen."""
    catalogue = catalogue_in_force(sender.store)
    month = f"{picture.month:%Y-%m}"
    subject = say(group.locale, "reminders.picture.subject", bureau=catalogue.bureau.bureau_name["zh-CN"], month=month)
    if group.channel is Channel.WECOM:
        return f"{subject}\n" + say(group.locale, "reminders.picture.sent", bytes=f"{len(picture.content):,}")
    link = sender.outside.link.removesuffix("/upload")
    key = "reminders.picture.link" if link else "reminders.picture.no_link"
    return f"{subject}\n" + say(group.locale, key, link=f"{link}/overview?month={month}")
