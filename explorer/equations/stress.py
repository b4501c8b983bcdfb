"""Stress: how temperature and water hold the use of light below its maximum."""

import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

from explorer.equations.water import TIE


def optimum_temperature(temperature: ArrayLike, ndvi: ArrayLike) -> Array:
    """Mean temperature of the month in which the pixel's NDVI peaks, T_opt.

    Potter et al. (1993), as used by Zhu et al. (2007). Deviation: the first of equal peaks counts.

    Parameters
    ----------
    temperature : array, months on axis 0. [degC]
    ndvi : array, same shape. [1]

    Returns
    -------
    array, shape of one month; missing where any month's NDVI is. [degC]

    Examples
    --------
    >>> float(optimum_temperature(jnp.array([5.0, 18.0, 9.0]), jnp.array([0.2, 0.7, 0.5])))
    18.0
    """
    temperature, ndvi = jnp.asarray(temperature), jnp.asarray(ndvi)
    peak = jnp.argmax(ndvi, axis=0)[jnp.newaxis]
    warmth = jnp.take_along_axis(temperature, peak, axis=0)[0]
    return jnp.where(jnp.isnan(ndvi).any(axis=0), jnp.nan, warmth)


def temperature_scalar_optimum(
    temperature: ArrayLike, t_opt: ArrayLike, cold_limit: float
) -> Array:
    """Reduction of light use where the optimum itself is cold or hot, T_eps1.

    Potter et al. (1993): 0.8 + 0.02 T_opt - 0.0005 T_opt^2; 0 in months at or below the
    cold limit (Zhu et al. 2007). Deviation: held within [0, 1]; the parabola is negative where the
    optimum lies below -24.7 degC, which no source means. "At" includes what lies above by no more
    than ``water.TIE``.

    Parameters
    ----------
    temperature : array, any shape
        Monthly mean. [degC]
    t_opt : array, broadcast against temperature. [degC]
    cold_limit : float
        At or below it nothing grows, -10 in the source. [degC]

    Returns
    -------
    array, broadcast shape; 1 = no stress. [1]

    Examples
    --------
    >>> round(float(temperature_scalar_optimum(15.0, 20.0, -10.0)), 6)
    1.0
    """
    temperature, t_opt = jnp.asarray(temperature), jnp.asarray(t_opt)
    scalar = jnp.clip(0.8 + 0.02 * t_opt - 0.0005 * t_opt**2, 0.0, 1.0)
    known = jnp.where(jnp.isnan(temperature), jnp.nan, scalar)
    return jnp.where(temperature <= cold_limit + TIE, 0.0, known)


def temperature_scalar_distance(temperature: ArrayLike, t_opt: ArrayLike, scale: float) -> Array:
    """Reduction of light use away from the optimum, T_eps2, the smooth curve.

    Potter et al. (1993): scale / {1 + exp[0.2 (T_opt - 10 - T)]}
    / {1 + exp[0.3 (-T_opt - 10 + T)]}. Deviation: none; scale 1.184 (Zhu) or 1.1814 (Potter).

    Parameters
    ----------
    temperature : array, any shape. [degC]
    t_opt : array, broadcast against temperature. [degC]
    scale : float. [1]

    Returns
    -------
    array, broadcast shape; near 1 = no stress. [1]

    Examples
    --------
    >>> round(float(temperature_scalar_distance(20.0, 20.0, 1.1814)), 4)
    0.9912
    """
    # With x = exp(0.1 (T - T_opt)) both exponentials are powers: one exp and one division in all.
    x = jnp.exp(0.1 * (jnp.asarray(temperature) - t_opt))
    square = x * x
    return scale * square / ((square + jnp.exp(-2.0)) * (1 + jnp.exp(-3.0) * square * x))


def temperature_scalar_distance_stepped(
    temperature: ArrayLike, t_opt: ArrayLike, scale: float
) -> Array:
    """T_eps2 with Zhu's rule: far from the optimum, half of its value at the optimum.

    Zhu et al. (2007): when T > T_opt + 10 or T < T_opt - 13. Deviation: what lies beyond by no more
    than ``water.TIE`` is not beyond. The rule makes T_eps2 jump by +18 % at -13 and by -15 % at
    +10 degC, which is why the smooth curve is offered beside it.

    Parameters
    ----------
    temperature : array, any shape. [degC]
    t_opt : array, broadcast against temperature. [degC]
    scale : float. [1]

    Returns
    -------
    array, broadcast shape; near 1 = no stress. [1]

    Examples
    --------
    >>> round(float(temperature_scalar_distance_stepped(0.0, 20.0, 1.184)), 4)
    0.4967
    """
    distance = jnp.asarray(temperature) - t_opt
    half = 0.5 * temperature_scalar_distance(0.0, 0.0, scale)
    smooth = temperature_scalar_distance(temperature, t_opt, scale)
    return jnp.where((distance > 10 + TIE) | (distance < -13 - TIE), half, smooth)


