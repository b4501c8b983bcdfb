"""The balance: what the land takes up less what it gives off."""

from typing import TypeVar

import numpy as np
from jax import Array

Flux = TypeVar("Flux", Array, np.ndarray, float)


def net_ecosystem_production(npp: Flux, rh: Flux) -> Flux:
    """Carbon that the ecosystem keeps; positive = sink.

    Liang et al. (2023), introduction: NEP = NPP - Rh. Deviation: none. A tower's NEP is -NEE.

    Parameters
    ----------
    npp, rh : arrays, any shape. [g C m-2 per time]

    Returns
    -------
    array, broadcast shape. [g C m-2 per time]

    Examples
    --------
    >>> round(float(net_ecosystem_production(148.2, 37.7)), 4)
    110.5
    """
    return npp - rh
