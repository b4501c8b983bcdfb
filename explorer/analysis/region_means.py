"""The mean of any field over a region or a shape, each cell weighted by its area there."""

import numpy as np

from explorer.scene.loops import group_sums
from explorer.scene.scene import Scene
from explorer.scene.shapes.cover import Cover
from explorer.tables.classes import ALL


def region_weights(scene: Scene, region: str, covered: Cover | None = None) -> np.ndarray:
    """Return the area of each cell that lies in a region or under a shape.

    Parameters
    ----------
    scene : Scene
    region : str
        A name of ``scene.region_names``, or ``ALL``; not read where ``covered`` is given.
    covered : Cover, optional
        The cells under a shape.

    Returns
    -------
    float64 array, in blocks. [km2]
    """
    area = scene.blocked_area
    if covered is not None:
        return area * covered.fractions(0, area.size).reshape(area.shape)
    if region == ALL:
        return area
    weights = np.zeros(area.size)
    inside = np.flatnonzero(scene.region == scene.region_names.index(region))
    weights[inside] = area.reshape(-1)[inside]
    return weights.reshape(area.shape)


def weighted_mean(values: np.ndarray, weights: np.ndarray) -> float:
    """Return the mean of a field, summed in float64; NaN without weight.

    Parameters
    ----------
    values : float32 array, in blocks: (blocks, BLOCK)
    weights : float64 array, likewise
    """
    group = np.zeros(weights.shape, dtype=np.int32)
    sums = group_sums(np.ascontiguousarray(values)[:, np.newaxis], weights, group, 1)
    total = weights.sum()
    return float(sums[0, 0] / total) if total > 0 else float("nan")
