"""A stacked autoencoder: layers that learn to give their inputs back, then estimate together."""

from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.neural_network import MLPRegressor

PASSES = 60  # over the samples, for each layer and for all together


class StackedAutoencoder(RegressorMixin, BaseEstimator):
    """Two layers, each trained on its own to rebuild what it is given, then all by the target."""

    def __init__(self, first: int = 24, second: int = 12, seed: int = 0) -> None:
        self.first = first
        self.second = second
        self.seed = seed

    def fit(self, x: np.ndarray, y: np.ndarray) -> "StackedAutoencoder":
        """Train on samples, (n, columns) and (n,)."""
        below = self._layer(x, self.first)
        hidden = _out_of(below, x)
        above = self._layer(hidden, self.second)
        self.network_ = MLPRegressor(
            hidden_layer_sizes=(self.first, self.second), warm_start=True, max_iter=1,
            random_state=self.seed, learning_rate_init=3e-3,
        ).fit(x, y)  # fmt: skip
        for place, layer in enumerate((below, above)):
            self.network_.coefs_[place][:] = layer.coefs_[0]
            self.network_.intercepts_[place][:] = layer.intercepts_[0]
        self.network_.set_params(max_iter=PASSES).fit(x, y)
        return self

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Return estimates, (n,)."""
        return self.network_.predict(x)

    def _layer(self, x: np.ndarray, width: int) -> Any:
        return MLPRegressor(
            hidden_layer_sizes=(width,),
            max_iter=PASSES,
            random_state=self.seed,
            learning_rate_init=3e-3,
        ).fit(x, x)


def _out_of(layer: Any, x: np.ndarray) -> np.ndarray:
    """Return what the hidden layer gives, (n, width)."""
    return np.maximum(x @ layer.coefs_[0] + layer.intercepts_[0], 0)
