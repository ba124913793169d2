"""Values of indicators as a table with headings in the reader's language."""

import pandas

import text
from data.catalogue.model import Catalogue
from pages.indicators import words
from text import t

_COUNTS = ("owed", "reported", "late", "missing", "pending", "corrected", "flagged", "explained")


def values_table(catalogue: Catalogue, rows: pandas.DataFrame) -> pandas.DataFrame:
    """One line a row of `data.indicators.values.values`; rows by unit_code name it."""
    about = [catalogue.indicator(code) for code in rows["indicator_code"]]
    table = {t("indicator.column.month"): [f"{month:%Y-%m}" for month in rows["month"]]}
    if "unit_code" in rows:
        table[t("column.unit")] = [text.unit_name(catalogue, code) for code in rows["unit_code"]]
    else:
        table[t("indicator.column.indicator")] = [words.name(one) for one in about]
    table |= {t(f"indicator.column.{name}"): rows[name].round(4) for name in ("value", "numerator", "denominator")}
    targets = zip(rows.itertuples(), about, strict=True)
    table[t("indicator.column.target")] = [words.target(row, one) for row, one in targets]
    table[t("indicator.column.measure")] = [text.measure(one.measure) for one in about]
    table |= {t(f"indicator.column.{name}"): rows[name].astype("int64") for name in _COUNTS}
    table[t("indicator.column.note")] = rows["note"]
    return pandas.DataFrame(table).reset_index(drop=True)
