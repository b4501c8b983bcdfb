"""Loops over trees and rows, compiled: what a forest says of millions of cells.

Rows are taken in blocks. All trees are walked for one block before the next, so that its rows stay
in the cache. Within a block all rows take one step down a tree before any takes the next: the
processor then waits for the memory of many rows at once, and never guesses a branch. A leaf's child
is itself and its threshold is infinite, so a row that has arrived stays.
"""

import numpy as np
from numba import njit, prange

from explorer.scene.loops import on_all_processors
from explorer.systems.fusion.small_trees import DE_BRUIJN

BLOCK_ROWS = 256


@njit(nogil=True, cache=True, inline="always")
def _turned(matrix, first, rows, block):  # pragma: no cover (compiled)
    """Copy some rows of a matrix, one predictor after the other."""
    for row in range(rows):
        for column in range(matrix.shape[1]):
            block[column * BLOCK_ROWS + row] = matrix[first + row, column]


@njit(nogil=True, cache=True, inline="always")
def _walked(block, features, children, thresholds, start, depth, rows, at):  # pragma: no cover
    """Write into ``at`` the leaf of one tree that each row of a block falls into.

    Unsigned numbers, for signed ones would be checked for counting from the end.
    """
    for row in range(rows):
        at[row] = np.uint32(start)
    for _ in range(depth):
        for row in range(rows):
            here = at[row]
            value = block[np.uint32(features[here] * np.uint32(BLOCK_ROWS) + np.uint32(row))]
            at[row] = children[here] + np.uint32(value > thresholds[here])


@on_all_processors
def sum_of_trees(
    matrix, features, children, thresholds, values, starts, depths, out
):  # pragma: no cover (compiled)
    """Add up the leaves that each row of (rows, predictors) falls into, (rows,), float64."""
    total = matrix.shape[0]
    for number in prange((total + BLOCK_ROWS - 1) // BLOCK_ROWS):
        first = number * BLOCK_ROWS
        rows = min(BLOCK_ROWS, total - first)
        block = np.empty(matrix.shape[1] * BLOCK_ROWS, dtype=np.float32)
        at = np.empty(BLOCK_ROWS, dtype=np.uint32)
        _turned(matrix, first, rows, block)
        for tree in range(starts.size):
            _walked(block, features, children, thresholds, starts[tree], depths[tree], rows, at)
            for row in range(rows):
                out[first + row] += values[at[row]]


@on_all_processors
def quantiles_of_trees(
    matrix, features, children, thresholds, values, starts, depths, shares, out
):  # pragma: no cover (compiled)
    """Give quantiles, (rows, shares), of one value from each tree; linear between neighbours."""
    total, trees = matrix.shape[0], starts.size
    for number in prange((total + BLOCK_ROWS - 1) // BLOCK_ROWS):
        first = number * BLOCK_ROWS
        rows = min(BLOCK_ROWS, total - first)
        block = np.empty(matrix.shape[1] * BLOCK_ROWS, dtype=np.float32)
        at = np.empty(BLOCK_ROWS, dtype=np.uint32)
        drawn = np.empty((rows, trees), dtype=np.float32)
        _turned(matrix, first, rows, block)
        for tree in range(trees):
            _walked(block, features, children, thresholds, starts[tree], depths[tree], rows, at)
            for row in range(rows):
                drawn[row, tree] = values[at[row]]
        for row in range(rows):
            ordered = np.sort(drawn[row])
            for share in range(shares.size):
                place = shares[share] * (trees - 1)
                low = int(place)
                high = min(low + 1, trees - 1)
                out[first + row, share] = ordered[low] + (place - low) * (
                    ordered[high] - ordered[low]
                )


@on_all_processors
def sum_of_small_trees(
    matrix, features, thresholds, masks, first_split, leaves, first_leaf, bit, values, out
):  # pragma: no cover (compiled)
    """Add up leaves as ``sum_of_trees`` does, by the masks of ``small_trees``."""
    total = matrix.shape[0]
    everything = np.uint64(0xFFFFFFFFFFFFFFFF)
    for number in prange((total + BLOCK_ROWS - 1) // BLOCK_ROWS):
        first = number * BLOCK_ROWS
        rows = min(BLOCK_ROWS, total - first)
        block = np.zeros((matrix.shape[1], BLOCK_ROWS), dtype=np.float32)
        for row in range(rows):
            for column in range(matrix.shape[1]):
                block[column, row] = matrix[first + row, column]
        left = np.empty(BLOCK_ROWS, dtype=np.uint64)
        for tree in range(first_leaf.size - 1):
            left[:] = everything
            for split in range(first_split[tree], first_split[tree + 1]):
                asked = block[features[split]]
                threshold, mask = thresholds[split], masks[split]
                for row in range(BLOCK_ROWS):
                    left[row] &= mask if asked[row] > threshold else everything
            for row in range(rows):
                lowest = left[row] & (~left[row] + np.uint64(1))
                place = bit[(lowest * np.uint64(DE_BRUIJN)) >> np.uint64(58)]
                out[first + row] += values[leaves[first_leaf[tree] + place]]
