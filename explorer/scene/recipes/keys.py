"""Which keys a recipe may hold, and what each must be."""

import re
import string
import sys
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any, NamedTuple

_MONTH_WRITTEN = re.compile("0?[1-9]?d?")


class Kind(NamedTuple):
    """What a key's value must be, in words and as a check."""

    expected: str
    fits: Callable[[Any], bool]


def _is_number(value: Any) -> bool:
    # Compared, not converted: a whole number may be larger than every float.
    whole = isinstance(value, int | float) and not isinstance(value, bool)
    return whole and -sys.float_info.max <= value <= sys.float_info.max


def _are_numbers(count: int) -> Callable[[Any], bool]:
    return lambda value: (
        isinstance(value, list) and len(value) == count and all(map(_is_number, value))
    )


def _is_pattern(value: Any) -> bool:
    """Tell whether a text is a file name in which at most ``{month}`` stands for something.

    How a month is written may be said as well, in at most nine digits: ``{month:02d}``.
    """
    if not isinstance(value, str) or not value or "\0" in value:
        return False
    try:
        parts = list(string.Formatter().parse(value))
    except ValueError:
        return False
    return all(
        name is None
        or (name == "month" and not conversion and _MONTH_WRITTEN.fullmatch(spec or ""))
        for _, name, spec, conversion in parts
    )


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and "\0" not in value


TEXT = Kind("a text", _is_text)
FILE = Kind("a file name, or one with {month}", _is_pattern)
NUMBER = Kind("a finite number", _is_number)
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
FOUR_NUMBERS = Kind(
    "left, bottom, right, top, in this order",
    lambda value: _are_numbers(4)(value) and value[0] < value[2] and value[1] < value[3],
)
TABLE = Kind("a table", lambda value: isinstance(value, dict))
CODES = Kind(
    "a list of whole numbers from 0 to 255",
    lambda value: (
        isinstance(value, list) and all(type(code) is int and 0 <= code <= 255 for code in value)
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
