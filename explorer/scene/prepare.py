"""Pack a validated dataset into the land cells that the model runs on."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import jax
import numpy as np
import xarray as xr

from explorer.equations.stress import optimum_temperature
from explorer.errors import SchemaError
from explorer.land import CLASSES
from explorer.scene.blocks import (
    aligned_empty,
    block_shape,
    each_block,
    from_blocks,
    shared_with_jax,
    to_blocks,
)
from explorer.scene.calendar import days_in_months, sun_table
from explorer.scene.encoded import Encoded, encoded
from explorer.scene.grid import Grid, grid_of
from explorer.scene.loops import gather, interpolate
from explorer.scene.statistics import IndexLimits, index_limits, mean_clumping
from explorer.scene.validate import class_mapping, region_names

UNASSIGNED = "no region"


class Forcing(NamedTuple):
    """What drives the model, per land cell, in blocks (see ``blocks``); float32.

    Monthly fields have the shape (blocks, 12, BLOCK), fixed ones (blocks, BLOCK). None = not in
    the scene.
    """

    ndvi: np.ndarray  # monthly [1]
    ci: np.ndarray | None  # monthly [1], may hold missing values
    temperature: np.ndarray  # monthly [degC]
    precipitation: np.ndarray  # monthly [mm month-1]
    radiation: np.ndarray | None  # monthly [MJ m-2 month-1]
    sunshine: np.ndarray | None  # monthly [1]
    ra: np.ndarray  # monthly [MJ m-2 month-1] at the top of the atmosphere
    day_length: np.ndarray  # monthly [h]
    elevation: np.ndarray  # fixed [m]
    t_opt: np.ndarray  # fixed [degC]
    vegetation: np.ndarray  # fixed, position in land.CLASSES
    days: np.ndarray  # (12, 1) [d], the same for all cells


BLOCKED = frozenset(Forcing._fields) - {"days"}


@dataclass(frozen=True, eq=False, repr=False)
class Scene:
    """A place ready to be modelled: its land cells, where they lie, and what is known of them."""

    title: str
    synthetic: bool
    notes: tuple[str, ...]
    attributes: dict[str, object]
    grid: Grid
    index: np.ndarray  # (cells,) position in the flattened grid
    area: np.ndarray  # (cells,) [km2], float64
    region: np.ndarray  # (cells,) position in region_names
    region_names: tuple[str, ...]
    forcing: Forcing
    reference_npp: np.ndarray | None  # (cells,) [g C m-2 yr-1]
    left_out: dict[str, int] = field(default_factory=dict)  # land cells without some input

    def __repr__(self) -> str:
        return f"<Scene {self.title!r}: {self.cells} cells>"

    @property
    def cells(self) -> int:
        """Number of land cells with all inputs."""
        return self.index.size

    @property
    def vegetation(self) -> np.ndarray:
        """Class of each cell, as a position in ``land.CLASSES``, shape (cells,)."""
        return self.field("vegetation")

    def vegetation_of(self, cell: int) -> int:
        """Class of one cell, as a position in ``land.CLASSES``."""
        return int(self.forcing.vegetation.reshape(-1)[cell])

    def field(self, name: str) -> np.ndarray:
        """Return one of the forcing's fields as (12, cells) or (cells,), without the blocks."""
        return from_blocks(getattr(self.forcing, name), self.cells)

    @cached_property
    def blocks_on_device(self) -> list[Forcing]:
        """The forcing block by block, as JAX takes it; the same memory where that is possible."""
        return list(each_block(self.forcing, BLOCKED))

    @cached_property
    def canopy_on_device(self) -> tuple[jax.Array | None, jax.Array]:
        """Clumping index and class of all blocks, as JAX takes them."""
        ci = self.forcing.ci
        return None if ci is None else shared_with_jax(ci), shared_with_jax(self.forcing.vegetation)

    @cached_property
    def group(self) -> np.ndarray:
        """Region and class of each cell as one number, in blocks: region * classes + class."""
        return to_blocks(self.region.astype(np.int32) * len(CLASSES) + self.vegetation)

    @cached_property
    def blocked_area(self) -> np.ndarray:
        """Area of each cell in blocks, [km2], float64; the padding has none."""
        return np.nan_to_num(to_blocks(self.area), nan=0.0)

    @property
    def radiation_source(self) -> str:
        """Where light comes from: the scene itself, sunshine, or an assumed cloud factor."""
        if self.forcing.radiation is not None:
            return "radiation of the scene"
        if self.forcing.sunshine is not None:
            return "sunshine fraction (FAO-56 eq. 35)"
        return "clear sky times an assumed cloud factor"

    @cached_property
    def index_limits(self) -> IndexLimits:
        """NDVI and SR extremes of each class, found in the scene."""
        return index_limits(self.field("ndvi"), self.vegetation)

    @cached_property
    def mean_clumping(self) -> np.ndarray:
        """Mean clumping index of each class and month, [1], shape (12, classes)."""
        if self.forcing.ci is None:
            return np.full((12, len(CLASSES)), np.nan, dtype=np.float32)
        return mean_clumping(self.forcing.ci, self.forcing.vegetation)

    def on_grid(self, values: np.ndarray) -> np.ndarray:
        """Lay values of the land cells out on the grid; elsewhere they are missing.

        Parameters
        ----------
        values : array, shape (..., cells)

        Returns
        -------
        array, shape (..., y, x), float32 (NaN outside)
        """
        rows, columns = self.grid.shape
        flat = np.full((*values.shape[:-1], rows * columns), np.nan, dtype=np.float32)
        flat[..., self.index] = values
        return flat.reshape(*values.shape[:-1], rows, columns)

    @cached_property
    def cell_of_grid(self) -> np.ndarray:
        """Position of the land cell at each grid cell, -1 elsewhere; shape (y, x)."""
        flat = np.full(self.grid.y.size * self.grid.x.size, -1, dtype=np.int32)
        flat[self.index] = np.arange(self.cells, dtype=np.int32)
        return flat.reshape(self.grid.shape)


