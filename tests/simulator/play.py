"""The months of one seed: who does what when, what goes wrong, and what must hold afterwards."""

import random
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

from data import audit
from data.access import Person, Role
from data.backdating import Backdating
from data.backup import backup, restore
from data.catalogue.in_force import refresh_dues
from data.dues.changes import Until, extend
from data.fault import Fault
from data.moved_clock import confirm_clock
from data.store import Store
from data.store_errors import StoreError
from loaders.intake.ingest import Receipt, take_in
from loaders.intake.opening import Upload
from loaders.statements.declare import zero_report
from reminding import sending
from reminding.delivery import SENT
from reminding.outside import MailServer, Outside
from tests.data.worlds import Key, later_month, midnight
from tests.ready import ready_copy
from tests.simulator.bureau import BEGAN, Acknowledged, Twin, opening, sha256, workbook
from tests.simulator.machine import Killed, Machine
from tests.simulator.surfaces import compare

REASON = "本月集中办结上月结转件，已与台账核对"
OFFICE = Person("office", "张建国", Role.OFFICE)
LEADER = Person("leader", "李副主任", Role.LEADER)
SCHEDULER = Person("", "", Role.OFFICE, via="scheduler")
STEPS = 14
_BAD = (b"", b"no workbook", b"PK\x03\x04 half an archive", b"\xd0\xcf\x11\xe0" * 99)
_OUTSIDE = Outside(MailServer("127.0.0.1", 25))


