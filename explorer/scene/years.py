"""Scenes of many years: opened in tiles, and looked at once, tile by tile.

A dataset of many years is a scene whose monthly variables have a ``year`` dimension too. A monthly
variable that is the same in all years goes without; the fixed ones always do.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import dask.array as da
import numpy as np
import xarray as xr

from explorer.errors import SchemaError
from explorer.scene.grid import CRS_VARIABLE, grid_of
from explorer.scene.store import open_dataset
from explorer.scene.validate import validate
from explorer.tables.variable import Inputs

TILE = 512
"""Cells along an axis of a tile, about: whole chunks of the file. Why: ``many_years.workers``."""


def monthly_of(inputs: Inputs) -> tuple[str, ...]:
    """Return the inputs that may differ from year to year."""
    return tuple(name for name, row in inputs.rows.items() if "month" in row.dims)


def open_years(path: str | os.PathLike, inputs: Inputs, tile: int = TILE) -> xr.Dataset:
    """Open a dataset of many years, lazily and packed, in tiles of one year.

    Names, dimensions, units, axes and codes are checked here; values when they are run.

    Raises
    ------
    SourceError
        When the file cannot be read.
    SchemaError
        When it holds no valid scene of many years; lists every fault.
    """
    return tiled(open_dataset(path, decoded=False), inputs, Path(path).name, tile)


def tiled(
    dataset: xr.Dataset, inputs: Inputs, where: str = "the scene", tile: int = TILE
) -> xr.Dataset:
    """Check all but the monthly values of a dataset of many years, and cut it into tiles.

    Parameters
    ----------
    dataset : xarray.Dataset
        Opened without decoding, or decoded.
    inputs : Inputs
    where : str
        For the message.
    tile : int
        Cells along both axes; rounded to whole chunks of the file.

    Raises
    ------
    SchemaError
        Lists every fault.
    """
    monthly = monthly_of(inputs)
    fixed = tuple(name for name in inputs.required if name not in monthly)
    problems = list(_year_faults(dataset, monthly, fixed))
    if "year" in dataset.dims and dataset.sizes["year"]:
        try:
            validate(dataset.isel(year=0, drop=True), inputs, where, surveyed=monthly)
        except SchemaError as error:
            problems += error.problems
    if problems:
        raise SchemaError(problems, where)
    grid = grid_of(dataset)
    names = [name for name in (*monthly, *fixed, CRS_VARIABLE) if name in dataset.variables]
    first = next(dataset[name] for name in monthly if name in inputs.required)
    sides = {dim: _side(first, dim, tile) for dim in grid.dims}
    chosen = dataset[names].transpose("year", "month", *grid.dims)
    return chosen.chunk({"year": 1, "month": 12, **sides})


def _year_faults(
    dataset: xr.Dataset, monthly: tuple[str, ...], fixed: tuple[str, ...]
) -> Iterator[str]:
    if "year" not in dataset.dims:
        yield "year: no such dimension; expected year, month and the two axes"
        return
    if "year" not in dataset.coords:
        yield "year: a dimension without coordinate values; expected years, as 1991"
        return
    years = dataset["year"].values
    whole = np.issubdtype(years.dtype, np.integer) and ((years > 0) & (years < 10_000)).all()
    if not whole or not years.size or (np.diff(years) <= 0).any():
        got = np.array2string(years, threshold=8)
        yield f"year: got {got}; expected whole years from 1 to 9999, rising"
    for name in fixed:
        if name in dataset and "year" in dataset[name].dims:
            yield f"{name}: has a year dimension; expected one layer for all years"
    if not any("year" in dataset[name].dims for name in monthly if name in dataset):
        yield "year: no monthly variable has this dimension; expected year, month and the two axes"


def _side(array: xr.DataArray, dim: str, tile: int) -> int:
    """Return whole chunks of the file: as many as fit in a tile, at least one."""
    chunk = array.encoding.get("preferred_chunks", {}).get(dim, 1)
    return max(chunk, tile // chunk * chunk)


def one_year(dataset: xr.Dataset, year: int) -> xr.Dataset:
    """Return the scene of one year."""
    return dataset.sel(year=year).drop_vars("year").assign_attrs(year=int(year))


def each_tile(dataset: xr.Dataset, function: Callable[..., object], **options: object) -> da.Array:
    """Apply a function to every tile of every year, lazily.

    Parameters
    ----------
    dataset : xarray.Dataset
        See ``tiled``.
    function : callable
        Takes the tile of one year, a dataset with ``attrs["year"]``, and the options.

    Returns
    -------
    dask array of objects, one for each (year, tile along y, tile along x)
    """
    dims = ("year", *grid_of(dataset).dims)
    sizes = tuple(len(dataset.chunks[dim]) for dim in dims)
    template = xr.DataArray(da.empty(sizes, dtype=object, chunks=1), dims=dims)
    call = {"function": function, "options": options}
    return xr.map_blocks(_on_tile, dataset, kwargs=call, template=template).data


def _on_tile(tile: xr.Dataset, function: Callable[..., object], options: dict) -> xr.DataArray:
    found = np.empty((1, 1, 1), dtype=object)
    found[0, 0, 0] = function(one_year(tile, tile["year"].values[0]), **options)
    return xr.DataArray(found, dims=("year", *grid_of(tile).dims))
