"""Percentiles of classes: exact, without sorting or copying all values.

Values are counted in narrow bins, which shows where a percentile lies; then only the values of
that bin are taken out and sorted. 114 million values at 1 km take a third of a second; picking
out the members of each class, as ``numpy.percentile`` needs them, ten times that.
"""

import numpy as np

from explorer.scene.loops import count_in_bins, take_from_bins

BINS = 2**14


def class_percentiles(
    values: np.ndarray,
    group: np.ndarray,
    groups: int,
    percentile: float,
    span: tuple[float, float],
) -> np.ndarray:
    """Return a percentile of the values of each class, linear between neighbours.

    Parameters
    ----------
    values : float32 array, shape (blocks, months, BLOCK)
        Missing ones do not count.
    group : array of int, shape (blocks, BLOCK)
    groups : int
    percentile : float
        0 to 100.
    span : tuple of float
        Where about the values lie; those beyond count all the same, only slower.

    Returns
    -------
    float32 array, shape (groups,); NaN for a class without values.
    """
    low, width = span[0], (span[1] - span[0]) / BINS
    counts = count_in_bins(values, group, groups, low, width, BINS)
    reached = np.cumsum(counts, axis=1)
    place = percentile / 100 * np.maximum(reached[:, -1] - 1, 0)
    ranks = np.floor(place).astype(np.int64), np.ceil(place).astype(np.int64)
    # The bin of a rank is the first that reaches beyond it.
    first, last = ((reached <= rank[:, np.newaxis]).sum(axis=1) for rank in ranks)
    taken = [
        counts[number, first[number] : last[number] + 1].sum() if total else 0
        for number, total in enumerate(reached[:, -1])
    ]
    starts = np.concatenate([[0], np.cumsum(taken)]).astype(np.int64)
    within = take_from_bins(values, group, low, width, BINS, first, last, starts)
    found = np.full(groups, np.nan, dtype=np.float32)
    for number in np.flatnonzero(taken):
        ordered = np.sort(within[starts[number] : starts[number + 1]]).astype(float)
        before = reached[number, first[number] - 1] if first[number] else 0
        below, above = (ordered[rank[number] - before] for rank in ranks)
        found[number] = below + (above - below) * (place[number] % 1)
    return found
