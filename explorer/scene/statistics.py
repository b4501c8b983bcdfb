"""What a scene tells of its classes: extremes of the vegetation index, mean clumping."""

from typing import NamedTuple

import numpy as np

from explorer.equations.canopy import simple_ratio
from explorer.errors import SchemaError
from explorer.land import CLASSES
from explorer.scene.loops import group_sums

UPPER_PERCENTILE = 95.0
LOWER_PERCENTILE = 5.0


class IndexLimits(NamedTuple):
    """Bare ground and full cover of each class, [1]; arrays of shape (classes,)."""

    ndvi_min: np.ndarray
    ndvi_max: np.ndarray
    sr_min: np.ndarray
    sr_max: np.ndarray


def index_limits(ndvi: np.ndarray, vegetation: np.ndarray) -> IndexLimits:
    """Class extremes from the scene: the default of ``fpar_limits``.

    NDVImax is the 95th percentile, over the class's pixels, of their yearly maxima; NDVImin the 5th
    percentile of all its monthly values; the SR limits follow from them (Liang et al. 2023, Eqs. 4
    and 6, leave the choice open). A class without pixels has NaN.

    Parameters
    ----------
    ndvi : array, shape (12, cells). [1]
    vegetation : array of int, shape (cells,)
        Position in ``land.CLASSES``.

    Raises
    ------
    SchemaError
        When the NDVI of a class does not vary at all, so that FPAR is undefined.
    """
    high = np.full(len(CLASSES), np.nan, dtype=np.float32)
    low = high.copy()
    for position in np.unique(vegetation):
        members = ndvi[:, vegetation == position]
        high[position] = np.percentile(members.max(axis=0), UPPER_PERCENTILE)
        low[position] = np.percentile(members, LOWER_PERCENTILE)
    return limits_between(low, high)


def limits_between(low: np.ndarray, high: np.ndarray) -> IndexLimits:
    """Return the limits that follow from the NDVI extremes of each class, (classes,).

    Raises
    ------
    SchemaError
        When the NDVI of a class does not vary at all, so that FPAR is undefined.
    """
    flat = [CLASSES[position] for position in np.flatnonzero(high - low < 1e-6)]
    if flat:
        raise SchemaError(
            [
                f"ndvi: does not vary in class {name}, so its FPAR is undefined; "
                "map its codes to another class, or run with fpar_limits=table"
                for name in flat
            ]
        )
    return IndexLimits(low, high, np.asarray(simple_ratio(low)), np.asarray(simple_ratio(high)))


def mean_clumping(ci: np.ndarray, vegetation: np.ndarray) -> np.ndarray:
    """Average the CI of each class's pixels in each month: the reference of scheme II.

    Liang et al. (2023), section III-A1, scheme II. Missing and non-positive values do not count.

    Parameters
    ----------
    ci : array, shape (blocks, 12, BLOCK). [1]
    vegetation : array of int, shape (blocks, BLOCK)

    Returns
    -------
    float32 array, shape (12, classes); NaN where a class has no value. [1]
    """
    return mean_of(*clumping_sums(ci, vegetation))


def clumping_sums(ci: np.ndarray, vegetation: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return sum and number of the positive CI values of each class and month, (12, classes)."""
    ones = np.ones(vegetation.shape)
    positive = np.where(ci > 0, ci, np.float32(np.nan))
    counted = np.where(ci > 0, np.float32(1), np.float32(np.nan))
    sums, counts = (
        group_sums(values, ones, vegetation, len(CLASSES)) for values in (positive, counted)
    )
    return sums, counts


def mean_of(sums: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Return means, float32; NaN where nothing was counted."""
    with np.errstate(invalid="ignore"):
        return (sums / counts).astype(np.float32)
