"""Training of many networks at once: every fold and seed is one entry of a leading axis.

Each entry has its own weights, its own optimiser and its own scaling, fitted on its own training
samples. An entry stops improving when its validation samples say so; its best weights are kept.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax

from explorer.systems.respiration.folds import Fold
from explorer.systems.respiration.network import Network, Shape, estimates, initial
from explorer.systems.respiration.samples import Samples

LEAST_SPREAD = 1e-6  # of a column that does not vary among the training samples
AT_ONCE = 2_048  # samples of an entry that are estimated together


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How networks are made and trained."""

    width: int = 24
    depth: int = 1
    dropout: float = 0.1
    attention: bool = True
    rate: float = 3e-3
    decay: float = 1e-4
    clip: float = 1.0  # greatest norm of a gradient
    batch: int = 64
    epochs: int = 80
    patience: int = 12
    seconds: float | None = None  # no epoch is begun after
    seed: int = 0

    def shape(self, samples: Samples) -> Shape:
        """Return the sizes of a network for some samples."""
        return Shape(
            len(samples.columns), len(samples.external_names), samples.window, self.width,
            self.depth, self.dropout, self.attention,
        )  # fmt: skip


class Scaling(NamedTuple):
    """Mean, spread and range of columns, external factors and target; of one entry, or of all."""

    x_mean: Any  # (..., N)
    x_spread: Any
    external_mean: Any  # (..., E)
    external_spread: Any
    mean: Any  # (...)
    spread: Any
    x_low: Any  # (..., N) least and greatest scaled value among the training samples
    x_high: Any
    external_low: Any  # (..., E)
    external_high: Any


class Progress(NamedTuple):
    """What is told after each epoch."""

    epoch: int
    epochs: int
    train: np.ndarray  # (entries,) mean squared error, scaled
    validation: np.ndarray  # (entries,)
    done: float  # share of the epochs, 0 to 1


Tell = Callable[[Progress], bool]
"""Told of each epoch; False stops the training."""


