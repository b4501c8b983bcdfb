"""Put the landscape together: all variables of some rows of the grid."""

import csv
from pathlib import Path
from typing import NamedTuple

import numpy as np

from . import climate, land_cover, outline, regions, terrain, vegetation
from .grid import grid_around, to_albers, to_lon_lat
from .noise import fractal_noise

TOWER_SITES = Path(__file__).parent / "tower_sites.csv"

# Land within this distance of a tower is of the tower's class. [m]
TOWER_REACH_M = 15_000.0


class Recipe(NamedTuple):
    """What stays the same for all blocks of a scene."""

    climatology: dict
    """Coefficients of the climate surfaces and the outline."""
    relief: terrain.Relief
    """Source terrain."""
    border: np.ndarray
    """Stylised outline (vertex, 2). [m]"""
    towers: list
    """(easting [m], northing [m], IGBP code) of each tower."""
    seed: int
    """Seed of all noise."""


def prepare_recipe(seed):
    """Read what the scene is made from.

    Parameters
    ----------
    seed : int
        Seed of all noise.

    Returns
    -------
    Recipe
    """
    climatology = climate.load_climatology()
    border = outline.draw_outline(climatology["outline"]["descriptors"])
    return Recipe(climatology, terrain.load_relief(), border, _load_towers(), seed)


def scene_grid(recipe, resolution_km):
    """Lay the scene's grid.

    Parameters
    ----------
    recipe : Recipe
        Holds the outline.
    resolution_km : float
        Side of a cell. [km]

    Returns
    -------
    Grid
    """
    return grid_around(recipe.border, resolution_km)


def make_rows(recipe, grid):
    """Make all variables on a grid, usually some rows of the scene's.

    Parameters
    ----------
    recipe : Recipe
        As `prepare_recipe` gives it.
    grid : Grid
        The cells.

    Returns
    -------
    dict of array
        Variable -> (month, northing, easting) or (northing, easting), in the units of
        `store.VARIABLES`.
    """
    lon, lat = to_lon_lat(*np.meshgrid(grid.easting, grid.northing))
    tower_class = _tower_classes(recipe.towers, grid)
    inside = outline.inside_outline(recipe.border, grid) & terrain.is_land(recipe.relief, lon, lat)
    inside |= tower_class > 0
    site = _describe_site(recipe, grid, inside, lon[inside], lat[inside])
    cover = land_cover.land_cover_of(site, land_cover.cover_noises(grid, inside, recipe.seed))
    cover = np.where(tower_class[inside] > 0, tower_class[inside], cover)
    noises = vegetation.vegetation_noises(grid, inside, recipe.seed)
    at_places = {
        "ndvi": vegetation.ndvi_of(cover, site, noises["ndvi level"], noises["ndvi month"]),
        "ci": vegetation.clumping_of(cover, site, noises["ci level"], noises["ci month"]),
        "temperature": site.temperature,
        "precipitation": site.precipitation,
        "sunshine": climate.monthly_climate(
            "sunshine", site.lon, site.lat, site.height, recipe.climatology
        ),
        "elevation": site.height,
        "reference_npp": vegetation.reference_npp_of(cover, site, noises["npp"]),
        "land_cover": cover,
        "region": regions.region_of(site.lon, site.lat),
    }
    return {name: _on_grid(values, inside) for name, values in at_places.items()}


def _describe_site(recipe, grid, inside, lon, lat):
    """Gather terrain and climate of the places inside the study area."""
    fine = terrain.fine_noise(grid, recipe.seed)[inside]
    height = terrain.elevation(recipe.relief, lon, lat, fine)
    where = (lon, lat, height, recipe.climatology)
    storms = fractal_noise(grid, 120.0, recipe.seed + 1000)[inside]
    return land_cover.Site(
        lon=lon,
        lat=lat,
        height=height,
        steepness=terrain.steepness(recipe.relief, lon, lat),
        temperature=climate.monthly_climate("temperature", *where),
        precipitation=climate.monthly_climate("precipitation", *where) * np.exp(0.06 * storms),
    )


def _load_towers():
    """Read place and land cover of the towers."""
    with TOWER_SITES.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [(*to_albers(float(row["lon"]), float(row["lat"])), int(row["igbp"])) for row in rows]


def _tower_classes(towers, grid):
    """Return the land cover that towers impose (0 where none does)."""
    classes = np.zeros((grid.northing.size, grid.easting.size), np.uint8)
    for easting, northing, code in towers:
        east = np.abs(grid.easting - easting)[None, :]
        north = np.abs(grid.northing - northing)[:, None]
        holds_tower = np.maximum(east, north) <= grid.resolution / 2.0
        classes[holds_tower | (np.hypot(east, north) <= TOWER_REACH_M)] = code
    return classes


def _on_grid(values, inside):
    """Spread values of places over the grid: NaN outside, 0 for codes."""
    empty = 0 if values.dtype == np.uint8 else np.nan
    spread = np.full((*values.shape[:-1], *inside.shape), empty, np.result_type(values, np.uint8))
    spread[..., inside] = values
    return spread
