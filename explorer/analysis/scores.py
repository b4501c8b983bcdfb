"""How well estimates meet observations: each number defined once, pairs with a gap left out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np


@dataclass(frozen=True)
class Scores:
    """The agreement of some pairs; NaN where it is not defined."""

    n: int
    r2: float  # [1]
    rmse: float  # in the unit of the values, as the next two
    bias: float
    intercept: float
    slope: float  # [1]


class TowerFit(Protocol):
    """A parameter by class fitted to towers, and how far to trust it."""

    @property
    def changes(self) -> Mapping[str, float]:
        """What to give ``Scenario.with_values``."""
        ...

    @property
    def before(self) -> Mapping[str, float]:
        """Class -> value before the fit."""
        ...

    @property
    def after(self) -> Mapping[str, float]:
        """Class -> value, fitted where a tower constrains the class."""
        ...

    @property
    def towers(self) -> Mapping[str, int]:
        """Fitted class -> number of towers."""
        ...

    @property
    def at_bound(self) -> Sequence[str]:
        """Fitted classes that the bounds of the parameter hold."""
        ...

    @property
    def unconstrained(self) -> Sequence[str]:
        """Classes that no tower constrains."""
        ...

    @property
    def single(self) -> Sequence[str]:
        """Fitted classes with one tower."""
        ...

    @property
    def scores_before(self) -> Scores:
        """Scores of the values before."""
        ...

    @property
    def scores_fitted(self) -> Scores:
        """Scores at the very towers that were fitted."""
        ...

    @property
    def scores_left_out(self) -> Scores:
        """Scores of each tower by a fit without it."""
        ...


def scores(observed: np.ndarray, estimated: np.ndarray) -> Scores:
    """Return all scores of estimates against observations.

    Parameters
    ----------
    observed, estimated : arrays, same shape
        Any unit, the same for both; a pair with a NaN does not count.
    """
    both = np.isfinite(observed) & np.isfinite(estimated)
    x, y = np.asarray(observed, float)[both], np.asarray(estimated, float)[both]
    slope, intercept = fitted_line(x, y)
    return Scores(
        int(both.sum()),
        r_squared(x, y),
        root_mean_square_error(x, y),
        mean_bias(x, y),
        intercept,
        slope,
    )


def r_squared(observed: np.ndarray, estimated: np.ndarray) -> float:
    """Return the squared Pearson correlation.

    Liang et al. (2023) give R² without a definition. This one is blind to bias and scale, unlike
    1 - SSE/SST. NaN below two pairs, or where one side does not vary.
    """
    if observed.size < 2 or np.ptp(observed) == 0 or np.ptp(estimated) == 0:
        return np.nan
    return float(np.corrcoef(observed, estimated)[0, 1] ** 2)


def root_mean_square_error(observed: np.ndarray, estimated: np.ndarray) -> float:
    """Return the root of the mean squared difference; NaN without a pair."""
    return float(np.sqrt(np.mean((estimated - observed) ** 2))) if observed.size else np.nan


def mean_bias(observed: np.ndarray, estimated: np.ndarray) -> float:
    """Return the mean of estimate minus observation; NaN without a pair."""
    return float(np.mean(estimated - observed)) if observed.size else np.nan


def fitted_line(observed: np.ndarray, estimated: np.ndarray) -> tuple[float, float]:
    """Return slope and intercept of estimated = slope * observed + intercept (least squares)."""
    if observed.size < 2 or np.ptp(observed) == 0:
        return np.nan, np.nan
    away = observed - observed.mean()
    slope = float(np.sum(away * estimated) / np.sum(away**2))
    return slope, float(estimated.mean() - slope * observed.mean())
