"""Water in the soil as one bucket: what fills it, what it gives, and how plants feel it."""

import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

from explorer.equations.day_course import saturation_vapour_pressure

KILOGRAMS_PER_MOL = 0.018  # of water
SEA_LEVEL = 1013.0  # hPa
PSYCHROMETRIC = 0.66  # hPa degC-1, at sea level
LATENT_HEAT = 2.45e6  # J kg-1


def filled_bucket(water: ArrayLike, inflow: ArrayLike, capacity: ArrayLike) -> Array:
    """Water after rain; what the soil cannot hold runs off.

    Manabe, as in Foley et al. (1996), with one layer. Deviation: IBIS has six layers.

    Parameters
    ----------
    water, capacity : arrays, any shape
        Held by the soil, and the most it holds. [mm]
    inflow : array, broadcast against them
        Rain and melt. [mm d-1]

    Returns
    -------
    array, broadcast shape. [mm]

    Examples
    --------
    >>> float(filled_bucket(190.0, 25.0, 200.0))
    200.0
    """
    return jnp.minimum(jnp.asarray(water) + inflow, capacity)


def soil_water_stress(water: ArrayLike, capacity: ArrayLike, critical: ArrayLike) -> Array:
    """Share of Rubisco's capacity that soil water leaves: 1 down to a critical filling.

    Feddes et al. (1978), the falling limb. Deviation: none.

    Parameters
    ----------
    water, capacity : arrays, any shape. [mm]
    critical : array, broadcast against them
        Filling below which plants feel it. [1]

    Returns
    -------
    array, broadcast shape, 0 to 1. [1]

    Examples
    --------
    >>> round(float(soil_water_stress(40.0, 200.0, 0.4)), 4)
    0.5
    """
    return jnp.clip(jnp.asarray(water) / (jnp.asarray(critical) * capacity), 0.0, 1.0)


def transpired(conductance: ArrayLike, deficit: ArrayLike, seconds: ArrayLike) -> Array:
    """Water that passes the stomata in some time.

    Ball et al. (1987): conductance times the deficit as a mole fraction, the air well mixed.
    Deviation: pressure is that of sea level.

    Parameters
    ----------
    conductance : array, any shape
        Of the canopy to water vapour. [mol m-2 s-1]
    deficit : array, broadcast against it
        Vapour pressure deficit. [hPa]
    seconds : array, broadcast against it. [s]

    Returns
    -------
    array, broadcast shape. [mm]

    Examples
    --------
    >>> round(float(transpired(0.3, 10.0, 40000.0)), 4)
    2.1323
    """
    return jnp.asarray(conductance) * deficit / SEA_LEVEL * KILOGRAMS_PER_MOL * seconds


def equilibrium_evaporation(temperature: ArrayLike, energy: ArrayLike) -> Array:
    """Water that the energy of a day evaporates from a wide wet surface.

    Priestley and Taylor, as in Allen et al. (FAO-56, Eq. 13 for the slope): D / (D + g) Q / L.
    Deviation: the constants g and L are those of sea level and 20 degC.

    Parameters
    ----------
    temperature : array, any shape. [degC]
    energy : array, broadcast against it
        Net radiation. [MJ m-2 d-1]

    Returns
    -------
    array, broadcast shape. [mm d-1]

    Examples
    --------
    >>> round(float(equilibrium_evaporation(20.0, 10.0)), 4)
    2.8033
    """
    temperature = jnp.asarray(temperature)
    slope = 4098 * saturation_vapour_pressure(temperature) / (temperature + 237.3) ** 2
    return slope / (slope + PSYCHROMETRIC) * jnp.asarray(energy) * 1e6 / LATENT_HEAT
