"""Where towers stand in a scene, and what must be said of it: nothing is dropped in silence."""

from dataclasses import dataclass

import numpy as np

from explorer.observations.towers import Site, Towers
from explorer.scene.scene import Scene
from explorer.tables.classes import IGBP

MOST_NAMED = 8
"""Towers beside the scene that are told one by one; of more only some are named."""


@dataclass(frozen=True)
class TowerPlace:
    """A tower and the land cell that holds it."""

    site: Site
    cell: int | None  # position among the land cells of the scene
    map_class: str | None  # of that cell
    problem: str = ""  # why there is no cell

    @property
    def other_class(self) -> bool:
        """Whether the map calls the place otherwise than the tower does."""
        return self.map_class is not None and self.map_class != self.site.vegetation


def place_of(scene: Scene, site: Site) -> TowerPlace:
    """Find the land cell of a tower, or say why there is none."""
    x, y = scene.grid.from_lonlat(site.lon, site.lat)
    found = scene.grid.cell_at(float(x), float(y))
    if found is None:
        return TowerPlace(site, None, None, "outside the grid")
    cell = int(scene.cell_of_grid[found])
    if cell < 0:
        return TowerPlace(site, None, None, "in the sea, water, or a cell without some input")
    return TowerPlace(site, cell, scene.classes.names[scene.vegetation_of(cell)])


def places_of(scene: Scene, towers: Towers) -> tuple[TowerPlace, ...]:
    """Find the land cell of every tower, in the order of the sites."""
    return tuple(place_of(scene, site) for site in towers.sites)


def remarks(
    scene: Scene, towers: Towers, places: tuple[TowerPlace, ...], *, own_class: bool, at_site: bool
) -> tuple[str, ...]:
    """Say what a reader of the comparison must know of the places and years."""
    lines = list(towers.notes)
    lines += _problems(places, "run with its own class" if at_site else "not compared")
    for place in places:
        if place.map_class is not None and place.other_class:
            own, mapped = (
                IGBP.rows[name].long_name.lower()
                for name in (place.site.vegetation, place.map_class)
            )
            used = "tower's" if own_class else "map's"
            lines.append(
                f"{place.site.name}: {own}, but {mapped} on the map; the {used} class is used"
            )
    return (*lines, *(() if at_site else _years(scene, towers)))


def _problems(places: tuple[TowerPlace, ...], outcome: str) -> list[str]:
    """Say which towers have no cell, and why; many with one reason in one line."""
    by_reason: dict[str, list[Site]] = {}
    for place in places:
        if place.problem:
            by_reason.setdefault(place.problem, []).append(place.site)
    lines = []
    for reason, sites in by_reason.items():
        if len(sites) > MOST_NAMED:
            some = ", ".join(site.name for site in sites[:MOST_NAMED])
            rest = len(sites) - MOST_NAMED
            lines.append(f"{len(sites)} towers {reason}; {outcome}: {some} and {rest} more")
        else:
            lines += [
                f"{site.name}: {reason} ({site.lon:g} E {site.lat:g} N); {outcome}"
                for site in sites
            ]
    return lines


def _years(scene: Scene, towers: Towers) -> tuple[str, ...]:
    observed = towers.year[np.isfinite(towers.nep)]
    if not observed.size:
        return ()
    span = f"{observed.min()}" if np.ptp(observed) == 0 else f"{observed.min()}-{observed.max()}"
    year = scene.attributes.get("year")
    if year is None:
        return (
            f"the scene is a climatology; observed was {span}: every year meets the same months",
        )
    off = int((observed != int(year)).sum())
    if not off:
        return ()
    return (
        f"the scene is of {int(year)}; {off} of {observed.size} months were observed in {span}",
    )
