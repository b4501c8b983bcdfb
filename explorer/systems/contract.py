"""The contract: what a system is, and what its results are to everything else.

Map, Compare, Towers, Vegetation, totals, shapes, links, files, exports and the command line are
written against ``System`` and ``Layers`` alone. A new system is a folder of its own beside this
file and one row in ``systems.SYSTEMS``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np

from explorer.analysis.totals import Totals, area_totals, covered_totals
from explorer.errors import SchemaError
from explorer.scene.blocks import from_blocks
from explorer.scene.scene import Scene
from explorer.tables.classes import Classification
from explorer.tables.periods import Kind, Period, Periods
from explorer.tables.variable import Inputs, Variable

if TYPE_CHECKING:
    from explorer.analysis.split import Attribution
    from explorer.analysis.waterfall import Waterfall
    from explorer.scene.shapes.cover import Cover
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


class Preset(NamedTuple):
    """A published or suggested set of parameters."""

    label: str
    changes: Mapping[str, float | str] = {}
    colour: str = "#3d85c6"
    short: str = ""  # for the head of a narrow column


class Cause(NamedTuple):
    """How a cause of a difference, a factor or a term is called and coloured."""

    label: str
    symbol: str
    colour: str


class DrawerPart(NamedTuple):
    """Parameters that stand at the top of the drawer, under a heading."""

    title: str
    note: str
    parameters: tuple[str, ...]


class ReadOnlyTable(NamedTuple):
    """Numbers of a scene that a reader of the parameters wants to see: rows by name."""

    title: str
    columns: tuple[str, ...]
    rows: Mapping[str, Sequence[float]]
    empty: str  # what to say where there is none


@dataclass(frozen=True, eq=False)
class Published:
    """What a paper reports, to stand beside ours; every table may be empty.

    Attributes
    ----------
    source, mark : str
        Which figures they are, and of where and when; the same in a few words for a legend.
    by_class : mapping of class -> column -> value
        Of ``table_variable``, over the year.
    columns : mapping of column -> label
        Of ``by_class``.
    reference_column : str
        The column that stands in for a reference product that the scene lacks.
    headline_by_class, headline_by_region : mapping of name -> value
        Of the headline variable, over the year.
    headline_by_step : mapping of step -> value
        Of the headline variable, of the whole.
    """

    source: str = ""
    mark: str = ""
    by_class: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)
    reference_column: str = ""
    headline_by_class: Mapping[str, float] = field(default_factory=dict)
    headline_by_region: Mapping[str, float] = field(default_factory=dict)
    headline_by_step: Mapping[int, float] = field(default_factory=dict)


class Explains(Protocol):
    """Why a number is what it is, what limits it, and what a difference comes from."""

    title: str  # of what: "NEP"
    product: str  # what the factors multiply to: "NPP"
    steps: Mapping[str, Cause]  # factors of the waterfall, in their order
    terms: Mapping[str, Cause]  # what is added or taken off after them
    causes: Mapping[str, Cause]  # of a difference, in the order of their codes
    terms_of: Mapping[str, tuple[str, ...]]  # variable -> causes that its difference has
    limits: Mapping[str, Cause]  # what can limit the product, in the order of their codes

    def cell(self, layers: Layers, cell: int, period: Period) -> Waterfall:
        """Return the steps of one land cell."""
        ...

    def levels_key(self, layers: Layers) -> object:
        """Return what the sums of ``levels`` depend on."""
        ...

    def levels(self, layers: Layers, proceed: Proceed, covered: Cover | None) -> Totals | None:
        """Sum the steps by region and class, or under a shape, for every scenario of one key."""
        ...

    def scaled(self, levels: Totals, scenario: Scenario) -> Totals:
        """Return the sums of ``levels`` for one scenario."""
        ...

    def limiting(self, layers: Layers, proceed: Proceed) -> np.ndarray | None:
        """Return codes of what limits the product: uint8 (blocks, 1 + steps, BLOCK), year first."""
        ...

    def split(self, a: Layers, b: Layers, proceed: Proceed) -> Attribution | None:
        """Split the difference B - A by cause."""
        ...


class TowerComparison(Protocol):
    """Towers placed in a scene, ready to be compared with any scenario of a system."""

    towers: Any  # observations.towers.Towers
    places: tuple[Any, ...]  # observations.tower_places.Place, one a site
    remarks: tuple[str, ...]
    at_site: bool
    own_class: bool

    @property
    def scene(self) -> Scene:
        """Where the towers stand."""
        ...

    @property
    def compared(self) -> np.ndarray:
        """Which rows are observed and can be compared, (rows,) bool."""
        ...

    @property
    def compared_sites(self) -> tuple[str, ...]:
        """Names of the towers with a row that is compared."""
        ...

    def estimated(self, scenario: Scenario) -> np.ndarray:
        """Return what a scenario gives for every row; NaN where it cannot be run."""
        ...

    def scores(self, scenario: Scenario, site: str | None = None) -> Any:
        """Return how well a scenario meets all towers, or one (``analysis.scores.Scores``)."""
        ...

    def fit(self, scenario: Scenario) -> Any:
        """Fit parameters of a scenario to the towers."""
        ...


class TowersPart(Protocol):
    """What of a system is held against towers, and how."""

    variable: Variable  # that is observed
    published: Mapping[str, Any]  # preset -> published scores
    published_note: str
    fit_label: str  # of the button
    fit_name: str  # how a fitted scenario is called, before the number of towers

    def check(self, scene: Scene, towers: Any, **choices: Any) -> TowerComparison:
        """Place towers in a scene and get ready to compare."""
        ...


class Pixels(Protocol):
    """Where the land cells fall on the pixels of a picture (see ``picture.pixels``)."""

    @property
    def shape(self) -> tuple[int, int]:
        """Pixels along y and x."""
        ...

    def mean(self, values: np.ndarray) -> np.ndarray:
        """Return the mean over the land cells of each pixel."""
        ...

    def shares(self, values: np.ndarray, group: np.ndarray, groups: int) -> np.ndarray:
        """Return what the cells of each group add to the mean of each pixel, (groups, pixels)."""
        ...


class QuickPictures(Protocol):
    """How a system redraws a picture without looking at every cell."""

    names: tuple[str, ...]  # variables that it can redraw

    def key(self, layers: Any, name: str, period: Period) -> object:
        """Return what is asked for again when an edit is likely to be followed by another."""
        ...

    def picture(
        self,
        layers: Any,
        name: str,
        period: Period,
        pixels: Pixels,
        stored: Callable[[object, Callable[[], np.ndarray]], np.ndarray],
    ) -> np.ndarray:
        """Return the mean of each pixel; ``stored`` looks a key up, or makes its value."""
        ...


@dataclass(frozen=True, eq=False, kw_only=True)
class System:
    """One system: plain data, and functions that do the work. A row of ``systems.SYSTEMS``.

    Attributes
    ----------
    name : str
        In links, files and on the command line.
    salt : str, optional
        Goes into the identity of its scenarios; by default the name.
    title, citation, short_citation : str
    product : str
        What it estimates, for titles of files: "Net ecosystem productivity".
    method, versions : str
        How, for the source of files; what its presets are, for the head of the drawer.
    inputs : Inputs
        What it asks of a scene.
    parameters : type
        A table of parameters, see ``tables.parameter``.
    presets : mapping of name -> Preset
    default, compared_with : str
        The presets that A and B begin with.
    outputs : mapping of name -> Variable
    headline : str
        The output of series, totals and cards.
    summed : tuple of str
        Outputs that a result's totals always hold, the headline among them.
    shown : tuple of str
        Outputs that have a button on the Map, in their order; all others are in its list.
    written : tuple of str
        Outputs that a file of maps holds.
    table_variable, reference_input : str
        The output of the table by class, and the input that it is held against.
    kind : str
        Of its periods, see ``tables.periods``.
    classes : Classification or None
        None = those of the scene.
    opened : callable (Scene) -> forcing
        What it makes of a scene before any run.
    key : callable (parameters) -> hashable
        What the slow part of a run depends on.
    start : callable (forcing, Scenario, Proceed) -> Started or None
        The slow part; None when told not to proceed.
    statistics : callable (forcing) -> dict, optional
        What a thinned scene keeps of the whole, ready for JSON; ``opened`` finds it in
        ``scene.statistics[name]``.
    facts : callable (forcing) -> mapping of str, optional
        What it says of a scene in words, for its description.
    explains, quick, towers, years : optional
        What only some systems can do: say why; redraw quickly; compare with towers; run many years
        out of core.
    cell_series : callable (Scene, Scenario, cell) -> array or None, optional
        The headline of one cell from its own inputs, where that needs no run of all cells.
    bundled : mapping of process -> names, optional
        Bundles of parameters that the drawer shows with a process.
    drawer, tables, published : optional
        What the drawer shows at its top, read-only numbers of a scene by process, published
        figures.
    """

    name: str
    title: str
    citation: str
    short_citation: str
    product: str
    method: str
    versions: str
    inputs: Inputs
    parameters: type
    presets: Mapping[str, Preset]
    default: str
    compared_with: str
    outputs: Mapping[str, Variable]
    headline: str
    summed: tuple[str, ...]
    shown: tuple[str, ...]
    written: tuple[str, ...]
    kind: Kind
    opened: Callable[[Scene], Any]
    start: Callable[[Any, Scenario, Proceed], Started | None]
    key: Callable[[Any], object] = lambda parameters: parameters
    table_variable: str = ""
    reference_input: str = ""
    classes: Classification | None = None
    statistics: Callable[[Any], dict[str, Any]] | None = None
    facts: Callable[[Any], Mapping[str, str]] = lambda forcing: {}
    explains: Explains | None = None
    quick: QuickPictures | None = None
    towers: TowersPart | None = None
    years: Any = None
    drawer: tuple[DrawerPart, ...] = ()
    tables: Callable[[Any], Mapping[str, ReadOnlyTable]] = lambda forcing: {}
    bundled: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    published: Published = field(default_factory=Published)
    cell_series: Callable[[Scene, Scenario, int], np.ndarray | None] = lambda *_of_cell: None
    salt: str | None = None

    def __repr__(self) -> str:
        return f"<System {self.name!r}>"

    def forcing(self, scene: Scene) -> Any:
        """Return what the system makes of a scene; it is stored with the scene.

        Raises
        ------
        SchemaError
            When the scene lacks an input that the system requires.
        """
        lacking = self.lacks(scene)
        if lacking:
            raise SchemaError(
                [f"{name}: {self.title!r} needs it" for name in lacking], f"scene {scene.title!r}"
            )
        return scene.prepared.get(self.name, lambda: self.opened(scene))

    def rows(self) -> dict[str, Variable]:
        """Return every variable that may be mapped: outputs, and inputs of a scene."""
        return {**self.inputs.rows, **self.outputs}

    def lacks(self, scene: Scene) -> tuple[str, ...]:
        """Return the required inputs that a scene does not have."""
        return tuple(name for name in self.inputs.required if name not in scene.inputs)
