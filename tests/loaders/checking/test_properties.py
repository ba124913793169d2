"""What holds for any content: it survives from blank to facts and out again; damage never becomes a figure."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta

import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from data.backup import check
from data.catalogue.in_force import catalogue_in_force
from data.clock import Clock
from data.store import Store
from loaders.blank.offers import offer
from loaders.checking.values import STAND_INS, plain
from loaders.intake.ingest import Receipt, take_in
from loaders.intake.opening import Upload
from loaders.list_workbook import list_workbook
from loaders.reading.workbook import read_workbook
from loaders.returned import marked_file
from loaders.sheets import cells_told
from pages.frame.display import neutral
from tests.conftest import NOW, OCTOBER, REASON, edited, filled, sample_rows, shanghai
from tests.examples import examples
from tests.loaders.arriving.test_hostile import differences, empty, facts_of
from tests.loaders.workshop import Facts
from tests.ready import reference_store

BEFORE = shanghai("2026-11-18T09:30:00")
SIGNS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")

odd = st.sampled_from(
    [
        "=1+1",
        "=cmd|'/c calc'!A0",
        "+86",
        "-5",
        "@SUM(A1)",
        "'abc",
        "0012",
        "1e5",
        "TRUE",
        "#N/A",
        "无",
        "/",
        "\u202eabc",
        "👷‍♀️",
        "𠮷",
        "e\u0301",
        "a\nb",
        "a\tb",
        "<b>&amp;</b>",
        "]]>",
        "{}",
        "\x7f\x85",
        "合 计",
        "nan",
        "\u2028",
        "2026-10-09",
        "98.5%",
        "１２３",
        "\ufeffa",
        "\u200ba",
        '"',
        "null",
        "\\N",
        "a_x",
        "_x",
        "＝1＋1",
    ]
)
characters = st.characters(
    exclude_categories=["Cs"], exclude_characters=[chr(n) for n in range(32)] + ["\ufffe", "\uffff"]
)
text = st.one_of(odd, st.text(st.one_of(characters, st.sampled_from("\t\n")), min_size=1, max_size=60))
text = text.filter(lambda value: plain(value) and not re.search("_x[0-9A-Fa-f]{4}_", value))
amount = st.integers(1, 10**11).map(lambda cents: cents / 100)
day = st.dates(date(2020, 1, 1), date(2030, 12, 31))


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> Iterator[Store]:
    """One store for all examples, emptied after each."""
    opened = reference_store(tmp_path_factory.mktemp("properties") / "store.duckdb", NOW)
    yield opened
    opened.close()


said = text.filter(lambda words: not STAND_INS.fullmatch(plain(words)))  # what fills a cell that must be filled


@st.composite
def deposits(draw) -> list[dict]:
    """Rows of MW-01 that break no rule and fire no check, with anything in their texts."""
    keys = draw(st.lists(st.integers(0, 10**18 - 1).map("{:018d}".format), min_size=1, max_size=6, unique=True))
    return [draw(_deposit(key)) for key in keys]


@st.composite
def _deposit(draw, key: str) -> dict:
    price, share = draw(amount), draw(st.sampled_from([0, 0.5, 1, 1.5, 2, 3]))
    claims = draw(st.integers(0, 10**6))
    return {
        "permit_no": key,
        "project_name": draw(said),
        "contractor": draw(said),
        "contract_price": price,
        "deposit_pct": share,
        "due": round(price * share / 100, 4),
        "form": draw(st.sampled_from(["现金存储", "免存"])),
        "actual": round(price * share / 100 + 1, 2),
        "stored_on": draw(st.none() | day),
        "expires_on": draw(st.none() | day.map(lambda d: d + timedelta(days=4000))),
        "workers": draw(st.integers(0, 10**9)),
        "account_opened": draw(st.sampled_from(["是", "否"])),
        "claims": claims,
        "claims_closed": draw(st.integers(0, claims)),
    }


def made(store: Store, rows: list[dict]) -> bytes:
    """The program's own blank, filled by its own maker."""
    catalogue = catalogue_in_force(store)
    return offer(catalogue, "ZJK", catalogue.template("MW-01"), OCTOBER).make(rows)


