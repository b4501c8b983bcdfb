"""Which parameters move a total most: local slopes, each times a step within its table's range.

The step is a tenth of the range that the table of parameters gives, up and down, and never beyond
an end of it. The change is the slope times the step: what the total would change by if it answered
in a straight line. That is exact where the model is linear in the parameter and an estimate
elsewhere; far from the value the answer may bend.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from explorer.tables.parameter import row_of

STEP = 0.1  # of the range of a parameter
LEAST = 1e-9  # of the largest change; less is rounding


class Swing(NamedTuple):
    """A parameter, where it stands and may go, and what that changes."""

    name: str
    label: str
    unit: str
    value: float
    low: float  # the value a step down, or the lower bound
    high: float
    slope: float  # of the total, per unit of the parameter
    stand_in: bool  # whether the value is one that stands in for a published one

    @property
    def change_low(self) -> float:
        """What the total changes by at the lower value, in a straight line."""
        return self.slope * (self.low - self.value)

    @property
    def change_high(self) -> float:
        """The same at the higher value."""
        return self.slope * (self.high - self.value)

    @property
    def size(self) -> float:
        """The larger of both changes, without its sign."""
        return max(abs(self.change_low), abs(self.change_high))


def swings(parameters: Any, slopes: Mapping[str, float], most: int = 0) -> list[Swing]:
    """Return the parameters that move a total, the strongest first.

    Parameters
    ----------
    parameters : a table of parameters
    slopes : mapping of dotted name -> number
        Derivatives of the total.
    most : int
        How many at the most; 0 for all that change anything.
    """
    owner, found = type(parameters), []
    for name, slope in slopes.items():
        row = row_of(owner, name)
        stem, _, member = name.partition(".")
        value = getattr(parameters, stem)
        value = float(getattr(value, member) if member else value)
        low, high = row.metadata["bounds"]
        step = STEP * (high - low)
        label = f"{row.metadata['label']}, {member}" if member else row.metadata["label"]
        found.append(
            Swing(
                name, label, row.metadata["unit"], value, max(low, value - step),
                min(high, value + step), float(slope), row.metadata["stand_in"],
            )
        )  # fmt: skip
    found.sort(key=lambda swing: -swing.size)
    largest = found[0].size if found else 0.0
    moving = [swing for swing in found if swing.size > LEAST * largest and swing.size > 0]
    return moving[:most] if most else moving
