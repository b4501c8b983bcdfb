"""Scores: numbers by hand, and what they must keep to."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import linregress

from explorer.analysis.scores import fitted_line, scores

X = np.array([1.0, 2.0, 3.0, 4.0])
Y = np.array([2.0, 2.0, 5.0, 3.0])
PAIRS = arrays(float, (2, 12), elements=st.floats(-500, 500))


def test_scores_by_hand():
    found = scores(X, Y)
    assert found.n == 4
    assert found.bias == pytest.approx(0.5)  # (1 + 0 + 2 - 1) / 4
    assert found.rmse == pytest.approx(math.sqrt(6 / 4))
    # Sxy = 3, Sxx = 5, Syy = 6
    assert found.slope == pytest.approx(0.6)
    assert found.intercept == pytest.approx(1.5)
    assert found.r == pytest.approx(3 / math.sqrt(30))
    assert found.r2 == pytest.approx(9 / 30)
    assert found.nse == pytest.approx(1 - 6 / 5)  # worse than the mean of the observations
    assert not found.inverse


def test_a_falling_estimate_has_a_negative_r_that_r2_hides():
    found = scores(X, -0.4 * X + 20)
    assert (found.r, found.r2) == (pytest.approx(-1), pytest.approx(1))
    assert found.inverse
    assert found.nse < -50


def test_efficiency_of_perfect_of_the_mean_and_of_the_wrong_level():
    assert scores(X, X).nse == 1
    assert scores(X, np.full(4, X.mean())).nse == pytest.approx(0)
    assert scores(X, X + 10).nse == pytest.approx(1 - 400 / 5)


def test_a_gap_on_either_side_does_not_count():
    holed = scores(np.append(X, [np.nan, 7]), np.append(Y, [3, np.nan]))
    assert holed == scores(X, Y)


def test_what_is_not_defined_is_nan():
    assert scores(np.array([]), np.array([])).n == 0
    assert math.isnan(scores(np.array([]), np.array([])).rmse)
    flat = scores(np.ones(4), Y)
    assert math.isnan(flat.r2)
    assert math.isnan(flat.r)
    assert not flat.inverse
    assert math.isnan(flat.nse)
    assert math.isnan(flat.slope)
    assert flat.rmse == pytest.approx(math.sqrt((1 + 1 + 16 + 4) / 4))


@given(PAIRS)
def test_scores_agree_with_scipy(pairs):
    assume(np.std(pairs, axis=1).min() > 1e-3)
    found, line = scores(*pairs), linregress(*pairs)
    assert found.slope == pytest.approx(line.slope, abs=1e-9)
    assert found.intercept == pytest.approx(line.intercept, abs=1e-6)
    assert found.r == pytest.approx(line.rvalue, abs=1e-9)
    assert found.r2 == pytest.approx(line.rvalue**2, abs=1e-9)


@given(PAIRS)
def test_efficiency_is_never_above_r2(pairs):
    """R² is what the best straight line through the estimates would reach."""
    assume(np.std(pairs, axis=1).min() > 1e-3)
    found = scores(*pairs)
    assert found.nse <= found.r2 + 1e-9
    slope, intercept = fitted_line(pairs[1], pairs[0])
    assert scores(pairs[0], slope * pairs[1] + intercept).nse == pytest.approx(found.r2, abs=1e-6)


@given(PAIRS, st.floats(-50, 50))
def test_a_shift_moves_the_bias_and_leaves_r2(pairs, shift):
    assume(np.std(pairs, axis=1).min() > 1)
    plain, moved = scores(*pairs), scores(pairs[0], pairs[1] + shift)
    assert moved.bias == pytest.approx(plain.bias + shift, abs=1e-6)
    assert moved.r2 == pytest.approx(plain.r2, abs=1e-6)
    assert moved.rmse**2 == pytest.approx(
        plain.rmse**2 + 2 * shift * plain.bias + shift**2, abs=1e-5
    )
