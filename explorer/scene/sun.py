"""The sunlight and daylight that a latitude gets in each month."""

from functools import lru_cache
from typing import NamedTuple

import jax
import numpy as np

from explorer.equations.radiation import day_length, extraterrestrial_radiation
from explorer.tables.periods import days_in_months

LATITUDE_STEP = 0.05  # deg; linear in between is exact to 1e-6 of the value


class SunTable(NamedTuple):
    """Light and daylight of each month over latitude, evenly spaced; linear in between."""

    start: float  # deg
    step: float  # deg
    ra: np.ndarray  # (12, points) [MJ m-2 month-1] at the top of the atmosphere
    hours: np.ndarray  # (12, points) [h] mean day length


@jax.jit
def _light_and_hours(latitude: np.ndarray, day: np.ndarray) -> tuple[jax.Array, jax.Array]:
    return extraterrestrial_radiation(latitude, day), day_length(latitude, day)


@lru_cache(maxsize=8)  # the tiles of a grid share one
def sun_table(south: float, north: float, year: int | None) -> SunTable:
    """Tabulate light and daylight of each month between two latitudes.

    FAO-56, Eqs. 21 and 34, summed and averaged over the days of the month. Every cell has its own
    latitude, so the two are tabulated finely and read off in between.

    Parameters
    ----------
    south, north : float. [deg]
    year : int or None
        For the length of February.
    """
    low = np.floor(south)
    high = max(np.ceil(north), low + 1)
    points = max(2, round((high - low) / LATITUDE_STEP) + 1)
    latitude, step = np.linspace(low, high, points, retstep=True)
    radians = np.deg2rad(latitude)[:, np.newaxis]
    days = days_in_months(year).astype(int)
    day = np.arange(1, days.sum() + 1)
    first = np.concatenate([[0], np.cumsum(days)[:-1]])
    light, hours = (np.asarray(daily, dtype=float) for daily in _light_and_hours(radians, day))
    return SunTable(
        float(low),
        float(step),
        np.ascontiguousarray(np.add.reduceat(light, first, axis=1).T),
        np.ascontiguousarray((np.add.reduceat(hours, first, axis=1) / days).T),
    )
