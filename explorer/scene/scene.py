"""Pack a validated dataset into the land cells that the model runs on."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import jax
import numpy as np
import xarray as xr

from explorer.equations.stress import optimum_temperature
from explorer.errors import SchemaError
from explorer.scene.blocks import (
    aligned_empty,
    block_shape,
    each_block,
    from_blocks,
    shared_with_jax,
    to_blocks,
)
from explorer.scene.calendar import days_in_months, sun_table
from explorer.scene.grid import Grid, grid_of
from explorer.scene.loops import interpolate
from explorer.scene.packing import Packed, field_names, pack, vegetation_of, whole_codes
from explorer.scene.statistics import IndexLimits, index_limits, mean_clumping
from explorer.scene.survey import survey_faults
from explorer.scene.validate import region_names, validate
from explorer.tables.classes import CLASSES
from explorer.tables.variables import INPUTS

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
        return index_limits(self.forcing.ndvi, self.forcing.vegetation)

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
    return _scene(dataset, grid, pack(dataset))


def read_scene(
    dataset: xr.Dataset,
    where: str = "the scene",
    proceed: Callable[[float], None] = lambda share: None,
) -> Scene:
    """Validate and prepare a dataset that is still on disk, reading it only once.

    Parameters
    ----------
    dataset : xarray.Dataset
        Opened without decoding.
    where : str
        For the message.
    proceed : callable
        Told the share read.

    Raises
    ------
    SchemaError
        Lists every fault, or says that no land cell has every input.
    """
    try:
        validate(dataset, where, surveyed=field_names(dataset))
    except SchemaError:
        validate(dataset, where)  # with the faults of all values besides
        raise
    grid = grid_of(dataset)
    dataset = dataset.transpose("month", *grid.dims, ...)
    packed = pack(dataset, proceed)
    problems = [
        fault
        for name, seen in packed.surveys.items()
        for fault in survey_faults(name, seen, INPUTS[name])
    ]
    if problems:
        raise SchemaError(problems, where)
    return _scene(dataset, grid, packed)


def _scene(dataset: xr.Dataset, grid: Grid, packed: Packed) -> Scene:
    """Make a scene of what was packed."""
    index, fields = packed.index, packed.fields
    if not index.size:
        lacks = ", ".join(f"{count} without {name}" for name, count in packed.left_out.items())
        land = int((vegetation_of(dataset) >= 0).sum())
        raise SchemaError(
            [
                f"no land cell has every input in all months: {land} land cells"
                f"{', ' + lacks if lacks else ''}; check land_cover and the missing values"
            ]
        )
    year = dataset.attrs.get("year")
    ra, hours = _sun(grid, index, year)
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
            ndvi=fields["ndvi"],
            ci=fields.get("ci"),
            temperature=fields["temperature"],
            precipitation=fields["precipitation"],
            radiation=fields.get("radiation"),
            sunshine=fields.get("sunshine"),
            ra=ra,
            day_length=hours,
            elevation=fields["elevation"][:, 0],
            t_opt=_optimum(fields["temperature"], fields["ndvi"]),
            vegetation=to_blocks(packed.vegetation),
            days=days_in_months(year)[:, np.newaxis],
        ),
        reference_npp=(
            from_blocks(fields["reference_npp"][:, 0], index.size)
            if "reference_npp" in fields
            else None
        ),
        left_out=packed.left_out,
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


def _regions(dataset: xr.Dataset, index: np.ndarray) -> tuple[np.ndarray, tuple[str, ...]]:
    """Region of each cell as a position in the returned names."""
    named = region_names(dataset)
    codes = whole_codes(dataset["region"]).reshape(-1)[index]
    order = {code: position for position, code in enumerate(named)}
    names = list(named.values())
    if (~np.isin(codes, list(named))).any():
        names.append(UNASSIGNED)
    highest = max(int(codes.max(initial=0)), *named, 0)
    table = np.full(highest + 1, len(named), dtype=np.int16)
    for code, position in order.items():
        table[code] = position
    return table[codes], tuple(names)
