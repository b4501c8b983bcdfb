"""Validation: does a dataset hold what the table of variables says? All faults at once."""

import json
from collections import Counter
from collections.abc import Collection, Iterator
from difflib import get_close_matches

import numpy as np
import xarray as xr

from explorer.errors import SchemaError
from explorer.memory import require_memory
from explorer.scene.encoded import encoded
from explorer.scene.grid import GEOGRAPHIC, PROJECTED
from explorer.scene.kept import kept
from explorer.scene.metadata import flag_faults, packing_faults, year_faults
from explorer.scene.place import horizontal_faults, projection_faults
from explorer.scene.survey import survey, survey_faults
from explorer.tables.classes import IGBP, OUTSIDE_CODES
from explorer.tables.variable import Inputs, Variable
from explorer.units import accepted_units, spelled_out

RESERVED_NAMES = ("all", "no region")
BYTES_A_CELL = 4  # at least: region and land cover as positions in their classes


def validate(
    dataset: xr.Dataset,
    inputs: Inputs,
    where: str = "the scene",
    surveyed: Collection[str] = (),
) -> xr.Dataset:
    """Return the dataset as it is, or raise with everything that is wrong with it.

    Checked: names, dimensions, units, coordinate order and spacing, the projection, missing values
    (a variable or a month without any), infinite values, valid ranges, land-cover codes without a
    class, regions without a name.

    Variables named in ``surveyed`` are not read: their values are looked at elsewhere, part by
    part (see ``survey``).

    Raises
    ------
    SchemaError
        Lists every fault: what, where, got, expected, what to do.
    MemoryShortageError
        When its grid has more cells than memory holds; nothing is read then.
    """
    _require_room(dataset, where)
    problems = list(_faults(dataset, inputs, surveyed))
    if problems:
        raise SchemaError(problems, where)
    return dataset


def _require_room(dataset: xr.Dataset, where: str) -> None:
    """Refuse a grid whose layers of codes alone do not fit in memory."""
    pair = _horizontal_dims(dataset)
    if pair is not None:
        rows, columns = (dataset.sizes[dim] for dim in pair)
        require_memory(
            float(rows) * columns * BYTES_A_CELL,
            f"{where}: a grid of {rows} by {columns} cells",
            "choose a part of it, or a coarser grid",
        )


def class_mapping(dataset: xr.Dataset) -> dict[str, list[int]]:
    """Return which IGBP codes belong to which class in this scene.

    Raises
    ------
    SchemaError
        When the scene's own mapping cannot be read.
    """
    text = dataset["land_cover"].attrs.get("class_mapping")
    if not text:
        return IGBP.mapping()
    try:
        mapping = json.loads(text)
    except (TypeError, ValueError, RecursionError):
        mapping = None
    sound = isinstance(mapping, dict) and all(
        name in IGBP.names
        and isinstance(codes, list)
        and all(type(code) is int and 0 <= code <= 255 for code in codes)
        for name, codes in mapping.items()
    )
    if not sound:
        raise SchemaError(
            [
                f"land_cover: class_mapping {str(text)[:60]!r} is no JSON table of class -> codes; "
                f"expected the classes {', '.join(IGBP.names)}, each with whole numbers from "
                "0 to 255"
            ]
        )
    return mapping


def region_names(dataset: xr.Dataset) -> dict[int, str]:
    """Return the names of the region layer's codes, from its CF flag attributes."""
    attributes = dataset["region"].attrs
    codes = np.asarray(attributes.get("flag_values", []), dtype=object).reshape(-1)
    words = str(attributes.get("flag_meanings", "")).split()
    return {
        int(code): word.replace("_", " ") for code, word in zip(codes, words, strict=False) if code
    }


def _faults(dataset: xr.Dataset, inputs: Inputs, surveyed: Collection[str]) -> Iterator[str]:
    horizontal = _horizontal_dims(dataset)
    if horizontal is None:
        # A Zarr store lists its variables, and so their dimensions, in any order.
        got = ", ".join(sorted(map(str, dataset.dims)))
        yield (
            f"dimensions: got {got or 'none'}; expected month with "
            f"{' and '.join(PROJECTED)} (metres) or {' and '.join(GEOGRAPHIC)} (degrees)"
        )
        horizontal = PROJECTED
    yield from _missing(dataset, inputs)
    yield from _axis_faults(dataset, inputs, horizontal)
    yield from projection_faults(dataset, horizontal)
    for name, row in inputs.rows.items():
        if name in dataset:
            yield from _variable_faults(dataset[name], row, horizontal, name not in surveyed)
    yield from year_faults(dataset.attrs)
    yield from _code_faults(dataset, inputs)
    try:
        kept(dataset.attrs)
    except SchemaError as error:
        yield from error.problems


