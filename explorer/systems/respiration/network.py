"""GeoMAN without global attention: local attention over features, temporal attention over steps.

Liang et al. (IJCAI 2018), as Liu et al. (2022) use it: an encoder LSTM whose inputs are weighted by
local spatial attention, and a decoder LSTM of one step that attends to the encoder's states. A
network is a tree of arrays; nothing is drawn but from the key that is given.
"""

from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jax import Array


class Shape(NamedTuple):
    """The sizes of a network."""

    columns: int  # N
    externals: int
    window: int  # T
    width: int = 24  # m
    depth: int = 1  # LSTM layers of the encoder
    dropout: float = 0.1
    attention: bool = (
        True  # without it, columns enter as they are and the last state is the context
    )


class Estimate(NamedTuple):
    """What the network gives for one sample."""

    value: Array  # scalar, in units of the scaled target
    local: Array  # (T, N) attention to columns at each step of the window; each row sums to 1
    temporal: Array  # (T,) attention to the steps; sums to 1


def _drawn(key: Array, *shape: int) -> Array:
    """Draw weights uniformly between -1/sqrt(n) and 1/sqrt(n), n the last dimension."""
    limit = shape[-1] ** -0.5
    return jax.random.uniform(key, shape, minval=-limit, maxval=limit)


class LocalAttention(eqx.Module):
    """Local spatial attention, Liu et al. (2022) Eqs. 2 and 3."""

    v: Array  # (T,)
    w: Array  # (T, 2m)
    u: Array  # (T, T)
    b: Array  # (T,)

    def __init__(self, shape: Shape, key: Array) -> None:
        keys = jax.random.split(key, 3)
        self.v = _drawn(keys[0], shape.window)
        self.w = _drawn(keys[1], shape.window, 2 * shape.width)
        self.u = _drawn(keys[2], shape.window, shape.window)
        self.b = jnp.zeros(shape.window)

    def seen(self, x: Array) -> Array:
        """Return U x^k of every column, (N, T): it does not change from step to step."""
        return x.T @ self.u.T

    def __call__(self, h: Array, s: Array, seen: Array) -> Array:
        """Return the weight of each column, (N,), from the state before the step."""
        e = jnp.tanh(self.w @ jnp.concatenate([h, s]) + seen + self.b) @ self.v
        return jax.nn.softmax(e)


class TemporalAttention(eqx.Module):
    """Temporal attention of the decoder: u_o = v_d tanh(W_d' [d; s'] + W_d h_o + b_d)."""

    v: Array  # (m,)
    w_state: Array  # (m, 2m)
    w_seen: Array  # (m, m)
    b: Array  # (m,)

    def __init__(self, shape: Shape, key: Array) -> None:
        keys = jax.random.split(key, 3)
        self.v = _drawn(keys[0], shape.width)
        self.w_state = _drawn(keys[1], shape.width, 2 * shape.width)
        self.w_seen = _drawn(keys[2], shape.width, shape.width)
        self.b = jnp.zeros(shape.width)

    def __call__(self, d: Array, s: Array, states: Array) -> Array:
        """Return the weight of each step, (T,), from the decoder's state and all of h, (T, m)."""
        at_state = self.w_state @ jnp.concatenate([d, s])
        return jax.nn.softmax(jnp.tanh(at_state + states @ self.w_seen.T + self.b) @ self.v)


class Network(eqx.Module):
    """The whole network; a call estimates one sample."""

    local: LocalAttention
    encoder: tuple[eqx.nn.LSTMCell, ...]
    temporal: TemporalAttention
    decoder: eqx.nn.LSTMCell
    joined: eqx.nn.Linear  # W_m [c; d] + b_m
    out: eqx.nn.Linear  # v_y, b_y
    dropout: eqx.nn.Dropout
    attention: bool = eqx.field(static=True)

    def __init__(self, shape: Shape, key: Array) -> None:
        keys = jax.random.split(key, 5 + shape.depth)
        m = shape.width
        self.local = LocalAttention(shape, keys[0])
        self.temporal = TemporalAttention(shape, keys[1])
        # The decoder reads the estimate before, the external factors and the context.
        self.decoder = eqx.nn.LSTMCell(1 + shape.externals + m, m, key=keys[2])
        self.joined = eqx.nn.Linear(2 * m, m, key=keys[3])
        self.out = eqx.nn.Linear(m, 1, key=keys[4])
        self.encoder = tuple(
            eqx.nn.LSTMCell(m if layer else shape.columns, m, key=keys[5 + layer])
            for layer in range(shape.depth)
        )
        self.dropout = eqx.nn.Dropout(shape.dropout)
        self.attention = shape.attention

    def __call__(self, x: Array, external: Array, key: Array | None = None) -> Estimate:
        """Estimate one sample.

        Parameters
        ----------
        x : array (T, N)
            Scaled columns; every column's whole window is seen by its attention.
        external : array (E,)
            Scaled external factors of the estimated step.
        key : key, optional
            For dropout; None when estimates are wanted.
        """
        keys = (None, None) if key is None else jax.random.split(key)
        states, local, (h, s) = self._encoded(x)
        states = self.dropout(states, key=keys[0], inference=key is None)
        if self.attention:
            temporal = self.temporal(h, s, states)
        else:
            temporal = jnp.zeros(x.shape[0]).at[-1].set(1.0)
        context = temporal @ states
        # One step is estimated: what stands before it is nothing, for no respiration is known.
        before = jnp.zeros(1)
        d, _ = self.decoder(jnp.concatenate([before, external, context]), (h, s))
        both = self.dropout(jnp.concatenate([context, d]), key=keys[1], inference=key is None)
        return Estimate(self.out(self.joined(both))[0], local, temporal)

    def _encoded(self, x: Array) -> tuple[Array, Array, tuple[Array, Array]]:
        """Return the top states (T, m), the attention (T, N) and the last state of the top."""
        m = self.encoder[0].hidden_size
        nothing = jnp.zeros((len(self.encoder), m))
        seen = self.local.seen(x)
        even = jnp.full(x.shape[1], 1 / x.shape[1])

        def step(carry: tuple[Array, Array], row: Array) -> tuple[tuple[Array, Array], tuple]:
            hidden, cell = carry
            if self.attention:
                alpha = self.local(hidden[0], cell[0], seen)
                signal = alpha * row
            else:
                alpha, signal = even, row
            after = []
            for layer, lstm in enumerate(self.encoder):
                signal, memory = lstm(signal, (hidden[layer], cell[layer]))
                after.append((signal, memory))
            hidden = jnp.stack([each for each, _ in after])
            cell = jnp.stack([each for _, each in after])
            return (hidden, cell), (signal, alpha)

        (hidden, cell), (states, local) = jax.lax.scan(step, (nothing, nothing), x)
        return states, local, (hidden[-1], cell[-1])


def initial(shape: Shape, key: Array) -> Network:
    """Return a network with drawn weights: the same key, the same network."""
    return Network(shape, key)


def estimates(network: Network, x: Array, external: Array) -> Estimate:
    """Return the estimates of many samples, (samples, T, N) and (samples, E)."""
    return jax.vmap(network)(x, external)
