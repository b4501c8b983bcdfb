"""Totals of a session's shapes, for any result; what they are made of is kept between edits."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from shapely.geometry import MultiPolygon

from explorer.analysis.shape_totals import ShapeSums, sum_shape
from explorer.analysis.totals import SUMMED, Totals
from explorer.analysis.vegetation import reference_by_class
from explorer.pipeline import Result
from explorer.scene.shapes.cover import Cover, cover
from explorer.scene.shapes.shape import Origin, Shape
from explorer.session.opened import Shared
from explorer.systems.nep.parameters import NepParameters
from explorer.systems.scenario import preset
from explorer.tables.classes import CLASSES

MOST_BYTES = 200_000_000
"""Kept sums of a session; a shape as large as China takes 90 MB at 1 km."""

MOST_JOINED = 8  # totals kept: those of A, of B, of the presets, and of the edit before

Place = tuple[MultiPolygon, Origin]


class ShapeBook:
    """Knows which cells shapes cover and what those sum to; a new name costs nothing."""

    def __init__(self, shared: Shared) -> None:
        self.shared = shared
        self._covers: OrderedDict[Place, Cover] = OrderedDict()
        self._joined: OrderedDict[tuple, Totals] = OrderedDict()
        self._sums: OrderedDict[tuple[Place, NepParameters], ShapeSums] = OrderedDict()

    def cover(self, shape: Shape) -> Cover:
        """Return the land cells under a shape."""
        place = (shape.polygons, shape.origin)
        if place not in self._covers:
            self._covers[place] = cover(self.shared.scene, shape)
        return self._covers[place]

    def totals(self, result: Result, shapes: Sequence[Shape]) -> Totals:
        """Return the totals of a result with a row for each shape beside its regions.

        A preview knows only some cells, so it has no totals of shapes: their rows are missing
        values until the whole has arrived.
        """
        if not shapes:
            return result.totals
        complete = result.scene is self.shared.scene
        key = (complete, result.scenario.parameters, tuple(shapes))
        if key not in self._joined:
            rows = [self._row(result, s) if complete else _unknown(s) for s in shapes]
            self._joined[key] = result.totals.with_places(rows)
            if len(self._joined) > MOST_JOINED:
                self._joined.popitem(last=False)
        return self._joined[key]

    def preset_totals(self, name: str, shapes: Sequence[Shape]) -> Totals:
        """Return the totals of a published model version with a row for each shape.

        At 1 km a first pass takes seconds and is not run for this alone: where it is not kept any
        more, the rows are missing values.
        """
        totals = self.shared.preset_totals(name)
        if not shapes:
            return totals
        scenario = preset(name)
        kept = self.shared.kept(scenario)
        if kept is None and self.shared.instant:
            kept = self.shared.keep(scenario)
        if kept is None:
            return totals.with_places([_unknown(shape) for shape in shapes])
        return self.totals(Result(self.shared.scene, scenario, kept), shapes)

    def reference_by_class(self, shape: Shape) -> np.ndarray | None:
        """Return what ``analysis.vegetation.reference_by_class`` tells of a shape, (2, 1, classes).

        None without a reference product.
        """
        scene = self.shared.scene
        if scene.reference_npp is None:
            return None
        fractions = self.cover(shape).fractions(0, scene.cells)
        sums = reference_by_class(replace(scene, area=scene.area * fractions))
        return sums.sum(axis=1, keepdims=True)

    def forget(self, shapes: Sequence[Shape]) -> None:
        """Drop what belongs to none of these shapes."""
        places = {(shape.polygons, shape.origin) for shape in shapes}
        for place in [place for place in self._covers if place not in places]:
            del self._covers[place]
        for key in [key for key in self._sums if key[0] not in places]:
            del self._sums[key]

    def _row(self, result: Result, shape: Shape) -> Totals:
        scene, parameters = self.shared.scene, result.scenario.parameters
        key = ((shape.polygons, shape.origin), result.kept.key)
        sums = self._sums.get(key)
        if sums is None or not sums.serve(scene, parameters):
            sums = sum_shape(scene, result.kept.base, parameters, self.cover(shape))
            self._sums[key] = sums
            while len(self._sums) > 1 and sum(s.nbytes for s in self._sums.values()) > MOST_BYTES:
                self._sums.popitem(last=False)
        self._sums.move_to_end(key)
        return sums.totals(scene, parameters, shape.name)


def _unknown(shape: Shape) -> Totals:
    """Return a row of missing values."""
    missing = np.full((12, 1, len(CLASSES)), np.nan)
    return Totals((shape.name,), missing[0], dict.fromkeys(SUMMED, missing))
