"""How well estimates meet observations: each number defined once, pairs with a gap left out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np


@dataclass(frozen=True)
class Scores:
    """The agreement of some pairs; NaN where it is not defined."""

    n: int
    r: float  # [1], signed
    r2: float  # [1]
    nse: float  # [1]
    rmse: float  # in the unit of the values, as the next two
    bias: float
    intercept: float
    slope: float  # [1]

    @property
    def inverse(self) -> bool:
        """Whether estimates fall where observations rise, which R² does not tell."""
        return self.r < 0


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
    def bands(self) -> Mapping[str, tuple[float, float]]:
        """Fitted class -> lowest and highest value when one of its towers is left out.

        A class with one tower has none.
        """
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
    r = correlation(x, y)
    return Scores(
        int(both.sum()),
        r,
        r**2,  # as ``r_squared``
        nash_sutcliffe(x, y),
        root_mean_square_error(x, y),
        mean_bias(x, y),
        intercept,
        slope,
    )


def correlation(observed: np.ndarray, estimated: np.ndarray) -> float:
    """Return Pearson's correlation, signed; NaN below two pairs or where a side does not vary."""
    if observed.size < 2 or np.ptp(observed) == 0 or np.ptp(estimated) == 0:
        return np.nan
    return float(np.corrcoef(observed, estimated)[0, 1])


def r_squared(observed: np.ndarray, estimated: np.ndarray) -> float:
    """Return the squared Pearson correlation.

    Liang et al. (2023) give R² without a definition. This one is blind to bias, scale and sign;
    ``nash_sutcliffe`` sees them.
    """
    return correlation(observed, estimated) ** 2


def nash_sutcliffe(observed: np.ndarray, estimated: np.ndarray) -> float:
    """Return the model efficiency 1 - SSE/SST (Nash and Sutcliffe 1970, J. Hydrol. 10:282).

    1 is perfect; 0 is as good as the mean of the observations, and below 0 is worse than that mean.
    NaN below two pairs, or where the observations do not vary.
    """
    spread = np.sum((observed - observed.mean()) ** 2) if observed.size > 1 else 0.0
    return float(1 - np.sum((estimated - observed) ** 2) / spread) if spread > 0 else np.nan


def root_mean_square_error(observed: np.ndarray, estimated: np.ndarray) -> float:
    """Return the root of the mean squared difference; NaN without a pair."""
    return float(np.sqrt(np.mean((estimated - observed) ** 2))) if observed.size else np.nan


def mean_bias(observed: np.ndarray, estimated: np.ndarray) -> float:
    """Return the mean of estimate minus observation; NaN without a pair."""
    return float(np.mean(estimated - observed)) if observed.size else np.nan


def percent_bias(observed: np.ndarray, estimated: np.ndarray) -> float:
    """Return PBIAS, 100 sum(p - o) / sum(o), [percent]; NaN where the observations sum to 0.

    Zeng et al. (2023), Eq. 5. Positive = too much is estimated.
    """
    whole = float(np.sum(observed))
    return 100 * float(np.sum(estimated - observed)) / whole if whole else np.nan


def mean_absolute_percentage_error(observed: np.ndarray, estimated: np.ndarray) -> float:
    """Return MAPE, the mean of |(o - p) / o|, [percent]; NaN where an observation is 0.

    Zeng et al. (2023), Eq. 7.
    """
    if not observed.size or not np.all(observed):
        return np.nan
    return 100 * float(np.mean(np.abs((observed - estimated) / observed)))


def fitted_line(observed: np.ndarray, estimated: np.ndarray) -> tuple[float, float]:
    """Return slope and intercept of estimated = slope * observed + intercept (least squares)."""
    if observed.size < 2 or np.ptp(observed) == 0:
        return np.nan, np.nan
    away = observed - observed.mean()
    slope = float(np.sum(away * estimated) / np.sum(away**2))
    return slope, float(estimated.mean() - slope * observed.mean())


def mean_absolute_error(observed: np.ndarray, estimated: np.ndarray) -> float:
    """Return the mean of the differences without their sign; NaN without a pair.

    A pair with a NaN does not count.
    """
    both = np.isfinite(observed) & np.isfinite(estimated)
    return float(np.mean(np.abs(estimated[both] - observed[both]))) if both.any() else np.nan
