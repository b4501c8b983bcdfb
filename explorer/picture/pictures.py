"""Pictures of results on the land of one scene: means of cells by pixel."""

from collections.abc import Collection
from typing import Any, Protocol

import numpy as np

from explorer.picture.screen import Screen, Screens
from explorer.picture.window import Window


class QuickMeans(Protocol):
    """A system's own way to some pictures, quicker than the mean over all cells.

    ``systems.nep.quick_pictures`` is one. An object serves one scene.
    """

    names: Collection[str]
    """Variables that it can draw."""

    def mean(self, layers: Any, name: str, period: int | None, screen: Screen) -> np.ndarray:
        """Return what ``screen.mean`` of the variable's cells would, shape of its window."""


class Pictures:
    """Draws any variable of any result.

    Parameters
    ----------
    screens : Screens
    quick : QuickMeans, optional
    """

    def __init__(self, screens: Screens, quick: QuickMeans | None = None) -> None:
        self.screens = screens
        self.quick = quick

    def is_quick(self, name: str) -> bool:
        """Tell whether a variable can be redrawn without a look at all cells."""
        return self.quick is not None and name in self.quick.names

    def of(self, layers: Any, name: str, period: int | None, part: Window) -> np.ndarray:
        """Return the mean of a variable over the land cells of each pixel.

        Parameters
        ----------
        layers : Result
            Anything with ``scene`` and ``period_blocks(name, period)``.
        name : str
        period : int or None
            Month, 1 to 12; None = the year.
        part : Window

        Returns
        -------
        float32 array, shape ``part.shape``, rows from the top; NaN without land
        """
        screen = self.screens.of(layers.scene, part)
        if self.is_quick(name):
            return self.quick.mean(layers, name, period, screen)
        return screen.mean(layers.period_blocks(name, period))