def received(store: Store, content: bytes, file_name: str = "a.xlsx") -> Receipt:
    """The receipt of one file."""
    return next(iter(take_in(store, [Upload(content, file_name, BEFORE, "", REASON)])))[0]


def expected_facts(rows: list[dict]) -> Facts:
    """What must be kept: every value; texts without the blanks at their ends."""
    found: Facts = {}
    for row in rows:
        for name, value in row.items():
            if isinstance(value, date):
                found["MW-01", row["permit_no"], name] = value.isoformat()
            elif isinstance(value, str):
                found["MW-01", row["permit_no"], name] = value.strip()
            elif value is not None:
                found["MW-01", row["permit_no"], name] = float(value)
    return found


@examples(30)
@given(deposits())
def test_what_is_filled_in_is_what_is_kept(store: Store, rows: list[dict]) -> None:
    try:
        receipt = received(store, made(store, rows))
        assert receipt.outcome == "accepted", receipt.issues[:3]
        assert differences(facts_of(store), expected_facts(rows)) == []
    finally:
        empty(store)


@pytest.mark.parametrize("written", ["_x0041_", "示例_x000D_工程", "_x005F_x0041_", "_x0000_"])
def test_text_that_looks_like_an_escape_is_kept(store: Store, written: str) -> None:
    """An .xlsx writes _x0041_ for A: who makes one must escape a text that looks like that."""
    rows = sample_rows("MW-01", "ZJK")[:1]
    rows[0]["contractor"] = written
    try:
        assert received(store, filled(store, "MW-01", "ZJK", rows=rows)).outcome == "accepted"
        assert facts_of(store)["MW-01", rows[0]["permit_no"], "contractor"] == written
    finally:
        empty(store)


@examples(30)
@given(deposits(), st.sampled_from(["utf-8-sig", "gb18030", "utf-16"]), st.sampled_from([",", "\t"]))
def test_a_csv_keeps_the_same(store: Store, rows: list[dict], encoding: str, comma: str) -> None:
    template = catalogue_in_force(store).template("MW-01")
    out = io.StringIO()
    writer = csv.writer(out, delimiter=comma, lineterminator="\r\n")
    writer.writerow([column.label["zh-CN"] for column in template.columns])
    for row in rows:
        row.update({name: value.replace("\t", " ") for name, value in row.items() if isinstance(value, str)})
        typed = row | {"period": "2026-10", "unit": "ZJK"}
        writer.writerow([_typed(typed.get(column.name)) for column in template.columns])
    try:
        receipt = received(store, out.getvalue().encode(encoding), "a.csv")
        assert receipt.outcome == "accepted", receipt.issues[:3]
        assert differences(facts_of(store), expected_facts(rows)) == []
    finally:
        empty(store)


def _typed(value: object) -> str:
    return "" if value is None else f"{value:.12g}" if isinstance(value, float) else str(value)


any_cell = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**15) + 1, 10**15 - 1),
    st.floats(allow_nan=False, allow_infinity=False, width=64).filter(lambda n: n == 0 or 1e-300 < abs(n) < 1e300),
    st.dates(date(1900, 3, 1), date(2200, 1, 1)),
    st.sampled_from(["#DIV/0!", "#N/A", "#REF!"]).map(lambda code: ("error", code)),
    st.integers(0, 100).map(lambda n: ("percent", n / 100)),
    st.just(("formula", "=A1+1")),
    text.filter(lambda value: "_x" not in value),
)


