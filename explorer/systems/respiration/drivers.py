"""What the networks look at, and what they would miss: attention beside permutation importance.

Attention says where a network looks, not what its estimate depends on. The second is measured: how
much the error of held-out samples grows when one feature is exchanged between them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from explorer.systems.respiration.folds import Fold
from explorer.systems.respiration.samples import Samples
from explorer.systems.respiration.training import Trained

SEASONS = ("growing", "not growing")


@dataclass(frozen=True, eq=False)
class Attention:
    """Attention to features by vegetation type and season, with its spread over networks."""

    features: tuple[str, ...]
    columns: Mapping[str, int]  # feature -> how many columns it has
    mean: Mapping[tuple[str, str], np.ndarray]  # (type, season) -> (features,); sums to 1
    spread: Mapping[tuple[str, str], np.ndarray]  # standard deviation over networks

    @property
    def even(self) -> np.ndarray:
        """What each feature would have if all columns were attended to alike, (features,)."""
        counts = np.array([self.columns[feature] for feature in self.features], float)
        return counts / counts.sum()

    def per_column(self, kind: str, season: str) -> np.ndarray:
        """Return the mean attention to a column of each feature, (features,)."""
        counts = np.array([self.columns[feature] for feature in self.features], float)
        return self.mean[kind, season] / counts

    def to_json(self) -> dict[str, Any]:
        """Return the table, ready for JSON."""
        return {
            "features": list(self.features),
            "columns": dict(self.columns),
            "even": _rounded(self.even),
            "by type and season": [
                {
                    "type": kind, "season": season, "attention": _rounded(mean),
                    "spread": _rounded(self.spread[kind, season]),
                    "per column": _rounded(self.per_column(kind, season)),
                }
                for (kind, season), mean in self.mean.items()
            ],
        }  # fmt: skip


def attention(
    trained: Trained, samples: Samples, folds: Sequence[Fold], copies: int = 1
) -> Attention:
    """Return the attention of each network to its own held-out samples, by type and season.

    The weight of a feature is the sum over its columns and the mean over the steps of the window,
    as Liu et al. (2022) average a over samples; each row sums to 1.

    Parameters
    ----------
    trained : Trained
        With ``copies`` networks a fold.
    samples : Samples
    folds : sequence of Fold
    copies : int
    """
    features = samples.features
    sums: dict[tuple[str, str], list[np.ndarray]] = {}
    for entry in range(trained.entries):
        held = samples.only(folds[entry // copies].test)
        local = trained.estimate(held, entry)[1].mean(axis=1)  # (n, N)
        of_feature = np.stack([local[:, held.of(each)].sum(axis=1) for each in features], axis=1)
        for place, kind in enumerate(held.kinds):
            for season in SEASONS:
                rows = (held.kind == place) & (held.growing == (season == "growing"))
                if rows.any():
                    sums.setdefault((kind, season), []).append(of_feature[rows].mean(axis=0))
    order = [(kind, season) for season in SEASONS for kind in samples.kinds]
    return Attention(
        features,
        {feature: len(samples.of(feature)) for feature in features},
        {key: np.mean(sums[key], axis=0) for key in order if key in sums},
        {key: np.std(sums[key], axis=0) for key in order if key in sums},
    )


@dataclass(frozen=True, eq=False)
class Importance:
    """How much the mean squared error of held-out samples grows without a feature."""

    features: tuple[str, ...]
    mean: np.ndarray  # (features,) share of the variance of what is observed
    spread: np.ndarray  # (features,) standard deviation over folds

    def ranked(self) -> list[str]:
        """Return the features, the most important first."""
        return [self.features[place] for place in np.argsort(-self.mean, kind="stable")]

    def to_json(self) -> dict[str, Any]:
        """Return the table, ready for JSON."""
        return {
            "features": list(self.features), "importance": _rounded(self.mean),
            "spread": _rounded(self.spread), "ranked": self.ranked(),
        }  # fmt: skip


def permutation_importance(
    estimators: Sequence[Any], samples: Samples, folds: Sequence[Fold], seed: int = 0
) -> Importance:
    """Exchange one feature between held-out samples, its whole window at once.

    External factors of the same name are exchanged with it.

    Parameters
    ----------
    estimators : sequence of callable (Samples) -> array
        One a fold.
    samples : Samples
    folds : sequence of Fold
    seed : int
    """
    rng = np.random.default_rng(seed)
    features = samples.features
    grown = np.zeros((len(folds), len(features)))
    variance = samples.target.var()
    for number, (fold, estimator) in enumerate(zip(folds, estimators, strict=True)):
        held = samples.only(fold.test)
        exact = np.mean((estimator(held) - held.target) ** 2)
        order = rng.permutation(len(held))
        for place, feature in enumerate(features):
            changed = exchanged(held, feature, order)
            grown[number, place] = np.mean((estimator(changed) - held.target) ** 2) - exact
    return Importance(features, grown.mean(axis=0) / variance, grown.std(axis=0) / variance)


def exchanged(samples: Samples, feature: str, order: np.ndarray) -> Samples:
    """Return samples, each with a feature of another."""
    x, external = samples.x.copy(), samples.external.copy()
    places = samples.of(feature)
    x[:, :, places] = samples.x[order][:, :, places]
    for place, name in enumerate(samples.external_names):
        if name in {samples.columns[each].name for each in places}:
            external[:, place] = samples.external[order, place]
    return replace(samples, x=x, external=external)


def disagreement(attended: Attention, importance: Importance) -> list[str]:
    """Say in words where attention and importance rank features differently by two places or more.

    Parameters
    ----------
    attended : Attention
        Compared by the mean over types and seasons, relative to even attention.
    importance : Importance
    """
    relative = np.mean(list(attended.mean.values()), axis=0) / attended.even
    looks = [attended.features[place] for place in np.argsort(-relative, kind="stable")]
    needs = importance.ranked()
    return [
        f"{feature}: {looks.index(feature) + 1} of {len(looks)} by attention beyond even, "
        f"{needs.index(feature) + 1} by permutation importance"
        for feature in attended.features
        if abs(looks.index(feature) - needs.index(feature)) >= 2
    ]


def _rounded(values: np.ndarray) -> list[float]:
    return [round(float(value), 4) for value in values]
