"""The data page: the numbers that people see are those of the command line; whoever looks sees her own unit alone."""

import io
import json
import urllib.parse
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pandas
import pytest
from streamlit.testing.v1 import AppTest

from data.access import Person, Role
from data.catalogue.in_force import catalogue_in_force
from data.rows.asked import read
from data.rows.pivot import Pivot
from data.rows.readable import layout_as_read, rows_as_read, totals_as_read
from data.store import Store, open_store
from pages.frame import asking
from pages.rows import downloads
from tests.conftest import OFFICE, signed_in
from tests.data.rows.delivered import Deliveries, delivered
from tests.pages.fabricated import NOW, empty_store
from tests.pages.round.test_round import opened, words

AT = datetime(2026, 8, 1, tzinfo=UTC)
CLERK = Person("wang", "王芳", Role.REPORTER, "A")
LEADER = Person("lina", "李娜", Role.LEADER)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """Random deliveries as the program's store."""
    made, deliveries, _ = delivered(11, tmp_path)
    made.close()
    monkeypatch.setenv("ZHUNDIAN_STORE", str(made.path))
    signed_in(monkeypatch)
    monkeypatch.setattr(asking, "now", lambda: AT)
    store = open_store(made.path)
    store.deliveries = deliveries
    yield store
    store.close()


def page(**query: str) -> AppTest:
    """The page, by its address."""
    return opened("rows/rows", **query)


def asked(store: Store, **query: str):
    """The question of the same words."""
    return read(query, catalogue_in_force(store))


def address(app: AppTest) -> dict[str, str]:
    """The words of the page's address."""
    return {name: value if isinstance(value, str) else value[0] for name, value in app.query_params.items()}


def plain(frame: pandas.DataFrame) -> list[dict]:
    """A table's rows, None where there is nothing."""
    return frame.astype(object).where(frame.notna(), None).to_dict("records")


def test_the_rows_are_those_of_the_command_line(store: Store) -> None:
    app = page(template="T1", sort="-done", where="stage=施工|验收")
    expected = rows_as_read(store, AT, asked(store, template="T1", sort="-done", where="stage=施工|验收"))
    shown = plain(app.dataframe[0].value)
    assert [row["done"] for row in shown] == [row["values"]["done"] for row in expected] != []
    assert [row["回执号"] for row in shown] == [row["receipt_no"] for row in expected]
    assert f"{len(expected)} 行" in words(app)


def test_each_row_leads_to_its_form(store: Store) -> None:
    shown = plain(page(template="T1").dataframe[0].value)
    for row, expected in zip(shown, rows_as_read(store, AT, asked(store, template="T1")), strict=True):
        link = urllib.parse.urlsplit(row["打开"])
        query = dict(urllib.parse.parse_qsl(link.query))
        assert (link.path, query["submission"]) == ("form", expected["submission_id"])
        assert (query["cell"], query["sheet"]) == (expected["cells"]["stage"], "表")


def test_the_address_holds_the_question(store: Store) -> None:
    query = {"template": "T1", "unit": "B", "from": "2026-02", "to": "2026-04", "where": "done=5..", "search": "o"}
    app = page(**query, view="totals")
    assert address(app) == query | {"view": "totals"}
    app.segmented_control[0].set_value("rows").run()
    assert address(app) == query | {"view": "rows"}
    assert {row["单位"] for row in plain(app.dataframe[0].value)} <= {"单位 B"}


def test_a_month_in_the_address_is_that_month_alone(store: Store) -> None:
    delivery, _ = store.deliveries.rows(AT)[0]
    month = f"{delivery.period:%Y-%m}"
    shown = plain(page(template="T1", month=month).dataframe[0].value)
    assert {row["报送期"] for row in shown} == {month}


def test_the_totals_are_those_of_the_command_line(store: Store) -> None:
    app = page(template="T1", view="totals")
    shown = {row["列"]: row for row in plain(app.dataframe[0].value)}
    for row in totals_as_read(store, AT, asked(store, template="T1")):
        line = shown[row["column"]]
        if row["value"] is None:
            assert line["合计"] == "—" and "不" in line["怎么得来"]
        else:
            assert float(line["合计"].replace(",", "").rstrip("%")) == pytest.approx(row["value"], abs=0.006)
            assert (line["单位"], line["报送"]) == (row["units"], f"{row['returns']}/{row['of_returns']}")


@pytest.mark.parametrize("measure", ["done", "open_", "rate", "days"])
def test_a_layout_is_that_of_the_command_line(store: Store, measure: str) -> None:
    app = page(template="T1", view="layout", by="unit", across="period", measure=measure)
    shown = {row["单位"]: row for row in plain(app.dataframe[0].value)}
    for row in layout_as_read(store, AT, asked(store, template="T1"), Pivot("unit", "period", measure)):
        value = shown[f"单位 {row['by']}"][row["across"]]
        assert value == (None if row["value"] is None else pytest.approx(row["value"], abs=0.006))


