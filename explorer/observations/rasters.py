"""Rasters in degrees, each on its own grid, and what they hold at the places of samples."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from explorer.observations.samples import Samples


class Raster(NamedTuple):
    """One layer on a regular grid of degrees; axes are centres of cells, in either order."""

    lon: np.ndarray  # (x,) [degrees east]
    lat: np.ndarray  # (y,) [degrees north]
    values: np.ndarray  # (y, x); NaN = no value
    unit: str
    source: str

    def at(self, lon: np.ndarray, lat: np.ndarray, reach: int = 0) -> np.ndarray:
        """Return the value of the cell that holds each place, NaN where there is none.

        Parameters
        ----------
        lon, lat : array (rows,). [degrees]
        reach : int
            Where that cell has no value, the nearest cell with one is taken, at most this many
            cells away along either axis: a site on a coast lies in a cell of the sea.
        """
        row, column, inside = self.cells(lon, lat)
        found = np.where(inside, self.values[row, column], np.nan)
        for place in np.flatnonzero(inside & np.isnan(found)) if reach else ():
            found[place] = self._nearest(lon[place], lat[place], row[place], column[place], reach)
        return found

    def cells(self, lon: np.ndarray, lat: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return row and column of the cell of each place, and whether it is on the grid."""
        dx, dy = self.lon[1] - self.lon[0], self.lat[1] - self.lat[0]
        west = min(self.lon[0], self.lon[-1]) - abs(dx) / 2
        around = (np.asarray(lon, float) - west) % 360 + west
        column = np.floor((around - self.lon[0]) / dx + 0.5)
        row = np.floor((np.asarray(lat, float) - self.lat[0]) / dy + 0.5)
        # The outer edge of the last row belongs to it: a pole is a place.
        row = np.where(
            np.isclose(np.asarray(lat, float), self.lat[-1] + dy / 2), self.lat.size - 1, row
        )
        inside = (row >= 0) & (row < self.lat.size) & (column >= 0) & (column < self.lon.size)
        return (
            np.where(inside, row, 0).astype(np.int64),
            np.where(inside, column, 0).astype(np.int64),
            inside,
        )

    def _nearest(self, lon: float, lat: float, row: int, column: int, reach: int) -> float:
        rows = np.arange(max(row - reach, 0), min(row + reach, self.lat.size - 1) + 1)
        columns = np.arange(column - reach, column + reach + 1)
        if self.goes_round:
            columns = columns % self.lon.size
        columns = columns[(columns >= 0) & (columns < self.lon.size)]
        values = self.values[np.ix_(rows, columns)]
        away = (self.lon[columns] - lon + 180) % 360 - 180
        distance = np.hypot(self.lat[rows][:, np.newaxis] - lat, away * np.cos(np.radians(lat)))
        distance[np.isnan(values)] = np.inf
        best = int(distance.argmin())
        return float(values.flat[best])

    @property
    def goes_round(self) -> bool:
        """Whether the grid closes around the Earth."""
        return bool(np.isclose(abs(self.lon[1] - self.lon[0]) * self.lon.size, 360))


class Lost(NamedTuple):
    """Samples that a raster has no value for."""

    raster: str
    outside: int  # beyond its edges
    without_value: int  # on it, in a cell without a value and with none near
    example: str


class Matched(NamedTuple):
    """Samples with the values of rasters at their places."""

    samples: Samples
    values: dict[str, np.ndarray]  # by raster, (rows,)
    lost: tuple[Lost, ...]  # of the rasters that lost some
    moved: int  # samples that took a value from a neighbouring cell


def matched(samples: Samples, rasters: Mapping[str, Raster], reach: int = 1) -> Matched:
    """Look rasters up at the places of samples; those without all values are left out, and told.

    A sample that several rasters lack is counted with the first.

    Parameters
    ----------
    samples : Samples
    rasters : mapping of name -> Raster
    reach : int
        See ``Raster.at``.
    """
    kept = np.ones(len(samples), dtype=bool)
    moved = np.zeros(len(samples), dtype=bool)
    values, lost = {}, []
    for name, raster in rasters.items():
        exact = raster.at(samples.lon, samples.lat)
        values[name] = raster.at(samples.lon, samples.lat, reach)
        moved |= np.isnan(exact) & np.isfinite(values[name])
        gone = kept & np.isnan(values[name])
        if gone.any():
            _, _, inside = raster.cells(samples.lon, samples.lat)
            row = int(np.flatnonzero(gone)[0])
            place = f"lon {samples.lon[row]:g}, lat {samples.lat[row]:g}"
            lost.append(
                Lost(
                    name, int((gone & ~inside).sum()), int((gone & inside).sum()),
                    f"{samples.where[row]}: {place}",
                )
            )  # fmt: skip
        kept &= ~gone
    return Matched(
        samples.only(kept),
        {name: column[kept] for name, column in values.items()},
        tuple(lost),
        int((moved & kept).sum()),
    )
