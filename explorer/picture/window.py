"""The part of the land that a map shows: true cells when they fit the screen, else their means.

The land cells are packed, so the mean of a flux over the cells of each pixel is one pass over them
(``loops.pixel_sums``); layers of codes are dense and small, and Datashader picks from them.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import xarray as xr

from explorer.scene.grid import Grid
from explorer.scene.loops import pixel_class_sums, pixel_of_cells, pixel_sums
from explorer.scene.scene import Scene

MOST_PIXELS = (720, 960)  # rows, columns sent to a browser at the most
DRAFT_PIXELS = (300, 400)  # the same while a control is dragged
BANDS = 8  # parts of a picture that threads sum apart


class Window(NamedTuple):
    """A rectangle of the grid, and how many cells a pixel has along each side."""

    rows: tuple[int, int]  # start, stop
    columns: tuple[int, int]
    cells_per_pixel: int
    shape: tuple[int, int]  # pixels along y and x
    bounds: tuple[float, float, float, float]  # left, bottom, right, top of the pixels


def window(
    grid: Grid,
    x_range: tuple[float, float] | None = None,
    y_range: tuple[float, float] | None = None,
    *,
    most: tuple[int, int] = MOST_PIXELS,
    at_least: int = 1,
) -> Window:
    """Return the cells within the ranges and the pixels they get.

    Parameters
    ----------
    grid : Grid
    x_range, y_range : tuple of float, optional
        What is visible, in the grid's coordinates; None = everything.
    most : tuple of int
        Pixels along y and x that the screen has.
    at_least : int
        Cells that a pixel has along each side at the least.
    """
    dy, dx = grid.steps
    rows, columns = _visible(grid.y, dy, y_range), _visible(grid.x, dx, x_range)
    cells = rows[1] - rows[0], columns[1] - columns[0]
    side = max(at_least, *(-(-size // pixels) for size, pixels in zip(cells, most, strict=True)))
    shape = (-(-cells[0] // side), -(-cells[1] // side))
    # Pixels are counted from the top left, so what is left over hangs out at the bottom right.
    left = min(grid.x[columns[0]], grid.x[columns[1] - 1]) - abs(dx) / 2
    top = max(grid.y[rows[0]], grid.y[rows[1] - 1]) + abs(dy) / 2
    right, bottom = left + shape[1] * side * abs(dx), top - shape[0] * side * abs(dy)
    bounds = (float(left), float(bottom), float(right), float(top))
    return Window(rows, columns, side, shape, bounds)


@dataclass(frozen=True, eq=False)
class Screen:
    """Which pixel of a window each land cell of a scene falls on."""

    part: Window
    start: int  # the first land cell in the window's rows
    pixel: np.ndarray  # (cells from there on,) int32; -1 = beside the window
    bands: np.ndarray  # positions in it between which no pixel is shared
    cells: np.ndarray  # land cells of each pixel, float32, shape (pixels,)

    def mean(self, values: np.ndarray) -> np.ndarray:
        """Return the mean of a flux over the land cells of each pixel.

        Parameters
        ----------
        values : float32 array, in blocks or flat, one number per land cell

        Returns
        -------
        array, shape of the window, rows from the top; NaN where there is no land
        """
        sums = pixel_sums(_flat(values), self.pixel, self.start, self.bands, self.cells.size)
        with np.errstate(invalid="ignore"):
            return (sums / self.cells).reshape(self.part.shape)

    def shares(self, values: np.ndarray, group: np.ndarray, groups: int) -> np.ndarray:
        """Return what the cells of each group add to the mean of each pixel.

        Parameters
        ----------
        values : float32 array, in blocks or flat, one number per land cell
        group : array of int, likewise
        groups : int

        Returns
        -------
        float32 array, shape (groups, pixels); NaN where there is no land
        """
        of_cells = _flat(values), _flat(group), groups
        sums = pixel_class_sums(*of_cells, self.pixel, self.start, self.bands, self.cells.size)
        with np.errstate(invalid="ignore"):
            return sums / self.cells


def screen(scene: Scene, part: Window) -> Screen:
    """Place the land cells of a scene on the pixels of a window."""
    dy, dx = scene.grid.steps
    width = scene.grid.x.size
    rows = (*part.rows, dy > 0)
    columns = (*part.columns, dx < 0)
    starts = np.searchsorted(scene.index, _band_rows(part, from_stop=dy > 0) * width)
    start, bands = int(starts[0]), starts - starts[0]
    pixel = pixel_of_cells(
        scene.index[start : starts[-1]], width, rows, columns, part.cells_per_pixel, part.shape[1]
    )
    ones = np.ones(pixel.size, dtype=np.float32)
    cells = pixel_sums(ones, pixel, 0, bands, part.shape[0] * part.shape[1])
    return Screen(part, start, pixel, bands, cells)


def _band_rows(part: Window, *, from_stop: bool) -> np.ndarray:
    """Return rows of the grid that cut a window between pixels, its first and last among them."""
    start, stop = part.rows
    height = -(-part.shape[0] // BANDS) * part.cells_per_pixel
    cuts = np.arange(stop, start, -height) if from_stop else np.arange(start, stop, height)
    return np.unique([start, *cuts, stop])


def _flat(values: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(values).reshape(-1)


def picked(codes: np.ndarray, grid: Grid, part: Window) -> np.ndarray:
    """Return a layer of codes as its window shows it, rows from the top: picked, never averaged.

    Parameters
    ----------
    codes : array of int, shape (y, x); 0 = none
    grid : Grid
    part : Window
    """
    cut = codes[slice(*part.rows), slice(*part.columns)]
    dy, dx = grid.steps
    cut = cut[:: 1 if dy < 0 else -1, :: 1 if dx > 0 else -1]  # rows from the top
    if part.cells_per_pixel == 1:
        return cut
    # Here and not above: the import takes a second, which a small scene never needs.
    import datashader as ds

    # Whole pixels of cells, so that none straddles two: what hangs over the edge is none.
    height, width = (pixels * part.cells_per_pixel for pixels in part.shape)
    whole = np.zeros((height, width), dtype=cut.dtype)
    whole[: cut.shape[0], : cut.shape[1]] = cut
    left, bottom, right, top = part.bounds
    centres = {
        "y": bottom + (np.arange(height) + 0.5) * abs(dy),
        "x": left + (np.arange(width) + 0.5) * abs(dx),
    }
    layer = xr.DataArray(np.ascontiguousarray(whole[::-1]), centres, ("y", "x"))
    canvas = ds.Canvas(part.shape[1], part.shape[0], (left, right), (bottom, top))
    return canvas.raster(layer, interpolate="nearest", downsample_method="first").values[::-1]


def _visible(axis: np.ndarray, step: float, limits: tuple[float, float] | None) -> tuple[int, int]:
    """Return the first cell of an axis that touches the limits, and one past the last."""
    if limits is None:
        return 0, axis.size
    ends = sorted((limit - (axis[0] - step / 2)) / step for limit in limits)
    start = min(max(int(np.floor(ends[0])), 0), axis.size - 1)
    return start, max(min(int(np.ceil(ends[1])), axis.size), start + 1)