@examples(30)
@given(
    st.lists(st.lists(any_cell, min_size=1, max_size=8), min_size=1, max_size=8), st.integers(0, 40), st.integers(0, 8)
)
def test_the_scanner_sees_what_openpyxl_sees(cells: list[list], down: int, right: int) -> None:
    book = Workbook()
    for row_no, row in enumerate(cells, 1 + down):
        for col_no, value in enumerate(row, 1 + right):
            _write(book.active.cell(row_no, col_no), value)
    out = io.BytesIO()
    book.save(out)
    answer = json.loads(read_workbook(out.getvalue(), "xlsx"))
    assert "fault" not in answer, answer
    found = {(row, col): (kind[0], value) for row, col, kind, value in cells_told(answer["sheets"][0])}
    seen = _seen(load_workbook(io.BytesIO(out.getvalue())).active)
    assert found.keys() == seen.keys()
    for place, (kind, value) in seen.items():
        assert found[place][0] == kind, (place, found[place], kind, value)
        if kind == "f":
            continue
        assert found[place][1] == (pytest.approx(value, rel=1e-15) if isinstance(value, float) else value), place


def _write(cell, value: object) -> None:
    if isinstance(value, tuple):
        kind, value = value
        cell.value = value
        if kind == "error":
            cell.data_type = "e"
        if kind == "percent":
            cell.number_format = "0.0%"
    else:
        cell.value = value
        if isinstance(value, str):
            cell.data_type = "s"


def _seen(sheet) -> dict[tuple[int, int], tuple[str, object]]:
    """(row, column) → kind and value, as openpyxl reads them; formulas as such."""
    found: dict[tuple[int, int], tuple[str, object]] = {}
    for row in sheet.iter_rows():
        for cell in row:
            value = cell.value
            if value is None or value == "":
                continue
            kind = {"b": "b", "e": "e", "f": "f", "d": "d", "s": "s"}.get(cell.data_type)
            if kind is None:
                kind = "p" if "%" in cell.number_format else "n"
            if kind == "d":
                value = value.date().isoformat()
            found[cell.row, cell.column] = kind, float(value) if kind in "np" else value
    return found


@examples(40)
@given(st.data())
def test_damage_never_becomes_another_figure(store: Store, good: bytes, data: st.DataObject) -> None:
    content = bytearray(good)
    kind = data.draw(st.sampled_from(["flip", "cut", "double", "drop", "zero"]))
    place = data.draw(st.integers(0, len(content) - 1))
    length = data.draw(st.integers(1, 64))
    if kind == "flip":
        for _ in range(data.draw(st.integers(1, 8))):
            content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    elif kind == "cut":
        del content[place:]
    elif kind == "double":
        content[place:place] = content[place : place + length]
    elif kind == "drop":
        del content[place : place + length]
    else:
        content[place : place + length] = bytes(len(content[place : place + length]))
    _answered(store, bytes(content), good)


def _answered(store: Store, content: bytes, good: bytes) -> None:
    """Returned, or accepted with exactly the figures of the undamaged file."""
    received(store, good)
    original = facts_of(store)
    empty(store)
    try:
        receipt = received(store, content)
        assert receipt.outcome in ("accepted", "returned")
        assert facts_of(store) == (original if receipt.outcome == "accepted" else {})
        assert check(store) == []
    finally:
        empty(store)


