"""Where a rule that has a fault stands: the file and its line, or the sheet of a workbook and its row."""

import json
import re
from pathlib import Path

from openpyxl import load_workbook

_ABOUT_RULE = re.compile(r"template (?P<template>\S+), rule (?P<rule>\S+): ")


def with_places(faults: str, path: Path) -> str:
    """The faults, a line each, with the place of every rule before it. path: the folder or workbook that was read."""
    return "\n".join(_with_place(line, path) for line in faults.split("\n"))


def _with_place(line: str, path: Path) -> str:
    about = _ABOUT_RULE.match(line)
    if about is None:
        return line
    place = _row(path, **about.groupdict()) if path.is_file() else _line(path, **about.groupdict())
    return f"{place}: {line}" if place else line


def _line(folder: Path, template: str, rule: str) -> str | None:
    for path in sorted((folder / "templates").glob("*.json")):
        text = path.read_text(encoding="utf-8-sig")
        if json.loads(text).get("template_code") != template:
            continue
        written = re.search(rf'"code"\s*:\s*{re.escape(json.dumps(rule, ensure_ascii=False))}', text)
        return f"{path} line {text.count(chr(10), 0, written.start()) + 1}" if written else str(path)
    return None


def _row(path: Path, template: str, rule: str) -> str | None:
    book = load_workbook(path, read_only=True)
    sheet = book["rules"]
    sheet.reset_dimensions()
    rows = list(sheet.iter_rows(values_only=True))
    book.close()
    places = [rows[0].index(name) for name in ("template_code", "code")]
    for number, row in enumerate(rows[1:], start=2):
        if [str(row[at]).strip() for at in places if at < len(row)] == [template, rule]:
            return f"{path} sheet rules row {number}"
    return None
