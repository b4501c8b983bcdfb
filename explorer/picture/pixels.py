"""Loops that place land cells on the pixels of a map and sum them there; compiled by Numba."""

import numpy as np
from numba import prange

from explorer.scene.loops import on_all_processors


@on_all_processors
def pixel_sums(values, pixel, first, bands, pixels):  # pragma: no cover (compiled)
    """Sum the values of cells from ``first`` on by the pixel they fall on; -1 = on none.

    ``pixel`` (cells,); ``bands`` are positions in it, between which no pixel is shared: each band
    is summed by one thread, straight into its place.
    """
    sums = np.zeros(pixels, dtype=np.float32)
    for band in prange(bands.size - 1):
        for cell in range(bands[band], bands[band + 1]):
            place = pixel[cell]
            if place >= 0:
                sums[place] += values[first + cell]
    return sums


@on_all_processors
def pixel_class_sums(
    values, group, groups, pixel, first, bands, pixels
):  # pragma: no cover (compiled)
    """Do the same for each group, (groups, pixels); ``group`` is that of each cell, as values."""
    sums = np.zeros((groups, pixels), dtype=np.float32)
    for band in prange(bands.size - 1):
        for cell in range(bands[band], bands[band + 1]):
            place = pixel[cell]
            if place >= 0:
                sums[group[first + cell], place] += values[first + cell]
    return sums


@on_all_processors
def pixel_of_cells(index, width, rows, columns, side, pixels_wide):  # pragma: no cover (compiled)
    """Place cells on the pixels of a window; -1 = beside it.

    ``index`` (cells,) positions in the flattened grid of ``width`` columns; ``rows`` and
    ``columns`` are (start, stop, whether to count from the stop); ``side`` cells make a pixel.
    """
    pixel = np.empty(index.size, dtype=np.int32)
    for cell in prange(index.size):
        row, column = index[cell] // width, index[cell] % width
        if row < rows[0] or row >= rows[1] or column < columns[0] or column >= columns[1]:
            pixel[cell] = -1
            continue
        down = rows[1] - 1 - row if rows[2] else row - rows[0]
        along = columns[1] - 1 - column if columns[2] else column - columns[0]
        pixel[cell] = (down // side) * pixels_wide + along // side
    return pixel
