"""Never twice: what goes, what waits, what is unsure after a kill, and who hears nothing after all."""

import threading
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from data import audit
from data.access import Forbidden, Person, Role
from data.fault import Fault
from data.reminders.contacts import Channel, Contact, add, contacts, end
from data.reminders.history import reminder_log
from data.reminders.log import Outcome
from data.store import StoreError
from reminding import sending
from reminding.outside import Outside
from reminding.policy import Policy, set_policy
from reminding.sending import Sender
from tests.data.worlds import Sent, send
from tests.pages.fabricated import NOW
from tests.reminding.conftest import log, mail_to

TWO_DAYS = Policy(is_on=True, days_after=(2, 3))


@pytest.fixture
def on(store):
    """Reminders are on, two and three days after; 乙科 has a contact."""
    set_policy(store, TWO_DAYS)
    add(store, mail_to("B", "yi@b.example", contact_name="王五"))
    return store


def handed_in(store, unit="B", at=NOW):
    send(store, [Sent(unit, "T1", date(2026, 10, 1), at)])


def test_nothing_goes_while_it_is_off(store, sender, mailbox):
    add(store, mail_to("B", "yi@b.example"))
    assert not sender.send_due().is_on and mailbox.mails == [] and log(store) == []


def test_who_owes_is_told_once_and_the_log_says_so(on, sender, mailbox, clock):
    report = sender.send_due()
    assert [own.contact.address for own in report.done] == ["yi@b.example"] and report.is_whole
    assert (
        "2026-11-22 周日 24:00 截止，已过 2 天" in mailbox.text()
        and "https://zhundian.example/upload" in mailbox.text()
    )
    for hours in range(14):  # the whole day long
        clock.now = NOW + timedelta(hours=hours)
        assert sender.send_due().tried == []
    assert len(mailbox.mails) == 1 and log(on) == [("B", "after-2", 1, "sent")]
    (row,) = reminder_log(on, clock.now).itertuples()
    assert (row.contact_name, row.address, row.outcome, row.step) == ("王五", "yi@b.example", "sent", "after-2")
    acts = on.rows("SELECT action, subject, unit_code FROM audit WHERE action LIKE 'reminder%'")
    assert acts == [("reminder_sent", "y***@b.example", "B")]
    assert audit.faults(on) == []


def test_a_deadline_that_was_moved_is_another_thing(store, sender, mailbox, clock):
    """On the old last day she was told; the new one has steps of its own, and the old ones are gone."""
    add(store, mail_to("B", "yi@b.example"))
    set_policy(store, Policy(is_on=True))
    clock.now = NOW - timedelta(days=2)
    sender.send_due()
    with store.write() as cursor:
        for table in ("due", "due_plan"):
            cursor.execute(
                f"UPDATE {table} SET due_date = DATE '2026-11-25', deadline = TIMESTAMPTZ '2026-11-26 00:00:00+08' "
                "WHERE unit_code = 'B' AND period = DATE '2026-10-01'"
            )
    said = {}
    for day in range(-2, 4):
        clock.now = NOW + timedelta(days=day)
        said[clock.now.day] = [own.step for own in sender.send_due().done]
    assert said == {22: ["before-3"], 23: [], 24: ["before-1"], 25: ["on_day"], 26: ["after-1"], 27: []}
    assert [row[1] for row in log(store)] == ["on_day", "before-3", "before-1", "on_day", "after-1"]


def test_the_next_step_is_another_thing(on, sender, mailbox, clock):
    sender.send_due()
    clock.now = NOW + timedelta(days=1)
    sender.send_due()
    assert log(on) == [("B", "after-2", 1, "sent"), ("B", "after-3", 1, "sent")] and len(mailbox.mails) == 2


def test_a_day_that_was_slept_through_is_not_made_up_for(on, sender, mailbox, clock):
    clock.now = NOW + timedelta(days=2)
    assert sender.send_due().tried == [] and mailbox.mails == []


