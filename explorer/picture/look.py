"""How the values of a variable are coloured on a map."""

from typing import NamedTuple

from explorer.picture.palette import palette
from explorer.tables.variables import Variable


class Look(NamedTuple):
    """Colours of a map and what they stand for."""

    colours: list[str]
    limits: tuple[float, float]  # values of the first and the last colour
    label: str = ""  # beside the colour bar


def variable_look(row: Variable, *, yearly: bool) -> Look:
    """Return the fixed scale of a variable, so that pictures can be compared.

    Parameters
    ----------
    row : Variable
    yearly : bool
        Whether the values are of a year: sums have a scale of their own there.
    """
    limits = row.shown_range_year if yearly else row.shown_range
    return Look(palette(row.colours), limits, row.symbol)
