"""How the values of a variable are coloured on a map."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from explorer.picture.palette import difference_palette, palette
from explorer.systems.layers import Layers
from explorer.tables.variable import Variable

EXTREME = 99  # per cent of the pixels lie within the limits of a difference
MOST_PERCENT = 200.0
ROUND = (1, 1.5, 2, 3, 4, 5, 6, 8, 10)  # times a power of ten


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


def layer_look(layers: Layers, name: str, *, yearly: bool) -> Look:
    """Return the colours of a variable of a result, of codes or of numbers."""
    row = layers.variables[name]
    if row.is_code:
        return code_look(layers.code_names(name))
    return variable_look(row, yearly=yearly or layers.periods.annual)


def difference_look(limit: float) -> Look:
    """Return the colours of a difference, from purple (less) to orange (more)."""
    return Look(difference_palette(), (-limit, limit))


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


def difference_limit(change: np.ndarray, *, in_percent: bool) -> float:
    """Return the limit of the colours of a difference; see ``round_limit``."""
    limit = round_limit(change)
    return min(limit, MOST_PERCENT) if in_percent else limit
