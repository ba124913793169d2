"""What a page looks like printed: no menu and no buttons, charts fitted to the sheet, tables whole, and as of when."""

import html
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy
import pandas
import streamlit as st

import text
from pages.frame import asking
from text import t

MOST = 400  # rows of a table that go to paper; the rest is told
_STYLE, _SCREEN = (Path(__file__).with_name(f"{name}.css") for name in ("paper", "screen"))
_FITS_CHARTS = '<script src="/print.js" defer></script>'


def begin(scripts: str = "") -> None:
    """The style sheets of paper and screen, what fits charts to paper, and the line above each printed page. scripts:
    further HTML that is not seen.
    """
    st.html(_STYLE)
    st.html(_SCREEN)
    bureau = text.pick_words(asking.catalogue().bureau.bureau_name)
    moments = {"as_of": text.moment(asking.as_of(), asking.clock()), "now": text.moment(asking.now(), asking.clock())}
    line = html.escape(t("paper.line", bureau=bureau, **moments))
    st.html(f'<div class="on-paper"><p>{line}</p></div>{_FITS_CHARTS}{scripts}', unsafe_allow_javascript=True)


def table(frame: pandas.DataFrame, looks: Mapping[str, Any]) -> str:
    """HTML: the table as paper shows it, whole: on screen it scrolls in a frame of its own. looks: st.dataframe's
    column_config; a column whose look is None is hidden.
    """
    names = [name for name in frame.columns if looks.get(name, name) is not None]
    columns = [_column(name, frame[name], looks.get(name)) for name in names]
    head = "".join(column.head for column in columns)
    body = "".join(f"<tr>{''.join(cells)}</tr>" for cells in zip(*(column.cells for column in columns), strict=True))
    rest = f"<p>{html.escape(t('paper.more', number=len(frame) - MOST))}</p>" if len(frame) > MOST else ""
    return f'<div class="on-paper"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{rest}</div>'


@dataclass(frozen=True)
class _Column:
    head: str
    cells: list[str]


def _column(name: str, values: pandas.Series, look: Any) -> _Column:
    look = {"label": look} if isinstance(look, str) else look or {}
    format_ = (look.get("type_config") or {}).get("format")
    is_number = pandas.api.types.is_numeric_dtype(values.dtype) and not pandas.api.types.is_bool_dtype(values.dtype)
    kind = " class=number" if is_number else ""
    said = [_said(value, is_number, format_) for value in values.head(MOST)]
    heading = html.escape(str(look.get("label") or name))
    return _Column(f"<th{kind}>{heading}</th>", [f"<td{kind}>{html.escape(words)}</td>" for words in said])


def _said(value: Any, is_number: bool, format_: str | None) -> str:
    """A value as the column's format in st.dataframe shows it."""
    if text.is_blank(value):
        return ""
    if isinstance(value, bool | numpy.bool_):
        return "✓" if value else ""
    if not is_number:
        return str(value)
    if format_ == "percent":
        return text.rate(value)
    return format_ % value if format_ and format_.startswith("%") else f"{value:,}"
