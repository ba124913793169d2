"""A bug that one file brings to light is told as the system's, kept in the log, and takes no other file with it."""

import logging

import pytest

from loaders.arriving import worker
from loaders.intake import alone, comparisons, opening, readings
from loaders.intake.ingest import preview, take_in
from loaders.intake.opening import Upload
from loaders.messages import receipt_object
from tests.conftest import REASON, filled, shanghai
from tests.loaders.arriving.test_hostile import facts_of

BEFORE = shanghai("2026-11-18T09:30:00")
UNITS = [("AR-01", "DAG"), ("BE-02", "XZSP"), ("BE-09", "FJS")]


def uploads(store) -> list[Upload]:
    return [Upload(filled(store, code, unit), f"{code}.xlsx", BEFORE, "", REASON) for code, unit in UNITS]


def breaks_on(function, is_meant):
    """The function, with a bug in it."""

    def broken(*given, **named):
        if is_meant(*given, **named):
            raise ValueError("cannot convert float NaN to integer")
        return function(*given, **named)

    return broken


def is_be02(sheet, *_) -> bool:
    return sheet.template.template_code == "BE-02"


def _has_be02(_, sheets, *__) -> bool:
    return any(is_be02(found) for found, _ in sheets)


def _is_be02_title(sheets, *_) -> bool:
    return any(sheet.name.startswith("BE-02") for sheet in sheets)


BUGS = {
    "recognition": (readings, "recognise", _is_be02_title),
    "cells": (readings, "check_cells", is_be02),
    "rules": (readings, "check_rules", _has_be02),
    "likelihood": (comparisons, "unlikely_issues", _has_be02),
}


@pytest.mark.parametrize("place", BUGS)
def test_the_others_are_taken(store, monkeypatch, caplog, place):
    module, name, is_meant = BUGS[place]
    monkeypatch.setattr(module, name, breaks_on(getattr(module, name), is_meant))
    with caplog.at_level(logging.ERROR, logger=alone.__name__):
        receipts = [receipt for receipts in take_in(store, uploads(store)) for receipt in receipts]
    assert [receipt.outcome for receipt in receipts] == ["accepted", "returned", "accepted"]
    assert [issue.code for issue in receipts[1].issues] == ["check_failed"]
    assert {code for code, _, _ in facts_of(store)} == {"AR-01", "BE-09"}
    assert "BE-02.xlsx" in caplog.text and "cannot convert float NaN" in caplog.text


@pytest.mark.parametrize("place", BUGS)
def test_whoever_sends_it_alone_is_answered_in_words(store, monkeypatch, place):
    module, name, is_meant = BUGS[place]
    monkeypatch.setattr(module, name, breaks_on(getattr(module, name), is_meant))
    upload = uploads(store)[1]
    receipts = {"checked": preview(store, upload, keep_faulty=True), "returned": next(iter(take_in(store, [upload])))}
    for outcome, (receipt,) in receipts.items():
        assert receipt.outcome == outcome
        (issue,) = receipt_object(receipt, "zh-CN")["issues"]
        assert "不是文件的错" in issue["message"] and "NaN" not in issue["message"]


def test_what_was_known_of_the_file_is_in_its_receipt(store, monkeypatch):
    monkeypatch.setattr(readings, "check_rules", breaks_on(readings.check_rules, _has_be02))
    (receipt,) = next(iter(take_in(store, [uploads(store)[1]])))
    assert (receipt.unit_code, receipt.template.template_code, receipt.period_label) == ("XZSP", "BE-02", "2026-10")


def test_no_check_is_told_twice_when_files_are_checked_one_by_one(store, monkeypatch):
    content = filled(store, "BE-01", "XZSP")  # two of its rows want an explanation
    files = [Upload(content, "BE-01.xlsx", BEFORE, "", REASON), *uploads(store)]
    monkeypatch.setattr(readings, "check_rules", breaks_on(readings.check_rules, _has_be02))
    first = next(iter(take_in(store, files)))[0]
    assert [issue.cell for issue in first.issues] == ["I5", "I6"]


def test_a_reader_that_breaks_on_one_answer_breaks_on_no_other(store, monkeypatch):
    workbook = worker._workbook
    seen: list[bytes] = []

    def spoiled(answer):
        seen.append(answer)
        return workbook(answer if len(seen) != 2 else b"{}")

    monkeypatch.setattr(worker, "_workbook", spoiled)
    monkeypatch.setattr(opening, "PROCESSES", 1)
    outcomes = [receipt.outcome for receipts in take_in(store, uploads(store)) for receipt in receipts]
    assert sorted(outcomes) == ["accepted", "accepted", "returned"]


def test_a_broken_store_is_no_fault_of_the_file(store, monkeypatch):
    def gone(*_):
        raise OSError("disk full")

    monkeypatch.setattr("loaders.intake.ingest.record", gone)
    with pytest.raises(OSError, match="disk full"):
        list(take_in(store, uploads(store)))
