"""What tests of results say often, in a word."""

import numpy as np

from explorer.systems.layers import Layers


def monthly(layers: Layers, name: str) -> np.ndarray:
    """A variable of the land cells in every step, each as it is shown, (steps, cells)."""
    year = layers.periods.years[0]
    return np.stack([layers.cells(name, period) for period in layers.periods.each(year)])
