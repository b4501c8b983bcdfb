"""The demonstration: the network finds the law again, and says what it looked at."""

import numpy as np
import pytest

from explorer.analysis.scores import scores
from explorer.systems.respiration.demo import SETTINGS, law_importance
from explorer.systems.respiration.drivers import attention, disagreement, permutation_importance
from explorer.systems.respiration.folds import random_folds
from explorer.systems.respiration.harness import held_out
from explorer.systems.respiration.models import network_estimators
from explorer.systems.respiration.synthetic import synthetic_samples


@pytest.fixture(scope="module")
def learnt():
    samples = synthetic_samples()
    folds = random_folds(samples)[:3]
    estimators, trained = network_estimators(samples, folds, SETTINGS)
    return samples, folds, estimators, trained


def test_network_estimates_what_it_did_not_see(learnt):
    samples, folds, estimators, _ = learnt
    held = held_out(samples, folds, estimators)
    found = scores(samples.target, held.estimate)
    assert found.n == sum(fold.test.size for fold in folds)
    assert found.r2 > 0.9
    assert found.nse > 0.9


def test_network_recovers_the_order_of_the_drivers_of_the_law(learnt):
    samples, folds, estimators, _ = learnt
    found = permutation_importance(estimators, samples, folds)
    law = law_importance(samples, folds)
    assert law.ranked()[:3] == ["Ta", "EVI", "PRE"]
    in_law = [name for name in found.ranked() if name in ("Ta", "EVI", "PRE", "SOCD")]
    assert in_law == ["Ta", "EVI", "PRE", "SOCD"]
    by_name = dict(zip(found.features, found.mean, strict=True))
    assert by_name["PAR"] < 0.2 * by_name["Ta"]  # light goes with warmth, but is not in the law


def test_attention_is_by_type_and_season_and_sums_to_one(learnt):
    samples, folds, _, trained = learnt
    found = attention(trained, samples, folds)
    assert len(found.mean) == 14
    assert sum(found.even) == pytest.approx(1)
    assert dict(zip(found.features, found.even, strict=True))["VT"] == pytest.approx(7 / 15)
    for key, shares in found.mean.items():
        assert shares.sum() == pytest.approx(1, abs=1e-5)
        assert (found.spread[key] >= 0).all()
    kind, season = next(iter(found.mean))
    vegetation = found.features.index("VT")
    per_column = found.per_column(kind, season)[vegetation]
    assert per_column == pytest.approx(found.mean[kind, season][vegetation] / 7)
    importance = permutation_importance(
        [lambda held: np.zeros(len(held))] * len(folds), samples, folds
    )
    assert all(" by permutation importance" in line for line in disagreement(found, importance))
