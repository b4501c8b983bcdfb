"""load → validate → model → summarise: the one path that the page and the command line share."""

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from explorer.analysis.totals import SUMMED, Totals, area_totals
from explorer.models import nep
from explorer.scenario import Scenario
from explorer.scene.prepare import Scene, prepare
from explorer.scene.store import open_dataset
from explorer.scene.validate import validate
from explorer.variables import OUTPUTS


@dataclass(frozen=True, eq=False)
class Result:
    """What one scenario gives on one scene."""

    scene: Scene
    scenario: Scenario
    fluxes: nep.Fluxes
    counts: dict[str, int]

    @cached_property
    def totals(self) -> Totals:
        """Area sums by region, class and month."""
        return area_totals(self.scene, {name: self.monthly(name) for name in SUMMED})

    def monthly(self, name: str) -> np.ndarray:
        """Return an output of the land cells, shape (12, cells), unit as in ``variables``."""
        return np.asarray(getattr(self.fluxes, name))

    def cells(self, name: str, month: int | None) -> np.ndarray:
        """Return an output of one month (1-12) or of the year (None), shape (cells,)."""
        values = self.monthly(name)
        if month is not None:
            return values[month - 1]
        return values.sum(axis=0) if OUTPUTS[name].yearly == "sum" else values.mean(axis=0)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the reader of these numbers must know."""
        return tuple(_warnings(self))


def open_scene(path: str | os.PathLike) -> Scene:
    """Load a scene file, validate it, and pack its land cells.

    Raises
    ------
    SourceError
        When the file cannot be read.
    SchemaError
        When it holds no valid scene; lists every fault.
    """
    with open_dataset(path) as dataset:
        return prepare(validate(dataset.load(), Path(path).name))


def run(scene: Scene, scenario: Scenario) -> Result:
    """Run a scenario on a scene."""
    fluxes, counts = nep.run(scene, scenario.parameters)
    return Result(scene, scenario, fluxes, {"cells": scene.cells, **counts})


def _warnings(result: Result):
    scene, parameters, counts = result.scene, result.scenario.parameters, result.counts
    months = 12 * scene.cells
    if scene.synthetic:
        yield "synthetic demonstration scene: invented data, no basis for conclusions"
    yield from scene.notes
    for name, lacking in scene.left_out.items():
        yield f"{lacking} land cells left out: {name} is missing in some month"
    if scene.radiation_source.startswith("clear sky"):
        yield f"radiation: {scene.radiation_source} of {parameters.cloud_factor:g}"
    if parameters.ci_scheme != "none" and scene.forcing.ci is None:
        yield f"clumping scheme {parameters.ci_scheme} changes nothing: no clumping index here"
    elif parameters.ci_scheme == "I":
        yield "clumping scheme I uses stand-in reference values, to be verified"
    if counts["ci_replaced"]:
        yield f"clumping ratio set to 1 in {counts['ci_replaced'] / months:.1%} of cell-months"
    if counts["rh_above_rs"]:
        yield (
            f"Rh exceeds Rs in {counts['rh_above_rs'] / months:.1%} of cell-months "
            "(low Rs in the published parabola); rh_rule=capped prevents it"
        )
    if counts["rs_beyond_vertex"]:
        yield (
            f"Rs lies beyond the top of the Rh parabola in "
            f"{counts['rs_beyond_vertex'] / months:.2%} of cell-months"
        )
