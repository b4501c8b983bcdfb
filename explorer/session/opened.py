"""What all sessions share: the scene, what never changes about it, and the first passes run."""

import math
import os
from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import cached_property
from threading import Lock

import numpy as np

from explorer import pipeline
from explorer.analysis.totals import Totals
from explorer.analysis.vegetation import reference_by_class
from explorer.picture.basemap import Basemap
from explorer.picture.pictures import Pictures
from explorer.picture.screen import Screens
from explorer.picture.window import window
from explorer.pipeline import Result
from explorer.scene.scene import Scene
from explorer.scene.thin import thinned
from explorer.session.jobs import Jobs
from explorer.systems.nep.parameters import NepParameters
from explorer.systems.nep.passes import base_key
from explorer.systems.nep.quick_pictures import ClassPictures
from explorer.systems.scenario import DEFAULT_PRESET, PRESETS, Scenario, preset
from explorer.tables.classes import CLASSES, VEGETATION

INSTANT_CELLS = 400_000
PREVIEW_CELLS = 120_000
KEPT_RUNS = 2  # first passes kept; at 1 km for China each takes 1.8 GB
KEPT_SCREENS = 4
KEPT_LEVELS = 16
KEPT_PICTURES = 6  # see ``ClassPictures``; of 960 x 720 pixels each takes 25 MB


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
        self._lock = Lock()
        self._kept: OrderedDict[NepParameters, pipeline.Kept] = OrderedDict()
        self.basemap = Basemap(self.scene, [VEGETATION[name].long_name for name in CLASSES])
        self.screens = Screens(KEPT_SCREENS)
        self.pictures = self.new_pictures(KEPT_PICTURES, at_once=False)
        self._levels: OrderedDict[Hashable, Totals] = OrderedDict()
        self._preset_totals: dict[str, Totals] = {}
        self.jobs = jobs or Jobs()

    def warm_up(self) -> None:
        """Do beforehand what a session asks first, so that its page need not wait for it."""
        self.all_preset_totals()
        self.result(preset(DEFAULT_PRESET)).yearly_blocks("nep")
        _ = self.basemap.codes, self.basemap.outlines, self.basemap.graticule
        self.screens.of(self.scene, window(self.scene.grid))

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

    def new_pictures(self, most: int, *, at_once: bool) -> Pictures:
        """Return what draws pictures, with a cache of its own for those that are quick to redraw.

        Parameters
        ----------
        most : int
            Pictures in that cache.
        at_once : bool
            Whether to cache from the first request on; see ``ClassPictures``.
        """
        return Pictures(self.screens, ClassPictures(most, at_once=at_once))

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
