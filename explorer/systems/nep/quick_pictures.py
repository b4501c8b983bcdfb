"""Pictures that are quick to redraw: NPP is linear in epsilon_max by class.

So what epsilon_max = 1 gives is kept for every pixel and class, and an edit of epsilon_max costs a
small matrix product, whatever the number of cells.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable, Hashable
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from explorer.picture.window import Window
from explorer.pipeline import Result
from explorer.systems.nep.constants import finish, per_class
from explorer.tables.classes import CLASSES

if TYPE_CHECKING:
    from explorer.session.opened import Shared

LINEAR = ("npp", "nep", "rh")
"""Outputs that an edit of epsilon_max scales by class, or leaves."""

REMEMBERED = 8  # requests after which a second one for the same counts as the first again


class ClassPictures:
    """Draws the ``LINEAR`` outputs; keeps what the next edit of epsilon_max needs.

    Parameters
    ----------
    shared : Shared
    most : int
        Pictures kept.
    at_once : bool
        Whether to keep from the first request on; else from the second for the same, since only
        then an edit of epsilon_max is likely, and keeping costs half as much again as drawing.
    """

    def __init__(self, shared: Shared, most: int, *, at_once: bool) -> None:
        self.shared, self.most, self.at_once = shared, most, at_once
        self._lock = Lock()
        self._asked: deque[Hashable] = deque(maxlen=REMEMBERED)
        self._kept: OrderedDict[Hashable, np.ndarray] = OrderedDict()

    def of(self, result: Result, name: str, month: int | None, part: Window) -> np.ndarray:
        """Return the mean over the land cells of each pixel of one of the ``LINEAR`` outputs.

        Parameters
        ----------
        result : Result
        name : str
        month : int or None
            1 to 12; None = the year.
        part : Window

        Returns
        -------
        float32 array, shape ``part.shape``, rows from the top; NaN where there is no land
        """
        screen = self.shared.screen(result.scene, part)
        place = (result.kept.key, result.scene is self.shared.scene, part, month)
        if name == "rh":
            return self._keep(("rh", place), lambda: screen.mean(result.period_blocks("rh", month)))
        parameters = result.scenario.parameters
        clumping = finish(result.scene, parameters).ci_ref.tobytes()
        key = ("npp", place, clumping, parameters.par_share)
        if not self._expects(key):
            return screen.mean(result.period_blocks(name, month))

        def by_class() -> np.ndarray:
            unit = result.with_unit_efficiency().period_blocks("npp", month)
            return screen.shares(unit, result.scene.forcing.vegetation, len(CLASSES))

        npp = per_class(parameters.epsilon_max) @ self._keep(key, by_class)
        npp = npp.reshape(part.shape)
        return npp if name == "npp" else npp - self.of(result, "rh", month, part)

    def _expects(self, key: Hashable) -> bool:
        """Tell whether the same is likely to be asked for again, with another epsilon_max."""
        with self._lock:
            if self.at_once or key in self._kept or key in self._asked:
                return True
            self._asked.append(key)
            return False

    def _keep(self, key: Hashable, make: Callable[[], np.ndarray]) -> np.ndarray:
        """Return what is kept, made now if it is not; the longest unused goes."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = make()
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > self.most:
                self._kept.popitem(last=False)
        return made
