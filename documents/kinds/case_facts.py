"""What notices about a unit rest on: the records of its hand-ins, and what was issued to it before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from documents.layout.tables import TableColumn
from documents.wording import DASH, day_words, deadline_words, hour_words


@dataclass(frozen=True)
class Failing:
    """One due that was late or missing. deadline: the first instant too late; received_at: None where it never came;
    both on the bureau's clock. days_late: begun days, up to the moment of the draft where it never came.
    """

    period: str
    template_name: str
    deadline: datetime
    received_at: datetime | None
    days_late: int


@dataclass(frozen=True)
class UnitRecord:
    """A unit in a circular of praise or criticism. due, on_time: its dues in the span, None where nobody counted;
    remarks: what else speaks for or against it, in whole sentences.
    """

    unit_name: str
    due: int | None = None
    on_time: int | None = None
    failings: tuple[Failing, ...] = ()
    remarks: str = ""


@dataclass(frozen=True)
class Issued:
    """A notice that was issued: its 文号, title and day. Only these count."""

    number: str
    title: str = ""
    day: date | None = None

    def words(self) -> str:
        """《关于…的通报》（×〔2026〕3号，2026年9月1日）."""
        about = "，".join(filter(None, (self.number, day_words(self.day) if self.day else "")))
        return f"《{self.title}》（{about}）" if self.title else about


FAILING_COLUMNS = (
    TableColumn("报送期", 1.6),
    TableColumn("目录模板", 4.2, "left"),
    TableColumn("截止时间", 3.1),
    TableColumn("收到时间", 3.1),
    TableColumn("迟报天数", 1.7),
)


def failing_rows(failings: Sequence[Failing]) -> list[tuple[str, ...]]:
    """Cells for FAILING_COLUMNS; what never came is 未报, with the days so far."""
    return [
        (
            failing.period,
            failing.template_name,
            deadline_words(failing.deadline).replace("（", "\n（"),
            DASH
            if failing.received_at is None
            else f"{day_words(failing.received_at.date())}\n{hour_words(failing.received_at)}",
            f"未报\n已过{failing.days_late}天" if failing.received_at is None else f"{failing.days_late}天",
        )
        for failing in failings
    ]


def failing_words(failings: Sequence[Failing]) -> str:
    """迟报3份、未报1份."""
    missing = sum(failing.received_at is None for failing in failings)
    late = len(failings) - missing
    return "、".join(f"{name}{number}份" for name, number in (("迟报", late), ("未报", missing)) if number)
