"""Area sums by region, class and step: the one definition of every total and mean.

Sums are float64. A region's mean is its sum over its area; the whole is the sum of the regions.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from explorer.scene.loops import group_sums
from explorer.scene.scene import Scene
from explorer.scene.shapes.cover import Cover
from explorer.tables.classes import Classification
from explorer.tables.periods import YEAR, Period, Periods
from explorer.tables.unit import Unit

ALL = "all"
"""Stands for all regions where one is named."""


@dataclass(frozen=True, eq=False)
class Totals:
    """Sums over land cells, and how to read means and totals from them."""

    region_names: tuple[str, ...]
    classes: Classification
    periods: Periods
    area: np.ndarray  # (regions, classes) [km2]
    sums: Mapping[str, np.ndarray]  # name -> (steps of all years, regions, classes) [unit km2]
    units: Mapping[str, Unit]
    beside: int = 0  # rows at the end that lie across the regions: no part of the whole

    def area_of(self, region: str = ALL, vegetation: str | None = None) -> float:
        """Area of a region, of a class, or of a class within a region, [km2]."""
        return float(self._picked(self.area, region, vegetation))

    def series(
        self,
        name: str,
        region: str = ALL,
        vegetation: str | None = None,
        year: int | None = None,
    ) -> np.ndarray:
        """Area-weighted mean of each step of a year, (steps,), in the unit; NaN without area."""
        rows = self.periods.rows(Period(None, year))
        area = self.area_of(region, vegetation)
        sums = self._picked(self.sums[name][rows], region, vegetation)
        return sums / area if area > 0 else np.full(self.periods.steps, np.nan)

    def mean(
        self,
        name: str,
        period: Period = YEAR,
        region: str = ALL,
        vegetation: str | None = None,
    ) -> float:
        """Area-weighted mean of a step, or of a year; NaN without area."""
        series = self.series(name, region, vegetation, period.year)
        if period.step is not None:
            return float(series[period.step - 1])
        return self.periods.over_year(series, self.units[name], period.year)

    def yearly(self, name: str, region: str = ALL, vegetation: str | None = None) -> float:
        """Area-weighted mean of the (first) year."""
        return self.mean(name, YEAR, region, vegetation)

    def total(
        self,
        name: str,
        period: Period = YEAR,
        region: str = ALL,
        vegetation: str | None = None,
    ) -> float | None:
        """Total over the area, [Tg C], of a step or a year; None of what is no flux of carbon."""
        unit = self.units[name]
        if not unit.is_carbon_flux:
            return None
        sums = self._picked(self.sums[name][self.periods.rows(period)], region, vegetation)
        if period.step is None:
            return unit.to_teragrams(self.periods.over_year(sums, unit, period.year))
        return unit.to_teragrams(float(sums[0]))

    def yearly_total(self, name: str, region: str = ALL, vegetation: str | None = None) -> float:
        """Total of the (first) year over the area, [Tg C yr-1]; NaN of what is no carbon flux."""
        total = self.total(name, YEAR, region, vegetation)
        return np.nan if total is None else total

    def with_sums(self, sums: Mapping[str, np.ndarray], units: Mapping[str, Unit]) -> "Totals":
        """Return the totals with those of more variables beside them."""
        return replace(self, sums={**self.sums, **sums}, units={**self.units, **units})

    def with_places(self, places: Sequence["Totals"]) -> "Totals":
        """Return the totals with rows for places that lie across the regions, as shapes do."""
        if not places:
            return self
        parts = (self, *places)
        return replace(
            self,
            region_names=tuple(name for part in parts for name in part.region_names),
            area=np.concatenate([part.area for part in parts]),
            sums={
                name: np.concatenate([part.sums[name] for part in parts], axis=1)
                for name in self.sums
            },
            beside=self.beside + sum(len(place.region_names) for place in places),
        )

    def only(self, region: str) -> "Totals":
        """Return the totals of one region, or of one place beside them, alone."""
        row = [self.region_names.index(region)]
        sums = {name: values[:, row] for name, values in self.sums.items()}
        return replace(self, region_names=(region,), area=self.area[row], sums=sums, beside=0)

    def unknown(self, name: str) -> "Totals":
        """Return a place of missing values: one whose sums are not known yet."""
        shape = (1, len(self.classes))
        missing = {each: np.full((len(sums), *shape), np.nan) for each, sums in self.sums.items()}
        area = np.full(shape, np.nan)
        return replace(self, region_names=(name,), area=area, sums=missing, beside=0)

    def _picked(self, values: np.ndarray, region: str, vegetation: str | None) -> np.ndarray:
        """Sum over the regions and classes asked for; the last two axes go."""
        rows, columns = slice(len(self.region_names) - self.beside), slice(None)
        if region != ALL:
            row = self.region_names.index(region)
            rows = slice(row, row + 1)
        if vegetation is not None:
            column = self.classes.index(vegetation)
            columns = slice(column, column + 1)
        return values[..., rows, columns].sum(axis=(-2, -1))


def area_totals(
    scene: Scene,
    fields: Mapping[str, np.ndarray],
    units: Mapping[str, Unit],
    periods: Periods,
    classes: Classification | None = None,
    group: np.ndarray | None = None,
    known: np.ndarray | None = None,
) -> Totals:
    """Sum fields of the land cells by region and class.

    Parameters
    ----------
    scene : Scene
    fields : mapping of array, each in blocks: (blocks, steps of all years, BLOCK)
    units : mapping of Unit
    periods : Periods
    classes : Classification, optional
        Default: those of the scene.
    group : array, shape (blocks, BLOCK), optional
        Region * classes + class of each cell; default: that of the scene.
    known : array of bool, shape (blocks, BLOCK), optional
        Cells that count; default: all.
    """
    classes = scene.classes if classes is None else classes
    shape = (len(scene.region_names), len(classes))
    members = scene.group if group is None else group
    weights = scene.blocked_area if known is None else np.where(known, scene.blocked_area, 0.0)

    def summed(values: np.ndarray) -> np.ndarray:
        sums = group_sums(np.asarray(values), weights, members, shape[0] * shape[1])
        return sums.reshape(-1, *shape)

    area = scene.area_by(members, classes)
    if known is not None:
        area = np.bincount(members.reshape(-1), weights.reshape(-1), area.size).reshape(shape)

    return Totals(
        scene.region_names,
        classes,
        periods,
        area,
        {name: summed(values) for name, values in fields.items()},
        dict(units),
    )


def covered_totals(
    scene: Scene,
    fields: Mapping[str, np.ndarray],
    units: Mapping[str, Unit],
    periods: Periods,
    classes: Classification,
    group: np.ndarray,
    covered: Cover,
    name: str,
    known: np.ndarray | None = None,
) -> Totals:
    """Sum fields over the cells of a shape, each weighted by the share that is covered.

    Parameters
    ----------
    scene, fields, units, periods, classes, group, known
        As ``area_totals``.
    covered : Cover
    name : str
        Of the shape.
    """
    members = (group % len(classes)).astype(np.int32)
    weight = covered_area(scene, covered)
    if known is not None:
        weight = np.where(known, weight, 0.0)
    area = np.bincount(members.reshape(-1), weight.reshape(-1), len(classes))
    sums = {
        each: group_sums(np.asarray(values), weight, members, len(classes))[:, np.newaxis]
        for each, values in fields.items()
    }
    return Totals((name,), classes, periods, area[np.newaxis], sums, dict(units))


def covered_area(scene: Scene, covered: Cover, part: slice = slice(None)) -> np.ndarray:
    """Return the area of each cell of some blocks that a shape covers, (blocks, BLOCK), [km2].

    The one way in which a shape weights cells.
    """
    area = scene.blocked_area
    size = area.shape[1]
    start, stop, _ = part.indices(len(area))
    fraction = covered.fractions(start * size, stop * size)
    return area[start:stop] * fraction.reshape(-1, size)
