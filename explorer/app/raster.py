"""The part of a layer that a map shows: true cells when they fit the screen, else aggregated.

Reading a raster for the screen is Datashader's job; here it is told what is visible.
"""

from typing import NamedTuple

import datashader as ds
import numpy as np
import xarray as xr

from explorer.scene.grid import Grid


class Window(NamedTuple):
    """A rectangle of the grid and the size, in pixels, at which it is shown."""

    rows: slice
    columns: slice
    shape: tuple[int, int]
    bounds: tuple[float, float, float, float]  # left, bottom, right, top


MOST_PIXELS = (720, 960)  # rows, columns sent to a browser at the most


def window(
    grid: Grid,
    x_range: tuple[float, float] | None = None,
    y_range: tuple[float, float] | None = None,
    most: tuple[int, int] = MOST_PIXELS,
) -> Window:
    """Return the cells within the ranges and the pixels they get.

    Parameters
    ----------
    grid : Grid
    x_range, y_range : tuple of float, optional
        What is visible, in the grid's coordinates; None = everything.
    most : tuple of int
        Pixels along y and x that the screen has.
    """
    rows, y_edges = _visible(grid.y, grid.steps[0], y_range)
    columns, x_edges = _visible(grid.x, grid.steps[1], x_range)
    cells = rows.stop - rows.start, columns.stop - columns.start
    shrink = max(1, -(-cells[0] // most[0]), -(-cells[1] // most[1]))
    shape = tuple(max(1, -(-size // shrink)) for size in cells)
    return Window(rows, columns, shape, (x_edges[0], y_edges[0], x_edges[1], y_edges[1]))


def shown(values: np.ndarray, grid: Grid, part: Window, *, codes: bool = False) -> np.ndarray:
    """Return a layer as its window shows it, rows from the top, columns from the left.

    Parameters
    ----------
    values : array, shape (y, x)
    grid : Grid
    part : Window
    codes : bool
        Codes are picked, never averaged.

    Returns
    -------
    array, shape of ``part.shape``
    """
    cut = values[part.rows, part.columns]
    if grid.steps[0] > 0:
        cut = cut[::-1]
    if grid.steps[1] < 0:
        cut = cut[:, ::-1]
    if cut.shape == part.shape:
        return cut
    left, bottom, right, top = part.bounds
    height, width = cut.shape
    centres = {
        "y": top - (np.arange(height) + 0.5) * (top - bottom) / height,
        "x": left + (np.arange(width) + 0.5) * (right - left) / width,
    }
    canvas = ds.Canvas(part.shape[1], part.shape[0], (left, right), (bottom, top))
    layer = xr.DataArray(np.ascontiguousarray(cut), centres, ("y", "x"))
    how = {"downsample_method": "first"} if codes else {"downsample_method": "mean"}
    picture = canvas.raster(layer, interpolate="nearest", nan_value=np.nan, **how)
    # Datashader's rows run from the bottom, whatever the layer's do.
    return picture.sortby("y", ascending=False).values


def _visible(
    axis: np.ndarray, step: float, limits: tuple[float, float] | None
) -> tuple[slice, tuple[float, float]]:
    """Cells of an axis that touch the limits, and the outer edges of those cells."""
    start, stop = 0, axis.size
    if limits is not None:
        ends = sorted((limit - (axis[0] - step / 2)) / step for limit in limits)
        start = min(max(int(np.floor(ends[0])), 0), axis.size - 1)
        stop = max(min(int(np.ceil(ends[1])), axis.size), start + 1)
    edges = sorted((axis[start] - step / 2, axis[stop - 1] + step / 2))
    return slice(start, stop), (float(edges[0]), float(edges[1]))
