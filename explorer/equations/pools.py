"""Carbon between the pools of a deciduous wood: labile, foliage, root, wood, litter, soil.

The equations of DALEC for deciduous woods with the parameter names p1 ... p18. Ma et al. (2022)
name the model and print none of its equations; these are of its sources.
"""

import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike


def temperature_rate(temperature: ArrayLike, p10: ArrayLike) -> Array:
    """How fast carbon turns over at a temperature, relative to warm days: Tr = 0.5 exp(p10 T).

    Williams et al. (2005). Deviation: none.

    Parameters
    ----------
    temperature : array, any shape
        Mean of the day. [degC]
    p10 : array, broadcast against it. [degC-1]

    Returns
    -------
    array, broadcast shape. [1]

    Examples
    --------
    >>> round(float(temperature_rate(10.0, 0.0693)), 4)
    0.9999
    """
    return 0.5 * jnp.exp(jnp.asarray(p10) * temperature)


def allocation_to_foliage(
    foliage: ArrayLike,
    gpp: ArrayLike,
    flush: ArrayLike,
    p2: ArrayLike,
    p3: ArrayLike,
    p17: ArrayLike,
) -> Array:
    """Carbon just bound that becomes leaves: min(p17 - Cf, (1 - p2) G p3) while leaves unfold.

    Williams et al. (2005). Deviation: never below 0, where foliage is above its most.

    Parameters
    ----------
    foliage : array, any shape. [g C m-2]
    gpp : array, broadcast against it. [g C m-2 d-1]
    flush : array, broadcast against it
        Switch multtl. [1]
    p2, p3 : arrays, broadcast against it
        Share of GPP that is respired at once; share of the rest that leaves may have. [1]
    p17 : array, broadcast against it
        Most carbon of leaves. [g C m-2]

    Returns
    -------
    array, broadcast shape. [g C m-2 d-1]

    Examples
    --------
    >>> round(float(allocation_to_foliage(100.0, 8.0, 1.0, 0.47, 0.5, 180.0)), 4)
    2.12
    """
    offered = (1 - jnp.asarray(p2)) * gpp * p3
    room = jnp.asarray(p17) - foliage
    return jnp.maximum(jnp.minimum(room, offered), 0.0) * flush


def labile_release(labile: ArrayLike, flush: ArrayLike, rate: ArrayLike, p15: ArrayLike) -> Array:
    """Labile carbon that is spent on new leaves: p15 Clab multtl Tr.

    Chuter et al. (2015). Of it p16 is respired (Ralf) and the rest is foliage (Afl). Deviation:
    none.

    Parameters
    ----------
    labile : array, any shape. [g C m-2]
    flush : array, broadcast against it
        Switch multtl. [1]
    rate : array, broadcast against it
        Tr. [1]
    p15 : array, broadcast against it. [d-1]

    Returns
    -------
    array, broadcast shape. [g C m-2 d-1]

    Examples
    --------
    >>> round(float(labile_release(100.0, 1.0, 0.8, 0.05)), 4)
    4.0
    """
    return jnp.asarray(p15) * labile * flush * rate


def leaf_litter(foliage: ArrayLike, fall: ArrayLike, p5: ArrayLike, p14: ArrayLike) -> Array:
    """Leaves that fall, Lf = p5 p14 Cf multtf.

    Chuter et al. (2015). Deviation: none.

    Parameters
    ----------
    foliage : array, any shape. [g C m-2]
    fall : array, broadcast against it
        Switch multtf. [1]
    p5 : array, broadcast against it
        Turnover. [d-1]
    p14 : array, broadcast against it
        Share that is litter. [1]

    Returns
    -------
    array, broadcast shape. [g C m-2 d-1]

    Examples
    --------
    >>> round(float(leaf_litter(180.0, 1.0, 0.05, 0.45)), 4)
    4.05
    """
    return jnp.asarray(p5) * p14 * foliage * fall


def leaf_withdrawal(
    foliage: ArrayLike, fall: ArrayLike, rate: ArrayLike, p5: ArrayLike, p14: ArrayLike
) -> Array:
    """Carbon drawn back from leaves before they fall: p5 (1 - p14) Cf multtf Tr.

    Chuter et al. (2015). Of it p16 is respired (Ralt) and the rest is labile (Atl). Deviation:
    none.

    Parameters
    ----------
    foliage : array, any shape. [g C m-2]
    fall : array, broadcast against it
        Switch multtf. [1]
    rate : array, broadcast against it
        Tr. [1]
    p5 : array, broadcast against it
        Turnover. [d-1]
    p14 : array, broadcast against it
        Share that is litter. [1]

    Returns
    -------
    array, broadcast shape. [g C m-2 d-1]

    Examples
    --------
    >>> round(float(leaf_withdrawal(180.0, 1.0, 0.8, 0.05, 0.45)), 4)
    3.96
    """
    return jnp.asarray(p5) * (1 - jnp.asarray(p14)) * foliage * fall * rate


def turnover(pool: ArrayLike, constant: ArrayLike, rate: ArrayLike) -> Array:
    """Carbon that leaves a pool: wood p6, root p7, litter p8 Tr and p1 Tr, soil p9 Tr.

    Williams et al. (2005). Deviation: none.

    Parameters
    ----------
    pool : array, any shape. [g C m-2]
    constant : array, broadcast against it. [d-1]
    rate : array, broadcast against it
        Tr, or 1 where temperature does not matter. [1]

    Returns
    -------
    array, broadcast shape. [g C m-2 d-1]

    Examples
    --------
    >>> round(float(turnover(9000.0, 4e-5, 0.8)), 4)
    0.288
    """
    return jnp.asarray(constant) * rate * pool
