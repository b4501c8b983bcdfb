"""The algebra of NPP sums: NPP over some cells as a function of epsilon_max, PAR share and CI_ref.

In every cell and month (Liang et al. 2023, Eqs. 1, 2, 7 and 10)

    NPP = epsilon_max * par_share * w
    w = drive * min(fpar_0 * CI / CI_ref, fpar_max),    drive = light * efficiency

so the sum of a class is epsilon_max * par_share * (sum of w), and only the sum of w depends on
CI_ref. It is linear in 1 / CI_ref except where FPAR is held at its upper limit. So the sums for
CI_ref = 1 and no limit are stored, and with them a list of the cell-months that come near the
limit; what those exceed it by is taken off again:

    sum w = (sum of drive fpar_0 CI) / CI_ref
          - sum of drive max(fpar_0 CI / CI_ref - fpar_max, 0)
          + (sum where CI is not known, without clumping)

A reference below ``lowest`` would need cells that are not listed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from explorer.equations.balance import net_ecosystem_production
from explorer.scene.fields import Field
from explorer.systems.nep.classes import CLASSES, per_class
from explorer.systems.nep.forcing import NepScene
from explorer.systems.nep.npp_sum_loops import clumped_sums, excess_sums, near_limit
from explorer.systems.nep.parameters import NepParameters
from explorer.systems.nep.passes import FirstPass, fpar_before_clumping

LOWEST_REFERENCE = 0.55

MOST_BLOCKS = 32  # summed at a time; bounds the memory of what is computed for them


@dataclass(frozen=True, eq=False, repr=False)
class ClumpedSums:
    """What NPP sums to by month and group, for epsilon_max = 1 and PAR share 1."""

    fpar_max: float
    plain: np.ndarray  # (12, groups) without clumping
    known: np.ndarray  # (12, groups) where CI is known, for CI_ref = 1 and no limit
    unknown: np.ndarray  # (12, groups) where it is not
    unknown_cells: np.ndarray  # (12, groups) how many those are
    near: tuple[np.ndarray, ...]  # product, weight, month, group
    lowest: float = LOWEST_REFERENCE  # the smallest reference that the list serves

    def reaches(self, ci_ref: np.ndarray) -> bool:
        """Tell whether the listed cells suffice for these references."""
        return not (ci_ref < self.lowest).any()

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


def together(parts: Sequence[ClumpedSums]) -> ClumpedSums:
    """Add the sums of disjoint sets of cells."""
    added = ("plain", "known", "unknown", "unknown_cells")
    return replace(
        parts[0],
        **{name: sum(getattr(part, name) for part in parts) for name in added},
        near=tuple(map(np.concatenate, zip(*(part.near for part in parts), strict=True))),
    )


def flux_sums(unit: np.ndarray, rh: np.ndarray, parameters: NepParameters) -> dict[str, np.ndarray]:
    """Return the sums of NPP, Rh and NEP of a scenario from the sums of w.

    Parameters
    ----------
    unit : array, shape (12, ..., classes)
        Sums of NPP for epsilon_max = 1 and PAR share 1, of the scenario's CI_ref.
    rh : array, same shape
    parameters : NepParameters

    Returns
    -------
    dict of arrays, same shape, float64. [g C m-2 month-1 km2]
    """
    epsilon_max = per_class(parameters.epsilon_max).astype(float)
    npp = unit * parameters.par_share * epsilon_max
    return {"rh": rh, "npp": npp, "nep": net_ecosystem_production(npp, rh)}


def sum_clumped(scene: NepScene, base: FirstPass, parameters: NepParameters) -> ClumpedSums:
    """Run the one full pass that the sums need."""
    place = scene.scene
    area, group = place.blocked_area, place.group
    groups = len(place.region_names) * len(CLASSES)
    starts = range(0, len(area), MOST_BLOCKS)
    parts = (slice(start, start + MOST_BLOCKS) for start in starts)
    return together(
        [sum_blocks(scene, base, parameters, p, area[p], group[p], groups) for p in parts]
    )


def sum_blocks(
    scene: NepScene,
    base: FirstPass,
    parameters: NepParameters,
    part: slice,
    area: np.ndarray,
    group: np.ndarray,
    groups: int,
    lowest: float = LOWEST_REFERENCE,
) -> ClumpedSums:
    """Sum what NPP is made of over some blocks.

    Parameters
    ----------
    scene : NepScene
    base : FirstPass
        Of the whole scene.
    parameters : NepParameters
        Of the base; those of the second pass do not matter.
    part : slice
        Which blocks.
    area : float64 array, shape (blocks of the part, BLOCK)
        Weight of each cell; NaN = does not take part.
    group : int32 array, shape (blocks of the part, BLOCK)
        A group's class is its remainder by the number of classes.
    groups : int
    lowest : float
        The smallest reference clumping index that will be asked for.
    """
    fields = base.drive[part], fpar_before_clumping(scene, parameters, part)
    fpar_max = parameters.fpar_max
    ci = scene.forcing.ci
    ci = Field(np.full_like(fields[0], np.nan)) if ci is None else ci[part]
    clumping, threshold = (ci.values, ci.coding), fpar_max * lowest
    sums, near = clumped_sums(*fields, *clumping, area, group, groups, fpar_max, threshold)
    plain, known, unknown, unknown_cells = sums
    listed = near_limit(*fields, *clumping, area, group, threshold, near)
    return ClumpedSums(fpar_max, plain, known, unknown, unknown_cells, listed, lowest)
