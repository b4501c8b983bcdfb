"""Many years at once, out of core: the kernel of ``passes``, tile by tile through Dask.

The data stay on disk: a tile of one year is read as it is stored, packed like any scene, run, and
forgotten. They are read twice. The first pass checks every value, and finds what only all cells of
a year give together: the extremes of the classes, and mean clumping. The second runs the model.
Each year comes out as the scene of that year alone would with the same class extremes: its own
optimum temperature, days and mean clumping included. The extremes are one set over all years, so
that a greener year has more NPP, or those that the dataset keeps if it is a part of another; each
year's own only with ``fpar_limits=data``. They are exact where NDVI is stored in 16 bits or less;
of other numbers they are known to ``year_statistics.RESOLUTION``.

Both passes follow the scheduler in force, ``dask.distributed`` among them; see ``workers``.
"""

import json
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

import dask
import dask.array as da
import numpy as np
import xarray as xr

from explorer.equations.balance import net_ecosystem_production
from explorer.errors import SchemaError
from explorer.scene import blocks
from explorer.scene.grid import CRS_VARIABLE, Grid, grid_of, window
from explorer.scene.kept import kept
from explorer.scene.loops import group_sums
from explorer.scene.scene import UNASSIGNED, prepare
from explorer.scene.validate import region_names
from explorer.scene.years import each_tile
from explorer.systems.nep import passes as nep
from explorer.systems.nep.classes import CLASSES
from explorer.systems.nep.constants import second_pass_tables
from explorer.systems.nep.forcing import BLOCKED, Forcing, NepScene, opened
from explorer.systems.nep.index_limits import index_limits
from explorer.systems.nep.parameters import NepParameters
from explorer.systems.nep.statistics import ClassStatistics
from explorer.systems.nep.variables import INPUTS, OUTPUTS
from explorer.systems.nep.year_statistics import Extent, Statistics, statistics

FLUXES = ("nep", "npp", "rh")
SUMMED = ("npp", "rh")
WORKERS = 2


@dataclass(frozen=True, eq=False)
class Fluxes:
    """What the model gives for a tile in one year."""

    shape: tuple[int, int]
    index: np.ndarray  # (cells,) position in the flattened tile
    values: dict[str, np.ndarray]  # name -> in blocks (see ``blocks``); none without land
    sums: np.ndarray  # (SUMMED, 12, groups) [g C m-2 month-1 km2]
    area: np.ndarray  # (groups,) [km2]


def workers() -> AbstractContextManager:
    """Return the context to compute in: the scheduler in force, else two threads.

    JAX and Numba use all processors by themselves; the second thread reads and unpacks one tile
    while the first runs another. A year at 1 km on 2 processors that others used too, both passes:
    22 s with 1 thread, 18 s with 2, 16 s with 3 and with 4, each thread with some 0.2 GB of its
    own; with tiles of 256 cells 24 s, of 1024 cells 15 s in four times the memory.
    """
    if dask.base.get_scheduler() is not None:
        return dask.config.set({})
    return dask.config.set(scheduler="threads", num_workers=dask.config.get("num_workers", WORKERS))


