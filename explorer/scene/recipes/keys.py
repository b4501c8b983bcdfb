"""Which keys a recipe may hold, and what each must be."""

import string
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any, NamedTuple


class Kind(NamedTuple):
    """What a key's value must be, in words and as a check."""

    expected: str
    fits: Callable[[Any], bool]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _are_numbers(count: int) -> Callable[[Any], bool]:
    return lambda value: (
        isinstance(value, list) and len(value) == count and all(map(_is_number, value))
    )


def _is_pattern(value: Any) -> bool:
    """Tell whether a text is a file name in which at most ``{month}`` stands for something."""
    if not isinstance(value, str):
        return False
    try:
        placeholders = {name for _, name, _, _ in string.Formatter().parse(value) if name}
        value.format(month=1)
    except (ValueError, KeyError, IndexError):
        return False
    return placeholders <= {"month"}


TEXT = Kind("a text", lambda value: isinstance(value, str))
FILE = Kind("a file name, or one with {month}", _is_pattern)
NUMBER = Kind("a number", _is_number)
POSITIVE = Kind("a number above 0", lambda value: _is_number(value) and value > 0)
YEAR = Kind(
    "a year as a whole number, 1 to 9999",
    lambda value: isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 9999,
)
FLAG = Kind("true or false", lambda value: isinstance(value, bool))
TEXTS = Kind(
    "a list of texts",
    lambda value: isinstance(value, list) and all(isinstance(line, str) for line in value),
)
TWO_NUMBERS = Kind("a list of two numbers", _are_numbers(2))
FOUR_NUMBERS = Kind("left, bottom, right, top", _are_numbers(4))
TABLE = Kind("a table", lambda value: isinstance(value, dict))
CODES = Kind(
    "a list of whole numbers from 0 to 255",
    lambda value: (
        isinstance(value, list)
        and all(isinstance(code, int) and 0 <= code <= 255 for code in value)
    ),
)

TOP_KEYS = {
    "title": TEXT,
    "root": TEXT,
    "year": YEAR,
    "notes": TEXTS,
    "citation": TEXT,
    "licence": TEXT,
    "synthetic": FLAG,
    "crs": TEXT,
    "grid": TABLE,
    "variables": TABLE,
    "classes": TABLE,
    "region_names": TABLE,
}
SOURCE_KEYS = {
    "file": FILE,
    "name": TEXT,
    "unit": TEXT,
    "scale": NUMBER,
    "offset": NUMBER,
    "missing": NUMBER,
    "shift": TWO_NUMBERS,
    "resampling": TEXT,
    "month_dim": TEXT,
    "select": TABLE,
}
GRID_KEYS = {"crs": TEXT, "resolution": POSITIVE, "bounds": FOUR_NUMBERS}


def unknown(name: str, known: Mapping[str, Any]) -> str:
    """Return what to say of a name that is not known: the nearest one, or all of them."""
    near = get_close_matches(name, known, n=1)
    return f"did you mean {near[0]!r}?" if near else f"expected {', '.join(known)}"


def checked(
    table: Mapping[str, Any], keys: Mapping[str, Kind], where: str, problems: list[str]
) -> dict[str, Any]:
    """Return the entries that are known and fit; what is wrong goes to ``problems``."""
    sound = {}
    for key, value in table.items():
        if key not in keys:
            problems.append(f"{where}{key}: unknown key; {unknown(key, keys)}")
        elif not keys[key].fits(value):
            problems.append(f"{where}{key}: {value!r}; expected {keys[key].expected}")
        else:
            sound[key] = value
    return sound
