"""One unit on one page: its figures are those of the other pages, and a section sees its own alone."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from data.access import Person, Role
from data.store import Store
from pages.frame import asking
from tests.conftest import signed_in
from tests.pages.fabricated import small_store
from tests.pages.round.test_round import NOW, metrics, opened, words


@pytest.fixture
def store(tmp_path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    made = small_store(tmp_path / "store.duckdb")
    monkeypatch.setenv("ZHUNDIAN_STORE", str(made.path))
    monkeypatch.setattr(asking, "now", lambda: NOW)
    signed_in(monkeypatch)
    yield made
    made.close()


def test_the_page_of_a_unit_has_what_it_owes(store: Store) -> None:
    app = opened("units/unit", unit="B")
    assert app.title[0].value == "乙科"
    told = metrics(app)
    assert told["欠报（各月合计）"] == "1 份"
    assert "未报" in words(app)


def test_another_unit_by_the_choice(store: Store) -> None:
    app = opened("units/unit")
    first = app.title[0].value
    app.selectbox(key="unit").set_value("B").run()
    assert (first, app.title[0].value) == ("甲科", "乙科")


def test_all_units_of_another_page_become_the_first(store: Store) -> None:
    app = opened("round/freshness")
    app.switch_page("../units/unit.py").run()
    assert app.title[0].value == "甲科" and not app.exception


def test_a_section_sees_its_own(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    clerk = replace(Person("wang", "王芳", Role.REPORTER), unit_code="B")
    signed_in(monkeypatch, clerk)
    app = opened("units/unit", unit="A")
    assert app.title[0].value == "乙科" and "甲科" not in words(app)
