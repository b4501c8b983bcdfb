"""Scenes of many years: opened in tiles, and looked at once, tile by tile.

A dataset of many years is a scene whose monthly variables have a ``year`` dimension too. A monthly
variable that is the same in all years goes without; the fixed ones always do.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import dask.array as da
import numpy as np
import xarray as xr

from explorer.errors import SchemaError
from explorer.scene.blocks import to_blocks
from explorer.scene.encoded import Encoded, encoded
from explorer.scene.grid import CRS_VARIABLE, grid_of
from explorer.scene.loops import count_stored, positive_sums
from explorer.scene.packing import field_names, joined, look_at, packed_cells, vegetation_of
from explorer.scene.statistics import (
    LOWER_PERCENTILE,
    UPPER_PERCENTILE,
    IndexLimits,
    limits_between,
    mean_of,
)
from explorer.scene.store import open_dataset
from explorer.scene.survey import Survey, survey_faults
from explorer.scene.validate import validate
from explorer.tables.classes import CLASSES
from explorer.tables.variables import INPUTS

TILE = 512
"""Cells along an axis of a tile, about: whole chunks of the file. Why: ``many_years.workers``."""

RESOLUTION = 2.0**-15
"""Width of a bin for NDVI that is not stored in 16 bits or less. [1]"""

_MONTHLY = tuple(name for name, row in INPUTS.items() if "month" in row.dims)
_FIXED = ("land_cover", "elevation", "region")


def open_years(path: str | os.PathLike, tile: int = TILE) -> xr.Dataset:
    """Open a dataset of many years, lazily and packed, in tiles of one year.

    Names, dimensions, units, axes and codes are checked here; values when they are run.

    Raises
    ------
    SourceError
        When the file cannot be read.
    SchemaError
        When it holds no valid scene of many years; lists every fault.
    """
    return tiled(open_dataset(path, decoded=False), Path(path).name, tile)


def tiled(dataset: xr.Dataset, where: str = "the scene", tile: int = TILE) -> xr.Dataset:
    """Check all but the monthly values of a dataset of many years, and cut it into tiles.

    Parameters
    ----------
    dataset : xarray.Dataset
        Opened without decoding, or decoded.
    where : str
        For the message.
    tile : int
        Cells along both axes; rounded to whole chunks of the file.

    Raises
    ------
    SchemaError
        Lists every fault.
    """
    problems = list(_year_faults(dataset))
    if "year" in dataset.dims and dataset.sizes["year"]:
        try:
            validate(dataset.isel(year=0, drop=True), where, surveyed=_MONTHLY)
        except SchemaError as error:
            problems += error.problems
    if problems:
        raise SchemaError(problems, where)
    grid = grid_of(dataset)
    names = [name for name in (*_MONTHLY, *_FIXED, CRS_VARIABLE) if name in dataset.variables]
    sides = {dim: _side(dataset["ndvi"], dim, tile) for dim in grid.dims}
    chosen = dataset[names].transpose("year", "month", *grid.dims)
    return chosen.chunk({"year": 1, "month": 12, **sides})


def _year_faults(dataset: xr.Dataset) -> Iterator[str]:
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
    for name in _FIXED:
        if name in dataset and "year" in dataset[name].dims:
            yield f"{name}: has a year dimension; expected one layer for all years"
    if not any("year" in dataset[name].dims for name in _MONTHLY if name in dataset):
        yield "year: no monthly variable has this dimension; expected year, month and the two axes"


def _side(array: xr.DataArray, dim: str, tile: int) -> int:
    """Return whole chunks of the file: as many as fit in a tile, at least one."""
    chunk = array.encoding.get("preferred_chunks", {}).get(dim, 1)
    return max(chunk, tile // chunk * chunk)


def one_year(dataset: xr.Dataset, year: int) -> xr.Dataset:
    """Return the scene of one year."""
    return dataset.sel(year=year).drop_vars("year").assign_attrs(year=int(year))


@dataclass(frozen=True)
class Statistics:
    """What is known of a year only from all its cells together."""

    cells: int
    left_out: dict[str, int]
    limits: IndexLimits | None  # None = not asked for
    clumping: np.ndarray | None  # (12, classes)


class Bins(NamedTuple):
    """Bins of stored numbers: the position p holds those at ``first + step * p``."""

    first: float
    step: float
    count: int

    def histogram(
        self, stored: np.ndarray, index: np.ndarray, vegetation: np.ndarray
    ) -> np.ndarray:
        """Count stored numbers (months, grid cells) of some cells by class, (classes, bins).

        ``index`` and ``vegetation`` (cells,) say which cells, and of which class each is.
        """
        bins = float(self.first), float(self.step), self.count
        return count_stored(stored, index, vegetation, len(CLASSES), *bins)

    def percentiles(self, counts: np.ndarray, stored: Encoded, percentile: float) -> np.ndarray:
        """Return a percentile of each class, linear between neighbours; NaN without values."""
        values = stored.decoded(self.first + self.step * np.arange(self.count)).astype(np.float32)
        order = np.argsort(values)
        found = np.full(len(counts), np.nan, dtype=np.float32)
        for position in np.flatnonzero(counts.sum(axis=1)):
            reached = np.cumsum(counts[position, order])
            place = percentile / 100 * (reached[-1] - 1)
            below, above = (
                values[order[np.searchsorted(reached, rank, side="right")]]
                for rank in (np.floor(place), np.ceil(place))
            )
            found[position] = below + (above - below) * (place % 1)
        return found


def bins_of(stored: Encoded) -> Bins:
    """Return the bins that NDVI needs: one per number where it is stored in 16 bits or less."""
    ends = np.sort((np.array(INPUTS["ndvi"].valid_range) - stored.offset) / stored.factor)
    if np.issubdtype(stored.values.dtype, np.integer):
        info = np.iinfo(stored.values.dtype)
        first, last = max(np.floor(ends[0]), info.min), min(np.ceil(ends[1]), info.max)
        if last - first < 2**16:
            return Bins(int(first), 1, int(last - first) + 1)
    step = RESOLUTION / abs(stored.factor)
    return Bins(ends[0], step, int((ends[1] - ends[0]) / step) + 1)


@dataclass(frozen=True)
class Look:
    """What the first pass sees of a tile in one year; looks at several tiles add up."""

    surveys: dict[str, Survey]
    cells: int
    left_out: Counter
    monthly: np.ndarray | None  # (classes, bins) how often each NDVI occurs
    highest: np.ndarray | None  # (classes, bins) the same of the yearly maxima
    clumping: np.ndarray | None  # (2, 12, classes) sum and number

    def __add__(self, other: "Look") -> "Look":
        def both(name: str) -> np.ndarray | None:
            mine = getattr(self, name)
            return None if mine is None else mine + getattr(other, name)

        return Look(
            joined(self.surveys, other.surveys),
            self.cells + other.cells,
            self.left_out + other.left_out,
            both("monthly"),
            both("highest"),
            both("clumping"),
        )


def look(tile: xr.Dataset, *, limits: bool, clumping: bool) -> Look:
    """Look at a tile of one year: every value, and what the statistics need."""
    fields = {name: encoded(tile[name]) for name in field_names(tile)}
    vegetation = vegetation_of(tile)
    looked = look_at(fields, vegetation >= 0)
    index = np.flatnonzero(looked.complete)
    members = vegetation.reshape(-1)[index]
    ndvi, monthly, highest, sums = fields["ndvi"], None, None, None
    if limits:
        bins = bins_of(ndvi)
        stored = np.ascontiguousarray(ndvi.values).reshape(12, -1)
        top = stored.max(axis=0) if ndvi.factor > 0 else stored.min(axis=0)
        monthly, highest = (
            bins.histogram(np.atleast_2d(values), index, members) for values in (stored, top)
        )
    if clumping and "ci" in fields:
        sums = np.zeros((2, 12, len(CLASSES)))
        if index.size:
            packed = packed_cells(fields["ci"], index)
            sums = positive_sums(packed, to_blocks(members), len(CLASSES))
    return Look(
        {name: seen for name, seen in looked.surveys.items() if name in _MONTHLY},
        index.size,
        looked.left_out,
        monthly,
        highest,
        sums,
    )


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


def statistics(
    dataset: xr.Dataset, *, limits: bool, clumping: bool, where: str = "the scene"
) -> dict[int, Statistics]:
    """Look at all values once: check them, and find what each year's cells tell together.

    Parameters
    ----------
    dataset : xarray.Dataset
        See ``tiled``.
    limits, clumping : bool
        Whether the extremes of the classes, and mean clumping, are wanted.
    where : str
        For the message.

    Raises
    ------
    SchemaError
        Lists the faults of all years.
    """
    looks = each_tile(dataset, look, limits=limits, clumping=clumping)
    by_year = dict(zip(dataset["year"].values, looks.sum(axis=(1, 2)).compute(), strict=True))
    corner = dataset.isel({dim: slice(0, 0) for dim in ("year", "month")})
    ndvi = encoded(corner["ndvi"])
    found, problems = {}, []
    for year, seen in by_year.items():
        faults = [
            fault
            for name, surveyed in seen.surveys.items()
            for fault in survey_faults(name, surveyed, INPUTS[name])
        ]
        try:
            if not faults:
                found[int(year)] = _statistics(seen, ndvi)
        except SchemaError as error:
            faults += error.problems
        problems += [f"year {year}: {fault}" for fault in faults]
    if problems:
        raise SchemaError(problems, where)
    return found


def _statistics(seen: Look, ndvi: Encoded) -> Statistics:
    limits, clumping = None, None
    if not seen.cells:
        lacks = "".join(f", {count} without {name}" for name, count in seen.left_out.items())
        raise SchemaError([f"no land cell has every input in all months{lacks}; check land_cover"])
    if seen.monthly is not None:
        bins = bins_of(ndvi)
        limits = limits_between(
            bins.percentiles(seen.monthly, ndvi, LOWER_PERCENTILE),
            bins.percentiles(seen.highest, ndvi, UPPER_PERCENTILE),
        )
    if seen.clumping is not None:
        clumping = mean_of(seen.clumping)
    return Statistics(seen.cells, dict(seen.left_out), limits, clumping)