def run_years(
    dataset: xr.Dataset, parameters: NepParameters, where: str = "the scene"
) -> xr.Dataset:
    """Check all values, gather the statistics of each year, and run every year, lazily.

    Parameters
    ----------
    dataset : xarray.Dataset
        See ``scene.years.open_years`` and ``tiled``.
    parameters : NepParameters
    where : str
        For the message.

    Returns
    -------
    xarray.Dataset of dask arrays
        ``nep``, ``npp``, ``rh`` (year, month, y, x), float32, [g C m-2 month-1]; ``sums`` (flux,
        year, month, region, vegetation) of NPP and Rh over the cells, [g C m-2 month-1 km2], and
        ``area`` (year, region, vegetation), [km2], float64. Sums alone make no maps. The last
        region holds the cells without one. Attributes of ``area`` hold, for each year, how many
        ``cells`` were run, and as JSON how many were ``left_out`` for want of each input.

    Raises
    ------
    SchemaError
        Lists the faults of all years.
    """
    grid, names = grid_of(dataset), (*region_names(dataset).values(), UNASSIGNED)
    whole = kept(dataset.attrs).get("nep")
    wanted: dict[str, Extent] = {"data": "year"} if whole else {"data": "year", "scene": "all"}
    with workers():
        known = statistics(
            dataset,
            extremes=wanted.get(parameters.fpar_limits),
            clumping=parameters.ci_scheme == "II",
            where=where,
        )
    if whole and parameters.fpar_limits == "scene":
        extremes = ClassStatistics.from_json(whole).extremes
        known = {year: replace(seen, extremes=extremes) for year, seen in known.items()}
    _require_limits(known, parameters, where)
    options = {"grid": grid, "groups": len(names) * len(CLASSES), "known": known}
    tiles = each_tile(dataset, run_tile, parameters=parameters, **options)
    result = _gathered(dataset, grid, names, tiles)
    seen = [known[int(year)] for year in np.atleast_1d(dataset["year"].values)]
    result["area"].attrs |= {
        "cells": [of_year.cells for of_year in seen],
        "left_out": json.dumps([of_year.left_out for of_year in seen]),
    }
    return result


def _require_limits(known: dict[int, Statistics], parameters: NepParameters, where: str) -> None:
    """Refuse years in which FPAR of a class is undefined, all of them at once."""
    problems = []
    for year, seen in known.items():
        try:
            index_limits(seen.extremes, parameters)
        except SchemaError as error:
            problems += [f"year {year}: {fault}" for fault in error.problems]
    if problems:
        raise SchemaError(problems, where)


def run_tile(
    tile: xr.Dataset,
    parameters: NepParameters,
    grid: Grid,
    groups: int,
    known: dict[int, Statistics],
) -> Fluxes:
    """Run the model on a tile of one year.

    Parameters
    ----------
    tile : xarray.Dataset
        A window of a dataset, with ``attrs["year"]``.
    parameters : NepParameters
    grid : Grid
        Of the whole dataset.
    groups : int
        Regions, with the one of no name, times classes.
    known : dict of year -> Statistics
    """
    place = _place(tile, grid)
    try:
        scene = prepare(tile, INPUTS, place)
    except SchemaError:  # no land here; all else was checked
        empty = np.zeros((len(SUMMED), 12, groups))
        return Fluxes(place.shape, np.empty(0, dtype=int), {}, empty, np.zeros(groups))
    # What all cells of the year give takes the place of what this tile's would.
    of_year = known[tile.attrs["year"]]
    statistics = ClassStatistics(of_year.cells, of_year.extremes, of_year.clumping)
    values = _run(opened(replace(scene, statistics={"nep": statistics})), parameters)
    where = scene.blocked_area, scene.group, groups
    ones = np.ones((scene.group.shape[0], 1, scene.group.shape[1]), dtype=np.float32)
    return Fluxes(
        shape=place.shape,
        index=scene.index,
        values=values,
        sums=np.stack([group_sums(values[name], *where) for name in SUMMED]),
        area=group_sums(ones, *where)[0],
    )


def _place(tile: xr.Dataset, grid: Grid) -> Grid:
    """Return where a tile lies in the grid."""
    parts = []
    for dim, axis in zip(grid.dims, (grid.y, grid.x), strict=True):
        start = int(np.flatnonzero(axis == float(tile[dim].values[0]))[0])
        parts.append(slice(start, start + tile.sizes[dim]))
    return window(grid, *parts)


