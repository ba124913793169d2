"""Every surface gives the same figures at the same moment: random histories, judged one by one in plain Python."""

import asyncio
import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from fractions import Fraction

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette
from streamlit.testing.v1 import AppTest

import data.commands
import text
from data.access import Role
from data.boards.standings import board
from data.people import accounts, tokens
from data.store import Store
from documents.gather_month import month_facts
from documents.kinds.circular import circular
from documents.wording import rate_words
from pages.frame import asking
from tests.conftest import signed_in
from tests.documents.reading import read, tables, texts
from tests.histories import Expected, History, Stood, moments, random_history
from tests.pages.round.test_round import metrics, opened, words
from web import api
from web import metrics as measuring
from web.asker import Asker

STATUSES = ("on_time", "late", "missing", "pending", "exempt")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[int, tuple[Store, History, str]]]:
    """seed → (store, history, the secret of a program that reads everything); each made once."""
    known: dict[int, tuple[Store, History, str]] = {}

    class Histories(dict):
        def __missing__(self, seed: int) -> tuple[Store, History, str]:
            store, history = random_history(seed, tmp_path_factory.mktemp("surfaces"))
            office = store.seen_by(accounts.create_first(store, "office", "张建国", "zhundian-2024-Test").person())
            known[seed] = self[seed] = (store, history, tokens.create(office, "reader", Role.LEADER, None)[1])
            return known[seed]

    yield Histories()
    for store, _, _ in known.values():
        store.close()


class Asked:
    """A history at one moment, about one month."""

    def __init__(self, made, seed: int, number: int, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
        self.store, self.history, self.secret = made[seed]
        self.as_of = moments(self.history, seed, number + 1)[-1]
        self.capsys, self.monkeypatch = capsys, monkeypatch
        self.stood = self.history.at(self.as_of)
        months = sorted({one.owed.month for one in self.stood})
        self.month = months[max(-len(months), -1 - (seed + number) % 2)]
        monkeypatch.setenv("ZHUNDIAN_STORE", str(self.store.path))
        signed_in(monkeypatch)
        monkeypatch.setattr(asking, "now", lambda: self.as_of)

    @property
    def period(self) -> str:
        return f"{self.month:%Y-%m}"

    @property
    def of_month(self) -> list[Stood]:
        return [one for one in self.stood if one.owed.month == self.month]

    def expected(self, stood: list[Stood] | None = None) -> Expected:
        return Expected.of(self.of_month if stood is None else stood, self.as_of, self.history.world.zone)

    def by_unit(self) -> dict[str, Expected]:
        units = sorted({one.owed.unit for one in self.of_month})
        return {unit: self.expected([one for one in self.of_month if one.owed.unit == unit]) for unit in units}

    def command(self, *given: str) -> list[dict]:
        self.capsys.readouterr()
        assert data.commands.main([*given, "--as-of", self.as_of.isoformat(), "--json"]) == 0
        return json.loads(self.capsys.readouterr().out)

    def program(self, path: str) -> list[dict]:
        """The API's answer, its clock on this moment."""
        status, body = asyncio.run(_get(f"{api.BASE}{path}", self.as_of, self.secret))
        assert status == 200, body
        return json.loads(body)

    def page(self, name: str | None = None) -> AppTest:
        return opened(name, month=self.period)


async def _get(path: str, as_of: datetime, secret: str) -> tuple[int, bytes]:
    """One GET to the API's own routes, without a server."""
    path, _, query = path.partition("?")
    moment = as_of.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    headers = [(b"authorization", f"Bearer {secret}".encode()), (b"host", b"localhost")]
    scope = {"type": "http", "http_version": "1.1", "method": "GET", "scheme": "http", "path": path, "raw_path": b""}
    scope |= {"query_string": f"{query}&as_of={moment}".encode(), "headers": headers, "client": ("127.0.0.1", 1)}
    scope |= {"server": ("127.0.0.1", 80), "root_path": "", "state": {"asker": Asker("", "localhost", "http", False)}}
    sent: list[dict] = []

    async def receive() -> dict:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict) -> None:
        sent.append(message)

    await Starlette(routes=api.routes())(scope, receive, send)
    return sent[0]["status"], b"".join(one.get("body", b"") for one in sent[1:])


