"""A forest: how it is grown, what it predicts, with which interval, of rows it can stand for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple

import numpy as np

from explorer.errors import ParameterError
from explorer.systems.fusion.columns import Encoding, Frame, Predictor, Told, fitted_encoding
from explorer.systems.fusion.trees import Trees, trees_of
from explorer.systems.layers import Proceed, always

ROWS_AT_ONCE = 65_536
"""Rows predicted together: bounds the memory, and how long a cancel has to wait."""

Transform = Literal["none", "sqrt", "ln"]


class Settings(NamedTuple):
    """How a forest is grown.

    Attributes
    ----------
    trees : int
    tried : int or float
        Predictors tried at each split: how many, or their share.
    leaf : int
        Fewest training rows in a leaf.
    cuts : str
        ``best`` of all cuts of a predictor (Breiman 2001), or one at ``random`` (Geurts et al.
        2006, extremely randomised trees), here always of a bootstrap sample.
    splits_on : str
        What of the target the splits are chosen for; leaves hold the target itself.
    pooled : float
        A sample weighs (samples of its source) ** -pooled: 0 = all alike, 1 = all sources alike.
    seed : int
    """

    trees: int = 1500
    tried: int | float = 1.0
    leaf: int = 5
    cuts: Literal["best", "random"] = "best"
    splits_on: Transform = "none"
    pooled: float = 0.0
    seed: int = 20230101


PAPER_NPP = Settings(trees=1500, tried=6, leaf=5)
PAPER_RS = Settings(trees=1500, tried=7, leaf=5)
"""Zeng et al. (2023): ntree 1500; mtry 6 of 7 for NPP, 7 of 8 for Rs. R's forests for regression
stop at nodes of 5 samples; ``leaf`` is scikit-learn's nearest, the fewest samples in a leaf."""


class Calibration(NamedTuple):
    """What makes an interval hold on sources that a forest never saw.

    Conformalised quantile regression (Romano et al. 2019, NeurIPS 32) on logarithms: both ends of
    the interval move by the same factor, and the lower end of a positive target stays positive.
    """

    level: float  # as 0.9
    ln_widening: float  # added to the logarithm of both ends; negative where they were too wide

    @property
    def shares(self) -> tuple[float, float]:
        """The two quantiles that it begins with."""
        return (1 - self.level) / 2, (1 + self.level) / 2


AS_THE_TREES_SAY = Calibration(0.9, 0.0)
"""Quantiles that nothing has calibrated."""


class Prediction(NamedTuple):
    """What a forest says of rows."""

    mean: np.ndarray  # (rows,)
    low: np.ndarray | None  # (rows,), ends of the interval where it was asked for
    high: np.ndarray | None
    told: Told


@dataclass(frozen=True, eq=False)
class Forest:
    """A trained forest.

    Attributes
    ----------
    target, unit : str
        What it predicts.
    settings : Settings
    encoding : Encoding
        Knows the predictors.
    trees : Trees
    samples : int
        Rows it was trained on.
    digest : str
        Hash of the samples, see ``Samples.digest``.
    calibration : Calibration
        Of its intervals; by default none.
    """

    target: str
    unit: str
    settings: Settings
    encoding: Encoding
    trees: Trees
    samples: int
    digest: str
    calibration: Calibration = AS_THE_TREES_SAY

    def calibrated(self, calibration: Calibration) -> "Forest":
        """Return the same forest with another calibration of its intervals."""
        return replace(self, calibration=calibration)

    def predict(
        self, frame: Frame, *, interval: bool = False, proceed: Proceed = always
    ) -> Prediction | None:
        """Predict rows in parts, so that memory stays bounded.

        Parameters
        ----------
        frame : Frame
        interval : bool
            Whether to give the ends of the calibrated interval as well; slower.
        proceed : callable
            Called with the share done.

        Returns
        -------
        Prediction or None
            None when told not to proceed.

        Raises
        ------
        SchemaError
            Names every predictor that the frame lacks.
        """
        rows = len(next(iter(frame.values())))
        mean = np.empty(rows)
        ends = np.empty((rows, 2)) if interval else None
        told: list[Told] = []
        for first in range(0, max(rows, 1), ROWS_AT_ONCE):
            if not proceed(first / max(rows, 1)):
                return None
            part = slice(first, first + ROWS_AT_ONCE)
            matrix, said = self.encoding.matrix(
                {name: frame[name][part] for name in self.encoding.names if name in frame}
            )
            told.append(said)
            mean[part] = self.trees.mean(matrix)
            if ends is not None:
                ends[part] = self.trees.quantiles(matrix, self.calibration.shares)
        if ends is None:
            return Prediction(mean, None, None, together(told))
        low, high = widened(ends[:, 0], ends[:, 1], self.calibration.ln_widening)
        return Prediction(mean, low, high, together(told))


