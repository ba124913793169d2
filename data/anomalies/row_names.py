"""What people call the rows that flags are about: 事项名称, not its code alone."""

import pandas

from data.catalogue.model import Catalogue
from data.catalogue.naming import row_name_columns
from data.store import Store


def with_row_names(store: Store, catalogue: Catalogue, flags: pandas.DataFrame) -> pandas.DataFrame:
    """Flags with row_name: the row's name as it was delivered; None where the key says it already, or for no row.

    flags: has template_code, submission_id and row_key.
    """
    names: dict[tuple[str, str], str] = {}
    for template in catalogue.templates:
        of_template = flags[(flags["template_code"] == template.template_code) & (flags["row_key"].fillna("") != "")]
        columns = row_name_columns(template)
        if columns and not of_template.empty:
            names |= _names(store, columns, of_template["submission_id"].unique().tolist())
    places = zip(flags["submission_id"], flags["row_key"], strict=True)
    return flags.assign(row_name=pandas.Series([names.get(place) for place in places], index=flags.index, dtype=object))


def _names(store: Store, columns: tuple[str, ...], submission_ids: list[str]) -> dict[tuple[str, str], str]:
    """(submission, row key) → its name; a row that lacks a part of it has none."""
    sql = """SELECT submission_id, row_key, column_name, any_value(txt) AS name FROM fact
        WHERE submission_id IN (SELECT unnest($ids::VARCHAR[])) AND column_name IN (SELECT unnest($names::VARCHAR[]))
            AND txt IS NOT NULL GROUP BY ALL"""
    parts: dict[tuple[str, str], dict[str, str]] = {}
    for row in store.rows(sql, {"ids": submission_ids, "names": list(columns)}):
        parts.setdefault((row.submission_id, row.row_key), {})[row.column_name] = row.name
    return {
        place: " / ".join(given[name] for name in columns)
        for place, given in parts.items()
        if all(name in given for name in columns)
    }
