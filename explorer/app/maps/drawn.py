"""What a picture was drawn from, to compare before it is drawn again."""

from collections.abc import Hashable

from explorer.pipeline import Result


def drawn_from(result: Result) -> tuple[Hashable, ...]:
    """Return what determines every value of a result: its scene and the numbers it was run with.

    To be compared with ``==``. It holds no fields, so that it may outlive the result; and it holds
    the scene itself, so that another one can never take its address.
    """
    return result.scene, result.scenario.parameters
