"""Every page against the small store: the numbers that people see are those counted by hand."""

import io
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pandas
import pytest
from streamlit.testing.v1 import AppTest

from data import audit, timekeeper
from data.access import Person, Role
from data.catalogue.in_force import set_counting_start
from data.clock import Clock
from data.dues.timeliness import round_at
from data.store import Store, open_store
from loaders.list_workbook import list_workbook
from pages.frame import asking, jobs_band
from tests.conftest import OFFICE, signed_in
from tests.pages.fabricated import NOW, empty_store, small_store

ROOT = Path(__file__).parents[3]


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The small store as the program's, on the morning of 24 November 2026."""
    yield from _as_the_programs(small_store(tmp_path / "small.duckdb"), monkeypatch)


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A store that has received nothing."""
    yield from _as_the_programs(empty_store(tmp_path / "empty.duckdb"), monkeypatch)


def _as_the_programs(store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv("ZHUNDIAN_STORE", str(store.path))
    signed_in(monkeypatch)
    monkeypatch.setattr(asking, "now", lambda: NOW)
    yield store
    store.close()


def opened(page: str | None = None, **query: str) -> AppTest:
    """The app on a page (None: the one it opens with)."""
    app = AppTest.from_file(str(ROOT / "pages/frame/menu.py"), default_timeout=120)
    app.query_params.update(query)
    if page:
        app.switch_page(f"../{page}.py")
    app.run()
    assert not app.exception, app.exception
    return app


def words(app: AppTest) -> str:
    """All text of a page that AppTest can see."""
    kinds = ("title", "subheader", "markdown", "caption", "success", "info", "warning", "code")
    return "\n".join(str(element.value) for kind in kinds for element in getattr(app, kind))


def metrics(app: AppTest) -> dict[str, str]:
    """label → value."""
    return {metric.label: metric.value for metric in app.metric}


def test_overview_says_in_one_sentence_where_the_round_stands(store: Store) -> None:
    app = opened()
    assert app.title[0].value == "2026年10月报送情况"
    assert app.subheader[0].value == "2026年10月数据：应报 3 份，已报 2 份，1 份未报（1 个单位）。"
    assert metrics(app) == {"已报 / 应报": "2 / 3", "按时率": "33.33%", "未报": "1 份", "截止日": "11-22 周日"}
    assert "**乙科** 1 份" in words(app)
    assert "疑似异常：1 处待答复" in words(app)


def test_overview_before_the_deadline_counts_days_and_no_rate(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "now", lambda: NOW.replace(day=20))
    app = opened()
    assert app.subheader[0].value == ("2026年10月数据：应报 3 份，已报 0 份，还差 3 份（2 个单位），离截止还有 2 天。")
    assert metrics(app)["按时率"] == "—"


def test_overview_in_english_by_the_address(store: Store) -> None:
    app = opened(lang="en")
    assert app.subheader[0].value == "2026-10: 3 expected, 2 received, 1 not received (units: 1)."


def test_overview_of_an_earlier_month(store: Store) -> None:
    app = opened(month="2026-09")
    assert app.subheader[0].value == "2026年9月数据：应报 3 份，已报齐，其中迟报 1 份。"
    assert metrics(app)["按时率"] == "66.67%"


def test_late_list_says_who_since_when_and_by_how_many_days(store: Store) -> None:
    app = opened("round/late")
    assert metrics(app) == {"未报": "1 份", "已补报（迟报）": "1 份"}
    assert "受理月报 :gray[T1]" in words(app)
    assert "**未报，已过 2 天** · 2026-10 期 · 截止 2026-11-22 周日（周末不顺延）" in words(app)
    assert app.code[0].value.splitlines() == [
        "2026年10月数据报送情况（截至 2026-11-24 09:00）",
        "",
        "未报 1 份（1 个单位）：",
        "1. 乙科：《受理月报》2026-10期（已过 2 天）",
        "",
        "迟报、现已收到 1 份（1 个单位）：",
        "1. 甲科：《办结月报》2026-10期（迟 1 天）",
    ]


def test_late_list_as_of_a_moment_before_the_deadline(store: Store) -> None:
    app = opened("round/late")
    app.datetime_input(key="as_of").set_value(NOW.replace(day=22, hour=23, tzinfo=None)).run()
    assert metrics(app) == {"未报": "0 份", "已补报（迟报）": "0 份", "待报": "2 份"}
    assert "还没到截止时间" in words(app)


def test_late_list_of_all_months_and_one_unit(store: Store) -> None:
    app = opened("round/late")
    app.selectbox(key="month").select("all").run()
    app.selectbox(key="unit").select("A").run()
    assert metrics(app) == {"未报": "0 份", "已补报（迟报）": "2 份"}
    assert app.query_params["unit"] == "A"


def test_a_unit_in_the_address_is_chosen(store: Store) -> None:
    assert "共 1 项" in words(opened("round/freshness", unit="B"))


def test_timeliness_sums_what_the_months_hold(store: Store) -> None:
    app = opened("round/timeliness")
    expected = "近 3 个月：应报 9 份，已报 8 份（报送率 88.89%），按时 6 份（**按时率 66.67%**）。"
    assert expected in words(app)
    table = app.dataframe[0].value
    assert (table["应报"].sum(), table["已报"].sum(), table["按时"].sum()) == (9, 8, 6)


def test_timeliness_of_one_template(store: Store) -> None:
    app = opened("round/timeliness", template="T2")
    assert "应报 3 份，已报 3 份（报送率 100%），按时 2 份" in words(app)


def test_freshness_counts_states_and_lists_what_is_behind(store: Store) -> None:
    app = opened("round/freshness")
    assert metrics(app) == {"最新率": "33.33%", "超期未更新": "0", "落后": "1", "有缺期、内容未更新": "1"}
    shown = app.dataframe[0].value
    assert shown["时效"].tolist() == ["落后", "内容未更新"]
    assert shown["缺什么"].tolist() == ["最近缺 1 期", "最近 2 期数字与上一期全同"]
    assert shown["最新数据"].tolist() == ["2026-09，距今 54 天", "2026-08，距今 84 天"]


def test_every_page_says_the_same_of_freshness(store: Store) -> None:
    said = "共 3 项（单位 × 模板）参评，1 项最新，最新率 33.33%。"
    assert said in words(opened("round/freshness"))
    assert said in words(opened("round/late"))
    assert said in words(opened("round/overview"))
    assert "2 个单位中，0 个的数据全是最新的" in words(opened("round/overview"))
    assert "1 项不是最新：落后 1 项" in words(opened("round/overview"))
    assert "共 1 项（单位 × 模板）参评，0 项最新" in words(opened("units/unit", unit="B"))


def test_an_empty_store_is_fresh_nowhere(empty: Store) -> None:
    set_counting_start(empty, date(2026, 10, 1), NOW)
    app = opened("round/freshness")
    assert metrics(app)["最新率"] == "0%" and metrics(app)["超期未更新"] == "3"
    assert "从未报送" in app.dataframe[0].value["时效"].tolist()


def test_the_office_sets_limits_and_is_told_what_is_none(store: Store) -> None:
    app = opened("round/freshness")
    app.text_input(key="warn-month").set_value("3")
    app.text_input(key="error-month").set_value("2")
    next(button for button in app.button if button.label == "保存界限").click().run()
    assert "不能小于" in words(app) or any("不能小于" in error.value for error in app.error)


def test_an_anomaly_says_where_and_why(store: Store) -> None:
    app = opened("anomalies/anomalies")
    assert "共 1 处、4 个数字，涉及 1 个单位" in words(app)
    assert "**甲科**" in words(app)
    assert "这份表有 4 个数字和往期相同" in words(app)


@pytest.mark.parametrize("page", ["hand_in/upload", "hand_in/templates", "receipts/receipts"])
def test_the_reporting_pages_open(store: Store, page: str) -> None:
    assert opened(page).title


def test_empty_store_opens_with_the_welcome_page(empty: Store) -> None:
    assert opened().title[0].value == "欢迎使用准点"


@pytest.mark.parametrize("page", ["round/overview", "round/late", "round/timeliness", "round/freshness"])
def test_pages_of_an_empty_store_open(empty: Store, page: str) -> None:
    set_counting_start(empty, date(2026, 9, 1), NOW)
    assert opened(page).title


def test_counting_starts_with_the_next_round_once_the_deadline_has_passed(empty: Store) -> None:
    app = opened()
    assert app.selectbox(key="first_month").value == date(2026, 11, 1)
    next(button for button in app.button if button.label == "从这个月开始").click().run()
    assert "第一个统计的是**2026年11月**数据" in words(app)
    assert round_at(open_store(), NOW) is None
    app.switch_page("../round/overview.py").run()
    assert "还没有到第一个报送月份" in words(app)


def test_the_sample_is_loaded_by_one_button(empty: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def load_sample(store: Store, months: int, progress) -> dict[str, int]:
        asked.append((store.path, months))
        progress(1, 2, "T1.xlsx")
        return {"files": 2}

    monkeypatch.setattr(jobs_band, "load_sample", load_sample)
    app = opened()
    next(button for button in app.button if button.label == "载入演示数据").click().run()
    (job,) = jobs_band.JOBS.of(OFFICE.user_code)
    assert job.wait(10) and (job.done, job.number) == (1, 2)
    jobs_band.JOBS.take_away(job)
    assert asked == [(empty.path, 24)]


def test_a_clock_that_is_not_believed_and_a_loss_are_told_above_every_page(store: Store, monkeypatch) -> None:
    with store.write() as cursor:
        audit.keep(store, cursor, [audit.Act(audit.LOST)])
    believed = timekeeper._wall()
    monkeypatch.setattr(timekeeper, "_wall", lambda: believed - timedelta(days=10))
    said = words(opened("round/late"))
    assert "服务器时钟比最近的记录慢约 14,400 分钟" in said and "操作记录曾有缺失" in said
    signed_in(monkeypatch, Person("zhao", "赵局长", Role.LEADER))
    said = words(opened("round/late"))
    assert "服务器时钟比最近的记录慢约 14,400 分钟" in said and "操作记录曾有缺失" not in said


def test_a_store_in_use_is_no_stack_trace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "broken.duckdb").write_text("not a store")
    monkeypatch.setenv("ZHUNDIAN_STORE", str(tmp_path / "broken.duckdb"))
    signed_in(monkeypatch)
    app = opened()
    assert app.title[0].value == "数据库文件损坏" and "恢复最近的备份" in app.warning[0].value


def test_workbook_of_a_list_keeps_formulas_as_text() -> None:
    frame = pandas.DataFrame({"单位": ["=1+1", "@cmd", "甲科"], "天数": pandas.array([1, None, 3], dtype="Int64")})
    content = list_workbook(frame, "名单", "截至 2026-11-24 09:00", "名单", Clock("Asia/Shanghai"))
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert [sheet.cell(row, 1).value for row in (1, 2, 4, 5, 6, 7)] == [
        "名单",
        "截至 2026-11-24 09:00",
        "单位",
        "=1+1",
        "@cmd",
        "甲科",
    ]
    assert {sheet.cell(row, 1).data_type for row in (5, 6)} == {"s"}
    assert [sheet.cell(row, 2).value for row in (5, 6, 7)] == [1, None, 3]
