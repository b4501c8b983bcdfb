"""System 1 at towers: the same kernels on a few columns, each a grid cell or a year of a site.

On the grid a column is the cell that holds a tower. At the site it is one of its years, with its
own temperature, rain and light, so that the error of the grid can be held apart from the model's.
"""

from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

import numpy as np

from explorer.equations.canopy import fpar_from_leaf_area
from explorer.equations.stress import optimum_temperature
from explorer.observations.site_index import SiteIndex
from explorer.observations.tower_places import TowerPlace
from explorer.observations.towers import CLIMATE, Towers
from explorer.scene.sun import sun_table
from explorer.systems.nep.classes import CLASSES
from explorer.systems.nep.constants import SecondPassTables, class_limits, second_pass_tables
from explorer.systems.nep.forcing import Forcing, NepScene
from explorer.systems.nep.index_limits import IndexLimits
from explorer.systems.nep.parameters import NepParameters
from explorer.systems.nep.passes import run_blocks
from explorer.tables.parameter import parameter, require_sound
from explorer.tables.periods import days_in_months

IndexKind = Literal["scene", "ndvi", "fpar"]


@dataclass(frozen=True, kw_only=True)
class SiteParameters:
    """What only a run at the site needs."""

    extinction: float = parameter(
        0.5,
        "Light extinction k of leaf area",
        bounds=(0.3, 0.9),
        source="Campbell & Norman 1998, Eq. 15.4: leaves of all directions, sun overhead",
        process="canopy",
    )

    def __post_init__(self) -> None:
        """Refuse a value out of bounds."""
        require_sound(self)


@dataclass(frozen=True, eq=False)
class Columns:
    """What the kernels run on, and how the forcing's ``ndvi`` is to be read.

    ``scene`` is the scene's own index, between the class limits of the scenario; ``ndvi`` another
    one, between the limits of the parameter table, since percentiles of the scene say nothing of
    it; ``fpar`` is FPAR itself, for which no limits are used.
    """

    forcing: Forcing  # monthly (12, columns), fixed (columns,)
    index: IndexKind

    @property
    def count(self) -> int:
        """Number of columns."""
        return self.forcing.vegetation.size


class Fluxes(NamedTuple):
    """What a run gives, [g C m-2 month-1]; each (12, columns), float64."""

    npp: np.ndarray
    rh: np.ndarray
    nep: np.ndarray


def run_columns(scene: NepScene, columns: Columns, parameters: NepParameters) -> Fluxes:
    """Run the model on columns; limits and mean clumping of the classes are the scene's."""
    if not columns.count:
        return Fluxes(*[np.empty((12, 0))] * 3)
    table = _of_the_index(second_pass_tables(scene, parameters), scene, columns, parameters)
    ((npp, rh, nep),) = run_blocks([columns.forcing], parameters, table, ("npp", "rh", "nep"))
    return Fluxes(*(np.asarray(field, dtype=float) for field in (npp, rh, nep)))


def _of_the_index(
    table: SecondPassTables, scene: NepScene, columns: Columns, parameters: NepParameters
) -> SecondPassTables:
    """Return the tables with the limits of the vegetation index that the columns have."""
    if columns.index == "scene":
        return table
    if columns.index == "ndvi":
        of_table = replace(parameters, fpar_limits="table")
        return table._replace(limits=class_limits(scene, of_table))
    # Between its own limits FPAR is itself, and SR has no say: the kernel stays the same.
    low, high = (
        np.full(len(CLASSES), limit, dtype=np.float32)
        for limit in (parameters.fpar_min, parameters.fpar_max)
    )
    limits = IndexLimits(low, high, low, high)
    return table._replace(limits=limits, sr_weight=np.float32(0.0))


def columns_of_cells(scene: NepScene, places: list[TowerPlace], *, own_class: bool) -> Columns:
    """Return the scene's own forcing at towers; each must have a cell.

    Parameters
    ----------
    scene : NepScene
    places : list of TowerPlace
    own_class : bool
        The tower's class instead of the map's, in all that depends on the class.
    """
    picked = scene.columns(np.array([place.cell for place in places], dtype=int))
    vegetation = np.array([class_at(place, own_class=own_class) for place in places], dtype=np.int8)
    return Columns(picked._replace(vegetation=vegetation), "scene")


def class_at(place: TowerPlace, *, own_class: bool) -> int:
    """Return the class that a tower is run with, a position in ``classes.CLASSES``."""
    own = own_class or place.map_class is None
    return CLASSES.index(place.site.vegetation if own else place.map_class)


class SiteYears(NamedTuple):
    """Years that can be run at their sites."""

    columns: Columns
    site: np.ndarray  # (columns,) position among the towers' sites
    year: np.ndarray  # (columns,)
    remarks: tuple[str, ...]


