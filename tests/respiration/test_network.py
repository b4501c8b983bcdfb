"""The network against its equations in plain loops, and what training must be able to do."""

from dataclasses import replace

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from explorer.systems.respiration.folds import Fold
from explorer.systems.respiration.network import Shape, estimates, initial
from explorer.systems.respiration.samples import Column, Samples, samples_of_site
from explorer.systems.respiration.training import Settings, scaling_of, train

SHAPE = Shape(columns=3, externals=2, window=4, width=5)
SETTINGS = Settings(width=8, dropout=0.0, rate=0.02, decay=0.0, epochs=150, patience=200, batch=8)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def lstm(cell, inputs, hidden, memory):
    """A cell of equinox by hand: gates in the order input, forget, candidate, output."""
    z = np.asarray(cell.weight_ih) @ inputs + np.asarray(cell.weight_hh) @ hidden + cell.bias
    i, f, g, o = np.split(np.asarray(z), 4)
    memory = sigmoid(f) * memory + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(memory), memory


def softmax(scores):
    shares = np.exp(scores)
    return shares / shares.sum()


def by_loops(network, x, external):
    """The formulas of the two papers, one sum at a time."""
    steps, columns = x.shape
    local, temporal = network.local, network.temporal
    v, w, u, b = (np.asarray(each) for each in (local.v, local.w, local.u, local.b))
    h, s = np.zeros(w.shape[1] // 2), np.zeros(w.shape[1] // 2)
    alphas, states = [], []
    for t in range(steps):
        e = np.zeros(columns)
        for k in range(columns):
            for row in range(steps):
                inner = sum(w[row, j] * each for j, each in enumerate([*h, *s]))
                inner += sum(u[row, j] * x[j, k] for j in range(steps))
                e[k] += v[row] * np.tanh(inner + b[row])
        alpha = softmax(e)
        h, s = lstm(network.encoder[0], alpha * x[t], h, s)
        alphas.append(alpha)
        states.append(h)
    scores = []
    for state in states:
        inner = np.asarray(temporal.w_state) @ np.concatenate([h, s])
        inner = inner + np.asarray(temporal.w_seen) @ state + np.asarray(temporal.b)
        scores.append(float(np.asarray(temporal.v) @ np.tanh(inner)))
    gamma = softmax(np.array(scores))
    context = sum(g * state for g, state in zip(gamma, states, strict=True))
    d, _ = lstm(network.decoder, np.concatenate([[0.0], external, context]), h, s)
    joined = np.asarray(network.joined.weight) @ np.concatenate([context, d]) + network.joined.bias
    value = np.asarray(network.out.weight) @ np.asarray(joined) + network.out.bias
    return float(value[0]), np.array(alphas), gamma


@pytest.fixture(scope="module")
def network():
    return eqx.filter_jit(initial)(SHAPE, jax.random.key(3, impl="rbg"))


def gradient_of(function, network):
    return eqx.filter_jit(eqx.filter_grad(function))(network)


def drawn(seed, samples=6):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(samples, SHAPE.window, SHAPE.columns)).astype(np.float32)
    return x, rng.normal(size=(samples, SHAPE.externals)).astype(np.float32)


def test_network_is_that_of_the_formulas(network):
    x, external = drawn(0)
    found = eqx.filter_jit(estimates)(network, jnp.asarray(x), jnp.asarray(external))
    for sample in range(x.shape[0]):
        value, alphas, gamma = by_loops(network, x[sample].astype(float), external[sample])
        assert float(found.value[sample]) == pytest.approx(value, abs=2e-6)
        np.testing.assert_allclose(found.local[sample], alphas, atol=2e-6)
        np.testing.assert_allclose(found.temporal[sample], gamma, atol=2e-6)


def test_attention_sums_to_one_and_every_weight_has_a_gradient(network):
    x, external = (jnp.asarray(each) for each in drawn(1))
    found = eqx.filter_jit(estimates)(network, x, external)
    np.testing.assert_allclose(found.local.sum(axis=-1), 1, rtol=1e-6)
    np.testing.assert_allclose(found.temporal.sum(axis=-1), 1, rtol=1e-6)
    gradient = gradient_of(lambda net: (estimates(net, x, external).value ** 2).sum(), network)
    for leaf in jax.tree.leaves(eqx.filter(gradient, eqx.is_array)):
        assert np.isfinite(leaf).all()
        assert (np.asarray(leaf) != 0).any()


