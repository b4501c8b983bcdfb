"""The contract: what a system is to everything else. Its results stand in ``layers``.

Map, Compare, Towers, Vegetation, totals, shapes, links, files, exports and the command line are
written against ``System`` and ``Layers`` alone. A new system is a folder of its own beside this
file and one row in ``systems.SYSTEMS``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np

from explorer.analysis.totals import Totals
from explorer.analysis.waterfall import POTENTIAL
from explorer.errors import ParameterError, SchemaError
from explorer.scene.scene import Scene
from explorer.systems.layers import Layers, Proceed, Started
from explorer.tables.classes import Classification
from explorer.tables.periods import Kind, Period
from explorer.tables.variable import Inputs, Variable

if TYPE_CHECKING:
    from explorer.analysis.answer import Wording
    from explorer.analysis.split import Attribution
    from explorer.analysis.waterfall import Waterfall
    from explorer.scene.shapes.cover import Cover
    from explorer.systems.scenario import Scenario
    from explorer.systems.tower_part import TowersPart


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
    headline_by_class : mapping of class -> value
        Of the headline variable, over the year, of the whole.
    by_region : mapping of region -> variable -> value
        Means over the year.
    by_step : mapping of variable -> step -> value
        Of the whole.
    totals : mapping of variable -> value
        Of the whole and the year, in the unit of totals (Tg C a year).
    contradictions : tuple of str
        Where the figures contradict each other, to be told beside them.
    """

    source: str = ""
    mark: str = ""
    by_class: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)
    reference_column: str = ""
    headline_by_class: Mapping[str, float] = field(default_factory=dict)
    by_region: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    by_step: Mapping[str, Mapping[int, float]] = field(default_factory=dict)
    totals: Mapping[str, float] = field(default_factory=dict)
    contradictions: tuple[str, ...] = ()


class Explains(Protocol):
    """Why a number is what it is, what limits it, and what a difference comes from."""

    title: str  # of what: "NEP"
    product: str  # what the factors multiply to: "NPP"
    steps: Mapping[str, Cause]  # factors of the waterfall, in their order
    terms: Mapping[str, Cause]  # what is added or taken off after them
    causes: Mapping[str, Cause]  # of a difference, in the order of their codes
    terms_of: Mapping[str, tuple[str, ...]]  # variable -> causes that its difference has
    limits: Mapping[str, Cause]  # what can limit the product, in the order of their codes
    wording: Wording  # how the waterfall is said in a sentence

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


def arithmetic(explains: Explains) -> str:
    """Return how the bars of a waterfall belong together, in words."""
    terms = " ".join(
        f"{cause.symbol[0]} {cause.label} ({cause.symbol[1:].strip()})"
        for cause in explains.terms.values()
    )
    product = explains.product
    rest = f"; {product} {terms} = {explains.title}" if terms else ""
    return f"{POTENTIAL.capitalize()} × each factor = {product}{rest}"


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


Slopes = Callable[[Any, np.ndarray, Proceed], Mapping[str, float] | None]


class Brought(NamedTuple):
    """The file of a user's own that a system shows, and what was said of it."""

    file: str
    choices: Mapping[str, str]  # keyword arguments of ``brought.bring``


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
    slopes : callable (Layers, weights, Proceed) -> mapping of name -> number, optional
        Exact derivatives of the year's total of the headline over an area, with respect to each
        parameter that is a number, in the unit of totals per unit of the parameter; weights are
        the area of each cell that counts, (blocks, BLOCK), [km2]. None when told not to proceed.
    cell_series : callable (Scene, Scenario, cell) -> array or None, optional
        The headline of one cell from its own inputs, where that needs no run of all cells.
    bundled : mapping of process -> names, optional
        Bundles of parameters that the drawer shows with a process.
    brought : Brought, optional
        Where it is no model but a product of the user's.
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
    slopes: Slopes | None = None
    cell_series: Callable[[Scene, Scenario, int], np.ndarray | None] = lambda *_of_cell: None
    salt: str | None = None
    brought: Brought | None = None

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


def towers_of(system: System) -> TowersPart:
    """Return what of a system is held against towers.

    Raises
    ------
    ParameterError
        When the system cannot be compared with towers.
    """
    if system.towers is None:
        raise ParameterError(f"the system {system.name} cannot be compared with towers")
    return system.towers
