"""What all sessions share: the scene and what never changes about it. Read-only after creation."""

import math
import os
from functools import cached_property
from threading import Lock

import numpy as np
import rasterio.features
import shapely
from rasterio.transform import from_bounds

from explorer import pipeline
from explorer.analysis.totals import Totals
from explorer.scenario import PRESETS, Scenario, preset
from explorer.scene.prepare import Scene

MARGIN = 0.02  # of the land's longer side, left free round it
OUTLINE_CELLS = 1000  # outlines are drawn from at most so many cells along an axis


class Shared:
    """One scene, opened once for all sessions of the process."""

    def __init__(self, path: str | os.PathLike) -> None:
        self.path = path
        self.scene: Scene = pipeline.open_scene(path)
        self._lock = Lock()
        self._preset_totals: dict[str, Totals] = {}

    def run(self, scenario: Scenario) -> pipeline.Result:
        """Run a scenario; one at a time, so that two sessions do not fight for the cores."""
        with self._lock:
            return pipeline.run(self.scene, scenario)

    def preset_totals(self, name: str) -> Totals:
        """Totals of a published model version, computed when first asked for."""
        if name not in self._preset_totals:
            self._preset_totals[name] = self.run(preset(name)).totals
        return self._preset_totals[name]

    def all_preset_totals(self) -> dict[str, Totals]:
        """Totals of the four published model versions."""
        return {name: self.preset_totals(name) for name in PRESETS}

    @cached_property
    def extent(self) -> tuple[float, float, float, float]:
        """Left, bottom, right, top of the land, with a margin, in the grid's coordinates."""
        grid = self.scene.grid
        rows, columns = np.unravel_index(self.scene.index, grid.shape)
        x, y = grid.x[[columns.min(), columns.max()]], grid.y[[rows.min(), rows.max()]]
        margin = MARGIN * max(np.ptp(x), np.ptp(y))
        return x.min() - margin, y.min() - margin, x.max() + margin, y.max() + margin

    @cached_property
    def stretch(self) -> float:
        """How much longer a unit of y is than a unit of x where the land is."""
        if not self.scene.grid.geographic:
            return 1.0
        _, bottom, _, top = self.extent
        return 1 / math.cos(math.radians((bottom + top) / 2))

    @cached_property
    def outlines(self) -> dict[str, list[np.ndarray]]:
        """Outline of each region as rings of (x, y) in the grid's coordinates."""
        return region_outlines(self.scene)


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
    codes = np.zeros(rows * columns, dtype=np.int16)
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
