"""Where a forest may be applied: how unlike the samples the predictors of a place are.

Meyer and Pebesma (2021), Methods Ecol. Evol. 12:1620.
"""

from typing import NamedTuple

import numpy as np


class Applicability(NamedTuple):
    """Distances in the space of predictors, each scaled and weighted by its importance.

    Attributes
    ----------
    centre, scale, weight : array (predictors,)
    known : array (samples, predictors)
        The samples, scaled and weighted.
    mean_distance : float
        Between two samples.
    threshold : float
        The largest dissimilarity index of samples to those of other folds that is no outlier.
    """

    centre: np.ndarray
    scale: np.ndarray
    weight: np.ndarray
    known: np.ndarray
    mean_distance: float
    threshold: float

    def dissimilarity(self, matrix: np.ndarray) -> np.ndarray:
        """Return the dissimilarity index of rows, (rows,): 0 = like a sample.

        Parameters
        ----------
        matrix : array (rows, predictors)
            As ``Encoding.matrix`` gives it.
        """
        from scipy.spatial import cKDTree

        distance, _ = cKDTree(self.known).query(_placed(matrix, self))
        return np.asarray(distance) / self.mean_distance

    def inside(self, matrix: np.ndarray) -> np.ndarray:
        """Return whether rows lie in the area of applicability."""
        return self.dissimilarity(matrix) <= self.threshold


def applicability(matrix: np.ndarray, importance: np.ndarray, fold: np.ndarray) -> Applicability:
    """Fit the area of applicability to samples.

    Parameters
    ----------
    matrix : array (samples, predictors)
    importance : array (predictors,)
        Weights; what is below 0 counts as 0, and where all are all count alike.
    fold : array (samples,)
        The folds that the forest was scored on: a sample's own fold is not near to it.
    """
    from scipy.spatial import cKDTree

    weight = np.maximum(importance, 0)
    weight = np.ones_like(weight) if weight.sum() == 0 else weight / weight.max()
    centre, spread = matrix.mean(axis=0, dtype=float), matrix.std(axis=0, dtype=float)
    scale = np.where(spread > 0, spread, 1.0)
    fitted = Applicability(centre, scale, weight, np.empty((0, 0)), 1.0, np.inf)
    known = _placed(matrix, fitted)
    distances = np.sqrt(np.maximum(_squared(known), 0))
    mean = float(distances[~np.eye(len(known), dtype=bool)].mean()) or 1.0
    index = np.full(len(known), np.nan)
    for number in np.unique(fold):
        mine = fold == number
        if mine.all():
            continue
        nearest, _ = cKDTree(known[~mine]).query(known[mine])
        index[mine] = nearest / mean
    low, high = np.nanquantile(index, (0.25, 0.75))
    whisker = high + 1.5 * (high - low)
    threshold = float(np.nanmax(index[index <= whisker]))
    return fitted._replace(known=known, mean_distance=mean, threshold=threshold)


def _placed(matrix: np.ndarray, fitted: Applicability) -> np.ndarray:
    return (matrix - fitted.centre) / fitted.scale * fitted.weight


def _squared(points: np.ndarray) -> np.ndarray:
    square = (points**2).sum(axis=1)
    return square[:, np.newaxis] + square - 2 * points @ points.T
