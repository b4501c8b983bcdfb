"""Adaptive Metropolis on a surrogate, and whether chains have come together."""

from functools import cache
from typing import Any

import numpy as np

from explorer.systems.calibration.surrogate import Surrogate

ADAPT_FROM, ADAPT_EACH = 500, 250
"""Steps before the first adaptation of the proposal, and between two."""
FIRST_STEP = 0.05
SMALLEST = 1e-6
"""Added to the variance of the proposal, so that no direction is lost (Haario et al. 2001)."""


def chain(
    surrogate: Surrogate, start: np.ndarray, steps: int, seed: int, spread: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Walk the posterior exp(-cost / 2) of a surrogate by adaptive Metropolis.

    Haario et al. (2001): proposals are Gaussian with 2.38^2 / d times the covariance of the chain
    so far. A step out of [0, 1] is rejected, which is the uniform prior.

    Parameters
    ----------
    surrogate : Surrogate
    start : array, (dimensions,)
    steps : int
    seed : int
    spread : array, (dimensions, dimensions), optional
        Covariance to begin with.

    Returns
    -------
    array, (steps, dimensions)
    array, (steps,)
        Costs by the surrogate.
    """
    dimensions = start.size
    draw = np.random.default_rng(seed)
    noise = draw.standard_normal((steps, dimensions))
    chance = np.log(draw.random(steps))
    begin = FIRST_STEP**2 * np.eye(dimensions) if spread is None else np.asarray(spread, float)
    return _walk()(
        surrogate.places, surrogate.weights, surrogate.lengths, surrogate.level,
        np.asarray(start, float), noise, chance, begin,
        ADAPT_FROM, ADAPT_EACH, 2.38**2 / dimensions, SMALLEST,
    )  # fmt: skip


def gelman_rubin(chains: np.ndarray) -> np.ndarray:
    """Return the potential scale reduction of each parameter.

    Gelman and Rubin (1992): sqrt[(N - 1)/N + (C + 1)/(C N) B/W], B = N times the variance of the
    means of C chains of N draws, W the mean of their variances. Ma et al. (2022), Eq. 8, print B
    without N, by which nearly any chains would pass.

    Parameters
    ----------
    chains : array, (chains, draws, parameters)
    """
    count, draws, _ = chains.shape
    between = draws * chains.mean(axis=1).var(axis=0, ddof=1)
    within = chains.var(axis=1, ddof=1).mean(axis=0)
    ratio = between / np.maximum(within, 1e-300)
    return np.sqrt((draws - 1) / draws + (count + 1) / (count * draws) * ratio)


@cache
def _walk() -> Any:
    """Compile the loop when it is first needed."""
    from numba import njit

    @njit(nogil=True, fastmath=True, cache=True)
    def expected(places, weights, lengths, level, share):
        total = level
        dimensions = share.size
        scaled = share / lengths
        for row in range(weights.size):
            square = 0.0
            for column in range(dimensions):
                away = scaled[column] - places[row, column]
                square += away * away
            distance = np.sqrt(5 * square)
            total += weights[row] * (1 + distance + 5 * square / 3) * np.exp(-distance)
        return total

    @njit(nogil=True, cache=True)
    def walk(
        places, weights, lengths, level, start, noise, chance, begin, first, each, scale, smallest
    ):
        steps, dimensions = noise.shape
        draws, costs = np.empty((steps, dimensions)), np.empty(steps)
        here = start.copy()
        cost = expected(places, weights, lengths, level, here)
        root = np.linalg.cholesky(begin)
        mean, moment = np.zeros(dimensions), np.zeros((dimensions, dimensions))
        for step in range(steps):
            there = here + root @ noise[step]
            if there.min() >= 0 and there.max() <= 1:
                tried = expected(places, weights, lengths, level, there)
                if chance[step] < 0.5 * (cost - tried):
                    here, cost = there, tried
            draws[step], costs[step] = here, cost
            away = here - mean
            mean = mean + away / (step + 1)
            moment += np.outer(away, here - mean)
            if step >= first and step % each == 0:
                covariance = scale * (moment / step + smallest * np.eye(dimensions))
                root = np.linalg.cholesky(covariance)
        return draws, costs

    return walk
