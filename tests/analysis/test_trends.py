"""Trends by hand, and the test of Mann and Kendall by counting."""

from itertools import combinations, permutations

import numpy as np
import pytest

from explorer.analysis.trends import trend

YEARS = np.arange(2001, 2008)


def test_a_line_is_its_slope_by_both_and_is_told_apart_from_none():
    found = trend(YEARS, 360 + 1.81 * (YEARS - 2001))
    assert found.slope == pytest.approx(1.81)
    assert found.sen == pytest.approx(1.81)
    assert found.mann_kendall_p == pytest.approx(2 / 5040)  # one order of 7!, and its reverse


def test_theil_sen_is_the_median_of_all_slopes_and_an_odd_year_does_not_move_it():
    values = np.array([3.0, 4.1, 4.9, 6.1, 7.2, 40.0, 9.1])
    slopes = [(values[j] - values[i]) / (YEARS[j] - YEARS[i]) for i, j in combinations(range(7), 2)]
    found = trend(YEARS, values)
    assert found.sen == pytest.approx(np.median(slopes))
    assert found.sen_low <= found.sen <= found.sen_high
    assert found.slope != pytest.approx(found.sen, rel=0.05)


def test_mann_kendall_is_the_share_of_orders_as_far_from_even():
    values = np.array([1.0, 3.0, 2.0, 4.0, 6.0, 5.0])

    def balance(order):
        return sum(np.sign(b - a) for a, b in combinations(order, 2))

    seen = abs(balance(values))
    share = np.mean([abs(balance(order)) >= seen for order in permutations(values)])
    assert trend(np.arange(6), values).mann_kendall_p == pytest.approx(share)


def test_gaps_do_not_count_and_two_years_have_no_trend():
    values = np.array([1.0, np.nan, 3.0, np.nan, 5.0, 6.0, 7.0])
    assert trend(YEARS, values).slope == pytest.approx(1.0)
    assert trend(YEARS, values).n == 5
    assert np.isnan(trend(YEARS[:2], values[:2]).slope)
    assert trend(YEARS, np.full(7, 2.0)).mann_kendall_p == 1.0
