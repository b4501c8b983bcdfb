"""MASM and its parts on costs that are known: design, surrogate, chains, the whole."""

import numpy as np
import pytest

from explorer.systems.calibration.chains import chain, gelman_rubin
from explorer.systems.calibration.design import (
    decorrelated,
    discrepancy,
    good_lattice_points,
    largest_correlation,
    lattice_design,
)
from explorer.systems.calibration.masm import (
    Plan,
    begun,
    calibrated_block,
    from_arrays,
    kept_as_arrays,
    posterior,
    round_done,
)
from explorer.systems.calibration.surrogate import fitted

CENTRE, SPREAD = np.array([0.4, 0.6]), np.array([0.06, 0.1])
TILT = 0.5
SMALL = Plan(points_a_parameter=10, rounds=12, steps=2000, draws=20_000)


def tilted(share: np.ndarray) -> np.ndarray:
    """-2 ln of a Gaussian with correlation one half, far from the bounds."""
    x, y = ((share - CENTRE) / SPREAD).T
    return (x**2 - 2 * TILT * x * y + y**2) / (1 - TILT**2)


def bent(share: np.ndarray) -> np.ndarray:
    """A curved valley that no Gaussian fits."""
    x, y = share.T
    return ((x - 0.5) / 0.15) ** 2 + ((y - 0.3 - 1.2 * (x - 0.5) ** 2) / 0.06) ** 2


@pytest.mark.parametrize(("points", "dimensions"), [(126, 7), (108, 6), (36, 2)])
def test_design_is_even_and_without_correlation(points, dimensions):
    design = lattice_design(points, dimensions)
    levels = (np.arange(points) + 0.5) / points
    np.testing.assert_allclose(np.sort(design, axis=0), np.tile(levels[:, None], dimensions))
    draws = np.random.default_rng(0).random((20, points, dimensions))
    assert discrepancy(design) < 0.7 * np.median([discrepancy(each) for each in draws])
    assert largest_correlation(design) < 0.03


def test_decorrelation_lowers_correlation_and_keeps_levels():
    draw = np.random.default_rng(4)
    column = draw.permutation(50)
    tied = np.argsort(np.argsort(column + 20 * draw.random(50)))
    design = (np.stack([column, tied, draw.permutation(50)], axis=1) + 0.5) / 50
    assert largest_correlation(design) > 0.8
    after = decorrelated(design)
    assert largest_correlation(after) < 0.05
    np.testing.assert_array_equal(np.sort(after, axis=0), np.sort(design, axis=0))


def test_lattice_has_no_column_twice():
    lattice = good_lattice_points(126, 7)
    assert largest_correlation(lattice) < 0.99


def test_surrogate_is_that_of_the_library():
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import ConstantKernel, Matern

    draw = np.random.default_rng(1)
    share = draw.random((40, 3))
    costs = 50 * np.sin(3 * share[:, 0]) + 20 * share[:, 1] ** 2
    ours, scales = fitted(share, costs, None)
    kernel = ConstantKernel(scales.amplitude, "fixed") * Matern(scales.lengths, "fixed", nu=2.5)
    noise = scales.noise + 1e-8 * scales.amplitude
    theirs = GaussianProcessRegressor(kernel, alpha=noise, optimizer=None)
    level, spread = costs.mean(), costs.std()
    theirs.fit(share, (costs - level) / spread)
    places = draw.random((25, 3))
    expected = level + spread * theirs.predict(places)
    np.testing.assert_allclose(ours.mean(places), expected, rtol=1e-5, atol=1e-4)
    np.testing.assert_allclose(ours.mean(share), costs, atol=0.5)


def test_scales_are_kept_until_points_have_grown():
    share = np.random.default_rng(2).random((60, 2))
    _, first = fitted(share[:30], tilted(share[:30]), None)
    _, same = fitted(share[:44], tilted(share[:44]), first)
    _, new = fitted(share[:45], tilted(share[:45]), first)
    assert same is first
    assert new.points == 45


def test_chain_asks_the_surrogate_and_stays_within_bounds():
    share = np.random.default_rng(3).random((80, 2))
    surrogate, _ = fitted(share, bent(share), None)
    draws, costs = chain(surrogate, share[bent(share).argmin()], 3000, 5)
    np.testing.assert_allclose(costs[::100], surrogate.mean(draws[::100]), rtol=1e-6, atol=1e-6)
    assert draws.min() >= 0
    assert draws.max() <= 1
    again, _ = chain(surrogate, share[bent(share).argmin()], 3000, 5)
    np.testing.assert_array_equal(draws, again)


