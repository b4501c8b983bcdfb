"""Months: their names, their lengths, and the sunlight a latitude gets in each."""

from calendar import monthrange

import numpy as np

from explorer.equations.radiation import day_length, extraterrestrial_radiation

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
ORDINARY_YEAR = 2010
LATITUDE_STEP = 0.05  # deg; linear in between is exact to 1e-6 of the value


def days_in_months(year: int | None) -> np.ndarray:
    """Days of the twelve months, [d]; a climatology has an ordinary year's."""
    return np.array(
        [monthrange(year or ORDINARY_YEAR, month)[1] for month in range(1, 13)], dtype=np.float32
    )


def monthly_sun(latitude: np.ndarray, year: int | None) -> tuple[np.ndarray, np.ndarray]:
    """Light at the top of the atmosphere, and hours of daylight, of each month.

    FAO-56, Eqs. 21 and 34, summed and averaged over the days of the month. Every cell has its own
    latitude, so the two are tabulated finely and read off in between.

    Parameters
    ----------
    latitude : array, shape (cells,). [deg]
    year : int or None
        For the length of February.

    Returns
    -------
    ra : float32 array, shape (12, cells). [MJ m-2 month-1]
    hours : float32 array, shape (12, cells)
        Mean day length. [h]
    """
    low, high = np.floor(latitude.min()), np.ceil(latitude.max())
    table = np.linspace(low, high, max(2, round((high - low) / LATITUDE_STEP) + 1))
    radians = np.deg2rad(table)[:, np.newaxis]
    days = days_in_months(year).astype(int)
    day = np.arange(1, days.sum() + 1)
    first = np.concatenate([[0], np.cumsum(days)[:-1]])
    light = np.asarray(extraterrestrial_radiation(radians, day), dtype=float)
    hours = np.asarray(day_length(radians, day), dtype=float)
    by_month = np.add.reduceat(light, first, axis=1), np.add.reduceat(hours, first, axis=1) / days
    ra, mean_hours = (
        np.stack([np.interp(latitude, table, month) for month in values.T]).astype(np.float32)
        for values in by_month
    )
    return ra, mean_hours
