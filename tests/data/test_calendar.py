"""Months: lengths, and light of whole months."""

import numpy as np
import pytest

from explorer.scene.sun import sun_table
from explorer.tables.periods import MONTHS, days_in_months
from tests.conftest import monthly_sun

ORDINARY = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]


@pytest.mark.parametrize(("year", "february"), [(None, 28), (2010, 28), (2012, 29), (1900, 28)])
def test_days_follow_the_year(year, february):
    assert list(days_in_months(year)) == [31, february, *ORDINARY[2:]]


def test_months_are_twelve_names():
    assert (len(MONTHS), MONTHS[0], MONTHS[11]) == (12, "Jan", "Dec")


def ra_by_hand(latitude: float, days: range) -> float:
    phi, day = np.radians(latitude), np.array(days)
    delta = 0.409 * np.sin(2 * np.pi * day / 365 - 1.39)
    ws = np.arccos(-np.tan(phi) * np.tan(delta))
    dr = 1 + 0.033 * np.cos(2 * np.pi * day / 365)
    daily = ws * np.sin(phi) * np.sin(delta) + np.cos(phi) * np.cos(delta) * np.sin(ws)
    return float((24 * 60 / np.pi * 0.0820 * dr * daily).sum())


@pytest.mark.parametrize("latitude", [-33.017, 0.0, 18.333, 40.0, 53.49])
@pytest.mark.parametrize(
    ("month", "year", "days"),
    [(0, 2010, range(1, 32)), (6, 2010, range(182, 213)), (1, 2012, range(32, 61))],
)
def test_ra_of_month_is_sum_of_its_days(latitude, month, year, days):
    ra, _ = monthly_sun(np.array([latitude]), year)
    # float32, and the table of latitudes is good to 1e-6.
    assert ra[month, 0] == pytest.approx(ra_by_hand(latitude, days), rel=5e-6)


def test_day_length_of_month_is_mean_of_its_days():
    # FAO-56, table 2.7 (daylight hours of the 15th): 40 degrees north, January 9.6, June 14.9.
    _, hours = monthly_sun(np.array([40.0]), 2010)
    np.testing.assert_allclose(hours[[0, 5], 0], [9.6, 14.9], atol=0.15)


def test_day_length_at_equator_is_twelve_hours():
    np.testing.assert_allclose(monthly_sun(np.array([0.0]), None)[1], 12.0, rtol=1e-6)


def test_sun_of_a_cell_does_not_depend_on_the_others():
    alone, among = (
        monthly_sun(np.array(latitudes), 2010)[0][:, 0]
        for latitudes in ([34.567], [34.567, -40.0, 71.3])
    )
    np.testing.assert_allclose(alone, among, rtol=5e-6)


def test_sun_of_hemispheres_mirrors_by_half_a_year():
    _, hours = monthly_sun(np.array([-45.0, 45.0]), 2010)
    # Day and night change places: 24 h in all.
    np.testing.assert_allclose(hours.sum(axis=1), 24.0, rtol=1e-5)


def test_polar_night_has_no_light():
    ra, hours = monthly_sun(np.array([85.0]), 2010)
    assert (ra[11, 0], hours[11, 0]) == pytest.approx((0, 0), abs=1e-4)


@pytest.mark.parametrize(
    ("south", "north"), [(40.0, 40.0), (0.0, 0.0), (34.2, 34.9), (18.3, 53.5), (-45.0, 45.0)]
)
def test_sun_table_covers_its_latitudes_in_even_steps(south, north):
    table = sun_table(south, north, 2010)
    points = table.ra.shape[1]
    assert table.ra.shape == table.hours.shape == (12, points)
    assert table.step > 0
    assert table.start <= south
    assert table.start + (points - 1) * table.step >= north - 1e-9
