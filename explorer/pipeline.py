"""load → validate → model → summarise: the one path that the page and the command line share."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np

from explorer.analysis.totals import Totals, area_totals
from explorer.land import CLASSES
from explorer.models import nep
from explorer.parameter_kinds import PerClass
from explorer.parameters import NepParameters
from explorer.scenario import Scenario
from explorer.scene.blocks import from_blocks
from explorer.scene.prepare import Scene, prepare
from explorer.scene.store import open_dataset
from explorer.scene.validate import validate
from explorer.variables import OUTPUTS


class Unit(NamedTuple):
    """What epsilon_max = 1 gives; NPP of any other is this times a factor per class."""

    totals: Totals
    npp_year: np.ndarray  # (blocks, BLOCK) [g C m-2 yr-1]


@dataclass(frozen=True, eq=False, repr=False)
class Kept:
    """The first pass of a run, which every scenario with the same ``nep.base_key`` shares."""

    scene: Scene
    key: NepParameters
    base: nep.Base
    counts: dict[str, int]
    _units: dict[tuple, Unit] = field(default_factory=dict)

    def unit(self, parameters: NepParameters) -> Unit:
        """Return what epsilon_max = 1 gives; kept for each clumping and PAR share."""
        ones = replace(parameters, epsilon_max=PerClass(*[1.0] * len(CLASSES)))
        clumping = (parameters.ci_scheme, parameters.ci_ref, parameters.par_share)
        if clumping not in self._units:
            npp = nep.finished(self.scene, self.base, ones, "npp")
            totals = area_totals(self.scene, {"npp": npp, "rh": self.base.rh})
            self._units[clumping] = Unit(totals, npp.sum(axis=1))
        return self._units[clumping]

    @cached_property
    def rh_year(self) -> np.ndarray:
        """Heterotrophic respiration of the year, [g C m-2 yr-1], (blocks, BLOCK)."""
        return self.base.rh.sum(axis=1)


@dataclass(frozen=True, eq=False, repr=False)
class Result:
    """What one scenario gives on one scene; outputs are computed when they are asked for."""

    scene: Scene
    scenario: Scenario
    kept: Kept

    def __repr__(self) -> str:
        return f"<Result of {self.scenario.label!r} on {self.scene!r}>"

    @cached_property
    def totals(self) -> Totals:
        """Area sums by region, class and month; exact, for NPP is linear in epsilon_max."""
        parameters = self.scenario.parameters
        unit = self.kept.unit(parameters).totals
        return unit.rescaled("npp", nep.per_class(parameters.epsilon_max).astype(float))

    @cached_property
    def counts(self) -> dict[str, int]:
        """Number of cells, and of cell-months in which a rule stepped in."""
        clumping = nep.clumping_counts(self.scene, self.kept.base, self.scenario.parameters)
        return {"cells": self.scene.cells, **clumping, **self.kept.counts}

    def blocks(self, name: str, month: int | None = None) -> np.ndarray:
        """Return an output in blocks: of all months, or of one (1 to 12)."""
        scene, parameters = self.scene, self.scenario.parameters
        if name in nep.FINISHED:
            return nep.finished(scene, self.kept.base, parameters, name, month)
        values = self._others(name)
        return values if month is None else values[:, month - 1]

    def _others(self, name: str) -> np.ndarray:
        """Return an output that the base does not keep, computed once."""
        made = self.__dict__.setdefault("_made", {})
        if name not in made:
            parameters = self.scenario.parameters
            if name == "rs":
                made["rs"] = nep.soil_respiration(self.scene, parameters)
            else:
                made |= nep.stresses(self.scene, parameters)._asdict()
        return made[name]

    def monthly(self, name: str) -> np.ndarray:
        """Return an output of the land cells, shape (12, cells), unit as in ``variables``."""
        return from_blocks(self.blocks(name), self.scene.cells)

    def cells(self, name: str, month: int | None) -> np.ndarray:
        """Return an output of one month (1-12) or of the year (None), shape (cells,)."""
        blocks = self.yearly_blocks(name) if month is None else self.blocks(name, month)
        return from_blocks(blocks, self.scene.cells)

    def yearly_blocks(self, name: str) -> np.ndarray:
        """Return the year of an output in blocks: the sum of its months, or their mean."""
        if name == "rh":
            return self.kept.rh_year
        if name in ("npp", "nep"):
            parameters = self.scenario.parameters
            unit = self.kept.unit(parameters).npp_year
            npp = nep.scaled(unit, self.scene.forcing.vegetation, parameters)
            return npp if name == "npp" else npp - self.kept.rh_year
        values = self.blocks(name)
        return values.sum(axis=1) if OUTPUTS[name].yearly == "sum" else values.mean(axis=1)

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
    with open_dataset(path, decoded=False) as dataset:
        return prepare(validate(dataset.load(), Path(path).name))


def run(scene: Scene, scenario: Scenario) -> Result:
    """Run a scenario on a scene."""
    return Result(scene, scenario, keep(scene, scenario))


def keep(
    scene: Scene, scenario: Scenario, proceed: Callable[[float], bool] = lambda share: True
) -> Kept | None:
    """Run the first pass of a scenario; None when ``proceed`` said to stop (see ``nep``)."""
    made = nep.run_base(scene, scenario.parameters, proceed)
    if made is None:
        return None
    return Kept(scene, nep.base_key(scenario.parameters), *made)


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