def counted(rows: list[dict]) -> dict[str, int]:
    """The counts of rows of `timeliness`."""
    return {name: sum(row[name] for row in rows) for name in ("due", "received", *STATUSES)}


def counts_of(expected: Expected) -> dict[str, int]:
    return {"due": expected.due, "received": expected.received} | {name: expected.count[name] for name in STATUSES}


def as_float(rate: Fraction | None) -> float | None:
    return None if rate is None else float(rate)


def programs_agree(asked: Asked) -> None:
    """Command line, API and metrics."""
    expected = asked.expected()
    for rows in (
        asked.command("timeliness", "--period", asked.period),
        asked.program(f"/timeliness?period={asked.period}"),
    ):
        assert counted(rows) == counts_of(expected)
    for rows in (
        asked.command("late", "--period", asked.period),
        asked.program(f"/late?period={asked.period}"),
    ):
        number = Counter(row["status"] for row in rows)
        assert number == {name: expected.count[name] for name in ("late", "missing", "pending") if expected.count[name]}
    (row,) = asked.command("rollup", "--by", "month", "--period", asked.period)
    assert (row["reporting_rate"], row["on_time_rate"]) == (
        as_float(expected.reporting_rate),
        as_float(expected.on_time_rate),
    )
    assert counted([row]) == counts_of(expected)
    metrics_agree(asked)


def metrics_agree(asked: Asked) -> None:
    """What Prometheus reads of the newest round."""
    newest = max(one.owed.month for one in asked.stood)
    expected = asked.expected([one for one in asked.stood if one.owed.month == newest])
    asked.monkeypatch.setattr(Store, "now", lambda _: asked.as_of)
    asked.monkeypatch.setattr(measuring, "_HOLDS", -1)
    families = text_string_to_metric_families(measuring.measured().body.decode())
    found = {
        one.labels["status"]: one.value for family in families for one in family.samples if one.name == "zhundian_dues"
    }
    assert found == {name: expected.count[name] for name in STATUSES}


def board_agrees(asked: Asked) -> None:
    """The board's counts are those of each unit, and it is settled when nothing is pending any more."""
    found = board(asked.store, asked.as_of, "month", asked.month)
    units = asked.by_unit()
    assert {one.standing.unit_code for one in found.places} == set(units)
    for one in found.places:
        standing, expected = one.standing, units[one.standing.unit_code]
        assert standing.due == expected.due and standing.pending == expected.count["pending"]
        for name in ("on_time", "late", "missing"):
            assert getattr(standing, name) == expected.count[name]
        assert standing.on_time_rate == as_float(expected.on_time_rate)
    assert found.is_settled == (asked.expected().count["pending"] == 0 and not asked.expected().is_running)


def circular_agrees(asked: Asked) -> None:
    """The circular's table: a row a unit and the total, with rates once it is over."""
    document = read(circular(month_facts(asked.store, asked.as_of, asked.month)))
    said, expected = "\n".join(texts(document)), asked.expected()
    if not any(expected.count.values()):
        return
    heading, *rows = tables(document)[0]
    names = {code: f"单位 {code}" for code in asked.by_unit()}
    found = {row[1]: dict(zip(heading, row, strict=True)) for row in rows}
    for name, one in [("合计", expected), *((names[code], part) for code, part in asked.by_unit().items())]:
        row = found[name]
        numbers = {"应报": one.expected, "已报": one.received, "按时": one.count["on_time"], "迟报": one.count["late"]}
        numbers |= {"未报": one.count["missing"]} | ({"待报": one.count["pending"]} if "待报" in heading else {})
        assert {key: int(row[key]) for key in numbers} == numbers, name
        assert row["按时率"] == rate_words(one.on_time_rate if one.is_over else None)
        assert row["报送率"] == rate_words(one.reporting_rate if one.is_over else None)
    assert ("待报" in heading) == (expected.count["pending"] > 0)
    assert f"本期应报{expected.expected}份，已报{expected.received}份" in said
    assert ("待全部到期后再计算" in said) == (not expected.is_over)


