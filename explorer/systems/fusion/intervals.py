"""Prediction intervals that hold where whole studies were held out, and where they do not."""

import math
from collections.abc import Mapping

import numpy as np

from explorer.systems.fusion.forest import Calibration, widened
from explorer.systems.fusion.scoring import HeldOut

LEVEL = 0.9

ZONES: dict[str, tuple[float, float]] = {
    "tropics (to 23.5 degrees)": (0.0, 23.5),
    "23.5 to 35 degrees": (23.5, 35.0),
    "35 to 50 degrees": (35.0, 50.0),
    "beyond 50 degrees": (50.0, 90.1),
}
"""By distance from the equator, of either hemisphere."""


def misses(observed: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Return how far outside its interval each observation lies, in logarithms; negative inside."""
    return np.maximum(np.log(low) - np.log(observed), np.log(observed) - np.log(high))


def widening(missed: np.ndarray, level: float) -> float:
    """Return what the logarithms of both ends move by to cover a share of the observations.

    The smallest that covers ceil((n + 1) level) of n: the finite-sample rule of split conformal
    prediction (Romano et al. 2019, Eq. 8). Infinite where there are too few observations.

    Examples
    --------
    >>> widening(np.array([0.3, -0.1, 0.2, 0.0, 0.1, -0.2, 0.5, 0.4, -0.3]), 0.9)
    0.5
    """
    rank = math.ceil((missed.size + 1) * level)
    return float(np.sort(missed)[rank - 1]) if rank <= missed.size else math.inf


def calibrated(observed: np.ndarray, held_out: HeldOut, level: float = LEVEL) -> Calibration:
    """Return the calibration that all folds together give."""
    return Calibration(level, widening(misses(observed, held_out.low, held_out.high), level))


def covered(observed: np.ndarray, held_out: HeldOut, level: float = LEVEL) -> np.ndarray:
    """Return whether each sample lies in its interval, calibrated on the other folds alone."""
    missed = misses(observed, held_out.low, held_out.high)
    inside = np.zeros(observed.size, dtype=bool)
    for number in np.unique(held_out.fold):
        mine = held_out.fold == number
        low, high = widened(held_out.low[mine], held_out.high[mine], widening(missed[~mine], level))
        inside[mine] = (low <= observed[mine]) & (observed[mine] <= high)
    return inside


def coverage_by_zone(inside: np.ndarray, lat: np.ndarray) -> Mapping[str, tuple[int, float]]:
    """Return zone -> number of samples, and the share of them inside their intervals."""
    away = np.abs(lat)
    found = {}
    for zone, (near, far) in ZONES.items():
        mine = (near <= away) & (away < far)
        if mine.any():
            found[zone] = (int(mine.sum()), float(inside[mine].mean()))
    return found
