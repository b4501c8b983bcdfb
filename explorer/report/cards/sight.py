"""What a page looks at: results, view and towers. Every card is made of this alone."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from explorer.analysis.totals import ALL, Totals
from explorer.errors import ViewError
from explorer.picture.codes import code_picture
from explorer.picture.look import Look, layer_look
from explorer.picture.picture import Picture
from explorer.picture.window import MOST_PIXELS, Window, window
from explorer.report.cards.card import Layer, MapPlot, Mark
from explorer.report.shown import SYNTHETIC_SCENE, Shown, cell_names
from explorer.scene.scene import Scene
from explorer.scene.shapes.shape import Shape
from explorer.session.opened import Opened
from explorer.session.shape_book import ShapeBook
from explorer.session.view import View, followed_of, limits_of, period_of, variable_of
from explorer.systems.contract import System
from explorer.systems.layers import Layers
from explorer.systems.scenario import Scenario, preset_of
from explorer.systems.tower_part import TowerComparison
from explorer.tables.periods import Period
from explorer.tables.variable import Variable

if TYPE_CHECKING:
    from explorer.report.cards.towers import TowerSource

SYNTHETIC_TOWERS = "synthetic observations"


@dataclass(frozen=True, eq=False)
class AtTowers:
    """Towers that a page compares with, and how a command says the same.

    Attributes
    ----------
    check : TowerComparison
    source : TowerSource, optional
        What loads the same towers and compares them in the same way.
    synthetic : bool
        Whether the observations are invented.
    replaced : str
        The preset whose panel shows the scenario.
    fit_from : Scenario, optional
        The scenario that a fit began with, where there was one.
    """

    check: TowerComparison
    source: "TowerSource | None" = None
    synthetic: bool = False
    replaced: str = ""
    fit_from: Scenario | None = None


@dataclass(frozen=True, eq=False)
class Sight:
    """Results under a view. ``b`` and ``towers`` are there where the page has them.

    Raises
    ------
    ViewError
        When the view names what A does not have.
    """

    opened: Opened
    view: View
    a: Layers
    b: Layers | None = None
    towers: AtTowers | None = None
    known_book: ShapeBook | None = None

    def __post_init__(self) -> None:
        """Refuse what A does not have, naming every fault."""
        _ = self.shown

    @cached_property
    def shown(self) -> Shown:
        """A under the view."""
        return Shown(self.a, self.view)

    @cached_property
    def book(self) -> ShapeBook:
        """Totals of the shapes."""
        return self.known_book or ShapeBook(self.opened)

    @property
    def scene(self) -> Scene:
        """Where all was run."""
        return self.opened.scene

    @property
    def scenario(self) -> Scenario:
        """Of A."""
        return self.a.scenario

    @property
    def system(self) -> System:
        """Of A."""
        return self.scenario.system

    @property
    def variable(self) -> str:
        """Name of the variable of the maps."""
        return variable_of(self.a, self.view.variable)

    @property
    def followed(self) -> str:
        """Name of the variable of series and totals."""
        return followed_of(self.a, self.view.variable)

    @property
    def row(self) -> Variable:
        """What that variable is."""
        return self.a.variables[self.variable]

    @property
    def period(self) -> Period:
        """What is looked at of A."""
        return self.shown.period

    @property
    def pair_period(self) -> Period:
        """What is looked at on both sides: the year where their steps differ."""
        return period_of(self.view, self.a, self.other)

    @property
    def other(self) -> Layers:
        """The result of B.

        Raises
        ------
        ViewError
            When nothing is compared.
        """
        if self.b is None:
            raise ViewError("nothing is compared here: a second scenario is missing")
        return self.b

    @property
    def at_towers(self) -> AtTowers:
        """The towers.

        Raises
        ------
        ViewError
            When there are none.
        """
        if self.towers is None:
            raise ViewError("no towers are loaded here")
        return self.towers

    @property
    def shape(self) -> Shape | None:
        """The shape that is followed in place of a region."""
        return next((each for each in self.view.shapes if each.name == self.view.region), None)

    @property
    def totals(self) -> Totals:
        """Totals of A, with a row for each shape."""
        return self.book.totals(self.a, self.view.shapes)

    def preset_totals(self, name: str) -> Totals:
        """Return the same of a preset of A's system."""
        return self.book.preset_totals(preset_of(self.system, name), self.view.shapes)

    @cached_property
    def followed_totals(self) -> Totals:
        """Totals of A that hold the variable followed."""
        return self.book.totals(self.a, self.view.shapes, self.followed)

    def followed_preset(self, name: str) -> Totals:
        """Return the same of a preset of A's system."""
        if self.followed in self.a.summed:
            return self.preset_totals(name)
        result = self.opened.result(preset_of(self.system, name))
        return self.book.totals(result, self.view.shapes, self.followed)

    def look(self, layers: Layers, name: str, *, yearly: bool) -> Look:
        """Return the colours of a variable, with the limits that the view has chosen."""
        yearly = yearly or layers.periods.annual
        return layer_look(
            layers, name, yearly=yearly, limits=limits_of(self.view, name, yearly=yearly)
        )

    def at_step(self, step: int) -> "Sight":
        """Return the same at another step of the year."""
        return replace(self, view=replace(self.view, step=step, yearly=False))

    @property
    def where(self) -> str:
        """The region or shape that is followed, in words."""
        return "all regions" if self.view.region == ALL else self.view.region

    @property
    def place(self) -> str:
        """The same, or the cell that was clicked."""
        if self.view.tapped is None:
            return self.where
        return f"cell {cell_names(self.scene, np.array([self.view.tapped]))[0]}"

    @property
    def synthetic(self) -> tuple[str, ...]:
        """What of the scene is invented, in words."""
        return (SYNTHETIC_SCENE,) if self.scene.synthetic else ()

    def part(self, most: tuple[int, int] = MOST_PIXELS) -> Window:
        """Return the part of the land that maps show."""
        visible = self.view.window
        ranges = (
            (None, None)
            if visible is None
            else ((visible[0], visible[2]), (visible[1], visible[3]))
        )
        return window(self.scene.grid, *ranges, most=most)

    def picture(self, values: np.ndarray, look: Look, part: Window) -> Picture:
        """Return pixels as a picture, with the outlines of the scene."""
        basemap = self.opened.basemap
        return Picture(
            values=values, bounds=part.bounds, colours=look.colours, limits=look.limits,
            outlines=basemap.outlines, extent=self.view.window or basemap.extent,
            stretch=basemap.stretch,
        )  # fmt: skip

    def pixels(self, layers: Layers, name: str, period: Period, part: Window) -> np.ndarray:
        """Return the pixels of a variable as pages draw them: means of cells, codes picked."""
        return self.opened.pictures.of(layers, name, period, part)

    def code_pixels(self, codes: np.ndarray, part: Window) -> np.ndarray:
        """Return the pixels of codes of the land cells, from 0; -1 = none."""
        return code_picture(self.scene, codes, part)

    def map_plot(
        self, values: np.ndarray, look: Look, part: Window, unit: str, *, bare: bool = False
    ) -> MapPlot:
        """Return a map with what lies on it: the chosen outline, shapes, the clicked cell.

        ``bare`` leaves these away: the maps of the Compare page have none.
        """
        picture = self.picture(values, look, part)
        if bare:
            return MapPlot(picture, look, unit)
        rings = [
            ring
            for shape in self.view.shapes
            for polygon in self.book.outline(shape)
            for ring in polygon
        ]
        cell = self.view.tapped
        marks = [] if cell is None else [Mark(*self.scene.xy(cell))]
        return MapPlot(picture, look, unit, self.view.region, rings, marks)

    def layer(self, layers: Layers, name: str, period: Period, *, called: str = "") -> Layer:
        """Return a variable of a result as a layer of the land cells."""
        row = layers.variables[name]
        if row.is_code:
            values = np.asarray(layers.codes(name)).reshape(-1)[: self.scene.cells]
            values = np.where(values >= 0, values, np.nan)
        else:
            values = layers.cells(name, period)
        yearly = period.yearly or layers.periods.annual
        return Layer(
            called or name, row.long_name, str(row.unit_over(yearly=yearly)),
            np.asarray(values, dtype=np.float32), period, layers.periods.date(period),
            layers.scenario.label,
            layers.scenario.identity, tuple(layers.code_names(name)) if row.is_code else (),
        )  # fmt: skip


def written(value: float | None, decimals: int = 1, *, plus: bool = False) -> str:
    """Write a number as pages do, with a real minus sign; a dash where there is none."""
    if value is None or not np.isfinite(value):
        return "–"
    return f"{value:{'+' if plus else ''}.{decimals}f}".replace("-", "−")


def number(value: float | None) -> float | None:
    """Return a number for a table; None where it is missing."""
    return None if value is None or not np.isfinite(value) else float(value)


def joined(*parts: str) -> str:
    """Join what there is of a line of notes."""
    return " · ".join(part for part in parts if part)


def colours_of(labels: Sequence[str], colours: Sequence[str]) -> dict[str, str]:
    """Return a colour for each label; after the last the first comes again."""
    return {label: colours[number % len(colours)] for number, label in enumerate(labels)}
