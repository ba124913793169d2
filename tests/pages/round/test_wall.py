"""The meeting room's screen: one figure after another, by itself or by hand."""

import pytest

from data.access import Person, Role
from data.store import Store
from tests.conftest import signed_in
from tests.pages.round.test_round import opened, store, words  # noqa: F401


def test_it_turns_by_hand_and_comes_round(store: Store) -> None:  # noqa: F811
    app = opened("round/wall")
    seen = [app.title[0].value]
    for _ in range(8):
        next(button for button in app.button if button.label == "下一张").click().run()
        assert not app.exception
        seen.append(app.title[0].value)
    assert seen[0] == "2026年10月报送情况" and seen[0] in seen[1:] and len(set(seen)) >= 5
    next(button for button in app.button if button.label == "上一张").click().run()
    assert app.title[0].value == seen[-2]


def test_it_can_be_held(store: Store) -> None:  # noqa: F811
    app = opened("round/wall")
    app.toggle(key="wall-is-held").set_value(True).run()
    held = app.title[0].value
    app.run()
    assert app.title[0].value == held


def test_a_section_has_no_such_page(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    signed_in(monkeypatch, Person("wang", "王芳", Role.REPORTER, "B"))
    app = opened()
    assert "会议室轮播" not in words(app)
