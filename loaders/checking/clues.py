"""All that may tell whose and which period a sheet is, and the faults and questions that name their places."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import PureWindowsPath
from typing import Any

from data.catalogue.model import Catalogue, ColumnType, Severity
from data.cells import address
from data.periods import Cycle
from loaders.checking.footers import is_signature, is_total
from loaders.checking.headers import Header
from loaders.checking.mentions import Mention, Surroundings, Where
from loaders.checking.values import plain
from loaders.issues import FileFault, Issue
from loaders.sheets import Sheet

_COPY_MARKS = re.compile(r"\(\d+\)|副本|复件|标注版|copy", re.IGNORECASE)

Reading = tuple[Mention, str]
"""A mention, and what it was read as: a unit's name, a period."""


@dataclass(frozen=True)
class Clues:
    """meta: what our own blank workbook says of itself, empty in others; covers: what sheets without a table say;
    file_name, received_on: as it reached us, and when.
    """

    catalogue: Catalogue
    sheet: Sheet
    header: Header
    meta: Mapping[str, str]
    around: Surroundings
    covers: Surroundings
    file_name: str = ""
    received_on: date | None = None

    @property
    def cycle(self) -> Cycle:
        """How often the template is due."""
        return self.header.template.cycle

    @property
    def tab(self) -> Mention:
        """The sheet's name."""
        return Mention(plain(self.sheet.name), Where.TAB, self.sheet.name, is_labelled=False)

    @property
    def file(self) -> Mention:
        """The file's name, without folders, archive, ending and the marks of copies."""
        path = PureWindowsPath(self.file_name)
        return Mention(_COPY_MARKS.sub(" ", plain(path.stem)), Where.FILE, path.name, is_labelled=False)

    @property
    def pages(self) -> list[Mention]:
        """What is printed above and beneath each page."""
        return self.around.pages

    def of_meta(self, key: str) -> list[Mention]:
        """What our own blank workbook says, if it is one."""
        return [Mention(self.meta[key], Where.META, key)] if self.meta.get(key) else []

    def in_column(self, type_: ColumnType) -> list[Mention]:
        """The different texts in the columns of a type, as they come."""
        names = {column.name for column in self.header.template.columns if column.type is type_}
        cols = {col for col, name in self.header.columns.items() if name in names}
        first: dict[str, Mention] = {}
        for cell in self.sheet.cells:
            if cell.row_no > self.header.row_no and cell.col_no in cols and cell.row_no not in self.around.foot_rows:
                text = plain(cell.value)
                if text and text not in first and not is_total(text) and not is_signature(text):
                    first[text] = Mention(text, Where.CELL, address(cell.row_no, cell.col_no))
        return list(first.values())

    def fault(self, code: str, readings: Iterable[Reading] = (), **details: Any) -> FileFault:
        """The whole sheet cannot be used, for what is said in these places."""
        template = self.header.template.template_code
        return FileFault(code, template=template, sheet=self.sheet.name, **{**self._details(readings), **details})

    def doubt(self, code: str, readings: Iterable[Reading], expected: str) -> Issue:
        """A question: some place says other than what the sheet is taken for."""
        readings = list(readings)
        cell = next((mention.at for mention, _ in readings if mention.where is Where.CELL), None)
        details = self._details(readings) | {"expected": expected}
        return Issue(Severity.CHECK, code, self.sheet.name, cell, details=details)

    def _details(self, readings: Iterable[Reading]) -> dict[str, Any]:
        readings = list(readings)
        mentions = [
            {"where": mention.where.value, "at": mention.at, "sheet": sheet, "text": mention.shown}
            for mention in dict.fromkeys(mention for mention, _ in readings)
            for sheet in [mention.sheet or self.sheet.name]
        ]
        return {"found": "、".join(dict.fromkeys(said for _, said in readings)), "mentions": mentions}
