"""What drives System 1: the inputs of a scene, and what follows from them before any scenario."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, NamedTuple

import jax
import numpy as np

from explorer.equations.stress import optimum_temperature
from explorer.scene.blocks import Values, aligned_empty, each_block, shared_with_jax
from explorer.scene.fields import Field, unfolded
from explorer.scene.loops import interpolate
from explorer.scene.scene import Scene
from explorer.scene.sun import SunTable, sun_table
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

    # Of a scene the inputs are fields (see ``scene.fields``), of a place or a part arrays.
    ndvi: Any  # monthly [1]
    ci: Any  # monthly [1], may hold missing values
    temperature: Any  # monthly [degC]
    precipitation: Any  # monthly [mm month-1]
    radiation: Any  # monthly [MJ m-2 month-1]
    sunshine: Any  # monthly [1]
    # A scene stores neither of the next two: they are read off by latitude, block by block.
    ra: Any  # monthly [MJ m-2 month-1] at the top of the atmosphere
    day_length: Any  # monthly [h]
    elevation: Any  # fixed [m]
    t_opt: Values  # fixed [degC]
    vegetation: Values  # fixed, position in classes.CLASSES
    days: Values  # (12, 1) [d], the same for all cells


BLOCKED = frozenset(Forcing._fields) - {"days"}


class Canopy(NamedTuple, Generic[Values]):
    """What the second pass reads of a forcing."""

    ndvi: Any  # as in the forcing, like the next
    ci: Any
    vegetation: Values

    @classmethod
    def of(cls, forcing: Forcing[Values]) -> "Canopy[Values]":
        """Return that of a forcing."""
        return cls(forcing.ndvi, forcing.ci, forcing.vegetation)


def quantities(forcing: Forcing) -> Forcing[jax.Array]:
    """Return the forcing with the numbers of all fields unfolded; in compiled code."""
    return forcing._replace(
        **{name: unfolded(value) for name, value in forcing._asdict().items() if value is not None}
    )


@dataclass(frozen=True, eq=False, repr=False)
class NepScene:
    """A scene as System 1 sees it: its forcing, and what is found in all cells of a class.

    ``forcing`` lacks light at the top of the atmosphere and day length, which at 1 km would take
    0.9 GB: ``blocks_on_device``, ``columns`` and ``whole_forcing`` add them.
    """

    scene: Scene
    forcing: Forcing[np.ndarray]

    @property
    def cells(self) -> int:
        """Number of land cells."""
        return self.scene.cells

    @cached_property
    def unlit_blocks(self) -> list[Forcing]:
        """The forcing block by block, as JAX takes it; the same memory where that is possible."""
        return list(each_block(self.forcing, BLOCKED))

    def blocks_on_device(self) -> Iterator[Forcing]:
        """Yield the whole forcing block by block, as JAX takes it."""
        size = self.forcing.vegetation.shape[-1]
        for number, block in enumerate(self.unlit_blocks):
            sun = self._sun(slice(number * size, (number + 1) * size), (1, size))
            yield block._replace(**{name: shared_with_jax(field[0]) for name, field in sun.items()})

    def columns(self, cells: np.ndarray) -> Forcing[np.ndarray]:
        """Return the whole forcing of some land cells: (12, cells) or (cells,)."""
        stored = {name: getattr(self.forcing, name) for name in BLOCKED}
        fields = {
            name: _of_cells(field, cells) for name, field in stored.items() if field is not None
        }
        sun = {name: field[0] for name, field in self._sun(cells, (1, cells.size)).items()}
        return self.forcing._replace(**fields | sun)

    def clumping_of(self, cell: int) -> np.ndarray:
        """Return the clumping index of a land cell in every month; missing without any, (12,)."""
        found = self.columns(np.array([cell])).ci
        return np.full(12, np.nan, dtype=np.float32) if found is None else found[:, 0]

    def whole_forcing(self) -> Forcing[np.ndarray]:
        """Return the forcing with light and day length of all blocks, all of it as arrays."""
        stored = self.forcing._asdict().items()
        arrays = {name: each.quantities() for name, each in stored if isinstance(each, Field)}
        sun = self._sun(slice(None), self.forcing.vegetation.shape)
        return self.forcing._replace(**arrays | sun)

    def _sun(self, cells: slice | np.ndarray, shape: tuple[int, ...]) -> dict[str, np.ndarray]:
        """Return light and day length of some cells in blocks; none where they are stored.

        ``shape`` is that of a fixed field, (blocks, BLOCK).
        """
        if self.forcing.ra is not None:
            return {}
        blocks, size = shape
        latitude, table, made = self._latitude[cells], self._sun_table, {}
        for name, values in (("ra", table.ra), ("day_length", table.hours)):
            made[name] = aligned_empty((blocks, 12, size), np.float32)
            interpolate(values, table.start, table.step, latitude, made[name])
        return made

    @cached_property
    def _latitude(self) -> np.ndarray:
        """Latitude of each land cell, (cells,), [deg], float32: light to some 1e-7 of itself."""
        place = self.scene
        return place.grid.latitudes().reshape(-1)[place.index].astype(np.float32)

    @cached_property
    def _sun_table(self) -> SunTable:
        place = self.scene
        span = place.grid.latitude_range or (self._latitude.min(), self._latitude.max())
        return sun_table(*map(float, span), place.year)

    @cached_property
    def canopy_on_device(self) -> "Canopy[jax.Array]":
        """What the second pass reads, of all blocks, as JAX takes it."""
        return jax.tree.map(
            lambda leaf: shared_with_jax(leaf) if isinstance(leaf, np.ndarray) else leaf,
            Canopy.of(self.forcing),
        )

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
        return index_extremes(self.forcing.ndvi.quantities(), self.forcing.vegetation)

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
        return mean_clumping(self.forcing.ci.quantities(), self.forcing.vegetation)

    @property
    def statistics(self) -> ClassStatistics:
        """What parts of this scene keep of it."""
        return ClassStatistics(self.whole_cells, self.extremes, self.mean_clumping)


def opened(scene: Scene) -> NepScene:
    """Return a scene as System 1 sees it."""
    fields = scene.fields
    return NepScene(
        scene,
        Forcing(
            ndvi=fields["ndvi"],
            ci=fields.get("ci"),
            temperature=fields["temperature"],
            precipitation=fields["precipitation"],
            radiation=fields.get("radiation"),
            sunshine=fields.get("sunshine"),
            ra=None,
            day_length=None,
            elevation=fields["elevation"],
            t_opt=_optimum(fields["temperature"], fields["ndvi"]),
            vegetation=scene.blocked_vegetation,
            days=days_in_months(scene.year)[:, np.newaxis],
        ),
    )


def _of_cells(field: Field[np.ndarray] | np.ndarray, cells: np.ndarray) -> np.ndarray:
    """Return some land cells of a field in blocks: (12, cells) or (cells,)."""
    block, within = np.divmod(cells, field.shape[-1])
    found = field[block, ..., within]
    values = found.quantities() if isinstance(found, Field) else found
    # Indexing two axes at once brings the cells to the front.
    return np.ascontiguousarray(values.T)


def _optimum(temperature: Field[np.ndarray], ndvi: Field[np.ndarray]) -> np.ndarray:
    """Return the optimum temperature of each cell, in blocks."""
    one_block = jax.jit(lambda *fields: optimum_temperature(*map(unfolded, fields)))
    out = aligned_empty((temperature.shape[0], temperature.shape[-1]), np.float32)
    for block in range(out.shape[0]):
        out[block] = one_block(temperature[block], ndvi[block])
    return out
