"""Sunlight: what reaches the top of the atmosphere, and what of it reaches the ground."""

import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

SOLAR_CONSTANT = 0.0820  # MJ m-2 min-1, FAO-56
MINUTES_PER_DAY = 24 * 60
DAYS_PER_YEAR = 365


def inverse_relative_distance(day_of_year: ArrayLike) -> Array:
    """Square of the inverse relative distance between Earth and Sun.

    FAO-56, Eq. 23. Deviation: none.

    Parameters
    ----------
    day_of_year : array, any shape
        1 = 1 January. [d]

    Returns
    -------
    array, same shape. [1]

    Examples
    --------
    >>> round(float(inverse_relative_distance(246)), 3)
    0.985
    """
    return 1 + 0.033 * jnp.cos(2 * jnp.pi * jnp.asarray(day_of_year) / DAYS_PER_YEAR)


def solar_declination(day_of_year: ArrayLike) -> Array:
    """Angle between the Sun's rays and the equator's plane.

    FAO-56, Eq. 24. Deviation: none.

    Parameters
    ----------
    day_of_year : array, any shape
        1 = 1 January. [d]

    Returns
    -------
    array, same shape. [rad]

    Examples
    --------
    >>> round(float(solar_declination(246)), 3)
    0.12
    """
    return 0.409 * jnp.sin(2 * jnp.pi * jnp.asarray(day_of_year) / DAYS_PER_YEAR - 1.39)


def sunset_hour_angle(latitude: ArrayLike, declination: ArrayLike) -> Array:
    """Half of the day's arc of the Sun; 0 in polar night, pi in polar day.

    FAO-56, Eq. 25. Deviation: the cosine is clipped to [-1, 1] so that polar days are defined.

    Parameters
    ----------
    latitude : array, any shape
        Positive north. [rad]
    declination : array, broadcast against latitude. [rad]

    Returns
    -------
    array, broadcast shape. [rad]

    Examples
    --------
    >>> round(float(sunset_hour_angle(-0.349, 0.12)), 3)
    1.527
    """
    cosine = -jnp.tan(jnp.asarray(latitude)) * jnp.tan(jnp.asarray(declination))
    return jnp.arccos(jnp.clip(cosine, -1.0, 1.0))


def extraterrestrial_radiation(latitude: ArrayLike, day_of_year: ArrayLike) -> Array:
    """Radiation of one day at the top of the atmosphere, Ra.

    FAO-56, Eq. 21. Deviation: none.

    Parameters
    ----------
    latitude : array, any shape
        Positive north. [rad]
    day_of_year : array, broadcast against latitude. [d]

    Returns
    -------
    array, broadcast shape. [MJ m-2 d-1]

    Examples
    --------
    The handbook's example 8: 20 degrees south, 3 September.

    >>> round(float(extraterrestrial_radiation(-0.349066, 246)), 1)
    32.2
    """
    latitude = jnp.asarray(latitude)
    declination = solar_declination(day_of_year)
    angle = sunset_hour_angle(latitude, declination)
    arc = angle * jnp.sin(latitude) * jnp.sin(declination)
    chord = jnp.cos(latitude) * jnp.cos(declination) * jnp.sin(angle)
    distance = inverse_relative_distance(day_of_year)
    return MINUTES_PER_DAY / jnp.pi * SOLAR_CONSTANT * distance * (arc + chord)


def day_length(latitude: ArrayLike, day_of_year: ArrayLike) -> Array:
    """Hours between sunrise and sunset.

    FAO-56, Eq. 34. Deviation: none.

    Parameters
    ----------
    latitude : array, any shape
        Positive north. [rad]
    day_of_year : array, broadcast against latitude. [d]

    Returns
    -------
    array, broadcast shape. [h]

    Examples
    --------
    >>> round(float(day_length(-0.349066, 246)), 1)
    11.7
    """
    return 24 / jnp.pi * sunset_hour_angle(latitude, solar_declination(day_of_year))


def radiation_from_sunshine(ra: ArrayLike, sunshine: ArrayLike, a: float, b: float) -> Array:
    """Solar radiation at the ground from the fraction of possible sunshine.

    FAO-56, Eq. 35 (Angstrom): SOL = (a + b n/N) Ra. Deviation: none.

    Parameters
    ----------
    ra : array, any shape
        Extraterrestrial radiation. [MJ m-2 per time]
    sunshine : array, broadcast against ra
        Actual over possible sunshine n/N. [1]
    a, b : float
        Share of light under full cloud, and what clear sky adds. [1]

    Returns
    -------
    array, broadcast shape. [MJ m-2 per time, as ra]

    Examples
    --------
    The handbook's example 10: Ra 25.1, n 7.1 h of N 10.9 h.

    >>> round(float(radiation_from_sunshine(25.1, 7.1 / 10.9, 0.25, 0.50)), 1)
    14.4
    """
    return jnp.asarray(ra) * (a + b * jnp.asarray(sunshine))


def radiation_from_cloud_factor(ra: ArrayLike, elevation: ArrayLike, cloud_factor: float) -> Array:
    """Solar radiation at the ground from clear-sky light and one assumed cloud factor.

    FAO-56, Eq. 37 (clear sky: (0.75 + 2e-5 z) Ra) times a factor. Deviation: the factor is ours; a
    result made this way says so, because clear-sky light alone is 50 to 100 % too high.

    Parameters
    ----------
    ra : array, any shape
        Extraterrestrial radiation. [MJ m-2 per time]
    elevation : array, broadcast against ra
        Height above sea level. [m]
    cloud_factor : float
        Share of clear-sky light that passes the clouds. [1]

    Returns
    -------
    array, broadcast shape. [MJ m-2 per time, as ra]

    Examples
    --------
    >>> round(float(radiation_from_cloud_factor(40.0, 1000.0, 0.7)), 2)
    21.56
    """
    return jnp.asarray(ra) * (0.75 + 2e-5 * jnp.asarray(elevation)) * cloud_factor
