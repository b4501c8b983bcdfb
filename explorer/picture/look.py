"""How the values of a variable are coloured on a map."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from explorer.picture.limits import round_limit
from explorer.picture.palette import difference_palette, palette
from explorer.systems.layers import Layers
from explorer.tables.variable import Variable

MOST_PERCENT = 200.0


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


def layer_look(
    layers: Layers, name: str, *, yearly: bool, limits: tuple[float, float] | None = None
) -> Look:
    """Return the colours of a variable of a result, of codes or of numbers.

    Parameters
    ----------
    layers : Layers
    name : str
    yearly : bool
    limits : tuple of float, optional
        Of the numbers, where a person has chosen some.
    """
    row = layers.variables[name]
    if row.is_code:
        return code_look(layers.code_names(name))
    look = variable_look(row, yearly=yearly or layers.periods.annual)
    return look if limits is None else look._replace(limits=limits)


def difference_look(limit: float) -> Look:
    """Return the colours of a difference, from purple (less) to orange (more)."""
    return Look(difference_palette(), (-limit, limit))


def difference_limit(change: np.ndarray, *, in_percent: bool) -> float:
    """Return the limit of the colours of a difference; see ``round_limit``."""
    limit = round_limit(change)
    return min(limit, MOST_PERCENT) if in_percent else limit
