"""How columns add up, and what rates are made of, of the reference catalogue and of rules written for the purpose."""

import pytest

from data.catalogue.adding import Adding, Parts, Term, adding, has_sum, parts_of
from data.catalogue.files import read_catalogue
from data.catalogue.in_force import REFERENCE
from data.catalogue.model import ColumnType, Nature, Severity
from tests.data import worlds

CATALOGUE = read_catalogue(REFERENCE)
FLOWS = tuple(worlds.column(name, ColumnType.INT, Nature.FLOW) for name in "abc")
STOCK = worlds.column("s", ColumnType.INT, Nature.STOCK)
RATE = worlds.column("r", ColumnType.PCT, Nature.LEVEL)


@pytest.mark.parametrize(
    ("type_", "nature", "way"),
    [
        (ColumnType.INT, Nature.FLOW, Adding.THROUGHOUT),
        (ColumnType.DEC, Nature.STOCK, Adding.LAST),
        (ColumnType.INT, Nature.CUMULATIVE, Adding.LAST),
        (ColumnType.DEC, Nature.LEVEL, Adding.NEVER),
        (ColumnType.INT, Nature.FIXED, Adding.NEVER),
        (ColumnType.PCT, Nature.FLOW, Adding.NEVER),
        (ColumnType.INT, None, Adding.NEVER),
        (ColumnType.STR, Nature.FLOW, Adding.NEVER),
    ],
)
def test_a_column_adds_up_as_its_nature_says(type_, nature, way):
    assert adding(worlds.column("n", type_, nature)) is way


def made_of(expression: str, severity: Severity = Severity.ERROR) -> Parts | None:
    """What r is made of, where this is the one rule."""
    rule = worlds.rule(expression, severity=severity)
    return parts_of(worlds.template(columns=(*FLOWS, STOCK, RATE), rules=(rule,)), "r")


def test_parts_are_read_from_the_rule():
    of_ab = Parts((Term("a", 1.0),), (Term("b", 1.0),), Adding.THROUGHOUT, 100.0)
    assert made_of("abs(r - 100.0 * a / b) <= 0.05") == of_ab
    assert made_of("CASE WHEN b > 0 THEN r IS NOT NULL AND abs(100 * a / b - r) <= 0.05 + 1e-9 END") == of_ab
    summed = made_of("abs(r - 100.0 * (a + coalesce(c, 0)) / b) <= 0.05")
    assert summed is not None and summed.above == (Term("a", 1.0), Term("c", 1.0, is_blank_zero=True))
    assert made_of("abs(r - 100.0 * (a - c) / b) <= 0.05").above == (Term("a", 100.0), Term("c", -100.0))


@pytest.mark.parametrize(
    "expression",
    [
        "abs(r - 100.0 * a / s) <= 0.05",  # a flow over a stock adds up in no way
        "abs(r - 100.0 * a * c / b) <= 0.05",  # no sum
        "abs(r - 100.0 * a / b) <= 5",  # says about how much it is
        "abs(r - 100.0 * a / b) >= 0.05",
        "abs(a - r * b / 100) <= 0.05",
        "r <= 100",
    ],
)
def test_what_does_not_say_what_a_rate_is_gives_no_parts(expression):
    assert made_of(expression) is None


def test_a_rule_that_may_be_explained_away_defines_nothing():
    assert made_of("abs(r - 100.0 * a / b) <= 0.05", Severity.CHECK) is None


def test_the_rates_of_the_reference_catalogue():
    rates = [(t, column) for t in CATALOGUE.templates for column in t.columns if column.type is ColumnType.PCT]
    without = {f"{t.template_code} {column.name}" for t, column in rates if not has_sum(t, column)}
    assert without == {"AR-01 digitized_rate", "BE-01 cost_pct", "MW-01 deposit_pct", "SV-03 claim_rate"}
    good = parts_of(CATALOGUE.template("BE-08"), "good_rate")
    assert good is not None and good.columns == ("r5", "r4", "r3", "ratings") and good.scale == 100