def widened(low: np.ndarray, high: np.ndarray, ln_widening: float) -> tuple[np.ndarray, np.ndarray]:
    """Move both ends of intervals by a factor; ends that would cross meet in their middle."""
    narrowest = np.sqrt(low * high)
    return (
        np.minimum(low * np.exp(-ln_widening), narrowest),
        np.maximum(high * np.exp(ln_widening), narrowest),
    )


def together(told: Sequence[Told]) -> Told:
    """Add up what is to be known of several parts."""
    unseen: dict[str, dict[str, int]] = {}
    filled: dict[str, int] = {}
    for part in told:
        for name, members in part.unseen.items():
            mine = unseen.setdefault(name, {})
            for member, rows in members.items():
                mine[member] = mine.get(member, 0) + rows
        for name, rows in part.filled.items():
            filled[name] = filled.get(name, 0) + rows
    return Told(unseen, filled)


class Trained(NamedTuple):
    """A forest and what it says of its own training rows."""

    forest: Forest
    in_sample: np.ndarray  # (rows,)
    out_of_bag: np.ndarray  # (rows,); NaN where every tree had the row in its bag


def train(
    frame: Frame,
    target: np.ndarray,
    source: np.ndarray,
    predictors: Sequence[Predictor],
    settings: Settings,
    *,
    name: str = "",
    unit: str = "",
    digest: str = "",
) -> Trained:
    """Grow a forest.

    Parameters
    ----------
    frame : Frame
        Predictors of the samples.
    target : array (rows,)
        In ``unit``.
    source : array (rows,)
        The study of each sample, for ``Settings.pooled``.
    predictors : sequence of Predictor
    settings : Settings
    name, unit, digest : str, optional
        Kept with the forest, see ``Forest``.

    Raises
    ------
    SchemaError
        When the frame lacks predictors.
    ParameterError
        When there are too few samples, or more predictors are to be tried than there are.
    """
    from sklearn.ensemble import ExtraTreesRegressor, RandomForestRegressor

    if len(target) < 2 * settings.leaf:
        raise ParameterError(
            f"{len(target)} samples of {name or 'the target'}: expected at least "
            f"{2 * settings.leaf}, two leaves"
        )
    if settings.tried > len(predictors):
        raise ParameterError(
            f"{settings.tried} predictors tried at a split: there are {len(predictors)}"
        )
    weight = source_weights(source, settings.pooled)
    chosen_for = transformed(target, settings.splits_on)
    encoding = fitted_encoding(predictors, frame, chosen_for, weight)
    matrix, _ = encoding.matrix(frame)
    kind: Mapping[str, Any] = {"best": RandomForestRegressor, "random": ExtraTreesRegressor}
    grown = kind[settings.cuts](
        settings.trees,
        max_features=settings.tried,
        min_samples_leaf=settings.leaf,
        bootstrap=True,
        random_state=settings.seed,
        n_jobs=-1,
    ).fit(matrix, chosen_for, sample_weight=weight)
    trees, out_of_bag = trees_of(grown, matrix, target, settings.seed)
    forest = Forest(name, unit, settings, encoding, trees, len(target), digest)
    return Trained(forest, trees.mean(matrix), out_of_bag)


def source_weights(source: np.ndarray, pooled: float) -> np.ndarray:
    """Return the weight of each sample, (rows,): (samples of its source) ** -pooled."""
    _, which, counts = np.unique(source, return_inverse=True, return_counts=True)
    return counts[which.reshape(-1)].astype(float) ** -pooled


def transformed(target: np.ndarray, how: Transform) -> np.ndarray:
    """Return what splits are chosen for."""
    if how == "none":
        return target
    return np.sqrt(target) if how == "sqrt" else np.log(target)
