"""Water: how much the air could take up, and how much the land can give."""

import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

HOT = 26.5  # degC, from here Thornthwaite's table replaces his power law
TIE = 0.0005
"""How near to a limit a temperature is taken to lie on it, [degC].

Rasters hold tenths or hundredths of a degree, so sums such as T + dT or T - T_opt often lie on a
limit but for their rounding, which differs between 32 and 64 bits: without this a month would take
the one branch or the other by chance.
"""
STANDARD_DAY = 12.0  # h
STANDARD_MONTH = 30.0  # d


def heat_index(temperature: ArrayLike) -> Array:
    """Thornthwaite's yearly heat index I.

    Thornthwaite (1948): I = sum over months of (T/5)^1.514, months with T <= 0 giving 0.
    Deviation: what lies above 0 by no more than ``TIE`` is
    frozen.

    Parameters
    ----------
    temperature : array, months on axis 0
        Monthly mean air temperature. [degC]

    Returns
    -------
    array, shape of one month. [1]

    Examples
    --------
    >>> round(float(heat_index(jnp.full(12, 10.0))), 3)
    34.272
    """
    temperature = jnp.asarray(temperature)
    return jnp.sum(
        jnp.where(_is_frozen(temperature), 0.0, jnp.exp(1.514 * _log_warmth(temperature))), axis=0
    )


def _is_frozen(temperature: Array) -> Array:
    return temperature <= TIE


def _log_warmth(temperature: Array) -> Array:
    """Return log(T/5); 0 in frozen months, whose value nobody uses.

    Both powers of Thornthwaite's method are taken from this one logarithm: a general power costs
    several times an exponential, and a logarithm of 0 would spoil the gradient.
    """
    return jnp.log(jnp.where(_is_frozen(temperature), 1.0, temperature / 5))


def thornthwaite_exponent(index: ArrayLike) -> Array:
    """Exponent of Thornthwaite's power law.

    Thornthwaite (1948): a = 6.75e-7 I^3 - 7.71e-5 I^2 + 1.792e-2 I + 0.49239. Deviation: none.

    Parameters
    ----------
    index : array, any shape
        Yearly heat index. [1]

    Returns
    -------
    array, same shape. [1]

    Examples
    --------
    >>> round(float(thornthwaite_exponent(34.272)), 4)
    1.0432
    """
    index = jnp.asarray(index)
    return ((6.75e-7 * index - 7.71e-5) * index + 1.792e-2) * index + 0.49239


def thornthwaite(temperature: ArrayLike, day_length: ArrayLike, days: ArrayLike) -> Array:
    """Potential evapotranspiration of a month from temperature, Ep0.

    Thornthwaite (1948): 16 (10 T/I)^a, from 26.5 degC -415.85 + 32.24 T - 0.43 T^2 (Willmott et
    al. 1985), both times day length/12 h and days/30; 0 for T <= 0. Deviation: at both ends what
    misses by no more than ``TIE`` lies on them.

    Parameters
    ----------
    temperature : array, months on axis 0
        Monthly mean air temperature. [degC]
    day_length : array, broadcast against temperature
        Mean hours of daylight of the month. [h]
    days : array, broadcast against temperature
        Length of the month. [d]

    Returns
    -------
    array, shape of temperature. [mm month-1]

    Examples
    --------
    >>> round(float(thornthwaite(jnp.full(12, 10.0), 12.0, 30.0)[0]), 2)
    48.89
    """
    temperature = jnp.asarray(temperature)
    index = heat_index(temperature)
    frozen = _is_frozen(temperature)
    # 10 T/I = T/5 * 50/I; a year without warmth has I = 0, and no month that uses it.
    log_ratio = _log_warmth(temperature) + jnp.log(50 / jnp.where(index <= 0, 1.0, index))
    mild = 16 * jnp.exp(thornthwaite_exponent(index) * log_ratio)
    hot = (-0.43 * temperature + 32.24) * temperature - 415.85
    standard = jnp.where(temperature >= HOT - TIE, hot, mild)
    month = standard * (jnp.asarray(day_length) / STANDARD_DAY) * (days / STANDARD_MONTH)
    return jnp.where(frozen, 0.0, month)


def net_radiation(ep_0: ArrayLike, precipitation: ArrayLike) -> Array:
    """Net radiation in units of evaporated water, Rn.

    Zhou and Zhang as used by CASA codes for China, written without division:
    Rn = 0.369 sqrt(Ep0 P) + 0.598 Ep0. Deviation: the algebra, so that P = 0 is safe; 0.598 is the
    published factor (public codes carry 0.589, a copied misprint).

    Parameters
    ----------
    ep_0 : array, any shape. [mm month-1]
    precipitation : array, broadcast against ep_0. [mm month-1]

    Returns
    -------
    array, broadcast shape. [mm month-1]

    Examples
    --------
    >>> round(float(net_radiation(100.0, 25.0)), 2)
    78.25
    """
    ep_0 = jnp.asarray(ep_0)
    product = ep_0 * precipitation
    dry = product <= 0
    return 0.369 * jnp.where(dry, 0.0, jnp.sqrt(jnp.where(dry, 1.0, product))) + 0.598 * ep_0


def actual_evapotranspiration(precipitation: ArrayLike, rn: ArrayLike) -> Array:
    """Water that the land really gives to the air, E.

    Zhou and Zhang: E = P Rn (P^2 + Rn^2 + P Rn) / [(P + Rn)(P^2 + Rn^2)], 0 when both are 0.
    Deviation: none.

    Parameters
    ----------
    precipitation : array, any shape. [mm month-1]
    rn : array, broadcast against precipitation
        Net radiation as water. [mm month-1]

    Returns
    -------
    array, broadcast shape. [mm month-1]

    Examples
    --------
    >>> round(float(actual_evapotranspiration(60.0, 60.0)), 6)
    45.0
    """
    precipitation, rn = jnp.asarray(precipitation), jnp.asarray(rn)
    squares = precipitation**2 + rn**2
    product = precipitation * rn
    below = (precipitation + rn) * squares
    nothing = below <= 0
    return jnp.where(nothing, 0.0, product * (squares + product) / jnp.where(nothing, 1.0, below))


def potential_evapotranspiration(actual: ArrayLike, ep_0: ArrayLike) -> Array:
    """Regional potential evapotranspiration, Ep.

    Bouchet's complementary relation: Ep = (E + Ep0)/2. Deviation: none.

    Parameters
    ----------
    actual : array, any shape
        Actual evapotranspiration E. [mm month-1]
    ep_0 : array, broadcast against actual
        Thornthwaite's local potential. [mm month-1]

    Returns
    -------
    array, broadcast shape. [mm month-1]

    Examples
    --------
    >>> round(float(potential_evapotranspiration(40.0, 60.0)), 6)
    50.0
    """
    return (jnp.asarray(actual) + ep_0) / 2
