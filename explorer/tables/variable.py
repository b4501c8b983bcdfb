"""What a variable is: its name, unit, dimensions, range and colours. A system brings the rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from explorer.tables.unit import Unit

Colours = Literal["diverging", "sequential", "temperature", "water", "light", "classes"]
Limits = tuple[float, float]

FIXED = ("y", "x")
MONTHLY = ("month", *FIXED)


class Variable(NamedTuple):
    """One row. ``valid_range`` is what validation accepts, ``shown_range`` what a map spans.

    The two horizontal dimensions are written ``y`` and ``x`` here; a scene names them
    ``northing, easting`` (metres, equal area) or ``lat, lon`` (degrees).
    """

    symbol: str
    long_name: str
    unit: Unit
    dims: tuple[str, ...]
    valid_range: Limits
    shown_range: Limits
    shown_range_year: Limits
    colours: Colours
    standard_name: str | None = None

    @property
    def is_code(self) -> bool:
        """Whether values are codes of classes: never averaged, never interpolated."""
        return self.colours == "classes"

    @property
    def over_year(self) -> str:
        """How periods make a year: ``sum`` of a rate, else ``mean``."""
        return "sum" if self.unit.is_rate else "mean"

    def unit_over(self, *, yearly: bool) -> Unit:
        """Return the unit of one period, or of the year."""
        return self.unit.over_year() if yearly else self.unit

    def limits(self, *, yearly: bool) -> Limits:
        """Return the ends of the colours of one period, or of the year."""
        return self.shown_range_year if yearly else self.shown_range


CODED: dict[str, Variable] = {
    "land_cover": Variable(
        "IGBP", "IGBP land cover", Unit("code"), FIXED, (0, 255), (0, 17), (0, 17), "classes"
    ),
    "region": Variable(
        "region", "Region", Unit("code"), FIXED, (0, 32767), (0, 35), (0, 35), "classes"
    ),
}
"""What every scene has, whatever a system asks besides."""


@dataclass(frozen=True)
class Inputs:
    """Which variables a scene may hold, and which of them a land cell must have.

    Attributes
    ----------
    rows : mapping of name -> Variable
        Those of ``CODED`` are always among them.
    required : tuple of str
        A scene without one of them is refused.
    optional : tuple of str
        A cell without a value of these stays; one without any other is left out and counted.
    unused_beside : mapping of name -> name
        The first is checked but not kept where the second is there.
    """

    rows: Mapping[str, Variable] = field(default_factory=lambda: CODED)
    required: tuple[str, ...] = tuple(CODED)
    optional: tuple[str, ...] = ()
    unused_beside: Mapping[str, str] = field(default_factory=dict)

    @property
    def codes(self) -> tuple[str, ...]:
        """Names of the layers of codes."""
        return tuple(name for name, row in self.rows.items() if row.is_code)

    def joined(self, other: "Inputs") -> "Inputs":
        """Return what two systems may find in one scene; only what both need is required."""
        return Inputs(
            {**self.rows, **other.rows},
            tuple(name for name in self.required if name in other.required),
            tuple(dict.fromkeys((*self.optional, *other.optional))),
            {**self.unused_beside, **other.unused_beside},
        )
