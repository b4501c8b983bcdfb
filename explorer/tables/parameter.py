"""What a parameter is: a number, a choice of words, or a number per class; and its dotted name.

A table of parameters is a frozen dataclass whose fields are made by ``parameter`` and
``class_table``. It may have ``PROCESSES`` (name -> title of a group of rows) and ``BUNDLES``
(sets of constants that are set by one name). Values are set by dotted name (``w_min``,
``epsilon_max.EBF``): the command line's ``--set``, the page's entries and scenario files all come
through here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import Field, field, fields, replace
from difflib import get_close_matches
from functools import cache
from typing import Any, Literal, get_args, get_origin, get_type_hints

from explorer.errors import ParameterError

Bundles = dict[str, dict[str, dict[str, float | str]]]


class PerClass:
    """One number per class, read by the class's short name; immutable and hashable."""

    def __init__(self, values: Mapping[str, float]) -> None:
        self.__dict__.update(values)

    @property
    def _values(self) -> dict[str, float]:
        return self.__dict__

    def __getattr__(self, name: str) -> float:
        raise AttributeError(f"no class {name!r}")  # the others are found before

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{name}: a table of classes cannot be changed; make another")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{name}: a table of classes cannot be changed; make another")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PerClass) and self._values == other._values

    def __hash__(self) -> int:
        return hash(frozenset(self._values.values()))

    def __repr__(self) -> str:
        return f"PerClass({self._values})"

    def __reduce__(self) -> tuple:
        return PerClass, (dict(self._values),)

    @property
    def members(self) -> tuple[str, ...]:
        """Short names of the classes, in their order."""
        return tuple(self._values)

    def values(self) -> list[float]:
        """Return the numbers, in the order of the classes."""
        return list(self._values.values())

    def with_values(self, changes: Mapping[str, float]) -> "PerClass":
        """Return a copy with the numbers of some classes set."""
        return PerClass(self._values | dict(changes))


def parameter(
    default: Any,
    label: str,
    *,
    unit: str = "1",
    bounds: tuple[float, float] | None = None,
    source: str,
    process: str,
    stand_in: bool = False,
    called: Mapping[str, str] | None = None,
) -> Any:
    """Declare one parameter: its default and everything that is known of it.

    ``called`` are words of a choice as a page writes them, where the word alone says too little.
    """
    known: dict[str, Any] = {"label": label, "unit": unit, "bounds": bounds, "source": source}
    known |= {"process": process, "stand_in": stand_in, "called": called or {}}
    return field(default=default, metadata=known)


def class_table(values: Mapping[str, float], label: str, **known: Any) -> Any:
    """Declare a parameter with one number per class."""
    return parameter(PerClass(values), label, **known)


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


def bundles(owner: type) -> Bundles:
    """Return the sets of constants of a parameter table."""
    return getattr(owner, "BUNDLES", {})


def addressed(parameters: Any) -> Iterator[tuple[str, float | str]]:
    """Yield every (dotted name, value) of a parameter table, in its order."""
    for row in fields(parameters):
        yield from _of_row(parameters, row)


def _of_row(parameters: Any, row: Field) -> Iterator[tuple[str, float | str]]:
    """Yield every (dotted name, value) of one row."""
    value = getattr(parameters, row.name)
    if isinstance(value, PerClass):
        for member, number in zip(value.members, value.values(), strict=True):
            yield f"{row.name}.{member}", number
    else:
        yield row.name, value


def names(owner: type) -> list[str]:
    """Return the dotted name of every parameter of a table."""
    return [name for name, _ in addressed(owner())]


def row_of(owner: type, name: str) -> Field:
    """Return the table's row for a dotted name.

    Raises
    ------
    ParameterError
        When there is none; the nearest names are suggested.
    """
    stem, _, member = name.partition(".")
    row = next((each for each in fields(owner) if each.name == stem), None)
    members = row.default.members if row is not None and isinstance(row.default, PerClass) else ()
    if row is None or bool(member) != bool(members) or (member and member not in members):
        near = get_close_matches(name, [*names(owner), *bundles(owner)], n=3, cutoff=0.5)
        hint = f"did you mean {' or '.join(near)}?" if near else "see `nep-explorer parameters`"
        raise ParameterError(f"unknown parameter {name!r}: {hint}")
    return row


