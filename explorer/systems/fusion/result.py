"""A run of System 2: two forests on a scene, and the balance that is made of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from explorer.equations.balance import net_ecosystem_production
from explorer.equations.soil import heterotrophic_respiration_of_year
from explorer.scene.blocks import to_blocks
from explorer.scene.scene import Scene
from explorer.systems.fusion.applicability import applicability
from explorer.systems.fusion.columns import Told
from explorer.systems.fusion.forest import Forest, Settings
from explorer.systems.fusion.importance import BlockedImportance
from explorer.systems.fusion.intervals import calibrated, covered
from explorer.systems.fusion.parameters import FusionParameters
from explorer.systems.fusion.scene_predictors import Offered, at_cells, offered_by
from explorer.systems.fusion.scene_samples import SceneSamples, samples_on
from explorer.systems.fusion.scoring import Scored, rounded, scored
from explorer.systems.fusion.total_error import (
    ErrorModel,
    TotalError,
    error_model,
    of_a_difference,
    scaled,
    total_error,
)
from explorer.systems.fusion.variables import FLUX_OF_YEAR
from explorer.systems.layers import Layers, Proceed, scene_warnings
from explorer.systems.scenario import Scenario
from explorer.tables.periods import Period, Periods

TARGETS = ("npp", "rs")
FOLD_TREES = 60
HEADLINE = "study"
WORTHLESS = 0.05
"""Of r2 by study: a map that scores less is no estimate, and says so."""


@dataclass(frozen=True, eq=False)
class FusionForcing:
    """What the system makes of a scene: predictors of its cells, and its samples."""

    scene: Scene
    offered: Offered

    @cached_property
    def samples(self) -> Mapping[str, SceneSamples]:
        """By target; read when the first forest is grown."""
        return {name: samples_on(self.scene, self.offered.frame, name) for name in TARGETS}


def opened(scene: Scene) -> FusionForcing:
    """Return the predictors of a scene; its samples are read when a forest is grown."""
    return FusionForcing(scene, offered_by(scene))


@dataclass(frozen=True, eq=False)
class Mapped:
    """One forest, its scores, and what it says of every land cell."""

    forest: Forest
    samples: SceneSamples
    scored: Scored
    importance: Mapping[str, float]
    coverage: float  # of calibrated intervals, of samples of studies held out
    errors: ErrorModel
    left_out: np.ndarray  # (folds,) sum over area without the studies of a fold [unit km2]
    mean: np.ndarray  # (cells,)
    width: np.ndarray  # (cells,) of the interval
    unlikeness: np.ndarray  # (cells,) dissimilarity index over its threshold
    told: Told


def mapped(
    offered: Offered,
    area: np.ndarray,
    of_scene: SceneSamples,
    target: str,
    settings: Settings,
    proceed: Proceed,
) -> Mapped | None:
    """Grow, score and calibrate a forest, and predict all cells.

    Parameters
    ----------
    offered : Offered
        Predictors of all cells.
    area : array (cells,). [km2]
    of_scene : SceneSamples
        Samples, with their positions among the cells.
    target : str
    settings : Settings
    proceed : callable
        Called with the share done.

    Returns
    -------
    Mapped or None
        None when told not to proceed.
    """
    samples, predictors = of_scene.samples, offered.predictors
    frame = at_cells(offered.frame, of_scene.cell)
    importance = BlockedImportance(samples.value, predictors, settings.seed)
    left_out: list[float] = []

    def visit(forest: Forest, out: np.ndarray, matrix: np.ndarray) -> None:
        importance(forest, out, matrix)
        everywhere = forest.predict(offered.frame)
        assert everywhere is not None
        left_out.append(float(everywhere.mean @ area))

    found = scored(
        frame, samples, predictors, settings, target=target,
        fold_trees=min(FOLD_TREES, settings.trees), visits={HEADLINE: visit},
        proceed=lambda share: proceed(0.7 * share),
    )  # fmt: skip
    if found is None:
        return None
    out = found.held_out[HEADLINE]
    forest = found.trained.forest.calibrated(calibrated(samples.value, out))
    said = forest.predict(
        offered.frame, interval=True, proceed=lambda share: proceed(0.7 + 0.3 * share)
    )
    if said is None or said.low is None or said.high is None:
        return None
    known, _ = forest.encoding.matrix(frame)
    rises = importance.rises()
    near = applicability(known, np.array(list(rises.values())), out.fold)
    everywhere, _ = forest.encoding.matrix(offered.frame)
    return Mapped(
        forest,
        of_scene,
        found,
        rises,
        float(covered(samples.value, out).mean()),
        error_model(
            np.log(samples.value) - np.log(out.mean), samples.lon, samples.lat, samples.source
        ),
        np.array(left_out),
        said.mean,
        said.high - said.low,
        near.dissimilarity(everywhere) / near.threshold,
        said.told,
    )


@dataclass(frozen=True, eq=False)
class FusionStarted:
    """Both forests on a scene; the line from Rs to Rh is quick and stays open."""

    forcing: FusionForcing
    maps: Mapping[str, Mapped]

    @property
    def scene(self) -> Scene:
        """Where it was run."""
        return self.forcing.scene

    def layers(self, scenario: Scenario) -> "FusionLayers":
        """Return the result of a scenario; quick."""
        return FusionLayers(self, scenario)


def start(forcing: FusionForcing, scenario: Scenario, proceed: Proceed) -> FusionStarted | None:
    """Grow both forests; None when told not to proceed."""
    maps: dict[str, Mapped] = {}
    settings = scenario.parameters.forest(len(forcing.offered.predictors))
    for number, target in enumerate(TARGETS):

        def on(share: float, done: int = number) -> bool:
            return proceed((done + share) / len(TARGETS))

        found = mapped(
            forcing.offered, forcing.scene.area, forcing.samples[target], target, settings, on
        )
        if found is None:
            return None
        maps[target] = found
    return FusionStarted(forcing, maps)


def errors_of_totals(
    maps: Mapping[str, Mapped],
    area: np.ndarray,
    lon: np.ndarray,
    lat: np.ndarray,
    parameters: FusionParameters,
) -> dict[str, TotalError]:
    """Return standard errors of the totals of NPP, Rs, Rh and NEP over some cells, [Tg C yr-1].

    Errors of NPP and of Rs are taken to be independent of each other, and the line from Rs to Rh
    to be right.
    """
    to_tg = FLUX_OF_YEAR.to_teragrams(1.0)
    npp, rs = (
        total_error(
            maps[name].mean * area * to_tg, lon, lat, maps[name].errors,
            maps[name].left_out * to_tg,
        )
        for name in TARGETS
    )  # fmt: skip
    rh = scaled(rs, parameters.rh_slope)
    return {"npp": npp, "rs": rs, "rh": rh, "nep": of_a_difference(npp, rh)}


class FusionLayers(Layers):
    """What System 2 gives on a scene; everything is of a year."""

    def __init__(self, started: FusionStarted, scenario: Scenario) -> None:
        self.started, self.scene, self.scenario = started, started.scene, scenario
        self.outputs = scenario.system.outputs
        self.periods = Periods("year", (self.scene.year,))

    @cached_property
    def fields(self) -> Mapping[str, np.ndarray]:
        """Every output of the land cells, in blocks: (blocks, BLOCK), float32."""
        maps, p = self.started.maps, self.scenario.parameters
        npp, rs = maps["npp"], maps["rs"]
        rh = np.asarray(heterotrophic_respiration_of_year(rs.mean, p.rh_slope, p.rh_offset))
        cells = {
            "nep": net_ecosystem_production(npp.mean, rh),
            "npp": npp.mean,
            "rs": rs.mean,
            "rh": rh,
            "npp_interval": npp.width,
            "rs_interval": rs.width,
            "unlikeness": np.maximum(npp.unlikeness, rs.unlikeness),
        }
        return {name: to_blocks(values.astype(np.float32)) for name, values in cells.items()}

    def output(self, name: str, period: Period) -> np.ndarray:
        """Return an output, in blocks: (blocks, BLOCK)."""
        return self.fields[name]

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the reader of these numbers must know."""
        lines = list(scene_warnings(self.scene))
        for name, each in self.started.maps.items():
            row = each.scored.by[HEADLINE]
            lines.append(
                f"{name}: {len(each.samples.samples)} samples of {each.samples.samples.sources} "
                f"studies ({each.samples.origin}); r² {row.r2:.2f} where studies were held out"
            )
            if not row.r2 > WORTHLESS:
                lines.append(f"{name}: its forest tells nothing of places without samples")
            lines += [f"{name}: {line}" for line in each.told.lines()]
        return tuple(lines)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader may want to know besides the warnings."""
        outside = self.fields["unlikeness"] > 1
        share = float(np.mean(outside.reshape(-1)[: self.scene.cells]))
        return (
            *self.started.forcing.offered.notes,
            f"{100 * share:.0f} % of the land cells lie outside the area of applicability",
            "NEP is no NBP: grazing, harvest, fire and lateral flows are not in it",
        )

    def errors_of_totals(self) -> Mapping[str, TotalError]:
        """Return standard errors of the totals, [Tg C yr-1]."""
        lon, lat = self.scene.lonlat(np.arange(self.scene.cells))
        maps = self.started.maps
        return errors_of_totals(
            maps, self.scene.area, np.asarray(lon), np.asarray(lat), self.scenario.parameters
        )

    @property
    def facts(self) -> dict[str, Any]:
        """Samples, scores, intervals and uncertainty of totals, ready for JSON."""
        return {
            "forests": {
                name: {
                    "samples": len(each.samples.samples),
                    "studies": each.samples.samples.sources,
                    "origin": each.samples.origin,
                    "digest": each.forest.digest,
                    "scores": {kind: rounded(row) for kind, row in each.scored.by.items()},
                    "coverage_90": round(each.coverage, 4),
                    "importance": {key: round(value, 3) for key, value in each.importance.items()},
                }
                for name, each in self.started.maps.items()
            },
            "standard_errors_of_totals": {
                name: {key: round(value, 3) for key, value in row._asdict().items()}
                for name, row in self.errors_of_totals().items()
            },
        }
