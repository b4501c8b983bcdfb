"""The seven baselines of Table 6, and rivals with the network's own window.

Each learns from the training samples of a fold. Where it has choices, the validation samples of the
fold choose among a handful, as they choose the network's epoch. The learning machines see the
features of the estimated step, as in Zhu et al. (2020); the rivals see the whole window.
"""

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from explorer.equations.ecosystem_respiration import lloyd_taylor, rain_response
from explorer.systems.respiration.folds import Fold
from explorer.systems.respiration.samples import Samples

Estimator = Callable[[Samples], np.ndarray]
"""Gives the respiration of samples, (n,), [g C m-2 d-1]."""

MOST_ROWS = 4_000  # that a support vector machine learns from
TREES = 120


def physical(
    response: Callable, start: Sequence[float], low: Sequence[float], high: Sequence[float]
):
    """Return how a law with a few parameters is fitted, by least squares within bounds.

    Parameters
    ----------
    response : callable (inputs by name, parameters) -> array
    start, low, high : sequences of float
        Of the parameters.
    """

    def fit(samples: Samples, folds: Sequence[Fold], seed: int) -> list[Estimator]:
        return [_law(response, start, low, high, samples.only(fold.train)) for fold in folds]

    return fit


def _law(response: Callable, start: Any, low: Any, high: Any, train: Samples) -> Estimator:
    from scipy.optimize import least_squares

    inputs = _inputs(train)
    weight = np.sqrt(train.weight)
    found = least_squares(
        lambda p: weight * (response(inputs, p) - train.target),
        start, bounds=(low, high), x_scale=np.maximum(np.abs(start), 0.1), max_nfev=200,
        diff_step=1e-3,  # the equations are in single precision
    )  # fmt: skip
    return lambda samples: response(_inputs(samples), found.x)


def _inputs(samples: Samples) -> dict[str, np.ndarray]:
    """Return what the laws read, of the estimated step."""
    names = {column.name for column in samples.columns}
    found = {name: samples.named(name)[:, -1].astype(float) for name in ("Ta", "index")}
    if "wetness" in names:
        found["rain"] = samples.named("wetness")[:, -1].astype(float)
    else:
        found["rain"] = samples.named("PRE")[:, -4:].sum(axis=1).astype(float)
    return found


def _temperature_and_rain(inputs: dict, p: np.ndarray) -> np.ndarray:
    """T&P: R_ref f(T) f(P), Migliavacca et al. (2011)."""
    rref, e0, alpha, k = p
    return np.asarray(
        rref * lloyd_taylor(inputs["Ta"], e0) * rain_response(inputs["rain"], alpha, k)
    )


def _temperature_and_index(inputs: dict, p: np.ndarray) -> np.ndarray:
    """RECO after Jaegermeyr et al. (2014): the reference rises with the vegetation index."""
    r0, slope, e0 = p
    return np.asarray((r0 + slope * inputs["index"]) * lloyd_taylor(inputs["Ta"], e0))


def _satellite(inputs: dict, p: np.ndarray) -> np.ndarray:
    """After Ge et al. (2018): vegetation index, temperature and moisture multiply."""
    r0, slope, e0, alpha, k = p
    both = (r0 + slope * inputs["index"]) * lloyd_taylor(inputs["Ta"], e0)
    return np.asarray(both * rain_response(inputs["rain"], alpha, k))


TEMPERATURE_AND_RAIN = physical(
    _temperature_and_rain, (3.0, 200.0, 0.5, 20.0), (0, 0, 0, 0.1), (60, 600, 1, 500)
)
TEMPERATURE_AND_INDEX = physical(
    _temperature_and_index, (1.0, 1.0, 200.0), (0, 0, 0), (30, 60, 600)
)
SATELLITE = physical(
    _satellite, (1.0, 1.0, 200.0, 0.5, 20.0), (0, 0, 0, 0, 0.1), (30, 60, 600, 1, 500)
)


def now(samples: Samples) -> np.ndarray:
    """Return the features of the estimated step, (n, columns)."""
    return samples.now()


def whole_window(samples: Samples) -> np.ndarray:
    """Return the features of all steps of the window, (n, T * columns), constants once."""
    n = len(samples)
    moving = [place for place, column in enumerate(samples.columns) if column.feature not in STATIC]
    constant = [place for place in range(len(samples.columns)) if place not in moving]
    return np.concatenate(
        [samples.x[:, :, moving].reshape(n, -1), samples.x[:, -1, constant]], axis=1
    )