class Play:
    """One bureau from one seed."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.luck = random.Random(seed)
        self.machine = Machine(ready_copy(opening, folder / "store.duckdb"), BEGAN)
        self.twin, self.saved = Twin(), Twin()
        self.told: Counter[str] = Counter()
        self.backups: list[Path] = []
        self.flying: tuple[str, object] | None = None
        self.folder, self.number = folder, 0

    @property
    def store(self) -> Store:
        """As the office sees it."""
        return self.machine.store.seen_by(OFFICE)

    def run(self, months: int) -> Counter[str]:
        """Play; AssertionError where something does not hold. Returns how often each thing happened."""
        sending_mail, sending.send_mail = sending.send_mail, self._post
        try:
            with self.machine.running():
                self.machine.open()
                audit.note(self.store, audit.Act("account_created", "office"))
                self._backup()
                for number in range(months):
                    self._month(later_month(date(2026, 2, 1), number))
        finally:
            sending.send_mail = sending_mail
        return self.told

    def _month(self, first: date) -> None:
        for moment in self._moments(first):
            self.machine.wait(max(0.0, (moment - self.machine.truth).total_seconds()))
            self._step()
        self._set_right()
        compare(self.machine.store, self.twin, self.machine.moment)

    def _moments(self, first: date) -> list[datetime]:
        """Of a month, the last instant in time and the first that is too late among them."""
        zone = self.twin.world.zone
        start, end = midnight(first, zone), midnight(later_month(first, 1), zone)
        found = [start + (end - start) * self.luck.random() for _ in range(STEPS - 4)]
        edges = [midnight(first.replace(day=day), zone) for day in (11, 23)]
        nudges = [timedelta(0), timedelta(seconds=-1), timedelta(seconds=1), timedelta(microseconds=-1)]
        return sorted([*found, *(self.luck.choice(edges) + self.luck.choice(nudges) for _ in range(4))])

    def _step(self) -> None:
        act = self.luck.choices(list(_ACTS), weights=[weight for weight, _ in _ACTS.values()])[0]
        self.told[act] += 1
        trouble = self.luck.choices([None, "before", "committed", "after", "full"], weights=[70, 8, 8, 8, 6])[0]
        self.machine.trouble = (trouble, self.luck.choice([0, 0, 1, 2])) if trouble else None
        self.flying = None
        try:
            refresh_dues(self.store, self.machine.store.timekeeper.lived_until())
            _ACTS[act][1](self)
        except Killed:
            self.told[f"killed {trouble}"] += 1
            self._after_death()
        except StoreError as error:
            assert trouble == "full" and self.machine.was_full, error
            assert error.cause in ("full", "failed"), (error.cause, error)
            self.told["full disk"] += 1
            self._after_full_disk()
        self.machine.trouble = None
        now = self.machine.store.now()
        assert abs(now - self.machine.moment) < timedelta(seconds=1), (now, self.machine.moment)
        self._look()

    def _look(self) -> None:
        """One surface, by whoever may, as of now or of some moment before."""
        moment = self.machine.moment
        if self.luck.random() < 0.4:
            moment = BEGAN + (moment - BEGAN) * self.luck.random()
        compare(self.machine.store.seen_by(self.luck.choice([OFFICE, LEADER])), self.twin, moment, self.luck)

    # What people and programs do

    def _key(self) -> Key | None:
        open_dues = [due.owed for due in self.twin.judged(self.machine.moment)]
        newest = open_dues[-12:] if self.luck.random() < 0.8 else open_dues
        newest = sorted(open_dues, key=lambda due: due.opens_at)[-10:] if self.luck.random() < 0.8 else newest
        return self.luck.choice(newest).key if newest else None

    def _file(self, key: Key) -> bytes:
        kept = [one for one in self.twin.kept if one.key == key and one.outcome == "accepted"]
        number = self.luck.choice([100, 101, 102, 103 + len(kept)])
        return workbook(self.machine.store, key, number)

    def _clerk(self) -> None:
        if key := self._key():
            who = Person("wang", "王五", Role.REPORTER, key[0])
            self._hand_in(self.machine.store.seen_by(who), key, self._file(key))

    def _program(self) -> None:
        if key := self._key():
            who = Person("token:1", "业务系统", Role.REPORTER, key[0], via="api")
            self._hand_in(self.machine.store.seen_by(who), key, self._file(key))

    def _bad_file(self) -> None:
        self._hand_in(self.store, None, self.luck.choice(_BAD) + b"%d" % self.luck.randrange(99))

    def _twice(self) -> None:
        """The answer was lost: the same file once more."""
        if key := self._key():
            content = self._file(key)
            first = self._hand_in(self.store, key, content)
            again = self._hand_in(self.store, key, content)
            assert again.outcome == "duplicate" and again.receipt_no == first.receipt_no, (first, again)

    def _by_mail(self) -> None:
        """The office enters what had reached it days before."""
        if key := self._key():
            before = self.machine.moment - timedelta(days=self.luck.randrange(1, 6), seconds=self.luck.randrange(86400))
            entering = self.store.entering(Backdating(REASON))
            self._hand_in(entering, key, self._file(key), max(before, BEGAN))

    def _zero(self) -> None:
        if key := self._key():
            self.flying = ("zero", key)
            try:
                receipt = zero_report(self.store, *key, self.machine.store.now(), "王五", "本月无此类业务")
            except Fault as fault:
                assert fault.code.startswith("declare"), fault.code
                return
            self._acknowledge(key, receipt)

    def _hand_in(self, store: Store, key: Key | None, content: bytes, at: datetime | None = None) -> Receipt:
        self.flying = ("file", (store.person, key, content))
        (receipts,) = take_in(store, [Upload(content, "a.xlsx", at or self.machine.store.now(), "", REASON)])
        (receipt,) = receipts
        assert receipt.outcome == ("returned" if key is None else receipt.outcome), receipt
        assert key is None or receipt.outcome in ("accepted", "duplicate"), (receipt.outcome, receipt.issues)
        if at is None and receipt.outcome != "duplicate":
            assert abs(receipt.received_at - self.machine.moment) < timedelta(seconds=1), receipt
        self._acknowledge(key, receipt)
        return receipt

    def _acknowledge(self, key: Key | None, receipt: Receipt) -> None:
        """Keep what somebody was told. A duplicate is what is there already, by the number that was given for it."""
        known = [one for one in self.twin.kept if one.receipt_no == receipt.receipt_no]
        if receipt.outcome == "duplicate":
            assert len(known) == 1 and known[0].sha256 == receipt.sha256, receipt
            return
        self.twin.kept.append(Acknowledged.of(key, receipt))

    def _extend(self) -> None:
        pending = [due.owed for due in self.twin.judged(self.machine.moment) if due.status in ("pending", "missing")]
        if not pending:
            return
        due = self.luck.choice(pending)
        day = due.due_date + timedelta(days=self.luck.randrange(1, 9))
        self.flying = ("extension", (due.key, day))
        at = self.machine.store.now()
        extend(self.store, [due.key], Until(day), "系统故障，经局办公室同意延期", at)
        self.twin.extended.append((due.key, day, at))

    def _remind(self) -> None:
        """Two schedulers, one after the other: what the first has sent the second does not send."""
        for _ in range(2):
            store = self.machine.store.seen_by(SCHEDULER)
            sending.Sender(store, _OUTSIDE, store.now).send_due()

    def _post(self, _outside, _to, _subject, _body, reminder_id, _at):
        assert reminder_id not in self.twin.mails, reminder_id
        self.twin.mails.append(reminder_id)
        return SENT

    def _backup(self) -> None:
        self.number += 1
        target = self.folder / f"copy-{self.number}.duckdb"
        self.flying = ("backup", None)
        backup(self.store, target)
        self.backups.append(target)
        self.saved = self.twin.copy()

    def _restart(self) -> None:
        self.machine.restart()

    def _clock(self) -> None:
        """Set back or ahead, or put right."""
        if self.machine.off and self.luck.random() < 0.5:
            self._set_right()
            return
        hours = self.luck.choice([-240, -25, -3, -1, 1, 5, 24, 24 * 14])
        self.machine.jump(timedelta(hours=hours))
        if self.luck.random() < 0.3:
            self.machine.restart()

    def _set_right(self) -> None:
        self.machine.trouble = None
        self.machine.jump(timedelta(0))
        if self.machine.believed:
            confirm_clock(self.store, "NTP 已恢复，与授时中心核对一致")
            self.machine.confirmed()

    def _power_cut(self) -> None:
        """The log loses its end, or some of its bytes."""
        self.machine.die()
        self.machine.come_back(self.luck.choice([self._cut_short, self._flipped]))
        self._open_or_restore()

    def _cut_short(self, log: Path) -> None:
        log.write_bytes(log.read_bytes()[: self.luck.randrange(log.stat().st_size + 1)])

    def _flipped(self, log: Path) -> None:
        content = bytearray(log.read_bytes())
        for _ in range(self.luck.randrange(1, 9)):
            content[self.luck.randrange(len(content))] ^= self.luck.randrange(1, 256)
        log.write_bytes(content)

    # What must hold after something went wrong

    def _open_or_restore(self) -> None:
        try:
            self.machine.open()
        except StoreError as error:
            assert error.cause in ("damaged", "damaged_log", "failed", "other"), (error.cause, str(error))
            self.told[f"restored: {error.cause}"] += 1
            restore(self.backups[-1], self.machine.path)
            self.twin = self.saved.copy()
            self.twin.mails = []
            self.machine.open()
            return
        self._lost()

    def _lost(self) -> None:
        """What the log had lost is the end of it, and it is said for ever."""
        before = len(self.twin.kept) + len(self.twin.extended)
        there = {number for (number,) in self.machine.store.rows("SELECT receipt_no FROM submission")}
        left = [one for one in self.twin.kept if one.receipt_no in there]
        assert left == self.twin.kept[: len(left)], "a later one is there, and an earlier one is not"
        self.twin.kept = left
        changes = self.machine.store.rows("SELECT unit_code, template_code, period, due_date FROM due_change")
        known = {((row.unit_code, row.template_code, row.period), row.due_date) for row in changes}
        self.twin.extended = [(key, day, at) for key, day, at in self.twin.extended if (key, day) in known]
        if before != len(left) + len(self.twin.extended):
            self.told["lost and told"] += 1
            assert audit.losses(self.machine.store), "rows are gone, and nothing says so"
        self.twin.mails = []

    def _after_death(self) -> None:
        """The program is started again; whoever got no answer does it once more."""
        self.machine.come_back()
        self.machine.open()
        assert not audit.losses(self.machine.store) or self.told["lost and told"] or self.told["power cut"]
        self._adopt()
        if self.flying and self.flying[0] == "file":
            person, key, content = self.flying[1]
            sender = self.machine.store.seen_by(person)
            there = [one for one in self.twin.kept if one.sha256 == sha256(content) and one.key == key]
            receipt = self._hand_in(sender, key, content)
            if there and key and there[-1] == [one for one in self.twin.kept if one.key == key][-1]:
                assert receipt.outcome == "duplicate", receipt

    def _adopt(self) -> None:
        """What was committed and nobody was told of: at most the one thing that was under way."""
        kind, about = self.flying or ("", None)
        known = {one.receipt_no for one in self.twin.kept}
        rows = self.machine.store.rows("SELECT * FROM submission ORDER BY recorded_at")
        extra = [row for row in rows if row.receipt_no not in known]
        assert len(extra) <= 1 and (not extra or kind in ("file", "zero")), (kind, extra)
        for row in extra:
            key = (row.unit_code, row.template_code, row.period) if row.period else None
            assert kind == "zero" or row.sha256 == sha256(about[2]), row
            self.twin.kept.append(Acknowledged.of(key, row))
        if kind == "extension":
            key, day = about
            for row in self.machine.store.rows("SELECT * FROM due_change"):
                if (row.unit_code, row.template_code, row.period) == key and row.due_date == day:
                    self.twin.extended.append((key, day, row.set_at))

    def _after_full_disk(self) -> None:
        """Nothing was kept of it; people go on reading, and room is made."""
        before = len(self.twin.kept)
        self._look()
        self._adopt()
        assert len(self.twin.kept) == before, "what was refused was kept"


_ACTS: dict[str, tuple[int, Callable[[Play], None]]] = {
    "clerk": (30, Play._clerk),
    "program": (10, Play._program),
    "bad file": (10, Play._bad_file),
    "same file twice": (8, Play._twice),
    "by mail": (6, Play._by_mail),
    "zero report": (8, Play._zero),
    "extension": (5, Play._extend),
    "reminders": (8, Play._remind),
    "backup": (4, Play._backup),
    "restart": (4, Play._restart),
    "clock": (8, Play._clock),
    "power cut": (4, Play._power_cut),
}
