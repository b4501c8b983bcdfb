"""What a picture was drawn from, to compare before it is drawn again; and its colours."""

from collections.abc import Hashable

from explorer.picture.look import layer_look as look_of
from explorer.systems.layers import Layers

__all__ = ["drawn_from", "look_of"]


def drawn_from(result: Layers) -> tuple[Hashable, ...]:
    """Return what determines every value of a result: its scene, system and parameters.

    To be compared with ``==``. It holds no fields, so that it may outlive the result; and it holds
    the scene itself, so that another one can never take its address.
    """
    return result.scene, result.scenario.system, result.scenario.parameters
