"""Settings: the newest holds, as of any moment; each is somebody's act, and only the office's."""

from datetime import UTC, datetime, timedelta

import pytest

from data.access import Forbidden, Person, Role
from data.settings import set_setting, setting
from data.store import Store

AT = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
def store(tmp_path):
    made = Store(tmp_path / "store.duckdb")
    yield made
    made.close()


def test_the_newest_value_holds_and_earlier_moments_keep_theirs(store):
    assert setting(store, "points", {"late": 1}) == {"late": 1}
    set_setting(store, "points", {"late": 2}, AT)
    set_setting(store, "points", None, AT + timedelta(days=1))
    assert setting(store, "points", {"late": 1}) is None
    assert setting(store, "points", "default", AT) == {"late": 2}
    assert setting(store, "points", "default", AT - timedelta(seconds=1)) == "default"


def test_setting_is_the_offices_act(store):
    set_setting(store, "days", [3, 1])
    ((action, subject, details),) = store.rows("SELECT action, subject, details FROM audit")
    assert (action, subject, details) == ("setting_changed", "days", '{"value": [3, 1]}')
    for role in (Role.LEADER, Role.REPORTER):
        with pytest.raises(Forbidden):
            set_setting(store.seen_by(Person("x", "x", role, "A")), "days", [])
    assert setting(store, "days", None) == [3, 1]
