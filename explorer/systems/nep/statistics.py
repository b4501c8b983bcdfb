"""What is found in a scene of its classes: extremes of the vegetation index, mean clumping."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from explorer.errors import SchemaError
from explorer.scene.kept import ATTRIBUTE
from explorer.scene.loops import positive_sums
from explorer.scene.percentiles import class_percentiles
from explorer.systems.nep.classes import CLASSES
from explorer.systems.nep.variables import INPUTS

UPPER_PERCENTILE = 95.0
LOWER_PERCENTILE = 5.0


class IndexExtremes(NamedTuple):
    """What is found of NDVI in each class, [1]; float32 arrays of shape (classes,)."""

    low: np.ndarray  # 5th percentile of all monthly values
    high: np.ndarray  # 95th percentile, over the class's pixels, of their yearly maxima


def index_extremes(ndvi: np.ndarray, vegetation: np.ndarray) -> IndexExtremes:
    """Return the extremes of NDVI of each class; a class without pixels has NaN.

    Parameters
    ----------
    ndvi : float32 array, shape (blocks, 12, BLOCK). [1]
        The padding is missing.
    vegetation : array of int, shape (blocks, BLOCK)
        Position in ``classes.CLASSES``.
    """
    members, span = (vegetation, len(CLASSES)), INPUTS.rows["ndvi"].valid_range
    highest = ndvi.max(axis=1, keepdims=True)
    return IndexExtremes(
        class_percentiles(ndvi, *members, LOWER_PERCENTILE, span),
        class_percentiles(highest, *members, UPPER_PERCENTILE, span),
    )


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

    cells: int  # of the whole
    extremes: IndexExtremes | None  # None = not asked for, as in the next
    clumping: np.ndarray | None  # (12, classes); NaN where a class has no value

    def to_json(self) -> dict[str, Any]:
        """Return the numbers as JSON holds them: None for a class without."""
        if self.extremes is None or self.clumping is None:
            raise ValueError("statistics that were not asked for cannot be written")
        arrays = {
            "ndvi_low": self.extremes.low,
            "ndvi_high": self.extremes.high,
            "mean_clumping": self.clumping,
        }
        return {"cells": self.cells} | {
            name: [None if np.isnan(value) else float(value) for value in values.flat]
            for name, values in arrays.items()
        }

    @classmethod
    def from_json(cls, written: Mapping[str, Any]) -> "ClassStatistics":
        """Return what ``to_json`` wrote.

        Raises
        ------
        SchemaError
            When it is nothing of the kind.
        """
        try:
            low, high, clumping = (
                np.array(written[name], dtype=np.float32).reshape(shape)
                for name, shape in (
                    ("ndvi_low", (len(CLASSES),)),
                    ("ndvi_high", (len(CLASSES),)),
                    ("mean_clumping", (12, len(CLASSES))),
                )
            )
            return cls(int(written["cells"]), IndexExtremes(low, high), clumping)
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise SchemaError(
                [
                    f"what the scene keeps of its classes cannot be read ({error!r}); "
                    "remove the attribute, or build the scene anew"
                ],
                ATTRIBUTE,
            ) from error
