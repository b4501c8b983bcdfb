"""Temperature and water stress by hand."""

import math

import numpy as np
import pytest

from explorer.equations.stress import (
    carried_through_frost,
    optimum_temperature,
    temperature_scalar_distance,
    temperature_scalar_distance_stepped,
    temperature_scalar_optimum,
    water_scalar,
)

ROUNDING = 2e-6  # float32 through one exponential
# Potter's curve with its own scale, at the optimum and 10 degrees above and below it.
AT_OPTIMUM = 1.1814 / (1 + math.exp(-2)) / (1 + math.exp(-3))
TEN_ABOVE = 1.1814 / (1 + math.exp(-4)) / 2
TEN_BELOW = 1.1814 / 2 / (1 + math.exp(-6))


def test_optimum_temperature_is_that_of_greenest_month():
    temperature, ndvi = np.arange(24.0).reshape(12, 2), np.zeros((12, 2))
    ndvi[6, 0] = ndvi[2, 1] = 0.8
    np.testing.assert_array_equal(optimum_temperature(temperature, ndvi), [12.0, 5.0])


def test_optimum_temperature_takes_first_of_equal_peaks():
    assert float(optimum_temperature(np.array([3.0, 9.0, 7.0]), np.array([0.1, 0.6, 0.6]))) == 9.0


@pytest.mark.parametrize("month", [0, 1, 2])
def test_optimum_temperature_is_missing_where_any_ndvi_is(month):
    ndvi = np.array([0.1, 0.6, 0.3])
    ndvi[month] = np.nan
    assert np.isnan(optimum_temperature(np.array([3.0, 9.0, 7.0]), ndvi))


@pytest.mark.parametrize(("t_opt", "scalar"), [(0, 0.8), (10, 0.95), (20, 1.0), (30, 0.95)])
def test_t_scalar_1_by_hand(t_opt, scalar):
    assert float(temperature_scalar_optimum(15.0, t_opt, -10.0)) == pytest.approx(scalar, rel=1e-6)


@pytest.mark.parametrize(("temperature", "grows"), [(-10.0, 0), (-10.01, 0), (-9.99, 1)])
def test_t_scalar_1_is_zero_up_to_cold_limit(temperature, grows):
    assert float(temperature_scalar_optimum(temperature, 20.0, -10.0)) == pytest.approx(grows)


@pytest.mark.parametrize("t_opt", [-40.0, -25.0, -10.0, 0.0, 45.0])
def test_t_scalar_1_is_never_negative(t_opt):
    # The parabola of T_opt is below 0 under -24.7 degC; a stress factor is 0 to 1.
    assert 0 <= float(temperature_scalar_optimum(5.0, t_opt, -10.0)) <= 1


@pytest.mark.parametrize(
    ("distance", "scalar"), [(0.0, AT_OPTIMUM), (10.0, TEN_ABOVE), (-10.0, TEN_BELOW)]
)
@pytest.mark.parametrize("t_opt", [5.0, 22.0])
def test_t_scalar_2_by_hand(distance, scalar, t_opt):
    got = float(temperature_scalar_distance(t_opt + distance, t_opt, 1.1814))
    assert got == pytest.approx(scalar, rel=ROUNDING)


@pytest.mark.parametrize(
    ("distance", "scalar"),
    [
        (10.0, TEN_ABOVE),
        (10.1, AT_OPTIMUM / 2),
        (40.0, AT_OPTIMUM / 2),
        (-10.0, TEN_BELOW),
        (-13.1, AT_OPTIMUM / 2),
        (-40.0, AT_OPTIMUM / 2),
    ],
)
def test_t_scalar_2_stepped_is_half_far_from_optimum(distance, scalar):
    got = float(temperature_scalar_distance_stepped(20.0 + distance, 20.0, 1.1814))
    assert got == pytest.approx(scalar, rel=ROUNDING)


@pytest.mark.parametrize(
    ("actual", "potential", "w_min", "scalar"),
    [
        (0, 80, 0.5, 0.5),
        (80, 80, 0.5, 1.0),
        (20, 80, 0.5, 0.625),
        (20, 80, 0.2, 0.4),
        (99, 80, 0.5, 1.0),
        (0, 0, 0.5, 0.5),
    ],
)
def test_w_scalar_by_hand(actual, potential, w_min, scalar):
    assert float(water_scalar(actual, potential, w_min)) == pytest.approx(scalar, rel=1e-6)


def ring(frozen_months, otherwise=0.5):
    months = np.arange(1, 13)
    frozen = np.isin(months, frozen_months)
    return np.asarray(carried_through_frost(months / 10, frozen, otherwise))


def test_w_scalar_is_carried_from_last_month_before_frost():
    np.testing.assert_allclose(ring([11, 12])[9:], [1.0, 1.0, 1.0], rtol=1e-6)


def test_w_scalar_of_winter_is_carried_over_new_year():
    # December is frozen too, so January and February look back to November.
    np.testing.assert_allclose(ring([12, 1, 2])[[11, 0, 1, 2]], [1.1, 1.1, 1.1, 0.3], rtol=1e-6)


def test_w_scalar_of_january_is_carried_from_december():
    np.testing.assert_allclose(ring([1, 2])[[0, 1]], [1.2, 1.2], rtol=1e-6)


def test_w_scalar_of_year_without_thaw_is_given_value():
    np.testing.assert_array_equal(ring(range(1, 13), 0.25), np.full(12, 0.25))


def test_w_scalar_of_year_without_frost_is_kept():
    np.testing.assert_allclose(ring([]), np.arange(1, 13) / 10, rtol=1e-6)
