"""Loops over all land cells that no array library does in one pass; compiled by Numba.

Compiled code is kept on disk, so that only the first use on a machine compiles.
"""

from collections.abc import Callable
from functools import wraps
from threading import Lock

import numpy as np
from numba import njit, prange

_ONE_AT_A_TIME = Lock()


def on_all_processors(loop: Callable) -> Callable:
    """Compile a loop whose ``prange`` runs on all processors; one such loop runs at a time.

    Two at a time would only share the processors, and where Numba has no OpenMP (on a Mac, without
    more) they would end the process.
    """
    compiled = njit(parallel=True, cache=True, nogil=True)(loop)

    @wraps(loop)
    def run(*arguments: object) -> object:
        with _ONE_AT_A_TIME:
            return compiled(*arguments)

    return run


@on_all_processors
def look_over(values, missing, has_missing, ends, whole):  # pragma: no cover (compiled)
    """Look at stored values (months, cells) once.

    ``missing`` stands for "none" if ``has_missing``; ``ends`` are the highest and the lowest number
    of the type. Returned are how many values each month has, and the lowest and the highest.
    ``whole`` (cells,) becomes False where a month lacks a value.
    """
    months, cells = values.shape
    runs = 8
    known = np.zeros((runs, months), dtype=np.int64)
    lows, highs = np.full(runs, ends[0]), np.full(runs, ends[1])
    for run in prange(runs):
        part = slice(run * cells // runs, (run + 1) * cells // runs)
        low, high, whole_part = ends[0], ends[1], whole[part]
        for month in range(months):
            count: int | np.signedinteger = 0
            stored = values[month, part]
            for cell in range(stored.size):
                value = stored[cell]
                there = np.isfinite(value) and not (has_missing and value == missing)
                count += np.int32(there)
                if there and value < low:
                    low = value
                if there and value > high:
                    high = value
                whole_part[cell] &= there
            known[run, month] = count
        lows[run], highs[run] = low, high
    return known.sum(axis=0), lows.min(), highs.max()


@on_all_processors
def gather(
    values, starts, lengths, factor, offset, missing, has_missing, first, out
):  # pragma: no cover (compiled)
    """Copy runs of cells from stored grids into blocks, as quantities, from the cell ``first`` on.

    ``values`` (months, grid cells) as stored; ``starts`` and ``lengths`` (runs,) of cells side by
    side in the grid; ``out`` (blocks, months, BLOCK).
    """
    months, size = out.shape[1:]
    nothing = np.float32(np.nan)
    for month in prange(months):
        cell = first
        for run in range(starts.size):
            start, stop = starts[run], starts[run] + lengths[run]
            while start < stop:
                block, place = cell // size, cell % size
                count = min(size - place, stop - start)
                stored = values[month, start : start + count]
                made = out[block, month, place : place + count]
                for position in range(count):
                    value = stored[position]
                    known = not (has_missing and value == missing)
                    made[position] = np.float32(value * factor + offset) if known else nothing
                start, cell = start + count, cell + count


@njit(cache=True, nogil=True)
def quantity(value, factor, offset, missing):  # pragma: no cover (compiled)
    """Return the quantity that a stored value means, float32; NaN where it means none."""
    return np.float32(np.nan) if value == missing else np.float32(value * factor + offset)


@on_all_processors
def unfold(values, factor, offset, missing, out):  # pragma: no cover (compiled)
    """Write the quantities that stored values mean, (values,)."""
    for position in prange(values.size):
        out[position] = quantity(values[position], factor, offset, missing)


@njit(cache=True, nogil=True)
def interpolate(table, start, step, latitude, out):  # pragma: no cover (compiled)
    """Read a table over latitude off at each cell, linearly; (months, points) -> blocks.

    On one processor: it is called for one block after the other while JAX computes, and to start
    and join threads for each takes longer than the work where others use the processors, too.
    """
    blocks, months, size = out.shape
    last = table.shape[1] - 2
    for block in range(blocks):
        left, share = np.zeros(size, dtype=np.int32), np.full(size, np.float32(np.nan))
        for position in range(min(size, latitude.size - block * size)):
            place = (latitude[block * size + position] - start) / step
            left[position] = min(max(int(place), 0), last)
            share[position] = np.float32(place - left[position])
        for month in range(months):
            row, made = table[month], out[block, month]
            for position in range(size):
                low, high = row[left[position]], row[left[position] + 1]
                made[position] = low + share[position] * (high - low)


@on_all_processors
def group_sums(values, weights, group, groups):  # pragma: no cover (compiled)
    """Sum weighted values of each month by group, float64; missing values do not count.

    ``values`` (blocks, months, BLOCK); ``weights`` and ``group`` (blocks, BLOCK). Returns
    (months, groups). Each thread sums a run of blocks of its own, so nothing is written twice.
    """
    blocks, months, size = values.shape
    runs = min(blocks, 8)
    partial = np.zeros((runs, months, groups))
    for run in prange(runs):
        for block in range(run * blocks // runs, (run + 1) * blocks // runs):
            for month in range(months):
                for position in range(size):
                    value = values[block, month, position]
                    if value == value:
                        member = group[block, position]
                        partial[run, month, member] += value * weights[block, position]
    return partial.sum(axis=0)


@on_all_processors
def positive_sums(values, group, groups):  # pragma: no cover (compiled)
    """Sum and count the positive values of each month by group, (2, months, groups) float64.

    ``values`` (blocks, months, BLOCK); ``group`` (blocks, BLOCK).
    """
    blocks, months, size = values.shape
    runs = min(blocks, 8)
    partial = np.zeros((runs, 2, months, groups))
    for run in prange(runs):
        for block in range(run * blocks // runs, (run + 1) * blocks // runs):
            for month in range(months):
                for position in range(size):
                    value = values[block, month, position]
                    if value > 0:
                        partial[run, 0, month, group[block, position]] += value
                        partial[run, 1, month, group[block, position]] += 1
    return partial.sum(axis=0)


@njit(cache=True, nogil=True)
def bin_of(value, low, width, bins):  # pragma: no cover (compiled)
    """Return the bin of a value; those beyond the ends belong to the outermost."""
    return min(max(int((value - low) / width), 0), bins - 1)


@on_all_processors
def count_in_bins(values, group, groups, low, width, bins):  # pragma: no cover (compiled)
    """Count values (blocks, months, BLOCK) by group (blocks, BLOCK) and bin, (groups, bins)."""
    blocks, months, size = values.shape
    runs = min(blocks, 8)
    partial = np.zeros((runs, groups, bins), dtype=np.int64)
    for run in prange(runs):
        for block in range(run * blocks // runs, (run + 1) * blocks // runs):
            for month in range(months):
                for position in range(size):
                    value = values[block, month, position]
                    if value == value:
                        place = bin_of(value, low, width, bins)
                        partial[run, group[block, position], place] += 1
    return partial.sum(axis=0)


@njit(cache=True, nogil=True)
def count_stored(values, index, group, groups, first, step, bins):  # pragma: no cover (compiled)
    """Count stored values (months, grid cells) of some cells by group and bin, (groups, bins).

    ``index`` and ``group`` (cells,); the bin p holds the values next to ``first + step * p``.
    """
    counts = np.zeros((groups, bins), dtype=np.int64)
    for month in range(values.shape[0]):
        for cell in range(index.size):
            place = int(np.rint((values[month, index[cell]] - first) / step))
            counts[group[cell], min(max(place, 0), bins - 1)] += 1
    return counts


@njit(cache=True, nogil=True)
def take_from_bins(
    values, group, low, width, bins, first, last, starts
):  # pragma: no cover (compiled)
    """Take out the values of each group in its bins ``first`` to ``last``.

    Those of a group come to lie from its ``starts`` on; ``starts`` ends with their number.
    """
    taken = np.empty(starts[-1], dtype=values.dtype)
    place = starts[:-1].copy()
    blocks, months, size = values.shape
    for block in range(blocks):
        for month in range(months):
            for position in range(size):
                value, member = values[block, month, position], group[block, position]
                if value == value:
                    found = bin_of(value, low, width, bins)
                    if first[member] <= found <= last[member]:
                        taken[place[member]] = value
                        place[member] += 1
    return taken
