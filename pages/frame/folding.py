"""What narrows a page: side by side on a desk; on a phone folded into one line, which says what is chosen."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from html import escape

import streamlit as st

from text import t

_TOLD: ContextVar[list[str] | None] = ContextVar("told", default=None)


@contextmanager
def filters(columns: int = 1, min_column_width: int = 220, name: str = "filters") -> Iterator[None]:
    """The choices of a page. name: another one for a second block of the same page.

    The folding is the browser's own (pages/frame/screen.css): the server does not know how wide a window is.
    """
    told: list[str] = []
    with st.container(key=f"{name}-folded"):
        line = st.container()
        with st.grid(columns, min_column_width=min_column_width):
            before = _TOLD.set(told)
            try:
                yield
            finally:
                _TOLD.reset(before)
    said = escape(" · ".join(filter(None, told)) or t("choice.none"))
    line.html(f'<details class="folded"><summary>{escape(t("choice.filters"))}{said}</summary></details>')


def tell(words: str) -> None:
    """What a choice stands at, for the line. A page outside of `filters` has no line."""
    told = _TOLD.get()
    if told is not None:
        told.append(words)
