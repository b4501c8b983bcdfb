"""How the values of a variable are coloured on a map."""

from collections.abc import Mapping
from typing import NamedTuple

from explorer.picture.palette import palette
from explorer.tables.variable import Variable


class Look(NamedTuple):
    """Colours of a map and what they stand for."""

    colours: list[str]
    limits: tuple[float, float]  # values of the first and the last colour
    label: str = ""  # beside the colour bar
    names: tuple[str, ...] = ()  # of codes, where the values are codes
    ticks: tuple[str, ...] = ()  # the same, short, beside the colour bar


def variable_look(row: Variable, *, yearly: bool) -> Look:
    """Return the fixed scale of a variable, so that pictures can be compared.

    Parameters
    ----------
    row : Variable
    yearly : bool
        Whether the values are of a year: rates have a scale of their own there.
    """
    return Look(palette(row.colours), row.limits(yearly=yearly), row.symbol)


def code_look(rows: Mapping[str, tuple[str, str]], ticks: tuple[str, ...] = ()) -> Look:
    """Return the colours of codes.

    Parameters
    ----------
    rows : mapping of name -> (long name, colour)
        In the order of the codes.
    ticks : tuple of str, optional
        What stands beside the colour bar; default the names.
    """
    names = tuple(long_name for long_name, _ in rows.values())
    colours = [colour for _, colour in rows.values()]
    return Look(colours, (-0.5, len(rows) - 0.5), "", names, ticks or tuple(rows))
