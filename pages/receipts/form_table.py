"""A form drawn as its sheet shows it: letters and heads above, row numbers at the left, one cell lit.

HTML, since only so every cell is a link that can be copied, read aloud and printed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st

import text
from data.catalogue.model import ColumnType, Template
from data.cells import address, letters
from data.submissions.form import FormRow, Sheet, Value
from pages.anomalies import flag_words
from pages.frame import asking, ways
from pages.receipts.comparison import written
from text import t

_LIGHT = {"back": "#FFFFFF", "head": "#F3F6FA", "line": "#D5DDE6", "lit": "#0B5CAB", "glow": "#DCEBFA"}
_DARK = {"back": "#12181F", "head": "#1B242E", "line": "#34414E", "lit": "#7DB7F0", "glow": "#1E3B5A"}
_COLOURS = {"pale": "#5B6B7B", "flag": "#B35900", "flagged": "rgba(243, 194, 91, 0.28)"}
_DARK_COLOURS = {"pale": "#9FB0C0", "flag": "#F2B45C", "flagged": "rgba(242, 180, 92, 0.20)"}
# The frame scrolls to the lit cell as it appears: the one place at which it may stop. A moment later it is free.
_STYLE = """<style>
.zd-form {{ max-height: 68vh; overflow: auto; border: 1px solid {line}; border-radius: 8px; font-size: 0.875rem;
  scroll-snap-type: both mandatory; animation: zd-free 1ms linear 0.8s forwards; }}
@keyframes zd-free {{ to {{ scroll-snap-type: none; }} }}
.zd-form table {{ border-collapse: separate; border-spacing: 0; margin: 0; min-width: 100%; }}
.zd-form th, .zd-form td {{ border: 0; border-right: 1px solid {line}; border-bottom: 1px solid {line};
  padding: 0; text-align: right; white-space: nowrap; background: {back}; font-weight: 400; }}
.zd-form thead th {{ background: {head}; position: sticky; top: 0; z-index: 2; padding: 4px 8px; height: 1.2rem;
  color: {pale}; text-align: center; font-size: 0.75rem; }}
.zd-form thead tr + tr th {{ top: calc(1.2rem + 9px); vertical-align: bottom; color: inherit; white-space: normal;
  min-width: 5.5em; max-width: 9em; font-size: 0.8125rem; line-height: 1.3; font-weight: 600; padding: 6px 8px; }}
.zd-form thead small {{ display: block; font-weight: 400; color: {pale}; }}
.zd-form tbody th {{ position: sticky; left: 0; z-index: 1; background: {head}; color: {pale}; padding: 5px 8px;
  text-align: center; font-size: 0.75rem; }}
.zd-form thead th:first-child {{ left: 0; z-index: 3; }}
.zd-form tbody th, .zd-form thead th:first-child {{ min-width: 2rem; max-width: 4rem; box-sizing: border-box; }}
.zd-form td.text {{ text-align: left; }}
@media (min-width: 641px) {{
  .zd-form .key0, .zd-form .key1 {{ position: sticky; left: 4rem; z-index: 1; width: 8rem; min-width: 8rem;
    max-width: 8rem; box-sizing: border-box; }}
  .zd-form .key1 {{ left: 12rem; }}
  .zd-form thead .key0, .zd-form thead .key1 {{ z-index: 3; }}
  .zd-form tbody th, .zd-form thead th:first-child {{ width: 4rem; min-width: 4rem; }}
  .zd-form.key0 {{ scroll-padding-left: 12rem; }} .zd-form.key1 {{ scroll-padding-left: 20rem; }}
}}
.zd-form td.text a {{ max-width: 15em; overflow: hidden; text-overflow: ellipsis; }}
.zd-form td a {{ display: block; padding: 5px 8px; min-height: 1.3em; color: inherit; text-decoration: none; }}
.zd-form td a:hover {{ background: {glow}; }}
.zd-form .of-lit td, .zd-form tbody .of-lit th {{ background: {head}; }}
.zd-form tbody .of-lit th, .zd-form thead .of-lit {{ color: {lit}; font-weight: 700; }}
.zd-form td.flagged {{ background: {flagged}; }}
.zd-form td a {{ position: relative; }}
.zd-form td .mark {{ color: {flag}; font-size: 0.625rem; line-height: 1; position: absolute; top: 4px; right: 1px; }}
.zd-form td.lit .mark {{ right: 3px; }}
.zd-form td.lit {{ background: {glow}; outline: 3px solid {lit}; outline-offset: -3px; font-weight: 700;
  scroll-snap-align: center; scroll-initial-target: nearest; }}
