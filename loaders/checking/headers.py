"""Where a sheet's columns are: the row, or the two rows, whose words are the labels of a template."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from data.catalogue.model import Catalogue, Template
from loaders.checking.remembered import remembered
from loaders.checking.values import plain
from loaders.sheets import Cell, Kind, Sheet

_WITH_MEASURE = ("({})", "(单位:{})", "[{}]", "/{}", ",{}", "-{}")
WITHIN = 15  # rows from the top in which a header is looked for

Labels = Mapping[str, tuple[tuple[str, str], ...]]
"""A label without spaces and marks → each (template code, column name) that it is the label of."""


@dataclass(frozen=True)
class Header:
    """The last row of the header, and col_no → column name; unknown are texts that the template has no column for."""

    template: Template
    first_row: int
    row_no: int
    columns: Mapping[int, str]
    unknown: Mapping[int, str]

    @property
    def is_whole(self) -> bool:
        """Every column of the template is there."""
        return len(set(self.columns.values())) == len(self.template.columns)

    @property
    def score(self) -> float:
        """The share of the template's columns that were found, less a little for each stranger."""
        return len(set(self.columns.values())) / len(self.template.columns) - len(self.unknown) / 1000


def headers_of(sheet: Sheet, catalogue: Catalogue) -> list[Header]:
    """The best header for each template that the sheet may hold: at least half of its columns are named."""
    top = {row_no: texts for row_no, row in sheet.rows.items() if row_no <= WITHIN and (texts := _texts(row))}
    best: dict[str, Header] = {}
    for row_no, texts in top.items():
        _keep_best(best, _named(row_no, row_no, {col: [text] for col, text in texts.items()}, catalogue))
        if any(header.is_whole for header in best.values()):
            return list(best.values())
    for row_no in [row_no for row_no in top if row_no + 1 in top]:
        upper, lower = _spread(row_no, top[row_no], sheet), top[row_no + 1]
        texts = {col: _joined(upper.get(col, ""), lower.get(col, "")) for col in upper.keys() | lower.keys()}
        _keep_best(best, _named(row_no, row_no + 1, texts, catalogue))
    return list(best.values())


def _keep_best(best: dict[str, Header], headers: Iterable[Header]) -> None:
    for header in headers:
        code = header.template.template_code
        if code not in best or header.score > best[code].score:
            best[code] = header


def _texts(row: Mapping[int, Cell]) -> dict[int, str]:
    return {col: plain(cell.value) for col, cell in row.items() if cell.kind is Kind.TEXT}


def _spread(row_no: int, texts: Mapping[int, str], sheet: Sheet) -> dict[int, str]:
    """A header row with the text of a merged cell in every column that it covers."""
    spread = dict(texts)
    for area in sheet.merges:
        if area.row_no == row_no and area.col_no in texts:
            for col in range(area.col_no, min(area.last_col, area.col_no + 256) + 1):
                spread[col] = texts[area.col_no]
    return spread


def _joined(upper: str, lower: str) -> list[str]:
    """What two rows may say together: 其中 over 网上办理件数 is 其中:网上办理件数, or just the lower one's words."""
    if not upper or not lower:
        return [upper or lower]
    return [f"{upper}:{lower}", f"{upper}{lower}", lower]


def _named(first_row: int, row_no: int, texts: Mapping[int, list[str]], catalogue: Catalogue) -> Iterator[Header]:
    if len(texts) * 2 < min(len(template.columns) for template in catalogue.templates):
        return
    labels = _labels(catalogue)
    found: dict[str, dict[int, str]] = {}
    for col, known_as in texts.items():
        for text in reversed(known_as):  # the fullest text has the last word
            for code, name in labels.get(label_of(text), ()):
                found.setdefault(code, {})[col] = name
    for code, columns in found.items():
        template = catalogue.template(code)
        if len(set(columns.values())) * 2 >= len(template.columns):
            unknown = {col: known_as[-1] for col, known_as in sorted(texts.items()) if col not in columns}
            yield Header(template, first_row, row_no, dict(sorted(columns.items())), unknown)


@remembered
def _labels(catalogue: Catalogue) -> Labels:
    labels: dict[str, list[tuple[str, str]]] = {}
    for template in catalogue.templates:
        for column in template.columns:
            texts = {label_of(words) for words in column.label.values()} - {""}
            if column.unit_of_measure:  # 合同价格(万元) names the column, 合同价格(元) does not
                measure = label_of(column.unit_of_measure)
                texts |= {text + how.format(measure) for text in texts for how in _WITH_MEASURE}
            for text in texts:
                labels.setdefault(text, []).append((template.template_code, column.name))
    return {text: tuple(places) for text, places in labels.items()}


@lru_cache(maxsize=8192)  # every sheet is read for labels, and their headers hardly change
def label_of(text: str) -> str:
    """A heading as it is compared: no spaces, no asterisk, no (必填)."""
    return re.sub(r"[\s*]|\(选填\)|\(必填\)", "", plain(text)).lower()
