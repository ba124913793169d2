"""What the tests share: a store with the reference catalogue, and workbooks filled as a section fills them."""

import io
import json
import os
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import authlib.deprecate  # noqa: F401 - its first import puts its warnings before all filters: not during a test
import pytest
from argon2 import PasswordHasher, profiles
from hypothesis import settings
from openpyxl import load_workbook

from data.access import SAMPLE, Person, Role
from data.catalogue.in_force import catalogue_in_force
from data.catalogue.model import ColumnType
from data.people import passwords
from data.store import Store
from loaders.blank.offers import offer
from loaders.intake.ingest import Receipt, take_in
from loaders.intake.ingest import preview as previews
from loaders.intake.opening import Explanations, Upload
from pages.frame import viewer
from tests.examples import FEW, FULL, count_as_slow_too, is_slow_run, thin_out
from tests.ready import reference_store
from web.identity import Visitor
from web.sessions import Session

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
OCTOBER = date(2026, 10, 1)
LONGEST = (
    "transcripts/",
    "browser/",
    "arriving/",
    "checking/",
    "foreign/",
    "sample/",
    "hand_in/",
    "supervision/",
    "web/",
)
REASON = "本月集中办结上月结转件，已与台账核对"
_ROWS = json.loads((Path(__file__).parent / "reference_rows.json").read_text(encoding="utf-8"))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store with the reference catalogue, first started on 2026-11-20."""
    opened = reference_store(tmp_path / "store.duckdb", NOW)
    yield opened
    opened.close()


def pytest_configure(config: pytest.Config) -> None:
    """Before a test is read, how many examples a property test tries. What stores have noted outside their reach goes
    with the tests.
    """
    os.environ["ZHUNDIAN_WITNESS"] = tempfile.mkdtemp(prefix="zhundian-witness-")
    settings.load_profile(FULL if is_slow_run(config) else FEW)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """In the slow run, property tests too. What takes longest begins first, so that two processes end together."""
    thin_out(items)
    if is_slow_run(config):
        count_as_slow_too(items)
    items.sort(key=lambda item: next((n for n, part in enumerate(LONGEST) if part in item.nodeid), len(LONGEST)))


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """Accounts that tests make are hashed with argon2's own profile for tests, in a millisecond instead of a quarter of
    a second; test_passwords.py tests the program's own.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_HASHER", PasswordHasher.from_parameters(profiles.CHEAPEST))
        patch.setattr(passwords, "_NOBODY", passwords._HASHER.hash("nobody"))
        yield


OFFICE = Person("office", "张建国", Role.OFFICE)


def signed_in(monkeypatch: pytest.MonkeyPatch, person: Person = OFFICE) -> None:
    """Whoever opens a page through AppTest, which has no cookies, is this person."""
    own = Visitor(person, False, Session(person.user_code, 0.0, "", "password"))
    monkeypatch.setattr(viewer, "visitor", lambda *_: own)


def ingest(
    store: Store,
    content: bytes,
    file_name: str,
    received_at: datetime,
    reported_by: str = "",
    explanations: Explanations = None,
    is_sample: bool = False,
) -> Receipt:
    """Take in a file that holds one return."""
    sender = store.seen_by(replace(store.person, via=SAMPLE)) if is_sample else store
    (receipts,) = take_in(sender, [Upload(content, file_name, received_at, reported_by, explanations)])
    (receipt,) = receipts
    return receipt


def preview(
    store: Store, content: bytes, file_name: str, received_at: datetime, explanations: Explanations = None
) -> Receipt:
    """What `ingest` would find in a file that holds one return."""
    (receipt,) = previews(store, Upload(content, file_name, received_at, "", explanations))
    return receipt


def shanghai(text: str) -> datetime:
    """A moment on the bureau's clock."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def sample_rows(template_code: str, unit_code: str) -> list[dict]:
    """The reference sample rows of a unit, as typed values."""
    return [dict(row) for row in _ROWS[template_code]["rows"] if row["unit"] == unit_code]


def filled(
    store: Store, template_code: str, unit_code: str, period: date = OCTOBER, rows: list[dict] | None = None
) -> bytes:
    """The unit's blank workbook with rows filled in (default: the reference sample rows), made by the program; the same
    one again where the same was asked before under the same catalogue.
    """
    rows = sample_rows(template_code, unit_code) if rows is None else rows
    catalogue_id = store.rows("SELECT arg_max(catalogue_id, loaded_at) FROM catalogue_load")[0][0]
    asked = catalogue_id, template_code, unit_code, period, repr(rows)
    if asked not in _FILLED:
        _FILLED[asked] = _filled(store, template_code, unit_code, period, rows)
    return _FILLED[asked]


_FILLED: dict[tuple, bytes] = {}


def _filled(store: Store, template_code: str, unit_code: str, period: date, rows: list[dict]) -> bytes:
    template = catalogue_in_force(store).template(template_code)
    typed = []
    for row in rows:
        values = {k: v for k, v in row.items() if k not in ("period", "unit")}
        for column in template.columns:
            if column.type is ColumnType.DATE and isinstance(values.get(column.name), str):
                values[column.name] = date.fromisoformat(values[column.name])
        typed.append(values)
    return offer(catalogue_in_force(store), unit_code, template, period).make(typed)


def edited(content: bytes, edit) -> bytes:
    """A workbook after a person changed it: edit(workbook) works on the openpyxl Workbook."""
    book = load_workbook(io.BytesIO(content))
    edit(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