def columns_of_years(
    scene: NepScene,
    towers: Towers,
    places: tuple[TowerPlace, ...],
    index: SiteIndex | None,
    *,
    own_class: bool,
    site_parameters: SiteParameters | None = None,
) -> SiteYears:
    """Return the forcing of every year that a tower has climate and a vegetation index for.

    Parameters
    ----------
    scene : NepScene
        Gives clumping at the tower's cell and, without ``index``, its NDVI.
    towers : Towers
    places : tuple of TowerPlace
    index : SiteIndex or None
        NDVI or leaf area of the sites; None takes the NDVI of the scene's cells.
    own_class : bool
        The tower's class instead of the map's; a tower outside the map always has its own.
    site_parameters : SiteParameters, optional
    """
    chosen, noted = [], []
    for number, place in enumerate(places):
        rows = towers.site == number
        years = np.unique(towers.year[rows])
        lacking: dict[str, list[int]] = {}
        for year in years.tolist():
            climate = _climate(towers, rows & (towers.year == year))
            found, filled = _index(scene, place, index, year)
            lacks = _lacks(climate, found, index)
            if lacks:
                lacking.setdefault(lacks, []).append(year)
            else:
                chosen.append((number, year, climate, found, filled))
        noted += [
            f"{place.site.name} {_span(group)} left out: {lacks}"
            for lacks, group in lacking.items()
        ]
    noted += _filled_remarks(towers, chosen)
    noted.append(_index_remark(index, site_parameters or SiteParameters()))
    forcing = _site_forcing(
        scene, places, chosen, index, own_class, site_parameters or SiteParameters()
    )
    kind: IndexKind = "scene" if index is None else "ndvi" if index.kind == "ndvi" else "fpar"
    return SiteYears(
        Columns(forcing, kind),
        np.array([item[0] for item in chosen], dtype=int),
        np.array([item[1] for item in chosen], dtype=int),
        tuple(noted),
    )


def _span(years: list[int]) -> str:
    return ", ".join(map(str, years))


def _climate(towers: Towers, rows: np.ndarray) -> np.ndarray:
    """Return temperature, rain and light of a site and year, (3, 12); NaN where not observed."""
    fields = np.full((len(CLIMATE), 12), np.nan)
    months = towers.month[rows] - 1
    for place, name in enumerate(CLIMATE):
        fields[place, months] = getattr(towers, name)[rows]
    return fields


def _index(
    scene: NepScene, place: TowerPlace, index: SiteIndex | None, year: int
) -> tuple[np.ndarray, int]:
    """Return the vegetation index of a site and year, (12,), and how many months were filled."""
    if index is not None:
        return index.of(place.site.name, year)
    if place.cell is None:
        return np.full(12, np.nan), 0
    return scene.columns(np.array([place.cell])).ndvi[:, 0].astype(float), 0


def _lacks(climate: np.ndarray, found: np.ndarray, index: SiteIndex | None) -> str:
    """Say what a year lacks to be run; nothing when it is complete."""
    months = dict(zip(CLIMATE, np.isnan(climate).sum(axis=1).tolist(), strict=True))
    absent = [name for name, count in months.items() if count == 12]
    lacks = [f"the file has no {', '.join(absent)}"] if absent else []
    lacks += [
        f"no {name} in {count} month{'s' * (count != 1)}"
        for name, count in months.items()
        if 0 < count < 12
    ]
    if np.isnan(found).any():
        lacks.append("no vegetation index" + ("" if index is None else f" in {index.name}"))
    return "; ".join(lacks)


def _filled_remarks(towers: Towers, chosen: list[tuple]) -> list[str]:
    filled: dict[int, int] = {}
    for number, _year, _climate, _found, count in chosen:
        filled[number] = filled.get(number, 0) + count
    return [
        f"{towers.sites[number].name}: vegetation index of {count} months filled from other years"
        for number, count in filled.items()
        if count
    ]


def _index_remark(index: SiteIndex | None, site_parameters: SiteParameters) -> str:
    if index is None:
        return "at the site: NDVI of the scene's cell, between the scenario's class limits"
    if index.kind == "ndvi":
        return f"at the site: NDVI of {index.name}, between the class limits of the table"
    return (
        f"at the site: FPAR = 1 - exp(-{site_parameters.extinction:g} LAI), leaf area of "
        f"{index.name}; class limits of NDVI are not used"
    )


def _site_forcing(
    scene: NepScene,
    places: tuple[TowerPlace, ...],
    chosen: list[tuple],
    index: SiteIndex | None,
    own_class: bool,
    site_parameters: SiteParameters,
) -> Forcing:
    """Pack site-years as columns."""
    count = len(chosen)
    climate = np.array([item[2] for item in chosen]).reshape(count, len(CLIMATE), 12)
    temperature, precipitation, radiation = np.moveaxis(climate.astype(np.float32), 0, -1)
    found = np.array([item[3] for item in chosen], dtype=np.float32).reshape(count, 12).T
    if index is not None and index.kind == "lai":
        found = np.asarray(fpar_from_leaf_area(found, site_parameters.extinction))
    ra, hours = np.empty((2, 12, count), dtype=np.float32)
    known = scene.forcing.ci is not None
    ci = np.full((12, count), np.nan, dtype=np.float32) if known else None
    for column, (number, year, *_rest) in enumerate(chosen):
        place = places[number]
        ra[:, column], hours[:, column] = _sun(place.site.lat, year)
        if ci is not None and place.cell is not None:
            ci[:, column] = scene.clumping_of(place.cell)
    vegetation = [class_at(places[item[0]], own_class=own_class) for item in chosen]
    days = [days_in_months(item[1]) for item in chosen]
    return Forcing(
        ndvi=found,
        ci=ci,
        temperature=temperature,
        precipitation=precipitation,
        radiation=radiation,
        sunshine=None,
        ra=ra,
        day_length=hours,
        elevation=np.zeros(count, dtype=np.float32),  # read only where light is estimated
        t_opt=np.asarray(optimum_temperature(temperature, found)),
        vegetation=np.array(vegetation, dtype=np.int8),
        days=np.array(days, dtype=np.float32).reshape(count, 12).T,
    )


def _sun(latitude: float, year: int) -> tuple[np.ndarray, np.ndarray]:
    """Return light at the top of the atmosphere and day length of each month at a latitude."""
    table = sun_table(float(np.floor(latitude)), float(np.floor(latitude)) + 1, year)
    points = table.start + table.step * np.arange(table.ra.shape[1])
    ra, hours = (
        np.array([np.interp(latitude, points, row) for row in rows])
        for rows in (table.ra, table.hours)
    )
    return ra, hours
