"""A bureau elsewhere: page, list, receipt, reminder, document, command line, API and blank show its own hours."""

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import openpyxl
import pandas
import pytest
from starlette.requests import Request
from streamlit.testing.v1 import AppTest

import data.commands
import loaders.commands
from data.access import Person, Role
from data.catalogue.files import read_catalogue
from data.catalogue.in_force import REFERENCE, catalogue_in_force, load_catalogue
from data.catalogue.model import DuePolicy
from data.clock import Clock
from data.dues.timeliness import dues
from data.reminders.contacts import Channel, Contact
from data.store import Store, open_store
from documents.drafting import draft_urge
from loaders.blank.offers import offer
from loaders.intake.ingest import take_in
from loaders.intake.opening import Upload
from loaders.list_workbook import list_workbook
from loaders.messages import receipt_object, receipt_text
from pages.frame import asking
from pages.round import words as round_words
from reminding.plan import by_hand, owed
from reminding.texts import reference_texts
from reminding.writing import Writer
from tests.conftest import filled, sample_rows, signed_in
from tests.documents.reading import read, tables, texts
from tests.pages.fabricated import catalogue, small_store
from web.api.answering import Asked
from web.api.lists import listed
from web.api.sent import Sent

MENU = Path(__file__).parents[1] / "pages/frame/menu.py"
OCTOBER = date(2026, 10, 1)
OTHER_SIDE = timezone(timedelta(hours=-11))


@dataclass(frozen=True)
class Elsewhere:
    """A bureau with the small store's history on its own clock; now is 9:00 there on 24 November 2026."""

    store: Store
    clock: Clock

    @property
    def now(self) -> datetime:
        return self.clock.parse("2026-11-24T09:00")


@pytest.fixture(scope="module", params=["Europe/Berlin", "America/New_York"])
def bureau(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Elsewhere]:
    store = small_store(tmp_path_factory.mktemp("elsewhere") / "store.duckdb", request.param)
    yield Elsewhere(store, Clock(request.param))
    store.close()


def words_of(app: AppTest) -> str:
    kinds = ("title", "subheader", "markdown", "caption", "success", "info", "warning", "code")
    return "\n".join(str(element.value) for kind in kinds for element in getattr(app, kind))


