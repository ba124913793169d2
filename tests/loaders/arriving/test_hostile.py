"""Every file of the hostile set gets the right answer, and the store is whole after each."""

from pathlib import Path

import pytest

from data import audit
from data.backup import check
from data.store import Store
from loaders.intake.ingest import Receipt, take_in
from loaders.intake.opening import Upload
from tests.conftest import NOW, shanghai
from tests.loaders.arriving import hostile
from tests.loaders.workshop import ACCEPTED, ANY, Blanks, Case, Facts
from tests.ready import reference_store

BEFORE = shanghai("2026-11-18T09:30:00")
TOGETHER = 40  # files that one test judges: a test of its own for each costs more than most of the files
ORDINARY = [name for name in hostile.NAMES if name not in hostile.HEAVY]
BATCHES = [ORDINARY[first : first + TOGETHER] for first in range(0, len(ORDINARY), TOGETHER)]
PARAMETERS = [  # every third batch is among the ordinary tests
    pytest.param(names, id=f"{names[0]} and {len(names) - 1} more", marks=() if n % 3 == 0 else pytest.mark.slow)
    for n, names in enumerate(BATCHES)
]
PARAMETERS += [pytest.param([n], marks=pytest.mark.slow, id=n) for n in hostile.NAMES if n in hostile.HEAVY]


@pytest.mark.parametrize("names", PARAMETERS)
@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning:zipfile")  # zips with a name twice are of the set
def test_every_file_gets_the_right_answer(tmp_path: Path, names: list[str]) -> None:
    """Each is judged, whatever became of the others; those that got another answer are named."""
    store = reference_store(tmp_path / "store.duckdb", NOW)
    blanks, wrong = Blanks(store), {}
    for name in names:
        try:
            answer(store, hostile.case(name, blanks))
        except Exception as error:  # told below, with the file's name
            wrong[name] = f"{type(error).__name__}: {error}"
        if store.value("SELECT count(*) FROM fact"):
            whole_and_emptied(store, wrong, name)
    whole_and_emptied(store, wrong, "those that were returned")
    store.close()
    assert not wrong, "\n\n".join(f"{name}: {told}" for name, told in wrong.items())


def answer(store: Store, case: Case) -> None:
    """Upload it, and hold what comes of it against what is right."""
    judge(store, case, receive(store, case))


def whole_and_emptied(store: Store, wrong: dict[str, str], name: str) -> None:
    """What a file left behind does not contradict itself; then it is forgotten. Those that were returned are looked at
    together with the next one that was accepted: they leave no figures.
    """
    if faults := check(store):
        wrong[name] = f"{wrong.get(name, '')} {faults}"
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
    """Forget every file, so that the next one is the first; the audit trail forgets their acts too."""
    with store.write() as cursor:
        cursor.execute("""DELETE FROM audit WHERE "action" LIKE 'submission_%'""")
        for table in ("fact", "figure_print", "issue", "submission", "workbook_file"):
            cursor.execute(f"DELETE FROM {table}")
        audit.head_path(store.path).unlink(missing_ok=True)
        audit._note_head(store, audit._last(cursor), is_earnest=False)


def test_the_set_is_large_enough() -> None:
    assert sorted(name for parameter in PARAMETERS for name in parameter.values[0]) == sorted(hostile.NAMES)
    assert len(hostile.NAMES) >= 140
    assert sum(name.startswith("honest") for name in hostile.NAMES) >= 100
