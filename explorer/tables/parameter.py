"""What a parameter is: a number, a choice of words, or a number per vegetation class."""

from collections.abc import Iterator
from dataclasses import Field, dataclass, field, fields
from functools import cache
from typing import Any, Literal, get_args, get_origin, get_type_hints

from explorer.errors import ParameterError
from explorer.tables.classes import CLASSES, VEGETATION

Process = Literal["efficiency", "canopy", "light", "stress", "soil", "climate"]
PROCESSES: dict[Process, str] = {
    "efficiency": "Light-use efficiency",
    "canopy": "Canopy: FPAR and clumping",
    "light": "Radiation",
    "stress": "Temperature and water stress",
    "soil": "Soil respiration",
    "climate": "Climate shift",
}


@dataclass(frozen=True)
class PerClass:
    """One number per vegetation class, by the class's short name (the rows of ``land``)."""

    ENF: float
    EBF: float
    DNF: float
    DBF: float
    MXF: float
    shrub: float
    grassland: float
    cropland: float
    other: float


def parameter(
    default: Any,
    label: str,
    *,
    unit: str = "1",
    bounds: tuple[float, float] | None = None,
    source: str,
    process: Process,
    stand_in: bool = False,
) -> Any:
    """Declare one parameter: its default and everything that is known of it."""
    known = {"label": label, "unit": unit, "bounds": bounds, "source": source}
    return field(default=default, metadata=known | {"process": process, "stand_in": stand_in})


def class_table(column: str | float, label: str, **known: Any) -> Any:
    """Declare a parameter per vegetation class, from a column of the land table or one number."""
    if isinstance(column, str):
        values = {name: getattr(row, column) for name, row in VEGETATION.items()}
    else:
        values = dict.fromkeys(CLASSES, column)
    return parameter(PerClass(**values), label, **known)


@cache
def words(owner: type) -> dict[str, tuple[str, ...]]:
    """Return the fields of a parameter table that choose between words, with the words."""
    return {
        name: get_args(hint)
        for name, hint in get_type_hints(owner).items()
        if get_origin(hint) is Literal
    }


@cache
def figures(owner: type) -> tuple[str, ...]:
    """Return the fields of a parameter table that are numbers, one or one per class."""
    return tuple(row.name for row in fields(owner) if row.name not in words(owner))


def addressed(parameters: Any) -> Iterator[tuple[str, float | str]]:
    """Yield every (dotted name, value) of a parameter table, in its order."""
    for row in fields(parameters):
        value = getattr(parameters, row.name)
        if isinstance(value, PerClass):
            for member in CLASSES:
                yield f"{row.name}.{member}", getattr(value, member)
        else:
            yield row.name, value


def fault(owner: type, row: Field, name: str, value: object) -> str | None:
    """Say what is wrong with a value for a row of a table, or None when it is fine.

    ``name`` is how the message calls it: the dotted name.
    """
    choices = words(owner).get(row.name)
    if choices:
        return None if value in choices else f"{name} = {value!r}: expected {' or '.join(choices)}"
    low, high = row.metadata["bounds"]
    unit = "" if row.metadata["unit"] == "1" else f" {row.metadata['unit']}"
    expected = f"expected a number from {low:g} to {high:g}{unit}"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return f"{name} = {value!r}: {expected}"
    # Written this way round NaN is refused as well.
    return None if low <= value <= high else f"{name} = {value:g}{unit}: {expected}"


def require_sound(parameters: Any) -> None:
    """Refuse a parameter table that holds any value out of bounds, naming all of them."""
    rows = {row.name: row for row in fields(parameters)}
    found = (
        fault(type(parameters), rows[name.partition(".")[0]], name, value)
        for name, value in addressed(parameters)
    )
    problems = [problem for problem in found if problem is not None]
    if problems:
        raise ParameterError("; ".join(problems))
