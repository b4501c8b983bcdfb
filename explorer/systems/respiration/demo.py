"""The whole chain on synthetic sites: ten folds, rivals, attention, importance beside the law."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from explorer.systems.respiration.drivers import (
    Attention,
    Importance,
    attention,
    disagreement,
    permutation_importance,
)
from explorer.systems.respiration.folds import Fold, random_folds
from explorer.systems.respiration.harness import estimate_held_out, held_out, table
from explorer.systems.respiration.models import GEOMAN, MODELS, network_estimators
from explorer.systems.respiration.samples import Samples
from explorer.systems.respiration.synthetic import MEMORY, SYNTHETIC, Law, synthetic_samples
from explorer.systems.respiration.training import Settings, Tell

SETTINGS = Settings(width=16, epochs=20, patience=8, batch=64)
RIVALS = ("tp", "reco", "satellite", "ann", "svr", "forest", "sae")


@dataclass(frozen=True, eq=False)
class Demonstration:
    """What the chain gives."""

    samples: Samples
    scores: dict[str, Any]  # of random folds
    attention: Attention
    importance: Importance
    of_law: Importance
    stopped: str
    seconds: float

    def to_json(self) -> dict[str, Any]:
        """Return all of it, ready for JSON."""
        return {
            "data": SYNTHETIC,
            "unit": "g C m-2 d-1",
            "samples": len(self.samples),
            "sites": list(self.samples.sites),
            "random folds": self.scores,
            "models": {name: MODELS[name].label for name in self.scores["pooled"]},
            "attention": self.attention.to_json(),
            "permutation importance": self.importance.to_json(),
            "importance in the law": self.of_law.to_json(),
            "disagreement": disagreement(self.attention, self.importance),
            "network": {"stopped": self.stopped},
            "seconds": round(self.seconds, 1),
        }


def demonstrate(
    settings: Settings = SETTINGS,
    *,
    seed: int = 0,
    rivals: tuple[str, ...] = RIVALS,
    tell: Tell = lambda progress: True,
    begin: Callable[[str], None] = lambda name: None,
) -> Demonstration:
    """Run the chain.

    Parameters
    ----------
    settings : Settings
        Of the network.
    seed : int
    rivals : tuple of str
        Of ``MODELS``.
    tell : callable
        Told of each epoch of the networks.
    begin : callable
        Told the label of each model that is begun.
    """
    began = time.monotonic()
    samples = synthetic_samples(seed=seed)
    folds = random_folds(samples, seed=seed)
    begin(MODELS[GEOMAN].label)
    estimators, trained = network_estimators(
        samples, folds, replace(settings, seed=seed), tell=tell
    )
    held = estimate_held_out(samples, folds, rivals, seed=seed, tell=begin)
    held[GEOMAN] = held_out(samples, folds, estimators)
    return Demonstration(
        samples, table(samples, held), attention(trained, samples, folds),
        permutation_importance(estimators, samples, folds, seed),
        law_importance(samples, folds, seed), trained.stopped, time.monotonic() - began,
    )  # fmt: skip


def law_importance(samples: Samples, folds: Sequence[Fold], seed: int = 0) -> Importance:
    """Return the importance of features in the law itself: what a perfect model would miss."""
    law = Law()

    def exact(held: Samples) -> np.ndarray:
        names = ("Ta", "index", "SOCD", "sand")
        drivers = {name: held.named(name)[:, -1].astype(float) for name in names}
        drivers["memory"] = held.named("PRE")[:, -MEMORY:].sum(axis=1).astype(float)
        return law.respiration(drivers)

    return permutation_importance([exact] * len(folds), samples, folds, seed)
