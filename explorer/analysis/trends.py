"""Trends over years: least squares, and Theil-Sen with the test of Mann and Kendall."""

from typing import NamedTuple

import numpy as np


class Trend(NamedTuple):
    """A trend of yearly values, in their unit per year; NaN where it is not defined."""

    n: int
    slope: float  # least squares
    p: float  # of the slope, two-sided
    sen: float  # Theil-Sen: the median of all slopes between two years
    sen_low: float  # 95 % interval
    sen_high: float
    mann_kendall_p: float  # two-sided, of no monotonic trend


def trend(years: np.ndarray, values: np.ndarray) -> Trend:
    """Return the trend of yearly values; a year without a value does not count.

    The p of Mann and Kendall is that of Kendall's tau against the years, exact up to 50 years
    without ties. Years in a row are taken as independent.

    Parameters
    ----------
    years, values : arrays (years,)
    """
    from scipy import stats  # takes a third of a second to import

    known = np.isfinite(values)
    x, y = np.asarray(years, float)[known], np.asarray(values, float)[known]
    if x.size < 3:
        return Trend(x.size, *[np.nan] * 6)
    line = stats.linregress(x, y)
    sen = stats.theilslopes(y, x, 0.95)
    rank = stats.kendalltau(x, y) if np.ptp(y) > 0 else None
    return Trend(
        x.size, float(line.slope), float(line.pvalue), float(sen[0]), float(sen[2]), float(sen[3]),
        float(rank.pvalue) if rank is not None else 1.0,
    )  # fmt: skip