@examples(40)
@given(st.data())
def test_damaged_xml_never_becomes_another_figure_unseen(store: Store, good: bytes, data: st.DataObject) -> None:
    """Damage below the checksums: a part's own text. A digit that changed is another honest figure; all is answered."""
    with zipfile.ZipFile(io.BytesIO(good)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = data.draw(st.sampled_from(sorted(parts)))
    body = bytearray(parts[name])
    place = data.draw(st.integers(0, len(body) - 1))
    body[place : place + data.draw(st.integers(0, 30))] = data.draw(st.binary(max_size=6))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, content in (parts | {name: bytes(body)}).items():
            archive.writestr(part, content)
    try:
        assert received(store, out.getvalue()).outcome in ("accepted", "returned")
        assert check(store) == []
    finally:
        empty(store)


@examples(40)
@given(st.binary(max_size=400), st.sampled_from(["a.xlsx", "a.xls", "a.csv", "a.zip", "a", "a.et"]))
def test_any_bytes_are_answered(store: Store, content: bytes, name: str) -> None:
    heads = (b"", b"PK\x03\x04", bytes.fromhex("d0cf11e0a1b11ae1"), b"\xff\xfe", b"\t\x08\x10\0\0\x06\5\0", b"<?xml ")
    try:
        for head in heads:
            assert received(store, head + content, name).outcome == "returned"
        assert facts_of(store) == {}
    finally:
        empty(store)


@examples(40)
@given(st.text(max_size=60), st.text(max_size=12))
def test_any_csv_text_and_any_name_are_answered(store: Store, content: str, name: str) -> None:
    try:
        assert received(store, content.encode("utf-8", "replace"), f"{name}.csv").outcome == "returned"
    finally:
        empty(store)


handed = st.one_of(
    odd,
    st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
    st.sampled_from(SIGNS).flatmap(lambda sign: st.text(characters, max_size=20).map(lambda rest: sign + rest)),
)


@examples(30)
@given(st.lists(st.tuples(handed, handed), min_size=1, max_size=5))
def test_text_goes_out_as_text_in_workbooks(rows: list[tuple[str, str]]) -> None:
    """Whatever a name or a text holds, the list that we hand out has no formula in it, and no letter is lost."""
    content = list_workbook(
        pandas.DataFrame(rows, columns=["单位", "说明"]), "名单", "截至", "名单", Clock("Asia/Shanghai")
    )
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            assert not re.search(rb"<f[ >/]", archive.read(name)), name
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    cells = [cell for row in sheet.iter_rows(min_row=5) for cell in row]
    assert not any(cell.data_type == "f" or isinstance(cell.value, int | float) for cell in cells)
    for (first, second), row in zip(rows, sheet.iter_rows(min_row=5, max_col=2), strict=True):
        assert (_comparable(row[0].value), _comparable(row[1].value)) == (_comparable(first), _comparable(second))


def _comparable(value: object) -> str:
    """Without what an .xlsx cannot hold: line ends of other systems, control characters; escapes undone."""
    kept = str(value or "")
    kept = re.sub(r"_x005F_(?=x)|_x([0-9A-Fa-f]{4})_", lambda m: "_" if m[1] is None else chr(int(m[1], 16)), kept)
    kept = re.sub(r"\r\n?", "\n", kept)
    return re.sub(r"[\x00-\x08\x0b\x0c\x0d\x0e-\x1f\ufffd\ufffe\uffff]", "", kept)


@examples(30)
@given(st.lists(handed, min_size=1, max_size=8))
def test_text_goes_out_as_text_from_tables(values: list[str]) -> None:
    for before, after in zip(values, neutral(pandas.DataFrame({"说明": values}))["说明"], strict=True):
        assert after.removeprefix("'") == before.removeprefix("'")
        if after.startswith(SIGNS):
            assert re.fullmatch(r"[+-]?\d[\d,]*(\.\d+)?%?", after), f"{after!r} would be worked out"


@examples(25)
@given(deposits())
def test_a_marked_workbook_keeps_what_the_section_wrote(store: Store, rows: list[dict]) -> None:
    """Returned with a mark, mended and sent again: every other value is still what it was, and no text is a formula."""
    price = rows[0]["contract_price"]
    spoiled = edited(made(store, rows), lambda book: book.worksheets[0].__setitem__("F5", "约一百"))
    try:
        receipts = next(iter(take_in(store, [Upload(spoiled, "a.xlsx", BEFORE, "", REASON)])))
        assert receipts[0].outcome == "returned"
        file = marked_file(spoiled, "a.xlsx", receipts, "zh-CN")
        assert file and file.is_own
        marked = file.content
        with zipfile.ZipFile(io.BytesIO(marked)) as archive:
            assert not any(re.search(rb"<f[ >/]", archive.read(n)) for n in archive.namelist() if "worksheets" in n)

        def mend(book: Workbook) -> None:
            form = next(sheet for sheet in book.worksheets if sheet.title.startswith("MW-01"))
            form["F5"] = price

        empty(store)
        receipt = received(store, edited(marked, mend))
        assert receipt.outcome == "accepted", receipt.issues[:3]
        assert differences(facts_of(store), expected_facts(rows)) == []
    finally:
        empty(store)


@pytest.fixture(scope="module")
def good(store: Store) -> bytes:
    """An ordinary workbook."""
    return filled(store, "BE-02", "XZSP")
