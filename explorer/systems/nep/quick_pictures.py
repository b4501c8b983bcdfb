"""Pictures that are quick to redraw: NPP is linear in epsilon_max by class.

What epsilon_max = 1 gives is stored for every pixel and class, so an edit of epsilon_max costs a
small matrix product, whatever the number of cells.
"""

from collections.abc import Callable

import numpy as np

from explorer.equations.balance import net_ecosystem_production
from explorer.systems.contract import Pixels
from explorer.systems.nep.classes import CLASSES, per_class
from explorer.systems.nep.constants import second_pass_tables
from explorer.systems.nep.result import Result
from explorer.tables.periods import Period

Stored = Callable[[object, Callable[[], np.ndarray]], np.ndarray]


class NepPictures:
    """Pictures of NPP, NEP and Rh (see ``contract.QuickPictures``)."""

    names = ("npp", "nep", "rh")

    def key(self, layers: Result, name: str, period: Period) -> object:
        """Return what a picture's parts depend on, apart from epsilon_max."""
        base = layers.run.key
        if name == "rh":
            return "rh", base, period
        clumping = second_pass_tables(layers.run.forcing, layers.parameters).ci_ref.tobytes()
        return "npp", base, period, clumping, layers.parameters.par_share

    def parts(self, layers: Result, name: str, period: Period, pixels: Pixels) -> np.ndarray:
        """Look at all cells once: Rh of each pixel, or NPP by class for epsilon_max = 1."""
        if name == "rh":
            return pixels.mean(layers.field("rh", period))
        unit = layers.for_unit_efficiency.field("npp", period)
        return pixels.shares(unit, layers.run.forcing.forcing.vegetation, len(CLASSES))

    def picture(
        self, layers: Result, name: str, period: Period, pixels: Pixels, stored: Stored
    ) -> np.ndarray:
        """Return the mean over the land cells of each pixel, from what is stored.

        Parameters
        ----------
        layers : Result
        name : str
            One of ``names``.
        period : Period
        pixels : Pixels
        stored : callable (key, make) -> array
            Returns what is stored under a key, made now if it is not.
        """

        def part(which: str) -> np.ndarray:
            return stored(
                self.key(layers, which, period), lambda: self.parts(layers, which, period, pixels)
            )

        if name == "rh":
            return part("rh")
        unit = part("npp")
        npp = (per_class(layers.parameters.epsilon_max) @ unit).reshape(pixels.shape)
        return npp if name == "npp" else net_ecosystem_production(npp, part("rh"))
