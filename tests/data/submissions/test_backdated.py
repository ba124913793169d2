"""补记 stands on the receipt and wherever a submission is shown, however little later it was entered."""

from datetime import timedelta

import pytest

from data import audit
from data.backdating import Backdating
from data.catalogue.in_force import catalogue_in_force
from data.submissions.received import backdated
from documents.gather import draft_of
from loaders.intake.kept import kept_receipt
from loaders.messages import receipt_object, receipt_text
from loaders.statements.declare import zero_report
from tests.conftest import OCTOBER, REASON, filled, ingest


@pytest.mark.parametrize("earlier", [timedelta(minutes=20), timedelta(days=5)])
def test_a_file_that_the_office_entered_later_says_so(store, earlier):
    now = store.now()
    entering = store.entering(Backdating(REASON))
    late = ingest(entering, filled(store, "BE-08", "FJS"), "a.xlsx", now - earlier)
    itself = ingest(store, filled(store, "BE-08", "DAG"), "b.xlsx", now)
    assert late.outcome == itself.outcome == "accepted"
    assert set(backdated(store, [late.submission_id, itself.submission_id])) == {late.submission_id}
    catalogue = catalogue_in_force(store)
    for receipt in (late, kept_receipt(store, late.receipt_no, store.now())):
        assert receipt.entered_at >= now and receipt_object(receipt, "en")["entered_at"]
        assert "补记" in receipt_text(receipt, catalogue, "zh-CN")
        assert "Entered later" in receipt_text(receipt, catalogue, "en")
    assert itself.entered_at is None and "补记" not in receipt_text(itself, catalogue, "zh-CN")


def test_a_statement_has_its_seal_and_says_so_too(store):
    now = store.now()
    entering = store.entering(Backdating(REASON))
    receipt = zero_report(entering, "XXB", "DQ-01", OCTOBER, now - timedelta(days=3), "王五", "本月无此类业务")
    assert receipt.entered_at >= now and audit.holds(store, receipt.seal)


def test_a_paper_bears_the_head_of_the_trail_of_its_moment(store):
    at = store.now()
    seal = audit.seal_at(store, at)
    audit.note(store, audit.Act("tried"), at=at + timedelta(seconds=1))
    draft = draft_of(store, at)
    assert draft.seal == seal and f"留痕码 {seal}" in draft.header and audit.holds(store, seal)
    assert audit.seal_at(store, at + timedelta(seconds=1)) != seal
