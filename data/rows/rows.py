"""The accepted rows, one page of them: wide, each value with the cell that it stands in."""

from datetime import datetime

import pandas

from data.catalogue.model import Column
from data.cells import address
from data.rows.asked import Asked
from data.rows.picking import ROW, Picked, picked, used
from data.store import Store

VALUE, CELL = "value.", "cell."
ABOUT = ("unit_code", "period", "receipt_no", "version", "submission_id", "sheet", "row_no", "row_key")


def rows(store: Store, as_of: datetime, asked: Asked) -> pandas.DataFrame:
    """One row per accepted row of the returns that count as of that moment, a page of them (asked.limit, asked.offset):
    unit_code, period, receipt_no, version, submission_id, sheet, row_no, row_key; for each column that is shown
    value.<name> (numbers as numbers, days as ISO text) and cell.<name>, the address of its cell. Both are None where
    the cell is blank.
    """
    of = picked(store, as_of, asked)
    shown = asked.shown(of.template)
    sql = _sql(of, asked, shown)
    parameters = dict(of.parameters) | {f"name{n}": column.name for n, column in enumerate(shown)}
    parameters |= {"limit": asked.limit, "offset": asked.offset}
    if asked.sort:
        parameters["sort"] = asked.sort.column
    return _named(store.frame(sql, used(sql, parameters)), shown)


def number_of_rows(store: Store, as_of: datetime, asked: Asked) -> int:
    """How many rows there are, on all pages."""
    of = picked(store, as_of, asked)
    sql = f"WITH {of.sql} SELECT count(*) FROM wanted"
    return store.value(sql, used(sql, of.parameters))


def _sql(of: Picked, asked: Asked, shown: list[Column]) -> str:
    """Which rows the page has; then the cells of those alone."""
    kept = [f"{_kept(column)}) FILTER (column_name = $name{n}) AS v{n}" for n, column in enumerate(shown)]
    values = ", ".join(f"any_value({value}" for value in kept)
    places = ", ".join(f"any_value(col_no) FILTER (column_name = $name{n}) AS c{n}" for n in range(len(shown)))
    source, order = _order(of, asked)
    return f"""WITH {of.sql}, page AS MATERIALIZED ({source} ORDER BY {order} LIMIT $limit OFFSET $offset),
        wide AS (
            SELECT {ROW}, any_value(row_key) AS row_key, {values}, {places}
            FROM fact JOIN (SELECT * FROM picked WHERE no IN (SELECT no FROM page)) USING (submission_id)
            SEMI JOIN page USING ({ROW}) GROUP BY {ROW})
        SELECT {", ".join(ABOUT)}, wide.* EXCLUDE ({ROW}, row_key)
        FROM page JOIN wide USING ({ROW}) JOIN picked USING (no) ORDER BY {order}"""


def _order(of: Picked, asked: Asked) -> tuple[str, str]:
    """The rows that are wanted, with what they are ordered by, and the order."""
    if asked.sort is None:
        return f"SELECT {ROW} FROM wanted", ROW
    by = f"SELECT {ROW}, {_kept(of.template.column(asked.sort.column))} AS by_ FROM cell WHERE column_name = $sort"
    order = f"by_ {'DESC' if asked.sort.is_descending else 'ASC'} NULLS LAST, {ROW}"
    return f"SELECT {ROW}, by_ FROM wanted LEFT JOIN ({by}) USING ({ROW})", order


def _kept(column: Column) -> str:
    return "num" if column.type.is_number else "txt"


def _named(frame: pandas.DataFrame, shown: list[Column]) -> pandas.DataFrame:
    named = frame[list(ABOUT)].copy()
    for n, column in enumerate(shown):
        values, places = frame[f"v{n}"], frame[f"c{n}"]
        named[VALUE + column.name] = values.astype("float64") if column.type.is_number else values.astype(object)
        named[CELL + column.name] = [
            None if pandas.isna(col_no) else address(int(row_no), int(col_no))
            for row_no, col_no in zip(frame["row_no"], places, strict=True)
        ]
    return named.copy()
