"""The way from a flag to its cell in the form."""

from typing import Any

import text
from pages.frame import ways
from text import t


def address(flag: Any) -> str:
    """For a line of a table. flag: has submission_id, sheet and cell."""
    return _way(flag).address


def show_way(flag: Any) -> None:
    """As a link."""
    _way(flag).link(t("way.to_form" if text.is_blank(flag.cell) else "way.to_cell"))


def _way(flag: Any) -> ways.Way:
    is_form = text.is_blank(flag.cell)
    return ways.to_form(flag.submission_id, None if is_form else flag.cell, None if is_form else flag.sheet)
