"""Small pictures of the twelve months, quick to redraw: NPP is linear in epsilon_max by class.

So what epsilon_max = 1 gives is kept for every pixel and class, and an edit of epsilon_max costs a
small matrix product, whatever the number of cells.
"""

import numpy as np

from explorer.app.raster import Window
from explorer.app.shared import Shared
from explorer.land import CLASSES
from explorer.models.tables import finish, per_class
from explorer.pipeline import Result
from explorer.scene.loops import pixel_sums

LINEAR = ("npp", "nep", "rh")
"""Outputs that an edit of epsilon_max scales by class, or leaves."""


class MonthPictures:
    """Makes the pictures of an output; keeps what the next edit of epsilon_max needs."""

    def __init__(self, shared: Shared) -> None:
        self.shared = shared
        self._unit: tuple[tuple, np.ndarray] | None = None
        self._rh: tuple[tuple, np.ndarray] | None = None

    def of(self, result: Result, name: str, part: Window) -> np.ndarray:
        """Return the mean over the cells of each pixel of one of the ``LINEAR`` outputs.

        Returns
        -------
        float32 array, shape (12, *part.shape), rows from the top; NaN where there is no land
        """
        if name == "rh":
            return self._respired(result, part)
        npp = self._produced(result, part)
        return npp if name == "npp" else npp - self._respired(result, part)

    def _respired(self, result: Result, part: Window) -> np.ndarray:
        key = (result.kept.key, result.scene is self.shared.scene, part)
        if self._rh is None or self._rh[0] != key:
            screen = self.shared.screen(result.scene, part)
            months = [screen.mean(result.blocks("rh", month)) for month in range(1, 13)]
            self._rh = key, np.stack(months)
        return self._rh[1]

    def _produced(self, result: Result, part: Window) -> np.ndarray:
        parameters = result.scenario.parameters
        table = finish(result.scene, parameters)
        key = (
            result.kept.key, result.scene is self.shared.scene, part,
            table.ci_ref.tobytes(), parameters.par_share,
        )  # fmt: skip
        if self._unit is None or self._unit[0] != key:
            self._unit = key, self._by_class(result, part)
        means = np.tensordot(per_class(parameters.epsilon_max), self._unit[1], axes=(0, 2))
        return means.reshape(12, *part.shape)

    def _by_class(self, result: Result, part: Window) -> np.ndarray:
        """Return what each class adds to the mean of each pixel for epsilon_max = 1.

        Returns
        -------
        float32 array, shape (12, pixels, classes); NaN where there is no land
        """
        scene, classes = result.scene, len(CLASSES)
        screen = self.shared.screen(scene, part)
        vegetation = scene.forcing.vegetation.reshape(-1)[screen.start : screen.stop]
        place = np.where(screen.pixel >= 0, screen.pixel * classes + vegetation, -1)
        ones = {f"epsilon_max.{name}": 1.0 for name in CLASSES}
        unit = Result(scene, result.scenario.with_values(ones), result.kept)
        size = screen.cells.size * classes
        out = np.empty((12, screen.cells.size, classes), dtype=np.float32)
        for month in range(1, 13):
            flat = np.ascontiguousarray(unit.blocks("npp", month)).reshape(-1)
            sums = pixel_sums(flat, place, screen.start, screen.stop, size)
            with np.errstate(invalid="ignore"):
                out[month - 1] = sums.reshape(-1, classes) / screen.cells[:, np.newaxis]
        return out