@pytest.mark.parametrize(("measure", "is_lowest_first"), [("done", False), ("rate", True)])
def test_the_table_of_a_layout_stands_in_the_order_of_its_figure(
    store: Store, measure: str, is_lowest_first: bool
) -> None:
    app = page(template="T1", view="layout", by="unit", across="none", measure=measure)
    written = [line["合计"] for line in plain(app.dataframe[0].value)]
    values = [value for value in written if value is not None]
    assert values == sorted(values, reverse=not is_lowest_first) and written[: len(values)] == values


def test_a_line_of_a_layout_leads_to_its_rows(store: Store) -> None:
    app = page(template="T1", view="layout", by="stage", across="none", measure="done")
    for line in plain(app.dataframe[0].value):
        query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(line["明细"]).query))
        view = query.pop("view")
        found = rows_as_read(store, AT, asked(store, **query))
        assert view == "rows"
        assert sum(row["values"]["done"] or 0 for row in found) == (line["合计"] or 0)


def test_a_section_sees_its_own_unit_whatever_the_address_says(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    signed_in(monkeypatch, CLERK)
    app = page(template="T1", unit="B")
    assert {row["单位"] for row in plain(app.dataframe[0].value)} == {"单位 A"}
    assert address(app)["unit"] == "A" and "单位 B" not in words(app)
    layout = page(template="T1", view="layout", by="unit", across="none", measure="done")
    assert [row["单位"] for row in plain(layout.dataframe[0].value)] == ["单位 A"]


def test_a_leader_begins_with_the_chart_and_sees_nothing_under_review(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed_in(monkeypatch, LEADER)
    app = page()
    assert address(app)["view"] == "layout" and len(app.get("plotly_chart")) == 1
    deliveries: Deliveries = store.deliveries
    waiting = {f"R-{one.submission_id}" for one in deliveries.made if one.needs_review and not one.accepted_at}
    shown = plain(page(template="T1", view="rows").dataframe[0].value)
    assert waiting and not waiting & {row["回执号"] for row in shown}


def test_the_past_is_shown_as_it_was(store: Store) -> None:
    early = datetime(2026, 4, 1, tzinfo=UTC)
    local = catalogue_in_force(store).clock.local(early)
    app = page(template="T1", as_of=f"{local:%Y-%m-%dT%H:%M}")
    expected = rows_as_read(store, early, asked(store, template="T1"))
    assert [row["回执号"] for row in plain(app.dataframe[0].value)] == [row["receipt_no"] for row in expected]


@pytest.mark.parametrize("query", [{"where": "done=x"}, {"unit": "ZZ"}, {"columns": "'; DROP TABLE fact; --"}])
def test_an_address_that_cannot_be_read_says_why(store: Store, query: dict) -> None:
    app = page(template="T1", **query)
    assert len(app.warning) == 1 and len(app.dataframe) == 1
    assert store.value("SELECT count(*) FROM fact") > 0


def test_where_nothing_fits_it_says_so(store: Store) -> None:
    app = page(template="T1", search="这样的字没有")
    assert "没有符合条件的行" in words(app) and not app.dataframe


def test_a_download_is_noted_with_its_question(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    made: dict[str, bytes] = {}

    class Button:
        def download_button(self, label, data, **_):
            made[label] = data()

    monkeypatch.setattr(downloads.st, "download_button", Button().download_button)
    page(template="T1", where="done=5..", search="o")
    assert set(made) == {".xlsx", ".csv", ".parquet"}
    expected = rows_as_read(store, AT, asked(store, template="T1", where="done=5..", search="o"))
    frame = pandas.read_csv(io.BytesIO(made[".csv"]))
    assert frame["receipt_no"].tolist() == [row["receipt_no"] for row in expected]
    trail = store.rows("SELECT user_code, details FROM audit WHERE action = 'rows_downloaded' ORDER BY audit_no")
    assert [json.loads(row.details)["question"] for row in trail] == ["template=T1&where=done=5..&search=o"] * 3
    assert {row.user_code for row in trail} == {OFFICE.user_code}


def test_a_store_that_has_not_begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = empty_store(tmp_path / "empty.duckdb")
    monkeypatch.setenv("ZHUNDIAN_STORE", str(made.path))
    signed_in(monkeypatch)
    monkeypatch.setattr(asking, "now", lambda: NOW)
    app = page()
    assert not app.exception and not app.dataframe
    made.close()
