"""Set parameters by dotted name: ``w_min``, ``ci_scheme``, ``epsilon_max.EBF``.

The command line's ``--set``, the page's entries and scenario files all come through here.
"""

from collections.abc import Mapping
from dataclasses import Field, replace
from difflib import get_close_matches
from typing import Any

from explorer.errors import ParameterError
from explorer.systems.nep.parameters import BUNDLES, NepParameters
from explorer.tables.classes import CLASSES
from explorer.tables.parameter import PerClass, addressed, fault, words


def names() -> list[str]:
    """Return the dotted name of every parameter."""
    return [name for name, _ in addressed(NepParameters())]


def row_of(name: str) -> Field:
    """Return the table's row for a dotted name.

    Raises
    ------
    ParameterError
        When there is none; the nearest names are suggested.
    """
    stem, _, member = name.partition(".")
    row = NepParameters.__dataclass_fields__.get(stem)
    per_class = row is not None and isinstance(row.default, PerClass)
    if row is None or bool(member) != per_class or (member and member not in CLASSES):
        near = get_close_matches(name, [*names(), *BUNDLES], n=3, cutoff=0.5)
        hint = f"did you mean {' or '.join(near)}?" if near else "see `nep-explorer parameters`"
        raise ParameterError(f"unknown parameter {name!r}: {hint}")
    return row


def parsed(name: str, text: str) -> float | str:
    """Read a value that a person typed for a parameter.

    Raises
    ------
    ParameterError
        When the name is unknown, or the text no number, out of bounds, or not one of the choices.
    """
    if name in BUNDLES:
        return text.strip()
    row = row_of(name)
    value: float | str = text.strip()
    if row.name not in words(NepParameters):
        try:
            value = float(value)
        except ValueError:
            pass  # `fault` says what was expected, and shows what was typed
    problem = fault(NepParameters, row, name, value)
    if problem is not None:
        raise ParameterError(problem)
    return value


def with_values(parameters: NepParameters, changes: Mapping[str, float | str]) -> NepParameters:
    """Return a copy with the dotted names set; every fault is reported together.

    Raises
    ------
    ParameterError
        Names every unknown parameter and every value out of bounds.
    """
    plain: dict[str, Any] = {}
    tables: dict[str, dict[str, float]] = {}
    problems: list[str] = []
    for name, value in _unbundled(changes, problems).items():
        try:
            row = row_of(name)
        except ParameterError as error:
            problems.append(str(error))
            continue
        problem = fault(NepParameters, row, name, value)
        if problem is not None:
            problems.append(problem)
            continue
        number = value if row.name in words(NepParameters) else float(value)
        _, _, member = name.partition(".")
        if member:
            tables.setdefault(row.name, {})[member] = number
        else:
            plain[row.name] = number
    if problems:
        raise ParameterError("; ".join(problems))
    for stem, members in tables.items():
        plain[stem] = replace(getattr(parameters, stem), **members)
    return replace(parameters, **plain)


def _unbundled(changes: Mapping[str, float | str], problems: list[str]) -> dict[str, float | str]:
    """Open every bundle into its members; what is named beside it wins."""
    opened: dict[str, float | str] = {}
    for name, value in changes.items():
        if name in BUNDLES:
            if value not in BUNDLES[name]:
                problems.append(f"{name} = {value!r}: expected {' or '.join(BUNDLES[name])}")
                continue
            opened |= BUNDLES[name][value]
    return opened | {name: value for name, value in changes.items() if name not in BUNDLES}
