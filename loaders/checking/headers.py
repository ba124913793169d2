"""Where a sheet's columns are: the row, or the two rows, whose words are the labels of a template."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile

from data.catalogue.model import Catalogue, Column, Template
from loaders.checking.measures import Fit, fit
from loaders.checking.remembered import remembered
from loaders.checking.values import plain
from loaders.sheets import Cell, Kind, Sheet

_GROUP = re.compile(r"\(([^()]*(?:\([^()]*\)[^()]*)*)\)|\[([^\[\]]*)\]|【([^【】]*)】|〔([^〔〕]*)〕")
_PART = re.compile(r"[,，、;；:|·—_-]+")
_MARKS = " :：.。*#※_-"
_NEEDS = re.compile(r"(?:必填|选填|可留空|必须填写|必录|保留\w{1,2}位小数|整数)")
_REMEMBERED = 4096
_LONGEST = 80  # letters of a heading
_WORST = (Fit.SAME, Fit.NONE, Fit.OTHER)
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
    near = takewhile(lambda numbered: numbered[0] <= WITHIN, sheet.rows.items())
    top = {row_no: texts for row_no, row in near if (texts := _texts(row))}
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
            for code, name in labels.get(label_of(text)) or _with_measure(text, catalogue):
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
            for text in {label_of(words) for words in column.label.values()} - {""}:
                labels.setdefault(text, []).append((template.template_code, column.name))
    return {text: tuple(places) for text, places in labels.items()}


@remembered
def _measured(_catalogue: Catalogue) -> dict[str, tuple[tuple[str, str], ...]]:
    """What _with_measure has answered: the same few headings come in every workbook."""
    return {}


def _with_measure(text: str, catalogue: Catalogue) -> tuple[tuple[str, str], ...]:
    """The columns that a heading names together with their own measure: 合同价格(万元), 建筑面积 平方米."""
    if len(text) > _LONGEST:
        return ()
    answered = _measured(catalogue)
    if text not in answered and len(answered) < _REMEMBERED:
        answered[text] = tuple(_measured_places(text, catalogue))
    return answered[text] if text in answered else tuple(_measured_places(text, catalogue))


def _measured_places(text: str, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    labels, bare = _labels(catalogue), label_of(text)
    for code, name in {place for end in range(1, len(bare)) for place in labels.get(bare[:end], ())}:
        if said_measure(text, catalogue.template(code).column(name)) is Fit.SAME:
            yield code, name


def said_measure(text: str, column: Column) -> Fit | None:
    """How what stands behind a column's label in a heading fits the column's own measure; Fit.NONE: something else is
    said there, as in 合同价格(备注), so that it is another column; None: the heading does not begin with the label.
    """
    bare = label_of(text)
    names = [name for words in column.label.values() if (name := label_of(words)) and bare.startswith(name)]
    if not names:
        return None
    rest = bare[len(max(names, key=len)) :]
    if not rest.strip(_MARKS):
        return Fit.SAME
    own = column.unit_of_measure
    if not column.type.is_number or not own:
        return Fit.NONE
    if (whole := fit(rest.strip(_MARKS + "/"), own)) is not Fit.NONE:
        return whole
    fits = [part_fit for part in _parts(rest) if (part_fit := _part_fit(part, own)) is not None]
    return max(fits, key=_WORST.index, default=Fit.SAME)


def _parts(rest: str) -> list[str]:
    """What stands in brackets, and what is left outside of them."""
    inside = [next(filter(None, group.groups()), "") for group in _GROUP.finditer(rest)]
    return [part for part in [*inside, *_PART.split(_GROUP.sub(",", rest))] if part.strip(_MARKS + "/")]


def _part_fit(part: str, own: str) -> Fit | None:
    """None for words that only say how to fill in."""
    if _NEEDS.fullmatch(part):
        return None
    if (whole := fit(part.strip(_MARKS + "/"), own)) is not Fit.NONE:
        return whole
    pieces = [piece for piece in _PART.split(part) if piece and not _NEEDS.fullmatch(piece)]
    return max((fit(piece, own) for piece in pieces), key=_WORST.index, default=None)


@lru_cache(maxsize=8192)  # every sheet is read for labels, and their headers hardly change
def label_of(text: str) -> str:
    """A heading as it is compared: no spaces, no asterisk, no (必填)."""
    return re.sub(r"[\s*]|\(选填\)|\(必填\)", "", plain(text)).lower()
