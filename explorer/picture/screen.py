"""Means of land cells by pixel.

The land cells are packed, so the mean of a flux over the cells of each pixel is one pass over them
(``pixels.pixel_sums``).
"""

from dataclasses import dataclass

import numpy as np

from explorer.cache import CACHES, Recent, recent
from explorer.picture.pixels import pixel_class_sums, pixel_of_cells, pixel_sums
from explorer.picture.window import Window
from explorer.scene.scene import Scene

BANDS = 8  # parts of a picture that threads sum apart


@dataclass(frozen=True, eq=False)
class Screen:
    """Which pixel of a window each land cell of a scene falls on."""

    part: Window
    start: int  # the first land cell in the window's rows
    pixel: np.ndarray  # (cells from there on,) int32; -1 = beside the window
    bands: np.ndarray  # positions in it between which no pixel is shared
    cells: np.ndarray  # land cells of each pixel, float32, shape (pixels,)

    @property
    def shape(self) -> tuple[int, int]:
        """Pixels along y and x."""
        return self.part.shape

    def mean(self, values: np.ndarray, *, gaps: bool = False) -> np.ndarray:
        """Return the mean of a variable over the land cells of each pixel.

        Parameters
        ----------
        values : float32 array, in blocks or flat, one number per land cell
        gaps : bool
            Whether cells may lack a value; the mean is over those that have one.

        Returns
        -------
        array, shape of the window, rows from the top; NaN where there is no land, or no value
        """
        cells, summed = self.cells, _flat(values)
        if gaps:
            known = np.isfinite(summed)
            cells, summed = self._sums(known.astype(np.float32)), np.where(known, summed, 0)
        with np.errstate(invalid="ignore"):
            return (self._sums(summed) / cells).reshape(self.part.shape)

    def _sums(self, values: np.ndarray) -> np.ndarray:
        return pixel_sums(values, self.pixel, self.start, self.bands, self.cells.size)

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


class Screens:
    """Caches the screens used last: placing a million cells takes longer than summing them."""

    def __init__(self) -> None:
        self._screens: Recent[Screen] = recent(CACHES["screens"])

    def of(self, scene: Scene, part: Window) -> Screen:
        """Return where the cells of a scene fall in a window."""
        return self._screens.get((scene, part), lambda: screen(scene, part))