def overview_agrees(asked: Asked) -> None:
    """The sentence, the four figures and what stands below them."""
    app, expected = asked.page(), asked.expected()
    sentence, shown = app.subheader[0].value, metrics(app)
    beside = {one.label: one.delta for one in app.metric}
    missing, pending = expected.count["missing"], expected.count["pending"]
    assert f"应报 {expected.expected} 份" in sentence
    assert shown["已报 / 应报"] == f"{expected.received} / {expected.expected}"
    rate = expected.on_time_rate if expected.is_over else None
    assert shown["按时率"] == text.rate(rate)
    assert (beside["按时率"] or "") == ("" if rate is None else f"{expected.count['on_time']} / {expected.due} 份")
    assert shown.get("未报", "0 份") == f"{missing} 份" and ("待报" in shown) == (not expected.is_over and not missing)
    assert shown.get("待报", f"{pending} 份") == f"{pending} 份"
    said = {key: int(number) for number, key in re.findall(r"(\d+) 份(未报|已延期|待报)", sentence)}
    if first := re.search(r"还差 (\d+) 份", sentence):
        said["待报"] = int(first[1])
    told = {"未报": missing, "已延期": expected.extended, "待报": pending - expected.extended}
    assert said == {key: number for key, number in told.items() if number}
    assert not re.search(r"-\d+ 天", sentence + str(beside))


def late_page_agrees(asked: Asked) -> None:
    expected = asked.expected().count
    shown = metrics(asked.page("round/late"))
    if not shown:
        assert not any(expected[name] for name in ("missing", "late", "pending"))
        return
    found = {"未报": expected["missing"], "已补报（迟报）": expected["late"]}
    found |= {"待报": expected["pending"]} if expected["pending"] else {}
    assert shown == {name: f"{number} 份" for name, number in found.items()}


def timeliness_page_agrees(asked: Asked) -> None:
    """The sentence over all months, and the month's rows of the detailed table."""
    app, expected = asked.page("round/timeliness"), asked.expected(asked.stood)
    assert (
        f"应报 {expected.expected} 份，已报 {expected.received} 份（报送率 {text.rate(expected.reporting_rate)}），"
        f"按时 {expected.count['on_time']} 份（**按时率 {text.rate(expected.on_time_rate)}**）"
    ) in words(app)
    rolled, table = app.dataframe[0].value, app.dataframe[1].value
    for frame in (rolled, table):
        numbers = {"应报": expected.expected, "已报": expected.received} | {
            name: expected.count[key]
            for name, key in zip(("按时", "迟报", "未报", "待报", "免报"), STATUSES, strict=True)
        }
        assert {name: int(frame[name].sum()) for name in numbers} == numbers


SURFACES = (programs_agree, board_agrees, circular_agrees)
PAGES = (overview_agrees, late_page_agrees, timeliness_page_agrees)


FEW = [(1, 1), (1, 3), (2, 0), (3, 1)]


@pytest.mark.parametrize("agrees", SURFACES, ids=lambda one: one.__name__)
@pytest.mark.parametrize(("seed", "number"), FEW)
def test_programs_boards_and_papers_agree(made, monkeypatch, capsys, agrees, seed, number):
    agrees(Asked(made, seed, number, monkeypatch, capsys))


@pytest.mark.parametrize("agrees", PAGES, ids=lambda one: one.__name__)
@pytest.mark.parametrize(("seed", "number"), FEW[:2])
def test_pages_agree(made, monkeypatch, capsys, agrees, seed, number):
    agrees(Asked(made, seed, number, monkeypatch, capsys))


def test_the_few_hold_what_went_wrong(made, monkeypatch, capsys):
    """A round that is over with extensions, one that runs with something missing, one of which nothing has come."""
    over, runs, nothing, _ = (Asked(made, *one, monkeypatch, capsys).expected() for one in FEW)
    assert over.is_over and over.extended and over.count["missing"]
    assert not runs.is_over and runs.extended and runs.count["missing"] and runs.count["pending"] > runs.extended
    assert not nothing.due and nothing.count["pending"]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10, 22))
def test_every_surface_agrees_on_many_histories(made, monkeypatch, capsys, seed):
    for number in range(4):
        asked = Asked(made, seed, number, monkeypatch, capsys)
        for agrees in (*SURFACES, *PAGES):
            agrees(asked)
