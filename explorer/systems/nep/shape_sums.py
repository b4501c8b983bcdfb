"""Area sums of NPP and Rh over shapes; a cell on the edge counts by the share covered.

The sums are those of ``npp_sums``, with fraction * area as a cell's weight. One pass over the
blocks that a shape touches serves every epsilon_max, clumping scheme and PAR share.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from explorer.analysis.totals import covered_area
from explorer.scene.loops import group_sums
from explorer.scene.scene import Scene
from explorer.scene.shapes.cover import Cover
from explorer.systems.nep.classes import CLASSES
from explorer.systems.nep.forcing import NepScene
from explorer.systems.nep.npp_sums import MOST_BLOCKS, ClumpedSums, flux_sums, sum_blocks, together
from explorer.systems.nep.parameters import NepParameters
from explorer.systems.nep.passes import FirstPass


@dataclass(frozen=True, eq=False, repr=False)
class ShapeSums:
    """What a shape's totals are made of, for every scenario with the same first pass."""

    clumped: ClumpedSums | None  # by class; None = no land under the shape
    rh: np.ndarray  # (12, classes) [g C m-2 month-1 km2]
    area: np.ndarray  # (classes,) [km2] of land

    @property
    def nbytes(self) -> int:
        """Memory that the sums take, nearly all of it the list of cells near FPAR's limit."""
        return 0 if self.clumped is None else sum(column.nbytes for column in self.clumped.near)

    def fluxes(self, ci_ref: np.ndarray, parameters: NepParameters) -> dict[str, np.ndarray]:
        """Return the sums of NPP, Rh and NEP, exact, (12, classes). [g C m-2 month-1 km2]."""
        unit = np.zeros_like(self.rh) if self.clumped is None else self.clumped.npp(ci_ref)[0]
        return flux_sums(unit, self.rh, parameters)


def sum_shape(
    scene: NepScene, base: FirstPass, parameters: NepParameters, covered: Cover, lowest: float
) -> ShapeSums:
    """Run the pass over the cells of a shape.

    Parameters
    ----------
    scene : NepScene
    base : FirstPass
        Of the same scene.
    parameters : NepParameters
        Of the base.
    covered : Cover
        Of the same scene.
    lowest : float
        The smallest reference clumping index that will be asked for.
    """
    classes = len(CLASSES)
    clumped, rh, area = [], np.zeros((12, classes)), np.zeros(classes)
    for part in _touched(scene.scene, covered):
        weight = covered_area(scene.scene, covered, part)
        group = scene.forcing.vegetation[part].astype(np.int32)
        rh += group_sums(base.rh[part], weight, group, classes)
        area += np.bincount(group.reshape(-1), weight.reshape(-1), classes)
        # A cell without weight is left out, so that it is not listed near the limit either.
        weight[weight == 0] = np.nan
        clumped.append(sum_blocks(scene, base, parameters, part, weight, group, classes, lowest))
    return ShapeSums(together(clumped) if clumped else None, rh, area)


def _touched(scene: Scene, covered: Cover) -> Iterator[slice]:
    """Yield runs of neighbouring blocks that hold the shape's cells."""
    blocks, size = scene.blocked_vegetation.shape
    mark = np.zeros(blocks + 1, dtype=np.int64)
    np.add.at(mark, covered.first // size, 1)
    np.add.at(mark, (covered.stop - 1) // size + 1, -1)
    touched = np.flatnonzero(np.cumsum(mark) > 0)
    for run in np.split(touched, np.flatnonzero(np.diff(touched) > 1) + 1):
        for start in range(0, run.size, MOST_BLOCKS):
            chunk = run[start : start + MOST_BLOCKS]
            yield slice(int(chunk[0]), int(chunk[-1]) + 1)
