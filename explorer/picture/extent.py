"""What a map of everything shows of the plane, and its proportions there."""

import math

import numpy as np

from explorer.scene.scene import Scene

MARGIN = 0.02  # of the land's longer side, left free round it

Bounds = tuple[float, float, float, float]
"""Left, bottom, right, top, in the grid's coordinates."""


def land_extent(scene: Scene) -> Bounds:
    """Return the bounds of the land cells' centres with a margin."""
    grid = scene.grid
    columns = scene.index % grid.shape[1]
    rows = scene.index[[0, -1]] // grid.shape[1]  # the index rises
    x, y = grid.x[[columns.min(), columns.max()]], grid.y[rows]
    margin = MARGIN * max(np.ptp(x), np.ptp(y))
    return x.min() - margin, y.min() - margin, x.max() + margin, y.max() + margin


def stretch(geographic: bool, extent: Bounds) -> float:
    """Return how much longer a unit of y is than a unit of x in the middle of an extent.

    Parameters
    ----------
    geographic : bool
        Whether the units are degrees; those of an equal-area grid are metres along both.
    extent : Bounds

    Examples
    --------
    >>> round(stretch(True, (100.0, 50.0, 110.0, 70.0)), 6)  # 1 / cos(60 deg)
    2.0
    >>> stretch(False, (0.0, 0.0, 1000.0, 1000.0))
    1.0
    """
    if not geographic:
        return 1.0
    _, bottom, _, top = extent
    return 1 / math.cos(math.radians((bottom + top) / 2))
