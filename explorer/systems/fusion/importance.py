"""What a forest leans on: permutation importance where samples were held out, and dependence."""

from collections.abc import Sequence

import numpy as np

from explorer.analysis.scores import root_mean_square_error
from explorer.systems.fusion.columns import Frame, Predictor
from explorer.systems.fusion.forest import Forest


class BlockedImportance:
    """What each predictor is worth for samples that were held out; visits the forests of folds.

    A predictor is shuffled among the held-out rows (Breiman 2001, Machine Learning 45:5). What the
    RMSE rises by is what the forest owes to it there; what only helps to tell studies apart shows a
    rise in-sample and none here.

    Parameters
    ----------
    observed : array (rows,)
        All samples.
    predictors : sequence of Predictor
    seed : int
    repeats : int
        Times that each predictor is shuffled.
    """

    def __init__(
        self, observed: np.ndarray, predictors: Sequence[Predictor], seed: int, repeats: int = 3
    ) -> None:
        self.observed, self.predictors, self.repeats = observed, predictors, repeats
        self.plain = np.full(observed.size, np.nan)
        self.shuffled = np.full((len(predictors), repeats, observed.size), np.nan)
        self._rng = np.random.default_rng(seed)

    def __call__(self, forest: Forest, out: np.ndarray, matrix: np.ndarray) -> None:
        """Look at the rows that one forest was grown without."""
        self.plain[out] = forest.trees.mean(matrix)
        for column in range(len(self.predictors)):
            for repeat in range(self.repeats):
                other = matrix.copy()
                other[:, column] = self._rng.permutation(other[:, column])
                self.shuffled[column, repeat, out] = forest.trees.mean(other)

    def rises(self) -> dict[str, float]:
        """Return predictor -> rise of the RMSE over all rows, in the unit of the target.

        About 0, or below, where a predictor is worth nothing.
        """
        before = root_mean_square_error(self.observed, self.plain)
        return {
            each.name: float(
                np.mean([root_mean_square_error(self.observed, row) for row in rows]) - before
            )
            for each, rows in zip(self.predictors, self.shuffled, strict=True)
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
