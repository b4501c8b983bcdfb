"""What is known of a year only from all its cells together, gathered tile by tile.

Extremes of NDVI by class (the data's own FPAR limits) and mean clumping; every value is checked on
the way.
"""

from collections import Counter
from dataclasses import dataclass, replace
from functools import reduce
from operator import add
from typing import Literal

import numpy as np
import xarray as xr

from explorer.errors import SchemaError
from explorer.scene.blocks import to_blocks
from explorer.scene.encoded import Encoded, encoded
from explorer.scene.loops import count_stored, positive_sums
from explorer.scene.packing import field_names, joined, look_at, packed_cells, vegetation_of
from explorer.scene.survey import Survey, survey_faults
from explorer.scene.years import each_tile, monthly_of
from explorer.systems.nep.classes import CLASSES
from explorer.systems.nep.statistics import (
    LOWER_PERCENTILE,
    UPPER_PERCENTILE,
    IndexExtremes,
    mean_of,
)
from explorer.systems.nep.variables import INPUTS

RESOLUTION = 2.0**-15
"""Width of a bin for NDVI that is not stored in 16 bits or less. [1]"""

MONTHLY = monthly_of(INPUTS)


@dataclass(frozen=True)
class Statistics:
    """What is known of a year only from all its cells together."""

    cells: int
    left_out: dict[str, int]
    extremes: IndexExtremes | None  # None = not asked for
    clumping: np.ndarray | None  # (12, classes)


@dataclass(frozen=True)
class Bins:
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
    ends = np.sort((np.array(INPUTS.rows["ndvi"].valid_range) - stored.offset) / stored.factor)
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
    left_out: Counter[str]
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


def look(tile: xr.Dataset, *, extremes: bool, clumping: bool) -> Look:
    """Look at a tile of one year: every value, and what the statistics need."""
    fields = {name: encoded(tile[name]) for name in field_names(tile, INPUTS)}
    vegetation = vegetation_of(tile)
    looked = look_at(fields, vegetation >= 0, INPUTS)
    index = np.flatnonzero(looked.complete)
    members = vegetation.reshape(-1)[index]
    ndvi, monthly, highest, sums = fields["ndvi"], None, None, None
    if extremes:
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
        {name: seen for name, seen in looked.surveys.items() if name in MONTHLY},
        index.size,
        looked.left_out,
        monthly,
        highest,
        sums,
    )


Extent = Literal["year", "all"]
"""Whether each year has extremes of its own, or all years together have one set."""


def statistics(
    dataset: xr.Dataset, *, extremes: Extent | None, clumping: bool, where: str = "the scene"
) -> dict[int, Statistics]:
    """Look at all values once: check them, and find what each year's cells give together.

    Parameters
    ----------
    dataset : xarray.Dataset
        See ``tiled``.
    extremes : "year", "all" or None
        Of NDVI in the classes; None = not wanted.
    clumping : bool
        Whether mean clumping of each year is wanted.
    where : str
        For the message.

    Raises
    ------
    SchemaError
        Lists the faults of all years.
    """
    looks = each_tile(dataset, look, extremes=extremes is not None, clumping=clumping)
    by_year = dict(zip(dataset["year"].values, looks.sum(axis=(1, 2)).compute(), strict=True))
    corner = dataset.isel({dim: slice(0, 0) for dim in ("year", "month")})
    ndvi = encoded(corner["ndvi"])
    found, problems = {}, []
    for year, seen in by_year.items():
        faults = [
            fault
            for name, surveyed in seen.surveys.items()
            for fault in survey_faults(name, surveyed, INPUTS.rows[name])
        ]
        try:
            if not faults:
                found[int(year)] = _statistics(seen, ndvi)
        except SchemaError as error:
            faults += error.problems
        problems += [f"year {year}: {fault}" for fault in faults]
    if problems:
        raise SchemaError(problems, where)
    if extremes == "all":
        of_all = _extremes(reduce(add, by_year.values()), ndvi)
        found = {year: replace(seen, extremes=of_all) for year, seen in found.items()}
    return found


def _statistics(seen: Look, ndvi: Encoded) -> Statistics:
    clumping = None
    if not seen.cells:
        lacks = "".join(f", {count} without {name}" for name, count in seen.left_out.items())
        raise SchemaError([f"no land cell has every input in all months{lacks}; check land_cover"])
    if seen.clumping is not None:
        clumping = mean_of(seen.clumping)
    return Statistics(seen.cells, dict(seen.left_out), _extremes(seen, ndvi), clumping)


def _extremes(seen: Look, ndvi: Encoded) -> IndexExtremes | None:
    if seen.monthly is None or seen.highest is None:
        return None
    bins = bins_of(ndvi)
    return IndexExtremes(
        bins.percentiles(seen.monthly, ndvi, LOWER_PERCENTILE),
        bins.percentiles(seen.highest, ndvi, UPPER_PERCENTILE),
    )
