"""Ecosystem respiration: response to temperature and rain, and what it is estimated from."""

import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

REFERENCE = 15.0
"""degC, the temperature at which the response of Lloyd and Taylor is 1."""
STILL = -46.02
"""degC, T0 of Lloyd and Taylor (1994): 227.13 K, where respiration stops."""


def lloyd_taylor(temperature: ArrayLike, e0: ArrayLike) -> Array:
    """Response of respiration to temperature.

    Lloyd and Taylor (1994), as in Migliavacca et al. (2011): exp[E0 (1/(Tref - T0) - 1/(T - T0))]
    with Tref = 15 degC and T0 = -46.02 degC. Deviation: none in the form; below -40 degC it is that
    of -40 degC.

    Parameters
    ----------
    temperature : array, any shape. [degC]
    e0 : array, broadcast against it
        Sensitivity, 308.56 in the source. [K]

    Returns
    -------
    array, broadcast shape
        1 at 15 degC. [1]

    Examples
    --------
    >>> round(float(lloyd_taylor(25.0, 308.56)), 4)
    2.0381
    """
    warmth = jnp.maximum(jnp.asarray(temperature), -40.0)
    return jnp.exp(jnp.asarray(e0) * (1 / (REFERENCE - STILL) - 1 / (warmth - STILL)))


def rain_response(precipitation: ArrayLike, alpha: ArrayLike, k: ArrayLike) -> Array:
    """Response of respiration to the rain of the 30 days before.

    Migliavacca et al. (2011), TP-Model: (alpha k + P (1 - alpha)) / (k + P (1 - alpha)). Deviation:
    none. Without rain it is alpha, not 0 as in the form without alpha.

    Parameters
    ----------
    precipitation : array, any shape
        Sum of 30 days. [mm]
    alpha : array, broadcast against it
        Response without rain. [1]
    k : array, broadcast against it
        Half-saturation. [mm]

    Returns
    -------
    array, broadcast shape. [1]

    Examples
    --------
    >>> round(float(rain_response(30.0, 0.4, 12.0)), 4)
    0.76
    """
    rain = jnp.asarray(precipitation) * (1 - jnp.asarray(alpha))
    return (jnp.asarray(alpha) * k + rain) / (jnp.asarray(k) + rain)


def enhanced_vegetation_index(nir: ArrayLike, red: ArrayLike, blue: ArrayLike) -> Array:
    """EVI from the reflectance of the surface.

    Liu et al. (2022), Eq. 1, after Huete et al. (2002):
    2.5 (NIR - red) / (NIR + 6 red - 7.5 blue + 1). Deviation: none in the form; missing where the
    denominator is not positive, as over bright snow and cloud.

    Parameters
    ----------
    nir, red, blue : arrays, broadcast against each other
        Reflectance, 0 to 1. [1]

    Returns
    -------
    array, broadcast shape. [1]

    Examples
    --------
    >>> round(float(enhanced_vegetation_index(0.4, 0.08, 0.04)), 4)
    0.5063
    """
    nir, red, blue = jnp.asarray(nir), jnp.asarray(red), jnp.asarray(blue)
    below = nir + 6 * red - 7.5 * blue + 1
    return jnp.where(below > 0, 2.5 * (nir - red) / jnp.where(below > 0, below, 1.0), jnp.nan)


def soil_carbon_density(
    carbon: ArrayLike, gravel: ArrayLike, thickness: ArrayLike, bulk_density: ArrayLike
) -> Array:
    """Density of organic carbon of a soil layer, SOCD.

    Liu et al. (2022), section 2.2.3, after Carvalhais et al. (2014): carbon x thickness x bulk
    density x (1 - gravel). Deviation: none; the paper names the terms and prints no formula.

    Parameters
    ----------
    carbon : array, any shape
        Organic carbon of the fine earth. [% of weight]
    gravel : array, broadcast against it
        Share of the volume. [% of volume]
    thickness : array, broadcast against it
        0.3 for the layer of the paper. [m]
    bulk_density : array, broadcast against it
        Of the fine earth. [kg m-3]

    Returns
    -------
    array, broadcast shape. [kg m-2]

    Examples
    --------
    >>> round(float(soil_carbon_density(2.0, 10.0, 0.3, 1300.0)), 4)
    7.02
    """
    share = jnp.asarray(carbon) / 100 * (1 - jnp.asarray(gravel) / 100)
    return share * jnp.asarray(thickness) * jnp.asarray(bulk_density)
