"""Loops that sum what NPP is made of over all land cells in one pass; compiled by Numba."""

import numpy as np
from numba import prange

from explorer.scene.loops import on_all_processors, quantity


@on_all_processors
def clumped_sums(
    drive, fpar_0, ci, coding, area, group, groups, fpar_max, threshold
):  # pragma: no cover (compiled)
    """Sum what NPP is made of, by month and group, and count the cells near FPAR's upper limit.

    Fields are (blocks, 12, BLOCK), ``area`` and ``group`` (blocks, BLOCK); ``coding`` is that of
    the stored numbers of ``ci`` (see ``scene.fields``). With the weight
    w = area * drive, returned are, float64 (12, groups):
    the sum of w min(fpar_0, fpar_max); of w fpar_0 ci where CI is known; of w min(fpar_0, fpar_max)
    where it is not; how many cells that last sum has; and for each run of blocks how many
    cell-months have fpar_0 ci > threshold.
    """
    blocks, months, size = drive.shape
    factor, offset, missing = coding
    runs = min(blocks, 8)
    partial = np.zeros((runs, 4, months, groups))
    near = np.zeros(runs, dtype=np.int64)
    for run in prange(runs):
        for block in range(run * blocks // runs, (run + 1) * blocks // runs):
            for month in range(months):
                for cell in range(size):
                    weight = area[block, cell] * drive[block, month, cell]
                    if weight != weight:
                        continue
                    member = group[block, cell]
                    bare = fpar_0[block, month, cell]
                    held = weight * min(bare, fpar_max)
                    partial[run, 0, month, member] += held
                    index = quantity(ci[block, month, cell], factor, offset, missing)
                    if index > 0:
                        partial[run, 1, month, member] += weight * bare * index
                        near[run] += bare * index > threshold
                    else:
                        partial[run, 2, month, member] += held
                        partial[run, 3, month, member] += 1
    return partial.sum(axis=0), near


@on_all_processors
def near_limit(
    drive, fpar_0, ci, coding, area, group, threshold, near
):  # pragma: no cover (compiled)
    """List the cell-months with fpar_0 ci > threshold: their fpar_0 ci, weight, month and group."""
    blocks, months, size = drive.shape
    factor, offset, missing = coding
    runs = near.size
    total = near.sum()
    product, weight = np.empty(total, np.float32), np.empty(total, np.float32)
    when, member = np.empty(total, np.int8), np.empty(total, np.int32)
    first = np.zeros(runs, dtype=np.int64)
    first[1:] = np.cumsum(near)[:-1]
    for run in prange(runs):
        place = first[run]
        for block in range(run * blocks // runs, (run + 1) * blocks // runs):
            for month in range(months):
                for cell in range(size):
                    index = quantity(ci[block, month, cell], factor, offset, missing)
                    clumped = fpar_0[block, month, cell] * index
                    amount = area[block, cell] * drive[block, month, cell]
                    if clumped > threshold and amount == amount:
                        product[place] = clumped
                        weight[place] = amount
                        when[place] = month
                        member[place] = group[block, cell]
                        place += 1
    return product, weight, when, member


@on_all_processors
def excess_sums(
    product, weight, when, member, ci_ref, fpar_max, groups
):  # pragma: no cover (compiled)
    """Sum weight * (product / ci_ref - fpar_max) where positive, by month and group; and count.

    ``ci_ref`` (12, classes); a group's class is its remainder by the number of classes.
    """
    months, classes = ci_ref.shape
    runs = 8
    partial = np.zeros((runs, months, groups))
    held = np.zeros(runs, dtype=np.int64)
    for run in prange(runs):
        for place in range(run * product.size // runs, (run + 1) * product.size // runs):
            month = when[place]
            over = product[place] / ci_ref[month, member[place] % classes] - fpar_max
            if over > 0:
                partial[run, month, member[place]] += weight[place] * over
                held[run] += 1
    return partial.sum(axis=0), held.sum()
