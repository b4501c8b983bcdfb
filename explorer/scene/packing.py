"""Packing: a dataset is read once, some rows at a time; what is needed of its land cells is kept.

The dense grids of a large scene never lie in memory: a year of one variable at 1 km is half a
gigabyte as stored, of which packing keeps the land.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import xarray as xr

from explorer.memory import require_memory
from explorer.scene.blocks import aligned_empty, block_shape
from explorer.scene.encoded import Encoded, encoded
from explorer.scene.fields import SMALL, Field, empty_field
from explorer.scene.loops import gather
from explorer.scene.survey import Survey, survey
from explorer.scene.validate import class_mapping
from explorer.tables.classes import IGBP
from explorer.tables.variable import Inputs

BYTES_A_VALUE = 2  # at least

STRIP_CELLS = 2**20
"""Cells read at once, about: whole chunks of the file, few enough to stay near the processor."""


@dataclass(frozen=True, eq=False)
class Packed:
    """The land cells of a dataset that have every input they need, and what was seen on the way."""

    index: np.ndarray  # (cells,) position in the flattened grid
    vegetation: np.ndarray  # (cells,) position in the classes of the scene
    fields: dict[str, Field[np.ndarray]]  # (blocks, 12, BLOCK) or (blocks, 1, BLOCK)
    left_out: dict[str, int]  # land cells without some input
    surveys: dict[str, Survey]


class Looked(NamedTuple):
    """What a look at part of a dataset finds."""

    complete: np.ndarray  # (y, x) bool: land with every input that is needed
    left_out: Counter[str]
    surveys: dict[str, Survey]


def pack(
    dataset: xr.Dataset,
    inputs: Inputs,
    proceed: Callable[[float], None] = lambda share: None,
) -> Packed:
    """Read a dataset once: survey every value, and pack the land cells with every input.

    Parameters
    ----------
    dataset : xarray.Dataset
        Of sound form (see ``validate``), its rows first among the horizontal dimensions.
    inputs : Inputs
    proceed : callable
        Called with the share done after every strip.
    """
    vegetation = vegetation_of(dataset)
    columns = vegetation.shape[1]
    count, size = block_shape(max(1, int((vegetation >= 0).sum())))
    names = field_names(dataset, inputs)
    months = {
        name: dataset[name].sizes.get("month", 1)
        for name in names
        if not _is_unused(name, names, inputs)
    }
    require_memory(
        float(count) * size * sum(months.values()) * BYTES_A_VALUE,
        f"{count * size} land cells",
        "choose a part of the scene, or a coarser grid",
    )
    fields = {
        name: empty_field((count, steps, size), dataset[name]) for name, steps in months.items()
    }
    index: list[np.ndarray] = []
    left_out: Counter[str] = Counter()
    surveys: dict[str, Survey] = {}
    cells = 0
    for rows, strip in _strips(dataset[names]):
        stored = {name: encoded(strip[name]) for name in names}
        looked = look_at(stored, vegetation[rows] >= 0, inputs)
        chosen = np.flatnonzero(looked.complete)
        runs = _runs(chosen)
        for name, field in fields.items():
            _gather(stored[name], runs, cells, field)
        index.append(chosen + rows.start * columns)
        cells += chosen.size
        left_out += looked.left_out
        surveys = joined(surveys, looked.surveys)
        proceed(rows.stop / len(vegetation))
    whole = np.concatenate(index)
    return Packed(
        whole,
        vegetation.reshape(-1)[whole],
        {name: _trimmed(field, cells) for name, field in fields.items()},
        {name: left_out[name] for name in names if left_out[name]},
        surveys,
    )


def field_names(dataset: xr.Dataset, inputs: Inputs) -> list[str]:
    """Return the inputs that cells have numbers of."""
    return [name for name, row in inputs.rows.items() if name in dataset and not row.is_code]


def _is_unused(name: str, names: Collection[str], inputs: Inputs) -> bool:
    """Return whether an input is checked only, as sunshine beside radiation."""
    return inputs.unused_beside.get(name) in names


def look_at(stored: dict[str, Encoded], land: np.ndarray, inputs: Inputs) -> Looked:
    """Survey fields, and find the land cells with every input that is needed.

    Parameters
    ----------
    stored : dict of Encoded
        (12, y, x) or (y, x).
    land : array of bool, shape (y, x)
    inputs : Inputs
    """
    complete = land.copy()
    left_out: Counter[str] = Counter()
    surveys: dict[str, Survey] = {}
    for name, field in stored.items():
        surveys[name], whole = survey(field, inputs.rows[name])
        if name in inputs.optional or _is_unused(name, stored, inputs):
            continue
        left_out[name] = int((land & ~whole).sum())
        complete &= whole
    return Looked(complete, left_out, surveys)


def joined(one: dict[str, Survey], other: dict[str, Survey]) -> dict[str, Survey]:
    """Return the surveys of two parts together; the first may be of nothing yet."""
    return {name: one[name].joined(seen) if name in one else seen for name, seen in other.items()}


def packed_cells(stored: Encoded, index: np.ndarray) -> np.ndarray:
    """Return the land cells of a stored field in blocks, as float32 quantities."""
    count, size = block_shape(index.size)
    months = stored.values.shape[0] if stored.values.ndim == 3 else 1
    out = Field(aligned_empty((count, months, size), np.float32))
    _gather(stored, _runs(index), 0, out)
    return _trimmed(out, index.size).values


def vegetation_of(dataset: xr.Dataset) -> np.ndarray:
    """Return the class of every grid cell, a position in ``IGBP``; -1 outside every model."""
    return IGBP.positions(class_mapping(dataset))[whole_codes(dataset["land_cover"])]


def codes_of(layer: xr.DataArray) -> np.ndarray:
    """Return a layer of codes from 0 to 255."""
    return whole_codes(layer).astype(np.uint8)


def whole_codes(layer: xr.DataArray) -> np.ndarray:
    """Return a layer of codes as whole numbers; missing is 0."""
    stored = encoded(layer)
    return np.where(stored.known(), stored.values, 0).astype(np.int16)


def _gather(
    stored: Encoded, runs: tuple[np.ndarray, np.ndarray], first: int, out: Field[np.ndarray]
) -> None:
    """Write runs of cells of a stored variable into a field, from the cell ``first`` on."""
    values = np.ascontiguousarray(stored.values).reshape(out.shape[1], -1)
    if out.values.dtype in SMALL:  # it is kept as it is stored
        stored = Encoded(values)
    gather(values, *runs, stored.factor, stored.offset, *stored.typed_missing, first, out.values)


def _runs(index: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return start and length of the runs of cells that lie side by side."""
    ends = np.flatnonzero(np.diff(index, append=-1) != 1) + 1
    lengths = np.diff(ends, prepend=0)
    return index[ends - lengths], lengths