def test_chain_has_the_moments_of_a_known_posterior():
    share = lattice_design(80, 2)
    surrogate, _ = fitted(share, tilted(share), None)
    draws = chain(surrogate, CENTRE, 60_000, 6)[0][5000:]
    np.testing.assert_allclose(draws.mean(axis=0), CENTRE, atol=0.012)
    np.testing.assert_allclose(draws.std(axis=0), SPREAD, rtol=0.12)
    assert np.corrcoef(draws, rowvar=False)[0, 1] == pytest.approx(TILT, abs=0.1)


def test_gelman_rubin_by_hand():
    # Means 2 and 4, variances 1 each: B = 3 * 2 = 6, W = 1; sqrt(2/3 + 3/6 * 6).
    chains = np.array([[[1.0], [2.0], [3.0]], [[3.0], [4.0], [5.0]]])
    assert gelman_rubin(chains)[0] == pytest.approx(np.sqrt(2 / 3 + 3 / (2 * 3) * 6))
    together = np.random.default_rng(0).standard_normal((4, 5000, 2))
    assert (gelman_rubin(together) < 1.01).all()
    assert (gelman_rubin(together + np.arange(4)[:, None, None]) > 1.2).all()


def test_runs_are_as_many_as_the_paper_counts():
    assert Plan().runs(7) == 1126
    assert Plan().runs(6) == 1108
    assert Plan().runs(7) + Plan().runs(6) == 2234


def test_masm_finds_a_known_posterior_and_counts_its_runs():
    asked = []

    def costs(share):
        asked.append(len(share))
        return tilted(share)

    found = calibrated_block(costs, 2, SMALL, seed=1)
    assert sum(asked) == SMALL.runs(2) == found.runs
    np.testing.assert_allclose(found.mean, CENTRE, atol=0.02)
    np.testing.assert_allclose(found.draws.std(axis=0), SPREAD, rtol=0.15)
    assert found.converged
    assert found.best_cost < 0.1
    assert found.surrogate_rmse < 1


def test_masm_agrees_with_a_long_direct_chain():
    import emcee

    def log_posterior(share):
        return -np.inf if share.min() < 0 or share.max() > 1 else -0.5 * bent(share[None])[0]

    begin = [0.5, 0.3] + 0.03 * np.random.default_rng(0).standard_normal((16, 2))
    sampler = emcee.EnsembleSampler(16, 2, log_posterior)
    sampler.random_state = np.random.RandomState(0).get_state()
    sampler.run_mcmc(begin, 1500)
    direct = sampler.get_chain(discard=300, flat=True)
    found = calibrated_block(bent, 2, SMALL, seed=2)
    np.testing.assert_allclose(found.mean, direct.mean(axis=0), atol=0.02)
    np.testing.assert_allclose(found.draws.std(axis=0), direct.std(axis=0), rtol=0.2)


def test_stopped_block_goes_on_as_if_it_had_not_been(tmp_path):
    plan = Plan(points_a_parameter=10, rounds=4, steps=500, draws=2000)
    whole = calibrated_block(bent, 2, plan, seed=3)
    kept = []

    def stop_after_two(block, share):
        kept.append(block)
        return share < 0.5

    assert calibrated_block(bent, 2, plan, seed=3, proceed=stop_after_two) is None
    np.savez(tmp_path / "block.npz", **kept_as_arrays(kept[-1]))
    with np.load(tmp_path / "block.npz", allow_pickle=False) as arrays:
        block = from_arrays(dict(arrays))
    resumed = calibrated_block(bent, 2, plan, seed=3, block=block)
    np.testing.assert_array_equal(resumed.mean, whole.mean)
    assert resumed.best_cost == whole.best_cost


def test_each_round_teaches_the_surrogate():
    block = begun(bent, 2, SMALL)
    for _ in range(8):
        block = round_done(block, bent, SMALL)
    assert np.abs(block.misses[-3:]).mean() < np.abs(block.misses[:2]).mean()
    assert posterior(block, SMALL).runs == 20 + 40
