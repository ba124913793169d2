"""The catalogue in force is read again after a write, and only then."""

from dataclasses import replace

import pytest

from data.catalogue import in_force
from data.catalogue.in_force import catalogue_at, catalogue_in_force, load_catalogue
from data.store import Store
from tests.conftest import NOW


def test_it_is_asked_for_once_until_something_is_written(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    first = catalogue_in_force(store)
    monkeypatch.setattr(Store, "value", lambda *_: pytest.fail("nothing was written"))
    assert catalogue_in_force(store) is first
    monkeypatch.undo()
    with store.write():
        pass
    assert catalogue_in_force(store) is first  # asked again; it is the same one


def test_another_one_is_in_force_at_once_and_the_one_before_it_for_the_past(store: Store) -> None:
    before = catalogue_in_force(store)
    bureau = replace(before.bureau, bureau_name={"zh-CN": "新名字", "en": "New name"})
    assert load_catalogue(store, replace(before, bureau=bureau), NOW)
    assert catalogue_in_force(store).bureau.bureau_name["en"] == "New name"
    assert catalogue_at(store, NOW).bureau == before.bureau


def test_a_store_opened_anew_is_asked_anew(store: Store) -> None:
    before = catalogue_in_force(store)
    path = store.path
    store.close()
    again = Store(path)
    assert catalogue_in_force(again) == before
    assert in_force._in_force[str(path)][0] == again.state
    again.close()
