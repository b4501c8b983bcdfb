"""Honest scores: one forest, seen in four ways, and what they are worth.

A forest scored on its own samples has seen them; out of bag and in random folds it has seen
samples of the same plot or study. Only where whole studies or blocks are held out does a score say
what to expect where nobody has measured: that one is the headline.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from explorer.analysis.scores import (
    mean_absolute_percentage_error,
    nash_sutcliffe,
    percent_bias,
    r_squared,
    root_mean_square_error,
)
from explorer.observations.samples import Samples
from explorer.systems.fusion.columns import Frame, Predictor
from explorer.systems.fusion.folds import each_fold, fold_numbers
from explorer.systems.fusion.forest import Forest, Settings, Trained, train
from explorer.systems.layers import Proceed, always

IN_SAMPLE, OUT_OF_BAG = "in_sample", "out_of_bag"
NAMES: dict[str, str] = {
    IN_SAMPLE: "in-sample: the very samples that the forest was trained on",
    OUT_OF_BAG: "out-of-bag: each sample by the trees that did not draw it",
}


class Score(NamedTuple):
    """Scores of one way to look at a forest, over the samples that it predicts."""

    n: int
    r2: float  # squared Pearson correlation
    nse: float  # 1 - SSE/SST
    rmse: float  # in the unit of the target
    pbias: float  # [percent]
    mape: float  # [percent]
    ln_r2: float
    ln_rmse: float


def score(observed: np.ndarray, predicted: np.ndarray) -> Score:
    """Return the scores of predictions; a pair with a gap does not count.

    Scores of logarithms are NaN where something is not positive.
    """
    both = np.isfinite(observed) & np.isfinite(predicted)
    o, p = observed[both], predicted[both]
    positive = o.size > 0 and min(o.min(), p.min()) > 0
    ln_o, ln_p = (np.log(o), np.log(p)) if positive else (np.array([]), np.array([]))
    return Score(
        int(o.size),
        r_squared(o, p),
        nash_sutcliffe(o, p),
        root_mean_square_error(o, p),
        percent_bias(o, p),
        mean_absolute_percentage_error(o, p),
        r_squared(ln_o, ln_p),
        root_mean_square_error(ln_o, ln_p),
    )


Visit = Callable[[Forest, np.ndarray, np.ndarray], None]
"""Called with the forest of a fold, the mask of the rows held out, and their matrix."""


class HeldOut(NamedTuple):
    """What forests say of samples that they were not trained on."""

    mean: np.ndarray  # (rows,)
    low: np.ndarray  # (rows,), quantiles as the trees give them
    high: np.ndarray
    fold: np.ndarray  # (rows,)


@dataclass(frozen=True, eq=False)
class Scored:
    """A forest of all samples, and how good it is in each way.

    Attributes
    ----------
    trained : Trained
    held_out : mapping of kind of folds -> HeldOut
    by : mapping of name -> Score
        ``in_sample``, ``out_of_bag``, and each kind of folds.
    """

    trained: Trained
    held_out: Mapping[str, HeldOut]
    by: Mapping[str, Score]


def held_out(
    frame: Frame,
    samples: Samples,
    predictors: Sequence[Predictor],
    settings: Settings,
    kind: str,
    shares: tuple[float, float] = (0.05, 0.95),
    visit: Visit | None = None,
    proceed: Proceed = always,
) -> HeldOut | None:
    """Predict each sample by a forest that was grown without its fold.

    Parameters
    ----------
    frame, samples, predictors, settings
        As for ``forest.train``.
    kind : str
        Of folds, see ``folds.KINDS``.
    shares : pair of float
        The quantiles to give.
    visit : callable, optional
        What else is asked of the forest of each fold.
    proceed : callable
        Called with the share done.

    Returns
    -------
    HeldOut or None
        None when told not to proceed.
    """
    folds = fold_numbers(samples, kind, settings.seed)
    mean, ends = np.empty(len(samples)), np.empty((len(samples), 2))
    last = folds.max() + 1
    for number, (kept, out) in enumerate(each_fold(folds)):
        if not proceed(number / last):
            return None
        forest = train(
            rows_of(frame, kept), samples.value[kept], samples.source[kept], predictors, settings
        ).forest
        matrix, _ = forest.encoding.matrix(rows_of(frame, out))
        mean[out] = forest.trees.mean(matrix)
        ends[out] = forest.trees.quantiles(matrix, shares)
        if visit is not None:
            visit(forest, out, matrix)
    return HeldOut(mean, ends[:, 0], ends[:, 1], folds)


def rows_of(frame: Frame, kept: np.ndarray) -> dict[str, np.ndarray]:
    """Return some rows of a frame."""
    return {name: np.asarray(column)[kept] for name, column in frame.items()}


def scored(
    frame: Frame,
    samples: Samples,
    predictors: Sequence[Predictor],
    settings: Settings,
    kinds: Sequence[str] = ("random", "study", "block"),
    *,
    target: str = "",
    fold_trees: int | None = None,
    visits: Mapping[str, Visit] | None = None,
    proceed: Proceed = always,
) -> Scored | None:
    """Grow a forest of all samples and score it in four ways.

    Parameters
    ----------
    frame, samples, predictors, settings
        As for ``forest.train``.
    kinds : sequence of str
        Of folds.
    target : str
        How the target is called.
    fold_trees : int, optional
        Trees of the forests of the folds; by default as many as of the whole. Fewer are quicker and
        score no better.
    visits : mapping of kind of folds -> callable, optional
        See ``held_out``.
    proceed : callable
        Called with the share done.

    Returns
    -------
    Scored or None
        None when told not to proceed.
    """
    parts = 1 + len(kinds)
    trained = train(
        frame, samples.value, samples.source, predictors, settings,
        name=target, unit=samples.unit, digest=samples.digest(),
    )  # fmt: skip
    by = {
        IN_SAMPLE: score(samples.value, trained.in_sample),
        OUT_OF_BAG: score(samples.value, trained.out_of_bag),
    }
    folds: dict[str, HeldOut] = {}
    smaller = settings._replace(trees=fold_trees or settings.trees)
    for number, kind in enumerate(kinds, start=1):

        def on(share: float, done: int = number) -> bool:
            return proceed((done + share) / parts)

        visit = (visits or {}).get(kind)
        found = held_out(frame, samples, predictors, smaller, kind, visit=visit, proceed=on)
        if found is None:
            return None
        folds[kind] = found
        by[kind] = score(samples.value, found.mean)
    return Scored(trained, folds, by)


def rounded(row: Score | None, digits: int = 4) -> dict[str, Any]:
    """Return scores ready for JSON; what is not defined is null."""
    if row is None:
        return {}
    return {
        name: value if isinstance(value, int) else _number(value, digits)
        for name, value in row._asdict().items()
    }


def _number(value: float, digits: int) -> float | None:
    return round(float(value), digits) if np.isfinite(value) else None
