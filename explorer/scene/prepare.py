"""Pack a validated dataset into the land cells that the model runs on."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np
import xarray as xr

from explorer.equations.stress import optimum_temperature
from explorer.errors import SchemaError
from explorer.land import CLASSES
from explorer.scene.calendar import days_in_months, monthly_sun
from explorer.scene.grid import Grid, grid_of
from explorer.scene.statistics import IndexLimits, index_limits, mean_clumping
from explorer.scene.validate import class_mapping, region_names

UNASSIGNED = "no region"


class Forcing(NamedTuple):
    """What drives the model, per land cell; float32, months on axis 0. None = not in the scene."""

    ndvi: np.ndarray  # (12, cells) [1]
    ci: np.ndarray | None  # (12, cells) [1], may hold missing values
    temperature: np.ndarray  # (12, cells) [degC]
    precipitation: np.ndarray  # (12, cells) [mm month-1]
    radiation: np.ndarray | None  # (12, cells) [MJ m-2 month-1]
    sunshine: np.ndarray | None  # (12, cells) [1]
    ra: np.ndarray  # (12, cells) [MJ m-2 month-1] at the top of the atmosphere
    day_length: np.ndarray  # (12, cells) [h]
    elevation: np.ndarray  # (cells,) [m]
    t_opt: np.ndarray  # (cells,) [degC]
    vegetation: np.ndarray  # (cells,) position in land.CLASSES
    days: np.ndarray  # (12, 1) [d]


@dataclass(frozen=True, eq=False)
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

    @property
    def cells(self) -> int:
        """Number of land cells with all inputs."""
        return self.index.size

    @property
    def vegetation(self) -> np.ndarray:
        """Class of each cell, as a position in ``land.CLASSES``."""
        return self.forcing.vegetation

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
        return index_limits(self.forcing.ndvi, self.vegetation)

    @cached_property
    def mean_clumping(self) -> np.ndarray:
        """Mean clumping index of each class and month, [1], shape (12, classes)."""
        if self.forcing.ci is None:
            return np.full((12, len(CLASSES)), np.nan, dtype=np.float32)
        return mean_clumping(self.forcing.ci, self.vegetation)

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


def prepare(dataset: xr.Dataset) -> Scene:
    """Pack the land cells that have every input; cells left out are counted by what they lack.

    Parameters
    ----------
    dataset : xarray.Dataset
        Validated (see ``validate``).

    Raises
    ------
    SchemaError
        When no land cell has every input.
    """
    grid = grid_of(dataset)
    dataset = dataset.transpose("month", *grid.dims, ...)
    vegetation_grid = _vegetation(dataset)
    land = vegetation_grid >= 0
    complete, left_out = _complete(dataset, land)
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
        if name not in dataset:
            return None
        values = dataset[name].values.astype(np.float32, copy=False)
        return np.ascontiguousarray(values.reshape(*values.shape[:-2], -1)[..., index])

    rows, columns = np.unravel_index(index, grid.shape)
    _, latitude = grid.lonlat(grid.x[columns], grid.y[rows])
    year = dataset.attrs.get("year")
    ra, hours = monthly_sun(np.asarray(latitude), year)
    temperature, ndvi = packed("temperature"), packed("ndvi")
    region, names = _regions(dataset, index)
    return Scene(
        title=str(dataset.attrs.get("title", "Untitled scene")),
        synthetic=bool(dataset.attrs.get("synthetic", 0)),
        notes=tuple(line for line in str(dataset.attrs.get("notes", "")).split("\n") if line),
        attributes=dict(dataset.attrs),
        grid=grid,
        index=index,
        area=grid.row_areas()[rows],
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
            elevation=packed("elevation"),
            t_opt=np.asarray(optimum_temperature(temperature, ndvi)),
            vegetation=vegetation_grid.reshape(-1)[index].astype(np.int8),
            days=days_in_months(year)[:, np.newaxis],
        ),
        reference_npp=packed("reference_npp"),
        left_out=left_out,
    )


def _vegetation(dataset: xr.Dataset) -> np.ndarray:
    """Class of every grid cell as a position in ``land.CLASSES``; -1 outside the model."""
    codes = np.nan_to_num(dataset["land_cover"].values, nan=0).astype(np.int64)
    table = np.full(256, -1, dtype=np.int8)
    for position, name in enumerate(CLASSES):
        table[class_mapping(dataset).get(name, [])] = position
    return table[codes]


def _complete(dataset: xr.Dataset, land: np.ndarray) -> tuple[np.ndarray, dict[str, int]]:
    """Land cells with every needed value, and how many lack each input."""
    light = [name for name in ("radiation", "sunshine") if name in dataset][:1]
    complete, left_out = land.copy(), {}
    for name in ("ndvi", "temperature", "precipitation", "elevation", *light):
        values = dataset[name].values
        known = np.isfinite(values) if values.ndim == 2 else np.isfinite(values).all(axis=0)
        lacking = int((land & ~known).sum())
        if lacking:
            left_out[name] = lacking
        complete &= known
    return complete, left_out


def _regions(dataset: xr.Dataset, index: np.ndarray) -> tuple[np.ndarray, tuple[str, ...]]:
    """Region of each cell as a position in the returned names."""
    named = region_names(dataset)
    codes = np.nan_to_num(dataset["region"].values.reshape(-1)[index], nan=0).astype(np.int64)
    order = {code: position for position, code in enumerate(named)}
    names = list(named.values())
    if (~np.isin(codes, list(named))).any():
        names.append(UNASSIGNED)
    highest = max(int(codes.max(initial=0)), *named, 0)
    table = np.full(highest + 1, len(named), dtype=np.int16)
    for code, position in order.items():
        table[code] = position
    return table[codes], tuple(names)
