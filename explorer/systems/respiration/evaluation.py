"""Models on the towers of one folder, fold by fold, beside the published table."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from explorer.errors import ParameterError
from explorer.systems.respiration.brought import read_pool, read_towers
from explorer.systems.respiration.folds import Fold, left_out, purged_folds, random_folds
from explorer.systems.respiration.harness import Held, estimate_held_out, table
from explorer.systems.respiration.intervals import site_out_coverage
from explorer.systems.respiration.models import MODELS
from explorer.systems.respiration.published import CITATION, TABLE_6
from explorer.systems.respiration.samples import Samples, joined
from explorer.systems.respiration.towers import WINDOW

Folding = Literal["random", "purged", "sites", "years"]
FOLDINGS: Mapping[Folding, str] = {
    "random": "ten random folds over samples, 8:1:1, as in the paper; they leak",
    "purged": "ten folds over stretches of time, no training window touches a tested one",
    "sites": "each site left out in turn",
    "years": "each year left out in turn",
}
TABLE_6_MODELS = tuple(name for name, model in MODELS.items() if model.group == "table 6")
WITH_POOL = ", with monthly towers"


@dataclass(frozen=True, eq=False)
class Evaluation:
    """Scores of models on one folder."""

    folding: Folding
    samples: Samples
    held: Mapping[str, Held]
    labels: Mapping[str, str]
    notes: tuple[str, ...]
    seconds: float

    def to_json(self) -> dict[str, Any]:
        """Return all of it, ready for JSON."""
        found: dict[str, Any] = {
            "folds": FOLDINGS[self.folding],
            "sites": list(self.samples.sites),
            "samples": len(self.samples),
            "unit": "g C m-2 d-1",
            "models": dict(self.labels),
            **table(self.samples, self.held),
            "published": {
                name: {"r2": list(row.r2), "rmse": list(row.rmse)} for name, row in TABLE_6.items()
            },
            "published by": CITATION,
            "notes": list(self.notes),
            "seconds": round(self.seconds, 1),
        }
        if self.folding == "sites":
            found["coverage of 90 % intervals"] = {name: self.coverage(name) for name in self.held}
        return found

    def coverage(self, name: str) -> dict[str, float]:
        """Return how often 90 % conformal intervals hold at sites they do not know."""
        found = site_out_coverage(self.samples.target, self.held[name].estimate, self.samples.site)
        by_site = {self.samples.sites[site]: share for site, share in found.by_site.items()}
        return {key: round(value, 3) for key, value in {**by_site, "all": found.together}.items()}


def evaluate_folder(
    folder: Path,
    real: Path | None,
    folding: Folding,
    *,
    models: Sequence[str] = TABLE_6_MODELS,
    pool: bool = False,
    seed: int = 0,
    tell: Callable[[str], None] = lambda what: None,
) -> Evaluation:
    """Fit models on every fold of the towers of a folder, and score what they did not see.

    Parameters
    ----------
    folder : path
        With daily files of FLUXNET2015.
    real : path, optional
        Where leaf area or EVI, and the towers of the pool, are looked up.
    folding : str
        One of ``FOLDINGS``.
    models : sequence of str
        Of ``MODELS``.
    pool : bool
        Learn from monthly grassland towers besides, in every fold; no tower of the folder is among
        them.
    seed : int
    tell : callable
        Told what is begun.

    Raises
    ------
    ParameterError
        When there is no such model.
    ExplorerError
        When a file is wrong.
    """
    unknown = [name for name in models if name not in MODELS]
    if unknown:
        raise ParameterError(
            f"unknown model {', '.join(unknown)}: expected some of {', '.join(MODELS)}"
        )
    began = time.monotonic()
    brought = read_towers(folder, real)
    notes = [*brought.notes, *brought.vegetation.notes]
    mine = brought.samples(WINDOW)
    folds = folds_of(mine, folding, seed)
    samples, count = mine, len(mine)
    labels = {name: MODELS[name].label for name in models}
    if pool:
        more = read_pool(real, brought.vegetation, mine.sites)
        if more is None:
            raise ParameterError("--pool: no monthly towers in the folder of real data")
        notes += more.notes
        samples = joined([mine, more.samples(WINDOW)])
        added = np.arange(count, len(samples))
        folds = [fold._replace(train=np.concatenate([fold.train, added])) for fold in folds]
        labels = {name: f"{label}{WITH_POOL}" for name, label in labels.items()}
    held = estimate_held_out(samples, folds, models, seed=seed, tell=tell)
    cut = {name: Held(each.estimate[:count], each.fold[:count]) for name, each in held.items()}
    return Evaluation(folding, mine, cut, labels, tuple(notes), time.monotonic() - began)


def folds_of(samples: Samples, folding: Folding, seed: int = 0) -> list[Fold]:
    """Return the folds of a way to fold."""
    if folding == "random":
        return random_folds(samples, seed=seed)
    if folding == "purged":
        return purged_folds(samples, seed=seed)
    return left_out(samples, samples.site if folding == "sites" else samples.year, seed)
