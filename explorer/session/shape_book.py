"""Totals of a session's shapes, for any result."""

from collections.abc import Hashable, Sequence

import numpy as np

from explorer.analysis.by_class import reference_sums
from explorer.analysis.totals import Totals
from explorer.cache import CACHES, Recent, recent
from explorer.scene.shapes.cover import Cover, Placed, cover_of, place
from explorer.scene.shapes.shape import Shape
from explorer.session.opened import Opened
from explorer.systems.layers import Layers, Proceed, always
from explorer.systems.scenario import Scenario, preset_of


class ShapeBook:
    """Knows which cells shapes cover and what those sum to; a new name costs nothing."""

    def __init__(self, opened: Opened) -> None:
        self.opened = opened
        self._covers: Recent[Cover] = recent(CACHES["covers"])
        self._outlines: Recent[list[list[np.ndarray]]] = recent(CACHES["outlines"])
        self._joined: Recent[Totals] = recent(CACHES["joined_totals"])

    def cover(self, shape: Shape) -> Cover:
        """Return the land cells under a shape."""
        return self._covers.get(
            _key(shape), lambda: cover_of(self.opened.scene, self._placed(shape).runs)
        )

    def outline(self, shape: Shape) -> list[list[np.ndarray]]:
        """Return the rings of each polygon of a shape as a map draws them, (corners, 2)."""
        return self._outlines.get(_key(shape), lambda: self._placed(shape).outline)

    def place(self, shapes: Sequence[Shape], proceed: Proceed = always) -> bool:
        """Find cells and outlines of shapes in another process, so that no thread here waits.

        Parameters
        ----------
        shapes : sequence of Shape
        proceed : callable
            Asked from time to time; False ends it.

        Returns
        -------
        bool
            Whether it was done to the end.

        Raises
        ------
        TooMuchError
            When it takes too long.
        """
        grid = self.opened.scene.grid
        for shape in shapes:
            key = _key(shape)
            if self._covers.peek(key) is not None and self._outlines.peek(key) is not None:
                continue
            placed = self.opened.jobs.apart.call(place, shape, grid, proceed=proceed)
            if placed is None:
                return False
            self._keep(key, placed)
        return True

    def sum_up(
        self, scenario: Scenario, shapes: Sequence[Shape], proceed: Proceed = always
    ) -> None:
        """Sum what a page asks of shapes at once: of a scenario, and of the presets beside it.

        At a size at which the slow part of a run takes long, only what has been run is summed.
        """
        if not shapes:
            return
        opened = self.opened
        start = opened.start if opened.instant else opened.started
        started = start(scenario)
        if started is not None and proceed(0.0):
            self.totals(started.layers(scenario), shapes)
        for name in scenario.system.presets:
            if proceed(0.0):
                self.preset_totals(preset_of(scenario.system, name), shapes)

    def totals(self, layers: Layers, shapes: Sequence[Shape], name: str = "") -> Totals:
        """Return the totals of a result with a row for each shape beside its regions.

        A preview knows only some cells, so it has no totals of shapes: their rows are missing
        values until the whole has arrived.

        Parameters
        ----------
        layers : Layers
        shapes : sequence of Shape
        name : str, optional
            A variable that has to be among them; what is not always summed is summed now, alone.
        """
        names = layers.summed if not name or name in layers.summed else (name,)
        if names == layers.summed and not shapes:
            return layers.totals
        scenario, complete = layers.scenario, layers.scene is self.opened.scene
        key = (complete, scenario.system, scenario.parameters, tuple(shapes), names)
        return self._joined.get(key, lambda: self.summed(layers, shapes, names))

    def summed(self, layers: Layers, shapes: Sequence[Shape], names: tuple[str, ...]) -> Totals:
        """Sum some variables of a result by region and by shape, whatever is cached."""
        always = names == layers.summed
        totals = layers.totals if always else layers.totals_of(names)
        if layers.scene is not self.opened.scene:
            return totals.with_places([totals.unknown(shape.name) for shape in shapes])
        places = []
        for shape in shapes:
            cover = self.cover(shape)
            places.append(
                layers.shape_totals(cover, shape.name)
                if always
                else layers.shape_totals_of(names, cover, shape.name)
            )
        return totals.with_places(places)

    def preset_totals(self, scenario: Scenario, shapes: Sequence[Shape]) -> Totals:
        """Return the totals of a preset with a row for each shape.

        At 1 km the slow part of a run takes seconds and is not run for this alone: where it is not
        stored any more, the rows are missing values.
        """
        totals = self.opened.preset_totals(scenario)
        if not shapes:
            return totals
        started = self.opened.started(scenario)
        if started is None and self.opened.instant:
            started = self.opened.start(scenario)
        if started is None:
            return totals.with_places([totals.unknown(shape.name) for shape in shapes])
        return self.totals(started.layers(scenario), shapes)

    def reference_sums(self, name: str, shape: Shape | None = None) -> np.ndarray | None:
        """Return the sums of a reference product by class, of the scene or under a shape."""
        if shape is None:
            return self.opened.reference_sums(name)
        return reference_sums(self.opened.scene, name, self.cover(shape))

    def forget(self, shapes: Sequence[Shape]) -> None:
        """Drop what belongs to none of these shapes."""
        current = {_key(shape) for shape in shapes}
        for kept in (self._covers, self._outlines):
            kept.drop(lambda key: key not in current)

    def _keep(self, key: Hashable, placed: Placed) -> None:
        self._outlines.get(key, lambda: placed.outline)
        self._covers.get(key, lambda: cover_of(self.opened.scene, placed.runs))

    def _placed(self, shape: Shape) -> Placed:
        return place(shape, self.opened.scene.grid)


def _key(shape: Shape) -> Hashable:
    """Return what a shape's place follows from; its name is no part of that."""
    return shape.polygons, shape.origin
