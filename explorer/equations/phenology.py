"""When leaves come and fall: switches from 0 to 1, smooth so that they have a slope.

DALEC's switches jump; a parameter that moves a jump has no slope. Each jump is a logistic curve of
a given width here; a width towards 0 gives the jump.
"""

import jax.numpy as jnp
from jax import Array
from jax.nn import sigmoid
from jax.typing import ArrayLike


def leaf_flush_switch(
    degree_days: ArrayLike, late: ArrayLike, threshold: ArrayLike, width: ArrayLike
) -> Array:
    """Whether labile carbon becomes leaves, multtl: from leaf-out to the middle of the season.

    Williams et al. (2005): 1 from the day on which degree-days pass p12 until day 200, 0 else; that
    full leaves stop it is in ``pools.allocation_to_foliage``. Deviation: a logistic curve.

    Parameters
    ----------
    degree_days : array, any shape
        Above 0 degC since 1 January. [degC d]
    late : array, broadcast against it
        1 from day 200 on, 0 before. [1]
    threshold, width : arrays, broadcast against it
        p12, and the width of the switch. [degC d]

    Returns
    -------
    array, broadcast shape, 0 to 1. [1]

    Examples
    --------
    >>> round(float(leaf_flush_switch(270.0, 0.0, 250.0, 10.0)), 4)
    0.8808
    """
    return (1 - jnp.asarray(late)) * sigmoid((jnp.asarray(degree_days) - threshold) / width)


def leaf_fall_switch(
    degree_days: ArrayLike,
    coldest: ArrayLike,
    late: ArrayLike,
    threshold: ArrayLike,
    width: ArrayLike,
    cold: ArrayLike,
    cold_width: ArrayLike,
) -> Array:
    """Whether leaves fall, multtf: from the first cold spell after day 200 to leaf-out.

    Williams et al. (2005), with the 10-day mean below p13 as Ma et al. (2022) have it. Deviation: a
    logistic curve; leaves that began to fall go on, so the lowest 10-day mean since day 200 counts.

    Parameters
    ----------
    degree_days : array, any shape
        Above 0 degC since 1 January. [degC d]
    coldest : array, broadcast against it
        Lowest 10-day mean temperature since day 200. [degC]
    late : array, broadcast against it
        1 from day 200 on, 0 before. [1]
    threshold, width : arrays, broadcast against it
        p12, and the width of that switch. [degC d]
    cold, cold_width : arrays, broadcast against it
        p13, and the width of that switch. [degC]

    Returns
    -------
    array, broadcast shape, 0 to 1. [1]

    Examples
    --------
    >>> round(float(leaf_fall_switch(2500.0, 4.5, 1.0, 250.0, 10.0, 5.0, 0.5)), 4)
    0.7311
    """
    late = jnp.asarray(late)
    bare = sigmoid((jnp.asarray(threshold) - degree_days) / width)
    autumn = sigmoid((jnp.asarray(cold) - coldest) / cold_width)
    return late * autumn + (1 - late) * bare
