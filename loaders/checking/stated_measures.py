"""In what measure a sheet says that its figures are, wherever it says so: headings, above the table, beneath it."""

import re
from collections.abc import Iterable, Iterator
from pathlib import PureWindowsPath
from typing import NamedTuple

from data.catalogue.model import Column
from data.cells import address
from loaders.checking.headers import label_of, said_measure
from loaders.checking.measures import Fit, fit, is_kin, is_stated, leading_measures, listed_measures, measure_of
from loaders.checking.recognise import Recognised
from loaders.checking.values import BLANKS, plain
from loaders.sheets import Cell, Kind

_LABELLED = re.compile(r"单位\s*(?:[:=/-]|为|是|均为|统一为|\s)\s*([^()\[\]【】。;]{1,40})")
_COUNTED_IN = re.compile(
    r"(?:以|按|用|为)\s*([^\s,，。;；()]{1,12}?)\s*(?:为(?:计量)?单位|计(?=$|[,，。;；)\s])|计算|计列|填报|填写|列示)"
)
_PAIRED = re.compile(  # 金额:元, 面积(㎡), 合同价格单位元, 金额均为元; not 单方造价(元)=…
    r"(?<!单方)(?<!平均)(?<!单位面积)(?:金额|价格|价款|造价|面积|单位)(?:单位)?"
    r"(?:\s*[:=(\[]\s*|(?:均|都|统一|一律)?[为是])?([^\s,、;。:=()\[\]_\d]{1,8})(?=$|[\s,、;。]|[)\]](?!\s*=))"
)
_AT_END = re.compile(r"[(\[【]([^()\[\]【】]{1,20})[)\]】]\s*$")
_LABEL = re.compile(r"[(\[]?(?:计量|金额|货币|数量|面积|计价)?单位\s*[::]?[)\]]?")
_NEED = re.compile(r"^(?:必填|选填|可留空)\s*[·•・.,，:/|-]?\s*|[,，·(\[]\s*(?:必填|选填)[)\]]?$")
_BESIDE = 6  # columns to the right in which the value of a label is looked for
_LOOSE = frozenset({24.0, 8.0})  # days and working days: who writes 单位：天 over a whole table tells them not apart


class OtherMeasure(NamedTuple):
    """A text that names another measure than a column has."""

    text: str
    place: str
    column: Column


class _Said(NamedTuple):
    """A measure that is said of the whole table, or of the column col_no."""

    measure: str
    text: str
    place: str
    col_no: int | None = None


def other_measure(recognised: Recognised) -> OtherMeasure | None:
    """What the sheet says above its data that is not as the template measures: the first contradiction, or None."""
    said = [*_above(recognised), *_beneath_header(recognised), *_in_names(recognised)]
    return next(_in_headings(recognised), None) or _held(recognised, said)


def other_measure_beneath(recognised: Recognised, row_nos: Iterable[int]) -> OtherMeasure | None:
    """The same of the rows that are no data: 注：罚款金额以元计."""
    rows = (recognised.sheet.rows[row_no] for row_no in row_nos)
    return _held(recognised, [said for row in rows for cell in row.values() for said in _of_table(cell)])


def is_measure_row(cells: dict[int, Cell], recognised: Recognised) -> bool:
    """万元, 件, % and nothing else, each in a column that is measured in something."""
    is_any = False
    for col_no, cell in cells.items():
        if col_no in recognised.columns and (text := plain(cell.value)) not in BLANKS:
            own = recognised.template.column(recognised.columns[col_no]).unit_of_measure
            bare = _NEED.sub("", text)
            if cell.kind is not Kind.TEXT or (bare and (not own or fit(bare, own) is Fit.NONE)):
                return False
            is_any = True
    return is_any


def _in_headings(recognised: Recognised) -> Iterator[OtherMeasure]:
    """合同价格(元) where 万元 is meant. A heading of the template's own words beside it makes it a column of theirs."""
    present = set(recognised.columns.values())
    for col_no, text in recognised.unknown.items():
        for column in recognised.template.columns:
            if column.name not in present and said_measure(text, column) is Fit.OTHER:
                yield OtherMeasure(text[:60], address(recognised.header_row, col_no), column)


def _in_names(recognised: Recognised) -> list[_Said]:
    """明细(单位元) as the name of the sheet or of the file, or printed on each page; the place is the header's, for
    these have no cell.
    """
    first, sheet = min(recognised.columns), recognised.sheet
    texts = [sheet.name, PureWindowsPath(recognised.file_name).stem, *sheet.page_texts]
    return [said for text in texts for said in _of_table(Cell(recognised.header_row, first, Kind.TEXT, text))]


def _above(recognised: Recognised) -> Iterator[_Said]:
    for row_no, row in recognised.sheet.rows.items():
        if row_no >= recognised.header_row:
            return
        for col_no, cell in row.items():
            if cell.kind is not Kind.TEXT:
                continue
            yield from _of_columns(cell, recognised) or [*_of_table(cell), *_beside(row_no, col_no, cell, recognised)]


