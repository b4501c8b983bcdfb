"""What is found in a scene of its classes: extremes of the vegetation index, mean clumping."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from explorer.equations.canopy import simple_ratio
from explorer.errors import SchemaError
from explorer.scene.loops import positive_sums
from explorer.scene.percentiles import class_percentiles
from explorer.systems.nep.classes import CLASSES
from explorer.systems.nep.variables import INPUTS

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
    ndvi : float32 array, shape (blocks, 12, BLOCK). [1]
        The padding is missing.
    vegetation : array of int, shape (blocks, BLOCK)
        Position in ``classes.CLASSES``.

    Raises
    ------
    SchemaError
        When the NDVI of a class does not vary at all, so that FPAR is undefined.
    """
    members, span = (vegetation, len(CLASSES)), INPUTS.rows["ndvi"].valid_range
    highest = ndvi.max(axis=1, keepdims=True)
    low = class_percentiles(ndvi, *members, LOWER_PERCENTILE, span)
    high = class_percentiles(highest, *members, UPPER_PERCENTILE, span)
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
    return mean_of(positive_sums(ci, vegetation, len(CLASSES)))


def mean_of(sums: np.ndarray) -> np.ndarray:
    """Return means of sums and numbers, (2, ...), as float32; NaN where nothing was counted."""
    with np.errstate(invalid="ignore"):
        return (sums[0] / sums[1]).astype(np.float32)


class ClassStatistics(NamedTuple):
    """What parts of a scene keep of the whole."""

    limits: IndexLimits | None  # None = not asked for, as in the next
    clumping: np.ndarray | None  # (12, classes); NaN where a class has no value

    def to_json(self) -> dict[str, Any]:
        """Return the numbers as JSON holds them; the SR limits follow from those of NDVI."""
        if self.limits is None or self.clumping is None:
            raise ValueError("statistics that were not asked for cannot be written")
        return {
            "ndvi_min": self.limits.ndvi_min.tolist(),
            "ndvi_max": self.limits.ndvi_max.tolist(),
            "mean_clumping": self.clumping.tolist(),
        }

    @classmethod
    def from_json(cls, written: Mapping[str, Any]) -> "ClassStatistics":
        """Return what ``to_json`` wrote.

        Raises
        ------
        KeyError, TypeError, ValueError
            When it is nothing of the kind.
        """
        low, high, clumping = (
            np.array(written[name], dtype=np.float32).reshape(shape)
            for name, shape in (
                ("ndvi_min", (len(CLASSES),)),
                ("ndvi_max", (len(CLASSES),)),
                ("mean_clumping", (12, len(CLASSES))),
            )
        )
        return cls(limits_between(low, high), clumping)
