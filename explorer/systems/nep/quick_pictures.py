"""Pictures that are quick to redraw: NPP is linear in epsilon_max by class.

So what epsilon_max = 1 gives is cached for every pixel and class, and an edit of epsilon_max costs
a small matrix product, whatever the number of cells. See ``picture.pictures.QuickMeans``.
"""

from collections import OrderedDict, deque
from collections.abc import Callable, Hashable
from threading import Lock

import numpy as np

from explorer.picture.screen import Screen
from explorer.pipeline import Result
from explorer.systems.nep.constants import finish, per_class
from explorer.tables.classes import CLASSES

LINEAR = ("npp", "nep", "rh")
"""Outputs that an edit of epsilon_max scales by class, or leaves."""

REMEMBERED = 8  # a key asked for twice within so many requests is worth caching


class ClassPictures:
    """Draws the ``LINEAR`` outputs of one scene; caches what the next edit of epsilon_max needs.

    Parameters
    ----------
    most : int
        Pictures in the cache.
    at_once : bool
        Whether to cache from the first request on; else from the second for the same, since only
        then an edit of epsilon_max is likely, and it costs half as much again as drawing.
    """

    names = LINEAR

    def __init__(self, most: int, *, at_once: bool) -> None:
        self.most, self.at_once = most, at_once
        self._lock = Lock()
        self._asked: deque[Hashable] = deque(maxlen=REMEMBERED)
        self._cache: OrderedDict[Hashable, np.ndarray] = OrderedDict()

    def mean(self, layers: Result, name: str, period: int | None, screen: Screen) -> np.ndarray:
        """Return the mean over the land cells of each pixel of one of the ``LINEAR`` outputs.

        Parameters
        ----------
        layers : Result
        name : str
        period : int or None
            Month, 1 to 12; None = the year.
        screen : Screen
            Of the same scene.

        Returns
        -------
        float32 array, shape ``screen.part.shape``, rows from the top; NaN where there is no land
        """
        where = (layers.kept.key, layers.scene, screen.part, period)
        if name == "rh":
            return self._cached(
                ("rh", where), lambda: screen.mean(layers.period_blocks("rh", period))
            )
        parameters = layers.scenario.parameters
        clumping = finish(layers.scene, parameters).ci_ref.tobytes()
        key = ("npp", where, clumping, parameters.par_share)
        if not self._expects(key):
            return screen.mean(layers.period_blocks(name, period))

        def by_class() -> np.ndarray:
            unit = layers.with_unit_efficiency().period_blocks("npp", period)
            return screen.shares(unit, layers.scene.forcing.vegetation, len(CLASSES))

        npp = per_class(parameters.epsilon_max) @ self._cached(key, by_class)
        npp = npp.reshape(screen.part.shape)
        return npp if name == "npp" else npp - self.mean(layers, "rh", period, screen)

    def _expects(self, key: Hashable) -> bool:
        """Tell whether the same is likely to be asked for again, with another epsilon_max."""
        with self._lock:
            if self.at_once or key in self._cache or key in self._asked:
                return True
            self._asked.append(key)
            return False

    def _cached(self, key: Hashable, compute: Callable[[], np.ndarray]) -> np.ndarray:
        """Return the value of a key, computed now if it is missing; the least recent is dropped."""
        with self._lock:
            if key in self._cache:
                self._cache.move_to_end(key)
                return self._cache[key]
        value = compute()
        with self._lock:
            self._cache[key] = value
            while len(self._cache) > self.most:
                self._cache.popitem(last=False)
        return value