def _horizontal_dims(dataset: xr.Dataset) -> tuple[str, str] | None:
    for pair in (PROJECTED, GEOGRAPHIC):
        if set(pair) <= set(dataset.dims):
            return pair
    return None


def _missing(dataset: xr.Dataset, inputs: Inputs) -> Iterator[str]:
    for name in inputs.required:
        if name not in dataset:
            near = get_close_matches(name, [str(other) for other in dataset.data_vars], n=1)
            hint = f" (is it {near[0]!r}?)" if near else ""
            held = ", ".join(sorted(map(str, dataset.data_vars))) or "no variables"
            yield (
                f"{name}: missing{hint}; got {held}; "
                f"add [variables.{name}] to the recipe and build the scene again"
            )


def _axis_faults(dataset: xr.Dataset, inputs: Inputs, horizontal: tuple[str, str]) -> Iterator[str]:
    monthly = any(
        "month" in row.dims and (name in inputs.required or name in dataset)
        for name, row in inputs.rows.items()
    )
    if not monthly:
        pass
    elif "month" not in dataset.coords:
        yield "month: no coordinate; expected the months 1 to 12"
    elif not np.array_equal(dataset["month"].values, np.arange(1, 13)):
        got = np.array2string(dataset["month"].values, threshold=14)
        yield f"month: got {got}; expected 1 to 12 in order"
    yield from horizontal_faults(dataset, horizontal)


def _variable_faults(
    array: xr.DataArray, row: Variable, horizontal: tuple[str, str], read: bool
) -> Iterator[str]:
    name = array.name
    dims = tuple({"y": horizontal[0], "x": horizontal[1]}.get(dim, dim) for dim in row.dims)
    if set(array.dims) != set(dims):
        yield f"{name}: dimensions {', '.join(map(str, array.dims))}; expected {', '.join(dims)}"
        return
    unit = str(array.attrs.get("units", "")).strip()
    wanted = str(row.unit)
    if not row.is_code and spelled_out(unit) != wanted:
        yield (
            f"{name}: unit {unit or 'not given'!r}; expected {wanted!r}; "
            f"a recipe converts from {', '.join(accepted_units(wanted))}"
        )
    if array.dtype.kind not in "iuf":
        yield f"{name}: values of type {array.dtype}; expected numbers"
        return
    if not array.size:
        yield f"{name}: no cells; expected a value for each"
        return
    packing = list(packing_faults(array, is_code=row.is_code))
    yield from packing
    if read and not packing:
        looked, _ = survey(encoded(array.transpose(*dims)), row)
        yield from survey_faults(str(name), looked, row)


def _code_faults(dataset: xr.Dataset, inputs: Inputs) -> Iterator[str]:
    readable = [
        name
        for name in inputs.codes
        if name in dataset and not list(packing_faults(dataset[name], is_code=True))
    ]
    if "land_cover" in readable:
        try:
            mapping = class_mapping(dataset)
        except SchemaError as error:
            yield from error.problems
            mapping = IGBP.mapping()
        known = {code for codes in mapping.values() for code in codes}
        for code, count in _code_counts(dataset["land_cover"]).items():
            if code not in known and code not in OUTSIDE_CODES:
                yield (
                    f"land_cover: code {code} in {count} cells belongs to no class; "
                    "name it under [classes] in the recipe"
                )
    flags = list(flag_faults(dataset["region"])) if "region" in dataset else []
    yield from flags
    if "region" in readable and not flags:
        named = region_names(dataset)
        for name, times in Counter(named.values()).items():
            if times > 1 or name in RESERVED_NAMES:
                yield (
                    f"region: the name {name!r} is {'given twice' if times > 1 else 'reserved'}; "
                    "expected a name of its own for each region"
                )
        for code, count in _code_counts(dataset["region"]).items():
            if code and code not in named:
                yield (
                    f"region: code {code} in {count} cells has no name; "
                    "name it under [region_names] in the recipe"
                )
    for name in readable:
        if np.issubdtype(dataset[name].dtype, np.floating):
            values = dataset[name].values
            broken = np.isfinite(values) & (values != np.round(values))
            if broken.any():
                yield f"{name}: {int(broken.sum())} values are no whole numbers; expected codes"


def _code_counts(layer: xr.DataArray) -> dict[int, int]:
    stored = encoded(layer)
    if stored.values.dtype.kind not in "iuf":
        return {}
    whole = stored.values[stored.known()]
    if whole.dtype.itemsize <= 2:  # counted, not sorted: at 1 km there are 20 million
        low = int(whole.min(initial=0))
        counts = np.bincount(whole.astype(np.int32) - low)
        return {int(code) + low: int(counts[code]) for code in np.flatnonzero(counts)}
    codes, counts = np.unique(whole.astype(np.int64), return_counts=True)
    return {int(code): int(count) for code, count in zip(codes, counts, strict=True)}
