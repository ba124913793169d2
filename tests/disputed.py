"""The 23rd with a dispute: a unit that says that it reported. Returned, only checked, late, extended, reminded of."""

from datetime import date, datetime

from data.access import Person, Role
from data.catalogue.in_force import set_counting_start
from data.dues.changes import Until, extend
from data.reminders.contacts import Channel, Contact, add
from data.reminders.log import Outcome, Try, begin, settle
from data.store import Store
from loaders.intake.ingest import preview
from loaders.intake.opening import Upload
from reminding.plan import owed
from tests.conftest import OCTOBER, OFFICE, edited, filled, ingest, shanghai

UNIT, CLERK = "ZAZ", "陈晨"
AS_OF = shanghai("2026-11-23T09:05:00")
RETURNED_AT = shanghai("2026-11-21T16:20:31")
LATE_AT = shanghai("2026-11-23T00:00:00")
EXTENDED_TO = date(2026, 11, 27)


def faulty(store: Store) -> bytes:
    """SV-03 of the unit with a word in place of a number."""
    return edited(filled(store, "SV-03", UNIT), _spoil)


def _spoil(book) -> None:
    for row in book.worksheets[0].iter_rows(min_row=5, max_row=5):
        for cell in row[2:5]:
            cell.value = "若干"


def with_a_dispute(store: Store) -> Store:
    """SV-03 was returned on the 21st and on the 22nd only checked; DQ-01 was put off to the 27th; a text file came that
    nobody could recognise; ZAZ was reminded on the 20th. ZFD's SV-02 came at the very instant that was too late.
    """
    office = store.seen_by(OFFICE)
    set_counting_start(office, OCTOBER, shanghai("2026-11-01T08:00:00"))
    clerk = store.seen_by(Person("chenchen", CLERK, Role.REPORTER, UNIT))
    add(office, Contact(UNIT, Channel.EMAIL, "zaz@housing.example.cn", CLERK))
    remind(office, shanghai("2026-11-20T09:00:00"))
    content = faulty(store)
    ingest(clerk, content, "质安双随机10月.xlsx", RETURNED_AT, CLERK)
    changed = edited(content, lambda book: book.worksheets[0].cell(5, 4, "很多"))
    preview(clerk, Upload(changed, "质安双随机10月改.xlsx", shanghai("2026-11-22T22:41:07"), CLERK), keep_faulty=True)
    ingest(clerk, b"not a workbook", "说明.txt", shanghai("2026-11-22T22:50:00"), CLERK)
    extend(
        office,
        [(UNIT, "DQ-01", OCTOBER)],
        Until(EXTENDED_TO),
        "11月22日平台停机检修，无法取数",
        shanghai("2026-11-22T17:00:00"),
        "×建办〔2026〕18号",
    )
    late = store.seen_by(Person("zhaomin", "赵敏", Role.REPORTER, "ZFD"))
    ingest(late, filled(store, "SV-02", "ZFD"), "行政处罚.xlsx", LATE_AT, "赵敏")
    return store


def remind(office: Store, at: datetime) -> None:
    """The unit's contact is reminded by mail of all that it owes, and it arrives."""
    contact = Contact(UNIT, Channel.EMAIL, "zaz@housing.example.cn", CLERK)
    items = [item for item in owed(office, at) if item.unit_code == UNIT]
    kept = [item.kept for item in items]
    attempt = Try("r1", 1, at.date(), "before-3", contact, "报送提醒", "请按时报送。", kept, tried_at=at)
    with office.write(is_news=False) as cursor:
        begin(office, cursor, attempt)
    settle(office, attempt, Outcome.SENT, at)
