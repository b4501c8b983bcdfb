"""The part of the land that a map shows: true cells when they fit the screen, else their means."""

from typing import NamedTuple

import numpy as np

from explorer.scene.grid import Grid

MOST_PIXELS = (720, 960)  # rows, columns sent to a browser at the most
DRAFT_PIXELS = (300, 400)  # the same while a control is dragged


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


def _visible(axis: np.ndarray, step: float, limits: tuple[float, float] | None) -> tuple[int, int]:
    """Return the first cell of an axis that touches the limits, and one past the last."""
    if limits is None:
        return 0, axis.size
    ends = sorted((limit - (axis[0] - step / 2)) / step for limit in limits)
    start = min(max(int(np.floor(ends[0])), 0), axis.size - 1)
    return start, max(min(int(np.ceil(ends[1])), axis.size), start + 1)
