"""Daily weather of a place, and all that the model can compute of it before any run."""

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array

from explorer.equations.bucket import equilibrium_evaporation
from explorer.equations.day_course import (
    saturation_vapour_pressure,
    sine_of_sun_height,
    temperature_at_hour,
)
from explorer.equations.photosynthesis import (
    co2_compensation_point,
    rubisco_half_saturation,
    rubisco_temperature_response,
)
from explorer.equations.radiation import day_length, solar_declination

POINTS = 6
"""Times of day at which photosynthesis is computed, evenly between sunrise and sunset."""

PAR_SHARE = 0.5
NET_SHARE = 0.6
"""Net radiation over solar radiation: an assumed share, as no file tells it for a whole scene."""
DAYS_OF_MEAN = 10
MIDSUMMER = 200
"""Day of the season after which leaves may fall; 17 January in the south."""
HALF_A_YEAR = 183
MELT = 3.0
"""Snow that melts per degree and day, mm (Hock 2003, forests); snow falls below 0 degC."""
DRIEST = 0.25
"""Least relative humidity at the leaf: below it the equation of stomata gives CO2 below 0."""
NEVER_COLD = 60.0


class Weather(NamedTuple):
    """What is known of each day, in order and without a gap; days on axis 0, then cells."""

    day: np.ndarray  # of the year, 1 = 1 January; the same for all cells, (days,)
    t_mean: np.ndarray  # [degC]
    t_range: np.ndarray  # highest less lowest [degC]
    radiation: np.ndarray  # mean over 24 h [W m-2]
    vpd: np.ndarray  # mean over 24 h [hPa]
    precipitation: np.ndarray  # [mm d-1]
    co2: np.ndarray  # [µmol mol-1]
    latitude: np.ndarray  # [degrees], without days: the shape of the cells

    def years(self, first: int, last: int) -> "Weather":
        """Return the days of some years, counted from 0 in these days, both included."""
        starts = [*np.flatnonzero(self.day == 1), self.day.size]
        rows = slice(starts[first], starts[last + 1])
        daily = {name: getattr(self, name)[rows] for name in self._fields if name != "latitude"}
        return self._replace(**daily)


class Course(NamedTuple):
    """What a day of the model needs of the weather; no parameter is in it.

    Days are on axis 0. Where the day has a course, its points are on the last axis.
    """

    par: Array  # above the canopy [W m-2], points
    response: Array  # of Rubisco to temperature [1], points
    compensation: Array  # [µmol mol-1], points
    half_saturation: Array  # [µmol mol-1], points
    humidity: Array  # relative, at the leaf [1], points
    deficit: Array  # of vapour pressure [hPa], points
    daylight: Array  # [s]
    co2: Array  # [µmol mol-1]
    t_mean: Array  # [degC]
    degree_days: Array  # [degC d]
    coldest: Array  # [degC]
    late: Array  # [1]
    inflow: Array  # rain and melt [mm d-1]
    evaporable: Array  # [mm d-1]


def course_of(weather: Weather, points: int = POINTS) -> Course:
    """Compute what the weather gives.

    Parameters
    ----------
    weather : Weather
    points : int
        Times of day.

    Returns
    -------
    Course
        In the precision that JAX has when it is called.
    """
    latitude = np.deg2rad(weather.latitude)
    many = (slice(None),) + (None,) * np.ndim(weather.latitude)
    declination = np.asarray(solar_declination(weather.day))[many]
    hours = np.asarray(day_length(latitude, weather.day[many]), float)
    share = (np.arange(points) + 0.5) / points - 0.5
    hour = 12 + hours[..., np.newaxis] * share
    height = sine_of_sun_height(latitude[..., np.newaxis], declination[..., np.newaxis], hour)
    height = np.maximum(np.asarray(height, float), 0.0)
    mean_height = height.mean(axis=-1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        gain = np.where(mean_height > 0, height / mean_height, 0.0)
        gain = gain * np.where(hours > 0, 24 / hours, 0.0)[..., np.newaxis]
    t_air = temperature_at_hour(weather.t_mean[..., None], weather.t_range[..., None], hour)
    wettest = saturation_vapour_pressure(t_air)
    vapour = saturation_vapour_pressure(weather.t_mean) - weather.vpd
    humidity = jnp.clip(jnp.maximum(vapour, 0.0)[..., None] / wettest, DRIEST, 1.0)
    degree_days, coldest, late = _season(weather)
    return Course(
        *(
            jnp.asarray(each, jnp.result_type(float))
            for each in (
                PAR_SHARE * gain * weather.radiation[..., np.newaxis],
                rubisco_temperature_response(t_air),
                co2_compensation_point(t_air),
                rubisco_half_saturation(t_air),
                humidity,
                (1 - humidity) * wettest,
                hours * 3600,
                weather.co2,
                weather.t_mean,
                degree_days,
                coldest,
                late,
                _inflow(weather),
                equilibrium_evaporation(
                    weather.t_mean, np.asarray(NET_SHARE * 0.0864 * weather.radiation)
                ),
            )
        )
    )


def _season(weather: Weather) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return degree-days, the lowest 10-day mean since midsummer, and whether it is later."""
    southern = np.asarray(weather.latitude) < 0
    day = weather.day.reshape(-1, *(1,) * southern.ndim)
    day = np.where(southern, (day + HALF_A_YEAR - 1) % 365 + 1, day)
    late = (day >= MIDSUMMER).astype(float)
    warmth = np.asarray(weather.t_mean, float)
    padded = np.concatenate([np.repeat(warmth[:1], DAYS_OF_MEAN - 1, axis=0), warmth])
    total = np.cumsum(np.concatenate([np.zeros_like(padded[:1]), padded]), axis=0)
    mean = (total[DAYS_OF_MEAN:] - total[:-DAYS_OF_MEAN]) / DAYS_OF_MEAN
    sums, coldest = np.zeros_like(warmth), np.full_like(warmth, NEVER_COLD)
    so_far, low = np.zeros(warmth.shape[1:]), np.full(warmth.shape[1:], NEVER_COLD)
    for row in range(len(warmth)):
        so_far = np.where(day[row] == 1, 0.0, so_far)
        so_far = so_far + np.where(mean[row] >= 0, np.maximum(warmth[row], 0.0), 0.0)
        low = np.where(late[row] > 0, np.minimum(low, mean[row]), NEVER_COLD)
        sums[row], coldest[row] = so_far, low
    return sums, coldest, np.broadcast_to(late, warmth.shape)


def _inflow(weather: Weather) -> np.ndarray:
    """Return rain and melt; snow lies until it thaws, and the first year begins without."""
    snow = np.zeros(np.shape(weather.t_mean)[1:])
    inflow = np.empty(np.shape(weather.t_mean))
    for row, (t, fallen) in enumerate(zip(weather.t_mean, weather.precipitation, strict=True)):
        snow = snow + np.where(t < 0, fallen, 0.0)
        melt = np.minimum(snow, MELT * np.maximum(t, 0.0))
        snow = snow - melt
        inflow[row] = np.where(t < 0, 0.0, fallen) + melt
    return inflow