def test_who_hands_in_between_the_plan_and_the_sending_hears_nothing(on, sender, mailbox):
    add(on, mail_to("B", "bb@b.example"))
    mailbox.before = lambda: handed_in(on) if not mailbox.mails else None  # while the first mail is under way
    report = sender.send_due()
    assert len(report.tried) == 1 and mailbox.recipients == ["bb@b.example"]


def test_a_contact_that_was_ended_meanwhile_hears_nothing(on, sender, mailbox):
    add(on, mail_to("B", "bb@b.example"))
    gone = next(one for one in contacts(on) if one.address == "yi@b.example")
    mailbox.before = lambda: end(on, gone.contact_id)
    assert len(sender.send_due().tried) == 1 and mailbox.recipients == ["bb@b.example"]


def test_a_restart_after_the_row_and_before_the_outcome_sends_nothing_again(on, sender, mailbox, clock, monkeypatch):
    """The process dies with the message handed over: it has arrived, and nothing of that was written."""

    def killed(*_args, **_more):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(sending, "settle", killed)
        with pytest.raises(KeyboardInterrupt):
            sender.send_due()
    assert len(mailbox.mails) == 1 and log(on) == [("B", "after-2", 1, "sending")]
    clock.now = NOW + timedelta(minutes=5)
    assert sender.send_due().tried == []
    assert len(mailbox.mails) == 1 and log(on) == [("B", "after-2", 1, "unsure")]
    ((error, retry_at),) = on.rows("SELECT error, retry_at FROM reminder_outcome")
    assert (error, retry_at) == ("interrupted", None)
    again = sender.send_by_hand("B")  # the office may
    assert len(again.done) == 1 and len(mailbox.mails) == 2


def test_a_message_under_way_in_this_process_is_not_taken_for_lost(on, sender, mailbox):
    mailbox.before = sender.settle_lost
    sender.send_due()
    assert log(on) == [("B", "after-2", 1, "sent")]


def test_two_runs_at_once_send_one(on, sender, mailbox):
    mailbox.slow = 0.3
    runs = [threading.Thread(target=sender.send_due) for _ in range(4)]
    for run in runs:
        run.start()
    for run in runs:
        run.join(20)
    assert len(mailbox.mails) == 1 and log(on) == [("B", "after-2", 1, "sent")]


def test_a_failure_is_repeated_three_times_with_longer_waits_and_the_same_id(on, sender, mailbox, clock):
    mailbox.reply = "451 try again later"
    tried = []
    for minutes in range(0, 14 * 60, 5):
        clock.now = NOW + timedelta(minutes=minutes)
        tried += [minutes for _ in sender.send_due().tried]
    assert tried == [0, 5, 25, 85]
    assert [row[2:] for row in log(on)] == [(number, "failed") for number in (1, 2, 3, 4)]
    assert on.rows("SELECT count(DISTINCT reminder_id) FROM reminder") == [(1,)]
    mailbox.reply = "250 OK"
    assert sender.send_due().tried == []


def test_a_repetition_goes_when_the_server_is_back(on, sender, mailbox, clock):
    mailbox.reply = "451 try again later"
    sender.send_due()
    mailbox.reply, clock.now = "250 OK", NOW + timedelta(minutes=4)
    assert sender.send_due().tried == []
    clock.now = NOW + timedelta(minutes=5)
    assert len(sender.send_due().done) == 1
    (id_,) = on.rows("SELECT DISTINCT reminder_id FROM reminder")[0]
    assert mailbox.mails[0]["Message-ID"] == f"<{id_}@ju.example>"


def test_who_hands_in_before_the_repetition_hears_nothing(on, sender, mailbox, clock):
    mailbox.reply = "451 try again later"
    sender.send_due()
    handed_in(on)
    mailbox.reply, clock.now = "250 OK", NOW + timedelta(minutes=5)
    assert sender.send_due().tried == [] and mailbox.mails == []


def test_nothing_is_repeated_on_another_day(on, sender, mailbox, clock):
    mailbox.reply = "451 try again later"
    clock.now = NOW.replace(hour=23, minute=57)
    sender.send_due()
    assert on.rows("SELECT retry_at FROM reminder_outcome") == [(None,)]


