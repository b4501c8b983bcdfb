"""THE table of models: the network and everything it is held against, in one harness.

A row fits a model on every fold and returns what estimates, so that all meet the same folds. The
network's folds are trained together.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Literal, NamedTuple

import numpy as np

from explorer.systems.respiration import baselines
from explorer.systems.respiration.baselines import Estimator
from explorer.systems.respiration.folds import Fold
from explorer.systems.respiration.samples import Samples
from explorer.systems.respiration.training import Settings, Tell, Trained, train

Group = Literal["table 6", "rival", "ablation", "variant"]
Fit = Callable[[Samples, Sequence[Fold], int], list[Estimator]]


class Model(NamedTuple):
    """One row."""

    label: str
    group: Group
    fit: Fit
    note: str = ""


PAPER = Settings(width=24, epochs=60, patience=10)
"""The network as Table 6 of the paper has it; sizes chosen on validation samples."""
NEW_PLACES = Settings(width=24, epochs=30, patience=8, dropout=0.2, decay=1e-3)
"""The network for sites that it does not know: fewer epochs, held more tightly."""


def network(
    settings: Settings = PAPER,
    *,
    copies: int = 1,
    without: Sequence[str] = (),
    window: int | None = None,
    residual: Fit | None = None,
) -> Fit:
    """Return how networks are fitted, all folds at once.

    Parameters
    ----------
    settings : Settings
    copies : int
        Networks of a fold, whose mean is taken.
    without : sequence of str
        Features that are left out.
    window : int, optional
        A shorter window.
    residual : callable, optional
        A law that is fitted first; the network learns what it leaves over.
    """

    def view(samples: Samples) -> Samples:
        kept = samples.without(*without) if without else samples
        return kept.shortened(window) if window else kept

    def fit(samples: Samples, folds: Sequence[Fold], seed: int) -> list[Estimator]:
        laws = None if residual is None else residual(samples, folds, seed)
        found, _ = network_estimators(
            samples, folds, replace(settings, seed=seed), copies=copies, view=view, laws=laws
        )
        return found

    return fit


def network_estimators(
    samples: Samples,
    folds: Sequence[Fold],
    settings: Settings,
    *,
    copies: int = 1,
    view: Callable[[Samples], Samples] = lambda samples: samples,
    laws: Sequence[Estimator] | None = None,
    tell: Tell = lambda progress: True,
) -> tuple[list[Estimator], Trained]:
    """Train networks for all folds; return what estimates for each, and the networks.

    Parameters
    ----------
    samples, folds, settings, copies, tell
        See ``training.train``.
    view : callable
        What the networks see of samples.
    laws : sequence of callable, optional
        One a fold; the networks learn what it leaves over, and it is added again.
    """
    targets = None
    if laws is not None:
        targets = np.stack([samples.target - law(samples) for law in laws])
    trained = train(view(samples), folds, settings, copies=copies, targets=targets, tell=tell)
    found = [
        _mean_of(trained, range(fold * copies, (fold + 1) * copies), view, _law_of(laws, fold))
        for fold in range(len(folds))
    ]
    return found, trained


def _law_of(laws: Sequence[Estimator] | None, fold: int) -> Estimator | None:
    return None if laws is None else laws[fold]


def _mean_of(
    trained: Trained, entries: Sequence[int], view: Callable, law: Estimator | None
) -> Estimator:
    def estimate(samples: Samples) -> np.ndarray:
        found = trained.mean_estimate(view(samples), entries)
        return found if law is None else found + law(samples)

    return estimate


def mean_of(*fits: Fit) -> Fit:
    """Return how several models are fitted, whose mean is the estimate."""

    def fit(samples: Samples, folds: Sequence[Fold], seed: int) -> list[Estimator]:
        each = [one(samples, folds, seed) for one in fits]
        return [_average([one[fold] for one in each]) for fold in range(len(folds))]

    return fit


def _average(estimators: Sequence[Estimator]) -> Estimator:
    return lambda samples: np.mean([one(samples) for one in estimators], axis=0)


GEOMAN = "geoman"
MODELS: Mapping[str, Model] = {
    "tp": Model("T&P", "table 6", baselines.TEMPERATURE_AND_RAIN, "Migliavacca et al. (2011)"),
    "reco": Model(
        "RECO", "table 6", baselines.TEMPERATURE_AND_INDEX,
        "after Jägermeyr et al. (2014); air temperature for that of the land's surface",
    ),
    "satellite": Model(
        "Satellite-based", "table 6", baselines.SATELLITE,
        "after Ge et al. (2018); rain of 32 days for the moisture index LSWI",
    ),
    "ann": Model("BP-ANN", "table 6", baselines.BP_ANN),
    "svr": Model("SVR", "table 6", baselines.SVR),
    "forest": Model("RF", "table 6", baselines.FOREST),
    "sae": Model("SAE", "table 6", baselines.AUTOENCODER),
    GEOMAN: Model("GeoMAN", "table 6", network()),
    "window_forest": Model("RF, same window", "rival", baselines.WINDOW_FOREST),
    "boosting": Model("Boosting, same window", "rival", baselines.BOOSTING),
    "lstm": Model(
        "LSTM without attention", "rival", network(replace(PAPER, attention=False)),
        "encoder and decoder as GeoMAN's, columns unweighted, the last state as context",
    ),
    "no_site": Model("GeoMAN without site features", "ablation", network(without=("site",))),
    "no_window": Model("GeoMAN, window of one step", "ablation", network(window=1)),
    "residual": Model(
        "GeoMAN on what T&P leaves", "variant", network(residual=baselines.TEMPERATURE_AND_RAIN)
    ),
    "ensemble": Model("GeoMAN, mean of 5", "variant", network(copies=5)),
    "tight": Model("GeoMAN for new places", "variant", network(NEW_PLACES, copies=2)),
    "tight_no_site": Model(
        "the same without site features", "variant",
        network(NEW_PLACES, copies=2, without=("site",)),
    ),
    "tight_residual": Model(
        "the same on what the satellite-based leaves", "variant",
        network(NEW_PLACES, copies=2, residual=baselines.SATELLITE),
    ),
}  # fmt: skip
