"""Ranges of axes, set from Python.

A range that Bokeh finds by itself (``DataRange1d``) keeps what it found for views that are gone,
and counts what is hidden: the axis then cuts a curve off, or leaves it a hair's breadth high.
"""

from collections.abc import Iterable

import numpy as np
from bokeh.models import Range1d

ROOM = 0.06  # of the span, beyond the lowest and the highest value
NO_SPAN = 1.0  # the half width of a range round a single value of 0, in its unit


def range_of(
    values: Iterable[np.ndarray], *, zero: bool = True, room: float = ROOM
) -> dict[str, float]:
    """Return start and end of a range that holds every number, with room beyond it.

    Parameters
    ----------
    values : iterable of arrays
        Missing values do not count.
    zero : bool
        Whether 0 lies in the range too, as where bars begin and fluxes change their sign.
    room : float
        How much of the span is added at either end; none beyond 0 where that is an end.

    Examples
    --------
    >>> range_of([np.array([0.0, 10.0, np.nan])], room=0.1)
    {'start': 0.0, 'end': 11.0}
    >>> range_of([np.array([20.0, 30.0])], zero=False, room=0.1)
    {'start': 19.0, 'end': 31.0}
    >>> range_of([])
    {'start': -1.0, 'end': 1.0}
    """
    numbers = np.concatenate(
        [np.asarray(each, dtype=float).ravel() for each in values] or [np.array([])]
    )
    numbers = numbers[np.isfinite(numbers)]
    low, high = (float(numbers.min()), float(numbers.max())) if numbers.size else (0.0, 0.0)
    if zero:
        low, high = min(low, 0.0), max(high, 0.0)
    if low == high:
        half = 0.1 * abs(low) or NO_SPAN
        return {"start": low - half, "end": high + half}
    margin = room * (high - low)
    start = low if zero and low == 0 else low - margin
    end = high if zero and high == 0 else high + margin
    return {"start": start, "end": end}


def steps_range(steps: int) -> Range1d:
    """Return the range of an axis of steps, counted from 1."""
    return Range1d(0.5, steps + 0.5)
