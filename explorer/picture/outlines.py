"""Outlines of regions, traced along the edges of cells."""

import numpy as np
import rasterio.features
import shapely
from rasterio.transform import from_bounds

from explorer.scene.scene import Scene

OUTLINE_CELLS = 1000  # outlines are drawn from at most so many cells along an axis


def region_outlines(scene: Scene) -> dict[str, list[np.ndarray]]:
    """Trace the regions of a scene along the edges of its cells.

    Parameters
    ----------
    scene : Scene

    Returns
    -------
    dict
        Region name -> rings, each an array of shape (points, 2), in the grid's coordinates.
    """
    rows, columns = scene.grid.shape
    stride = max(1, -(-max(rows, columns) // OUTLINE_CELLS))
    codes: np.ndarray = np.zeros(rows * columns, dtype=np.int16)
    codes[scene.index] = scene.region + 1
    codes = codes.reshape(rows, columns)[::stride, ::stride]
    if scene.grid.steps[0] > 0:  # rasterio's rows run from the top
        codes = codes[::-1]
    if scene.grid.steps[1] < 0:
        codes = codes[:, ::-1]
    transform = from_bounds(*scene.grid.bounds, codes.shape[1], codes.shape[0])
    outlines: dict[str, list[np.ndarray]] = {name: [] for name in scene.region_names}
    tolerance = 0.6 * abs(transform.a)
    for shape, code in rasterio.features.shapes(codes, mask=codes > 0, transform=transform):
        polygon = shapely.geometry.shape(shape).simplify(tolerance)
        rings = [polygon.exterior, *polygon.interiors]
        outlines[scene.region_names[int(code) - 1]] += [np.asarray(ring.coords) for ring in rings]
    return outlines
