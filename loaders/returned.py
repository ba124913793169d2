"""The returned file as its section gets it back: its own workbook with every issue marked in it."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import PurePath

from loaders.arriving.gate import check_file
from loaders.arriving.worker import READER, MarkedFile
from loaders.intake.ingest import Receipt
from loaders.issues import FileFault
from loaders.marked import words_of
from loaders.marked.cells import Mark
from loaders.messages import issue_object
from locales import say


def can_be_marked(receipts: Sequence[Receipt]) -> bool:
    """Whether there is a cell to point at; a file that could not be read has none."""
    return any(issue.cell for receipt in receipts for issue in receipt.issues)


def marked_file(content: bytes, file_name: str, receipts: Sequence[Receipt], locale: str) -> MarkedFile | None:
    """The .xlsx with its issues marked and listed; None where that cannot be done to this file.

    receipts: those of the tables in this one file.
    """
    try:
        kind = check_file(content, PurePath(file_name).name).kind  # without the archive that it came in
    except FileFault:
        return None
    marks = [asdict(mark) for receipt in receipts for mark in _marks(receipt, locale)]
    return READER.mark(content, kind.value, {"marks": marks, "words": words_of(locale)})


def marked_name(file_name: str, locale: str) -> str:
    """How the marked workbook is called: the file's own name with a word added; always an .xlsx."""
    return f"{PurePath(file_name).stem}_{say(locale, 'upload.marked.name')}.xlsx"


def _marks(receipt: Receipt, locale: str) -> list[Mark]:
    marks = []
    for issue in receipt.issues:
        said = issue_object(issue, receipt.template, locale)
        marks.append(Mark(said["severity"], issue.sheet, issue.cell, said["column_label"] or "", said["message"]))
    return marks
