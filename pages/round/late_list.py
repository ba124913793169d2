"""The late list worked out once for everybody who sees it: counts, a card a unit, tables, and the text to paste."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import pandas

import text
from data.chronology.chronologies import chronologies
from data.chronology.events import LISTED, Chronology
from data.dues.timeliness import late_reporters
from pages.frame import asking
from pages.frame.display import Table, table_of
from pages.frame.words import by_unit
from pages.round import addresses, course_words, words
from pages.round.course_words import Courses
from text import t


@dataclass(frozen=True)
class Card:
    """A unit that owes: how many, and a line each, in Markdown."""

    unit_code: str
    heading: str
    lines: str
    courses: Courses


@dataclass(frozen=True)
class LateList:
    """counts: status, dues, units. owed: what is not received. made_up: what came late, None where nothing did.
    courses: the further sheet of the list, by its name.
    """

    title: str
    number: int
    counts: list[tuple[str, int, int]]
    owed: pandas.DataFrame
    cards: list[Card]
    as_frame: pandas.DataFrame
    number_late: int
    made_up: Table | None
    made_up_cards: list[Card]
    courses: dict[str, pandas.DataFrame]
    plain: str


def late_list(as_of: datetime, month: date | None, unit_code: str | None) -> LateList:
    """As of that moment; empty where `number` is 0."""
    catalogue = asking.catalogue()
    reporters = asking.ask(late_reporters, as_of, month=month, unit_code=unit_code)
    title = t("late.about", month=text.month_name(month)) if month else t("late.about_all")
    title += t("list.sample") if asking.is_demonstration() else ""
    is_late = reporters["status"] == "late"
    owed, late = reporters[~is_late], reporters[is_late]
    told = asking.ask(chronologies, as_of, month=month, unit_code=unit_code, statuses=LISTED)
    counts = []
    for status in words.shown_statuses(reporters):
        of_status = reporters[reporters["status"] == status]
        counts.append((status, len(of_status), of_status["unit_code"].nunique()))
    moment = text.moment(as_of, catalogue.clock)
    return LateList(
        title,
        len(reporters),
        counts,
        owed,
        [_card(code, of_unit, told) for code, of_unit in by_unit(owed)],
        course_words.with_numbers(words.late_table(catalogue, reporters), reporters, told),
        len(late),
        _made_up(late, as_of, unit_code) if len(late) else None,
        [_card(code, of_unit, told) for code, of_unit in by_unit(late)],
        {t("chronology.title"): course_words.course_table(told)} if told else {},
        words.plain_list(catalogue, reporters, title, moment),
    )


def _card(unit_code: str, dues: pandas.DataFrame, told: Sequence[Chronology]) -> Card:
    catalogue = asking.catalogue()
    heading = f"**{text.unit_name(catalogue, unit_code)}** :gray-badge[{t('copies', number=len(dues))}]"
    lines = "\n".join(f"- {words.due_line(catalogue, due)}" for due in dues.itertuples())
    return Card(unit_code, heading, lines, course_words.courses(unit_code, dues, told))


def _made_up(late: pandas.DataFrame, as_of: datetime, unit_code: str | None) -> Table:
    forms = addresses.with_forms(late, as_of, unit_code)["address"].tolist()
    return table_of(words.late_table(asking.catalogue(), late), forms)
