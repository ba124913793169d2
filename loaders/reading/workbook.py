"""A file's bytes, whatever spreadsheet they are, as the JSON that leaves the worker process."""

import json

from loaders.issues import FileFault
from loaders.reading.found import FoundSheet


def read_workbook(content: bytes, kind: str) -> str:
    """JSON text {"sheets": [...], "notes": [...]} or {"fault": code, "details": {...}}. kind: xlsx, xls or csv."""
    try:
        sheets, notes = _read(content, kind)
    except FileFault as fault:
        return json.dumps({"fault": fault.code, "details": fault.details}, ensure_ascii=False)
    packed = ",".join(sheet.to_json() for sheet in sheets)
    return f'{{"notes":{json.dumps(notes)},"sheets":[{packed}]}}'


def _read(content: bytes, kind: str) -> tuple[list[FoundSheet], list[str]]:
    # Imported when first needed: a worker that only meets .xlsx never loads the other readers.
    if kind == "xlsx":
        from loaders.reading.xlsx import read_xlsx

        return read_xlsx(content)
    if kind == "xls":
        from loaders.reading.xls import read_xls

        return read_xls(content), []
    from loaders.reading.csv_text import read_csv

    return read_csv(content), []
