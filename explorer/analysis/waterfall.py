"""Why a number is what it is: from a potential, factor by factor, to a product, and terms after it.

The steps are running products: the potential, then one factor after the other, then the product, to
which terms are added. Over periods and cells the running products are summed; the effective factor
of a step is the ratio of one sum to the one before. So the factors multiply to the product exactly,
whatever was summed. A factor's effective value depends on what stands before it in the order, since
that weighs the periods and cells; in a single step of a single cell it is the factor itself.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numba import njit

from explorer.analysis.totals import ALL, Totals
from explorer.scene.scene import Scene
from explorer.tables.periods import YEAR, Period, Periods
from explorer.tables.unit import Unit

POTENTIAL = "potential"


@dataclass(frozen=True)
class Step:
    """One step of the waterfall."""

    name: str
    factor: float  # effective [1]; NaN where nothing is left to reduce
    amount: float  # what is left after it


@dataclass(frozen=True)
class Waterfall:
    """From potential to result; amounts in the unit of the result, of one step or of the year."""

    potential: float
    steps: tuple[Step, ...]
    terms: Mapping[str, float]  # what is added after the product, by name

    @property
    def product(self) -> float:
        """What is left after the last factor."""
        return self.steps[-1].amount

    @property
    def result(self) -> float:
        """The product and the terms together."""
        return self.product + sum(self.terms.values())


def running_products(potential: np.ndarray, factors: Iterable[np.ndarray]) -> np.ndarray:
    """Return the potential, and what is left of it after each factor.

    Parameters
    ----------
    potential : array, any shape
    factors : iterable of arrays, same shape. [1]

    Returns
    -------
    float64 array, shape (1 + factors, ...)
    """
    return np.cumprod(np.stack([potential, *factors]).astype(np.float64), axis=0)


def waterfall(
    levels: np.ndarray,
    terms: Mapping[str, np.ndarray],
    names: Sequence[str],
    weights: np.ndarray,
    period: Period = YEAR,
) -> Waterfall:
    """Return the steps of one period.

    Parameters
    ----------
    levels : array, shape (1 + factors, steps)
        Running products in the order of ``names``, the potential first.
    terms : mapping of arrays, shape (steps,)
    names : sequence of str
        Of the factors.
    weights : array, shape (steps,)
        What each step counts for in the year (see ``Periods.weights``).
    period : Period
    """
    if period.step is None:
        amounts = (np.asarray(levels, dtype=np.float64) * weights).sum(axis=1)
        added = {name: float((values * weights).sum()) for name, values in terms.items()}
    else:
        amounts = np.asarray(levels, dtype=np.float64)[:, period.step - 1]
        added = {name: float(values[period.step - 1]) for name, values in terms.items()}
    with np.errstate(invalid="ignore", divide="ignore"):
        factors = np.where(amounts[:-1] == 0, np.nan, amounts[1:] / amounts[:-1])
    steps = zip(names, factors.tolist(), amounts[1:].tolist(), strict=True)
    return Waterfall(float(amounts[0]), tuple(Step(*step) for step in steps), added)


def level_totals(
    scene: Scene,
    periods: Periods,
    unit: Unit,
    names: Sequence[str],
    blocks: Iterable[tuple[np.ndarray, np.ndarray]],
    proceed: Callable[[float], bool] = lambda share: True,
    weights: np.ndarray | None = None,
) -> Totals | None:
    """Sum the running products of all land cells by region, class and step.

    Parameters
    ----------
    scene : Scene
    periods : Periods
    unit : Unit
        Of the potential and the term.
    names : sequence of str
        The factors in their order, then the term.
    blocks : iterable of (factors, term), one pair for each block
        ``factors`` (1 + factors, steps, BLOCK): the potential and the factors; ``term``
        (steps, BLOCK).
    proceed : callable
        Called with the share done after every block; when it returns False the run ends.
    weights : array, shape (blocks, BLOCK), optional
        Area of each cell that counts; default all of it. [km2]

    Returns
    -------
    Totals
        Of "potential", each factor (what is left after it), and the term.
    None, when it did not proceed.
    """
    count = scene.blocked_vegetation.shape[0]
    shape = scene.area_by_group.shape
    area = scene.blocked_area if weights is None else weights
    levels = (POTENTIAL, *names)
    sums = np.zeros((len(levels), periods.steps, shape[0] * shape[1]))
    for number, (factors, term) in enumerate(blocks):
        cells = (area[number], scene.group[number])
        _add_levels(np.asarray(factors), np.asarray(term), *cells, sums)
        if not proceed((number + 1) / count):
            return None
    covered = scene.area_by_group
    if weights is not None:
        groups = scene.group.reshape(-1)
        covered = np.bincount(groups, weights.reshape(-1), shape[0] * shape[1]).reshape(shape)
    by_name = dict(zip(levels, sums.reshape(len(levels), periods.steps, *shape), strict=True))
    units = dict.fromkeys(levels, unit)
    return Totals(scene.region_names, scene.classes, periods, covered, by_name, units)


def waterfall_of(
    totals: Totals,
    factors: Sequence[str],
    terms: Sequence[str],
    region: str = ALL,
    vegetation: str | None = None,
    period: Period = YEAR,
) -> Waterfall:
    """Return the area-weighted steps of a region, of a class, or of a class within a region.

    Parameters
    ----------
    totals : Totals
        From ``level_totals``.
    factors, terms : sequences of str
    region : str
    vegetation : str, optional
    period : Period
    """
    where = region, vegetation, period.year
    levels = [totals.series(name, *where) for name in (POTENTIAL, *factors)]
    added = {name: totals.series(name, *where) for name in terms}
    weights = totals.periods.weights(totals.units[POTENTIAL], Period(None, period.year))
    return waterfall(np.stack(levels), added, factors, weights, period)


@njit(cache=True, nogil=True)
def _add_levels(factors, term, area, group, sums):  # pragma: no cover (compiled)
    """Add running products and term of one block to the sums (levels + 1, steps, groups)."""
    levels, steps, size = factors.shape
    for step in range(steps):
        for cell in range(size):
            member = group[cell]
            amount = area[cell]
            if term[step, cell] != term[step, cell]:
                continue
            sums[levels, step, member] += amount * term[step, cell]
            for level in range(levels):
                amount *= factors[level, step, cell]
                sums[level, step, member] += amount
