"""Attributes that change what stored numbers mean: checked before any number is read by them."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import xarray as xr

FACTOR, OFFSET = "scale_factor", "add_offset"
MISSING = ("_FillValue", "missing_value")
FIRST_YEAR, LAST_YEAR = 1, 9999
HIGHEST_CODE = 32_767
_SHOWN = 60  # characters of a value in a message


def packing_faults(array: xr.DataArray, *, is_code: bool) -> Iterator[str]:
    """Yield what is wrong with the attributes that say how a variable was packed.

    Parameters
    ----------
    array : xarray.DataArray
        Opened without decoding; a decoded one has none of these attributes.
    is_code : bool
        Whether its numbers are codes, which are not packed.
    """
    attributes, name = array.attrs, array.name
    usual = {FACTOR: 1.0, OFFSET: 0.0}
    for key, neutral in usual.items():
        if key not in attributes:
            continue
        number = number_of(attributes[key])
        if number is None or not np.isfinite(number) or (key == FACTOR and number == 0):
            not_zero = " other than 0" if key == FACTOR else ""
            yield f"{name}: {key} is {_shown(attributes[key])}; expected a number{not_zero}"
        elif is_code and number != neutral:
            yield f"{name}: {key} is {number:g}; expected codes as they are, without it"
    yield from _missing_faults(array)


def _missing_faults(array: xr.DataArray) -> Iterator[str]:
    given: dict[str, float] = {}
    for key in MISSING:
        if key not in array.attrs:
            continue
        numbers = {number_of(each) for each in np.atleast_1d(np.asarray(array.attrs[key])).flat}
        number = next(iter(numbers), None)
        if number is None or len(numbers) > 1:
            yield f"{array.name}: {key} is {_shown(array.attrs[key])}; expected one number"
            continue
        given[key] = number
        if array.dtype.kind in "iu" and not _fits(given[key], array):
            yield (
                f"{array.name}: {key} is {given[key]:g}, which is no {array.dtype}; expected one "
                "of the numbers that are stored"
            )
    if len(given) == len(MISSING) and len(set(given.values())) > 1:
        both = " and ".join(f"{key} {value:g}" for key, value in given.items())
        yield f"{array.name}: {both} differ; expected one value that means missing"


def _fits(number: float, array: xr.DataArray) -> bool:
    """Tell whether a missing value can stand among the stored numbers; NaN stands for none."""
    if np.isnan(number):
        return True
    unsigned = str(array.attrs.get("_Unsigned", "")).lower() == "true"
    limits = np.iinfo(array.dtype)
    high = 2 * limits.max + 1 if unsigned else limits.max
    return limits.min <= number <= high and number == round(number)


def year_faults(attributes: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with the year of a scene; a climatology has none."""
    if "year" not in attributes:
        return
    number = number_of(attributes["year"])
    if number is None or not FIRST_YEAR <= number <= LAST_YEAR or number != round(number):
        yield (
            f"year: {_shown(attributes['year'])}; expected a whole year from {FIRST_YEAR} to "
            f"{LAST_YEAR}, or no such attribute for a climatology"
        )


def flag_faults(layer: xr.DataArray) -> Iterator[str]:
    """Yield what is wrong with the attributes that name the codes of a layer."""
    values = layer.attrs.get("flag_values", [])
    codes = [number_of(each) for each in np.asarray(values, dtype=object).reshape(-1)]
    if np.ndim(np.asarray(values, dtype=object)) > 1 or not all(map(_is_code, codes)):
        yield (
            f"{layer.name}: flag_values {_shown(values)}; expected whole numbers from 0 to "
            f"{HIGHEST_CODE} in a row"
        )
    elif len(set(codes)) < len(codes):
        yield f"{layer.name}: flag_values {_shown(values)}; expected each code once"
    words = layer.attrs.get("flag_meanings", "")
    if not isinstance(words, str):
        yield f"{layer.name}: flag_meanings {_shown(words)}; expected names between spaces"
    elif len(words.split()) != len(codes):
        yield (
            f"{layer.name}: {len(codes)} flag_values and {len(words.split())} flag_meanings; "
            "expected a name for each code"
        )


def _is_code(number: float | None) -> bool:
    return number is not None and 0 <= number <= HIGHEST_CODE and number == round(number)


def number_of(value: object) -> float | None:
    """Return an attribute as a number; None where it is none: text, a table, true or false."""
    if isinstance(value, np.ndarray) and value.size == 1:
        value = value.reshape(-1)[0]
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | float | np.number):
        return None
    try:
        number = float(value)
    except (OverflowError, TypeError):  # a whole number beyond every float; a complex one
        return None
    return math.nan if math.isnan(number) else number  # one NaN, equal to itself in a set


def _shown(value: object) -> str:
    text = repr(value.item() if isinstance(value, np.generic) else value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