def test_gradient_is_finite_where_inputs_are_extreme(network):
    x = jnp.full((2, SHAPE.window, SHAPE.columns), 1e6).at[1].set(-1e6)
    gradient = gradient_of(
        lambda net: estimates(net, x, jnp.zeros((2, SHAPE.externals))).value.sum(), network
    )
    assert all(
        np.isfinite(leaf).all() for leaf in jax.tree.leaves(eqx.filter(gradient, eqx.is_array))
    )


def few(count: int = 8, seed: int = 0) -> Samples:
    rng = np.random.default_rng(seed)
    steps = count + SHAPE.window - 1
    return samples_of_site(
        "A", "a kind", np.arange(steps), rng.normal(size=(steps, 3)),
        [Column("a", "a"), Column("b", "b1"), Column("b", "b2")], rng.normal(size=(steps, 2)),
        ("e", "f"), 3 + 2 * rng.normal(size=steps), SHAPE.window,
    )  # fmt: skip


@pytest.fixture(scope="module")
def overfitted():
    samples = few()
    every = np.arange(len(samples))
    # Two folds in one run; the second learns another target.
    targets = np.stack([samples.target, 10 - samples.target])
    fold = Fold(every, every, every)
    told = []

    def tell(progress):
        told.append(progress)
        return True

    trained = train(samples, [fold, fold], SETTINGS, targets=targets, tell=tell)
    return samples, fold, targets, trained, told


def test_eight_samples_are_learnt_by_heart_each_fold_its_own(overfitted):
    samples, _, targets, trained, told = overfitted
    for entry in range(2):
        value, local, temporal = trained.estimate(samples, entry)
        np.testing.assert_allclose(value, targets[entry], atol=0.15)
        assert local.shape == (8, 4, 3)
        np.testing.assert_allclose(temporal.sum(axis=1), 1, rtol=1e-5)
    assert len(told) == SETTINGS.epochs
    assert told[-1].train.max() < 0.02 * told[0].train.max()


def test_same_seed_gives_the_same_numbers(overfitted):
    samples, fold, targets, trained, _ = overfitted
    again = train(samples, [fold, fold], SETTINGS, targets=targets)
    np.testing.assert_array_equal(again.losses, trained.losses)
    np.testing.assert_array_equal(again.estimate(samples, 1)[0], trained.estimate(samples, 1)[0])


def test_training_ends_when_it_is_told_or_its_time_is_over(overfitted):
    samples, fold, targets, _, _ = overfitted
    told = train(samples, [fold, fold], SETTINGS, targets=targets, tell=lambda each: each.epoch < 3)
    assert told.stopped == "told to stop after 3 epochs"
    late = train(samples, [fold, fold], replace(SETTINGS, seconds=0.0), targets=targets)
    assert late.stopped == "0 s were over after 1 epochs"


def test_scaling_is_of_the_training_samples_alone_and_a_constant_is_only_centred():
    samples = few(40)
    samples.x[:, :, 2] = 7.0
    rows = np.arange(10)
    found = scaling_of(samples, rows, samples.target)
    samples.x[10:] = 1e9
    samples.target[10:] = -1e9
    again = scaling_of(samples, rows, samples.target)
    for one, other in zip(found, again, strict=True):
        np.testing.assert_array_equal(one, other)
    assert found.x_spread[2] == 1.0
    assert found.x_mean[2] == 7.0


def test_what_is_not_trained_on_does_not_reach_the_networks(overfitted):
    """Targets of test samples are not seen, whatever they are: no leak through scaling or loss."""
    samples, _, targets, _, _ = overfitted
    spoiled = targets.copy()
    spoiled[:, 6:] = 1e6
    six = np.arange(8) % 6  # as many rows as the others, so that nothing is compiled again
    half = Fold(six, six, np.arange(6, 8))
    tell = lambda progress: progress.epoch < 3  # noqa: E731
    one = train(samples, [half, half], SETTINGS, targets=targets, tell=tell)
    other = train(samples, [half, half], SETTINGS, targets=spoiled, tell=tell)
    np.testing.assert_array_equal(one.losses, other.losses)
