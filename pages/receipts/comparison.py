"""What changed between two versions of a report, in words and as a table."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pandas
import streamlit as st

import text
from data.catalogue.model import Catalogue
from data.submissions.versions import changes, tally
from pages.anomalies import flag_words
from pages.frame import asking, ways
from pages.frame.display import show_table
from text import t

_PLACE = ["change", "row_key", "before_row", "after_row"]  # what tells whole rows apart
_TALLY = {"changed_cells": "cells", "added_rows": "added", "removed_rows": "removed"}


def tally_words(counts: Mapping[str, int]) -> str:
    """改动 3 格，新增 1 行; or that nothing changed."""
    parts = [t(f"versions.{word}", number=int(counts[name])) for name, word in _TALLY.items() if counts[name]]
    return t("versions.comma").join(parts) if parts else t("versions.unchanged")


def choose_two(accepted: pandas.DataFrame) -> tuple[int, int]:
    """Two versions, from and to: the last two that were received until others are chosen."""
    received = {row.version: text.moment(row.received_at, asking.clock()) for row in accepted.itertuples()}

    def name(version: int) -> str:
        return t("versions.choice", version=version, received=received[version])

    newest = accepted.iloc[0]["submission_id"]  # another report or a new version: the last two again
    with st.grid(2, min_column_width=220):
        before = st.selectbox(t("versions.from"), list(received), 1, key=f"from-{newest}", format_func=name)
        after = st.selectbox(t("versions.to"), list(received), 0, key=f"to-{newest}", format_func=name)
    return before, after


def show_comparison(accepted: pandas.DataFrame, template_code: str) -> None:
    """Two versions to choose, and every cell that differs between them."""
    before, after = choose_two(accepted)
    if before == after:
        st.info(t("versions.same_chosen"), icon=":material/compare_arrows:")
        return
    ids = accepted.set_index("version")["submission_id"]
    cell_changes = changes(asking.store(), ids[before], ids[after])
    if cell_changes.empty:
        order = accepted["version"].tolist()
        is_next = order.index(before) == order.index(after) + 1
        st.info(t("versions.no_change" if is_next else "versions.no_change.between"), icon=":material/equal:")
        return
    st.markdown(t("versions.differs", before=before, after=after, changes=tally_words(tally(cell_changes))))
    narrow, right = st.column_config.TextColumn(width="medium"), st.column_config.TextColumn(alignment="right")
    looks = {"before": narrow, "after": narrow, "difference": right}
    table = changes_table(asking.catalogue(), template_code, cell_changes)
    addresses = _addresses(cell_changes, ids[before], ids[after])
    show_table(table, addresses, column_config={t(f"versions.column.{name}"): look for name, look in looks.items()})
    st.caption(t("versions.note"))


def _addresses(cell_changes: pandas.DataFrame, before_id: str, after_id: str) -> list[str]:
    """For each line of `changes_table` the cell in its form: of the later version, unless the row is gone there."""

    def address(change: Any) -> str:
        side, submission_id = ("before", before_id) if change.change == "removed" else ("after", after_id)
        return ways.form_address(submission_id, getattr(change, f"{side}_cell"), getattr(change, f"{side}_sheet"))

    is_whole = cell_changes["is_whole_row"]
    first = cell_changes[is_whole].drop_duplicates(_PLACE)
    return [address(change) for part in (cell_changes[~is_whole], first) for change in part.itertuples()]


def changes_table(catalogue: Catalogue, template_code: str, cell_changes: pandas.DataFrame) -> pandas.DataFrame:
    """A line a changed cell, then a line a whole row, with headings in the reader's language."""
    is_whole = cell_changes["is_whole_row"]
    rows = [_cell_line(catalogue, template_code, change) for change in cell_changes[~is_whole].itertuples()]
    rows += [
        _row_line(row_changes) for _, row_changes in cell_changes[is_whole].groupby(_PLACE, sort=False, dropna=False)
    ]
    names = ("change", "row", "column", "cell", "before", "after", "difference")
    return pandas.DataFrame(rows, columns=[t(f"versions.column.{name}") for name in names])


def _cell_line(catalogue: Catalogue, template_code: str, change: Any) -> tuple[str, ...]:
    return (
        t(f"versions.change.{change.change}"),
        _row_words(change.row_key),
        flag_words.column_label(catalogue, template_code, change.column_name),
        moved(change.before_cell, change.after_cell),
        written(change.before),
        written(change.after),
        difference(change.before, change.after),
    )


def _row_line(row_changes: pandas.DataFrame) -> tuple[str, ...]:
    """A row that only one version has: its values side by side, from its first cell to its last."""
    change, side = row_changes["change"].iloc[0], "before" if row_changes["change"].iloc[0] == "removed" else "after"
    values, cells = " · ".join(written(value) for value in row_changes[side]), row_changes[f"{side}_cell"]
    return (
        t(f"versions.row.{change}"),
        _row_words(row_changes["row_key"].iloc[0]),
        t("versions.whole_row", number=len(row_changes)),
        f"{cells.iloc[0]}:{cells.iloc[-1]}",
        values if side == "before" else "",
        values if side == "after" else "",
        "",
    )


def _row_words(row_key: str) -> str:
    return row_key.replace("|", " / ") or t("versions.only_row")


def written(value: float | str | None) -> str:
    """A kept value in full: two numbers that differ never look alike."""
    if value is None:
        return t("versions.blank")
    return value if isinstance(value, str) else f"{Decimal(repr(value)).normalize():,f}"


def difference(before: float | str | None, after: float | str | None) -> str:
    """+3 or -0.5 as people would work it out; nothing where one of them is no number."""
    if not (isinstance(before, float) and isinstance(after, float)):
        return ""
    return f"{(Decimal(repr(after)) - Decimal(repr(before))).normalize():+,f}"


def moved(before: str | None, after: str | None) -> str:
    """D7, or D7 → D9 for a cell that is at another place now."""
    return " → ".join(dict.fromkeys(place for place in (before, after) if place))
