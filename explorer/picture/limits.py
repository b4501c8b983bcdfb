"""Limits of colours that fit the values shown: round numbers that nearly all of them lie within."""

import numpy as np

EXTREME = 99  # per cent of the values lie within the limits
ROUND = (1, 1.5, 2, 3, 4, 5, 6, 8, 10)  # times a power of ten


def round_limit(values: np.ndarray) -> float:
    """Return the smallest round number that nearly all values stay below.

    Parameters
    ----------
    values : array; missing ones do not count

    Examples
    --------
    >>> round_limit(np.array([-3.5, 1.0, 2.0]))
    4.0
    >>> round_limit(np.array([0.0, np.nan]))
    1.0
    """
    sizes = np.abs(values[np.isfinite(values)])
    largest = float(np.percentile(sizes, EXTREME)) if sizes.size else 0.0
    if largest == 0:
        return 1.0
    power = 10.0 ** np.floor(np.log10(largest))
    return float(next(step * power for step in ROUND if largest <= step * power * 1.001))


def fitted(values: np.ndarray, *, symmetric: bool) -> tuple[float, float]:
    """Return limits that nearly all values lie within.

    Parameters
    ----------
    values : array; missing ones do not count
    symmetric : bool
        As far below 0 as above, for what is a gain or a loss: then 0 keeps the middle colour.

    Examples
    --------
    >>> fitted(np.array([-7.0, 0.6, np.nan]), symmetric=True)
    (-8.0, 8.0)
    >>> fitted(np.array([0.02, 0.31]), symmetric=False)
    (0.0, 0.4)
    >>> fitted(np.array([271.0, 303.0]), symmetric=False)
    (268.0, 304.0)
    """
    if symmetric:
        limit = round_limit(values)
        return -limit, limit
    known = values[np.isfinite(values)]
    if not known.size:
        return 0.0, 1.0
    low, high = (float(np.percentile(known, share)) for share in (100 - EXTREME, EXTREME))
    if 0 <= low < (high - low) / 2:
        return 0.0, round_limit(known)
    step = round_limit(np.array([high - low])) / 10
    ends = step * float(np.floor(low / step)), step * float(np.ceil(high / step))
    return ends if ends[0] < ends[1] else (ends[0], ends[0] + step)
