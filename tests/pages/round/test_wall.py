"""The meeting room's screen: one figure after another, by itself or by hand."""

from datetime import date

import pytest

from data.access import Person, Role
from data.store import Store
from pages.frame import asking
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


def test_the_course_of_twelve_months_has_twelve(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    drawn, figures = [], asking.figures
    two_years = [date(2024 + n // 12, n % 12 + 1, 1) for n in range(10, 34)]
    monkeypatch.setattr(asking, "months", lambda _as_of: two_years[::-1])
    monkeypatch.setattr(
        asking, "figures", lambda as_of, months, *of: drawn.append(months) or figures(as_of, months, *of)
    )
    app = opened("round/wall")
    app.toggle(key="wall-is-held").set_value(True).run()
    for _ in range(6):
        if app.title[0].value == "近 12 个月":
            break
        next(button for button in app.button if button.label == "下一张").click().run()
    assert app.title[0].value == "近 12 个月"
    assert list(drawn[-1]) == two_years[:-13:-1]  # the newest twelve; the slides before drew two years


def test_nothing_can_be_cleared_from_the_wall(store: Store) -> None:  # noqa: F811
    styles = [element.proto.body for element in opened("round/wall").get("html")]
    assert any(".st-key-clear-sample" in style.partition("display: none")[0] for style in styles)
