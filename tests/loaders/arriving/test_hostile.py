"""Every file of the hostile set gets the right answer, and the store is whole after each."""

from collections.abc import Iterator

import pytest

from data.backup import check
from data.store import Store
from loaders.intake.ingest import Receipt, take_in
from loaders.intake.opening import Upload
from tests.conftest import NOW, shanghai
from tests.loaders.arriving import hostile
from tests.loaders.workshop import ACCEPTED, ANY, Blanks, Case, Facts
from tests.ready import reference_store

BEFORE = shanghai("2026-11-18T09:30:00")
PARAMETERS = [pytest.param(n, marks=pytest.mark.slow if n in hostile.HEAVY else ()) for n in hostile.NAMES]


@pytest.fixture(scope="module")
def blanks(tmp_path_factory) -> Iterator[Blanks]:
    """One store for the whole set, emptied after each file."""
    opened = reference_store(tmp_path_factory.mktemp("hostile") / "store.duckdb", NOW)
    yield Blanks(opened)
    opened.close()


@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning:zipfile")  # zips with a name twice are of the set
@pytest.mark.parametrize("name", PARAMETERS)
def test_every_file_gets_the_right_answer(blanks: Blanks, name: str) -> None:
    store, case = blanks.store, hostile.case(name, blanks)
    try:
        receipts = receive(store, case)
        assert check(store) == []
        judge(store, case, receipts)
    finally:
        empty(store)


def receive(store: Store, case: Case) -> list[Receipt]:
    """What becomes of a case that is uploaded on its own."""
    answers = list(take_in(store, [Upload(case.content, case.file_name, BEFORE)]))
    assert len(answers) == 1
    return answers[0]


def judge(store: Store, case: Case, receipts: list[Receipt]) -> None:
    """The outcome, the codes, the notes, and the figures to the last cell."""
    told = {issue.code for receipt in receipts for issue in receipt.issues if issue.severity != "note"}
    notes = {issue.code for receipt in receipts for issue in receipt.issues if issue.severity == "note"}
    outcomes = [receipt.outcome for receipt in receipts]
    summary = f"{outcomes} {[(i.code, i.sheet, i.cell, i.details) for r in receipts for i in r.issues][:6]}"
    assert receipts, "no answer at all"
    may_be_accepted = case.allowed is None or ACCEPTED in case.allowed
    is_accepted = "returned" not in outcomes
    if case.allowed is None:
        assert is_accepted, f"an honest file was returned: {summary}"
        assert outcomes.count("accepted") == case.accepted, summary
        assert case.notes <= notes, f"not told: {case.notes - notes}; {summary}"
    elif is_accepted:
        assert may_be_accepted, f"accepted, and is wrong: {summary} {facts_of(store)}"
    else:
        assert told and (ANY in case.allowed or told <= case.allowed), f"expected {set(case.allowed)}: {summary}"
        assert outcomes.count("accepted") == case.accepted, summary
    expected = case.facts if is_accepted or case.accepted else {}
    differing = differences(facts_of(store), expected or {})
    assert not differing, f"{summary} other figures than the file's: {differing[:5]}"


def facts_of(store: Store) -> Facts:
    """What the store holds now, as (template, row_key, column) → value."""
    rows = store.rows(
        "SELECT template_code, row_key, column_name, num, txt FROM fact JOIN submission USING (submission_id)"
    )
    found = {(code, key, name): txt if num is None else num for code, key, name, num, txt in rows}
    assert len(found) == len(rows), "two facts for one cell"
    return found


def differences(found: Facts, expected: Facts) -> list[tuple]:
    """(place, found, expected) where they do not agree."""
    places = sorted(found.keys() | expected.keys())
    return [(p, found.get(p), expected.get(p)) for p in places if not _same(found.get(p), expected.get(p))]


def _same(found: object, expected: object) -> bool:
    if isinstance(expected, frozenset):
        return found in expected
    if isinstance(found, float) and isinstance(expected, float):
        return found == pytest.approx(expected, rel=1e-9, abs=1e-9)
    return found == expected


def empty(store: Store) -> None:
    """Forget every file, so that the next one is the first."""
    with store.write() as cursor:
        for table in ("fact", "issue", "submission", "workbook_file"):
            cursor.execute(f"DELETE FROM {table}")


def test_the_set_is_large_enough(blanks: Blanks) -> None:
    assert len(hostile.NAMES) >= 140
    assert sum(name.startswith("honest") for name in hostile.NAMES) >= 100
