"""What System 1 gives: layers computed when they are asked for, from a shared first pass."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from explorer.analysis.totals import Totals, area_totals
from explorer.cache import Recent, recent
from explorer.equations.balance import net_ecosystem_production
from explorer.equations.production import absorbed_par
from explorer.scene.scene import Scene
from explorer.scene.shapes.cover import Cover
from explorer.systems.layers import Layers, Proceed, always, scene_warnings
from explorer.systems.nep import passes
from explorer.systems.nep.caches import CACHES
from explorer.systems.nep.constants import second_pass_tables, with_unit_efficiency
from explorer.systems.nep.forcing import NepScene
from explorer.systems.nep.interventions import Interventions, carbon_of, counts_of
from explorer.systems.nep.npp_sums import LOWEST_REFERENCE, ClumpedSums, flux_sums, sum_clumped
from explorer.systems.nep.one_cell import cell_nep
from explorer.systems.nep.parameters import NepParameters
from explorer.systems.nep.shape_sums import ShapeSums, sum_shape
from explorer.systems.nep.variables import OUTPUTS
from explorer.systems.scenario import Scenario
from explorer.tables.periods import Period
from explorer.tables.quantities import FLUX

FLUXES = ("npp", "rh", "nep")
UNITS = dict.fromkeys(FLUXES, FLUX)

REFERENCE_STEP = 0.05  # references below the usual ones are served in such steps


@dataclass(frozen=True, eq=False, repr=False)
class FirstPassRun:
    """The first pass of a run, which every scenario with the same ``first_pass_key`` shares."""

    forcing: NepScene
    key: NepParameters
    base: passes.FirstPass[np.ndarray]
    stepped_in: Interventions
    _npp_sums: Recent = field(default_factory=lambda: recent(CACHES["npp_sums"]))
    _npp_years: Recent = field(default_factory=lambda: recent(CACHES["yearly_npp"]))
    _shapes: Recent = field(
        default_factory=lambda: recent(CACHES["shape_sums"], size=lambda sums: sums.nbytes)
    )

    @property
    def scene(self) -> Scene:
        """Where it was run."""
        return self.forcing.scene

    def layers(self, scenario: Scenario) -> "Result":
        """Return the result of a scenario with the same key."""
        return Result(self, scenario)

    @cached_property
    def sums(self) -> ClumpedSums:
        """What NPP sums to for any clumping; summed when totals are first asked for."""
        return sum_clumped(self.forcing, self.base, self.key)

    @cached_property
    def rh_totals(self) -> Totals:
        """Area sums of heterotrophic respiration."""
        scene = self.scene
        return area_totals(scene, {"rh": self.base.rh}, {"rh": FLUX}, scene.periods)

    @cached_property
    def rh_year(self) -> np.ndarray:
        """Heterotrophic respiration of the year, [g C m-2 yr-1], (blocks, BLOCK)."""
        return self.base.rh.sum(axis=1)

    def npp_year(self, parameters: NepParameters) -> np.ndarray:
        """Return the year's NPP in blocks for epsilon_max = 1; that of two clumpings is stored."""

        def summed() -> np.ndarray:
            unit = with_unit_efficiency(parameters)
            return passes.finished_year(self.forcing, self.base, unit, "npp")

        key = (parameters.ci_scheme, parameters.ci_ref, parameters.par_share)
        return self._npp_years.get(key, summed)

    def totals(self, parameters: NepParameters) -> Totals:
        """Return the area sums of a scenario: exact, as if every cell had been summed."""
        unit, _ = self._clumped(parameters)
        sums = flux_sums(unit, self.rh_totals.sums["rh"], parameters)
        return replace(self.rh_totals, sums=sums, units=UNITS)

    def shape_totals(self, parameters: NepParameters, covered: Cover, name: str) -> Totals:
        """Return the exact totals of a shape, as a region of its own."""
        ci_ref = second_pass_tables(self.forcing, parameters).ci_ref
        known = ci_ref[np.isfinite(ci_ref)]
        lowest = float(known.min(initial=LOWEST_REFERENCE))
        if lowest < LOWEST_REFERENCE:
            lowest = float(np.floor(lowest / REFERENCE_STEP) * REFERENCE_STEP)
        sums: ShapeSums = self._shapes.get(
            (covered, lowest),
            lambda: sum_shape(self.forcing, self.base, self.key, covered, lowest),
        )
        fluxes = sums.fluxes(ci_ref, parameters)
        return replace(
            self.rh_totals,
            region_names=(name,),
            area=sums.area[np.newaxis],
            sums={each: values[:, np.newaxis] for each, values in fluxes.items()},
            units=UNITS,
        )

    def all_counts(self, parameters: NepParameters) -> dict[str, int]:
        """Return the number of cells, and of cell-months in which a rule stepped in."""
        _, clumping = self._clumped(parameters)
        return {"cells": self.scene.cells, **clumping, **counts_of(self.stepped_in)}

    def carbon(self, parameters: NepParameters, npp: float) -> dict[str, float]:
        """Return how much carbon hangs on the rules of the first pass, [Tg C yr-1]."""
        return carbon_of(self.stepped_in, parameters, self.sums.plain, npp)

    def _clumped(self, parameters: NepParameters) -> tuple[np.ndarray, dict[str, int]]:
        """Sum NPP by month, region and class, for epsilon_max = 1 and PAR share 1; and count.

        The last references are stored, so that an edit of epsilon_max costs nothing.
        """
        forcing = self.forcing
        ci_ref = second_pass_tables(forcing, parameters).ci_ref

        def summed() -> tuple[np.ndarray, dict[str, int]]:
            if self.sums.reaches(ci_ref):
                sums, counts = self.sums.npp(ci_ref)
                return sums.reshape(self.rh_totals.sums["rh"].shape), counts
            unit = with_unit_efficiency(parameters)
            npp = passes.finished(forcing, self.base, unit, "npp")
            totals = area_totals(self.scene, {"npp": npp}, {"npp": FLUX}, self.scene.periods)
            counts = passes.clumping_counts(forcing, parameters)
            return totals.sums["npp"] / parameters.par_share, counts

        return self._npp_sums.get(ci_ref.tobytes(), summed)


