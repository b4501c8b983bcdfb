"""What a person looks at: the page, variable, period and place; not what the model believes.

The state of a session, a shared link and an export all hold these fields. A field is one row: its
default, what is expected of it, and the test of that.
"""

import math
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Any, Protocol

from explorer.analysis.totals import ALL
from explorer.errors import ViewError
from explorer.scene.scene import Scene
from explorer.scene.shapes.shape import MOST_SHAPES, Shape
from explorer.systems.layers import Layers
from explorer.tables.periods import Period

PAGES = ("map", "compare", "towers", "vegetation")
VIEW_MODES = ("map", "months", "limits")
COMPARE_MODES = ("swipe", "side", "difference", "percent")
WHY_SCALES = ("amounts", "log")
PEAK_MONTH = 7
MOST_STEPS = 366
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
    # Compared, not converted: a whole number may be larger than every float.
    largest = sys.float_info.max
    if not all(type(side) in (int, float) and -largest <= side <= largest for side in value):
        return False
    left, bottom, right, top = value
    return left < right and bottom < top


def are_limits(value: Any) -> bool:
    """Tell whether a value is (variable, whether of the year, low, high)."""
    if not isinstance(value, tuple) or len(value) != 4:
        return False
    name, yearly, *ends = value
    if not is_text(name) or not isinstance(yearly, bool):
        return False
    largest = sys.float_info.max
    numbers = all(type(end) in (int, float) and -largest <= end <= largest for end in ends)
    return numbers and ends[0] < ends[1]


@dataclass(frozen=True, kw_only=True)
class View:
    """One look. Checked on construction, all faults at once."""

    page: str = one_of(PAGES, "map")
    view_mode: str = one_of(VIEW_MODES, "map")
    compare_mode: str = one_of(COMPARE_MODES, "swipe")
    variable: str = seen("", "the name of a variable, or nothing for the headline", is_text)
    why_scale: str = one_of(WHY_SCALES, "amounts")
    limits: tuple[str, bool, float, float] | None = seen(
        None,
        "a variable, whether of the year, and the lowest and highest value of its colours, or none",
        lambda value: value is None or are_limits(value),
    )
    yearly: bool = seen(False, "true or false", lambda value: isinstance(value, bool))
    step: int = seen(
        PEAK_MONTH, f"a step of the year from 1 to {MOST_STEPS}",
        lambda value: is_whole(value, 1, MOST_STEPS),
    )  # fmt: skip
    year: int | None = seen(
        None,
        "a year, or none for the first",
        lambda value: value is None or is_whole(value, 1, 9999),
    )
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

    @property
    def period(self) -> Period:
        """The step of the year that is looked at, or the whole year."""
        return Period(None if self.yearly else self.step, self.year)


def unknown_to(layers: Layers, view: View, scene: Scene | None = None) -> dict[str, str]:
    """Return {field: what is wrong} of those fields of a view that name what a result lacks.

    Parameters
    ----------
    layers : Layers
    view : View
    scene : Scene, optional
        Whose cells are meant, where the result is a preview.
    """
    scene, periods, wrong = scene or layers.scene, layers.periods, {}
    regions = (ALL, *scene.region_names, *(shape.name for shape in view.shapes))
    if view.region not in regions:
        wrong["region"] = (
            f"region {view.region!r} is not in this scene: expected one of {', '.join(regions)}"
        )
    if view.tapped is not None and view.tapped >= scene.cells:
        wrong["tapped"] = f"cell {view.tapped} is not in this scene, which has {scene.cells} cells"
    if view.variable and view.variable not in layers.variables:
        wrong["variable"] = (
            f"variable {view.variable!r} is not in this result: expected one of "
            f"{', '.join(layers.variables)}"
        )
    if view.year is not None and view.year not in periods.years:
        years = ", ".join(map(str, filter(None, periods.years))) or "a climatology"
        wrong["year"] = f"year {view.year} is not in this result: it has {years}"
    if not view.yearly and not periods.annual and view.step > periods.steps:
        wrong["step"] = f"step {view.step}: this result has 1 to {periods.steps} ({periods.kind})"
    return wrong


def limits_of(view: "Chosen", name: str, *, yearly: bool) -> tuple[float, float] | None:
    """Return the limits of colours that were chosen for a variable; None where none were."""
    if view.limits is None or view.limits[:2] != (name, yearly):
        return None
    return view.limits[2:]


def followed_of(layers: Layers, name: str) -> str:
    """Return the variable of cards and series: that of the map, or the headline in its place.

    Codes have no mean, and what does not change with time has no series.
    """
    shown = variable_of(layers, name)
    has_none = layers.variables[shown].is_code or layers.is_constant(shown)
    return layers.headline if has_none else shown


def variable_of(layers: Layers, name: str) -> str:
    """Return a variable if a result has it, else its headline."""
    return name if name in layers.variables else layers.headline


class Chosen(Protocol):
    """What says which period is looked at: a view, or a session's state."""

    @property
    def yearly(self) -> bool:
        """Whether the year is looked at in place of a step."""
        ...

    @property
    def step(self) -> int:
        """The step, counted from 1."""
        ...

    @property
    def year(self) -> int | None:
        """The year, where there are several."""
        ...

    @property
    def limits(self) -> tuple[str, bool, float, float] | None:
        """The limits of colours that were chosen."""
        ...


def period_of(view: Chosen, *layers: Layers) -> Period:
    """Return the period of a view that all results have: the year where their steps differ."""
    periods = [each.periods for each in layers]
    same = len({each.kind for each in periods}) == 1
    year = view.year if all(view.year in each.years for each in periods) else None
    if view.yearly or not same or periods[0].annual:
        return Period(None, year)
    return Period(min(view.step, periods[0].steps), year)
