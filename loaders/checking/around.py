"""What stands around a sheet's table: the title, lines and labels above it, and the rows of its foot."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from data.cells import address
from loaders.checking.footers import is_remark, is_signature
from loaders.checking.headers import Header
from loaders.checking.mentions import FILLERS, LONGEST, Mention, Surroundings, Where, letters_apart, take_labelled
from loaders.checking.time_words import months_and_more, spans
from loaders.checking.values import plain
from loaders.sheets import Cell, Kind, Sheet

_FOOT = 12  # rows from the sheet's end in which a foot is looked for
_NOT_THE_TITLE = re.compile(
    r"附[件表录]?\s*[\d一二三四五六七八九十-]*[:.]?|表\s*号?\s*[:\d].*|[机秘]密.*|\d+"
    r"|\D{2,30}(?:局|委员会|厅|政府|中心|公司|科|站|支队|馆|所|办公室)"  # whose it is, above the title
)
_WRITTEN_ON = re.compile(letters_apart(r"(?:制表|填表|填报|打印|报出|编制|印发|发文)(?:日期|时间|月份)"))
_COVER = 100  # cells; what has more is a table of another kind, and speaks of its own things
_DAY = 20  # letters that a date in a cell of its own has at most


def surroundings(sheet: Sheet, header: Header) -> Surroundings:
    """What stands above the table's header and in the sheet's foot."""
    told = Surroundings(pages=[Mention(plain(text)[:LONGEST], Where.PAGE, "", False) for text in sheet.page_texts])
    above = {row_no: row for row_no, row in sheet.rows.items() if row_no < header.first_row}
    for row in above.values():
        _take_lines(row, take_labelled(row, above, told), told)
    _take_foot(sheet, header, told)
    return told


def _take_lines(row: Mapping[int, Cell], labelled: set[int], told: Surroundings) -> None:
    """Texts above the table that no label explains. The first that is no 附件1 is the title."""
    before = ""
    for col, cell in sorted(row.items()):
        text, at = plain(cell.value)[:LONGEST], address(cell.row_no, cell.col_no)
        if cell.kind is Kind.TEXT and not before.endswith(":") and not _WRITTEN_ON.search(text):
            if col in labelled:
                told.lines += _months_beside_a_label(text, at, told)
            elif told.title is None and not _NOT_THE_TITLE.fullmatch(text):
                told.title = Mention(text, Where.CELL, at, is_labelled=False)
            else:
                told.lines.append(Mention(text, Where.CELL, at, is_labelled=False))
        elif _is_a_bare_first(cell, text, before) and col not in labelled:
            told.first_days.append(Mention(f"{text[:4]}年{text[5:7]}月", Where.CELL, at, is_labelled=False))
        before = text


def _is_a_bare_first(cell: Cell, text: str, before: str) -> bool:
    return cell.kind is Kind.DATE and text[8:10] == "01" and not (before.endswith(":") or _WRITTEN_ON.search(before))


def _months_beside_a_label(text: str, at: str, told: Surroundings) -> list[Mention]:
    """填报单位：行政审批科  2026年10月: the month that no label explains."""
    if any(mention.at == at for mention in told.periods):
        return []
    return [Mention(span.text, Where.CELL, at, is_labelled=False) for span in months_and_more(text)]


def on_covers(sheets: Iterable[Sheet]) -> Surroundings:
    """What labels say on sheets without a table, such as a cover."""
    told = Surroundings()
    for sheet in sheets:
        inner = Surroundings()
        if len(sheet.cells) <= _COVER:
            for row in sheet.rows.values():
                take_labelled(row, sheet.rows, inner)
        told.units += [replace(m, sheet=sheet.name) for m in inner.units if m.is_labelled]
        told.periods += [replace(m, sheet=sheet.name) for m in inner.periods if m.is_labelled]
    return told


def _take_foot(sheet: Sheet, header: Header, told: Surroundings) -> None:
    """The last rows that hold nothing but labels and their values, signatures, days and names: no data."""
    zone = {row_no: sheet.rows[row_no] for row_no in list(sheet.rows)[-_FOOT:] if row_no > header.row_no}
    frame = {col for col, name in header.columns.items() if name in header.template.frame_names}
    for row_no, row in zone.items():
        filled = {col: cell for col, cell in row.items() if plain(cell.value).strip(FILLERS)}
        inner = Surroundings()
        labelled = take_labelled(filled, zone, inner)
        texts = {col: plain(cell.value) for col, cell in filled.items() if cell.kind is not Kind.NUMBER}
        days = {col for col, text in texts.items() if _is_a_day(text)}
        explained = labelled | days | {col for col, text in texts.items() if is_signature(text)}
        told.notes += _notes(row_no, texts, labelled) if len(explained) == len(filled) == len(texts) else []
        if inner.bare_units and len(explained) * 2 >= len(filled):
            told.bare_units += inner.bare_units  # 单位(盖章):行政审批科
        if (inner.units or inner.periods or inner.hinted) and len(explained) * 2 >= len(filled):
            told.units += inner.units
            told.periods += inner.periods
            told.hinted += inner.hinted
            if filled.keys() - texts.keys() <= labelled:  # a figure that no label explains is told of, not passed over
                told.foot_rows.add(row_no)
        elif days and len(days) == len(filled):
            told.days.add(row_no)
        elif not labelled and len(filled) == len(texts) and not frame & filled.keys():
            others = [(col, text) for col, text in texts.items() if col not in explained]
            for col, text in others if len(others) == 1 else ():
                told.signed[row_no] = Mention(text, Where.CELL, address(row_no, col), is_labelled=False)


def _notes(row_no: int, texts: Mapping[int, str], labelled: set[int]) -> list[Mention]:
    """What a row of the foot, which holds nothing else, remarks on the sheet."""
    return [
        Mention(text[:LONGEST], Where.CELL, address(row_no, col), is_labelled=False)
        for col, text in texts.items()
        if is_remark(text) and col not in labelled
    ]


def _is_a_day(text: str) -> bool:
    return len(text) <= _DAY and bool(spans(text)) and not months_and_more(text)
