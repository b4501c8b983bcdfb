"""What a page shows of one scenario: the numbers of its map, series and totals, and their words.

Every export is made from this, so that no file can hold other numbers than the page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from explorer.analysis.totals import ALL, Totals
from explorer.errors import ViewError
from explorer.report.cards.card import Layer
from explorer.scene.scene import Scene
from explorer.scene.shapes.cover import Cover, cover
from explorer.session.view import View, period_of, unknown_to, variable_of
from explorer.systems.contract import System
from explorer.systems.layers import Layers
from explorer.systems.scenario import Scenario
from explorer.tables.periods import Period, Periods
from explorer.tables.unit import Unit
from explorer.tables.variable import Variable

SYNTHETIC_SCENE = "synthetic data"


class Place(NamedTuple):
    """A region, a shape, or one cell: a variable in the steps of a year, and over the year."""

    name: str
    lon: float | None  # [deg]; a region or shape has none
    lat: float | None
    steps: np.ndarray  # one number a step, in the unit; only the year's where there are no steps
    year: float
    total: float | None  # in ``total_unit``; None for what is no flux of carbon, and for a cell


@dataclass(frozen=True, eq=False)
class Shown:
    """A result under a view.

    Parameters
    ----------
    result : Layers
    view : View

    Raises
    ------
    ViewError
        When the view names a variable, period, region or cell that the result does not have.
    """

    result: Layers
    view: View

    def __post_init__(self) -> None:
        """Refuse what the result does not have, naming every fault."""
        wrong = unknown_to(self.result, self.view)
        if wrong:
            raise ViewError("; ".join(wrong.values()))

    @property
    def scene(self) -> Scene:
        """Where it was run."""
        return self.result.scene

    @property
    def scenario(self) -> Scenario:
        """Of the result."""
        return self.result.scenario

    @property
    def system(self) -> System:
        """That of the scenario."""
        return self.scenario.system

    @property
    def periods(self) -> Periods:
        """The steps that the result has."""
        return self.result.periods

    @property
    def variable(self) -> str:
        """Name of the variable that the map shows."""
        return variable_of(self.result, self.view.variable)

    @property
    def row(self) -> Variable:
        """What the variable of the map is."""
        return self.result.variables[self.variable]

    @property
    def period(self) -> Period:
        """Step or year of the map."""
        return period_of(self.view, self.result)

    @property
    def unit(self) -> Unit:
        """Unit of the map; ``str`` of it for files, ``pretty`` for people."""
        return self.row.unit_over(yearly=self.period.yearly)

    @property
    def year(self) -> int | None:
        """Year that is shown; None for a climatology."""
        return self.periods.years[0] if self.period.year is None else self.period.year

    @property
    def period_name(self) -> str:
        """Step or year in words, for titles: ``Jul 2010``."""
        return self.periods.label(self.period)

    @property
    def title(self) -> str:
        """Variable and period; what is the same at all times has no period."""
        return self.result.title(self.variable, self.period)

    @property
    def variables(self) -> tuple[str, ...]:
        """Variables of the series and totals: that of the map, and the headline; no codes."""
        both = dict.fromkeys((self.variable, self.result.headline))
        return tuple(name for name in both if not self.result.variables[name].is_code)

    @property
    def code_names(self) -> dict[str, tuple[str, str]]:
        """Name -> (long name, colour) of the codes of the map; empty where it shows no codes."""
        return self.result.code_names(self.variable) if self.row.is_code else {}

    @property
    def stem(self) -> str:
        """Name of a file without its ending."""
        return file_stem(self.scenario, self.view)

    @property
    def note(self) -> str:
        """What must be known of every number: that the data are invented; else nothing."""
        return SYNTHETIC_SCENE if self.scene.synthetic else ""

    @property
    def layer(self) -> Layer:
        """The map, cell by cell."""
        return Layer(
            self.variable, self.row.long_name, str(self.unit), self.values, self.period,
            self.date(self.period), self.scenario.label, self.scenario.identity,
            tuple(self.code_names),
        )  # fmt: skip

    def steps(self, name: str) -> list[Period]:
        """Return the periods of ``Place.steps``; none where there is nothing but the year."""
        if self.periods.annual or self.result.is_constant(name):
            return []
        return self.periods.each(self.period.year)

    def date(self, period: Period) -> str:
        """Return a period as ISO 8601, see ``Periods.date``."""
        return self.periods.date(period)

    @property
    def whole_year(self) -> Period:
        """The year that is shown, as a period."""
        return Period(None, self.period.year)

    @cached_property
    def values(self) -> np.ndarray:
        """Values of the map, shape (cells,), float32; codes are positions, NaN where none is."""
        if not self.row.is_code:
            return np.asarray(self.result.cells(self.variable, self.period), dtype=np.float32)
        codes = np.asarray(self.result.codes(self.variable)).reshape(-1)[: self.scene.cells]
        return np.where(codes >= 0, codes, np.nan).astype(np.float32)

    @cached_property
    def _covers(self) -> list[Cover]:
        return [cover(self.scene, shape) for shape in self.view.shapes]

    @cached_property
    def _summed(self) -> Totals:
        """Totals of the variables that a result always sums: those of the page."""
        return self.result.totals.with_places(
            [
                self.result.shape_totals(covered, shape.name)
                for shape, covered in zip(self.view.shapes, self._covers, strict=True)
            ]
        )

    @cached_property
    def _others(self) -> Totals:
        """Totals of any other variable of the map."""
        names = (self.variable,)
        return self.result.totals_of(names).with_places(
            [
                self.result.shape_totals_of(names, covered, shape.name)
                for shape, covered in zip(self.view.shapes, self._covers, strict=True)
            ]
        )

    def totals(self, name: str) -> Totals:
        """Return the area sums that hold a variable, with a row for each shape."""
        return self._summed if name in self.result.summed else self._others

    def total_unit(self, name: str) -> Unit | None:
        """Return the unit of a year's total of a variable; None for what is no flux of carbon."""
        unit = self.result.variables[name].unit
        return unit.over_year().total() if unit.is_carbon_flux else None

    def region(self, name: str, region: str) -> Place:
        """Return the area-weighted mean of a variable over a region or shape."""
        totals, year = self.totals(name), self.whole_year
        mean = totals.mean(name, year, region)
        steps = totals.series(name, region, year=year.year) if self.steps(name) else [mean]
        return Place(
            region, None, None, np.asarray(steps), mean, totals.total(name, year, region)
        )  # fmt: skip

    def regions(self, name: str) -> list[Place]:
        """Return the whole, all regions of the scene, and the shapes."""
        return [self.region(name, region) for region in (ALL, *self.totals(name).region_names)]

    def cell(self, name: str, cell: int) -> Place:
        """Return a variable of one land cell, with the very numbers of the map."""
        periods = self.steps(name) or [self.whole_year]
        steps = np.array([self.result.cell(name, cell, period) for period in periods])
        lon, lat = self.scene.lonlat(np.array([cell]))
        year = self.result.cell(name, cell, self.whole_year)
        return Place(
            cell_names(self.scene, np.array([cell]))[0],
            float(lon[0]), float(lat[0]), steps, year, None,
        )  # fmt: skip

    @property
    def tapped(self) -> int | None:
        """The land cell last tapped."""
        return self.view.tapped

    def places(self, name: str) -> list[Place]:
        """Return every place that has a row in a table: regions, and the cell last tapped."""
        return [*self.regions(name), *self.cells(name)]

    def cells(self, name: str) -> list[Place]:
        """Return the cell last tapped, if any."""
        return [] if self.tapped is None else [self.cell(name, self.tapped)]


def file_stem(scenario: Scenario, view: View) -> str:
    """Return the name of a file without its ending: ``VARIABLE_jul_PRESET_0a1b2c3d4e5f``."""
    system = scenario.system
    name = view.variable if view.variable in system.rows() else system.headline
    periods = Periods(system.kind)
    slug = periods.slug(Period(None if view.yearly else min(view.step, periods.steps)))
    year = "" if view.year is None else f"_{view.year}"
    return f"{name}_{slug}{year}_{scenario.preset}_{scenario.identity}"


def with_same_series(shown: Sequence[Shown]) -> tuple[str, list[Shown]]:
    """Return the headline of the first, and which of them have it in steps of the same kind."""
    first = shown[0]
    name = first.result.headline
    return name, [
        one
        for one in shown
        if name in one.result.variables and one.periods.kind == first.periods.kind
    ]


def cell_names(scene: Scene, cells: np.ndarray) -> list[str]:
    """Return names of some land cells: row and column in the scene's grid, counted from 0."""
    rows, columns = np.divmod(scene.index[cells], scene.grid.x.size)
    return [f"r{row}c{column}" for row, column in zip(rows.tolist(), columns.tolist(), strict=True)]
