"""What every system's results are to everything else: layers of fields on a scene.

The other half of the contract, what a system is, stands in ``contract``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from explorer.analysis.totals import Totals, area_totals, covered_totals
from explorer.scene.blocks import from_blocks
from explorer.scene.scene import Scene
from explorer.tables.classes import Classification
from explorer.tables.periods import Period, Periods
from explorer.tables.variable import FIXED, Variable

if TYPE_CHECKING:
    from explorer.scene.shapes.cover import Cover
    from explorer.systems.contract import QuickPictures
    from explorer.systems.scenario import Scenario

Proceed = Callable[[float], bool]
"""Called with the share done; when it returns False the work ends, and its result is None."""


def always(_share: float) -> bool:
    """Proceed to the end."""
    return True


class Layers:
    """What a system gives on a scene: fields that can be mapped, compared, totalled and exported.

    A system subclasses it and writes ``output``; whatever it knows a quicker way for, it overrides.

    Attributes
    ----------
    scene : Scene
    scenario : Scenario
        Its ``system`` knows title, citation and parameters.
    outputs : mapping of name -> Variable
    periods : Periods
    gaps : bool
        Whether outputs may lack values where there is land; such cells count in no mean.
    """

    scene: Scene
    scenario: Scenario
    outputs: Mapping[str, Variable]
    periods: Periods
    gaps: bool = False

    def output(self, name: str, period: Period) -> np.ndarray:
        """Return an output of one step or of a year, float32, in blocks: (blocks, BLOCK)."""
        raise NotImplementedError

    @property
    def headline(self) -> str:
        """The variable of series, totals and cards."""
        return self.scenario.system.headline

    @property
    def summed(self) -> tuple[str, ...]:
        """Outputs that ``totals`` always holds; others are summed when they are asked for."""
        return self.scenario.system.summed

    @property
    def quick(self) -> QuickPictures | None:
        """What redraws its maps after an edit without a look at all cells, where there is such."""
        return self.scenario.system.quick

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the reader of these numbers must know."""
        return scene_warnings(self.scene)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader may want to know besides the warnings."""
        return ()

    @property
    def facts(self) -> dict[str, Any]:
        """What the lineage says of this result besides scene and scenario, ready for JSON."""
        return {}

    @cached_property
    def classes(self) -> Classification:
        """Classes that totals are by."""
        return self.scenario.system.classes or self.scene.classes

    @cached_property
    def group(self) -> np.ndarray:
        """Region and class of each cell as one number, in blocks: region * classes + class."""
        return self.scene.group_by(self.classes)

    @cached_property
    def variables(self) -> dict[str, Variable]:
        """Everything that can be mapped: the outputs, and the inputs that the scene has."""
        own = dict(self.outputs)
        return own | {name: row for name, row in self.scene.inputs.items() if name not in own}

    def is_constant(self, name: str) -> bool:
        """Return whether a variable does not change with time, as heights do not."""
        is_annual = self.periods.annual and name in self.outputs
        return self.variables[name].dims == FIXED and not is_annual

    def title(self, name: str, period: Period) -> str:
        """Return a variable and its period in words; what does not change has no period."""
        long_name = self.variables[name].long_name
        when = "" if self.is_constant(name) else f", {self.periods.label(period)}"
        return f"{long_name}{when}"

    def field(self, name: str, period: Period) -> np.ndarray:
        """Return an output or an input of one step or of a year, in blocks: (blocks, BLOCK)."""
        if name in self.outputs:
            return self.output(name, period)
        return self.scene.input_field(name, period, self.periods)

    def codes(self, name: str) -> np.ndarray:
        """Return a layer of codes of the land cells, (cells,); see ``code_names``."""
        return self.scene.codes(name)

    def code_names(self, name: str) -> dict[str, tuple[str, str]]:
        """Return name -> (long name, colour) of the codes of a layer, in their order."""
        return self.scene.code_names(name)

    def steps(self, name: str, year: int | None = None) -> np.ndarray:
        """Return all steps of a year, in blocks: (blocks, steps, BLOCK)."""
        return np.stack([self.field(name, period) for period in self.periods.each(year)], axis=1)

    def cells(self, name: str, period: Period) -> np.ndarray:
        """Return a variable of the land cells in one step or a year, (cells,)."""
        return from_blocks(self.field(name, period), self.scene.cells)

    def cell(self, name: str, cell: int, period: Period) -> float:
        """Return a variable of one land cell."""
        return float(np.asarray(self.field(name, period)).reshape(-1)[cell])

    def cell_series(self, name: str, cell: int, year: int | None = None) -> np.ndarray:
        """Return a variable of one land cell in every step of a year, (steps,)."""
        return np.array([self.cell(name, cell, period) for period in self.periods.each(year)])

    @cached_property
    def totals(self) -> Totals:
        """Area sums of ``summed`` by region, class and step; exact."""
        return self.totals_of(self.summed)

    def totals_of(self, names: Sequence[str]) -> Totals:
        """Return area sums of some variables, summed over all cells."""
        fields = {name: self._all_steps(name) for name in names}
        units = {name: self.variables[name].unit for name in names}
        return area_totals(
            self.scene, fields, units, self.periods, self.classes, self.group,
            self._known(fields),
        )  # fmt: skip

    def shape_totals(self, covered: Cover, name: str) -> Totals:
        """Return the totals of a shape as a region; cells count by the share covered."""
        return self.shape_totals_of(self.summed, covered, name)

    def shape_totals_of(self, names: Sequence[str], covered: Cover, name: str) -> Totals:
        """Return the totals of some variables under a shape, summed over its cells."""
        fields = {each: self._all_steps(each) for each in names}
        units = {each: self.variables[each].unit for each in names}
        return covered_totals(
            self.scene, fields, units, self.periods, self.classes, self.group, covered, name,
            self._known(fields),
        )  # fmt: skip

    def _known(self, fields: Mapping[str, np.ndarray]) -> np.ndarray | None:
        """Return which cells have a value of every variable in every step; None where all have.

        An input, as a reference product, may lack values where there is land.
        """
        open_to_gaps = [
            values for name, values in fields.items() if self.gaps or name not in self.outputs
        ]
        if not open_to_gaps:
            return None
        known = np.all([np.isfinite(values).all(axis=1) for values in open_to_gaps], axis=0)
        return None if from_blocks(known, self.scene.cells).all() else known

    def _all_steps(self, name: str) -> np.ndarray:
        """Return every step of every year, in blocks: (blocks, steps of all years, BLOCK)."""
        years = [self.steps(name, year) for year in self.periods.years]
        return years[0] if len(years) == 1 else np.concatenate(years, axis=1)


def scene_warnings(scene: Scene) -> tuple[str, ...]:
    """Return what must be known of any result on a scene."""
    lines = [SYNTHETIC] if scene.synthetic else []
    left_out = (
        f"{lacking} land cells left out: {name} is missing in some month"
        for name, lacking in scene.left_out.items()
    )
    return (*lines, *scene.notes, *left_out)


SYNTHETIC = "synthetic demonstration scene: invented data, no basis for conclusions"


class Started(Protocol):
    """The slow part of a run, which every scenario with the same ``System.key`` shares."""

    @property
    def scene(self) -> Scene:
        """Where it was run."""
        ...

    def layers(self, scenario: Scenario) -> Layers:
        """Return the result of a scenario; quick."""
        ...


@dataclass(frozen=True, eq=False)
class Finished:
    """A run without a quick part: each scenario is run as a whole."""

    result: Layers

    @property
    def scene(self) -> Scene:
        """Where it was run."""
        return self.result.scene

    def layers(self, scenario: Scenario) -> Layers:
        """Return the result, which is of this very scenario but for its name."""
        if scenario is self.result.scenario:
            return self.result
        again = copy(self.result)
        again.scenario = scenario
        return again
