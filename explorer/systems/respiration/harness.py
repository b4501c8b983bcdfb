"""One harness for all models: the same folds; scores pooled, by site, vegetation type, season."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from explorer.analysis.scores import Scores, mean_absolute_error, scores
from explorer.systems.respiration.folds import Fold
from explorer.systems.respiration.models import MODELS
from explorer.systems.respiration.samples import Samples

DECEMBER_JANUARY = (*range(43, 47), *range(1, 5))
"""Steps of the paper's period of low values, as near as steps of 8 days come."""
JULY_AUGUST = tuple(range(23, 32))
SOUTH = 23  # steps that seasons are moved by, south of the equator
PLACES = 4  # decimals of scores in files


class Held(NamedTuple):
    """What a model gives for the samples that it did not see."""

    estimate: np.ndarray  # (samples,) NaN where no fold tested it
    fold: np.ndarray  # (samples,) which fold did, -1 for none


def estimate_held_out(
    samples: Samples,
    folds: Sequence[Fold],
    names: Sequence[str],
    *,
    seed: int = 0,
    tell: Callable[[str], None] = lambda name: None,
) -> dict[str, Held]:
    """Fit models on every fold and estimate its test samples.

    Parameters
    ----------
    samples : Samples
    folds : sequence of Fold
        Whose test samples do not overlap.
    names : sequence of str
        Of ``MODELS``.
    seed : int
    tell : callable
        Told the label of each model that is begun.
    """
    found = {}
    for name in names:
        tell(MODELS[name].label)
        found[name] = held_out(samples, folds, MODELS[name].fit(samples, folds, seed))
    return found


def held_out(
    samples: Samples, folds: Sequence[Fold], estimators: Sequence[Callable[[Samples], np.ndarray]]
) -> Held:
    """Return what the estimator of each fold gives for its test samples."""
    estimate, number = np.full(len(samples), np.nan), np.full(len(samples), -1)
    for place, (fold, estimator) in enumerate(zip(folds, estimators, strict=True)):
        estimate[fold.test] = estimator(samples.only(fold.test))
        number[fold.test] = place
    return Held(estimate, number)


def scored(observed: np.ndarray, estimated: np.ndarray) -> dict[str, Any]:
    """Return scores ready for JSON; None where one is not defined."""
    found = scores(observed, estimated)
    return as_json(found, mean_absolute_error(observed, estimated))


def as_json(found: Scores, mae: float) -> dict[str, Any]:
    """Return scores by name, rounded; what is not defined is None."""
    values = {
        "r2": found.r2, "nse": found.nse, "rmse": found.rmse, "mae": mae, "bias": found.bias
    }  # fmt: skip
    rounded = {
        name: round(float(value), PLACES) if np.isfinite(value) else None
        for name, value in values.items()
    }
    return {"n": found.n, **rounded}


def groups_of(samples: Samples) -> Mapping[str, Mapping[str, np.ndarray]]:
    """Return the ways that samples are grouped for scores: way -> group -> mask."""
    step = samples.step
    return {
        "site": {
            name: samples.site == place
            for place, name in enumerate(samples.sites)
            if (samples.site == place).any()
        },
        "type": {
            name: samples.kind == place
            for place, name in enumerate(samples.kinds)
            if (samples.kind == place).any()
        },
        "season": {
            "growing": samples.growing,
            "not growing": ~samples.growing,
            "July and August": np.isin(step, JULY_AUGUST),
            "December and January": np.isin(step, DECEMBER_JANUARY),
        },
    }


def table(samples: Samples, held: Mapping[str, Held]) -> dict[str, Any]:
    """Return the scores of every model: pooled, and by each of ``groups_of``; ready for JSON."""
    ways = groups_of(samples)

    def by(mask: np.ndarray) -> dict[str, Any]:
        return {
            name: scored(samples.target[mask], each.estimate[mask]) for name, each in held.items()
        }

    return {
        "pooled": by(np.ones(len(samples), bool)),
        **{
            f"by {way}": {group: by(mask) for group, mask in groups.items()}
            for way, groups in ways.items()
        },
    }
