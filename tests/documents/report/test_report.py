"""The month as an HTML file: the circular's figures, nothing from outside, nothing that a name could break."""

import re
from html.parser import HTMLParser

from data.dues.tally import Tally
from documents.kinds.circular import circular
from documents.kinds.month_facts import UnitMonth
from documents.report.month import month_report
from tests.documents.reading import NASTY, read, tables
from tests.documents.test_circular import UNITS, facts


class _Cells(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self._inside = False

    def handle_starttag(self, tag, _attributes):
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")
            self._inside = True

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self._inside = False

    def handle_data(self, data):
        if self._inside:
            self.rows[-1][-1] += data


def rows_of(html: bytes) -> list[list[str]]:
    parser = _Cells()
    parser.feed(html.decode())
    return parser.rows


def test_its_table_is_the_circulars() -> None:
    in_word = [[cell.replace("\n", "") for cell in row] for row in tables(read(circular(facts())))[0]]
    assert rows_of(month_report(facts()))[: len(in_word)] == in_word


def test_the_same_facts_are_the_same_bytes() -> None:
    assert month_report(facts()) == month_report(facts())


def test_nothing_is_fetched_and_nothing_runs() -> None:
    said = month_report(facts()).decode()
    assert not re.search(r"https?://|<script|<link|@import|url\(", said)


def test_a_name_is_text() -> None:
    units = (UnitMonth(f"<img src=x onerror=alert(1)>{NASTY}", Tally(1, 1)), *UNITS)
    said = month_report(facts(units)).decode()
    assert "<img" not in said and "&lt;img src=x" in said


def test_a_month_without_dues_has_no_bar_and_no_rate() -> None:
    said = month_report(facts((UnitMonth("丙科", Tally()),))).decode()
    assert "<b>0 / 0</b>" in said and "<b>—</b>" in said and 'class="missing"' not in said
