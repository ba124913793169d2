"""Returns that contradict each other, on the page: what the section is told, and that it can answer."""

import pytest

from data.access import Person, Role
from data.anomalies.triage import FlagStep
from data.store import Store, open_store
from tests.conftest import REASON, shanghai, signed_in
from tests.loaders.checking.test_contradicting import SEPTEMBER, hand_in, rows
from tests.pages.people.test_users import pressed
from tests.pages.round.test_round import opened, words

CLERK = Person("wang", "王五", Role.REPORTER, "FJS")


@pytest.fixture
def corrected(store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    """September was corrected after October had been accepted."""
    monkeypatch.setattr(Store, "now", lambda self: shanghai("2026-11-20T10:00:00"))
    hand_in(store, "FJS", "BE-07", SEPTEMBER, explanations=REASON)
    hand_in(store, "FJS", "BE-07", explanations=REASON)
    mended = rows("FJS", "BE-07", SEPTEMBER)
    mended[0]["closed_ytd"] += 7
    at = shanghai("2026-11-19T10:00:00")
    hand_in(store, "FJS", "BE-07", SEPTEMBER, mended, explanations=REASON, at=at)
    monkeypatch.setenv("ZHUNDIAN_STORE", str(store.path))
    return store


def test_a_section_sees_both_figures_and_answers(corrected, monkeypatch):
    signed_in(monkeypatch, CLERK)
    app = opened("anomalies/anomalies", month="2026-10")
    shown, september = words(app).replace("\\", ""), rows("FJS", "BE-07", SEPTEMBER)[0]["closed_ytd"] + 7
    assert "表间不符" in shown and "应等于上期同一行的累计数 + 本月办结件数" in shown
    assert f"上期（2026-09）的“本年累计办结件数”是 {september:,}（回执" in shown and "单元格 W5" in shown
    next(one for one in app.radio if one.key.startswith("triage-step")).set_value(FlagStep.CONFIRMED).run()
    next(one for one in app.text_input if one.key.startswith("triage-reason")).set_value(REASON).run()
    pressed(app, "保存答复")
    assert "没有待答复的疑似异常" in words(app)
    assert open_store().rows("SELECT step, column_name FROM anomaly_step") == [("confirmed", "closed_ytd")]