def start(forcing: NepScene, scenario: Scenario, proceed: Proceed = always) -> FirstPassRun | None:
    """Run the first pass of a scenario; None when ``proceed`` said to stop."""
    parameters = scenario.parameters
    run = passes.run_first_pass(forcing, parameters, proceed)
    if run is None:
        return None
    return FirstPassRun(forcing, passes.first_pass_key(parameters), *run)


class Result(Layers):
    """What one scenario gives on one scene."""

    outputs = OUTPUTS

    def __init__(self, run: FirstPassRun, scenario: Scenario) -> None:
        self.run = run
        self.scene = run.scene
        self.scenario = scenario
        self.periods = run.scene.periods
        self._others: Recent[Any] = recent(CACHES["fluxes"])

    def __repr__(self) -> str:
        return f"<Result of {self.scenario.label!r} on {self.scene!r}>"

    @property
    def parameters(self) -> NepParameters:
        """Parameters of the scenario."""
        return self.scenario.parameters

    @cached_property
    def totals(self) -> Totals:
        """Area sums of NPP, Rh and NEP by region, class and month."""
        return self.run.totals(self.parameters)

    def shape_totals(self, covered: Cover, name: str) -> Totals:
        """Return the exact totals of a shape, as a region of its own."""
        return self.run.shape_totals(self.parameters, covered, name)

    @cached_property
    def counts(self) -> dict[str, int]:
        """Number of cells, and of cell-months in which a rule stepped in."""
        return self.run.all_counts(self.parameters)

    @cached_property
    def carbon(self) -> dict[str, float]:
        """How much carbon hangs on a rule that stepped in, [Tg C yr-1], see ``interventions``."""
        return self.run.carbon(self.parameters, self.totals.yearly_total("npp"))

    @property
    def notes(self) -> tuple[str, ...]:
        """Where light comes from, and the limits of the vegetation index."""
        forcing, rule = self.run.forcing, self.parameters.fpar_limits
        limits = "of the table" if rule == "table" else f"found in {forcing.whole_cells} cells"
        return f"light: {forcing.radiation_source}", f"NDVI of bare ground and full cover: {limits}"

    @property
    def facts(self) -> dict[str, Any]:
        """Where light comes from, and how often and by how much a rule stepped in."""
        source = self.run.forcing.radiation_source
        return {"radiation_source": source, "counts": self.counts, "carbon_tg": self.carbon}

    def output(self, name: str, period: Period) -> np.ndarray:
        """Return an output of one month or of the year, in blocks: (blocks, BLOCK)."""
        if period.step is None:
            return self._year(name)
        return self._steps(name, period.step)

    def steps(self, name: str, year: int | None = None) -> np.ndarray:
        """Return all months, in blocks: (blocks, 12, BLOCK)."""
        return self._steps(name) if name in self.outputs else super().steps(name, year)

    def _year(self, name: str) -> np.ndarray:
        """Return the year of an output in blocks: the sum of its months, or their mean."""
        run = self.run
        if name == "rh":
            return run.rh_year
        if name in ("npp", "nep"):
            unit = run.npp_year(self.parameters)
            npp = passes.scaled(unit, run.forcing.forcing.vegetation, self.parameters)
            return npp if name == "npp" else net_ecosystem_production(npp, run.rh_year)
        values = self.steps(name)
        return values.sum(axis=1) if OUTPUTS[name].over_year == "sum" else values.mean(axis=1)

    def _steps(self, name: str, month: int | None = None) -> np.ndarray:
        """Return an output of a month, (blocks, BLOCK), or of all, (blocks, 12, BLOCK)."""
        run, parameters = self.run, self.parameters
        if name in passes.SECOND_PASS_OUTPUTS:
            return passes.finished(run.forcing, run.base, parameters, name, month)
        chosen = slice(None) if month is None else month - 1
        if name == "apar":
            fpar = passes.finished(run.forcing, run.base, parameters, "fpar", month)
            light = self._computed("light", passes.light)[:, chosen]
            return np.asarray(absorbed_par(light, fpar, parameters.par_share))
        if name == "epsilon":
            unit = self._computed("efficiency", passes.efficiency)[:, chosen]
            vegetation = run.forcing.forcing.vegetation
            members = vegetation[:, np.newaxis] if month is None else vegetation
            return passes.scaled(unit, members, parameters)
        if name == "rs":
            return self._computed("rs", passes.soil_respiration)[:, chosen]
        return getattr(self._computed("stress", passes.stresses), name)[:, chosen]

    def _computed(self, what: str, compute: Callable[[NepScene, NepParameters], Any]) -> Any:
        """Return fields of all months that the first pass does not store, computed once."""
        return self._others.get(what, lambda: compute(self.run.forcing, self.parameters))

    def cell_series(self, name: str, cell: int, year: int | None = None) -> np.ndarray:
        """Return a variable of one land cell in every month, (12,); NEP from its own months."""
        if name == "nep":
            return cell_nep(self.run.forcing, self.parameters, cell)
        return super().cell_series(name, cell, year)

    @cached_property
    def for_unit_efficiency(self) -> "Result":
        """The result for epsilon_max = 1 in every class, from the same first pass."""
        unit = with_unit_efficiency(self.parameters)
        return Result(self.run, replace(self.scenario, parameters=unit))

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the reader of these numbers must know."""
        return tuple(_warnings(self))


def _warnings(result: Result):
    scene, parameters, counts = result.scene, result.parameters, result.counts
    forcing = result.run.forcing
    months = 12 * scene.cells
    yield from scene_warnings(scene)
    if forcing.radiation_source.startswith("clear sky"):
        yield f"radiation: {forcing.radiation_source} of {parameters.cloud_factor:g}"
    if parameters.ci_scheme != "none" and forcing.forcing.ci is None:
        yield f"clumping scheme {parameters.ci_scheme} changes nothing: no clumping index here"
    elif parameters.ci_scheme == "I":
        yield "clumping scheme I uses stand-in reference values, to be verified"
    if counts["ci_replaced"]:
        yield f"clumping ratio set to 1 in {counts['ci_replaced'] / months:.1%} of cell-months"
    yield from _stepped_in({name: count / months for name, count in counts.items()}, result)


def _stepped_in(share: Mapping[str, float], result: Result) -> Iterator[str]:
    carbon, npp = result.carbon, result.totals.yearly_total("npp")
    if share["rh_negative"]:
        yield (
            f"Rh is NEGATIVE in {share['rh_negative']:.1%} of cell-months "
            f"({carbon['rh_negative']:.3g} Tg C a year), which no soil can do: the soil parameters "
            "lie outside what they were fitted to"
        )
    if share["rh_above_rs"]:
        yield (
            f"Rh exceeds Rs in {share['rh_above_rs']:.1%} of cell-months (low Rs in the published "
            f"parabola), by {carbon['rh_above_rs']:.3g} Tg C a year; rh_rule=capped prevents it"
        )
    if share["rs_beyond_vertex"] and result.parameters.rh_rule == "faithful":
        yield (
            f"Rs lies beyond the top of the Rh parabola in {share['rs_beyond_vertex']:.2%} of "
            f"cell-months, where Rh is {carbon['rs_beyond_vertex']:.3g} Tg C a year lower than at "
            "the top; rh_rule=capped holds it there"
        )
    if share["w_carried"]:
        yield (
            f"Wε is carried through frost in {share['w_carried']:.1%} of cell-months, which hold "
            f"{carbon['w_carried'] / npp if npp else 0:.1%} of NPP: near 0 °C a tenth of a degree "
            "can change a cell's year by more than 5 %; w_scalar_rule=blended does without"
        )