def _trimmed(field: Field[np.ndarray], cells: int) -> Field[np.ndarray]:
    """Return the blocks that so many cells need, the rest of the last one missing."""
    count, size = block_shape(max(1, cells))
    if size < field.shape[-1]:  # one small block
        fitting = aligned_empty((1, field.shape[1], size), field.values.dtype)
        fitting[...] = field.values[:1, :, :size]
        field = replace(field, values=fitting)
    field.values[count - 1, :, cells - (count - 1) * size :] = field.missing
    return field[:count]


def _strips(dataset: xr.Dataset) -> Iterator[tuple[slice, xr.Dataset]]:
    """Read a dataset strip by strip; while one is worked on, the next is being read."""
    down, along = next(array.dims[-2:] for array in dataset.values())
    chunk = max(
        array.encoding.get("preferred_chunks", {}).get(down, 1) for array in dataset.values()
    )
    height = max(1, STRIP_CELLS // dataset.sizes[along] // chunk) * chunk
    starts = range(0, dataset.sizes[down], height)
    rows = [slice(start, min(start + height, dataset.sizes[down])) for start in starts]

    def read(part: slice) -> xr.Dataset:
        return dataset.isel({down: part}).load()

    with ThreadPoolExecutor(1, thread_name_prefix="reading") as reader:
        coming = reader.submit(read, rows[0])
        for number, part in enumerate(rows):
            strip = coming.result()
            if number + 1 < len(rows):
                coming = reader.submit(read, rows[number + 1])
            yield part, strip
