"""A surrogate of the cost: a Gaussian process on parameters scaled to [0, 1].

Matérn 5/2, as in ASMO-PODE (Gong and Duan 2017), from which Ma et al. (2022) take their method
without naming the kernel. Its scales are found anew while there are few points, and then each time
their number has grown by ``GROWTH``, from at most ``MOST_POINTS`` of them; in between only the
points are added, which takes a small part of the time.
"""

from typing import NamedTuple

import numpy as np

GROWTH = 1.5
MOST_POINTS = 160
MOST_STEPS = 60
SCALES = (0.05, 20.0)
NOISE = (1e-8, 1e-1)
JITTER = 1e-8


class Scales(NamedTuple):
    """What a Gaussian process is beside its points."""

    amplitude: float
    lengths: np.ndarray  # (dimensions,)
    noise: float
    points: int  # that they were found from


class Surrogate(NamedTuple):
    """A Gaussian process, ready to be asked: ``mean`` below, or ``chains`` in a loop."""

    places: np.ndarray  # over the lengths, (points, dimensions)
    weights: np.ndarray  # (points,), times amplitude and spread
    lengths: np.ndarray
    level: float

    def mean(self, share: np.ndarray) -> np.ndarray:
        """Return the expected cost at some places, (n, dimensions) -> (n,)."""
        return self.level + _matern(share / self.lengths, self.places) @ self.weights


def fitted(share: np.ndarray, costs: np.ndarray, scales: Scales | None) -> tuple[Surrogate, Scales]:
    """Return the process through some costs, and its scales.

    Parameters
    ----------
    share : array, (points, dimensions)
        Within [0, 1].
    costs : array, (points,)
    scales : Scales, optional
        Those of fewer points; they are kept while the points have not grown by ``GROWTH``.
    """
    from scipy.linalg import cho_factor, cho_solve

    level, spread = float(np.mean(costs)), float(np.std(costs)) or 1.0
    if scales is None or len(costs) >= GROWTH * scales.points:
        scales = _found(share, (costs - level) / spread)
    places = share / scales.lengths
    kernel = scales.amplitude * _matern(places, places)
    kernel[np.diag_indices_from(kernel)] += scales.noise + JITTER * scales.amplitude
    solved = cho_solve(cho_factor(kernel, lower=True, overwrite_a=True), (costs - level) / spread)
    return Surrogate(places, scales.amplitude * spread * solved, scales.lengths, level), scales


def _matern(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return the Matérn 5/2 correlation of places over their lengths, (n, m)."""
    square = (first**2).sum(axis=1)[:, np.newaxis] + (second**2).sum(axis=1)
    square -= 2 * first @ second.T
    square = 5 * np.maximum(square, 0.0)
    distance = np.sqrt(square)
    return (1 + distance + square / 3) * np.exp(-distance)


def _found(share: np.ndarray, scaled: np.ndarray) -> Scales:
    """Return the scales of highest likelihood, from the best points and some of the others."""
    from scipy.optimize import minimize
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel

    chosen = np.arange(scaled.size)
    if scaled.size > MOST_POINTS:
        order = np.argsort(scaled)
        rest = order[MOST_POINTS // 2 :]
        spaced = rest[np.linspace(0, rest.size - 1, MOST_POINTS // 2).astype(int)]
        chosen = np.concatenate([order[: MOST_POINTS // 2], spaced])
    kernel = ConstantKernel(1.0, (1e-3, 1e4)) * Matern(
        np.ones(share.shape[1]), SCALES, nu=2.5
    ) + WhiteKernel(1e-4, NOISE)
    process = GaussianProcessRegressor(kernel, alpha=JITTER, optimizer=None)
    process.fit(share[chosen], scaled[chosen])

    def unlikelihood(theta: np.ndarray) -> tuple[float, np.ndarray]:
        value, slope = process.log_marginal_likelihood(theta, eval_gradient=True)
        return -value, -slope

    # The library's own search warns of each scale at its bound, a parameter without effect, and
    # warnings cannot be silenced in one thread alone.
    best = minimize(
        unlikelihood, kernel.theta, jac=True, method="L-BFGS-B", bounds=kernel.bounds,
        options={"maxiter": MOST_STEPS},
    )  # fmt: skip
    found = kernel.clone_with_theta(best.x)
    product, white = found.k1, found.k2
    lengths = np.atleast_1d(product.k2.length_scale)
    return Scales(float(product.k1.constant_value), lengths, float(white.noise_level), scaled.size)
