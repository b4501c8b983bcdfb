"""Layers of codes as a map shows them: picked, never averaged."""

import numpy as np
import xarray as xr

from explorer.picture.window import Window
from explorer.scene.grid import Grid


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
