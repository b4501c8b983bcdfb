"""Where a surrogate is first taught: points that fill a box evenly, without correlation."""

from math import gcd

import numpy as np

VECTORS_TRIED = 60
"""Of lattices; the one of lowest discrepancy is taken."""
PASSES = 20


def lattice_design(points: int, dimensions: int, seed: int = 0) -> np.ndarray:
    """Return good-lattice points, decorrelated: (points, dimensions) within [0, 1].

    Ma et al. (2022), sec. 3.1, step 1, after Gong and Duan (2017).

    Parameters
    ----------
    points, dimensions : int
    seed : int
        Of the generators that are tried.
    """
    return decorrelated(good_lattice_points(points, dimensions, seed))


def good_lattice_points(points: int, dimensions: int, seed: int = 0) -> np.ndarray:
    """Return the lattice whose discrepancy is least among some (Fang and Wang 1994).

    A vector h of numbers without a common factor with the number of points n gives row i the places
    (i h_j mod n + 1/2) / n. Each column has each level once, and none is another or its mirror
    image. Powers of one number, as in Korobov's lattices, repeat themselves too soon: the sixth
    power modulo 126 is always 1.

    Raises
    ------
    ValueError
        When there are too few points for so many columns.
    """
    units = np.array([h for h in range(2, points // 2 + 1) if gcd(h, points) == 1])
    if len(units) < dimensions - 1:
        raise ValueError(f"{points} points: too few for {dimensions} columns of a lattice")
    draw = np.random.default_rng(seed)
    tried = [
        np.concatenate([[1], draw.choice(units, dimensions - 1, replace=False)])
        for _ in range(VECTORS_TRIED)
    ]
    lattices = [
        ((np.arange(points)[:, np.newaxis] * vector) % points + 0.5) / points for vector in tried
    ]
    return min(lattices, key=discrepancy)


def discrepancy(design: np.ndarray) -> float:
    """Return the centred L2 discrepancy (Hickernell 1998); lower is more even."""
    from scipy.stats import qmc

    return float(qmc.discrepancy(design, method="CD"))


def decorrelated(design: np.ndarray) -> np.ndarray:
    """Return the design with its columns decorrelated: ranked Gram-Schmidt (Owen 1994).

    Each column in turn loses what the ones before it explain, and is replaced by its ranks, so
    that it keeps its levels; then the same from the last column to the first. The pass with the
    least largest correlation is returned.
    """
    levels = np.sort(design, axis=0)
    best, current = design, design.copy()
    for number in range(PASSES):
        order = range(design.shape[1])
        current = _pass(current, levels, list(order if number % 2 == 0 else reversed(order)))
        if largest_correlation(current) < largest_correlation(best):
            best = current
    return best


def _pass(design: np.ndarray, levels: np.ndarray, order: list[int]) -> np.ndarray:
    out = design.copy()
    for place, column in enumerate(order):
        before = out[:, order[:place]] - 0.5
        rest = out[:, column] - 0.5
        if place:
            rest = rest - before @ np.linalg.lstsq(before, rest, rcond=None)[0]
        out[:, column] = levels[np.argsort(np.argsort(rest)), column]
    return out


def largest_correlation(design: np.ndarray) -> float:
    """Return the largest absolute correlation between two columns."""
    between = np.corrcoef(design, rowvar=False)
    return float(np.abs(between - np.eye(design.shape[1])).max())