def test_the_late_page(bureau: Elsewhere, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHUNDIAN_STORE", str(bureau.store.path))
    signed_in(monkeypatch)
    monkeypatch.setattr(asking, "now", lambda: bureau.now)
    app = AppTest.from_file(str(MENU), default_timeout=30).run()
    app.switch_page("../round/late.py").run()
    assert not app.exception, app.exception
    said, tables = words_of(app), "\n".join(table.value.to_csv() for table in app.dataframe)
    assert "2026-11-24 09:00" in said and "2026-11-23 10:00" in tables  # A/T2 of October, a day late
    assert "《办结月报》2026-10期（迟 1 天）" in said


def test_the_list_as_a_workbook(bureau: Elsewhere) -> None:
    found = dues(bureau.store, bureau.now, OCTOBER)
    table = round_words.late_table(catalogue_in_force(bureau.store), found[found["status"] == "late"])
    assert "2026-11-23 10:00" in table.to_csv()
    elsewhere = pandas.DataFrame({"收到": found["first_received_at"].dropna().dt.tz_convert("UTC")})
    content = list_workbook(elsewhere, "名单", "截至", "名单", bureau.clock)
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert {str(row[0]) for row in sheet.iter_rows(min_row=5, values_only=True)} == {
        "2026-11-20 10:00:00",
        "2026-11-23 10:00:00",
    }


def test_a_receipt(bureau: Elsewhere, tmp_path: Path) -> None:
    own, reference = open_store(tmp_path / "own.duckdb"), read_catalogue(REFERENCE)
    elsewhere = replace(reference.bureau, timezone=bureau.clock.zone)
    load_catalogue(own, replace(reference, bureau=elsewhere), bureau.clock.parse("2026-11-20"))
    known, in_time = catalogue_in_force(own), bureau.clock.parse("2026-11-22T23:59:30")
    content, rows = filled(own, "BE-08", "DAG"), sample_rows("BE-08", "DAG")
    ((receipt,),) = take_in(own, [Upload(content, "b.xlsx", in_time.astimezone(OTHER_SIDE))])
    said, shown = receipt_object(receipt, "zh-CN"), receipt_text(receipt, known, "zh-CN")
    assert receipt.status == "on_time"
    assert "2026-11-22 23:59:30" in shown and "2026-11-22 周日（含当日）" in shown
    assert said["received_at"] == in_time.isoformat()
    assert said["deadline"] == bureau.clock.end(date(2026, 11, 22)).isoformat()
    ((again,),) = take_in(own, [Upload(content, "b.xlsx", bureau.now)])
    assert again.outcome == "duplicate" and "2026-11-22 23:59:30" in receipt_text(again, known, "zh-CN")
    ((newer,),) = take_in(own, [Upload(filled(own, "BE-08", "DAG", rows=rows[:-1]), "b.xlsx", bureau.now)])
    assert "2026-11-22 23:59" in {issue.details.get("limit") for issue in newer.issues}  # what it replaces
    own.close()


def test_a_reminder(bureau: Elsewhere) -> None:
    contact = Contact("B", Channel.EMAIL, "b@b.example")
    texts_ = {
        kind: {locale: {"subject": "{deadline}", "body": "{items}|{as_of}"} for locale in ("zh-CN", "en")}
        for kind in reference_texts()
    }
    writer = Writer(catalogue_in_force(bureau.store), texts_, bureau.now)
    message = by_hand(contact, owed(bureau.store, bureau.now), bureau.clock.day(bureau.now), bureau.now)
    subject, body = writer.write(message)
    assert subject == "2026-11-22 周日 24:00" and body.endswith("|2026-11-24 09:00")
    assert "2026-11-22 周日 24:00" in body and "2 天" in body


def test_a_document(bureau: Elsewhere) -> None:
    draft = read(draft_urge(bureau.store, bureau.now.astimezone(OTHER_SIDE), OCTOBER))
    assert any("截至2026年11月24日9时，" in line for line in texts(draft))
    assert tables(draft)[0][1] == ["乙科", "受理月报", "2026-10", "2026年11月22日\n（星期日）24时", "未报\n已过2天"]


def test_the_command_line(bureau: Elsewhere, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    monkeypatch.setenv("ZHUNDIAN_STORE", str(bureau.store.path))
    words = ["dues", "--period", "2026-10", "--as-of", "2026-11-24T09:00", "--json"]
    assert data.commands.main(words) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {row["deadline"] for row in rows} == {bureau.clock.end(date(2026, 11, 22)).isoformat()}
    received = {row["first_received_at"] for row in rows} - {None}
    assert received == {bureau.clock.parse(f"2026-11-{day}T10:00").isoformat() for day in (20, 23)}
    assert data.commands.main(["late", "--period", "2026-10", "--as-of", "2026-11-22T23:59", "--json"]) == 0
    assert {row["status"] for row in json.loads(capsys.readouterr().out)} <= {"pending"}
    assert loaders.commands.main(["declare", "zero", "--unit", "B", "--template", "T1", "--period", "2031-01"]) == 2
    assert "2031-02-01" in capsys.readouterr().err  # the day on which it opens


def test_the_api(bureau: Elsewhere) -> None:
    person = Person("token:1", "t", Role.LEADER, via="api")
    rows = {}
    for as_of in ("2026-11-22T23:59", "2026-11-23T00:00"):
        scope = {"type": "http", "method": "GET", "path": "/late", "query_string": f"as_of={as_of}&period=2026-10"}
        request = Request(scope | {"query_string": scope["query_string"].encode(), "headers": []})
        asked = Asked(request, person, bureau.store.seen_by(person), bureau.now, Sent(bureau.now, b""), "zh-CN")
        rows[as_of] = json.loads(listed("late")(asked).body)
    before, after = rows.values()
    assert {row["status"] for row in before} <= {"pending"} and "missing" in {row["status"] for row in after}
    assert {row["deadline"] for row in before + after} == {bureau.clock.end(date(2026, 11, 22)).isoformat()}


def test_a_blank_workbook(bureau: Elsewhere, tmp_path: Path) -> None:
    store = open_store(tmp_path / "blank.duckdb")
    known = catalogue(bureau.clock.zone)
    until = DuePolicy(minutes=17 * 60 + 30)
    templates = tuple(replace(one, due=until) for one in known.templates)
    load_catalogue(store, replace(known, templates=templates), bureau.clock.parse("2026-08-01"))
    rows = dues(store, bureau.now, OCTOBER)
    assert {bureau.clock.minute(one) for one in rows["deadline"]} == {"2026-11-22 17:30"}
    content = offer(catalogue_in_force(store), "A", templates[0], OCTOBER).make()
    written = [cell for row in openpyxl.load_workbook(io.BytesIO(content)).active.values for cell in row if cell]
    assert any("2026-11-22（周日）17:30前" in str(cell) for cell in written)
    store.close()


def test_a_day_of_the_bureau_is_not_the_servers(bureau: Elsewhere) -> None:
    """Ten minutes before midnight there the day has not ended, whatever day it is here."""
    at = bureau.clock.parse("2026-11-22T23:50")
    (status,) = {row.status for row in dues(bureau.store, at, OCTOBER).itertuples() if row.unit_code == "B"}
    assert status == "pending" and bureau.clock.day(at) == date(2026, 11, 22)
    assert [item.days for item in owed(bureau.store, at) if item.period == OCTOBER][:1] == [0]
