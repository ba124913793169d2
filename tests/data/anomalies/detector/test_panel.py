"""From a long table to a panel, and the habits of its columns."""

import numpy
import pandas
import pytest

from data.anomalies.detector import from_rows
from data.anomalies.detector.ordering import median, median_of_others
from data.anomalies.detector.spread import student
from data.anomalies.detector.transform import Scale, transform_of
from tests.data.anomalies.detector.panels import panel, town


def rows(**more):
    table = pandas.DataFrame(
        [
            ("s", "east", "a", "2024-01-01", 10.0),
            ("s", "east", "a", "2024-03-01", 12.0),
            ("s", "west", "a", "2024-02-01", None),
            ("s", "west", "b", "2024-02-01", 7.5),
        ],
        columns=["source", "unit", "indicator", "month", "obs"],
    )
    return table.assign(vtype="count", dec=1.0, flow=1.0, **more)


def test_rows_find_their_place_and_missing_months_are_gaps():
    of, series, column = from_rows(rows())
    assert of.values.shape == (3, 3)
    assert of.values[series, column] == pytest.approx([10, 12, numpy.nan, 7.5], nan_ok=True)
    assert numpy.isnan(of.values).sum() == 6
    assert of.months.tolist() == [2024 * 12, 2024 * 12 + 1, 2024 * 12 + 2]
    assert of.group.tolist() == [0, 0, 1] and of.form.tolist() == [0, 1, 1]


def test_quarterly_rows_make_a_panel_without_empty_months():
    quarters = pandas.date_range("2020-01-01", periods=12, freq="3MS").strftime("%Y-%m-%d")
    table = pandas.concat([rows().iloc[:1].assign(month=month) for month in quarters])
    of, _, _ = from_rows(table)
    assert of.values.shape == (1, 12) and not numpy.isnan(of.values).any()
    assert (of.stride, of.year) == (3, 4)


def test_a_rule_holds_for_units_that_have_all_its_parts():
    rule = {"source": "s", "total": "a", "parts": ["b"], "tolerance": 1, "units": ["east", "west"]}
    of, _, _ = from_rows(rows(), [rule])
    assert [(found.total, found.parts, found.tolerance) for found in of.rules] == [(1, (2,), 1.0)]


def test_a_group_that_rounds_to_hundreds_has_a_step_of_a_hundred():
    assert (panel(numpy.round(town() / 100) * 100).step == 100).all()
    assert (panel(town()).step == 1).all()


def test_the_panel_as_it_was_known():
    of = panel(town(months=20))
    assert of.until(9).values.shape == (12, 10)
    assert of.until(9, back=4).months.tolist() == of.months[6:10].tolist()


@pytest.mark.parametrize(("vtype", "sign", "scale"), [("money", 1, 0), ("pct", 1, 1), ("money", -1, 2)])
def test_a_transform_and_back(vtype, sign, scale):
    values = numpy.round(numpy.random.default_rng(1).uniform(0.1, 99, (3, 12)), 1)
    values[:, ::3] *= sign
    transform = transform_of(panel(values, vtype=vtype, decimals=1))
    index = numpy.arange(3)[:, None]
    assert (transform.scale == Scale(scale)).all()
    assert transform.back(transform.forward(values, index), index) == pytest.approx(values)
    slope = (transform.forward(values + 1e-6, index) - transform.forward(values - 1e-6, index)) / 2e-6
    assert transform.log_slope(values, index) == pytest.approx(numpy.log(slope), abs=1e-4)


def test_medians_ignore_gaps():
    values = numpy.array([[1.0, numpy.nan, 3.0], [numpy.nan] * 3, [4.0, 1.0, 9.0]])
    assert median(values) == pytest.approx([2, numpy.nan, 4], nan_ok=True)


def test_the_median_of_the_others_is_that_without_the_row():
    values = numpy.random.default_rng(2).normal(size=(7, 5))
    values[2, 3] = numpy.nan
    found = median_of_others(values)
    for row in range(7):
        assert found[row] == pytest.approx(numpy.nanmedian(numpy.delete(values, row, axis=0), axis=0))


def test_students_density_sums_to_one_and_has_the_normal_median_deviation():
    at = numpy.arange(-400, 400, 0.01)
    for nu in (2.5, 4.0, 15.0):
        density = numpy.exp(student(at, nu)) * 0.01
        assert density.sum() == pytest.approx(1, abs=2e-3)
        assert density[numpy.abs(at) < 0.6745].sum() == pytest.approx(0.5, abs=0.01)
