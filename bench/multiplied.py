"""`python -m bench.multiplied STORE TIMES OUT`: a copy of a store with so many times the units, their dues and returns.

Made in SQL, in less than a minute for fifty times a sample of 24 months. Each copied unit is called CODE-2, CODE-3 …,
and brings the figures of its original at a size of its own, months scattering by a few per cent, so that no two units
report the same. Rates, texts and small counts stay. The workbooks themselves are kept once. STORE is only read.
"""

import argparse
from pathlib import Path

from data.catalogue.adding import counts_something
from data.catalogue.in_force import catalogue_in_force
from data.store import Store, copy_store

SMALL = 20  # counts below it stay: a few cases more or less would be another section
_OF_UNITS = ("unit", "obligation", "due", "due_plan", "due_change")
_OF_SUBMISSIONS = ("fact", "issue", "declaration", "review_step")


def main() -> None:
    """Make it, and say how large it is."""
    parser = argparse.ArgumentParser(prog="python -m bench.multiplied", description=__doc__)
    parser.add_argument("store", type=Path)
    parser.add_argument("times", type=int)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    store = multiplied(options.store, options.times, options.out)
    for table in ("unit", "submission", "fact"):
        rows = store.value(f"SELECT count(*) FROM {table}")
        print(f"{table:12} {rows:12,}")
    store.close()


def multiplied(source: Path, times: int, target: Path) -> Store:
    """A new store at `target` (which must not exist) with `times` the units of the store at `source`, open."""
    copy_store(source, target)
    store = Store(target)
    counting = [
        (template.template_code, column.name)
        for template in catalogue_in_force(store).templates
        for column in template.columns
        if counts_something(column)
    ]
    with store.write() as cursor:
        cursor.execute("CREATE TEMP TABLE copy AS SELECT unnest(range(2, $1 + 1)) AS copy_no", [times])
        cursor.execute(
            """CREATE TEMP TABLE counting AS
            SELECT unnest($templates::VARCHAR[]) AS template_code, unnest($names::VARCHAR[]) AS column_name""",
            {"templates": [code for code, _ in counting], "names": [name for _, name in counting]},
        )
        cursor.execute("CREATE TEMP TABLE original AS SELECT submission_id, template_code, period FROM submission")
        for table in _OF_SUBMISSIONS:
            cursor.execute(_of_submissions(table))
        cursor.execute(
            """INSERT INTO submission BY NAME SELECT s.* REPLACE (s.submission_id || '-' || copy_no AS submission_id,
                s.receipt_no || '-' || copy_no AS receipt_no, s.unit_code || '-' || copy_no AS unit_code)
            FROM submission s CROSS JOIN copy"""
        )
        for table in _OF_UNITS:
            cursor.execute(_of_units(table))
        for table in ("copy", "counting", "original"):
            cursor.execute(f"DROP TABLE {table}")
    return store


def _of_units(table: str) -> str:
    names = ["u.unit_code || '-' || copy_no AS unit_code"]
    if table == "unit":
        names += [f"{name} || ' ' || copy_no AS {name}" for name in ("unit_name", "unit_name_en")]
        names += ["parent_code || '-' || copy_no AS parent_code"]
    if table == "due_change":
        names += ["change_id || '-' || copy_no AS change_id"]
    return f'INSERT INTO "{table}" BY NAME SELECT u.* REPLACE ({", ".join(names)}) FROM "{table}" u CROSS JOIN copy'


def _of_submissions(table: str) -> str:
    names = ["f.submission_id || '-' || copy_no AS submission_id"]
    if table == "fact":
        is_resized = f"counting.column_name IS NOT NULL AND abs(f.num) >= {SMALL}"
        names.append(f"CASE WHEN {is_resized} THEN {_RESIZED} ELSE f.num END AS num")
    counting = "LEFT JOIN counting USING (template_code, column_name)" if table == "fact" else ""
    return f"""INSERT INTO "{table}" BY NAME SELECT f.* REPLACE ({", ".join(names)})
        FROM "{table}" f JOIN original o ON o.submission_id = f.submission_id {counting} CROSS JOIN copy"""


# A size of its own for each unit and template, times what months scatter; as many decimals as the original shows.
_SIZE = "0.5 + hash(copy_no, o.template_code) % 1000 / 1000"
_SCATTER = "0.95 + hash(copy_no, o.period, f.row_key, f.column_name) % 1000 / 10000"
_RESIZED = f"round(f.num * ({_SIZE}) * ({_SCATTER}), CASE WHEN f.num = round(f.num) THEN 0 ELSE 2 END)"


if __name__ == "__main__":
    main()
