"""Area sums of NPP, Rh and NEP over shapes; a cell on the edge counts by the share covered.

The sums are those of ``totals``, with fraction * area as a cell's weight. One pass over the blocks
that a shape touches serves every epsilon_max, clumping scheme and PAR share.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from explorer.analysis.totals import Totals
from explorer.scene.loops import group_sums
from explorer.scene.scene import Scene
from explorer.scene.shapes.cover import Cover
from explorer.systems.nep.clumped import LOWEST_REFERENCE, ClumpedSums, sum_blocks
from explorer.systems.nep.constants import finish, per_class
from explorer.systems.nep.parameters import NepParameters
from explorer.systems.nep.passes import Base
from explorer.tables.classes import CLASSES

MOST_BLOCKS = 32  # summed at a time; bounds the memory of the weights


@dataclass(frozen=True, eq=False, repr=False)
class ShapeSums:
    """What a shape's totals are made of, for every scenario with the same first pass."""

    clumped: ClumpedSums | None  # by class; None = no land under the shape
    rh: np.ndarray  # (12, classes) [g C m-2 month-1 km2]
    area: np.ndarray  # (classes,) [km2] of land
    _npp: dict[bytes, np.ndarray] = field(default_factory=dict)

    @property
    def nbytes(self) -> int:
        """Memory that the sums take, nearly all of it the list of cells near FPAR's limit."""
        return 0 if self.clumped is None else sum(column.nbytes for column in self.clumped.near)

    def serve(self, scene: Scene, parameters: NepParameters) -> bool:
        """Tell whether the sums can be read for these reference clumping indices."""
        return self.clumped is None or self.clumped.reaches(finish(scene, parameters).ci_ref)

    def totals(self, scene: Scene, parameters: NepParameters, name: str) -> Totals:
        """Return the shape's totals, exact, as a region of its own.

        Parameters
        ----------
        scene : Scene
        parameters : NepParameters
            With the first pass that the sums were made of, and references that they ``serve``.
        name : str
            Of the region.
        """
        table = finish(scene, parameters)
        key = table.ci_ref.tobytes()
        if key not in self._npp:
            none = np.zeros_like(self.rh)
            self._npp[key] = none if self.clumped is None else self.clumped.npp(table.ci_ref)[0]
        epsilon_max = per_class(parameters.epsilon_max).astype(float)
        npp = self._npp[key] * parameters.par_share * epsilon_max
        of_rh = Totals((name,), self.area[np.newaxis], {"rh": self.rh[:, np.newaxis]})
        return of_rh.with_npp(npp[:, np.newaxis])


def sum_shape(scene: Scene, base: Base, parameters: NepParameters, covered: Cover) -> ShapeSums:
    """Run the pass over the cells of a shape.

    Parameters
    ----------
    scene : Scene
    base : Base
        Of the same scene and of parameters with the same ``nep.base_key``.
    parameters : NepParameters
    covered : Cover
        Of the same scene.
    """
    classes = len(CLASSES)
    ci_ref = finish(scene, parameters).ci_ref
    lowest = min(LOWEST_REFERENCE, *ci_ref[np.isfinite(ci_ref)].tolist(), LOWEST_REFERENCE)
    clumped, rh, area = None, np.zeros((12, classes)), np.zeros(classes)
    for part in _touched(scene, covered):
        weight = _weights(scene, covered, part)
        group = scene.forcing.vegetation[part].astype(np.int32)
        rh += group_sums(base.rh[part], weight, group, classes)
        area += np.bincount(group.reshape(-1), weight.reshape(-1), classes)
        # What has no weight takes no part, so that it is not listed either.
        weight[weight == 0] = np.nan
        sums = sum_blocks(
            scene, base, parameters.fpar_max, part, weight, group, classes, lowest
        )  # fmt: skip
        clumped = sums if clumped is None else clumped + sums
    return ShapeSums(clumped, rh, area)


def _touched(scene: Scene, covered: Cover) -> Iterator[slice]:
    """Yield runs of neighbouring blocks that hold the shape's cells."""
    blocks, size = scene.forcing.vegetation.shape
    mark = np.zeros(blocks + 1, dtype=np.int64)
    np.add.at(mark, covered.first // size, 1)
    np.add.at(mark, (covered.stop - 1) // size + 1, -1)
    touched = np.flatnonzero(np.cumsum(mark) > 0)
    for run in np.split(touched, np.flatnonzero(np.diff(touched) > 1) + 1):
        for start in range(0, run.size, MOST_BLOCKS):
            chunk = run[start : start + MOST_BLOCKS]
            yield slice(int(chunk[0]), int(chunk[-1]) + 1)


def _weights(scene: Scene, covered: Cover, part: slice) -> np.ndarray:
    """Return the area of each cell of some blocks that the shape covers, [km2]."""
    size = scene.forcing.vegetation.shape[1]
    fraction = covered.fractions(part.start * size, part.stop * size)
    return scene.blocked_area[part] * fraction.reshape(-1, size)
