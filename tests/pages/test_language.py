"""The language that was chosen last in this browser is the page's, until another is asked for or chosen."""

import pytest

import text
from data.access import Person, Role
from data.store import Store
from tests.conftest import signed_in
from tests.pages.round.test_round import opened, store, words  # noqa: F401


def scripts(app) -> str:
    """The HTML of the page that is not seen."""
    return "".join(element.proto.body for element in app.get("html"))


@pytest.fixture
def english_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """English was chosen last."""
    monkeypatch.setattr(text, "remembered", lambda _cookies: "en")


def test_the_language_that_was_chosen_last_is_kept(store: Store, english_before: None) -> None:  # noqa: F811
    app = opened("round/late")
    assert app.title[0].value == "Late list"
    assert "/language.js?lang=en" in scripts(app) and "keep=1" not in scripts(app)


def test_an_address_that_asks_for_a_language_comes_first(store: Store) -> None:  # noqa: F811
    assert opened("round/late", lang="en").title[0].value == "Late list"
    assert opened("round/late").title[0].value == "迟报名单"


def test_what_is_chosen_in_the_menu_is_remembered(store: Store, english_before: None) -> None:  # noqa: F811
    app = opened("round/late")
    app.button_group(key="language").set_value("zh-CN").run()
    assert app.title[0].value == "迟报名单"
    assert "/language.js?lang=zh-CN&amp;keep=1" in scripts(app) or "/language.js?lang=zh-CN&keep=1" in scripts(app)


def test_a_section_reads_of_its_own_data_alone(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    signed_in(monkeypatch, Person("wang", "王芳", Role.REPORTER, "A"))
    said = words(opened("round/overview"))
    assert "本单位的数据" in said and "个单位中" not in said
