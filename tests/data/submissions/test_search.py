"""Submissions looked for: by words, month and outcome, however many there are, against plain Python."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

import data.commands
from data.catalogue.in_force import catalogue_in_force
from data.store import Store, append
from data.submissions.search import Sought, outcomes_sought, submissions_sought, words_sought
from tests.ready import reference_store

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
OCTOBER = date(2026, 10, 1)
FILES = (  # receipt, file, unit, template, period, outcome, reported by
    ("20261120-AAAA0001", "施工许可.xlsx", "XZSP", "BE-02", OCTOBER, "accepted", "王芳"),
    ("20261120-AAAA0002", "施工许可_改.xlsx", "XZSP", "BE-02", OCTOBER, "returned", "王芳"),
    ("20261121-BBBB0003", "档案_第三季度.xlsx", "DAG", "AR-01", date(2026, 7, 1), "accepted", "李强"),
    ("20261122-CCCC0004", "不认识.xlsx", None, None, None, "returned", "Li Qiang"),
)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Four files: two of one due, one of a month long past, one that was not recognised."""
    monkeypatch.setenv("ZHUNDIAN_STORE", str(tmp_path / "store.duckdb"))
    opened = reference_store(tmp_path / "store.duckdb", NOW)
    for number, (receipt, name, unit, template, period, outcome, by) in enumerate(FILES):
        received = NOW - timedelta(days=4 - number)
        row = {
            "submission_id": f"s{number}",
            "receipt_no": receipt,
            "file_name": name,
            "sha256": f"{number}",
            "unit_code": unit,
            "template_code": template,
            "period": period,
            "version": int(outcome == "accepted"),
            "kind": "workbook",
            "outcome": outcome,
            "received_at": received,
            "recorded_at": received,
            "reported_by": by,
            "template_version": "1",
            "row_count": 1,
            "is_sample": False,
        }
        with opened.write() as cursor:
            append(cursor, "submission", {name: [value] for name, value in row.items()})
    yield opened
    opened.close()


def receipts(store: Store, typed: str = "", limit: int = 100, **sought) -> list[str]:
    """The last digit of each receipt."""
    words = words_sought(catalogue_in_force(store), typed)
    rows = submissions_sought(store, NOW, Sought(words=words, **sought), limit)
    return [receipt[-1] for receipt in rows["receipt_no"]]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", "4321"),
        ("aaaa", "21"),
        ("AAAA0002", "2"),
        ("王芳", "21"),
        ("li", "4"),
        ("行政审批", "21"),
        ("xzsp 改", "2"),
        ("档案馆", "3"),
        ("施工许可 王芳 2026", "21"),
        ("王芳 李强", ""),
        ("50%", ""),
        ("'", ""),
    ],
)
def test_every_word_must_fit_somewhere(store, typed, expected):
    assert "".join(receipts(store, typed)) == expected


def test_a_month_is_of_whatever_closes_in_it(store):
    catalogue = catalogue_in_force(store)
    for month in (date(2026, 7, 1), date(2026, 9, 1), OCTOBER):
        expected = [
            receipt[-1]
            for receipt, _, _, template, period, _, _ in reversed(FILES)
            if template and _closing(catalogue.template(template).cycle.months, period) == month
        ]
        assert receipts(store, month=month) == expected


def _closing(months: int, period: date) -> date:
    return date(period.year, period.month + months - 1, 1)


def test_all_are_counted_though_few_are_shown(store):
    assert receipts(store, limit=1) == ["4"]
    numbers = outcomes_sought(store, NOW, Sought())
    assert dict(zip(numbers["outcome"], numbers["number"], strict=True)) == {"accepted": 2, "returned": 2}
    assert receipts(store, outcome="returned") == ["4", "2"]
    assert outcomes_sought(store, NOW - timedelta(days=9), Sought()).empty


def test_the_command_says_how_many_there_are(store, capsys):
    store.close()
    arguments = ["--search", "施工", "--limit", "1", "--as-of", "2026-11-24"]
    assert data.commands.main(["submissions", "--json", *arguments]) == 0
    told = capsys.readouterr()
    assert [row["receipt_no"] for row in json.loads(told.out)] == ["20261120-AAAA0002"]
    assert "1 of 2" in told.err
    assert data.commands.main(["submissions", "--template", "ZZ"]) == 2
    assert data.commands.main(["submissions", "--period", "2026-13"]) == 2
