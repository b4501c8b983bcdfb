"""What drives System 1: the inputs of a scene, and what follows from them before any scenario."""

from dataclasses import dataclass
from functools import cached_property
from typing import Generic, NamedTuple

import jax
import numpy as np

from explorer.equations.stress import optimum_temperature
from explorer.scene.blocks import Values, aligned_empty, block_shape, each_block, shared_with_jax
from explorer.scene.grid import Grid
from explorer.scene.loops import interpolate
from explorer.scene.scene import Scene
from explorer.scene.sun import sun_table
from explorer.systems.nep.classes import CLASSES
from explorer.systems.nep.statistics import (
    ClassStatistics,
    IndexExtremes,
    index_extremes,
    mean_clumping,
)
from explorer.tables.periods import days_in_months


class Forcing(NamedTuple, Generic[Values]):
    """What drives the model, per land cell, in blocks (see ``scene.blocks``); float32.

    Monthly fields have the shape (blocks, 12, BLOCK), fixed ones (blocks, BLOCK). None = not in
    the scene.
    """

    ndvi: Values  # monthly [1]
    ci: Values | None  # monthly [1], may hold missing values
    temperature: Values  # monthly [degC]
    precipitation: Values  # monthly [mm month-1]
    radiation: Values | None  # monthly [MJ m-2 month-1]
    sunshine: Values | None  # monthly [1]
    ra: Values  # monthly [MJ m-2 month-1] at the top of the atmosphere
    day_length: Values  # monthly [h]
    elevation: Values  # fixed [m]
    t_opt: Values  # fixed [degC]
    vegetation: Values  # fixed, position in classes.CLASSES
    days: Values  # (12, 1) [d], the same for all cells


BLOCKED = frozenset(Forcing._fields) - {"days"}


@dataclass(frozen=True, eq=False, repr=False)
class NepScene:
    """A scene as System 1 sees it: its forcing, and what is found in all cells of a class."""

    scene: Scene
    forcing: Forcing[np.ndarray]

    @property
    def cells(self) -> int:
        """Number of land cells."""
        return self.scene.cells

    @cached_property
    def blocks_on_device(self) -> list[Forcing]:
        """The forcing block by block, as JAX takes it; the same memory where that is possible."""
        return list(each_block(self.forcing, BLOCKED))

    @cached_property
    def canopy_on_device(self) -> tuple[jax.Array | None, jax.Array]:
        """Clumping index and class of all blocks, as JAX takes them."""
        ci = self.forcing.ci
        return None if ci is None else shared_with_jax(ci), shared_with_jax(self.forcing.vegetation)

    @property
    def radiation_source(self) -> str:
        """Where light comes from: the scene itself, sunshine, or an assumed cloud factor."""
        if self.forcing.radiation is not None:
            return "radiation of the scene"
        if self.forcing.sunshine is not None:
            return "sunshine fraction (FAO-56 eq. 35)"
        return "clear sky times an assumed cloud factor"

    @cached_property
    def _of_the_whole(self) -> ClassStatistics | None:
        """The statistics of the scene that this one is a part of."""
        known = self.scene.statistics.get("nep")
        if known is None or isinstance(known, ClassStatistics):
            return known
        return ClassStatistics.from_json(known)

    @cached_property
    def extremes(self) -> IndexExtremes:
        """What is found of NDVI in each class of the scene, or of the whole of it."""
        whole = self._of_the_whole
        if whole is not None and whole.extremes is not None:
            return whole.extremes
        return index_extremes(self.forcing.ndvi, self.forcing.vegetation)

    @property
    def whole_cells(self) -> int:
        """Number of land cells of the scene that this one is a part of; its own when of none."""
        return self.cells if self._of_the_whole is None else self._of_the_whole.cells

    @cached_property
    def mean_clumping(self) -> np.ndarray:
        """Mean clumping index of each class and month, [1], shape (12, classes)."""
        whole = self._of_the_whole
        if whole is not None and whole.clumping is not None:
            return whole.clumping
        if self.forcing.ci is None:
            return np.full((12, len(CLASSES)), np.nan, dtype=np.float32)
        return mean_clumping(self.forcing.ci, self.forcing.vegetation)

    @property
    def statistics(self) -> ClassStatistics:
        """What parts of this scene keep of it."""
        return ClassStatistics(self.whole_cells, self.extremes, self.mean_clumping)


def opened(scene: Scene) -> NepScene:
    """Return a scene as System 1 sees it."""
    fields = scene.fields
    ra, hours = _sun(scene.grid, scene.index, scene.year)
    return NepScene(
        scene,
        Forcing(
            ndvi=fields["ndvi"],
            ci=fields.get("ci"),
            temperature=fields["temperature"],
            precipitation=fields["precipitation"],
            radiation=fields.get("radiation"),
            sunshine=fields.get("sunshine"),
            ra=ra,
            day_length=hours,
            elevation=fields["elevation"],
            t_opt=_optimum(fields["temperature"], fields["ndvi"]),
            vegetation=scene.blocked_vegetation,
            days=days_in_months(scene.year)[:, np.newaxis],
        ),
    )


def _sun(grid: Grid, index: np.ndarray, year: int | None) -> tuple[np.ndarray, np.ndarray]:
    """Light at the top of the atmosphere, and day length, of each land cell, in blocks."""
    latitude = grid.latitudes().reshape(-1)[index]
    table = sun_table(*(grid.latitude_range or (latitude.min(), latitude.max())), year)
    count, size = block_shape(index.size)
    fields = []
    for values in (table.ra, table.hours):
        out = aligned_empty((count, 12, size), np.float32)
        interpolate(values, table.start, table.step, latitude, out)
        fields.append(out)
    return fields[0], fields[1]


def _optimum(temperature: np.ndarray, ndvi: np.ndarray) -> np.ndarray:
    """Return the optimum temperature of each cell, in blocks."""
    one_block = jax.jit(optimum_temperature)
    out = aligned_empty((temperature.shape[0], temperature.shape[-1]), np.float32)
    for block in range(out.shape[0]):
        out[block] = one_block(temperature[block], ndvi[block])
    return out