def test_one_that_fails_does_not_stop_the_others(on, sender, mailbox, robots):
    add(on, mail_to("B", "aa@b.example"))
    robots.status = 500
    add(on, Contact("B", Channel.WECOM, robots.wecom))
    mailbox.refused["aa@b.example"] = "550 no such mailbox"
    report = sender.send_due()
    found = {own.contact.address: delivery.outcome.value for own, delivery in report.tried}
    assert found == {"aa@b.example": "failed", "yi@b.example": "sent", robots.wecom: "failed"}
    assert not report.is_whole
    retries = on.rows(
        "SELECT channel, address LIKE 'aa%', retry_at IS NULL FROM reminder JOIN reminder_outcome "
        "USING (reminder_id, try_no) WHERE outcome = 'failed' ORDER BY channel"
    )
    assert retries == [("email", True, True), ("wecom", False, False)]  # no such mailbox: for good


def test_nothing_leaves_that_cannot_be_noted(on, sender, mailbox, monkeypatch):
    def full(*_args):
        raise StoreError("disk full")

    monkeypatch.setattr(sending, "begin", full)
    with pytest.raises(StoreError):
        sender.send_due()
    assert mailbox.mails == [] and log(on) == []


def test_a_server_that_ends_begins_no_further_message(on, sender, mailbox):
    add(on, mail_to("B", "bb@b.example"))
    mailbox.before = sender.stop.set
    assert len(sender.send_due().tried) == 1
    sender.stop.clear()
    sender.send_due()
    assert sorted(mailbox.recipients) == ["bb@b.example", "yi@b.example"]


def test_a_robot_takes_twenty_a_minute_and_the_rest_goes_later(store, sender, robots, clock):
    set_policy(store, TWO_DAYS)
    one = add(store, Contact("B", Channel.WECOM, robots.wecom))
    with store.write() as cursor:
        for number in range(20):
            cursor.execute(
                "INSERT INTO reminder (reminder_id, try_no, contact_id, step, dues, tried_at) "
                "VALUES (?, 1, ?, 'test', '[]', ?)",
                [f"r{number}", one.contact_id, NOW - timedelta(seconds=30)],
            )
    report = sender.send_due()
    assert [(left.contact_id, why.name) for left, why in report.left] == [(one.contact_id, "crowded")]
    assert robots.told == [] and not report.is_whole
    clock.now = NOW + timedelta(minutes=1)
    assert len(sender.send_due().done) == 1


def test_without_a_mail_server_mails_wait_and_robots_go(on, clock, robots):
    add(on, Contact("B", Channel.DINGTALK, robots.dingtalk))
    report = Sender(on, Outside(), clock).send_due()
    assert [own.contact.channel for own in report.done] == [Channel.DINGTALK]
    assert [why.name for _, why in report.left] == ["no_mail_server"] and not report.is_whole


def test_by_hand_works_while_it_is_off_and_not_twice_within_the_hour(on, sender, mailbox, clock):
    set_policy(on, replace(TWO_DAYS, is_on=False))
    assert [body.count("受理月报") for _, _, body in sender.preview("B")] == [1]
    assert len(sender.send_by_hand("B").done) == 1
    clock.now = NOW + timedelta(minutes=59)
    with pytest.raises(Fault) as found:
        sender.send_by_hand("B")
    assert found.value.code == "reminder.recently" and found.value.details["at"] == "09:00"
    assert len(mailbox.mails) == 1
    clock.now = NOW + timedelta(minutes=61)
    sender.send_by_hand("B")
    assert [row[1] for row in log(on)] == ["by_hand", "by_hand"]


def test_by_hand_does_not_take_the_calendars_step_away(on, sender, mailbox, clock):
    sender.send_by_hand("B")
    clock.now = NOW + timedelta(hours=2)
    assert [own.step for own in sender.send_due().done] == ["after-2"]


@pytest.mark.parametrize(("unit", "code"), [("A", "no_contact"), (None, "no_contact")])
def test_by_hand_says_why_nothing_went(on, sender, unit, code):
    with pytest.raises(Fault) as found:
        sender.send_by_hand(unit)
    assert found.value.code == f"reminder.{code}"


