"""What a picture was drawn from, to compare before it is drawn again; and its colours."""

from collections.abc import Hashable

from explorer.picture.look import Look, layer_look
from explorer.session.view import Chosen, limits_of
from explorer.systems.layers import Layers


def drawn_from(result: Layers) -> tuple[Hashable, ...]:
    """Return what determines every value of a result: its scene, system and parameters.

    To be compared with ``==``. It holds no fields, so that it may outlive the result; and it holds
    the scene itself, so that another one can never take its address.
    """
    return result.scene, result.scenario.system, result.scenario.parameters


def look_of(result: Layers, name: str, *, yearly: bool, chosen: Chosen | None = None) -> Look:
    """Return the colours of a variable of a result, of codes or of numbers.

    Parameters
    ----------
    result : Layers
    name : str
    yearly : bool
    chosen : view or state, optional
        May have limits of its own for this variable.
    """
    yearly = yearly or result.periods.annual
    limits = None if chosen is None else limits_of(chosen, name, yearly=yearly)
    return layer_look(result, name, yearly=yearly, limits=limits)
