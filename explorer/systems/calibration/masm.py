"""MASM, the modified adaptive surrogate modelling of Ma et al. (2022), of one cell.

A block of parameters is taught to a surrogate from 18 runs a parameter, then 200 rounds of: walk
the surrogate's posterior (Bayes1), run the model at five of its points, teach them too. Chains on
the final surrogate (Bayes2) give the posterior. What the paper leaves open is as in ASMO-PODE (Gong
and Duan 2017): Matérn 5/2, adaptive Metropolis, and the five points, which are the best and four
that lie far from each other and from all before.

Every random number comes from the seed, the block and the round, and a block's state is its points:
a block that was stopped goes on as if it had not been (``Block``).
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from explorer.systems.calibration.chains import chain, gelman_rubin
from explorer.systems.calibration.design import lattice_design
from explorer.systems.calibration.surrogate import Scales, fitted

Costs = Callable[[np.ndarray], np.ndarray]
"""Costs of the model at some places in [0, 1], (n, dimensions) -> (n,)."""

POINTS_A_PARAMETER = 18
ROUNDS = 200
REPRESENTATIVES = 5
STEPS = 10_000
CHAINS = 5
DRAWS = 100_000
CYCLES = 10
CONVERGED = 1.2
CANDIDATES = 400


class Plan(NamedTuple):
    """How much is done; the defaults are the paper's."""

    points_a_parameter: int = POINTS_A_PARAMETER
    rounds: int = ROUNDS
    steps: int = STEPS
    draws: int = DRAWS

    def runs(self, dimensions: int) -> int:
        """Return how often a block runs the model."""
        return self.points_a_parameter * dimensions + REPRESENTATIVES * self.rounds


AS_PUBLISHED = Plan()


class Block(NamedTuple):
    """A block so far: the model's costs at some places. Arrays alone, so it can be kept."""

    share: np.ndarray  # (points, dimensions)
    costs: np.ndarray  # (points,)
    misses: np.ndarray  # surrogate - model at the representatives of each round, (rounds, 5)
    scales: Scales | None


class Posterior(NamedTuple):
    """What the chains on the final surrogate have come to."""

    mean: np.ndarray  # of the last draws, within [0, 1], (dimensions,)
    draws: np.ndarray  # thinned, (n, dimensions)
    rubin: np.ndarray  # (dimensions,)
    converged: bool
    best: np.ndarray  # place of the lowest cost of the model, (dimensions,)
    best_cost: float
    surrogate_rmse: float  # of the last rounds, Eq. 7
    mean_cost: float  # of the last draws, by the surrogate
    runs: int


def begun(costs: Costs, dimensions: int, plan: Plan = AS_PUBLISHED, seed: int = 0) -> Block:
    """Return a block with its first points."""
    share = lattice_design(plan.points_a_parameter * dimensions, dimensions, seed)
    return Block(share, np.asarray(costs(share), float), np.empty((0, REPRESENTATIVES)), None)


