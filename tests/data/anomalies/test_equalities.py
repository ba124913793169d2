"""What a template's rules state as sums is held by the detector, which says which figure breaks one."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from data.anomalies.before import before
from data.anomalies.equalities import Equality, equalities, equality_of
from data.anomalies.flags import anomalies
from data.anomalies.panels import figures_of
from data.catalogue.files import read_catalogue
from data.catalogue.in_force import REFERENCE, load_catalogue
from data.catalogue.model import ColumnType, Nature, Obligation, Severity
from data.store import Store
from tests.data import worlds
from tests.data.anomalies.test_anomalies import ALWAYS, months, report
from tests.data.worlds import column, rule, template

FORM = template(
    "F",
    columns=(
        column("place", ColumnType.STR),
        *(column(name, nature=Nature.FLOW) for name in ("came", "left_over", "done", "withdrawn", "open")),
        column("issued", nature=Nature.FLOW),
        column("pushed", nature=Nature.FLOW),
    ),
    row_key=("place",),
    rules=(
        rule("open = left_over + came - done - coalesce(withdrawn, 0)"),
        rule("pushed = issued", "R2", Severity.CHECK),
    ),
)


@pytest.fixture
def store(tmp_path: Path):
    store = Store(tmp_path / "store.duckdb")
    owed = [Obligation(unit, "F", date(2025, 1, 1)) for unit in ("U1", "U2")]
    load_catalogue(store, worlds.catalogue(owed, [FORM]), ALWAYS)
    yield store
    store.close()


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("a + b = c", Equality("c", (("a", 1), ("b", 1)))),
        ("c = a - (b - d)", Equality("c", (("a", 1), ("b", -1), ("d", 1)))),
        ("c = a + coalesce(b, 0)", Equality("c", (("a", 1), ("b", 1)))),
        ("a = b", Equality("a", (("b", 1),))),
        ("c = a + coalesce(b, 1)", None),
        ("c = a * b", None),
        ("a + b = c + d", None),
        ("c = a + a", None),
        ("c = a + c", None),
        ("c >= a + b", None),
        ("c = a + 1", None),
        ("(a = 1) = (b IS NULL)", None),
        ("abs(c - a - b) <= 0.01", None),
    ],
)
def test_what_a_rule_states_as_a_sum(expression, expected):
    assert equality_of(expression) == expected


def test_the_reference_catalogue_states_these():
    stated = {each.template_code: equalities(each) for each in read_catalogue(REFERENCE).templates if equalities(each)}
    assert set(stated) == {"BE-01", "BE-04", "BE-05", "BE-07", "BE-08", "BE-09", "SV-03"}
    assert [equality.total for equality in stated["BE-08"]] == ["ratings", "bad_orders"]
    assert equalities(read_catalogue(REFERENCE).template("BE-09"), (Severity.ERROR,)) == ()


def test_days_and_what_is_not_judged_make_no_sum():
    dated = replace(
        FORM,
        columns=(*FORM.columns, column("day", ColumnType.DATE), column("staff", nature=Nature.FIXED)),
        rules=(rule("done = day - place"), rule("open = came + staff")),
    )
    assert equalities(dated) == ()


def _month(unit: str, n: int, **changed: int) -> dict[str, int]:
    luck = random.Random(f"{unit} {n}")
    size = 1.0 if unit == "U1" else 2.3
    names = {"came": 200, "left_over": 60, "done": 190, "withdrawn": 12, "issued": 120}
    row = {name: round(size * level * luck.uniform(0.9, 1.1)) for name, level in names.items()}
    row |= {"open": row["left_over"] + row["came"] - row["done"] - row["withdrawn"], "pushed": row["issued"]}
    return row | changed


def test_the_sum_that_was_explained_away_names_its_figure(store):
    for n, period in enumerate(months(9)):
        for unit in ("U1", "U2"):
            report(store, period, [_month(unit, n, **({"pushed": 138} if (unit, n) == ("U1", 8) else {}))], unit)
    (row,) = anomalies(store, ALWAYS).itertuples()
    assert (row.unit_code, row.period.date(), row.column_name) == ("U1", date(2025, 9, 1), "pushed")
    assert (row.kind, row.value, row.suggested) == ("total_mismatch", 138, _month("U1", 8)["issued"])


def test_what_is_taken_away_is_taken_away(store):
    """A broken balance cannot be accepted today; figures of an older template version may have one."""
    for n, period in enumerate(months(9)):
        for unit in ("U1", "U2"):
            wrong = {"done": _month(unit, n)["done"] * 10} if (unit, n) == ("U1", 7) else {}
            report(store, period, [_month(unit, n, **wrong)], unit)
    (row,) = anomalies(store, ALWAYS).itertuples()
    assert (row.unit_code, row.period.date(), row.column_name) == ("U1", date(2025, 8, 1), "done")
    assert (row.kind, row.suggested) == ("decimal_slip", _month("U1", 7)["done"])


def test_before_it_is_sent_only_what_cannot_be_explained_is_held(store):
    for n, period in enumerate(months(9)):
        report(store, period, [_month("U1", n)])
    whole = figures_of(store, ALWAYS, FORM).panel
    assert sorted(len(one.parts) for one in whole.rules) == [1, 4]
    now = datetime(2025, 12, 1, tzinfo=UTC)
    told = before(store, now, FORM, ("U1", date(2025, 10, 1)), {("A", "pushed"), ("A", "issued")})
    assert [len(one.parts) for one in told.learned.panel.rules] == [4]