def parsed(owner: type, name: str, text: str) -> float | str:
    """Read a value that a person typed for a parameter.

    Raises
    ------
    ParameterError
        When the name is unknown, or the text no number, out of bounds, or not one of the choices.
    """
    if name in bundles(owner):
        return text.strip()
    row = row_of(owner, name)
    value: float | str = text.strip()
    if row.name not in words(owner):
        try:
            value = float(value)
        except ValueError:
            pass  # `fault` says what was expected, and shows what was typed
    problem = fault(owner, row, name, value)
    if problem is not None:
        raise ParameterError(problem)
    return value


def with_values(parameters: Any, changes: Mapping[str, float | str]) -> Any:
    """Return a copy of a parameter table with the dotted names set; all faults at once.

    Raises
    ------
    ParameterError
        Names every unknown parameter and every value out of bounds.
    """
    owner: type = type(parameters)
    plain: dict[str, Any] = {}
    tables: dict[str, dict[str, float]] = {}
    problems: list[str] = []
    for name, value in _unbundled(owner, changes, problems).items():
        try:
            row = row_of(owner, name)
        except ParameterError as error:
            problems.append(str(error))
            continue
        problem = fault(owner, row, name, value)
        if problem is not None:
            problems.append(problem)
            continue
        number = value if row.name in words(owner) else float(value)
        _, _, member = name.partition(".")
        if member:
            tables.setdefault(row.name, {})[member] = float(number)
        else:
            plain[row.name] = number
    if problems:
        raise ParameterError("; ".join(problems))
    for stem, members in tables.items():
        plain[stem] = getattr(parameters, stem).with_values(members)
    return replace(parameters, **plain)


def fault(owner: type, row: Field, name: str, value: object) -> str | None:
    """Say what is wrong with a value for a row of a table, or None when it is fine.

    ``name`` is how the message calls it: the dotted name.
    """
    choices = words(owner).get(row.name)
    if choices:
        known = isinstance(value, str) and value in choices
        return None if known else f"{name} = {value!r}: expected {' or '.join(choices)}"
    low, high = row.metadata["bounds"]
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    # Written this way round NaN is refused as well.
    if is_number and low <= value <= high:
        return None
    unit = "" if row.metadata["unit"] == "1" else f" {row.metadata['unit']}"
    given = f"{_short(value)}{unit}" if is_number else f"{value!r}"
    return f"{name} = {given}: expected a number from {low:g} to {high:g}{unit}"


def _short(value: object) -> str:
    """Write a number in a few digits; a whole one may be larger than every float."""
    try:
        return f"{value:g}"
    except OverflowError:
        return "a number beyond 1e308"


def require_sound(parameters: Any) -> None:
    """Refuse a parameter table that holds any value out of bounds, naming all of them."""
    found = (
        fault(type(parameters), row, name, value)
        for row in fields(parameters)
        for name, value in _of_row(parameters, row)
    )
    problems = [problem for problem in found if problem is not None]
    if problems:
        raise ParameterError("; ".join(problems))


def _unbundled(
    owner: type, changes: Mapping[str, float | str], problems: list[str]
) -> dict[str, float | str]:
    """Replace every bundle by its members; what is named beside it wins."""
    known = bundles(owner)
    opened: dict[str, float | str] = {}
    for name, value in changes.items():
        if name in known:
            if not isinstance(value, str) or value not in known[name]:
                problems.append(f"{name} = {value!r}: expected {' or '.join(known[name])}")
                continue
            opened |= known[name][str(value)]
    return opened | {name: value for name, value in changes.items() if name not in known}
