"""Surveys: what all values of a variable are like, and what is wrong with them."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from explorer.scene.encoded import Encoded
from explorer.scene.loops import look_over
from explorer.tables.variable import Variable


class Survey(NamedTuple):
    """What the values of a variable are like; those of parts of a field can be joined."""

    known: np.ndarray  # values in each month, or of a fixed field
    infinite: int
    low: float
    high: float
    outside: int  # values outside the valid range

    def joined(self, other: "Survey") -> "Survey":
        """Return the survey of two parts together."""
        return Survey(
            self.known + other.known,
            self.infinite + other.infinite,
            min(self.low, other.low),
            max(self.high, other.high),
            self.outside + other.outside,
        )


def survey(stored: Encoded, row: Variable) -> tuple[Survey, np.ndarray]:
    """Look at all values of a variable, or of a part of it.

    Parameters
    ----------
    stored : Encoded
        (12, y, x) or (y, x).
    row : Variable

    Returns
    -------
    survey : Survey
    whole : array of bool, shape (y, x)
        Where every month has a value.
    """
    values = stored.values
    shape = values.shape[-2:]
    values = np.ascontiguousarray(values).reshape(-1, shape[0] * shape[1])
    kind, whole = values.dtype.type, np.ones(values.shape[1], dtype=bool)
    floating = np.issubdtype(kind, np.floating)
    limits = np.finfo(kind) if floating else np.iinfo(kind)
    ends = np.array([limits.max, limits.min], dtype=kind)
    known, *found = look_over(values, *stored.typed_missing, ends, whole)
    # In float32, so that a limit met to the last bit is met.
    lowest, highest = (np.float32(limit) for limit in row.valid_range)
    seen = np.array([np.inf, -np.inf], dtype=np.float32)
    outside = 0
    if known.any():
        seen = np.sort(stored.decoded(found).astype(np.float32))
    if known.any() and (seen[0] < lowest or seen[1] > highest):
        got = stored.decoded(values[stored.known().reshape(values.shape)]).astype(np.float32)
        outside = int(((got < lowest) | (got > highest)).sum())
    infinite = int(np.isinf(values).sum()) if floating else 0
    looked = Survey(known, infinite, float(seen[0]), float(seen[1]), outside)
    return looked, whole.reshape(shape)


def survey_faults(name: str, seen: Survey, row: Variable) -> Iterator[str]:
    """Yield what is wrong with the values of a variable."""
    if seen.infinite:
        yield f"{name}: {seen.infinite} infinite values; expected numbers or missing"
    if not seen.known.any():
        yield f"{name}: no values at all, every cell is missing"
        return
    if seen.known.size > 1:
        for month in np.flatnonzero(seen.known == 0) + 1:
            yield f"{name}: month {month} has no values; expected every month to hold some"
    if seen.outside:
        low, high = row.valid_range
        yield (
            f"{name}: {seen.outside} values outside {low:g} to {high:g} {row.unit} (got "
            f"{seen.low:g} to {seen.high:g}); check the unit and scale the recipe gives"
        )