def _of_columns(cell: Cell, recognised: Recognised) -> list[_Said]:
    """What a cell over a column, or over a group of columns, says of just these: 必填·元, 金额(元)."""
    text, place = plain(cell.value), address(cell.row_no, cell.col_no)
    area = next((a for a in recognised.sheet.merges if (a.row_no, a.col_no) == (cell.row_no, cell.col_no)), None)
    last = area.last_col if area else cell.col_no
    covered = [col for col in recognised.columns if cell.col_no <= col <= last]
    if (
        not covered
        or (area and len(covered) == len(recognised.columns))
        or (cell.col_no <= min(recognised.columns) < last)
    ):
        return []
    in_brackets = _AT_END.search(text)
    for measure in (_NEED.sub("", text), in_brackets[1] if in_brackets else ""):
        own = [
            col
            for col in covered
            if is_kin(measure, recognised.template.column(recognised.columns[col]).unit_of_measure)
        ]
        if own and "单位" not in text and (is_stated(measure) or measure != text):  # 月 alone is part of a date
            return [_Said(measure, text, place, col) for col in own]
    return []


def _of_table(cell: Cell) -> list[_Said]:
    """What a text says of all figures: (单位:万元、件), 以元为单位, a title that ends in (万元), or 元 alone."""
    if cell.kind is not Kind.TEXT:
        return []
    text = plain(cell.value)[:200]
    measures = [m for said in _LABELLED.finditer(text) for m in leading_measures(said[1])]
    measures += [m for said in _COUNTED_IN.finditer(text) for m in listed_measures(said[1])]
    if not measures:
        measures = [m for said in _PAIRED.finditer(text) if any(is_kin(m := said[1], own) for own in ("元", "㎡"))]
    if not measures:
        at_end = _AT_END.search(text)
        measures = listed_measures(at_end[1] if at_end else text)
    return [_Said(measure, text, address(cell.row_no, cell.col_no)) for measure in measures]


def _beside(row_no: int, col_no: int, cell: Cell, recognised: Recognised) -> list[_Said]:
    """计量单位 in one cell, the measure in the next one to the right, or below."""
    if not _LABEL.fullmatch(plain(cell.value)):
        return []
    row, below = recognised.sheet.rows[row_no], recognised.sheet.rows.get(row_no + 1, {})
    right = [row[col] for col in range(col_no + 1, col_no + 1 + _BESIDE) if col in row and plain(row[col].value)]
    for value in [*right[:1], *([below[col_no]] if col_no in below else [])]:
        said = f"{plain(cell.value).rstrip(':')}:{plain(value.value)}"[:60]
        if measures := leading_measures(plain(value.value)[:200]):
            return [_Said(measure, said, address(value.row_no, value.col_no)) for measure in measures]
    return []


def _beneath_header(recognised: Recognised) -> Iterator[_Said]:
    """Some tables have their measures in a row of their own under the headings."""
    row = recognised.sheet.rows.get(recognised.header_row + 1, {})
    if is_measure_row(row, recognised):
        for col_no, cell in row.items():
            if col_no in recognised.columns and plain(cell.value) not in BLANKS:
                text = plain(cell.value)
                yield _Said(_NEED.sub("", text), text, address(cell.row_no, col_no), col_no)


def _held(recognised: Recognised, said: list[_Said]) -> OtherMeasure | None:
    """The first that contradicts. What is said of the whole table is about the columns of its kind: where one of them
    agrees, others whose own measure is written over them are meant to differ.
    """
    columns = {col_no: recognised.template.column(name) for col_no, name in recognised.columns.items()}
    measured = {col: column for col, column in columns.items() if column.unit_of_measure and column.type.is_number}
    own = {one.col_no for one in said if one.col_no is not None} | _measured_headings(recognised)
    for one in said:
        if one.col_no is None:
            if wrong := _first_wrong(one, said, measured, own):
                return OtherMeasure(one.text[:60], one.place, wrong)
        elif one.col_no in measured and fit(one.measure, measured[one.col_no].unit_of_measure) is Fit.OTHER:
            return OtherMeasure(one.text[:60], one.place, measured[one.col_no])
    return None


def _measured_headings(recognised: Recognised) -> set[int]:
    """The columns whose heading says more than their label: their own measure, 合同价格(万元)."""
    heads = {
        col_no: cell
        for col_no, cell in recognised.sheet.rows[recognised.header_row].items()
        if col_no in recognised.columns
    }
    labels = {
        name: set(map(label_of, recognised.template.column(name).label.values()))
        for name in recognised.columns.values()
    }
    return {
        col_no for col_no, cell in heads.items() if label_of(str(cell.value)) not in labels[recognised.columns[col_no]]
    }


def _first_wrong(one: _Said, said: list[_Said], measured: dict[int, Column], own: set[int]) -> Column | None:
    kin = {col: column for col, column in measured.items() if _is_meant(one.measure, column.unit_of_measure, measured)}
    every = [other.measure for other in said if other.col_no is None]
    agrees = [c for c in kin.values() if any(fit(measure, c.unit_of_measure) is Fit.SAME for measure in every)]
    if agrees:
        kin = {col: column for col, column in kin.items() if col not in own and column not in agrees}
    return next((column for column in kin.values() if not _is_loose(one.measure, column.unit_of_measure)), None)


def _is_meant(measure: str, own: str, measured: dict[int, Column]) -> bool:
    """A bare 万 is about money where a table has any."""
    if measure_of(measure) is None and any(is_kin("元", column.unit_of_measure) for column in measured.values()):
        return is_kin("元", own)
    return is_kin(measure, own)


def _is_loose(measure: str, own: str) -> bool:
    both = {said.factor for text in (measure, own) if (said := measure_of(text)) and said.dimension == "time"}
    return len(both) == 2 and both <= _LOOSE
