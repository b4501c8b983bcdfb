"""Ecosystem respiration by hand, and what its responses tend to."""

import math

import numpy as np
import pytest

from explorer.equations.ecosystem_respiration import (
    enhanced_vegetation_index,
    lloyd_taylor,
    rain_response,
    soil_carbon_density,
)


def test_response_to_temperature_is_one_at_the_reference():
    assert float(lloyd_taylor(15.0, 308.56)) == pytest.approx(1.0)
    by_hand = math.exp(308.56 * (1 / 61.02 - 1 / 46.02))
    assert float(lloyd_taylor(0.0, 308.56)) == pytest.approx(by_hand, rel=1e-5)
    assert np.isfinite(float(lloyd_taylor(-70.0, 308.56)))


def test_response_to_rain_runs_from_alpha_to_one():
    assert float(rain_response(0.0, 0.35, 12.0)) == pytest.approx(0.35)
    assert float(rain_response(1e7, 0.35, 12.0)) == pytest.approx(1.0, abs=1e-4)
    # At P = k / (1 - alpha) the response is half way between alpha and 1.
    assert float(rain_response(12.0 / 0.65, 0.35, 12.0)) == pytest.approx((1 + 0.35) / 2)


@pytest.mark.parametrize(
    ("nir", "red", "blue", "expected"),
    [(0.4, 0.08, 0.04, 0.8 / 1.58), (0.1, 0.1, 0.05, 0.0), (0.3, 0.02, 0.02, 0.7 / 1.27)],
)
def test_evi_is_that_of_equation_1(nir, red, blue, expected):
    assert float(enhanced_vegetation_index(nir, red, blue)) == pytest.approx(expected, rel=1e-5)


def test_evi_of_bright_cloud_is_missing_not_infinite():
    assert np.isnan(float(enhanced_vegetation_index(0.5, 0.5, 0.9)))


def test_soil_carbon_without_gravel_is_share_times_mass_of_the_layer():
    assert float(soil_carbon_density(1.5, 0.0, 0.3, 1400.0)) == pytest.approx(0.015 * 420)
    assert float(soil_carbon_density(1.5, 100.0, 0.3, 1400.0)) == 0.0