@dataclass(frozen=True, eq=False)
class Trained:
    """Networks of all entries, ready to estimate."""

    weights: Any  # arrays of a Network, with a leading axis of entries
    frame: Any  # what of a Network is no array
    scaling: Scaling
    losses: np.ndarray  # (epochs, 2, entries) training and validation
    stopped: str  # why

    @property
    def entries(self) -> int:
        """Number of networks."""
        return int(np.asarray(self.scaling.mean).size)

    def estimate(self, samples: Samples, entry: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return what one network gives for samples: (n,), (n, T, N) and (n, T).

        Returns
        -------
        estimates : array (n,). [g C m-2 d-1]
        local, temporal : arrays (n, T, N), (n, T)
            Attention.
        """
        weights, scaling = jax.tree.map(lambda leaf: leaf[entry], (self.weights, self.scaling))
        parts = [
            _estimated(
                weights, self.frame, scaling,
                jnp.asarray(samples.x[start : start + AT_ONCE]),
                jnp.asarray(samples.external[start : start + AT_ONCE]),
            )
            for start in range(0, len(samples), AT_ONCE)
        ]  # fmt: skip
        if not parts:
            n, t, c = samples.x.shape
            return np.empty(0), np.empty((n, t, c)), np.empty((n, t))
        value, local, temporal = (np.concatenate(each) for each in zip(*parts, strict=True))
        return value.astype(float), local, temporal

    def mean_estimate(self, samples: Samples, entries: Sequence[int]) -> np.ndarray:
        """Return the mean of what some networks give, (n,), [g C m-2 d-1]."""
        return np.mean([self.estimate(samples, entry)[0] for entry in entries], axis=0)


@eqx.filter_jit
def _estimated(weights: Any, frame: Any, scaling: Scaling, x: Any, external: Any) -> Any:
    network = eqx.combine(weights, frame)
    found = estimates(network, *_scaled(scaling, x, external))
    return found.value * scaling.spread + scaling.mean, found.local, found.temporal


def _scaled(scaling: Scaling, x: Any, external: Any) -> tuple[Any, Any]:
    # What lies beyond all that was learnt from counts as the nearest that was.
    return (
        jnp.clip((x - scaling.x_mean) / scaling.x_spread, scaling.x_low, scaling.x_high),
        jnp.clip(
            (external - scaling.external_mean) / scaling.external_spread,
            scaling.external_low,
            scaling.external_high,
        ),
    )


def scaling_of(samples: Samples, train: np.ndarray, target: np.ndarray) -> Scaling:
    """Return the scaling of training samples; a column that does not vary is only centred."""

    def spread(values: np.ndarray, axis: tuple[int, ...]) -> np.ndarray:
        found = values.std(axis=axis)
        return np.where(found < LEAST_SPREAD, 1.0, found).astype(np.float32)

    x, external, y = samples.x[train], samples.external[train], target[train]
    x_mean, x_spread = x.mean(axis=(0, 1), dtype=float).astype(np.float32), spread(x, (0, 1))
    external_mean = external.mean(axis=0, dtype=float).astype(np.float32)
    external_spread = spread(external, (0,))
    return Scaling(
        x_mean, x_spread,
        external_mean, external_spread,
        np.float32(y.mean()), np.float32(max(y.std(), LEAST_SPREAD)),
        (x.min(axis=(0, 1)) - x_mean) / x_spread, (x.max(axis=(0, 1)) - x_mean) / x_spread,
        (external.min(axis=0) - external_mean) / external_spread,
        (external.max(axis=0) - external_mean) / external_spread,
    )  # fmt: skip


def train(
    samples: Samples,
    folds: Sequence[Fold],
    settings: Settings,
    *,
    copies: int = 1,
    targets: np.ndarray | None = None,
    tell: Tell = lambda progress: True,
) -> Trained:
    """Train a network for every fold, all at once.

    Parameters
    ----------
    samples : Samples
    folds : sequence of Fold
    settings : Settings
    copies : int
        Networks of a fold, which begin and are shuffled differently; entry = fold * copies + copy.
    targets : array (folds, samples), optional
        What is learnt in place of ``samples.target``, as what a law of the fold leaves over.
    tell : callable

    Returns
    -------
    Trained
        The same numbers for the same settings, on the same machine.
    """
    entries = [fold for fold in folds for _ in range(copies)]
    if targets is None:
        targets = np.tile(samples.target, (len(folds), 1))
    learnt = np.repeat(targets, copies, axis=0)
    scaling = jax.tree.map(
        lambda *each: jnp.asarray(np.stack(each)),
        *[
            scaling_of(samples, fold.train, target)
            for fold, target in zip(entries, learnt, strict=True)
        ],
    )
    data = _Data(
        jnp.asarray(samples.x), jnp.asarray(samples.external),
        jnp.asarray(learnt, jnp.float32), jnp.asarray(samples.weight),
    )  # fmt: skip
    shape = settings.shape(samples)
    # XLA compiles its own generator many times quicker than the default one of JAX.
    keys = jax.random.split(jax.random.key(settings.seed, impl="rbg"), len(entries))
    rng = np.random.default_rng(settings.seed)
    most = max(fold.train.size for fold in entries)
    batch = min(settings.batch, most)
    batches = -(-most // batch)
    frame = _frame(shape)
    begin, epoch_of = _compiled(shape, _optimisation(settings, batches), batches, batch)
    weights, state = begin(keys)
    train_rows, train_real = _padded([fold.train for fold in entries], batches * batch)
    stop_rows, stop_real = _padded([fold.validation for fold in entries])
    best, least = weights, np.full(len(entries), np.inf)
    since = np.zeros(len(entries), int)
    losses, stopped, began = [], f"{settings.epochs} epochs", time.monotonic()
    for epoch in range(settings.epochs):
        order = rng.permuted(np.tile(np.arange(batches * batch), (len(entries), 1)), axis=1)
        weights, state, fit, held = epoch_of(
            weights, state, keys, epoch, scaling, data, order, train_rows, train_real, stop_rows,
            stop_real,
        )  # fmt: skip
        fit, held = np.asarray(fit), np.asarray(held)
        better = held < least
        least, since = np.where(better, held, least), np.where(better, 0, since + 1)
        best = _chosen(better, weights, best)
        losses.append((fit, held))
        if not tell(Progress(epoch + 1, settings.epochs, fit, held, (epoch + 1) / settings.epochs)):
            stopped = f"told to stop after {epoch + 1} epochs"
            break
        if (since >= settings.patience).all():
            stopped = f"no fold improved in the last {settings.patience} of {epoch + 1} epochs"
            break
        if settings.seconds is not None and time.monotonic() - began > settings.seconds:
            stopped = f"{settings.seconds:g} s were over after {epoch + 1} epochs"
            break
    return Trained(best, frame, scaling, np.array(losses), stopped)


class _Data(NamedTuple):
    """All samples, once for all entries; only what is learnt is each entry's own."""

    x: Any
    external: Any
    y: Any
    weight: Any


class _Optimisation(NamedTuple):
    """What an optimiser is made from."""

    rate: float
    decay: float
    clip: float
    steps: int


def _optimisation(settings: Settings, batches: int) -> _Optimisation:
    steps = max(settings.epochs * batches, 2)
    return _Optimisation(settings.rate, settings.decay, settings.clip, steps)


def _optimiser(made: _Optimisation) -> optax.GradientTransformation:
    rate = optax.cosine_decay_schedule(made.rate, made.steps, alpha=0.05)
    # One vector in place of twenty arrays: half the time to compile.
    return optax.flatten(
        optax.chain(
            optax.clip_by_global_norm(made.clip), optax.adamw(rate, weight_decay=made.decay)
        )
    )


def _frame(shape: Shape) -> Any:
    """Return what of a network is no array."""
    made = eqx.filter_eval_shape(initial, shape, jax.random.key(0))
    return eqx.filter(made, lambda leaf: isinstance(leaf, jax.ShapeDtypeStruct), inverse=True)


def _padded(rows: Sequence[np.ndarray], length: int | None = None) -> tuple[Any, Any]:
    """Return rows of equal length, and where they are real: (entries, length) twice."""
    length = length or max(each.size for each in rows)
    whole = np.stack([np.resize(each, length) for each in rows])
    real = np.stack([np.arange(length) < each.size for each in rows])
    return jnp.asarray(whole), jnp.asarray(real, jnp.float32)


def _loss(
    weights: Any, frame: Any, scaling: Scaling, data: _Data, rows: Any, real: Any, key: Any
) -> Any:
    """Return the weighted mean squared error of some rows, scaled."""
    network: Network = eqx.combine(weights, frame)
    x, external = _scaled(scaling, data.x[rows], data.external[rows])
    if key is None:
        value = jax.vmap(network)(x, external).value
    else:
        value = jax.vmap(network)(x, external, jax.random.split(key, rows.shape[0])).value
    error = value - (data.y[rows] - scaling.mean) / scaling.spread
    weight = real * data.weight[rows]
    return jnp.sum(weight * error**2) / jnp.maximum(jnp.sum(weight), 1e-9)


@lru_cache(maxsize=8)
def _compiled(
    shape: Shape, made: _Optimisation, batches: int, batch: int
) -> tuple[Callable, Callable]:
    """Return what begins all entries, and one epoch of all; each is compiled as one."""
    optimiser, frame = _optimiser(made), _frame(shape)

    def begun(key: Any) -> tuple[Any, Any]:
        weights = eqx.filter(initial(shape, key), eqx.is_array)
        return weights, optimiser.init(weights)

    def one(
        weights: Any, state: Any, key: Any, epoch: Any, scaling: Any, data: _Data, order: Any,
        rows: Any, real: Any, stop_rows: Any, stop_real: Any,
    ) -> Any:  # fmt: skip
        each = (rows[order].reshape(batches, batch), real[order].reshape(batches, batch))

        def step(carry: Any, part: Any) -> Any:
            weights, state = carry
            chosen, is_real, key = part
            loss, gradient = jax.value_and_grad(_loss)(
                weights, frame, scaling, data, chosen, is_real, key
            )
            update, state = optimiser.update(gradient, state, weights)
            return (optax.apply_updates(weights, update), state), loss

        keys = jax.random.split(jax.random.fold_in(key, epoch), batches)
        (weights, state), losses = jax.lax.scan(step, (weights, state), (*each, keys))
        held = _loss(weights, frame, scaling, data, stop_rows, stop_real, None)
        return weights, state, losses.mean(), held

    of_each = (0, 0, 0, None, 0, _Data(None, None, 0, None), 0, 0, 0, 0, 0)
    return jax.jit(jax.vmap(begun)), jax.jit(jax.vmap(one, in_axes=of_each))


@jax.jit
def _chosen(better: Any, new: Any, old: Any) -> Any:
    """Return the new weights of the entries that are better, the old ones of the others."""
    return jax.tree.map(
        lambda a, b: jnp.where(better.reshape(-1, *[1] * (a.ndim - 1)), a, b), new, old
    )
