"""The scanner's two ways through a sheet agree; formats, places and escapes mean what a spreadsheet makes of them."""

import io
import json
from datetime import date

import pytest

from loaders.issues import FileFault
from loaders.reading import plain_rows, sheet_xml
from loaders.reading.formats import Shown, as_shown, day_of, look
from loaders.reading.workbook import read_workbook
from loaders.sheets import cells_told
from tests.conftest import filled

PAIRS = [("BE-01", "XZSP"), ("BE-02", "XZSP"), ("BE-08", "FJS"), ("SV-01", "ZFD"), ("MW-01", "ZJK"), ("PR-01", "ZCFG")]


def read(content: bytes) -> dict:
    """What the reader tells, the cells one by one."""
    told = json.loads(read_workbook(content, "xlsx"))
    return {**told, "sheets": [{**without_packing(sheet), "cells": cells_told(sheet)} for sheet in told["sheets"]]}


def without_packing(sheet: dict) -> dict:
    return {name: value for name, value in sheet.items() if name not in ("texts", "blocks")}


def not_plain(*_) -> None:
    raise plain_rows.NotPlain


@pytest.mark.parametrize(("template", "unit"), PAIRS)
def test_both_ways_through_a_sheet_find_the_same(store, monkeypatch, template, unit):
    content = filled(store, template, unit)
    plain = read(content)
    monkeypatch.setattr(sheet_xml.SheetReader, "_take_plain", not_plain)
    parsed = read(content)
    monkeypatch.setattr(sheet_xml.SheetReader, "_without_empty_cells", staticmethod(lambda _: None))
    assert plain == parsed == read(content)
    assert len(plain["sheets"][0]["cells"]) > 30


@pytest.mark.parametrize(
    ("code", "number", "shown"),
    [
        ("General", 1, Shown.NUMBER),
        ("0.00E+00", 1, Shown.NUMBER),
        ('#,##0"元"', 1, Shown.NUMBER),
        ("0.0%", 0.5, Shown.PERCENT),
        ("[>=1]0.00;0.00%", 0.5, Shown.PERCENT),
        ("[>=1]0.00;0.00%", 2, Shown.NUMBER),
        ("0.00;[Red]-0.00", -1, Shown.NUMBER),
        ("0;0%", -1, Shown.PERCENT),
        ('yyyy"年"m"月"d"日"', 46000, Shown.DATE),
        ("[$-804]yyyy/m/d", 46000, Shown.DATE),
        ("mmm-yy", 46000, Shown.DATE),
        ("h:mm", 0.25, Shown.TIME),
        ("[h]:mm", 1.5, Shown.TIME),
        ("[Red]0", 1, Shown.NUMBER),
        ('"d"0', 1, Shown.NUMBER),
    ],
)
def test_a_format_says_what_a_number_is(code, number, shown):
    kinds = {Shown.NUMBER: "n", Shown.PERCENT: "p", Shown.DATE: "d", Shown.TIME: "s"}
    assert as_shown(number, look(code), False)[0][0] == kinds[shown]


@pytest.mark.parametrize(
    ("serial", "is_1904", "day"),
    [
        (1, False, date(1900, 1, 1)),
        (59, False, date(1900, 2, 28)),
        (61, False, date(1900, 3, 1)),
        (46304, False, date(2026, 10, 9)),
        (44842, True, date(2026, 10, 9)),
        (0, False, None),
        (-1, True, None),
        (2958466, False, None),
    ],
)
def test_serial_numbers_are_days(serial, is_1904, day):
    assert day_of(serial, is_1904) == day


def test_a_cell_far_out_on_a_scratch_sheet_does_not_matter(store):
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(filled(store, "BE-08", "FJS")))
    book.create_sheet("草稿")["XFD1048576"] = "随手记"
    out = io.BytesIO()
    book.save(out)
    sheets = {sheet["name"]: sheet for sheet in read(out.getvalue())["sheets"]}
    assert sheets["草稿"]["fault"] == "XFD1048576"
    assert "fault" not in sheets[next(iter(sheets))]


def test_faults_are_told_as_faults():
    with pytest.raises(FileFault, match="unsafe_package"):
        from loaders.reading.markup import plain_xml

        plain_xml("<?xml version='1.0' encoding='UTF-16'?><!DOCTYPE a><a/>".encode("utf-16"))
