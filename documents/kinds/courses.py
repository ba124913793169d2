"""An annex that tells of each due how it came to be late: by which deadline, what was tried, who was reminded when."""

from collections.abc import Sequence
from dataclasses import dataclass

from documents.layout.paper import Paper
from documents.layout.tables import TableColumn

NAME = "报送经过"
_COLUMNS = (
    TableColumn("序号", 1.0),
    TableColumn("单位", 2.4, "left"),
    TableColumn("目录模板\n（报送期）", 3.4, "left"),
    TableColumn("截止时间及其规则", 4.4, "left"),
    TableColumn("报送、退回和回执", 7.0, "left"),
    TableColumn("催报", 4.6, "left"),
)
_SHOWN = 6  # lines of one cell; a row is not torn over two pages
_LONGEST = 90  # characters of a line


@dataclass(frozen=True)
class Course:
    """One due. deadline: when, by which rule, and what was decided about it; attempts, reminders: a line each,
    the first one first.
    """

    unit_name: str
    template_name: str
    period: str
    deadline: tuple[str, ...]
    attempts: tuple[str, ...] = ()
    reminders: tuple[str, ...] = ()


def courses_annex(paper: Paper, courses: Sequence[Course], is_only: bool = False) -> None:
    """The annex, across the page."""
    paper.annex((NAME,), is_landscape=True, is_only=is_only)
    paper.table(_COLUMNS, [_row(number, course) for number, course in enumerate(courses, 1)], size="smallest")
    paper.note(
        "注：是否按时以首次报送并通过检查的时间为准，被退回的和只在网页上检查的不算收到。"
        "回执号、收到时间与报送时发给报送人的回执一致；对所列经过有异议的，请凭回执提出。"
    )


def _row(number: int, course: Course) -> tuple[object, ...]:
    about = f"{course.template_name}\n（{course.period}）"
    tried = _lines(course.attempts) or "没有报送过，也没有检查过文件"
    return number, course.unit_name, about, _lines(course.deadline), tried, _lines(course.reminders) or "没有发过"


def _lines(lines: Sequence[str]) -> str:
    """The last ones, where there are too many."""
    left = len(lines) - _SHOWN
    shown = [f"（此前还有{left}条，见核查单）", *lines[left:]] if left > 0 else list(lines)
    return "\n".join(line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…" for line in shown)
