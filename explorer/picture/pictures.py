"""Pictures of results: what each pixel of a part of the land holds."""

from collections import deque
from collections.abc import Hashable
from threading import Lock

import numpy as np

from explorer.cache import Recent
from explorer.picture.codes import code_picture
from explorer.picture.screen import Screens
from explorer.picture.window import Window
from explorer.systems.layers import Layers
from explorer.tables.periods import Period

REMEMBERED = 8  # a key asked for twice within so many requests is worth caching


class Pictures:
    """Draws any variable of any result; caches what a system needs to redraw it quickly.

    Parameters
    ----------
    screens : Screens
    most : int
        Pictures in the cache.
    at_once : bool
        Whether to cache from the first request on; else from the second for the same, since only
        then an edit is likely to be followed by another, and it costs half as much again.
    """

    def __init__(self, screens: Screens, most: int | None, *, at_once: bool) -> None:
        self.screens, self.at_once = screens, at_once
        self._parts: Recent[np.ndarray] = Recent(most)
        self._asked: deque[Hashable] = deque(maxlen=REMEMBERED)
        self._lock = Lock()

    def is_quick(self, layers: Layers, name: str) -> bool:
        """Return whether a variable can be redrawn without a look at all cells."""
        quick = layers.quick
        return quick is not None and name in quick.names

    def of(self, layers: Layers, name: str, period: Period, part: Window) -> np.ndarray:
        """Return the mean of a variable over the land cells of each pixel; codes are picked.

        Parameters
        ----------
        layers : Layers
        name : str
        period : Period
        part : Window

        Returns
        -------
        float32 array, shape ``part.shape``, rows from the top; NaN without land
        """
        if layers.variables[name].is_code:
            return code_picture(layers.scene, layers.codes(name), part)
        screen = self.screens.of(layers.scene, part)
        quick = layers.quick
        if quick is not None and name in quick.names:
            where = (layers.scene, part)
            if self._is_expected((where, quick.key(layers, name, period))):
                return quick.picture(
                    layers, name, period, screen,
                    lambda key, make: self._parts.get((where, key), make),
                )  # fmt: skip
        gaps = layers.gaps or name not in layers.outputs
        return screen.mean(layers.field(name, period), gaps=gaps)

    def _is_expected(self, key: Hashable) -> bool:
        """Return whether the same is likely to be asked for again, after another edit."""
        with self._lock:
            if self.at_once or key in self._asked:
                return True
            self._asked.append(key)
            return False
