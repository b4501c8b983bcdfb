"""The trees of a forest as plain arrays: walked by compiled loops, saved without pickle."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from explorer.systems.fusion.small_trees import Marks, marks_of
from explorer.systems.fusion.tree_loops import (
    quantiles_of_trees,
    sum_of_small_trees,
    sum_of_trees,
)

NODE = np.dtype([("feature", np.uint32), ("child", np.uint32), ("threshold", np.float32)])


WORTH_MARKING = 2_000
"""Rows from which on the masks of small trees are worth making."""


@dataclass(frozen=True, eq=False)
class Trees:
    """The trees of one forest, one after the other.

    Attributes
    ----------
    nodes : array (nodes,) of NODE
        A row goes to ``child`` where its predictor is at most the threshold, else to the node after
        it. A leaf is its own child and has an infinite threshold.
    values : array (nodes,), float64
        The mean of the training rows in each leaf; 0 where there is no leaf.
    drawn : array (nodes,), float32
        One training row of each leaf, drawn at random: the quantiles over the trees are those of a
        quantile regression forest (Meinshausen 2006, J. Mach. Learn. Res. 7:983).
    starts, depths : array (trees,), int64
        The first node of each tree, and the longest way to a leaf.
    """

    nodes: np.ndarray
    values: np.ndarray
    drawn: np.ndarray
    starts: np.ndarray
    depths: np.ndarray

    def __len__(self) -> int:
        return int(self.starts.size)

    @cached_property
    def _columns(self) -> tuple[np.ndarray, ...]:
        """Features, children and thresholds, each an array of its own, which is quicker."""
        return tuple(np.ascontiguousarray(self.nodes[name]) for name in NODE.names or ())

    @cached_property
    def _marks(self) -> Marks | None:
        """Splits as bit masks, where all trees are small enough for it."""
        features, children, thresholds = self._columns
        return marks_of(features, children, thresholds, self.starts)

    def mean(self, matrix: np.ndarray) -> np.ndarray:
        """Return the mean of all trees for each row, (rows,), float64."""
        out = np.zeros(len(matrix))
        if len(matrix) >= WORTH_MARKING and self._marks is not None:
            sum_of_small_trees(matrix, *self._marks, self.values, out)
        else:
            sum_of_trees(matrix, *self._columns, self.values, self.starts, self.depths, out)
        return out / len(self)

    def quantiles(self, matrix: np.ndarray, shares: Sequence[float]) -> np.ndarray:
        """Return quantiles for each row, (rows, shares), float64."""
        out = np.empty((len(matrix), len(shares)))
        quantiles_of_trees(
            matrix, *self._columns, self.drawn, self.starts, self.depths,
            np.array(shares, float), out,
        )  # fmt: skip
        return out


def trees_of(
    forest: Any, matrix: np.ndarray, target: np.ndarray, seed: int
) -> tuple[Trees, np.ndarray]:
    """Take a fitted scikit-learn forest apart.

    Parameters
    ----------
    forest : RandomForestRegressor or ExtraTreesRegressor
        Fitted with ``bootstrap=True`` to these rows. Weights of samples, where there are any, are
        the chances with which it drew its bags (since scikit-learn 1.8), and count nowhere else.
    matrix : array (rows, predictors), float32
    target : array (rows,)
        What leaves average. The splits may have been chosen for something else, as a logarithm.
    seed : int
        Of the rows drawn for quantiles.

    Returns
    -------
    Trees
    array (rows,)
        The out-of-bag prediction: of the trees that a row was not in the bag of; NaN where there is
        none.
    """
    rng = np.random.default_rng(seed)
    parts, values, drawn, starts, depths = [], [], [], [], []
    sums, count, start = np.zeros(len(target)), np.zeros(len(target)), 0
    for estimator, bag in zip(forest.estimators_, forest.estimators_samples_, strict=True):
        order, nodes = _laid_out(estimator.tree_, start)
        leaf = order[estimator.apply(matrix)]  # of every row, in our numbering
        mean, one = _leaves(leaf, bag, target, len(nodes), rng)
        outside = np.ones(len(target), dtype=bool)
        outside[bag] = False
        sums[outside] += mean[leaf[outside]]
        count += outside
        parts.append(nodes)
        values.append(mean)
        drawn.append(one)
        starts.append(start)
        depths.append(estimator.tree_.max_depth)
        start += len(nodes)
    trees = Trees(
        np.concatenate(parts), np.concatenate(values), np.concatenate(drawn).astype(np.float32),
        np.array(starts, dtype=np.int64), np.array(depths, dtype=np.int64),
    )  # fmt: skip
    return trees, np.where(count > 0, sums / np.maximum(count, 1), np.nan)


def _laid_out(tree: Any, start: int) -> tuple[np.ndarray, np.ndarray]:
    """Return where each node of scikit-learn's stands in ours, and the nodes; siblings adjoin."""
    order = np.zeros(tree.node_count, dtype=np.int64)
    level, following = np.array([0]), 1
    while level.size:
        inner = level[tree.children_left[level] >= 0]
        pairs = np.stack([tree.children_left[inner], tree.children_right[inner]], axis=1)
        level = pairs.reshape(-1)
        order[level] = following + np.arange(level.size)
        following += level.size
    inner = tree.children_left >= 0
    nodes = np.empty(tree.node_count, dtype=NODE)
    nodes["feature"][order] = np.where(inner, tree.feature, 0)
    nodes["child"][order] = (
        start + order[np.where(inner, tree.children_left, np.arange(inner.size))]
    )
    nodes["threshold"][order] = np.where(inner, _at_most(tree.threshold), np.float32(np.inf))
    return order, nodes


def _at_most(thresholds: np.ndarray) -> np.ndarray:
    """Round down to float32: a float32 is at most the rounded where it is at most the number."""
    rounded = thresholds.astype(np.float32)
    below = np.nextafter(rounded, np.float32(-np.inf))
    return np.where(rounded.astype(np.float64) > thresholds, below, rounded)


def _leaves(
    leaf: np.ndarray, bag: np.ndarray, target: np.ndarray, nodes: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean of the bag in each node, and the value of one of its rows drawn at random."""
    rows = np.bincount(leaf[bag], minlength=nodes)
    sums = np.bincount(leaf[bag], target[bag], nodes)
    drawn = np.zeros(nodes)
    shuffled = rng.permutation(bag)
    drawn[leaf[shuffled]] = target[shuffled]  # the last assignment to a leaf stays
    return sums / np.maximum(rows, 1), drawn
