"""Layers of codes as a map shows them: picked, never averaged."""

from typing import NamedTuple

import numpy as np

from explorer.picture.window import Window
from explorer.scene.grid import Grid
from explorer.scene.scene import Scene


class CodeLayer(NamedTuple):
    """A classification of the land on the grid, as the hover of a map reads it."""

    grid: np.ndarray  # (y, x); code + 1, 0 without land
    names: tuple[str, ...]  # of the codes


def on_grid(scene: Scene, codes: np.ndarray) -> np.ndarray:
    """Return codes of land cells as a layer of the grid: code + 1, and 0 without land.

    Parameters
    ----------
    scene : Scene
    codes : array of int, shape (cells,), or in blocks
        From 0; -1 = none.
    """
    raised = np.asarray(codes).reshape(-1)[: scene.cells].astype(np.int32) + 1
    cells = scene.grid.y.size * scene.grid.x.size
    layer = np.zeros(cells, dtype=np.min_scalar_type(int(raised.max(initial=0))))
    layer[scene.index] = raised
    return layer.reshape(scene.grid.shape)


def picked(layer: np.ndarray, grid: Grid, part: Window) -> np.ndarray:
    """Return a layer of codes as its window shows it: one cell of each pixel, rows from the top.

    Parameters
    ----------
    layer : array of int, shape (y, x); 0 = none
    grid : Grid
    part : Window

    Returns
    -------
    array of int, shape ``part.shape``
        The code of the cell at the bottom left of each pixel; 0 where that lies beside the grid.
    """
    cut = layer[slice(*part.rows), slice(*part.columns)]
    dy, dx = grid.steps
    cut = cut[:: 1 if dy < 0 else -1, :: 1 if dx > 0 else -1]  # rows from the top
    side = part.cells_per_pixel
    if side == 1:
        return cut
    cells = cut[side - 1 :: side, ::side]
    pixels = np.zeros(part.shape, dtype=layer.dtype)
    pixels[: cells.shape[0], : cells.shape[1]] = cells
    return pixels


def code_picture(scene: Scene, codes: np.ndarray | None, part: Window) -> np.ndarray:
    """Return the pixels of a map of codes.

    Parameters
    ----------
    scene : Scene
    codes : array of int or None
        Of each land cell, see ``on_grid``; None: not known yet, the map is empty.
    part : Window

    Returns
    -------
    float32 array, shape ``part.shape``, rows from the top; NaN without land
    """
    if codes is None:
        return np.full(part.shape, np.nan, dtype=np.float32)
    pixels = picked(on_grid(scene, codes), scene.grid, part)
    return np.where(pixels > 0, pixels.astype(np.float32) - 1, np.float32(np.nan))
