"""What all sessions share: the scene, what never changes about it, and the first passes run."""

import math
import os
from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import cached_property
from threading import Lock

import holoviews as hv
import numpy as np
import rasterio.features
import shapely
from rasterio.transform import from_bounds

from explorer import pipeline
from explorer.analysis.totals import Totals
from explorer.analysis.vegetation import reference_by_class
from explorer.app.maps import plots
from explorer.app.shell.downloads import Downloads
from explorer.picture.window import Screen, Window, screen, window
from explorer.pipeline import Result
from explorer.scene.scene import Scene
from explorer.scene.thin import thinned
from explorer.session.jobs import Jobs
from explorer.systems.nep.parameters import NepParameters
from explorer.systems.nep.passes import base_key
from explorer.systems.nep.quick_pictures import LINEAR, ClassPictures
from explorer.systems.scenario import DEFAULT_PRESET, PRESETS, Scenario, preset

INSTANT_CELLS = 400_000
PREVIEW_CELLS = 120_000
KEPT_RUNS = 2  # first passes kept; at 1 km for China each takes 1.8 GB
KEPT_SCREENS = 4
KEPT_LEVELS = 16
KEPT_PICTURES = 6  # see ``ClassPictures``; of 960 x 720 pixels each takes 25 MB
MARGIN = 0.02  # of the land's longer side, left free round it
OUTLINE_CELLS = 1000  # outlines are drawn from at most so many cells along an axis


class Shared:
    """One scene, opened once for all sessions of the process; first passes are kept for all.

    Parameters
    ----------
    path : path
    scene : Scene, optional
        What was read from there, or its overview; without it the whole is read here.
    jobs : Jobs, optional
        Where the sessions' work in the background runs.
    """

    def __init__(
        self, path: str | os.PathLike, scene: Scene | None = None, jobs: Jobs | None = None
    ) -> None:
        self.path = path
        self.scene: Scene = scene or pipeline.open_scene(path)
        self.is_whole = True  # not so for an overview
        self.downloads = Downloads()
        self._lock = Lock()
        self._kept: OrderedDict[NepParameters, pipeline.Kept] = OrderedDict()
        self._screens: OrderedDict[tuple[int, Window], Screen] = OrderedDict()
        self._pictures = ClassPictures(self, KEPT_PICTURES, at_once=False)
        self._levels: OrderedDict[Hashable, Totals] = OrderedDict()
        self._preset_totals: dict[str, Totals] = {}
        self.jobs = jobs or Jobs()

    def warm_up(self) -> None:
        """Do beforehand what a session asks first, so that its page need not wait for it."""
        self.all_preset_totals()
        self.result(preset(DEFAULT_PRESET)).yearly_blocks("nep")
        _ = self.codes, self.extent, self.outlines, self.graticule
        self.screen(self.scene, window(self.scene.grid))

    @property
    def instant(self) -> bool:
        """Whether the whole model runs faster than a person notices."""
        return self.scene.cells <= INSTANT_CELLS

    def kept(self, scenario: Scenario) -> pipeline.Kept | None:
        """Return the first pass of a scenario if it was run already."""
        key = base_key(scenario.parameters)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def keep(
        self, scenario: Scenario, proceed: Callable[[float], bool] = lambda share: True
    ) -> pipeline.Kept | None:
        """Run the first pass of a scenario and keep it; None when told not to proceed."""
        self._make_room()  # before, so that there are never more in memory
        kept = pipeline.keep(self.scene, scenario, proceed)
        if kept is not None:
            with self._lock:
                self._kept[kept.key] = kept
        return kept

    def _make_room(self) -> None:
        """Drop first passes, the longest unused first, until there is room for one more."""
        with self._lock:
            while len(self._kept) >= KEPT_RUNS:
                self._kept.popitem(last=False)

    def result(self, scenario: Scenario) -> Result:
        """Return the result of a scenario, running its first pass if need be."""
        kept = self.kept(scenario) or self.keep(scenario)
        return Result(self.scene, scenario, kept)

    def preview(self, scenario: Scenario) -> Result:
        """Return the result on a thinned scene, quick enough for every size."""
        return pipeline.run(self.thin_scene, scenario)

    @cached_property
    def thin_step(self) -> int:
        """Every how many-th row and column the thinned scene has."""
        return math.ceil(math.sqrt(self.scene.cells / PREVIEW_CELLS))

    @cached_property
    def thin_scene(self) -> Scene:
        """The scene that previews are made of."""
        return thinned(self.scene, self.thin_step)

    def screen(self, scene: Scene, part: Window) -> Screen:
        """Return where the cells of a scene fall in a window; the last few are kept."""
        key = (id(scene), part)
        with self._lock:
            if key not in self._screens:
                self._screens[key] = screen(scene, part)
                if len(self._screens) > KEPT_SCREENS:
                    self._screens.popitem(last=False)
            self._screens.move_to_end(key)
            return self._screens[key]

    def picture(self, result: Result, name: str, month: int | None, part: Window) -> np.ndarray:
        """Return the mean of an output over the land cells of each pixel, rows from the top."""
        if name in LINEAR:
            return self._pictures.of(result, name, month, part)
        return self.screen(result.scene, part).mean(result.period_blocks(name, month))

    def levels(self, key: Hashable, make: Callable[[], Totals | None]) -> Totals | None:
        """Return what a session has summed to say why, made now if it is not known; or None."""
        known = self._levels.get(key)
        made = make() if known is None else known
        if made is not None:
            with self._lock:
                self._levels[key] = made
                while len(self._levels) > KEPT_LEVELS:
                    self._levels.popitem(last=False)
        return made

    def preset_totals(self, name: str) -> Totals:
        """Totals of a published model version, computed when first asked for."""
        if name not in self._preset_totals:
            self._preset_totals[name] = self.result(preset(name)).totals
        return self._preset_totals[name]

    def all_preset_totals(self) -> dict[str, Totals]:
        """Totals of the four published model versions."""
        return {name: self.preset_totals(name) for name in PRESETS}

    @cached_property
    def reference_by_class(self) -> np.ndarray | None:
        """Sums of the scene's reference NPP, see ``analysis.vegetation``; None without one."""
        return reference_by_class(self.scene)

    @cached_property
    def codes(self) -> dict[str, np.ndarray]:
        """Class and region on the grid for the hover: position + 1, 0 outside the model."""

        def on_grid(values: np.ndarray) -> np.ndarray:
            grid = np.zeros(self.scene.grid.y.size * self.scene.grid.x.size, dtype=np.uint8)
            grid[self.scene.index] = values + 1
            return grid.reshape(self.scene.grid.shape)

        return {
            "vegetation": on_grid(self.scene.vegetation),
            "region": on_grid(self.scene.region),
        }

    @cached_property
    def extent(self) -> tuple[float, float, float, float]:
        """Left, bottom, right, top of the land, with a margin, in the grid's coordinates."""
        grid = self.scene.grid
        columns = self.scene.index % grid.shape[1]
        rows = self.scene.index[[0, -1]] // grid.shape[1]  # the index rises
        x, y = grid.x[[columns.min(), columns.max()]], grid.y[rows]
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

    @cached_property
    def graticule(self) -> hv.Path:
        """Lines of longitude and latitude, projected once for all sessions."""
        return plots.graticule(self.scene.grid)


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
