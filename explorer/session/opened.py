"""A scene opened once for all sessions of the process, with its runs, pictures and sums."""

import math
import os
from collections.abc import Callable, Hashable, Mapping
from functools import cached_property

import numpy as np

from explorer import pipeline
from explorer.analysis.by_class import reference_sums
from explorer.analysis.totals import Totals
from explorer.cache import CACHES, Recent, recent
from explorer.errors import SchemaError
from explorer.picture.basemap import Basemap
from explorer.picture.pictures import Pictures
from explorer.picture.screen import Screens
from explorer.picture.window import window
from explorer.scene.scene import Scene
from explorer.scene.thin import thinned
from explorer.session.jobs import Jobs
from explorer.systems import SYSTEMS
from explorer.systems.contract import System
from explorer.systems.layers import Layers, Proceed, Started, always
from explorer.systems.scenario import Scenario, preset_of
from explorer.tables.periods import YEAR

INSTANT_CELLS = 400_000
PREVIEW_CELLS = 120_000


class Opened:
    """One scene, and everything about it that no session changes.

    Parameters
    ----------
    path : path
    scene : Scene, optional
        What was read from there, or its overview; without it the whole is read here.
    jobs : Jobs, optional
        Where the sessions' work in the background runs.

    Raises
    ------
    SchemaError
        When no system can run on the scene.
    """

    def __init__(
        self, path: str | os.PathLike, scene: Scene | None = None, jobs: Jobs | None = None
    ) -> None:
        self.path = path
        self.scene: Scene = scene or pipeline.open_scene(path)
        self.is_whole = True  # not so for an overview
        self.jobs = jobs or Jobs()
        self.products: dict[str, System] = {}  # brought by users, by name
        self.basemap = Basemap(self.scene, self.scene.classes.long_names)
        self.screens = Screens()
        self.pictures = self.new_pictures(CACHES["quick_pictures"].most, at_once=False)
        self._started: Recent[Started] = recent(CACHES["first_passes"])
        self._levels: Recent[Totals] = recent(CACHES["waterfall_sums"])
        self._slopes: Recent[Mapping[str, float]] = recent(CACHES["slopes"])
        self._preset_totals: Recent[Totals] = recent(CACHES["preset_totals"])
        self._references: Recent[np.ndarray] = recent(CACHES["references"])
        self._thin: Recent[Scene] = recent(CACHES["thin_scenes"])
        if not self.systems:
            lacking = {name: system.lacks(self.scene) for name, system in SYSTEMS.items()}
            raise SchemaError(
                [f"{name}: needs {', '.join(names)}" for name, names in lacking.items()],
                "no system can run on this scene",
            )

    @property
    def systems(self) -> dict[str, System]:
        """The systems that can run on the scene, and the products brought to it, by name."""
        able = {name: each for name, each in SYSTEMS.items() if not each.lacks(self.scene)}
        return able | self.products

    @property
    def system(self) -> System:
        """The system that a session begins with."""
        return next(iter(self.systems.values()))

    @property
    def first(self) -> Scenario:
        """The scenario that a session begins with."""
        return preset_of(self.system, self.system.default)

    @property
    def compared_with(self) -> Scenario:
        """The scenario that it is compared with at first."""
        return preset_of(self.system, self.system.compared_with)

    def warm_up(self) -> None:
        """Do beforehand what a session asks first, so that its page need not wait for it."""
        for name in self.system.presets:
            self.preset_totals(preset_of(self.system, name))
        self.result(self.first).field(self.system.headline, YEAR)
        _ = self.basemap.codes, self.basemap.outlines, self.basemap.graticule
        self.screens.of(self.scene, window(self.scene.grid))

    @property
    def instant(self) -> bool:
        """Whether a whole model runs faster than a person notices."""
        return self.scene.cells <= INSTANT_CELLS

    def started(self, scenario: Scenario) -> Started | None:
        """Return the slow part of a scenario's run if it was run already."""
        return self._started.peek(scenario.key)

    def start(self, scenario: Scenario, proceed: Proceed = always) -> Started | None:
        """Run the slow part of a scenario and cache it; None when it did not proceed."""
        return self._started.get(
            scenario.key, lambda: pipeline.start(self.scene, scenario, proceed)
        )

    def result(self, scenario: Scenario) -> Layers:
        """Return the result of a scenario, running its slow part if need be."""
        started = self.start(scenario)
        assert started is not None  # nothing told it to stop
        return started.layers(scenario)

    def preview(self, scenario: Scenario) -> Layers:
        """Return the result on a thinned scene, quick enough for every size."""
        return pipeline.run(self.thin_scene(scenario.system), scenario)

    @cached_property
    def thin_step(self) -> int:
        """Every how many-th row and column the thinned scene has."""
        return math.ceil(math.sqrt(self.scene.cells / PREVIEW_CELLS))

    def thin_scene(self, system: System) -> Scene:
        """Return the scene that previews of a system are made of."""

        def made() -> Scene:
            known = {}
            if system.statistics is not None:
                known[system.name] = system.statistics(system.forcing(self.scene))
            return thinned(self.scene, self.thin_step, known)

        return self._thin.get(system.name, made)

    def new_pictures(self, most: int | None, *, at_once: bool) -> Pictures:
        """Return what draws pictures, with a cache of its own for those that are quick to redraw.

        Parameters
        ----------
        most : int
            Pictures in that cache.
        at_once : bool
            Whether to cache from the first request on; see ``Pictures``.
        """
        return Pictures(self.screens, most, at_once=at_once)

    def levels(self, key: Hashable, make: Callable[[], Totals | None]) -> Totals | None:
        """Return cached waterfall sums, computed if missing; None if that was cancelled."""
        return self._levels.get(key, make)

    def slopes(
        self, key: Hashable, make: Callable[[], Mapping[str, float] | None]
    ) -> Mapping[str, float] | None:
        """Return cached derivatives of a total, computed if missing; None if that was cancelled."""
        return self._slopes.get(key, make)

    def preset_totals(self, scenario: Scenario) -> Totals:
        """Return the totals of a preset, computed when first asked for."""
        key = (scenario.system, scenario.preset)
        return self._preset_totals.get(key, lambda: self.result(scenario).totals)

    def reference_sums(self, name: str) -> np.ndarray | None:
        """Return the sums of a reference product of the scene by region and class; or None."""
        return self._references.get(name, lambda: reference_sums(self.scene, name))