def water_scalar(actual: ArrayLike, potential: ArrayLike, w_min: float) -> Array:
    """Reduction of light use by drought, W_eps.

    Potter et al. (1993): 0.5 + 0.5 E/Ep, clipped to [w_min, 1]. Deviation: 0.5 is a
    parameter, w_min + (1 - w_min) E/Ep. Where Ep is 0 the value is w_min and means nothing:
    ``carried_through_frost`` or ``blended_through_frost`` replaces it.

    Parameters
    ----------
    actual : array, any shape
        Actual evapotranspiration E. [mm month-1]
    potential : array, broadcast against actual
        Potential evapotranspiration Ep. [mm month-1]
    w_min : float. [1]

    Returns
    -------
    array, broadcast shape; 1 = no stress. [1]

    Examples
    --------
    >>> round(float(water_scalar(30.0, 50.0, 0.5)), 6)
    0.8
    """
    actual, potential = jnp.asarray(actual), jnp.asarray(potential)
    none = potential <= 0
    share = jnp.where(none, 0.0, actual / jnp.where(none, 1.0, potential))
    return jnp.clip(w_min + (1 - w_min) * share, w_min, 1.0)


def carried_through_frost(scalar: ArrayLike, frozen: ArrayLike, otherwise: float) -> Array:
    """Give frozen months the value of the last month that was not; the year is a ring.

    Zhu et al. (2007): without evaporation W_eps keeps the previous month's value. Deviation:
    January looks back to December; a year frozen throughout has the given value.

    Parameters
    ----------
    scalar : array, months on axis 0. [1]
    frozen : array of bool, same shape
        Months without potential evapotranspiration.
    otherwise : float
        For a year without any thaw. [1]

    Returns
    -------
    array, same shape. [1]

    Examples
    --------
    >>> frozen = jnp.array([True, False, False, True])
    >>> [round(float(w), 1) for w in
    ...  carried_through_frost(jnp.array([0.5, 0.7, 0.9, 0.5]), frozen, 0.5)]
    [0.9, 0.7, 0.9, 0.9]
    """
    scalar, frozen = jnp.asarray(scalar), jnp.asarray(frozen)
    last = jnp.full_like(scalar[0], otherwise)
    for month in range(scalar.shape[0]):
        last = jnp.where(frozen[month], last, scalar[month])
    months = []
    for month in range(scalar.shape[0]):
        last = jnp.where(frozen[month], last, scalar[month])
        months.append(last)
    return jnp.stack(months)


def blended_through_frost(
    scalar: ArrayLike, temperature: ArrayLike, thawed_at: float, otherwise: float
) -> Array:
    """Give months the mean of the year's thaw in so far as they are frozen: W_eps without jumps.

    Option of ours to the rule of Zhu et al. (2007). A month is thawed to the share
    s = T/thawed_at, held within [0, 1]; it has s W + (1 - s) M, where
    M = (sum of s W + 0.1 otherwise) / (sum of s + 0.1). A month that has hardly thawed has E/Ep
    near 2 where there is any rain, so W = 1: under the published rule the whole winter then takes
    that from it, and a tenth of a degree decides. Here its weight grows from nought; so does that
    of the year against ``otherwise``.

    Parameters
    ----------
    scalar : array, months on axis 0. [1]
    temperature : array, same shape
        Monthly mean. [degC]
    thawed_at : float
        From here on a month counts in full. [degC]
    otherwise : float
        For a year without any thaw; it has the weight of a tenth of a month. [1]

    Returns
    -------
    array, same shape. [1]

    Examples
    --------
    >>> [round(float(w), 3) for w in
    ...  blended_through_frost(jnp.array([0.5, 0.7, 0.9]), jnp.array([-3.0, 2.5, 9.0]), 5.0, 0.5)]
    [0.812, 0.756, 0.9]
    """
    scalar = jnp.asarray(scalar)
    share = jnp.clip(jnp.asarray(temperature) / thawed_at, 0.0, 1.0)
    weight = 0.1  # months
    mean = ((share * scalar).sum(axis=0) + weight * otherwise) / (share.sum(axis=0) + weight)
    return share * scalar + (1 - share) * mean
