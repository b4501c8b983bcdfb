"""Evapotranspiration against climate_indices, and by hand."""

import math

import numpy as np
import pytest
from climate_indices import eto

from explorer.equations.water import (
    actual_evapotranspiration,
    heat_index,
    net_radiation,
    potential_evapotranspiration,
    thornthwaite,
    thornthwaite_exponent,
)
from explorer.tables.periods import days_in_months
from tests.conftest import monthly_sun

ORDINARY = 2011
SEASON = -np.cos(2 * np.pi * (np.arange(12) - 0.5) / 12)


@pytest.mark.parametrize("latitude", [-30.0, 5.0, 23.0, 40.0, 53.0])
@pytest.mark.parametrize(("mean", "amplitude"), [(14, 12), (2, 18), (20, 3), (-3, 9)])
def test_ep_0_matches_climate_indices(latitude, mean, amplitude):
    temperature = mean + amplitude * SEASON
    assert temperature.max() < 26.5  # the package has no hot branch
    hours = monthly_sun(np.array([latitude]), ORDINARY)[1][:, 0]
    got = thornthwaite(temperature, hours, days_in_months(ORDINARY))
    oracle = eto.eto_thornthwaite(temperature, latitude, ORDINARY)
    # float32 through a power law; 1e-3 mm where it is nearly frozen.
    np.testing.assert_allclose(got, oracle, rtol=5e-5, atol=1e-3)


def test_heat_index_counts_thawed_months_only():
    warmth = np.array([-8.0, 0.0, 5.0, 10.0])
    assert float(heat_index(warmth)) == pytest.approx(1 + 2**1.514, rel=1e-6)


def test_exponent_by_hand():
    by_hand = 6.75e-7 * 50**3 - 7.71e-5 * 50**2 + 1.792e-2 * 50 + 0.49239
    assert float(thornthwaite_exponent(50.0)) == pytest.approx(by_hand, rel=1e-6)


@pytest.mark.parametrize("temperature", [26.5, 30.0, 37.0])
def test_ep_0_of_hot_month_is_that_of_table(temperature):
    year = np.full(12, 15.0)
    year[6] = temperature
    hot = -415.85 + 32.24 * temperature - 0.43 * temperature**2
    # float32: -416 and 860 cancel to some 150, which costs a digit.
    got = float(thornthwaite(year, 13.2, 31.0)[6])
    assert got == pytest.approx(hot * 1.1 * 31 / 30, rel=1e-5)


@pytest.mark.parametrize("temperature", [0.0, -0.01, -30.0])
def test_ep_0_is_zero_in_frost(temperature):
    year = np.full(12, 15.0)
    year[0] = temperature
    assert float(thornthwaite(year, 9.0, 31.0)[0]) == 0.0


def test_ep_0_is_zero_in_year_frozen_throughout():
    np.testing.assert_array_equal(thornthwaite(np.full(12, -5.0), 12.0, 30.0), np.zeros(12))


def test_rn_by_hand():
    by_hand = 0.369 * math.sqrt(90 * 40) + 0.598 * 90
    assert float(net_radiation(90.0, 40.0)) == pytest.approx(by_hand, rel=1e-6)


def test_rn_is_the_published_product_form():
    ep_0, p = 90.0, 40.0
    published = math.sqrt(ep_0 * p) * (0.369 + 0.598 * math.sqrt(ep_0 / p))
    assert float(net_radiation(ep_0, p)) == pytest.approx(published, rel=1e-6)


def test_rn_is_safe_without_rain():
    assert float(net_radiation(90.0, 0.0)) == pytest.approx(0.598 * 90, rel=1e-6)


@pytest.mark.parametrize(("p", "rn", "e"), [(50, 50, 37.5), (30, 60, 28), (0, 60, 0), (60, 0, 0)])
def test_e_by_hand(p, rn, e):
    # 30, 60: 1800 (4500 + 1800) / (90 x 4500) = 28.
    assert float(actual_evapotranspiration(p, rn)) == pytest.approx(e, rel=1e-6)


def test_e_is_zero_without_rain_and_light():
    assert float(actual_evapotranspiration(0.0, 0.0)) == 0.0


def test_e_is_below_rain_and_light():
    p, rn = np.meshgrid(np.linspace(0.1, 400, 30), np.linspace(0.1, 400, 30))
    e = np.asarray(actual_evapotranspiration(p, rn))
    # float32 rounds the quotient by 1e-7.
    assert (e <= np.minimum(p, rn) * (1 + 1e-6)).all()


def test_ep_is_mean_of_actual_and_local():
    assert float(potential_evapotranspiration(30.0, 90.0)) == 60.0
