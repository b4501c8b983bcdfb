"""What a person looks at: the page, variable, period and place; not what the model believes.

The state of a session, a shared link and an export all hold these fields. A field is one row: its
default, what is expected of it, and the test of that.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Any

from explorer.errors import ViewError
from explorer.scene.shapes.shape import MOST_SHAPES, Shape
from explorer.tables.classes import ALL
from explorer.tables.variables import OUTPUTS

PAGES = ("map", "compare", "towers", "vegetation")
VIEW_MODES = ("map", "months", "limits")
COMPARE_MODES = ("swipe", "side", "difference", "percent")
PEAK_MONTH = 7
LONGEST_TEXT = 200


def seen(default: Any, expected: str, test: Callable[[Any], bool]) -> Any:
    """Declare a field of the view."""
    return field(default=default, metadata={"expected": expected, "test": test})


def one_of(choices: tuple[str, ...], default: str) -> Any:
    """Declare a field that chooses between words."""
    return seen(default, f"one of {', '.join(choices)}", lambda value: value in choices)


def is_whole(value: Any, low: int = 0, high: float = math.inf) -> bool:
    """Tell whether a value is a whole number within limits."""
    return type(value) is int and low <= value <= high


def is_text(value: Any) -> bool:
    """Tell whether a value is text of a sensible length."""
    return isinstance(value, str) and len(value) <= LONGEST_TEXT


def are_shapes(value: Any) -> bool:
    """Tell whether a value is a tuple of shapes with different names."""
    if not isinstance(value, tuple) or len(value) > MOST_SHAPES:
        return False
    shapes = all(isinstance(shape, Shape) for shape in value)
    return shapes and len({shape.name for shape in value}) == len(value)


def is_rectangle(value: Any) -> bool:
    """Tell whether a value is (left, bottom, right, top)."""
    if not isinstance(value, tuple) or len(value) != 4:
        return False
    if not all(type(side) in (int, float) and math.isfinite(side) for side in value):
        return False
    left, bottom, right, top = value
    return left < right and bottom < top


@dataclass(frozen=True, kw_only=True)
class View:
    """One look. Checked on construction, all faults at once."""

    page: str = one_of(PAGES, "map")
    view_mode: str = one_of(VIEW_MODES, "map")
    compare_mode: str = one_of(COMPARE_MODES, "swipe")
    variable: str = one_of(tuple(OUTPUTS), "nep")
    yearly: bool = seen(False, "true or false", lambda value: isinstance(value, bool))
    month: int = seen(PEAK_MONTH, "a month from 1 to 12", lambda value: is_whole(value, 1, 12))
    region: str = seen(ALL, "the name of a region or shape", is_text)
    shapes: tuple[Shape, ...] = seen(
        (), f"at most {MOST_SHAPES} shapes, each with a name of its own", are_shapes
    )
    tapped: int | None = seen(
        None, "a land cell's position, or none", lambda value: value is None or is_whole(value)
    )
    tower: str = seen("", "the name of a tower, or nothing", is_text)
    window: tuple[float, float, float, float] | None = seen(
        None,
        "left, bottom, right, top in the grid's coordinates, or none",
        lambda value: value is None or is_rectangle(value),
    )

    def __post_init__(self) -> None:
        """Refuse what no page can show, naming every fault."""
        problems = [
            f"{row.name} = {getattr(self, row.name)!r}: expected {row.metadata['expected']}"
            for row in fields(self)
            if not row.metadata["test"](getattr(self, row.name))
        ]
        if problems:
            raise ViewError("; ".join(problems))
