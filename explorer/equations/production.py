"""Production: light taken up times how well it is used."""

import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike


def absorbed_par(radiation: ArrayLike, fpar: ArrayLike, par_share: float) -> Array:
    """Photosynthetically active radiation that the canopy absorbs, APAR.

    Liang et al. (2023), Eq. 2: APAR = 0.5 SOL FPAR. Deviation: none; 0.5 is ``par_share``.

    Parameters
    ----------
    radiation : array, any shape
        Total solar radiation SOL. [MJ m-2 month-1]
    fpar : array, broadcast against radiation. [1]
    par_share : float. [1]

    Returns
    -------
    array, broadcast shape. [MJ m-2 month-1]

    Examples
    --------
    >>> round(float(absorbed_par(600.0, 0.7, 0.5)), 4)
    210.0
    """
    return par_share * jnp.asarray(radiation) * fpar


def light_use_efficiency(
    epsilon_max: ArrayLike, t_scalar_1: ArrayLike, t_scalar_2: ArrayLike, w_scalar: ArrayLike
) -> Array:
    """Realised efficiency of light use, epsilon.

    Liang et al. (2023), Eq. 10. Deviation: none.

    Parameters
    ----------
    epsilon_max : array, any shape
        Maximum of the pixel's class. [g C MJ-1]
    t_scalar_1, t_scalar_2, w_scalar : arrays, broadcast against it. [1]

    Returns
    -------
    array, broadcast shape. [g C MJ-1]

    Examples
    --------
    >>> round(float(light_use_efficiency(0.98, 1.0, 0.9, 0.8)), 4)
    0.7056
    """
    return jnp.asarray(epsilon_max) * t_scalar_1 * t_scalar_2 * w_scalar


def net_primary_production(apar: ArrayLike, epsilon: ArrayLike) -> Array:
    """Carbon that plants bind and keep, NPP.

    Liang et al. (2023), Eq. 1. Deviation: none.

    Parameters
    ----------
    apar : array, any shape. [MJ m-2 month-1]
    epsilon : array, broadcast against apar. [g C MJ-1]

    Returns
    -------
    array, broadcast shape. [g C m-2 month-1]

    Examples
    --------
    >>> round(float(net_primary_production(210.0, 0.7056)), 3)
    148.176
    """
    return jnp.asarray(apar) * epsilon
