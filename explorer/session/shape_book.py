"""Totals of a session's shapes, for any result."""

from collections.abc import Sequence

import numpy as np

from explorer.analysis.by_class import reference_sums
from explorer.analysis.totals import Totals
from explorer.cache import CACHES, Recent, recent
from explorer.scene.shapes.cover import Cover, cover
from explorer.scene.shapes.shape import Shape
from explorer.session.opened import Opened
from explorer.systems.layers import Layers
from explorer.systems.scenario import Scenario


class ShapeBook:
    """Knows which cells shapes cover and what those sum to; a new name costs nothing."""

    def __init__(self, opened: Opened) -> None:
        self.opened = opened
        self._covers: Recent[Cover] = recent(CACHES["covers"])
        self._joined: Recent[Totals] = recent(CACHES["joined_totals"])

    def cover(self, shape: Shape) -> Cover:
        """Return the land cells under a shape."""
        key = (shape.polygons, shape.origin)
        return self._covers.get(key, lambda: cover(self.opened.scene, shape))

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
        current = {(shape.polygons, shape.origin) for shape in shapes}
        self._covers.drop(lambda key: key not in current)
