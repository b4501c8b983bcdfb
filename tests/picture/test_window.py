"""What a map shows of the land: means of true cells, picked codes, the right way up."""

import numpy as np
import pytest

from explorer import SYSTEMS
from explorer.picture.codes import picked
from explorer.picture.screen import screen
from explorer.picture.window import window
from explorer.pipeline import check, prepare
from explorer.scene.blocks import to_blocks
from explorer.scene.thin import thinned


@pytest.fixture(params=["as made", "rows from the bottom", "columns from the right"])
def turned(request, tiny_dataset):
    """The tiny scene with its axes in any order."""
    dataset = tiny_dataset()
    if request.param == "rows from the bottom":
        dataset = dataset.isel(northing=slice(None, None, -1))
    if request.param == "columns from the right":
        dataset = dataset.isel(easting=slice(None, None, -1))
    return prepare(check(dataset))


def upright(scene, layer: np.ndarray) -> np.ndarray:
    """A layer of the grid with north at the top and west on the left."""
    dy, dx = scene.grid.steps
    return layer[:: 1 if dy < 0 else -1, :: 1 if dx > 0 else -1]


def test_true_cells_are_shown_where_they_fit(turned):
    values = np.arange(turned.cells, dtype=np.float32)
    part = window(turned.grid)
    shown = screen(turned, part).mean(to_blocks(values))
    assert part.cells_per_pixel == 1
    np.testing.assert_array_equal(shown, upright(turned, turned.on_grid(values)))
    assert part.bounds == pytest.approx(turned.grid.bounds)


@pytest.mark.parametrize("side", [2, 3, 5])
def test_pixels_are_means_of_their_land_cells(turned, side):
    values = np.linspace(-3, 5, turned.cells, dtype=np.float32)
    part = window(turned.grid, at_least=side)
    shown = screen(turned, part).mean(to_blocks(values))
    layer = upright(turned, turned.on_grid(values))
    for row in range(part.shape[0]):
        for column in range(part.shape[1]):
            cells = layer[row * side : (row + 1) * side, column * side : (column + 1) * side]
            if np.isnan(cells).all():
                assert np.isnan(shown[row, column])
            else:
                assert shown[row, column] == pytest.approx(np.nanmean(cells), rel=1e-5)


def test_window_holds_the_cells_that_are_visible(turned):
    grid = turned.grid
    x = float(grid.x[3]), float(grid.x[5])
    y = float(min(grid.y[1], grid.y[2])), float(max(grid.y[1], grid.y[2]))
    part = window(grid, x, y)
    assert part.columns == (3, 6)
    assert part.rows == (1, 3)
    values = np.arange(turned.cells, dtype=np.float32)
    shown = screen(turned, part).mean(to_blocks(values))
    cut = turned.on_grid(values)[1:3, 3:6]
    np.testing.assert_array_equal(shown, upright(turned, cut))


def test_window_beside_the_grid_still_has_a_cell(turned):
    far = float(turned.grid.x.max()) + 1e7
    assert window(turned.grid, (far, far + 1)).shape == (turned.grid.y.size, 1)


@pytest.mark.parametrize("side", [1, 2, 3])
def test_codes_are_picked_never_averaged(turned, side):
    codes = np.zeros(turned.grid.shape, dtype=np.uint8)
    codes.reshape(-1)[turned.index] = turned.vegetation + 1
    part = window(turned.grid, at_least=side)
    shown = picked(codes, turned.grid, part)
    layer = upright(turned, codes)
    assert shown.shape == part.shape
    # The last row and column of pixels may hang out over the edge; all others hold whole cells.
    for row in range(codes.shape[0] // side):
        for column in range(codes.shape[1] // side):
            cells = layer[row * side : (row + 1) * side, column * side : (column + 1) * side]
            assert shown[row, column] in cells


def test_thinned_scene_is_every_kth_cell_and_stands_for_all(scene):
    whole = SYSTEMS["nep"].forcing(scene)
    thin = thinned(scene, 2, {"nep": whole.statistics.to_json()})
    rows, columns = np.unravel_index(thin.index, scene.grid.shape)
    assert not (rows % 2).any()
    assert not (columns % 2).any()
    assert thin.area.sum() == pytest.approx(scene.area.sum(), rel=1e-12)
    everywhere = scene.cell_of_grid[rows, columns]
    np.testing.assert_array_equal(thin.field("ndvi"), scene.field("ndvi")[:, everywhere])
    np.testing.assert_array_equal(thin.vegetation, scene.vegetation[everywhere])
    seen = SYSTEMS["nep"].forcing(thin)
    np.testing.assert_array_equal(seen.mean_clumping, whole.mean_clumping)
    np.testing.assert_array_equal(seen.extremes, whole.extremes)
    np.testing.assert_array_equal(thin.land_cover, scene.land_cover[everywhere])
