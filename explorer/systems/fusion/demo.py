"""The demonstration: what forests recover of a plateau whose truth is known.

Samples are invented, as the scene is; see ``synthetic``. What is measured is the method: how much
each way of scoring promises, and how near the map and the total come to the truth.
"""

from typing import Any

import numpy as np

from explorer.equations.balance import net_ecosystem_production
from explorer.equations.soil import heterotrophic_respiration_of_year
from explorer.scene.scene import Scene
from explorer.systems.fusion.forest import Settings
from explorer.systems.fusion.parameters import FusionParameters
from explorer.systems.fusion.result import TARGETS, Mapped, errors_of_totals, mapped
from explorer.systems.fusion.scene_predictors import Offered, at_cells, offered_by
from explorer.systems.fusion.scene_samples import SEED, SceneSamples
from explorer.systems.fusion.scoring import rounded, score
from explorer.systems.fusion.synthetic import (
    PLOT_SPREAD,
    STUDY_SPREAD,
    TRUTHS,
    synthetic_samples,
)
from explorer.systems.fusion.variables import FLUX_OF_YEAR
from explorer.systems.layers import Proceed, always

PLATEAU_ABOVE = 3000.0  # [m]
NORMAL_90 = 1.645
"""Standard errors from the middle to the end of a 90 % interval."""


def demonstration(
    scene: Scene, parameters: FusionParameters, proceed: Proceed = always
) -> dict[str, Any] | None:
    """Sample a known truth on the plateau of a scene, grow forests, and compare.

    Parameters
    ----------
    scene : Scene
    parameters : FusionParameters
    proceed : callable
        Called with the share done.

    Returns
    -------
    dict or None
        Ready for JSON; None when told not to proceed.
    """
    offered = offered_by(scene)
    plateau = np.flatnonzero(np.asarray(offered.frame["elevation"]) >= PLATEAU_ABOVE)
    here = Offered(offered.predictors, at_cells(offered.frame, plateau), offered.notes)
    settings: Settings = parameters.forest(len(here.predictors))
    maps: dict[str, Mapped] = {}
    for number, target in enumerate(TARGETS):

        def on(share: float, done: int = number) -> bool:
            return proceed((done + share) / len(TARGETS))

        samples = _samples(scene, offered, target, plateau)
        found = mapped(here, scene.area[plateau], samples, target, settings, on)
        if found is None:
            return None
        maps[target] = found
    truth = {name: TRUTHS[name](here.frame) for name in TARGETS}
    estimate = {name: maps[name].mean for name in TARGETS}
    for each in (truth, estimate):
        line = parameters.rh_slope, parameters.rh_offset
        each["rh"] = np.asarray(heterotrophic_respiration_of_year(each["rs"], *line))
        each["nep"] = net_ecosystem_production(each["npp"], each["rh"])
    return {
        "what": f"synthetic samples on land above {PLATEAU_ABOVE:g} m of {scene.title!r}; "
        "no measurement is in them",
        "cells": int(plateau.size),
        "area_km2": round(float(scene.area[plateau].sum())),
        "settings": settings._asdict(),
        "predictors": [each.name for each in here.predictors],
        "notes": list(here.notes),
        "noise": {"of_a_study": STUDY_SPREAD, "of_a_plot": PLOT_SPREAD, "of": "ln value"},
        "scores": {name: _scores(each) for name, each in maps.items()},
        "map_against_truth": {
            name: rounded(score(truth[name], estimate[name])) for name in estimate
        },
        "totals_tg": _totals(scene, plateau, truth, estimate, maps, parameters),
    }


def _samples(scene: Scene, offered: Offered, target: str, plateau: np.ndarray) -> SceneSamples:
    """Return synthetic samples with their positions among the plateau's cells."""
    within = np.zeros(scene.cells, dtype=bool)
    within[plateau] = True
    samples, cell = synthetic_samples(scene, offered.frame, target, within, SEED)
    return SceneSamples(
        samples,
        np.asarray(np.searchsorted(plateau, cell)),
        (),
        (),
        "synthetic samples of a known truth",
    )


def _scores(each: Mapped) -> dict[str, Any]:
    return {
        "samples": len(each.samples.samples),
        "studies": each.samples.samples.sources,
        **{kind: rounded(row) for kind, row in each.scored.by.items()},
        "coverage_90_by_study": round(each.coverage, 4),
        "importance_by_study": {name: round(value, 2) for name, value in each.importance.items()},
        "outside_area_of_applicability": round(float((each.unlikeness > 1).mean()), 4),
    }


def _totals(
    scene: Scene,
    plateau: np.ndarray,
    truth: dict[str, np.ndarray],
    estimate: dict[str, np.ndarray],
    maps: dict[str, Mapped],
    parameters: FusionParameters,
) -> dict[str, Any]:
    """Return true and estimated totals, with 90 % intervals from the residuals of studies."""
    lon, lat = (np.asarray(each, float) for each in scene.lonlat(plateau))
    area = scene.area[plateau]
    errors = errors_of_totals(maps, area, lon, lat, parameters)
    weight = area * FLUX_OF_YEAR.to_teragrams(1.0)
    found = {}
    for name, error in errors.items():
        true, ours = float(truth[name] @ weight), float(estimate[name] @ weight)
        half = NORMAL_90 * error.standard_error
        found[name] = {
            "truth": round(true, 2),
            "estimate": round(ours, 2),
            "interval_90": [round(ours - half, 2), round(ours + half, 2)],
            "truth_inside": bool(abs(true - ours) <= half),
            "half_width_were_errors_independent": round(NORMAL_90 * error.independent, 3),
        }
    return found
