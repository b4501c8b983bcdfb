"""The picture of a map, whatever it is drawn with."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Picture:
    """What the map of a page shows, as it shows it."""

    values: np.ndarray  # (rows, columns) from the top; means of cells, NaN without land
    bounds: tuple[float, float, float, float]  # left, bottom, right, top of the pixels
    colours: list[str]
    limits: tuple[float, float]  # values of the first and last colour
    outlines: dict[str, list[np.ndarray]]  # region -> rings, (points, 2)
    extent: tuple[float, float, float, float]  # left, bottom, right, top of what is visible
    stretch: float  # how much longer a unit of y is than one of x

    @property
    def shape(self) -> float:
        """Height of what is visible over its width."""
        left, bottom, right, top = self.extent
        return (top - bottom) * self.stretch / (right - left)
