"""One land cell run from its own months alone: what a click asks for."""

import numpy as np

from explorer.analysis.waterfall import running_products
from explorer.systems.nep import factors
from explorer.systems.nep.forcing import NepScene
from explorer.systems.nep.parameters import NepParameters

FACTORS = ("fpar_0", "clumping", "t_scalar_1", "t_scalar_2", "w_scalar")
"""The factors of NPP in the order of the waterfall's steps."""


def cell_nep(forcing: NepScene, parameters: NepParameters, cell: int) -> np.ndarray:
    """Return NEP of one land cell in every month, from its own months alone.

    Returns
    -------
    float64 array, shape (12,). [g C m-2 month-1]

    Raises
    ------
    IndexError
        When the scene has no such land cell.
    """
    levels, rh = cell_levels(forcing, parameters, cell)
    return levels[-1] - rh


def cell_levels(
    forcing: NepScene, parameters: NepParameters, cell: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return running products and Rh of one cell, (1 + steps, 12) and (12,)."""
    found = factors.cell_factors(forcing, parameters, cell)
    steps = (getattr(found, name) for name in FACTORS)
    return running_products(found.par * found.epsilon_max, steps), found.rh
