"""Exact area sums of NPP for any table of reference clumping indices, without another full pass.

NPP is linear in 1/CI_ref except where FPAR is held at its upper limit. So the sums for CI_ref = 1
are kept, and with them a list of the cell-months that come near the limit; what those exceed it by
is taken off again. A reference below ``LOWEST_REFERENCE`` would need cells that are not listed.
"""

from dataclasses import dataclass

import numpy as np

from explorer.land import CLASSES
from explorer.models.nep import Base
from explorer.scene.loops import clumped_sums, excess_sums, near_limit
from explorer.scene.prepare import Scene

LOWEST_REFERENCE = 0.55


@dataclass(frozen=True, eq=False, repr=False)
class ClumpedSums:
    """What NPP sums to by month, region and class, for epsilon_max = 1 and PAR share 1."""

    fpar_max: float
    plain: np.ndarray  # (12, groups) without clumping
    known: np.ndarray  # (12, groups) where CI is known, for CI_ref = 1 and no limit
    unknown: np.ndarray  # (12, groups) where it is not
    unknown_cells: np.ndarray  # (12, groups) how many those are
    near: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]  # product, weight, month, group

    def reaches(self, ci_ref: np.ndarray) -> bool:
        """Tell whether the listed cells suffice for these references."""
        return not (ci_ref < LOWEST_REFERENCE).any()

    def npp(self, ci_ref: np.ndarray) -> tuple[np.ndarray, dict[str, int]]:
        """Return the sums for a table of references, and where a rule stepped in.

        Parameters
        ----------
        ci_ref : array, shape (12, classes)
            NaN throughout = no clumping. [1]

        Returns
        -------
        sums : array, shape (12, groups), float64
        counts : dict of int
            Cell-months where the ratio was set to 1, and where FPAR was held at its limit.
        """
        if np.isnan(ci_ref).all():
            return self.plain, {"ci_replaced": 0, "fpar_clipped": 0}
        groups = self.plain.shape[1]
        # A class without any known CI has no reference, and no cell that would need one.
        references = np.where(np.isnan(ci_ref), 1.0, ci_ref).astype(float)
        repeats = groups // len(CLASSES)
        spread = np.tile(references, repeats)
        excess, held = excess_sums(*self.near, references, self.fpar_max, groups)
        replaced = self.unknown_cells[np.tile(ci_ref > 0, repeats)].sum()
        counts = {"ci_replaced": int(replaced), "fpar_clipped": int(held)}
        return self.known / spread - excess + self.unknown, counts


def sum_clumped(scene: Scene, base: Base, fpar_max: float) -> ClumpedSums:
    """Run the one full pass that the sums need."""
    fields = (base.light, base.efficiency, base.fpar_0)
    groups = len(scene.region_names) * len(CLASSES)
    places = (scene.blocked_area, scene.group)
    ci = scene.forcing.ci
    if ci is None:
        ci = np.full_like(base.fpar_0, np.nan)
    threshold = fpar_max * LOWEST_REFERENCE
    sums, near = clumped_sums(*fields, ci, *places, groups, fpar_max, threshold)
    listed = near_limit(*fields, ci, *places, threshold, near)
    return ClumpedSums(fpar_max, *sums, listed)
