"""load → validate → model → summarise: the one path that the page and the command line share."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from explorer.analysis.totals import Totals, area_totals
from explorer.scene.blocks import from_blocks
from explorer.scene.demo import scene_path
from explorer.scene.scene import Scene, read_scene
from explorer.scene.store import open_dataset
from explorer.systems.nep import passes as nep
from explorer.systems.nep.clumped import ClumpedSums, sum_clumped
from explorer.systems.nep.constants import with_unit_efficiency
from explorer.systems.nep.parameters import NepParameters
from explorer.systems.scenario import Scenario
from explorer.tables.variables import OUTPUTS


@dataclass(frozen=True, eq=False, repr=False)
class Kept:
    """The first pass of a run, which every scenario with the same ``nep.base_key`` shares."""

    scene: Scene
    key: NepParameters
    base: nep.Base
    counts: dict[str, int]
    _npp_sums: dict[bytes, tuple[np.ndarray, dict[str, int]]] = field(default_factory=dict)
    _npp_years: dict[tuple, np.ndarray] = field(default_factory=dict)

    @cached_property
    def sums(self) -> ClumpedSums:
        """What NPP sums to for any clumping; made when totals are first asked for."""
        return sum_clumped(self.scene, self.base, self.key.fpar_max)

    @cached_property
    def rh_totals(self) -> Totals:
        """Area sums of heterotrophic respiration."""
        return area_totals(self.scene, {"rh": self.base.rh})

    @cached_property
    def rh_year(self) -> np.ndarray:
        """Heterotrophic respiration of the year, [g C m-2 yr-1], (blocks, BLOCK)."""
        return self.base.rh.sum(axis=1)

    def npp_year(self, parameters: NepParameters) -> np.ndarray:
        """Return the year's NPP in blocks for epsilon_max = 1; the last two clumpings are kept."""
        clumping = (parameters.ci_scheme, parameters.ci_ref, parameters.par_share)
        if clumping not in self._npp_years:
            while len(self._npp_years) > 1:
                self._npp_years.pop(next(iter(self._npp_years)))
            npp = nep.finished(self.scene, self.base, with_unit_efficiency(parameters), "npp")
            self._npp_years[clumping] = npp.sum(axis=1)
        return self._npp_years[clumping]

    def totals(self, parameters: NepParameters) -> Totals:
        """Return the area sums of a scenario: exact, as if every cell had been summed."""
        epsilon_max = nep.per_class(parameters.epsilon_max).astype(float)
        unit, _ = self._clumped(parameters)
        return self.rh_totals.with_npp(unit * parameters.par_share * epsilon_max)

    def all_counts(self, parameters: NepParameters) -> dict[str, int]:
        """Return the number of cells, and of cell-months in which a rule stepped in."""
        _, clumping = self._clumped(parameters)
        return {"cells": self.scene.cells, **clumping, **self.counts}

    def _clumped(self, parameters: NepParameters) -> tuple[np.ndarray, dict[str, int]]:
        """Sum NPP by month, region and class, for epsilon_max = 1 and PAR share 1; and count.

        The last references are kept, so that an edit of epsilon_max costs nothing.
        """
        ci_ref = nep.finish(self.scene, parameters).ci_ref
        key = ci_ref.tobytes()
        if key not in self._npp_sums:
            self._npp_sums.clear()
            if self.sums.reaches(ci_ref):
                sums, counts = self.sums.npp(ci_ref)
                sums = sums.reshape(self.rh_totals.sums["rh"].shape)
            else:
                npp = nep.finished(self.scene, self.base, with_unit_efficiency(parameters), "npp")
                sums = area_totals(self.scene, {"npp": npp}).sums["npp"] / parameters.par_share
                counts = nep.clumping_counts(self.scene, self.base, parameters)
            self._npp_sums[key] = sums, counts
        return self._npp_sums[key]


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
        """Area sums by region, class and month."""
        return self.kept.totals(self.scenario.parameters)

    @cached_property
    def counts(self) -> dict[str, int]:
        """Number of cells, and of cell-months in which a rule stepped in."""
        return self.kept.all_counts(self.scenario.parameters)

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

    def period_blocks(self, name: str, month: int | None) -> np.ndarray:
        """Return an output of one month (1-12) or of the year (None), in blocks."""
        return self.yearly_blocks(name) if month is None else self.blocks(name, month)

    def cells(self, name: str, month: int | None) -> np.ndarray:
        """Return an output of one month (1-12) or of the year (None), shape (cells,)."""
        return from_blocks(self.period_blocks(name, month), self.scene.cells)

    def cell(self, name: str, cell: int, month: int | None) -> float:
        """Return an output of one land cell, in one month (1-12) or the year (None)."""
        return float(np.asarray(self.period_blocks(name, month)).reshape(-1)[cell])

    def with_unit_efficiency(self) -> "Result":
        """Return the result for epsilon_max = 1 in every class, from the same first pass."""
        unit = with_unit_efficiency(self.scenario.parameters)
        return Result(self.scene, replace(self.scenario, parameters=unit), self.kept)

    def yearly_blocks(self, name: str) -> np.ndarray:
        """Return the year of an output in blocks: the sum of its months, or their mean."""
        if name == "rh":
            return self.kept.rh_year
        if name in ("npp", "nep"):
            parameters = self.scenario.parameters
            unit = self.kept.npp_year(parameters)
            npp = nep.scaled(unit, self.scene.forcing.vegetation, parameters)
            return npp if name == "npp" else npp - self.kept.rh_year
        values = self.blocks(name)
        return values.sum(axis=1) if OUTPUTS[name].yearly == "sum" else values.mean(axis=1)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the reader of these numbers must know."""
        return tuple(_warnings(self))


def open_scene(
    path: str | os.PathLike, proceed: Callable[[float], None] = lambda share: None
) -> Scene:
    """Load a scene file, validate it, and pack its land cells.

    Parameters
    ----------
    path : path
        A .zarr folder or a .nc file; ``demo`` is the synthetic demonstration scene.
    proceed : callable
        Told the share read.

    Raises
    ------
    SourceError
        When the file cannot be read.
    SchemaError
        When it holds no valid scene; lists every fault.
    """
    path = scene_path(path)
    with open_dataset(path, decoded=False) as dataset:
        return read_scene(dataset, path.name, proceed)


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
