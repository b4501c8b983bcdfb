"""Weather within a day, from what is known of the whole day."""

import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

WARMEST_HOUR = 14.0


def sine_of_sun_height(latitude: ArrayLike, declination: ArrayLike, hour: ArrayLike) -> Array:
    """Sine of the Sun's height above the horizon.

    FAO-56, Eq. 46 (Duffie and Beckman): sin f sin d + cos f cos d cos w. Deviation: none.

    Parameters
    ----------
    latitude, declination : arrays, any shape. [rad]
    hour : array, broadcast against them
        Solar time; 12 = noon. [h]

    Returns
    -------
    array, broadcast shape; negative at night. [1]

    Examples
    --------
    >>> round(float(sine_of_sun_height(0.7, 0.4, 12.0)), 4)
    0.9553
    """
    angle = (jnp.asarray(hour) - 12) * jnp.pi / 12
    latitude, declination = jnp.asarray(latitude), jnp.asarray(declination)
    upright = jnp.sin(latitude) * jnp.sin(declination)
    return upright + jnp.cos(latitude) * jnp.cos(declination) * jnp.cos(angle)


def temperature_at_hour(mean: ArrayLike, daily_range: ArrayLike, hour: ArrayLike) -> Array:
    """Air temperature in the course of a day: a cosine that is highest at 14 h.

    De Wit et al. (1978). Deviation: none.

    Parameters
    ----------
    mean : array, any shape
        Of the day. [degC]
    daily_range : array, broadcast against it
        Highest less lowest temperature of the day. [degC]
    hour : array, broadcast against it
        Solar time; 12 = noon. [h]

    Returns
    -------
    array, broadcast shape. [degC]

    Examples
    --------
    >>> round(float(temperature_at_hour(15.0, 10.0, 14.0)), 4)
    20.0
    """
    angle = (jnp.asarray(hour) - WARMEST_HOUR) * jnp.pi / 12
    return jnp.asarray(mean) + 0.5 * jnp.asarray(daily_range) * jnp.cos(angle)


def range_from_transmissivity(transmissivity: ArrayLike) -> Array:
    """Daily range of temperature from how much light passes the sky.

    Bristow and Campbell, as in Meza et al. (2000): t = 0.75 [1 - exp(-b R^2)] solved for R, with
    b = 0.01. Deviation: the share of light is held to [0.05, 0.72], so that R lies from 2.6 to
    17.9 degC. For files that tell no daily range; b differs between places and is a stand-in.

    Parameters
    ----------
    transmissivity : array, any shape
        Light at the ground over light above the air. [1]

    Returns
    -------
    array, same shape. [degC]

    Examples
    --------
    >>> round(float(range_from_transmissivity(0.5)), 3)
    10.481
    """
    share = jnp.clip(jnp.asarray(transmissivity), 0.05, 0.72)
    return jnp.sqrt(-jnp.log(1 - share / 0.75) / 0.01)


def saturation_vapour_pressure(temperature: ArrayLike) -> Array:
    """Vapour pressure of air that holds no more water.

    FAO-56, Eq. 11, in hPa. Deviation: none.

    Parameters
    ----------
    temperature : array, any shape. [degC]

    Returns
    -------
    array, same shape. [hPa]

    Examples
    --------
    >>> round(float(saturation_vapour_pressure(20.0)), 2)
    23.38
    """
    temperature = jnp.asarray(temperature)
    return 6.108 * jnp.exp(17.27 * temperature / (temperature + 237.3))
