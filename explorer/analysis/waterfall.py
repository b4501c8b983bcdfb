"""Why NEP is what it is: from what the light could give, factor by factor, to NPP and NEP.

The steps are running products: potential = PAR x epsilon_max, then one factor after the other, then
NPP, then - Rh. Over months and cells the running products are summed; the effective factor of a
step is the ratio of one sum to the one before. So the factors multiply to NPP exactly, whatever was
summed. A factor's effective value depends on what stands before it in the order, since that weighs
the months and cells; in a single month of a single cell it is the factor itself.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np
from numba import njit

from explorer.analysis.totals import ALL, Totals
from explorer.scene.scene import Scene
from explorer.systems.nep.constants import per_class
from explorer.systems.nep.parameters import NepParameters

POTENTIAL = "potential"
STEPS = ("fpar_0", "clumping", "t_scalar_1", "t_scalar_2", "w_scalar")
"""The factors in the order of the steps."""


@dataclass(frozen=True)
class Step:
    """One step of the waterfall."""

    name: str
    factor: float  # effective [1]; NaN where nothing is left to reduce
    amount: float  # what is left after it [g C m-2 month-1, or yr-1 for the year]


@dataclass(frozen=True)
class Waterfall:
    """From potential to NEP; amounts in g C m-2 month-1, or yr-1 for the year."""

    potential: float
    steps: tuple[Step, ...]
    rh: float

    @property
    def npp(self) -> float:
        """What is left after the last factor."""
        return self.steps[-1].amount

    @property
    def nep(self) -> float:
        """NPP less respiration."""
        return self.npp - self.rh


def running_products(potential: np.ndarray, factors: Iterable[np.ndarray]) -> np.ndarray:
    """Return the potential, and what is left of it after each factor.

    Parameters
    ----------
    potential : array, any shape. [g C m-2 month-1]
    factors : iterable of arrays, same shape. [1]

    Returns
    -------
    float64 array, shape (1 + factors, ...)
    """
    return np.cumprod(np.stack([potential, *factors]).astype(np.float64), axis=0)


def waterfall(levels: np.ndarray, rh: np.ndarray, month: int | None = None) -> Waterfall:
    """Return the steps for one month or the year.

    Parameters
    ----------
    levels : array, shape (1 + steps, 12)
        Running products in the order of ``STEPS``, the potential first. [g C m-2 month-1]
    rh : array, shape (12,). [g C m-2 month-1]
    month : int, optional
        1 to 12; None for the year, the sum of the months.
    """
    months = slice(None) if month is None else slice(month - 1, month)
    amounts = np.asarray(levels, dtype=np.float64)[:, months].sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        factors = np.where(amounts[:-1] == 0, np.nan, amounts[1:] / amounts[:-1])
    steps = zip(STEPS, factors.tolist(), amounts[1:].tolist(), strict=True)
    return Waterfall(
        potential=float(amounts[0]),
        steps=tuple(Step(*step) for step in steps),
        rh=float(np.asarray(rh, dtype=np.float64)[months].sum()),
    )


def level_totals(
    scene: Scene,
    area: np.ndarray,
    blocks: Iterable[tuple[np.ndarray, np.ndarray]],
    proceed: Callable[[float], bool] = lambda share: True,
) -> Totals | None:
    """Sum the running products of all land cells by region, class and month.

    Parameters
    ----------
    scene : Scene
    area : array, shape (regions, classes). [km2]
    blocks : iterable of (factors, rh), one pair for each block
        ``factors`` (1 + steps, 12, BLOCK): potential and ``STEPS``; ``rh`` (12, BLOCK).
    proceed : callable
        Told the share done after every block; when it returns False the run ends.

    Returns
    -------
    Totals
        Of "potential", each of ``STEPS`` (what is left after it), and "rh".
    None, when told not to proceed.
    """
    count = scene.forcing.vegetation.shape[0]
    sums = np.zeros((len(STEPS) + 2, 12, area.size))
    for number, (factors, rh) in enumerate(blocks):
        place = (scene.blocked_area[number], scene.group[number])
        _add_levels(np.asarray(factors), np.asarray(rh), *place, sums)
        if not proceed((number + 1) / count):
            return None
    sums = sums.reshape(len(sums), 12, *area.shape)
    return Totals(scene.region_names, area, dict(zip((POTENTIAL, *STEPS, "rh"), sums, strict=True)))


def with_efficiency(unit: Totals, parameters: NepParameters) -> Totals:
    """Return the sums for the parameters' epsilon_max, from those for epsilon_max = 1.

    Every level is linear in it, class by class; Rh does not depend on it.
    """
    epsilon_max = per_class(parameters.epsilon_max).astype(np.float64)
    scaled = {name: sums * epsilon_max for name, sums in unit.sums.items() if name != "rh"}
    return replace(unit, sums=scaled | {"rh": unit.sums["rh"]})


def waterfall_of_place(
    totals: Totals,
    region: str = ALL,
    vegetation: str | None = None,
    month: int | None = None,
) -> Waterfall:
    """Return the area-weighted steps of a region, of a class, or of a class within a region.

    Parameters
    ----------
    totals : Totals
        From ``level_totals``.
    region : str
    vegetation : str, optional
        A class of ``land.CLASSES``.
    month : int, optional
        1 to 12; None for the year.
    """
    levels = [totals.monthly(name, region, vegetation) for name in (POTENTIAL, *STEPS)]
    return waterfall(np.stack(levels), totals.monthly("rh", region, vegetation), month)


@njit(cache=True, nogil=True)
def _add_levels(factors, rh, area, group, sums):  # pragma: no cover (compiled)
    """Add the running products of one block, and its rh, to the sums (levels + 1, 12, groups)."""
    levels, months, size = factors.shape
    for month in range(months):
        for cell in range(size):
            member = group[cell]
            amount = area[cell]
            if rh[month, cell] != rh[month, cell]:
                continue
            sums[levels, month, member] += amount * rh[month, cell]
            for level in range(levels):
                amount *= factors[level, month, cell]
                sums[level, month, member] += amount
