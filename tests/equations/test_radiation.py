"""Sunlight against the handbook's worked examples and against pvlib."""

import numpy as np
import pandas as pd
import pvlib
import pytest

from explorer.equations.radiation import (
    day_length,
    extraterrestrial_radiation,
    inverse_relative_distance,
    radiation_from_cloud_factor,
    radiation_from_sunshine,
    solar_declination,
    sunset_hour_angle,
)

DAYS = np.arange(1, 366)
LATITUDES = [-55.0, -20.0, 0.0, 18.0, 35.0, 53.0]
MIDSUMMER, MIDWINTER = 172, 355


def test_ra_matches_handbook():
    # FAO-56, example 8: 20 degrees south, 3 September, printed to one decimal.
    assert float(extraterrestrial_radiation(np.radians(-20), 246)) == pytest.approx(32.2, abs=0.05)


def test_sunset_hour_angle_matches_handbook():
    # FAO-56, example 8: 1.527 rad, printed to three decimals.
    assert float(sunset_hour_angle(-0.35, 0.120)) == pytest.approx(1.527, abs=0.0006)


def test_day_length_matches_handbook():
    # FAO-56, example 9: 11.7 h, printed to one decimal.
    assert float(day_length(np.radians(-20), 246)) == pytest.approx(11.7, abs=0.05)


def test_radiation_from_sunshine_matches_handbook():
    # FAO-56, example 10: Rio de Janeiro in May, 14.5 MJ printed from rounded steps.
    got = float(radiation_from_sunshine(25.1, 7.1 / 10.9, 0.25, 0.50))
    assert got == pytest.approx(14.5, abs=0.1)


def test_radiation_from_cloud_factor_is_clear_sky_times_factor():
    # FAO-56, eq. 37 at 2000 m: (0.75 + 0.04) 30, half of it.
    assert float(radiation_from_cloud_factor(30.0, 2000.0, 0.5)) == pytest.approx(11.85, rel=1e-6)


def test_inverse_relative_distance_matches_pvlib():
    spencer = pvlib.irradiance.get_extra_radiation(DAYS, solar_constant=1.0, method="spencer")
    # One cosine against Spencer's five terms: amplitude 0.033 against 0.035.
    np.testing.assert_allclose(inverse_relative_distance(DAYS), spencer, atol=3e-3)


def test_solar_declination_matches_pvlib():
    # FAO's phase is rounded to 1.39; Cooper's formula is otherwise the same sine.
    cooper = pvlib.solarposition.declination_cooper69(DAYS)
    np.testing.assert_allclose(solar_declination(DAYS), cooper, atol=3e-3)


def test_solar_declination_is_close_to_true_one():
    # A single sine strays from Spencer's series by up to 1.5 degrees around the equinoxes.
    spencer = pvlib.solarposition.declination_spencer71(DAYS)
    np.testing.assert_allclose(solar_declination(DAYS), spencer, atol=np.radians(1.6))


@pytest.mark.parametrize("latitude", LATITUDES)
def test_day_length_matches_pvlib(latitude):
    midnight = pd.date_range("2010-01-01", periods=365, tz="UTC")
    rise, set_, _ = pvlib.solarposition.sun_rise_set_transit_geometric(
        midnight, latitude, 0.0, pvlib.solarposition.declination_cooper69(DAYS), 0.0
    )
    hours = (set_ - rise).total_seconds() / 3600
    # 0.003 rad of declination moves sunset by at most 0.06 h at 55 degrees.
    np.testing.assert_allclose(day_length(np.radians(latitude), DAYS), hours, atol=0.07)


@pytest.mark.parametrize("latitude", LATITUDES)
@pytest.mark.parametrize("day", [15, 105, 196, 288])
def test_ra_matches_pvlib_integrated_over_day(latitude, day):
    start = pd.Timestamp("2010-01-01", tz="UTC") + pd.Timedelta(days=day - 1)
    times = pd.date_range(start, periods=288, freq="5min")
    zenith = pvlib.solarposition.get_solarposition(times, latitude, 0.0)["zenith"]
    normal = pvlib.irradiance.get_extra_radiation(day, solar_constant=0.0820e6 / 60)
    ra = (normal * np.cos(np.radians(zenith)).clip(lower=0)).sum() * 300 / 1e6
    # 1.5 degrees of declination (see above) move Ra by at most 4 %, or 0.9 MJ at 53 degrees.
    expected = pytest.approx(ra, rel=0.04, abs=0.9)
    assert float(extraterrestrial_radiation(np.radians(latitude), day)) == expected


@pytest.mark.parametrize(
    ("day", "hours", "angle"), [(MIDSUMMER, 24.0, np.pi), (MIDWINTER, 0.0, 0.0)]
)
def test_day_length_is_whole_in_polar_day_and_zero_in_polar_night(day, hours, angle):
    assert float(day_length(np.radians(75), day)) == pytest.approx(hours, abs=1e-5)
    assert float(sunset_hour_angle(np.radians(75), solar_declination(day))) == pytest.approx(angle)


def test_ra_is_zero_in_polar_night():
    # float32: the two halves of the sum cancel to some 1e-6 MJ.
    assert float(extraterrestrial_radiation(np.radians(75), MIDWINTER)) == pytest.approx(
        0, abs=1e-5
    )


def test_ra_in_polar_day_is_that_of_sun_that_never_sets():
    delta, dr = 0.409 * np.sin(2 * np.pi * MIDSUMMER / 365 - 1.39), 0.96748
    whole = 24 * 60 * 0.0820 * dr * np.sin(np.radians(80)) * np.sin(delta)
    # dr by hand to five digits.
    assert float(extraterrestrial_radiation(np.radians(80), MIDSUMMER)) == pytest.approx(
        whole, rel=1e-4
    )


@pytest.mark.parametrize("latitude", [-90.0, 90.0])
def test_ra_is_finite_at_poles(latitude):
    assert np.isfinite(extraterrestrial_radiation(np.radians(latitude), DAYS)).all()
