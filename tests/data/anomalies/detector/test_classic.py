"""The three plain methods, by hand."""

import numpy
import pytest

from data.anomalies.detector.classic import Method, bounds, flags, min_max, modified_z_score, z_score

NAN = numpy.nan


def test_z_score_uses_the_population_deviation():
    # mean 5, squares 9 1 1 1 0 0 4 16 = 32, / 8 = 4, deviation 2
    scores = z_score(numpy.array([[2.0, 4, 4, 4, 5, 5, 7, 9]]))
    assert scores.tolist() == [[-1.5, -0.5, -0.5, -0.5, 0, 0, 1, 2]]


def test_z_score_leaves_gaps_out():
    assert z_score(numpy.array([[1.0, NAN, 3.0]]))[0] == pytest.approx([-1, NAN, 1], nan_ok=True)


def test_z_score_of_figures_that_do_not_differ_is_unknown():
    assert numpy.isnan(z_score(numpy.array([[3.0, 3, 3], [5, NAN, NAN]]))).all()


def test_of_ten_figures_no_z_score_exceeds_three_of_eleven_one_can():
    ten, eleven = numpy.array([[0.0] * 9 + [1e6]]), numpy.array([[0.0] * 10 + [1e6]])
    assert z_score(ten).max() == pytest.approx(3.0)
    assert not flags(ten, Method.Z_SCORE, 3.0001).any()
    assert z_score(eleven).max() == pytest.approx(10**0.5)
    assert flags(eleven, Method.Z_SCORE)[0].tolist() == [False] * 10 + [True]


@pytest.mark.parametrize("outlier", [1e6, 7.0, 0.1, 1 / 3, 123456.789, -5.3])
def test_a_score_exactly_at_the_threshold_is_an_outlier_as_dhis2_counts_it(outlier):
    """There it says `>= :threshold`; of ten figures, nine of them equal, the tenth is exactly three deviations off."""
    for level in (0.0, 0.1, 17.3):
        ten = numpy.array([[level] * 9 + [level + outlier]])
        assert flags(ten, Method.Z_SCORE)[0].tolist() == [False] * 9 + [True], z_score(ten)
    assert flags(numpy.array([[2.0, 4, 4, 4, 5, 5, 7, 9]]), Method.Z_SCORE, 2.0)[0].tolist() == [False] * 7 + [True]
    assert flags(numpy.array([[1.0, 2, 3, 4, 5]]), Method.MODIFIED_Z_SCORE, 0.6745)[0].tolist() == [
        True,
        True,
        False,
        True,
        True,
    ]


def test_modified_z_score():
    # median 3; deviations 2 1 0 1 97, their median 1
    scores = modified_z_score(numpy.array([[1.0, 2, 3, 4, 100]]))
    assert scores[0] == pytest.approx([-1.349, -0.6745, 0, 0.6745, 65.4265])
    # an even number: median 2.5; deviations 1.5 0.5 0.5 1.5, their median 1
    assert modified_z_score(numpy.array([[1.0, 2, 3, 4]]))[0] == pytest.approx([-1.01175, -0.33725, 0.33725, 1.01175])


def test_modified_z_score_is_blind_where_more_than_half_are_equal():
    values = numpy.array([[7.0, 7, 7, 7, 900]])
    assert numpy.isnan(modified_z_score(values)).all()
    assert not flags(values, Method.MODIFIED_Z_SCORE).any()


def test_min_max_is_the_distance_beyond_the_bounds():
    values = numpy.array([[1.0, 5, 10, NAN, 13]])
    low, high = numpy.array([2.0]), numpy.array([10.0])
    assert min_max(values, low, high)[0] == pytest.approx([1, 0, 0, NAN, 3], nan_ok=True)


def test_bounds_are_two_deviations_around_the_mean():
    low, high = bounds(numpy.array([[2.0, 4, 4, 4, 5, 5, 7, 9]]))
    assert (low.tolist(), high.tolist()) == ([1.0], [9.0])
    assert not flags(numpy.array([[2.0, 4, 4, 4, 5, 5, 7, 9]]), Method.MIN_MAX).any()
    assert flags(numpy.array([[1.0] * 9 + [9.0]]), Method.MIN_MAX)[0].tolist() == [False] * 9 + [True]
