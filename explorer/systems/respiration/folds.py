"""Which samples a model learns from, stops on and is tested on.

Random folds are the paper's. They leak: windows of neighbouring steps overlap, and what does not
change at a site is its name. Whole sites, whole years and purged blocks stand beside them.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from explorer.systems.respiration.samples import Samples


class Fold(NamedTuple):
    """Positions of samples; the three are disjoint."""

    train: np.ndarray
    validation: np.ndarray
    test: np.ndarray


def random_folds(samples: Samples, count: int = 10, seed: int = 0) -> list[Fold]:
    """Return folds over samples at random, 8:1:1 for ten: each is once test, once validation.

    Parameters
    ----------
    samples : Samples
    count : int
        Three or more.
    seed : int
    """
    order = np.random.default_rng(seed).permutation(len(samples))
    parts = np.array_split(order, count)
    return [
        Fold(
            _sorted(
                [parts[each] for each in range(count) if each not in (test, _next(test, count))]
            ),
            np.sort(parts[_next(test, count)]),
            np.sort(parts[test]),
        )
        for test in range(count)
    ]


def purged_folds(samples: Samples, count: int = 10, seed: int = 0) -> list[Fold]:
    """Return folds over blocks of a site's time, without training windows that touch a test window.

    Each site's samples are cut into ``count`` stretches in time, dealt out at random; a training or
    validation sample whose window shares a step with that of a test sample of its site is left out.
    """
    rng = np.random.default_rng(seed)
    part = np.empty(len(samples), int)
    for site in range(len(samples.sites)):
        rows = np.flatnonzero(samples.site == site)
        rows = rows[np.argsort(samples.number[rows])]
        dealt = rng.permutation(count)
        for block, chosen in enumerate(np.array_split(rows, count)):
            part[chosen] = dealt[block]
    folds = []
    for test in range(count):
        tested = np.flatnonzero(part == test)
        validation = np.flatnonzero(part == _next(test, count))
        train = np.flatnonzero((part != test) & (part != _next(test, count)))
        folds.append(
            Fold(_apart(samples, train, tested), _apart(samples, validation, tested), tested)
        )
    return folds


def left_out(samples: Samples, groups: np.ndarray, seed: int = 0, share: float = 0.1) -> list[Fold]:
    """Return a fold for each group, in rising order: it is tested, all others are learnt from.

    Of the others a tenth of the samples, drawn at random, is for stopping.

    Parameters
    ----------
    samples : Samples
    groups : array (samples,)
        Such as ``samples.site`` or ``samples.year``.
    seed : int
    share : float
    """
    rng = np.random.default_rng(seed)
    folds = []
    for group in np.unique(groups):
        others = np.flatnonzero(groups != group)
        stopping = rng.permutation(others)[: max(1, int(share * others.size))]
        folds.append(
            Fold(np.setdiff1d(others, stopping), np.sort(stopping), np.flatnonzero(groups == group))
        )
    return folds


def overlap(samples: Samples, rows: np.ndarray, tested: np.ndarray) -> np.ndarray:
    """Return which rows have a window that shares a step with that of a test sample of the site."""
    shared = np.zeros(rows.size, bool)
    for site in np.unique(samples.site[tested]):
        numbers = np.sort(samples.number[tested[samples.site[tested] == site]])
        mine = samples.site[rows] == site
        after = np.searchsorted(numbers, samples.number[rows[mine]])
        below = numbers[np.maximum(after - 1, 0)]
        above = numbers[np.minimum(after, numbers.size - 1)]
        here = samples.number[rows[mine]]
        near = np.minimum(np.abs(here - below), np.abs(above - here))
        shared[mine] = near < samples.window
    return shared


def _apart(samples: Samples, rows: np.ndarray, tested: np.ndarray) -> np.ndarray:
    return rows[~overlap(samples, rows, tested)]


def _next(fold: int, count: int) -> int:
    return (fold + 1) % count


def _sorted(parts: Sequence[np.ndarray]) -> np.ndarray:
    return np.sort(np.concatenate(parts))
