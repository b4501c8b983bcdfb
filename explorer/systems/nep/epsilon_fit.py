"""Fit epsilon_max to towers: NEP = epsilon_max * (NPP of epsilon_max 1) - Rh is linear in it.

So a bounded least squares per class answers at once. How much of the gain would hold at a tower
that was not seen is estimated by leaving out each tower in turn.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from explorer.analysis.scores import Scores, scores
from explorer.systems.nep.classes import CLASSES
from explorer.systems.nep.parameters import NepParameters

DECIMALS = 4
"""Digits of a fitted epsilon_max, [g C MJ-1]: a hundredth of a per cent, and fit to be read."""


@dataclass(frozen=True, eq=False)
class SiteMonths:
    """Observed months and what the model makes of them; arrays of shape (rows,)."""

    observed: np.ndarray  # NEP [g C m-2 month-1]
    unit_npp: np.ndarray  # NPP for epsilon_max = 1 [g C m-2 month-1 per g C MJ-1]
    rh: np.ndarray  # [g C m-2 month-1]
    vegetation: np.ndarray  # position in classes.CLASSES
    site: np.ndarray  # any label of the tower

    def part(self, rows: np.ndarray) -> "SiteMonths":
        """Return some of the rows."""
        return SiteMonths(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))

    def estimated(self, epsilon_max: np.ndarray) -> np.ndarray:
        """Return NEP for epsilon_max of each class, [g C m-2 month-1]."""
        return epsilon_max[self.vegetation] * self.unit_npp - self.rh


@dataclass(frozen=True, eq=False)
class EpsilonFit:
    """What the fit found, and how far to trust it."""

    before: Mapping[str, float]  # class -> epsilon_max [g C MJ-1]
    after: Mapping[str, float]  # the same, fitted where a tower constrains the class
    towers: Mapping[str, int]  # class -> number of towers, of the fitted classes
    bands: Mapping[str, tuple[float, float]]  # class -> range when one of its towers is left out
    at_bound: tuple[str, ...]  # fitted classes that the bounds of the parameter hold
    scores_before: Scores
    scores_fitted: Scores  # at the very towers that were fitted
    scores_left_out: Scores  # each tower by a fit without it
    left_out: np.ndarray  # (rows,) NEP of the fit without the row's tower

    @property
    def unconstrained(self) -> tuple[str, ...]:
        """Classes that no tower constrains, left as they were."""
        return tuple(name for name in CLASSES if name not in self.towers)

    @property
    def single(self) -> tuple[str, ...]:
        """Fitted classes with one tower: without it they keep the value before the fit."""
        return tuple(name for name, count in self.towers.items() if count == 1)

    @property
    def changes(self) -> dict[str, float]:
        """What to give ``Scenario.with_values``."""
        return {f"epsilon_max.{name}": self.after[name] for name in self.towers}


def fit_epsilon_max(months: SiteMonths, before: Mapping[str, float]) -> EpsilonFit:
    """Fit epsilon_max of each class that has a tower, within the bounds of the parameter table.

    Every month counts the same. Months with a gap, or without light, do not constrain.

    Parameters
    ----------
    months : SiteMonths
    before : mapping of class -> epsilon_max
        Of the scenario that the months were run with. [g C MJ-1]
    """
    start = np.array([before[name] for name in CLASSES], dtype=float)
    values, at_bound = _solved(months, start)
    useful = _useful(months)
    towers = {
        name: np.unique(months.site[useful & (months.vegetation == position)]).size
        for position, name in enumerate(CLASSES)
    }
    left_out = np.full(months.observed.shape, np.nan)
    others: dict[str, list[float]] = {name: [] for name, count in towers.items() if count > 1}
    for site in np.unique(months.site):
        without, _ = _solved(months.part(months.site != site), start)
        rows = months.site == site
        left_out[rows] = months.part(rows).estimated(without)
        for position in np.unique(months.vegetation[rows & useful]):
            if CLASSES[position] in others:
                others[CLASSES[position]].append(float(without[position]))
    return EpsilonFit(
        before=dict(before),
        after=dict(zip(CLASSES, values.tolist(), strict=True)),
        towers={name: count for name, count in towers.items() if count},
        bands={name: (min(found), max(found)) for name, found in others.items()},
        at_bound=tuple(name for name, held in zip(CLASSES, at_bound, strict=True) if held),
        scores_before=scores(months.observed, months.estimated(start)),
        scores_fitted=scores(months.observed, months.estimated(values)),
        scores_left_out=scores(months.observed, left_out),
        left_out=left_out,
    )


def _useful(months: SiteMonths) -> np.ndarray:
    known = np.isfinite(months.observed) & np.isfinite(months.unit_npp) & np.isfinite(months.rh)
    return known & (months.unit_npp > 0)


def _solved(months: SiteMonths, start: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return epsilon_max of all classes, fitted where possible, and which a bound holds."""
    values, at_bound = start.copy(), np.zeros(start.size, dtype=bool)
    rows = _useful(months)
    present = np.unique(months.vegetation[rows])
    if not present.size:
        return values, at_bound
    design = np.where(
        months.vegetation[rows, np.newaxis] == present, months.unit_npp[rows, np.newaxis], 0.0
    )
    target = months.observed[rows] + months.rh[rows]
    low, high = NepParameters.__dataclass_fields__["epsilon_max"].metadata["bounds"]
    # Here and not above: it takes a third of a second, which a page without towers need not wait.
    from scipy.optimize import lsq_linear

    found = lsq_linear(design, target, bounds=(low, high), method="bvls")
    values[present] = np.clip(np.round(found.x, DECIMALS), low, high)
    at_bound[present] = found.active_mask != 0
    return values, at_bound
