"""All rows that are asked for as one table to be taken away: whose each row is, its figures, and the cell of each."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import pandas
import pyarrow
import pyarrow.parquet

from data.catalogue.in_force import catalogue_in_force
from data.catalogue.model import Catalogue, Column, ColumnType, Template
from data.clock import Clock
from data.fault import Fault
from data.periods import label
from data.rows.asked import PAGE, Asked, written
from data.rows.rows import CELL, VALUE, number_of_rows, rows
from data.store import Store

MOST = 100_000
ABOUT = ("unit", "unit_name", "period", "receipt_no", "version", "submission_id", "sheet", "row_no")
QUESTION, AS_OF = "question", "as_of"
_UNSAFE = re.compile(r"[%&#+\s]")  # all else stays as people read it, and a browser still takes it behind rows?


@dataclass(frozen=True)
class HandedOut:
    """frame: ABOUT, then a column for each that is shown under `headings`, then the addresses of their cells. Numbers
    are numbers (whole ones nullable integers), days are days; None where the cell is blank.

    question: the words that ask for these very rows; as_of: on the bureau's clock; file_stem: see `file_stem`; asked
    and catalogue: for whoever says it in words.
    """

    template: Template
    columns: tuple[Column, ...]
    frame: pandas.DataFrame
    question: str
    as_of: str
    file_stem: str
    asked: Asked
    catalogue: Catalogue


def headings(template: Template) -> dict[str, str]:
    """The name of a column → its heading: the name itself, unless it says whose or when here."""
    taken = {*ABOUT, QUESTION, AS_OF}
    return {one.name: f"{VALUE}{one.name}" if one.name in taken else one.name for one in template.columns}


def handed_out(store: Store, as_of: datetime, asked: Asked, most: int = MOST) -> HandedOut:
    """All rows on all pages. Fault where there are more than `most`."""
    catalogue = catalogue_in_force(store)
    template = catalogue.template(asked.template_code)
    number = number_of_rows(store, as_of, asked)
    if number > most:
        raise Fault("rows.too_many", most=f"{most:,}", found=f"{number:,}")
    found = rows(store, as_of, replace(asked, limit=max(1, number), offset=0))
    columns = tuple(asked.shown(template))
    frame = _frame(found, catalogue, template, columns)
    stem = file_stem(asked, as_of, catalogue.clock)
    return HandedOut(template, columns, frame, question_of(asked), catalogue.clock.iso(as_of), stem, asked, catalogue)


def question_of(asked: Asked) -> str:
    """The words that ask for these rows, as people read them and as they may stand behind rows?."""
    words = written(replace(asked, limit=PAGE, offset=0))
    return "&".join(f"{name}={_UNSAFE.sub(_percent, word)}" for name, word in words.items())


def file_stem(asked: Asked, as_of: datetime, clock: Clock) -> str:
    """What a file of them is called: template, units, months, whether some rows were selected, the moment."""
    first, last = (f"{month:%Y%m}" if month else "" for month in (asked.first, asked.last))
    units = "+".join(asked.units[:3]) + ("+" if len(asked.units) > 3 else "")
    months = first if first == last else f"{first}-{last}"
    selected = "selected" if asked.conditions or asked.search else ""
    parts = [asked.template_code, units, months, selected, f"asof{clock.local(as_of):%Y%m%dT%H%M}"]
    return "_".join(filter(None, parts))


def parquet(table: HandedOut) -> bytes:
    """As Parquet. Question and moment stand in its metadata, a column's label and unit of measure in its own."""
    arrow = pyarrow.Table.from_pandas(table.frame, preserve_index=False)
    columns = {heading: table.template.column(name) for name, heading in headings(table.template).items()}
    fields = [_field(field, columns.get(field.name)) for field in arrow.schema]
    about = {"template": table.template.template_code, QUESTION: table.question, AS_OF: table.as_of}
    arrow = arrow.cast(pyarrow.schema(fields, metadata=about))
    sink = pyarrow.BufferOutputStream()
    pyarrow.parquet.write_table(arrow, sink, compression="zstd")
    return sink.getvalue().to_pybytes()


def _field(field: pyarrow.Field, column: Column | None) -> pyarrow.Field:
    """column None: of a field that is none of the template's."""
    if column is None:
        return field
    typed = field.with_type(pyarrow.date32()) if column.type is ColumnType.DATE else field  # though all are blank
    return typed.with_metadata({"label": column.label["zh-CN"], "unit": column.unit_of_measure})


def _frame(
    found: pandas.DataFrame, catalogue: Catalogue, template: Template, columns: tuple[Column, ...]
) -> pandas.DataFrame:
    names = {code: catalogue.unit_name(code) for code in found["unit_code"].unique()}
    about = {
        "unit": found["unit_code"],
        "unit_name": found["unit_code"].map(names),
        "period": [label(period.date(), template.cycle) for period in found["period"]],
        **{name: found[name] for name in ("receipt_no", "version", "submission_id", "sheet", "row_no")},
    }
    titles = headings(template)
    values = {titles[column.name]: _typed(column)(found[VALUE + column.name]) for column in columns}
    cells = {CELL + column.name: found[CELL + column.name].astype("string") for column in columns}
    frame = pandas.DataFrame(about | values | cells)
    return frame.astype({name: "string" for name in ABOUT if name not in ("version", "row_no")})


def _typed(column: Column) -> Callable[[pandas.Series], pandas.Series]:
    """What makes the column's values of their type. A number that is none of whole ones stays as it was delivered."""
    if column.type is ColumnType.DATE:
        return lambda texts: pandas.to_datetime(texts, format="%Y-%m-%d").dt.date
    if not column.type.is_number:
        return lambda texts: texts.astype("string")
    if column.type is not ColumnType.INT:
        return lambda numbers: numbers.astype("Float64")
    return lambda numbers: numbers.astype("Int64" if (numbers.dropna() % 1 == 0).all() else "Float64")


def _percent(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode())
