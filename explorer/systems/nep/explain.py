"""Why NEP is what it is, what limits NPP, and what a difference between two results comes from."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from explorer.analysis.answer import Wording
from explorer.analysis.split import Attribution
from explorer.analysis.split import attribute as split_by_cause
from explorer.analysis.totals import Totals, covered_area
from explorer.analysis.waterfall import (
    POTENTIAL,
    Waterfall,
    level_totals,
    waterfall,
)
from explorer.scene.shapes.cover import Cover
from explorer.systems.contract import Cause
from explorer.systems.layers import Proceed, always
from explorer.systems.nep import factors
from explorer.systems.nep.classes import per_class
from explorer.systems.nep.one_cell import cell_levels
from explorer.systems.nep.result import Result
from explorer.systems.nep.variables import OUTPUTS
from explorer.systems.scenario import Scenario
from explorer.tables.periods import YEAR, Period
from explorer.tables.quantities import FLUX

STEPS: dict[str, Cause] = {
    "fpar_0": Cause("FPAR before clumping", "FPAR", "#3a9188"),
    "clumping": Cause("clumping of leaves", "CI", "#3a9188"),
    "t_scalar_1": Cause(OUTPUTS["t_scalar_1"].long_name, "Tε1", "#3a9188"),
    "t_scalar_2": Cause(OUTPUTS["t_scalar_2"].long_name, "Tε2", "#3a9188"),
    "w_scalar": Cause(OUTPUTS["w_scalar"].long_name, "Wε", "#3a9188"),
}
"""The factors of NPP in the order of the waterfall's steps."""

TERMS: dict[str, Cause] = {"rh": Cause("soil respiration", "− Rh", "#b8722c")}

# Okabe and Ito's colours.
CAUSES: dict[str, Cause] = {
    "epsilon_max": Cause("maximum efficiency ε_max", "ε", "#e69f00"),
    "clumping": Cause("clumping of leaves", "CI", "#56b4e9"),
    "light": Cause("light", "light", "#f0e442"),
    "fpar": Cause("FPAR before clumping", "FPAR", "#009e73"),
    "temperature": Cause("temperature stress", "Tε", "#d55e00"),
    "water": Cause("water stress", "Wε", "#0072b2"),
    "respiration": Cause("soil respiration", "Rh", "#cc79a7"),
}
"""What a difference in NEP comes from; the last is the term, the others are factors of NPP."""

LIMITS: dict[str, Cause] = {
    name: Cause(OUTPUTS[name].long_name, OUTPUTS[name].symbol, colour)
    for name, colour in zip(
        factors.LIMITS, ("#009e73", "#e69f00", "#d55e00", "#0072b2"), strict=True
    )
}


WORDING = Wording(
    product="plants take up",
    terms={"rh": ("soil gives off", "soil takes up")},
    gain="a sink of",
    loss="a source of",
    even="neither a sink nor a source",
    factors={
        "fpar_0": "Leaves catch {share} of the light",
        "clumping": "Clumped leaves let through {share}",
        "t_scalar_1": "Temperature lets through {share}",
        "t_scalar_2": "Temperature lets through {share}",
        "w_scalar": "Water lets through {share}",
    },
    nothing="There is no light for plants",
)


class NepExplains:
    """How System 1 explains its numbers (see ``contract.Explains``)."""

    title, product = "NEP", "NPP"
    steps: Mapping[str, Cause] = STEPS
    terms: Mapping[str, Cause] = TERMS
    causes: Mapping[str, Cause] = CAUSES
    terms_of: Mapping[str, tuple[str, ...]] = {
        "nep": tuple(CAUSES),
        "npp": tuple(name for name in CAUSES if name != "respiration"),
    }
    limits: Mapping[str, Cause] = LIMITS
    wording = WORDING

    def cell(self, layers: Result, cell: int, period: Period = YEAR) -> Waterfall:
        """Return the steps from potential to NEP of one land cell, from its own months alone.

        Raises
        ------
        IndexError
            When the scene has no such land cell.
        """
        levels, rh = cell_levels(layers.run.forcing, layers.parameters, cell)
        weights = layers.periods.weights(FLUX, YEAR)
        return waterfall(levels, {"rh": -rh}, tuple(STEPS), weights, period)

    def levels_key(self, layers: Result) -> object:
        """Return the parameters that the sums depend on: all but epsilon_max."""
        return layers.for_unit_efficiency.parameters

    def levels(
        self, layers: Result, proceed: Proceed = always, covered: Cover | None = None
    ) -> Totals | None:
        """Sum the steps of every region and class for epsilon_max = 1, or under a shape.

        Scale the result with ``scaled``; it stays valid while only epsilon_max changes.
        """
        unit, scene = layers.for_unit_efficiency, layers.scene

        def blocks() -> Iterator[tuple[np.ndarray, np.ndarray]]:
            for found in factors.each_factors(unit.run.forcing, unit.parameters):
                potential = np.asarray(found.par) * np.asarray(found.epsilon_max)
                steps = (np.asarray(getattr(found, name)) for name in STEPS)
                yield np.stack([potential, *steps]), -np.asarray(found.rh)

        weights = None if covered is None else covered_area(scene, covered)
        names = (*STEPS, *TERMS)
        return level_totals(scene, layers.periods, FLUX, names, blocks(), proceed, weights)

    def scaled(self, levels: Totals, scenario: Scenario) -> Totals:
        """Return the sums for a scenario's epsilon_max: every level is linear in it by class."""
        epsilon_max = per_class(scenario.parameters.epsilon_max).astype(np.float64)
        scaled = {name: levels.sums[name] * epsilon_max for name in (POTENTIAL, *STEPS)}
        return levels.with_sums(scaled, levels.units)

    def limiting(self, layers: Result, proceed: Proceed = always) -> np.ndarray | None:
        """Return which factor limits NPP most, as codes (see ``factors.limiting_factors``)."""
        return factors.limiting_factors(layers.run.forcing, layers.parameters, proceed)

    def split(self, a: Result, b: Result, proceed: Proceed = always) -> Attribution | None:
        """Split the difference in NEP, B - A, by cause; None when it did not proceed.

        Where A and B share the first pass only epsilon_max, clumping and the share of light that
        plants can use may differ; then that pass is read again instead of run twice.

        Raises
        ------
        ValueError
            When the results are of different scenes.
        """
        if a.scene is not b.scene:
            raise ValueError(f"A is of {a.scene!r}, B of {b.scene!r}: expected one scene")
        shared = a.run.key == b.run.key
        before, after = (
            _with_added_term(
                factors.each_drivers(
                    each.run.forcing, each.parameters, each.run.base if shared else None
                )
            )
            for each in (a, b)
        )
        return split_by_cause(a.scene, a.periods, FLUX, tuple(CAUSES), before, after, proceed)


def _with_added_term(drivers: Iterator[factors.Drivers]) -> Iterator[tuple[Any, np.ndarray]]:
    """Yield the factors of NPP, and what is added to it: - Rh."""
    for each in drivers:
        yield each.factors, -np.asarray(each.rh)
