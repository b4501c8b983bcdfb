"""Lines of longitude and latitude in the coordinates of a grid."""

from collections.abc import Iterable

import numpy as np

from explorer.scene.grid import Grid

GRATICULE_STEP = 10  # deg
POINTS_OF_A_LINE = 200


def graticule(grid: Grid) -> list[np.ndarray]:
    """Return meridians and parallels at multiples of ten degrees.

    Parameters
    ----------
    grid : Grid

    Returns
    -------
    list of array, each of shape (points, 2)
        x and y; NaN where a line leaves the grid or leaps across it.
    """
    left, bottom, right, top = grid.bounds
    lon, lat = grid.lonlat(*np.meshgrid(np.linspace(left, right, 50), np.linspace(bottom, top, 50)))
    on_earth = np.isfinite(lon) & np.isfinite(lat)
    if not on_earth.any():
        return []
    lon, lat = lon[on_earth], lat[on_earth]
    west, east, south, north = lon.min(), lon.max(), lat.min(), lat.max()
    fine = np.linspace(0, 1, POINTS_OF_A_LINE)
    degrees = [
        (np.full(fine.size, degree), south + fine * (north - south))
        for degree in _multiples(west, east)
    ] + [
        (west + fine * (east - west), np.full(fine.size, degree))
        for degree in _multiples(south, north)
    ]
    return [_inside(np.column_stack(grid.from_lonlat(*line)), grid.bounds) for line in degrees]


def with_gaps(lines: Iterable[np.ndarray]) -> np.ndarray:
    """Join lines, each (points, 2), by a missing point after each."""
    gap = np.full((1, 2), np.nan)
    return np.concatenate([gap, *(part for line in lines for part in (line, gap))])


def _inside(line: np.ndarray, bounds: tuple[float, float, float, float]) -> np.ndarray:
    """Return a line, (points, 2), with gaps where it leaves the bounds or leaps across the map."""
    left, bottom, right, top = bounds
    line = np.where(np.isfinite(line), line, np.nan)
    x, y = line.T
    outside = ~((x >= left) & (x <= right) & (y >= bottom) & (y <= top))
    leaps = np.abs(np.diff(x, prepend=x[:1])) > (right - left) / 4
    return np.where((outside | leaps)[:, np.newaxis], np.nan, line)


def _multiples(low: float, high: float) -> np.ndarray:
    return np.arange(np.ceil(low / GRATICULE_STEP) * GRATICULE_STEP, high, GRATICULE_STEP)
