"""What tests of results say often, in a word."""

import numpy as np

from explorer.scene.blocks import from_blocks
from explorer.systems.layers import Layers


def monthly(layers: Layers, name: str) -> np.ndarray:
    """A variable of the land cells in every step, (steps, cells)."""
    return from_blocks(layers.steps(name), layers.scene.cells)