def prepare(dataset: xr.Dataset, grid: Grid | None = None) -> Scene:
    """Pack the land cells that have every input; cells left out are counted by what they lack.

    Parameters
    ----------
    dataset : xarray.Dataset
        Validated (see ``validate``).
    grid : Grid, optional
        Where its cells are, when it is a window of a larger grid.

    Raises
    ------
    SchemaError
        When no land cell has every input.
    """
    grid = grid or grid_of(dataset)
    dataset = dataset.transpose("month", *grid.dims, ...)
    vegetation_grid = vegetation_of(dataset)
    land = vegetation_grid >= 0
    complete, left_out = complete_cells(dataset, land)
    index = np.flatnonzero(complete)
    if not index.size:
        lacks = ", ".join(f"{count} without {name}" for name, count in left_out.items())
        raise SchemaError(
            [
                f"no land cell has every input in all months: {int(land.sum())} land cells"
                f"{', ' + lacks if lacks else ''}; check land_cover and the missing values"
            ]
        )

    def packed(name: str) -> np.ndarray | None:
        return None if name not in dataset else packed_cells(encoded(dataset[name]), index)

    def fixed(name: str) -> np.ndarray:
        return packed(name).squeeze(axis=1)

    year = dataset.attrs.get("year")
    ra, hours = _sun(grid, index, year)
    temperature, ndvi = packed("temperature"), packed("ndvi")
    region, names = _regions(dataset, index)
    return Scene(
        title=str(dataset.attrs.get("title", "Untitled scene")),
        synthetic=bool(dataset.attrs.get("synthetic", 0)),
        notes=tuple(line for line in str(dataset.attrs.get("notes", "")).split("\n") if line),
        attributes=dict(dataset.attrs),
        grid=grid,
        index=index,
        area=grid.row_areas()[index // grid.shape[1]],
        region=region,
        region_names=names,
        forcing=Forcing(
            ndvi=ndvi,
            ci=packed("ci"),
            temperature=temperature,
            precipitation=packed("precipitation"),
            radiation=packed("radiation"),
            sunshine=packed("sunshine") if "radiation" not in dataset else None,
            ra=ra,
            day_length=hours,
            elevation=fixed("elevation"),
            t_opt=_optimum(temperature, ndvi),
            vegetation=to_blocks(vegetation_grid.reshape(-1)[index]),
            days=days_in_months(year)[:, np.newaxis],
        ),
        reference_npp=(
            from_blocks(fixed("reference_npp"), index.size) if "reference_npp" in dataset else None
        ),
        left_out=left_out,
    )


def packed_cells(stored: Encoded, index: np.ndarray) -> np.ndarray:
    """Return the land cells of a stored field in blocks, as float32 quantities."""
    months = stored.values.shape[0] if stored.values.ndim == 3 else 1
    values = stored.values.reshape(months, -1)
    count, size = block_shape(index.size)
    out = aligned_empty((count, months, size), np.float32)
    missing = np.nan if stored.missing is None else stored.missing
    gather(values, index, stored.factor, stored.offset, missing, out)
    return out


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


def vegetation_of(dataset: xr.Dataset) -> np.ndarray:
    """Return the class of every grid cell, a position in ``land.CLASSES``; -1 outside the model."""
    codes = _codes(dataset["land_cover"])
    table = np.full(256, -1, dtype=np.int8)
    for position, name in enumerate(CLASSES):
        table[class_mapping(dataset).get(name, [])] = position
    return table[codes]


def _codes(layer: xr.DataArray) -> np.ndarray:
    """Return a layer of codes as whole numbers; missing is 0."""
    stored = encoded(layer)
    return np.where(stored.known(), stored.values, 0).astype(np.int16)


def complete_cells(dataset: xr.Dataset, land: np.ndarray) -> tuple[np.ndarray, dict[str, int]]:
    """Return the land cells with every needed value, and how many lack each input."""
    light = [name for name in ("radiation", "sunshine") if name in dataset][:1]
    complete, left_out = land.copy(), {}
    for name in ("ndvi", "temperature", "precipitation", "elevation", *light):
        known = encoded(dataset[name]).known()
        known = known if known.ndim == 2 else known.all(axis=0)
        lacking = int((land & ~known).sum())
        if lacking:
            left_out[name] = lacking
        complete &= known
    return complete, left_out


def _regions(dataset: xr.Dataset, index: np.ndarray) -> tuple[np.ndarray, tuple[str, ...]]:
    """Region of each cell as a position in the returned names."""
    named = region_names(dataset)
    codes = _codes(dataset["region"]).reshape(-1)[index]
    order = {code: position for position, code in enumerate(named)}
    names = list(named.values())
    if (~np.isin(codes, list(named))).any():
        names.append(UNASSIGNED)
    highest = max(int(codes.max(initial=0)), *named, 0)
    table = np.full(highest + 1, len(named), dtype=np.int16)
    for code, position in order.items():
        table[code] = position
    return table[codes], tuple(names)
