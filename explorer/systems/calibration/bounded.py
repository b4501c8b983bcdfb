"""Parameters within their bounds, as numbers without bounds: for gradients, priors and chains."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property

import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.nn import sigmoid
from jax.typing import ArrayLike

from explorer.systems.calibration.parameters import CalibrationParameters
from explorer.tables.parameter import row_of

MANY_TIMES = 50.0
"""Bounds further apart than this are spanned in logarithms."""
PRIOR_WIDTH = 1.5
"""Standard deviation of the prior, as a logit of the place between the bounds: a value in the
middle may be anywhere from 5 % to 95 % of the way."""
NEAREST = 1e-3
"""A default on a bound is taken to lie this share of the way from it."""


@dataclass(frozen=True)
class Space:
    """Some parameters that are free, each between its bounds.

    ``share`` is a place between the bounds, 0 to 1; ``free`` its logit, without bounds.
    """

    names: tuple[str, ...]

    def __post_init__(self) -> None:
        for name in self.names:
            row_of(CalibrationParameters, name)

    @cached_property
    def bounds(self) -> np.ndarray:
        """Lowest and highest value of each, (names, 2)."""
        rows = [row_of(CalibrationParameters, name) for name in self.names]
        return np.array([row.metadata["bounds"] for row in rows], dtype=float)

    @cached_property
    def logarithmic(self) -> np.ndarray:
        """Which are spanned in logarithms, (names,)."""
        low, high = self.bounds.T
        return (low > 0) & (high > MANY_TIMES * low)

    @cached_property
    def _ends(self) -> np.ndarray:
        """Bounds, of some as logarithms."""
        with np.errstate(divide="ignore"):
            return np.where(self.logarithmic[:, None], np.log(self.bounds), self.bounds)

    def values(self, share: ArrayLike) -> Array:
        """Return the parameters at some places between their bounds, (..., names)."""
        low, high = self._ends.T
        inner = low + (high - low) * jnp.asarray(share)
        return jnp.where(self.logarithmic, jnp.exp(jnp.where(self.logarithmic, inner, 0)), inner)

    def share(self, values: np.ndarray) -> np.ndarray:
        """Return where parameters lie between their bounds, (..., names)."""
        low, high = self._ends.T
        values = np.asarray(values, dtype=float)
        with np.errstate(divide="ignore", invalid="ignore"):
            inner = np.where(self.logarithmic, np.log(values), values)
        return (inner - low) / (high - low)

    def from_free(self, free: ArrayLike) -> Array:
        """Return the parameters of numbers without bounds, (..., names)."""
        return self.values(sigmoid(free))

    def free(self, values: np.ndarray) -> np.ndarray:
        """Return parameters as numbers without bounds, (..., names)."""
        share = np.clip(self.share(values), NEAREST, 1 - NEAREST)
        return np.log(share / (1 - share))

    def named(self, values: Array) -> dict[str, Array]:
        """Return parameters by name; ``values`` is (..., names)."""
        return {name: values[..., number] for number, name in enumerate(self.names)}


def defaults() -> dict[str, float]:
    """Return every parameter's default by name."""
    return {
        row.name: getattr(CalibrationParameters(), row.name)
        for row in fields(CalibrationParameters)
    }


def as_arrays(values: dict[str, float]) -> dict[str, Array]:
    """Return parameters in the precision that JAX has when this is called."""
    return {name: jnp.asarray(value, jnp.result_type(float)) for name, value in values.items()}


def starting_points(space: Space, centre: Sequence[float], count: int, seed: int) -> np.ndarray:
    """Return places to begin a search at: the centre, and draws of the prior around it.

    Parameters
    ----------
    space : Space
    centre : sequence of float, (names,)
        Parameters that the prior is centred on.
    count, seed : int

    Returns
    -------
    array, (count, names)
        Without bounds.
    """
    middle = space.free(np.asarray(centre))
    drawn = np.random.default_rng(seed).normal(middle, PRIOR_WIDTH, (count - 1, len(space.names)))
    return np.concatenate([middle[np.newaxis], np.clip(drawn, -4, 4)])
