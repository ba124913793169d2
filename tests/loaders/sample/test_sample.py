"""The made-up history: lawful rows, the same story every time, counts that the store confirms, mistakes that show."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

import pytest

from data.anomalies.flags import anomalies
from data.backup import check
from data.catalogue.files import read_catalogue
from data.catalogue.in_force import REFERENCE, ensure_catalogue, load_catalogue
from data.catalogue.model import Catalogue, ColumnType, Obligation
from data.catalogue.rules import broken_rules
from data.dues.timeliness import timeliness
from data.store import Store
from data.submissions.received import has_sample
from loaders.sample.history import REPORTED_BY, load_sample
from loaders.sample.rows import RowMaker, recipes
from tests.conftest import filled, ingest, shanghai

NOW = shanghai("2026-11-24T12:00:00")
OWED = {("FJS", "BE-04"), ("FJS", "BE-07"), ("CJK", "BE-05"), ("ZJK", "BE-06"), ("ZFD", "SV-02"), ("CZK", "DQ-01")}
OWED |= {("XZSP", "PR-01"), ("ZFD", "SV-03")}
MONTHS = 6


def reduced(wanted: set[tuple[str, str]] = OWED) -> Catalogue:
    """The reference catalogue with a few obligations, owed for a few months."""
    whole = read_catalogue(REFERENCE)
    kept = (o for o in whole.obligations if (o.unit_code, o.template_code) in wanted)
    return replace(whole, obligations=tuple(replace(o, first_period=date(2026, 4, 1)) for o in kept))


def opened(path, catalogue: Catalogue) -> Store:
    store = Store(path)
    load_catalogue(store, catalogue, shanghai("2024-10-01T00:00:00"))
    ensure_catalogue(store, NOW)
    return store


@pytest.fixture(scope="module")
def told(tmp_path_factory) -> Iterator[tuple[Store, dict]]:
    """A store with six months of a few obligations, and what load_sample said of it."""
    store = opened(tmp_path_factory.mktemp("sample") / "store.duckdb", reduced())
    yield store, load_sample(store, MONTHS, now=NOW)
    store.close()


def count(store: Store, condition: str = "TRUE") -> int:
    return store.rows(f"SELECT count(*) FROM submission WHERE {condition}")[0][0]


def test_the_rows_of_every_template_keep_every_error_rule(store):
    catalogue = read_catalogue(REFERENCE)
    made = recipes(catalogue)
    assert set(made) == {template.template_code for template in catalogue.templates}
    first, last, fired = date(2025, 12, 1), date(2026, 3, 1), 0
    every: dict = {}
    with RowMaker(store, catalogue) as maker:
        for code, recipe in made.items():
            units = {o.unit_code for o in catalogue.obligations if o.template_code == code}
            assert units == set(recipe.rows)
            required = [c for c in recipe.template.columns if c.required]
            every[code] = maker.rows(recipe, units, first, last, every)
            for (unit, period), rows in every[code].items():
                full = [{"period": period, "unit": unit, **row} for row in rows]
                keys = [tuple(row[name] for name in recipe.template.row_key) for row in rows]
                assert rows and len(keys) == len(set(keys)), (code, unit, period)
                assert all(row[c.name] is not None for row in full for c in required), (code, unit, period)
                broken = broken_rules(store, recipe.template, full)
                assert not [rule.code for rule, _ in broken if rule.severity == "error"], (code, unit, period)
                fired += bool(broken)
    assert fired < 40  # of some 240 workbooks: explanations stay the exception


def test_stocks_and_totals_carry_on_from_month_to_month(store):
    catalogue = read_catalogue(REFERENCE)
    with RowMaker(store, catalogue) as maker:
        made = maker.rows(recipes(catalogue)["BE-01"], ["ZJK"], date(2025, 11, 1), date(2026, 2, 1))
    november, december, january, february = (made["ZJK", period] for _, period in sorted(made))
    for before, after in zip(november + december + january, december + january + february, strict=True):
        assert after["carried_in"] == before["carried_out"]
    assert [row["closed_ytd"] for row in january] == [row["closed"] for row in january]
    for before, after in zip(january, february, strict=True):
        assert after["closed_ytd"] == before["closed_ytd"] + after["closed"]


def test_dates_lie_in_the_month_they_are_about(store):
    catalogue = read_catalogue(REFERENCE)
    with RowMaker(store, catalogue) as maker:
        for code, name in {"BE-02": "issued_on", "SV-01": "check_date", "DQ-01": "raised_on"}.items():
            recipe = recipes(catalogue)[code]
            assert recipe.template.column(name).type is ColumnType.DATE
            made = maker.rows(recipe, recipe.rows, date(2026, 9, 1), date(2026, 10, 1))
            assert all(row[name].replace(day=1) == period for (_, period), rows in made.items() for row in rows)


def test_the_counts_are_those_of_the_store(told):
    store, result = told
    assert result["files"] == count(store) > 35
    assert result["accepted"] == count(store, "outcome = 'accepted'")
    assert result["returned"] == count(store, "outcome = 'returned'")
    assert result["corrections"] == count(store, "kind = 'correction'")
    figures = timeliness(store, NOW, by=["month"]).tail(MONTHS)
    assert (result["late"], result["missing"]) == (figures["late"].sum(), figures["missing"].sum())
    october = figures.iloc[-1]
    assert (october["late"], october["missing"]) == (1, 2)  # ZFD SV-03; ZFD SV-02 and CZK DQ-01
    assert (result["known"], result["left_out"], check(store)) == (0, [], [])


def test_every_file_is_marked_and_none_is_from_the_future(told):
    store, _ = told
    assert has_sample(store)
    assert count(store, f"is_sample AND reported_by = '{REPORTED_BY}' AND file_name LIKE '示例%'") == count(store)
    assert store.rows("SELECT max(received_at) FROM submission")[0][0] <= NOW


def test_every_honest_file_is_accepted(told):
    store, _ = told
    stories = store.rows("SELECT outcome FROM submission WHERE file_name NOT LIKE '%退回件%'")
    assert {outcome for (outcome,) in stories} == {"accepted"}


def test_a_second_run_changes_nothing(told):
    store, result = told
    before = count(store)
    again = load_sample(store, MONTHS, now=NOW)
    assert (again["files"], again["known"], count(store)) == (0, result["files"], before)
    assert (again["late"], again["missing"]) == (result["late"], result["missing"])


def test_the_planted_mistakes_show(told):
    store, result = told
    flags = anomalies(store, NOW)
    found = set(zip(flags["unit_code"], flags["template_code"], flags["period"], flags["column_name"], strict=True))
    copies = flags[(flags["kind"] == "copy_form") & flags["column_name"].isna()]
    found |= set(zip(copies["unit_code"], copies["template_code"], copies["period"], [None] * len(copies), strict=True))
    planted = [
        (m["unit"], m["template"], datetime.fromisoformat(m["period"] + "-01"), m["column"]) for m in result["planted"]
    ]
    assert len(planted) >= 6
    assert sum(mistake in found for mistake in planted) >= 0.85 * len(planted)


def test_a_shorter_history_is_the_end_of_a_longer_one_and_goes_on_where_it_stopped(told, tmp_path):
    longer, _ = told
    shorter, midway = opened(tmp_path / "store.duckdb", reduced()), shanghai("2026-11-19T12:00:00")
    early = load_sample(shorter, 1, now=midway)
    assert 0 < early["files"] < len(OWED) and early["missing"] == 0
    assert shorter.rows("SELECT max(received_at) FROM submission")[0][0] <= midway
    progress: list[tuple[int, int]] = []
    rest = load_sample(shorter, 1, now=NOW, progress=lambda done, total, _: progress.append((done, total)))
    assert rest["known"] == early["files"]
    assert progress == [(n, rest["files"]) for n in range(1, rest["files"] + 1)]
    sql = "SELECT sha256, received_at FROM submission WHERE period = DATE '2026-10-01' ORDER BY ALL"
    assert shorter.rows(sql) == longer.rows(sql) != []
    shorter.close()


def test_a_store_with_real_submissions_is_left_alone(store):
    ingest(store, filled(store, "BE-02", "XZSP"), "BE-02.xlsx", NOW, explanations="首次发证日期与编号不一致系变更所致")
    with pytest.raises(ValueError, match="real submissions"):
        load_sample(store, 1, now=NOW)
    assert count(store) == 1


def test_a_foreign_catalogue_has_no_samples(tmp_path):
    foreign = replace(reduced(), obligations=(Obligation("JLD", "BE-04", date(2026, 1, 1)),))
    store = opened(tmp_path / "store.duckdb", foreign)
    with pytest.raises(ValueError, match="no sample definitions"):
        load_sample(store, 1, now=NOW)
    assert count(store) == 0
    store.close()


def test_a_demonstration_is_cleared_and_real_submissions_never(store):
    from loaders.sample.clear import clear_sample

    ingest(store, filled(store, "BE-02", "XZSP"), "a.xlsx", NOW, REPORTED_BY, is_sample=True)
    with store.write() as cursor:  # what was decided on made-up lateness goes with it
        cursor.execute("INSERT INTO waiver BY NAME SELECT 'w' AS waiver_id, 'XZSP' AS unit_code")
        cursor.execute("INSERT INTO supervision_case BY NAME SELECT 'c' AS case_id, 'XZSP' AS unit_code")
    assert clear_sample(store) == 1
    for table in ("submission", "fact", "issue", "workbook_file", "waiver", "supervision_case"):
        assert store.rows(f"SELECT count(*) FROM {table}") == [(0,)]
    ingest(store, filled(store, "BE-02", "XZSP"), "a.xlsx", NOW, "张三")
    with pytest.raises(ValueError, match="real submissions"):
        clear_sample(store)
    assert store.rows("SELECT count(*) FROM submission") == [(1,)]


def test_what_lies_before_a_short_history_is_nobodys_lateness(store):
    load_sample(store, 1, date(2026, 10, 1), now=NOW)
    assert set(timeliness(store, NOW, by=("month",))["month"].dt.date) == {date(2026, 10, 1)}
