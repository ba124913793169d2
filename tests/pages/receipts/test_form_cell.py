"""A check that compares cells of a row is seen from each of them: on the page, in the form, by programs."""

import pytest

from data.forms.answers import cell_object, form_of
from pages.frame import asking
from tests.conftest import NOW, REASON, sample_rows, signed_in
from tests.loaders.checking.earlier import october
from tests.pages.receipts.test_form import drawn
from tests.pages.round.test_round import opened, words

CHECK = "均价"  # BE-04-R07: amount (L) against area (K)
QUIET = ":green-badge[没有问题]"


@pytest.fixture
def receipt(store, monkeypatch):
    rows = sample_rows("BE-04", "FJS")
    rows[0] |= {"area": 440126.0}
    taken = october(store, "BE-04", "FJS", rows, explanations=REASON)
    assert taken.outcome == "accepted"
    monkeypatch.setenv("ZHUNDIAN_STORE", str(store.path))
    signed_in(monkeypatch)
    monkeypatch.setattr(asking, "now", lambda: NOW)
    return taken


@pytest.mark.parametrize("cell", ["K5", "L5"])
def test_every_cell_that_a_check_names_shows_it(receipt, cell):
    app = opened("receipts/form", submission=receipt.submission_id, cell=cell)
    (label,) = [one.label for one in app.expander if one.label.startswith(CHECK)]
    assert ":orange-badge[" in label and QUIET not in label
    assert words(app).count(REASON) >= 2  # at the cell, and in the list
    assert drawn(app).count('class="mark"') >= 2


def test_the_same_check_of_another_row_is_quiet(receipt):
    app = opened("receipts/form", submission=receipt.submission_id, cell="L6")
    assert all(QUIET in one.label for one in app.expander if one.label.startswith(CHECK))


@pytest.mark.parametrize("cell", ["K5", "L5"])
def test_programs_are_told_at_every_cell(store, receipt, cell):
    known = cell_object(form_of(store, NOW, receipt.receipt_no), cell)
    assert "BE-04-R07" in [issue["details"].get("rule") for issue in known["issues"]]
    assert "rule" in [flag["kind"] for flag in known["flags"]]


def test_a_condition_stands_by_itself_with_its_own_numbers(store, receipt):
    known = cell_object(form_of(store, NOW, receipt.receipt_no), "O5")
    pushed = [rule for rule in known["rules"] if rule["rule"] == "BE-04-R05"]
    assert [(rule["text"], rule["with_numbers"]) for rule in pushed] == [
        ("推送成功件数不得超过推送不动产登记件数", "389 ≤ 391"),
        ("推送不动产登记件数不得超过本月办结件数", "391 ≤ 391"),
    ]
