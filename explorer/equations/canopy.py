"""The canopy: how much of the light it takes, from vegetation indices and clumping."""

import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

NDVI_CEILING = 0.999  # the simple ratio has a pole at NDVI = 1


def simple_ratio(ndvi: ArrayLike) -> Array:
    """Ratio of near-infrared to red reflectance.

    Liang et al. (2023), Eq. 5: SR = (1 + NDVI)/(1 - NDVI). Deviation: NDVI is held at 0.999.

    Parameters
    ----------
    ndvi : array, any shape. [1]

    Returns
    -------
    array, same shape. [1]

    Examples
    --------
    >>> round(float(simple_ratio(0.5)), 6)
    3.0
    """
    held = jnp.minimum(jnp.asarray(ndvi), NDVI_CEILING)
    return (1 + held) / (1 - held)


def fpar_from_index(
    index: ArrayLike,
    index_min: ArrayLike,
    index_max: ArrayLike,
    fpar_min: float,
    fpar_max: float,
) -> Array:
    """FPAR that grows linearly with a vegetation index between its class's extremes.

    Liang et al. (2023), Eq. 4 (index = SR) and Eq. 6 (index = NDVI). Deviation: clipped to
    [fpar_min, fpar_max], as the percentile limits leave values outside them.

    Parameters
    ----------
    index : array, any shape. [1]
    index_min, index_max : arrays, broadcast against index
        Bare ground and full cover of the pixel's class. [1]
    fpar_min, fpar_max : float. [1]

    Returns
    -------
    array, broadcast shape. [1]

    Examples
    --------
    >>> round(float(fpar_from_index(0.35, 0.05, 0.65, 0.001, 0.950)), 4)
    0.4755
    """
    share = (jnp.asarray(index) - index_min) / (jnp.asarray(index_max) - index_min)
    return jnp.clip(share * (fpar_max - fpar_min) + fpar_min, fpar_min, fpar_max)


def fpar_from_leaf_area(lai: ArrayLike, extinction: float) -> Array:
    """FPAR of a canopy of randomly placed leaves: the Beer-Lambert law.

    Monsi and Saeki (1953): 1 - exp(-k LAI). Deviation: none. Not part of Liang et al. (2023); for
    towers whose leaf area is known.

    Parameters
    ----------
    lai : array, any shape
        Leaf area index. [m2 m-2]
    extinction : float
        k, light taken per leaf area. [1]

    Returns
    -------
    array, same shape. [1]

    Examples
    --------
    >>> round(float(fpar_from_leaf_area(2.0, 0.5)), 4)
    0.6321
    """
    return 1 - jnp.exp(-extinction * jnp.asarray(lai))


def mixed_fpar(fpar_sr: ArrayLike, fpar_ndvi: ArrayLike, sr_weight: float) -> Array:
    """FPAR before clumping: the weighted mean of the two estimates.

    Liang et al. (2023), Eq. 3. Deviation: none.

    Parameters
    ----------
    fpar_sr, fpar_ndvi : arrays, any shape. [1]
    sr_weight : float
        alpha, the weight of the SR estimate. [1]

    Returns
    -------
    array, broadcast shape. [1]

    Examples
    --------
    >>> round(float(mixed_fpar(0.3, 0.5, 0.5)), 6)
    0.4
    """
    return sr_weight * jnp.asarray(fpar_sr) + (1 - sr_weight) * jnp.asarray(fpar_ndvi)


def clumping_ratio(ci: ArrayLike, ci_ref: ArrayLike) -> Array:
    """Ratio of the clumping index to its class's reference.

    Liang et al. (2023), Eq. 7. Deviation: where CI is missing or not positive, or its class has no
    reference, the ratio is 1 (such pixels are counted): the one place where missing does not stay
    missing.

    Parameters
    ----------
    ci : array, any shape. [1]
    ci_ref : array, broadcast against ci. [1]

    Returns
    -------
    array, broadcast shape. [1]

    Examples
    --------
    >>> round(float(clumping_ratio(0.66, 0.60)), 6)
    1.1
    >>> float(clumping_ratio(float("nan"), 0.60))
    1.0
    """
    ci, ci_ref = jnp.asarray(ci), jnp.asarray(ci_ref)
    known = (ci > 0) & (ci_ref > 0)
    return jnp.where(known, ci / jnp.where(known, ci_ref, 1.0), 1.0)


def clumped_fpar(fpar_0: ArrayLike, ratio: ArrayLike, fpar_max: float) -> Array:
    """FPAR corrected for the clumping of leaves.

    Liang et al. (2023), Eq. 7. Deviation: held at fpar_max; pixels so held are counted.

    Parameters
    ----------
    fpar_0 : array, any shape
        FPAR before clumping. [1]
    ratio : array, broadcast against fpar_0
        Clumping index over its reference. [1]
    fpar_max : float. [1]

    Returns
    -------
    array, broadcast shape. [1]

    Examples
    --------
    >>> round(float(clumped_fpar(0.5, 1.1, 0.95)), 6)
    0.55
    """
    return jnp.minimum(jnp.asarray(fpar_0) * ratio, fpar_max)
