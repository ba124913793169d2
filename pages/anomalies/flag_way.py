"""The way from a flag to its cell in the form."""

import json
from typing import Any

import text
from data.anomalies.triage import CONTRADICTION
from data.catalogue.others import Reach
from pages.frame import ways
from text import t


def address(flag: Any) -> str:
    """For a line of a table. flag: has submission_id, sheet and cell."""
    return _way(flag).address


def show_way(flag: Any) -> None:
    """As a link."""
    _way(flag).link(t("way.to_form" if text.is_blank(flag.cell) else "way.to_cell"))


def show_other_ways(flag: Any) -> None:
    """Of a flag that two returns contradict each other, to the other one."""
    for other in json.loads(flag.details)["others"] if flag.kind == CONTRADICTION else ():
        if other["reach"] != Reach.OF_UNITS and len(other["submissions"]) == 1:
            ways.to_form(other["submissions"][0], other.get("cell"), other.get("sheet")).link(t("way.to_other"))


def _way(flag: Any) -> ways.Way:
    is_form = text.is_blank(flag.cell)
    return ways.to_form(flag.submission_id, None if is_form else flag.cell, None if is_form else flag.sheet)
