"""What a page shows of one scenario: the numbers of its map, series and totals, and their words.

Every export is made from this, so that no file can hold other numbers than the page.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from explorer.analysis.shape_totals import sum_shape
from explorer.analysis.totals import ALL, SUMMED, Totals, area_totals
from explorer.errors import ViewError
from explorer.pipeline import Result
from explorer.scene.calendar import MONTHS
from explorer.scene.loops import group_sums
from explorer.scene.scene import Scene
from explorer.scene.shapes.cover import Cover, cover
from explorer.session.view import View
from explorer.systems.scenario import Scenario
from explorer.tables.classes import CLASSES
from explorer.tables.variables import OUTPUTS, shown_unit

TOTAL_UNIT = "Tg C yr-1"


class Place(NamedTuple):
    """A region, a shape, or one cell: its twelve months and its year of a variable."""

    name: str
    lon: float | None  # [deg]; a region or shape has none
    lat: float | None
    monthly: np.ndarray  # (12,), unit as in ``variables``
    year: float
    total: float | None  # [Tg C yr-1]; None for what is no flux of carbon, and for a cell


def unknown_to(scene: Scene, view: View) -> dict[str, str]:
    """Return {field: what is wrong} of those fields of a view that name what a scene lacks."""
    wrong = {}
    known = (ALL, *scene.region_names, *(shape.name for shape in view.shapes))
    if view.region not in known:
        wrong["region"] = (
            f"region {view.region!r} is not in this scene: expected one of {', '.join(known)}"
        )
    if view.tapped is not None and view.tapped >= scene.cells:
        wrong["tapped"] = f"cell {view.tapped} is not in this scene, which has {scene.cells} cells"
    return wrong


@dataclass(frozen=True, eq=False)
class Shown:
    """A result under a view.

    Raises
    ------
    ViewError
        When the view names a region or a cell that the scene does not have.
    """

    result: Result
    view: View

    def __post_init__(self) -> None:
        """Refuse what the scene does not have, naming every fault."""
        wrong = unknown_to(self.result.scene, self.view)
        if wrong:
            raise ViewError("; ".join(wrong.values()))

    @property
    def variable(self) -> str:
        """Row of ``variables.OUTPUTS`` that the map shows."""
        return self.view.variable

    @property
    def month(self) -> int | None:
        """Month shown, 1 to 12; None for the year."""
        return None if self.view.yearly else self.view.month

    @property
    def unit(self) -> str:
        """Unit of the map."""
        return shown_unit(self.variable, yearly=self.view.yearly)

    @property
    def year(self) -> int | None:
        """Year of the scene; None for a climatology."""
        year = self.result.scene.attributes.get("year")
        return None if year is None else int(year)

    @property
    def period(self) -> str:
        """Month or year in words, for titles: ``Jul 2010``."""
        name = "year" if self.month is None else MONTHS[self.month - 1]
        return name if self.year is None else f"{name} {self.year}"

    @property
    def title(self) -> str:
        """Variable and period."""
        return f"{OUTPUTS[self.variable].long_name}, {self.period}"

    @property
    def variables(self) -> tuple[str, ...]:
        """Variables of the series and totals: that of the map, and NEP."""
        return tuple(dict.fromkeys((self.variable, "nep")))

    @property
    def stem(self) -> str:
        """Name of a file without its ending."""
        return file_stem(self.result.scenario, self.view)

    def date(self, month: int | None) -> str:
        """Return a month, or the year (None), as ISO 8601: ``2010-07``, ``2010``.

        A climatology has no year: ``--07``, ``--01/--12``.
        """
        if month is None:
            return "--01/--12" if self.year is None else f"{self.year:04d}"
        return f"{'-' if self.year is None else f'{self.year:04d}'}-{month:02d}"

    @cached_property
    def values(self) -> np.ndarray:
        """Values of the map, shape (cells,), float32."""
        return np.asarray(self.result.cells(self.variable, self.month), dtype=np.float32)

    @cached_property
    def _covers(self) -> list[Cover]:
        return [cover(self.result.scene, shape) for shape in self.view.shapes]

    @cached_property
    def _fluxes(self) -> Totals:
        """Totals of NPP, Rh and NEP: those of the page."""
        result, parameters = self.result, self.result.scenario.parameters
        shapes = [
            sum_shape(result.scene, result.kept.base, parameters, covered).totals(
                result.scene, parameters, shape.name
            )
            for shape, covered in zip(self.view.shapes, self._covers, strict=True)
        ]
        return result.totals.with_places(shapes)

    @cached_property
    def _others(self) -> Totals:
        """Totals of any other variable of the map, summed here."""
        scene, field = self.result.scene, self.result.blocks(self.variable)
        shapes = [
            covered_totals(scene, {self.variable: field}, covered, shape.name)
            for shape, covered in zip(self.view.shapes, self._covers, strict=True)
        ]
        return area_totals(scene, {self.variable: field}).with_places(shapes)

    def totals(self, name: str) -> Totals:
        """Return the area sums that hold a variable, with a row for each shape."""
        return self._fluxes if name in SUMMED else self._others

    def region(self, name: str, region: str) -> Place:
        """Return the area-weighted mean of a variable over a region or shape."""
        totals = self.totals(name)
        monthly = totals.monthly(name, region)
        total = totals.yearly_total(name, region) if is_carbon_flux(name) else None
        return Place(region, None, None, monthly, _year(name, monthly), total)

    def regions(self, name: str) -> list[Place]:
        """Return the whole, all regions of the scene, and the shapes."""
        return [self.region(name, place) for place in (ALL, *self.totals(name).region_names)]

    def cell(self, name: str, cell: int) -> Place:
        """Return a variable of one land cell."""
        monthly = np.array([self.result.cell(name, cell, month) for month in range(1, 13)])
        lon, lat = cell_lonlat(self.result.scene, np.array([cell]))
        year = self.result.cell(name, cell, None)
        return Place(
            cell_names(self.result.scene, np.array([cell]))[0],
            float(lon[0]), float(lat[0]), monthly, year, None,
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


def covered_totals(
    scene: Scene, fields: dict[str, np.ndarray], covered: Cover, name: str
) -> Totals:
    """Sum fields over the cells of a shape, each weighted by the share that is covered.

    Parameters
    ----------
    scene : Scene
    fields : dict of array, each in blocks: (blocks, 12, BLOCK). [unit of ``variables``]
    covered : Cover
    name : str
        Of the shape.
    """
    classes, group = len(CLASSES), scene.forcing.vegetation.astype(np.int32)
    share = covered.fractions(0, group.size).reshape(group.shape)
    weight = scene.blocked_area * share
    area = np.bincount(group.reshape(-1), weight.reshape(-1), classes)
    return Totals(
        (name,),
        area[np.newaxis],
        {
            each: group_sums(np.asarray(field), weight, group, classes)[:, np.newaxis]
            for each, field in fields.items()
        },
    )


def is_carbon_flux(name: str) -> bool:
    """Tell whether a variable is grams of carbon per area and month, which can be totalled."""
    return OUTPUTS[name].unit == "g C m-2 month-1"


def file_stem(scenario: Scenario, view: View) -> str:
    """Return the name of a file without its ending: ``nep_jul_ci2_0a1b2c3d4e5f``."""
    period = "year" if view.yearly else MONTHS[view.month - 1].lower()
    return f"{view.variable}_{period}_{scenario.preset}_{scenario.identity}"


def cell_lonlat(scene: Scene, cells: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return longitude and latitude of the centres of some land cells, [deg]."""
    rows, columns = np.divmod(scene.index[cells], scene.grid.x.size)
    return scene.grid.lonlat(scene.grid.x[columns], scene.grid.y[rows])


def cell_names(scene: Scene, cells: np.ndarray) -> list[str]:
    """Return names of some land cells: row and column in the scene's grid, counted from 0."""
    rows, columns = np.divmod(scene.index[cells], scene.grid.x.size)
    return [f"r{row}c{column}" for row, column in zip(rows.tolist(), columns.tolist(), strict=True)]


def _year(name: str, monthly: np.ndarray) -> float:
    return float(monthly.sum() if OUTPUTS[name].yearly == "sum" else monthly.mean())
