"""What a forest leans on: permutation importance where samples were held out, and dependence."""

from collections.abc import Mapping, Sequence

import numpy as np

from explorer.analysis.scores import root_mean_square_error
from explorer.observations.samples import Samples
from explorer.systems.fusion.columns import Frame, Predictor
from explorer.systems.fusion.folds import each_fold, fold_numbers
from explorer.systems.fusion.forest import Forest, Settings, train
from explorer.systems.fusion.scoring import rows_of


def blocked_importance(
    frame: Frame,
    samples: Samples,
    predictors: Sequence[Predictor],
    settings: Settings,
    kind: str = "study",
    repeats: int = 3,
) -> Mapping[str, float]:
    """Return what each predictor is worth for samples that were held out.

    A predictor is shuffled among the held-out rows (Breiman 2001, Machine Learning 45:5). What the
    RMSE rises by is what the forest owes to it there; what only helps to tell studies apart shows a
    rise in-sample and none here.

    Parameters
    ----------
    frame, samples, predictors, settings
        As for ``forest.train``.
    kind : str
        Of folds.
    repeats : int
        Times that each predictor is shuffled.

    Returns
    -------
    mapping of predictor -> float
        Rise of the RMSE over all held-out rows, in the unit of the target; about 0, or below, where
        it is worth nothing.
    """
    rng = np.random.default_rng(settings.seed)
    folds = fold_numbers(samples, kind, settings.seed)
    plain = np.empty(len(samples))
    shuffled = {each.name: np.empty((repeats, len(samples))) for each in predictors}
    for kept, out in each_fold(folds):
        forest = train(
            rows_of(frame, kept), samples.value[kept], samples.source[kept], predictors, settings
        ).forest
        matrix, _ = forest.encoding.matrix(rows_of(frame, out))
        plain[out] = forest.trees.mean(matrix)
        for column, each in enumerate(predictors):
            for repeat in range(repeats):
                other = matrix.copy()
                other[:, column] = rng.permutation(other[:, column])
                shuffled[each.name][repeat, out] = forest.trees.mean(other)
    before = root_mean_square_error(samples.value, plain)
    return {
        name: float(
            np.mean([root_mean_square_error(samples.value, each) for each in rows]) - before
        )
        for name, rows in shuffled.items()
    }


def partial_dependence(
    forest: Forest, frame: Frame, name: str, points: int = 20
) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean prediction over rows as one predictor is set to each of some values.

    Friedman (2001), Ann. Stat. 29:1189. Where predictors go together, some of the rows so made are
    unlike any place.

    Parameters
    ----------
    forest : Forest
    frame : Frame
    name : str
        Of a predictor: a number is set to quantiles of its rows, a category to its members.
    points : int

    Returns
    -------
    array (points,)
        Values of the predictor.
    array (points,)
        In the unit of the target.
    """
    column = np.asarray(frame[name])
    if column.dtype.kind in "fc":
        known = column[np.isfinite(column)]
        values = np.unique(np.quantile(known, np.linspace(0.02, 0.98, points)))
    else:
        values = np.unique(column)
    mean = np.empty(len(values))
    for number, value in enumerate(values):
        matrix, _ = forest.encoding.matrix({**frame, name: np.full(len(column), value)})
        mean[number] = forest.trees.mean(matrix).mean()
    return values, mean
