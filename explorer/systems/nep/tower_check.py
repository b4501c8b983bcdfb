"""Towers against the model: place → run → score → fit, for the page and the command line alike."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from explorer.analysis.scores import Scores, scores
from explorer.cache import Recent, recent
from explorer.observations.site_index import SiteIndex
from explorer.observations.tower_places import TowerPlace, places_of, remarks
from explorer.observations.towers import Towers
from explorer.scene.scene import Scene
from explorer.systems.layers import scene_warnings
from explorer.systems.nep.at_site import (
    Columns,
    Fluxes,
    SiteParameters,
    class_at,
    columns_of_cells,
    columns_of_years,
    run_columns,
)
from explorer.systems.nep.caches import CACHES
from explorer.systems.nep.classes import CLASSES
from explorer.systems.nep.constants import with_unit_efficiency
from explorer.systems.nep.epsilon_fit import EpsilonFit, SiteMonths, fit_epsilon_max
from explorer.systems.nep.forcing import NepScene
from explorer.systems.nep.parameters import NepParameters
from explorer.systems.scenario import Scenario


@dataclass(frozen=True, eq=False, repr=False)
class TowerCheck:
    """Towers placed in a scene, ready to be compared with any scenario."""

    forcing: NepScene
    towers: Towers
    places: tuple[TowerPlace, ...]
    columns: Columns
    column: np.ndarray  # (rows,) which column a month of a tower is compared with; -1 = none
    remarks: tuple[str, ...]  # what was left out, and what a reader must know
    at_site: bool
    own_class: bool
    _runs: Recent = field(default_factory=lambda: recent(CACHES["tower_runs"]))

    @property
    def scene(self) -> Scene:
        """Where the towers stand."""
        return self.forcing.scene

    @property
    def lacks(self) -> tuple[str, ...]:
        """Inputs that the scene lacks, without which presets are the same."""
        return () if self.forcing.forcing.ci is not None else ("clumping index",)

    @property
    def compared(self) -> np.ndarray:
        """Which rows are observed and can be compared, (rows,) bool."""
        return np.isfinite(self.towers.nep) & (self.column >= 0)

    @property
    def compared_sites(self) -> tuple[str, ...]:
        """Names of the towers with a month that is compared."""
        names = self.towers.names
        return tuple(names[position] for position in np.unique(self.towers.site[self.compared]))

    def estimated(self, scenario: Scenario, name: str = "nep") -> np.ndarray:
        """Return a flux of every row, [g C m-2 month-1]; NaN where it cannot be run."""
        return self._estimated(scenario.parameters, name)

    def scores(self, scenario: Scenario, site: str | None = None) -> Scores:
        """Return how well a scenario meets all towers, or one."""
        return self.scores_of(self.estimated(scenario), site)

    def scores_of(self, estimated: np.ndarray, site: str | None = None) -> Scores:
        """Return how well estimates of every row, as ``estimated`` gives them, meet the towers."""
        rows = self.compared
        if site is not None:
            rows = rows & (self.towers.site == self.towers.names.index(site))
        return scores(self.towers.nep[rows], estimated[rows])

    def months(self, scenario: Scenario) -> SiteMonths:
        """Return the compared months as a fit of epsilon_max takes them."""
        one = with_unit_efficiency(scenario.parameters)
        used = [class_at(place, own_class=self.own_class) for place in self.places]
        return SiteMonths(
            self.towers.nep,
            self._estimated(one, "npp"),
            self._estimated(one, "rh"),
            np.array(used, dtype=int)[self.towers.site],
            self.towers.site,
        ).part(self.compared)

    def fit(self, scenario: Scenario) -> EpsilonFit:
        """Fit epsilon_max of a scenario to the towers; all else stays as it is."""
        table = scenario.parameters.epsilon_max
        before: Mapping[str, float] = {name: getattr(table, name) for name in CLASSES}
        return fit_epsilon_max(self.months(scenario), before)

    def _estimated(self, parameters: NepParameters, name: str) -> np.ndarray:
        values = np.full(self.towers.nep.shape, np.nan)
        rows = self.column >= 0
        fluxes = self._run(parameters)
        values[rows] = getattr(fluxes, name)[self.towers.month[rows] - 1, self.column[rows]]
        return values

    def _run(self, parameters: NepParameters) -> Fluxes:
        return self._runs.get(
            parameters, lambda: run_columns(self.forcing, self.columns, parameters)
        )


def check_towers(
    forcing: NepScene,
    towers: Towers,
    *,
    at_site: bool = False,
    own_class: bool = False,
    index: SiteIndex | None = None,
    site_parameters: SiteParameters | None = None,
) -> TowerCheck:
    """Place towers in a scene and get ready to compare; the remarks say what is left out.

    Parameters
    ----------
    forcing : NepScene
    towers : Towers
    at_site : bool
        Run each year of a tower with its own climate; else the scene's cell that holds it.
    own_class : bool
        The tower's class instead of the map's.
    index : SiteIndex, optional
        At the site: its vegetation index; default the NDVI of the scene's cell.
    site_parameters : SiteParameters, optional
    """
    scene = forcing.scene
    places = places_of(scene, towers)
    noted = (
        *scene_warnings(scene),
        *_of_the_forcing(forcing, at_site=at_site),
        *remarks(scene, towers, places, own_class=own_class, at_site=at_site),
    )
    column = np.full(towers.nep.shape, -1)
    if at_site:
        years = columns_of_years(
            forcing, towers, places, index, own_class=own_class, site_parameters=site_parameters
        )
        columns = years.columns
        for number, (site, year) in enumerate(zip(years.site, years.year, strict=True)):
            column[(towers.site == site) & (towers.year == year)] = number
        noted = (*noted, *years.remarks)
    else:
        found = [number for number, place in enumerate(places) if place.cell is not None]
        columns = columns_of_cells(forcing, [places[n] for n in found], own_class=own_class)
        for number, site in enumerate(found):
            column[towers.site == site] = number
    noted = (*noted, *_without_limits(forcing, columns))
    return TowerCheck(forcing, towers, places, columns, column, noted, at_site, own_class)


def _of_the_forcing(forcing: NepScene, *, at_site: bool) -> tuple[str, ...]:
    """Say what the scene gives no reading of, as far as towers are run with it."""
    lines = []
    if forcing.forcing.ci is None:
        lines.append(
            "no clumping index in this scene: versions that differ only by its use are the same"
        )
    if forcing.radiation_source.startswith("clear sky") and not at_site:
        lines.append(f"radiation is estimated: {forcing.radiation_source}")
    return tuple(lines)


def _without_limits(scene: NepScene, columns: Columns) -> tuple[str, ...]:
    """Say which classes of towers the scene has no cell of, and so no limits for its index."""
    if columns.index != "scene" or not columns.count:
        return ()
    absent = [
        CLASSES[position]
        for position in np.unique(columns.forcing.vegetation)
        if not np.isfinite(scene.extremes.high[position])
    ]
    return tuple(
        f"class {name} has no cell in the scene, so with fpar_limits=data its NDVI has no limits "
        "and its towers are not compared; use the map's class, or fpar_limits=table"
        for name in absent
    )