def _run(scene: NepScene, parameters: NepParameters) -> dict[str, np.ndarray]:
    """Return NPP and Rh of a scene in its blocks."""
    size = scene.forcing.vegetation.shape[-1]
    forcing = blocks.each_block(_whole_blocks(scene.whole_forcing()), BLOCKED)
    table = second_pass_tables(scene, parameters)
    done = list(nep.run_blocks(forcing, parameters, table, SUMMED))
    return {
        name: np.stack([np.asarray(block[number])[:, :size] for block in done])
        for number, name in enumerate(SUMMED)
    }


def _whole_blocks(forcing: Forcing) -> Forcing:
    """Fill up the one block of a small tile, so that no size of its own is compiled for."""
    lacking = blocks.BLOCK - forcing.vegetation.shape[-1]
    if not lacking:
        return forcing

    def filled(values: np.ndarray) -> np.ndarray:
        whole = blocks.aligned_empty((*values.shape[:-1], blocks.BLOCK), values.dtype)
        whole[..., :-lacking] = values
        whole[..., -lacking:] = np.nan if values.dtype.kind == "f" else 0
        return whole

    fields = forcing._asdict().items()
    return forcing._replace(
        **{
            name: filled(values)
            for name, values in fields
            if name in BLOCKED and values is not None
        }
    )


def _gathered(
    dataset: xr.Dataset, grid: Grid, names: tuple[str, ...], tiles: da.Array
) -> xr.Dataset:
    """Lay the tiles out as maps, and add up their sums."""
    years, rows, columns = (dataset.chunks[dim] for dim in ("year", *grid.dims))
    groups = (len(names), len(CLASSES))

    def mapped(name: str) -> da.Array:
        chunks, nothing = (years, (12,), rows, columns), np.empty((0,) * 4, dtype=np.float32)
        return da.map_blocks(_map, tiles, flux=name, new_axis=1, chunks=chunks, meta=nothing)

    def summed(name: str, shape: tuple[int, ...]) -> da.Array:
        chunks = (*tiles.chunks, *((size,) for size in shape))
        new, nothing = list(range(3, 3 + len(shape))), np.empty((0,) * (3 + len(shape)))
        options = {"new_axis": new, "chunks": chunks, "meta": nothing}
        return da.map_blocks(_sums, tiles, field=name, shape=shape, **options).sum(axis=(1, 2))

    places = {"region_names": list(names), "vegetation_names": list(CLASSES)}
    unit = {"units": f"{OUTPUTS['npp'].unit} km2", "flux_names": list(SUMMED)}
    sums, area = summed("sums", (len(SUMMED), 12, *groups)), summed("area", groups)
    dims = ("year", "month", *grid.dims)
    coordinates = [*dims, CRS_VARIABLE]
    return xr.Dataset(
        {name: (dims, mapped(name), _attributes(name)) for name in FLUXES}
        | {
            "sums": (("year", "flux", "month", "region", "vegetation"), sums, places | unit),
            "area": (("year", "region", "vegetation"), area, places | {"units": "km2"}),
        },
        coords={name: dataset.variables[name] for name in coordinates if name in dataset.variables},
    )


def _map(tiles: np.ndarray, flux: str) -> np.ndarray:
    """Lay a flux of a tile out on its grid: missing outside the land cells."""
    tile: Fluxes = tiles.item()
    flat = np.full((12, tile.shape[0] * tile.shape[1]), np.nan, dtype=np.float32)
    if tile.values:
        npp, rh = (tile.values[name] for name in SUMMED)
        values = net_ecosystem_production(npp, rh) if flux == "nep" else tile.values[flux]
        flat[:, tile.index] = blocks.from_blocks(values, tile.index.size)
    return flat.reshape(1, 12, *tile.shape)


def _sums(tiles: np.ndarray, field: str, shape: tuple[int, ...]) -> np.ndarray:
    """Return the sums, or the area, of a tile, behind three axes for its place."""
    return getattr(tiles.item(), field).reshape(1, 1, 1, *shape)


def _attributes(name: str) -> dict[str, str]:
    row = OUTPUTS[name]
    return {"long_name": row.long_name, "units": str(row.unit), "grid_mapping": CRS_VARIABLE}
