"""The overview and the timeliness page where deadlines were extended or have an hour."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import product

import pytest
from streamlit.testing.v1 import AppTest

from data.catalogue.model import DuePolicy, Obligation
from data.dues.changes import Until, extend
from data.store import Store
from pages.frame import asking
from tests.conftest import shanghai, signed_in
from tests.data import worlds
from tests.data.worlds import Sent, World
from tests.pages.round.test_round import metrics, opened, words

OCTOBER = date(2026, 10, 1)
ONE, ALL = shanghai("2026-11-25T09:00"), shanghai("2026-11-27T09:00")
DECEMBER = Until(date(2026, 12, 31))


@pytest.fixture(scope="module")
def extended(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Seven units that owe seven returns: 39 on time, 4 late, 6 missing, one of them extended on the 25th to December,
    the others on the 27th.
    """
    keys = [(f"U{unit}", f"T{code}", OCTOBER) for unit, code in product(range(1, 8), repeat=2)]
    world = World(worlds.catalogue([Obligation(unit, code, OCTOBER, OCTOBER) for unit, code, _ in keys]))
    on_time, late = shanghai("2026-11-20T10:00"), shanghai("2026-11-23T10:00")
    world.sent = [Sent(*key, on_time if number < 39 else late) for number, key in enumerate(keys[:43])]
    store = worlds.opened(tmp_path_factory.mktemp("extended"), world, shanghai("2026-10-01T00:00"))
    extend(store, keys[43:44], DECEMBER, "系统故障，同意延期", ONE)
    extend(store, keys[44:], DECEMBER, "系统故障，同意延期", ALL)
    yield store
    store.close()


@pytest.fixture(scope="module")
def afternoon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One of two is on time; the deadline is on 22 November at 16:30."""
    template = replace(worlds.template(), due=DuePolicy(minutes=16 * 60 + 30))
    obligations = [Obligation(unit, "T1", OCTOBER, OCTOBER) for unit in ("U1", "U2")]
    sent = [Sent("U1", "T1", OCTOBER, shanghai("2026-11-22T16:29"))]
    world = World(worlds.catalogue(obligations, [template]), sent)
    store = worlds.opened(tmp_path_factory.mktemp("afternoon"), world, shanghai("2026-10-01T00:00"))
    yield store
    store.close()


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch):
    """Opens a page of a store at a moment."""

    def show(store: Store, moment: datetime, page: str | None = None, **query: str) -> AppTest:
        monkeypatch.setenv("ZHUNDIAN_STORE", str(store.path))
        signed_in(monkeypatch)
        monkeypatch.setattr(asking, "now", lambda: moment)
        return opened(page, **query)

    return show


def beside(app: AppTest) -> dict[str, str]:
    """label → what stands below the value."""
    return {metric.label: metric.delta for metric in app.metric}


def test_one_of_six_extended(at, extended):
    app = at(extended, ONE + timedelta(minutes=1))
    assert app.subheader[0].value == (
        "2026年10月数据：应报 49 份，已报 43 份，5 份未报（1 个单位），"
        "1 份已延期到 12-31 周四（1 个单位，还有 36 天）。"
    )
    assert metrics(app) == {"已报 / 应报": "43 / 49", "按时率": "81.25%", "未报": "5 份", "截止日": "11-22 周日"}
    assert beside(app)["按时率"] == "39 / 48 份" and beside(app)["未报"] == "另有 1 份已延期"
    assert beside(app)["截止日"] == "已过 3 天"
    assert "**单位 U7** 1 份，到 12-31 周四" in words(app)


def test_all_six_extended(at, extended):
    app = at(extended, ALL + timedelta(minutes=1))
    assert app.subheader[0].value == (
        "2026年10月数据：应报 49 份，已报 43 份，没有逾期未报，6 份已延期到 12-31 周四（1 个单位，还有 34 天）。"
    )
    assert metrics(app)["按时率"] == "90.7%" and beside(app)["按时率"] == "39 / 43 份"
    assert metrics(app)["未报"] == "0 份" and beside(app)["未报"] == "另有 6 份已延期"
    assert "-" not in beside(app)["截止日"] and "没有逾期未报的单位。" in words(app)


def test_all_six_extended_in_english(at, extended):
    app = at(extended, ALL + timedelta(minutes=1), lang="en")
    assert app.subheader[0].value == (
        "2026-10: 49 expected, 43 received, none overdue, 6 extended to Thu 12-31 (units: 1; 34 d left)."
    )


def test_the_timeliness_page_says_the_same(at, extended):
    app = at(extended, ONE + timedelta(minutes=1), "round/timeliness")
    assert "应报 49 份，已报 43 份（报送率 89.58%），按时 39 份（**按时率 81.25%**）" in words(app)
    assert "其中 1 份还没到截止（待报），不计入比率" in words(app)


@pytest.mark.parametrize(
    ("moment", "sentence", "rate", "left"),
    [
        ("2026-11-22T14:20", "今天 16:30 截止，还有 2 小时 10 分。", "—", "还有 2 小时 10 分"),
        ("2026-11-22T16:29:30", "今天 16:30 截止，还有 1 分钟。", "—", "还有 1 分钟"),
        ("2026-11-22T16:30", "1 份未报（1 个单位）。", "50%", "今天已截止"),
        ("2026-11-22T16:51", "1 份未报（1 个单位）。", "50%", "今天已截止"),
        ("2026-11-23T09:00", "1 份未报（1 个单位）。", "50%", "已过 1 天"),
    ],
)
def test_a_deadline_with_an_hour(at, afternoon, moment, sentence, rate, left):
    app = at(afternoon, shanghai(moment))
    assert app.subheader[0].value.endswith(sentence)
    assert metrics(app)["按时率"] == rate and metrics(app)["截止日"] == "11-22 周日"
    assert beside(app)["截止日"] == (left if rate == "—" else f"16:30，{left}")
    assert ("待报" in metrics(app)) == (rate == "—")