def round_done(block: Block, costs: Costs, plan: Plan = AS_PUBLISHED, seed: int = 0) -> Block:
    """Return the block after one more round of Bayes1."""
    number = len(block.misses)
    surrogate, scales = fitted(block.share, block.costs, block.scales)
    start = block.share[block.costs.argmin()]
    draws, expected = chain(surrogate, start, plan.steps, _seed(seed, number))
    chosen = _representatives(draws[plan.steps // 2 :], expected[plan.steps // 2 :], block.share)
    found = np.asarray(costs(chosen), float)
    miss = surrogate.mean(chosen) - found
    return Block(
        np.concatenate([block.share, chosen]),
        np.concatenate([block.costs, found]),
        np.concatenate([block.misses, miss[np.newaxis]]),
        scales,
    )


def posterior(block: Block, plan: Plan = AS_PUBLISHED, seed: int = 0) -> Posterior:
    """Return the posterior by chains on the final surrogate: Bayes2.

    Chains of ``draws`` / 5 each, from points drawn among the best; repeated from where they ended,
    at most ten times, until the scale reduction is below 1.2.
    """
    surrogate, _ = fitted(block.share, block.costs, None)
    order = np.argsort(block.costs)[: max(4 * CHAINS, len(block.costs) // 10)]
    pick = np.random.default_rng(_seed(seed, 10_001)).choice(order, CHAINS, replace=False)
    ends = block.share[pick]
    spread: list[np.ndarray | None] = [None] * CHAINS
    each = plan.draws // CHAINS
    rubin = np.full(block.share.shape[1], np.inf)
    draws, expected = np.empty((CHAINS, each, ends.shape[1])), np.empty((CHAINS, each))
    for cycle in range(CYCLES):
        for number in range(CHAINS):
            draws[number], expected[number] = chain(
                surrogate, ends[number], each, _seed(seed, 20_000 + CHAINS * cycle + number),
                spread[number],
            )  # fmt: skip
            ends[number] = draws[number, -1]
            wide = np.cov(draws[number], rowvar=False) + 1e-6 * np.eye(ends.shape[1])
            spread[number] = 2.38**2 / ends.shape[1] * wide
        rubin = gelman_rubin(draws)
        if (rubin < CONVERGED).all():
            break
    flat = draws.reshape(-1, ends.shape[1])
    last = block.misses[-max(10, len(block.misses) // 4) :]
    return Posterior(
        flat.mean(axis=0),
        flat[:: max(1, len(flat) // 4000)],
        rubin,
        bool((rubin < CONVERGED).all()),
        block.share[block.costs.argmin()],
        float(block.costs.min()),
        float(np.sqrt(np.mean(last**2))) if last.size else float("nan"),
        float(expected.mean()),
        len(block.costs),
    )


def calibrated_block(
    costs: Costs,
    dimensions: int,
    plan: Plan = AS_PUBLISHED,
    seed: int = 0,
    *,
    block: Block | None = None,
    proceed: Callable[[Block, float], bool] = lambda block, share: True,
) -> Posterior | None:
    """Calibrate one block of parameters, or go on with one that was stopped.

    Parameters
    ----------
    costs : callable
    dimensions : int
    plan : Plan
    seed : int
    block : Block, optional
        Where to go on.
    proceed : callable
        Given the block and the share done after each round; when it says no, the result is None.
    """
    block = begun(costs, dimensions, plan, seed) if block is None else block
    while len(block.misses) < plan.rounds:
        if not proceed(block, len(block.misses) / plan.rounds):
            return None
        block = round_done(block, costs, plan, seed)
    return posterior(block, plan, seed)


def _seed(seed: int, number: int) -> int:
    return int(np.random.SeedSequence([seed, number]).generate_state(1)[0])


def _representatives(draws: np.ndarray, expected: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Return the best draw, and four far from each other and from all places known."""
    rows = np.linspace(0, len(draws) - 1, CANDIDATES).astype(int)
    candidates = draws[rows]
    chosen = [draws[expected.argmin()]]
    nearest = _nearest(candidates, np.concatenate([known, chosen]))
    for _ in range(REPRESENTATIVES - 1):
        far = candidates[nearest.argmax()]
        chosen.append(far)
        nearest = np.minimum(nearest, _nearest(candidates, far[np.newaxis]))
    return np.stack(chosen)


def _nearest(places: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Return the squared distance of each place to the nearest that is known."""
    square = (places**2).sum(axis=1)[:, np.newaxis] + (known**2).sum(axis=1)
    return (square - 2 * places @ known.T).min(axis=1)


def kept_as_arrays(block: Block) -> dict[str, np.ndarray]:
    """Return a block as arrays by name, for ``numpy.savez``."""
    arrays = {"share": block.share, "costs": block.costs, "misses": block.misses}
    if block.scales is not None:
        arrays["lengths"] = block.scales.lengths
        rest = (block.scales.amplitude, block.scales.noise, block.scales.points)
        arrays["scales"] = np.array(rest)
    return arrays


def from_arrays(arrays: dict[str, np.ndarray]) -> Block:
    """Return the block of ``kept_as_arrays``."""
    scales = None
    if "lengths" in arrays:
        amplitude, noise, points = arrays["scales"]
        scales = Scales(float(amplitude), arrays["lengths"], float(noise), int(points))
    return Block(arrays["share"], arrays["costs"], arrays["misses"], scales)
