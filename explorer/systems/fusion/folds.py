"""Folds: which samples are held out together when a forest is scored."""

from collections.abc import Callable, Iterator

import numpy as np

from explorer.observations.samples import Samples

FOLDS = 10
KINDS: dict[str, str] = {
    "random": "random 10-fold: single samples are held out; those of their study stay",
    "study": "10-fold by study: all samples of a study are held out together",
    "block": "10-fold by block of 1 degree: all samples of a block are held out together",
}
HEADLINE = ("study", "block")
"""Spatially blocked: what is to be expected where nobody has measured."""

_GROUPS: dict[str, Callable[[Samples], np.ndarray]] = {
    "random": lambda samples: np.arange(len(samples)),
    "study": lambda samples: samples.source,
    "block": lambda samples: samples.blocks,
}


def fold_numbers(samples: Samples, kind: str, seed: int, folds: int = FOLDS) -> np.ndarray:
    """Return the fold of each sample, (rows,), 0 to folds - 1.

    Parameters
    ----------
    samples : Samples
    kind : str
        One of ``KINDS``.
    seed : int
        Shuffles the groups; the order of the rows does not matter to groups.
    folds : int
        There are fewer where there are fewer groups.
    """
    _, group = np.unique(_GROUPS[kind](samples), return_inverse=True)
    group = group.reshape(-1)
    groups = int(group.max()) + 1
    shuffled = np.random.default_rng(seed).permutation(groups)
    return shuffled[group] % min(folds, groups)


def each_fold(numbers: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield masks of the rows to train on and of those held out."""
    for number in np.unique(numbers):
        held_out = numbers == number
        yield ~held_out, held_out