@media print {{ .zd-form {{ max-height: none; overflow: visible; }} }}
</style>"""


@dataclass(frozen=True)
class Shown:
    """A part of a sheet to draw. lit: row and column number of the chosen cell. marks: (row, column name) → ● or ▲."""

    submission_id: str
    sheet: Sheet
    rows: Sequence[FormRow]
    lit: tuple[int, int] | None
    marks: Mapping[tuple[int, str], str]
    names_sheet: bool  # in its links: the submission has more than one


def show_form(shown: Shown, template: Template | None) -> None:
    """The sheet."""
    is_dark = st.context.theme.type == "dark"
    colours = _DARK | _DARK_COLOURS if is_dark else _LIGHT | _COLOURS
    st.html(_STYLE.format(**colours) + form_html(shown, template))


def form_html(shown: Shown, template: Template | None) -> str:
    """The table alone."""
    columns = _columns(shown, template)
    code = template.template_code if template else ""
    top, heads = ["<th></th>"], ["<th></th>"]
    for name, col_no, key in columns:
        of_lit = f' class="{" of-lit" if shown.lit and shown.lit[1] == col_no else ""}{key}"'
        label = flag_words.column_label(asking.catalogue(), code, name)
        top.append(f"<th{of_lit}>{letters(col_no)}</th>")
        heads.append(f'<th scope="col"{of_lit}>{escape(label)}{_measure(template, name)}</th>')
    head = f"<thead><tr>{''.join(top)}</tr><tr>{''.join(heads)}</tr></thead>"
    rows = "".join(_row_html(shown, row, columns, template) for row in shown.rows)
    label = escape(t("page.form"), quote=True)
    keys = "".join(key for _, _, key in columns)
    frame = f'<div class="zd-form{keys}" tabindex="0" role="region" aria-label="{label}">'
    return f"{frame}<table>{head}<tbody>{rows}</tbody></table></div>"


def _columns(shown: Shown, template: Template | None) -> list[tuple[str, int, str]]:
    """Name, place and class of each column, in the order of the sheet. The class keeps the first two in sight that tell
    the rows apart, where they begin the sheet.
    """
    keys = template.row_key if template else ()
    ordered = sorted(shown.sheet.column_numbers.items(), key=lambda column: column[1])
    is_key = [name in keys for name, _ in ordered[:2]]
    kept = 0 if not is_key or not is_key[0] else 2 if all(is_key) and len(is_key) > 1 else 1
    return [(name, col_no, f" key{n}" if n < kept else "") for n, (name, col_no) in enumerate(ordered)]


def _row_html(shown: Shown, row: FormRow, columns: Sequence[tuple[str, int, str]], template: Template | None) -> str:
    is_lit = shown.lit is not None and shown.lit[0] == row.row_no
    cells = [_cell_html(shown, row, column, template) for column in columns]
    return f'<tr{" class=of-lit" if is_lit else ""}><th scope="row">{row.row_no}</th>{"".join(cells)}</tr>'


def _cell_html(shown: Shown, row: FormRow, column: tuple[str, int, str], template: Template | None) -> str:
    name, col_no, key = column
    cell, mark = address(row.row_no, col_no), shown.marks.get((row.row_no, name), "")
    is_lit = shown.lit == (row.row_no, col_no)
    classes = {"lit": is_lit, "flagged": mark == "●", "text": not is_number(template, name), key.strip(): bool(key)}
    said = " ".join(word for word, holds in classes.items() if holds)
    way = ways.form_address(shown.submission_id, cell, shown.sheet.name if shown.names_sheet else None)
    value = escape(cell_text(row.values.get(name)))
    shown_mark = f'<span class="mark">{mark}</span>' if mark else ""
    current = ' aria-current="true"' if is_lit else ""
    title = f' title="{value}"' if len(value) > 20 else ""
    link = f'<a href="{escape(way, quote=True)}" target="_self"{current}{title}>{shown_mark}{value}</a>'
    return f'<td class="{said}">{link}</td>' if said else f"<td>{link}</td>"


def cell_text(value: Value) -> str:
    """A value as the sheet shows it; nothing for a blank cell."""
    return "" if value is None else written(value)


def is_number(template: Template | None, name: str) -> bool:
    """Whether a column holds numbers."""
    return column_type(template, name).is_number


def column_type(template: Template | None, name: str) -> ColumnType:
    """What the column holds; text where the catalogue no longer has it."""
    types = {column.name: column.type for column in template.columns} if template else {}
    return types.get(name, ColumnType.STR)


def measure(template: Template | None, name: str) -> str:
    """The column's unit of measure; empty where it has none."""
    measures = {column.name: column.unit_of_measure for column in template.columns} if template else {}
    return text.measure(measures.get(name, ""))


def _measure(template: Template | None, name: str) -> str:
    said = measure(template, name)
    return f"<small>{escape(said)}</small>" if said else ""
