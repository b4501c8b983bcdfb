"""Codes on the grid and in pixels: the same as Datashader picks, and nothing where nothing is."""

import datashader as ds
import numpy as np
import pytest
import xarray as xr
from pyproj import CRS

from explorer.picture.codes import code_picture, on_grid, picked
from explorer.picture.window import window
from explorer.scene.blocks import to_blocks
from explorer.scene.grid import Grid


def by_datashader(layer, grid, part) -> np.ndarray:
    """The first cell of each pixel, with what hangs out over the edge filled with zeros."""
    dy, dx = grid.steps
    cut = layer[slice(*part.rows), slice(*part.columns)]
    cut = cut[:: 1 if dy < 0 else -1, :: 1 if dx > 0 else -1]
    height, width = (pixels * part.cells_per_pixel for pixels in part.shape)
    whole = np.zeros((height, width), dtype=cut.dtype)
    whole[: cut.shape[0], : cut.shape[1]] = cut
    left, bottom, right, top = part.bounds
    centres = {
        "y": bottom + (np.arange(height) + 0.5) * abs(dy),
        "x": left + (np.arange(width) + 0.5) * abs(dx),
    }
    array = xr.DataArray(np.ascontiguousarray(whole[::-1]), centres, ("y", "x"))
    canvas = ds.Canvas(part.shape[1], part.shape[0], (left, right), (bottom, top))
    return canvas.raster(array, interpolate="nearest", downsample_method="first").values[::-1]


@pytest.mark.parametrize("shape", [(30, 41, 2), (31, 40, 3), (64, 64, 5), (7, 9, 4)], ids=str)
@pytest.mark.parametrize("down", [1, -1])
@pytest.mark.parametrize("along", [1, -1])
@pytest.mark.parametrize("share", [None, (0.2, 0.73)], ids=["all", "part"])
def test_picked_codes_are_those_of_datashader(shape, down, along, share):
    height, width, side = shape
    y = np.linspace(0, 1e4 * (height - 1), height)[::down]
    x = np.linspace(0, 1e4 * (width - 1), width)[::along]
    grid = Grid(y, x, CRS("+proj=moll"))
    ranges = [None if share is None else tuple(s * axis.max() for s in share) for axis in (x, y)]
    part = window(grid, *ranges, at_least=side)
    layer = np.random.default_rng(0).integers(0, 30, (height, width)).astype(np.uint8)
    np.testing.assert_array_equal(picked(layer, grid, part), by_datashader(layer, grid, part))


def test_picture_of_codes_is_empty_where_there_is_none(scene):
    codes = np.arange(scene.cells) % 4 - 1
    drawn = code_picture(scene, to_blocks(codes.astype(np.float32)), window(scene.grid))
    dy, dx = scene.grid.steps
    upright = scene.on_grid(np.where(codes < 0, np.nan, codes).astype(np.float32))
    np.testing.assert_array_equal(drawn, upright[:: 1 if dy < 0 else -1, :: 1 if dx > 0 else -1])
    assert drawn.dtype == np.float32


def test_codes_that_are_not_known_yet_are_an_empty_picture(scene):
    part = window(scene.grid)
    drawn = code_picture(scene, None, part)
    assert drawn.shape == part.shape
    assert np.isnan(drawn).all()


def test_more_than_255_codes_are_not_mixed_up(scene):
    layer = on_grid(scene, np.arange(scene.cells) + 300)
    assert layer.reshape(-1)[scene.index].tolist() == list(range(301, 301 + scene.cells))
