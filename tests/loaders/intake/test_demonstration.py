"""Whatever comes into a demonstration is part of it, whichever way it came, so that it can be cleared."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from data.access import SAMPLE_NAME, Person, Role
from data.catalogue.in_force import ensure_catalogue, set_counting_start
from data.store import Store, open_store
from data.submissions.received import has_sample
from loaders.commands import main
from loaders.sample.clear import clear_sample
from loaders.statements.declare import zero_report
from tests.conftest import NOW, OCTOBER, REASON, filled, ingest, shanghai

AT = shanghai("2026-11-18T09:30:00")
REPORTER = Person("fjs", "张三", Role.REPORTER, "FJS")


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where the commands have their store, which has received nothing."""
    monkeypatch.setenv("ZHUNDIAN_STORE", str(tmp_path / "store.duckdb"))
    ensure_catalogue(open_store(), datetime.now(UTC))
    yield tmp_path
    open_store().close()


@pytest.fixture(params=["a demonstration", "one that has just begun", "a real store"])
def started(request: pytest.FixtureRequest, path: Path) -> tuple[Store, bool]:
    """A store, and whether it holds a demonstration: of one file of another unit, or of none yet."""
    store = open_store()
    teller = store.seen_by(replace(store.person, user_name=SAMPLE_NAME))
    if request.param == "a demonstration":
        ingest(store, filled(store, "BE-02", "XZSP"), "示例.xlsx", AT, SAMPLE_NAME, REASON, is_sample=True)
    set_counting_start(store if request.param == "a real store" else teller, OCTOBER, NOW)
    return store, request.param != "a real store"


def samples(store: Store) -> set[bool]:
    """Whether those of FJS, ZFD and CJK are part of a demonstration."""
    rows = store.rows("SELECT DISTINCT is_sample FROM submission WHERE coalesce(unit_code, '') <> 'XZSP'")
    return {is_sample for (is_sample,) in rows}


def by_command(store: Store, path: Path) -> None:
    (path / "good.xlsx").write_bytes(filled(store, "BE-08", "FJS"))
    (path / "bad.xlsx").write_bytes(b"no workbook")
    assert main(["ingest", str(path / "good.xlsx"), "--received-at", AT.isoformat()]) == 0
    assert main(["ingest", str(path / "bad.xlsx"), "--received-at", AT.isoformat()]) == 1


def by_declaring(store: Store, path: Path) -> None:
    words = ["--unit", "CJK", "--template", "DQ-01", "--period", "2026-10", "--received-at", AT.isoformat()]
    assert main(["declare", "zero", *words]) == 0


def by_page(store: Store, path: Path) -> None:
    ingest(store.seen_by(REPORTER), filled(store, "BE-08", "FJS"), "a.xlsx", AT)


def by_declaring_on_the_page(store: Store, path: Path) -> None:
    own = Person("cjk", "赵六", Role.REPORTER, "CJK")  # who sees nothing of the demonstration
    receipt = zero_report(store.seen_by(own), "CJK", "DQ-01", OCTOBER, AT, "赵六")
    assert receipt.file_name.startswith("示例_") == has_sample(store)


@pytest.mark.parametrize("come_in", [by_command, by_declaring, by_page, by_declaring_on_the_page])
def test_the_intake_decides_what_is_part_of_a_demonstration(started: tuple, path: Path, come_in, capsys) -> None:
    store, is_demonstration = started
    come_in(store, path)
    assert samples(store) == {is_demonstration}
    if is_demonstration:
        assert clear_sample(store, NOW) > 0
        assert not has_sample(store)
    else:
        with pytest.raises(ValueError, match="real submissions"):
            clear_sample(store, NOW)


def test_whoever_asks_hears_whether_it_is_a_demonstration(started: tuple) -> None:
    store, is_demonstration = started
    for person in (REPORTER, Person("l", "l", Role.LEADER), Person("", "", Role.NOBODY)):
        assert has_sample(store.seen_by(person)) == is_demonstration
