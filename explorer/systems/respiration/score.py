"""Train on the towers of one folder, and score every tower of another, which no model saw."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from explorer.errors import SchemaError
from explorer.systems.respiration.baselines import Estimator
from explorer.systems.respiration.brought import Brought, read_pool, read_towers
from explorer.systems.respiration.folds import Fold
from explorer.systems.respiration.harness import scored
from explorer.systems.respiration.models import GEOMAN, MODELS, NEW_PLACES, network_estimators
from explorer.systems.respiration.samples import Samples, joined
from explorer.systems.respiration.towers import WINDOW

BASELINES = ("tp", "reco", "satellite", "ann", "svr", "forest", "sae")
POOLED = "_pooled"
COPIES = 4
STOPPING = 0.1  # share of the training samples that stop the network and choose among machines


@dataclass(frozen=True, eq=False)
class ScoresAtNewTowers:
    """What models give at towers that they did not see."""

    labels: Mapping[str, str]  # model -> how it is called
    test: Mapping[str, Mapping[str, dict[str, Any]]]  # site -> model -> scores
    together: Mapping[str, dict[str, Any]]  # model -> scores of all test samples
    trained_on: tuple[str, ...]
    samples: int
    notes: tuple[str, ...]
    stopped: str  # why the networks ended
    seconds: float

    def to_json(self) -> dict[str, Any]:
        """Return all of it, ready for JSON."""
        return {
            "test": self.test,
            "together": self.together,
            "models": dict(self.labels),
            "trained on": {"sites": list(self.trained_on), "samples": self.samples},
            "unit": "g C m-2 d-1",
            "target": "RECO_NT_VUT_REF, mean of 8 days",
            "network": {"stopped": self.stopped},
            "seconds": round(self.seconds, 1),
            "notes": list(self.notes),
        }


def score_folders(
    folder: Path,
    test: Path,
    real: Path | None,
    *,
    seconds: float,
    seed: int = 0,
    pool: bool = True,
    tell: Callable[[str], None] = lambda what: None,
) -> ScoresAtNewTowers:
    """Train all models on the towers of a folder, and score them at each tower of another.

    Parameters
    ----------
    folder, test : paths
        With daily files of FLUXNET2015. A tower that is in both is only tested.
    real : path, optional
        Where leaf area or EVI, and the towers of the pool, are looked up.
    seconds : float
        For the networks, whose training ends when they are over.
    seed : int
    pool : bool
        Whether models that learn from monthly grassland towers besides are added, where there are
        such; no tower that is tested is among them.
    tell : callable
        Told what is begun.

    Raises
    ------
    ExplorerError
        When a file is wrong, or nothing can be learnt or tested.
    """
    began = time.monotonic()
    tell("reading")
    tested = [tower.site for tower in read_towers(test, None).towers]
    learnt = read_towers(folder, real, without=tested)
    held = read_towers(test, real, learnt_from=learnt)
    notes = [
        *learnt.notes,
        *held.notes,
        *learnt.vegetation.notes,
        *_in_both(folder, tested, learnt),
    ]
    train_samples = learnt.samples(WINDOW)
    test_samples, empty = _test_samples(held)
    notes += empty
    more = None
    if pool:
        more = read_pool(real, learnt.vegetation, {*tested, *train_samples.sites})
        notes += ["pool: no monthly towers found"] if more is None else more.notes
    samples, folds = _folds(train_samples, more, seed)
    found, stopped = _estimators(samples, folds, seed, seconds, tell)
    estimates = {name: estimator(test_samples) for name, estimator in found.items()}

    def by(mask: np.ndarray) -> dict[str, dict[str, Any]]:
        return {
            name: scored(test_samples.target[mask], each[mask]) for name, each in estimates.items()
        }

    return ScoresAtNewTowers(
        {name: label_of(name) for name in estimates},
        {
            site: by(test_samples.site == place)
            for place, site in enumerate(test_samples.sites)
            if (test_samples.site == place).any()
        },
        by(np.ones(len(test_samples), bool)),
        train_samples.sites, len(train_samples), tuple(notes), stopped,
        time.monotonic() - began,
    )  # fmt: skip


def label_of(name: str) -> str:
    """Return how a model is called."""
    label = MODELS[name.removesuffix(POOLED)].label
    return f"{label}, with monthly towers" if name.endswith(POOLED) else label


def _in_both(folder: Path, tested: list[str], learnt: Brought) -> list[str]:
    both = sorted({tower.site for tower in read_towers(folder, None).towers} & set(tested))
    return [f"{', '.join(both)}: in both folders; tested, not learnt from"] if both else []


def _test_samples(held: Brought) -> tuple[Samples, list[str]]:
    """Return the samples of the towers that are tested; which have none is told."""
    parts, notes = [], []
    for tower in held.towers:
        try:
            parts.append(replace(held, towers=(tower,)).samples(WINDOW))
        except SchemaError as error:
            notes.append(f"{tower.site}: not scored; {error.problems[0]}")
    if not parts:
        raise SchemaError(notes, "the towers that are tested")
    return joined(parts), notes


def _folds(train: Samples, more: Brought | None, seed: int) -> tuple[Samples, list[Fold]]:
    """Return samples and a fold without the pool, and one with it; nothing of them is tested."""
    order = np.random.default_rng(seed).permutation(len(train))
    stopping = np.sort(order[: max(1, int(STOPPING * len(train)))])
    kept = np.setdiff1d(order, stopping)
    nothing = np.empty(0, int)
    if more is None:
        return train, [Fold(kept, stopping, nothing)]
    samples = joined([train, more.samples(WINDOW)])
    pooled = np.concatenate([kept, np.arange(len(train), len(samples))])
    return samples, [Fold(kept, stopping, nothing), Fold(pooled, stopping, nothing)]


def _estimators(
    samples: Samples, folds: list[Fold], seed: int, seconds: float, tell: Callable[[str], None]
) -> tuple[dict[str, Estimator], str]:
    """Return what estimates, by the name of the model."""
    endings = ("", POOLED)[: len(folds)]
    found: dict[str, Estimator] = {}
    for name in BASELINES:
        tell(MODELS[name].label)
        each = MODELS[name].fit(samples, folds, seed)
        found.update({f"{name}{end}": one for end, one in zip(endings, each, strict=True)})
    tell(MODELS[GEOMAN].label)
    settings = replace(NEW_PLACES, seconds=seconds, seed=seed)
    networks, trained = network_estimators(samples, folds, settings, copies=COPIES)
    found.update({f"{GEOMAN}{end}": one for end, one in zip(endings, networks, strict=True)})
    return found, trained.stopped