STATIC = ("site", "VT", "SOCD", "SoilTex")
"""Features that do not change with time."""


def machine(
    makers: Sequence[Callable[[int], Any]], view: Callable = now, *, most: int | None = None
):
    """Return how a machine of scikit-learn is fitted; the validation samples choose among makers.

    Parameters
    ----------
    makers : sequence of callable (seed) -> regressor
    view : callable (Samples) -> (n, columns)
    most : int, optional
        Of more training samples, so many are drawn.
    """

    def fit(samples: Samples, folds: Sequence[Fold], seed: int) -> list[Estimator]:
        x, y = view(samples).astype(float), samples.target
        return [_machine(makers, view, x, y, samples.weight, fold, seed, most) for fold in folds]

    return fit


def _machine(
    makers: Any, view: Callable, x: np.ndarray, y: np.ndarray, weight: np.ndarray, fold: Fold,
    seed: int, most: int | None,
) -> Estimator:  # fmt: skip
    from threadpoolctl import threadpool_limits

    rows = fold.train
    if most is not None and rows.size > most:
        rows = np.random.default_rng(seed).choice(rows, most, replace=False)
    best, least = None, np.inf
    for maker in makers:
        model = maker(seed)
        # Threads of boosting wait for each other where other work holds a core.
        with warnings.catch_warnings(), threadpool_limits(1):
            warnings.simplefilter("ignore")  # of steps that end before they converge
            model.fit(x[rows], y[rows])
        if len(makers) == 1:
            best = model
            break
        error = float(np.mean((model.predict(x[fold.validation]) - y[fold.validation]) ** 2))
        if error < least:
            best, least = model, error
    assert best is not None
    chosen = best
    return lambda samples: chosen.predict(view(samples).astype(float))


def _scaled(model: Any) -> Any:
    from sklearn.compose import TransformedTargetRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return TransformedTargetRegressor(
        make_pipeline(StandardScaler(), model), transformer=StandardScaler()
    )


def neural(hidden: int) -> Callable[[int], Any]:
    """Return how a network of one hidden layer, trained by back-propagation, is made."""

    def make(seed: int) -> Any:
        from sklearn.neural_network import MLPRegressor

        return _scaled(
            MLPRegressor(
                hidden_layer_sizes=(hidden,),
                alpha=1e-3,
                learning_rate_init=5e-3,
                max_iter=150,
                random_state=seed,
            )
        )

    return make


def support_vectors(c: float, gamma: float) -> Callable[[int], Any]:
    """Return how a support vector machine is made."""

    def make(seed: int) -> Any:
        from sklearn.svm import SVR

        return _scaled(SVR(C=c, gamma=gamma))

    return make


def forest(leaf: int) -> Callable[[int], Any]:
    """Return how a random forest is made."""

    def make(seed: int) -> Any:
        from sklearn.ensemble import RandomForestRegressor

        return RandomForestRegressor(
            TREES, min_samples_leaf=leaf, max_features=0.5, random_state=seed
        )

    return make


def boosting(leaves: int) -> Callable[[int], Any]:
    """Return how boosted trees are made."""

    def make(seed: int) -> Any:
        from sklearn.ensemble import HistGradientBoostingRegressor

        return HistGradientBoostingRegressor(
            max_leaf_nodes=leaves, max_iter=150, learning_rate=0.06, random_state=seed
        )

    return make


def stacked_autoencoder(first: int, second: int) -> Callable[[int], Any]:
    """Return how a network is made whose layers learnt first to give their inputs back."""

    def make(seed: int) -> Any:
        from explorer.systems.respiration.autoencoder import StackedAutoencoder

        return _scaled(StackedAutoencoder(first, second, seed))

    return make


BP_ANN = machine((neural(12), neural(24)))
SVR = machine((support_vectors(2, 0.05), support_vectors(10, 0.1)), most=MOST_ROWS)
FOREST = machine((forest(1), forest(5)))
AUTOENCODER = machine((stacked_autoencoder(24, 12),))
WINDOW_FOREST = machine((forest(3),), whole_window)
BOOSTING = machine((boosting(15), boosting(31)), whole_window)