def test_by_hand_who_owes_nothing_hears_nothing(on, sender, mailbox):
    add(on, mail_to("A", "jia@a.example"))
    with pytest.raises(Fault) as found:
        sender.send_by_hand("A")
    assert found.value.code == "reminder.nothing_owed" and mailbox.mails == []


def test_at_another_moment_who_has_handed_in_since_hears_nothing(on, sender, mailbox, clock):
    clock.now = NOW + timedelta(days=3)
    handed_in(on, at=NOW + timedelta(days=2))
    assert sender.send_due(as_of=NOW).tried == [] and mailbox.mails == []


def test_at_another_moment_the_step_of_that_day_goes_once(on, sender, mailbox, clock):
    clock.now = NOW + timedelta(days=3)
    assert [own.step for own in sender.send_due(as_of=NOW).done] == ["after-2"]
    assert sender.send_due(as_of=NOW).tried == []


def test_the_group_is_told_of_everybody_by_unit(store, sender, robots):
    set_policy(store, TWO_DAYS)
    add(store, Contact(None, Channel.WECOM, robots.wecom))
    sender.send_due()
    (text,) = robots.texts()
    assert "各报送单位" in text and "乙科（1 份）：\n· 受理月报（T1）2026-10 期" in text and "甲科" not in text
    assert reminder_log(store, NOW, unit_code="B")["step"].tolist() == ["after-2"]
    assert reminder_log(store, NOW, unit_code="A").empty
    assert len(reminder_log(store, NOW, month=date(2026, 10, 1))) == 1
    assert reminder_log(store, NOW, month=date(2026, 9, 1)).empty


@pytest.mark.parametrize("role", [Role.REPORTER, Role.REVIEWER, Role.LEADER, Role.MONITOR])
def test_all_of_it_is_the_offices(on, sender, role):
    sender.send_due()
    own = on.seen_by(Person("x", "x", role, "B"))
    for table in ("contact", "reminder", "reminder_outcome"):
        assert own.rows(f"SELECT count(*) FROM {table}") == [(0,)]
    theirs = Sender(own, sender.outside, sender.clock)
    one = contacts(on)[0]
    for act in (
        theirs.send_due,
        lambda: theirs.send_by_hand("B"),
        lambda: theirs.send_test(one.contact_id),
        lambda: add(own, mail_to("B", "x@x.example")),
        lambda: end(own, one.contact_id),
        lambda: set_policy(own, TWO_DAYS),
    ):
        with pytest.raises(Forbidden):
            act()


def test_a_test_message_arrives_and_reminds_nobody(on, sender, mailbox, clock):
    assert sender.send_test(contacts(on)[0].contact_id).outcome is Outcome.SENT
    assert "测试" in mailbox.mails[0]["Subject"] and log(on) == [("B", "test", 1, "sent")]
    assert len(sender.send_due().done) == 1  # and takes no step away
    with pytest.raises(Fault):
        sender.send_test("none")


def test_keys_of_robots_are_in_neither_log_nor_trail(on, sender, robots):
    add(on, Contact("B", Channel.DINGTALK, robots.dingtalk, secret="SEC0123456789abcdef"))
    robots.answer = '{"errcode": 310000, "errmsg": "sign not match"}'
    sender.send_due()
    kept = str(on.rows("SELECT * FROM reminder")) + str(on.rows("SELECT * FROM reminder_outcome"))
    kept += str(on.rows("SELECT subject, details FROM audit"))
    assert "errcode 310000: sign not match" in kept
    assert "abcdef0123456789" not in kept and "SEC0123" not in kept


def test_moments_of_the_log_are_those_of_the_clock(on, sender, clock):
    sender.send_due()
    ((tried, settled),) = on.rows(
        "SELECT tried_at, settled_at FROM reminder JOIN reminder_outcome USING (reminder_id, try_no)"
    )
    assert (tried, settled) == (NOW, NOW)
    before = reminder_log(on, NOW - timedelta(seconds=1))
    assert before.empty and isinstance(NOW, datetime)
