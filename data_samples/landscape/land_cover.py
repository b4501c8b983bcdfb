"""Land cover by climate and hilliness: a patchwork of IGBP classes.

A place first falls into a biome, by climate. Within a biome the classes compete: each
has a share, a liking for flat land, and noise of its own; the strongest takes the cell.
"""

from typing import NamedTuple

import numpy as np

from .noise import fractal_noise

# IGBP codes used by name below (17 classes; Loveland and Belward 1997).
ENF, EBF, DNF, DBF, MIXED, CLOSED_SHRUB, OPEN_SHRUB = 1, 2, 3, 4, 5, 6, 7
WOODY_SAVANNA, SAVANNA, GRASS, WETLAND, CROP = 8, 9, 10, 11, 12
URBAN, CROP_MOSAIC, SNOW, BARREN, WATER = 13, 14, 15, 16, 17

# How far flat (positive) or hilly (negative) land favours a class, on a log scale. [1]
FLAT_LAND_LIKING = {CROP: 1.3, URBAN: 1.6, WETLAND: 1.6, CROP_MOSAIC: 0.4}
HILL_LIKING = -0.6

# Strength of the patchwork against the shares, on a log scale. [1]
PATCHINESS = 1.1
PATCH_KM = 160.0

# biome -> {class: share}
SHARES = {
    "ice": {SNOW: 0.9, BARREN: 0.1},
    "alpine desert": {BARREN: 0.55, GRASS: 0.45},
    "alpine steppe": {GRASS: 0.9, OPEN_SHRUB: 0.06, BARREN: 0.04},
    "alpine meadow": {GRASS: 0.8, CLOSED_SHRUB: 0.1, WETLAND: 0.02, ENF: 0.06},
    "gorge forest": {ENF: 0.4, GRASS: 0.25, CLOSED_SHRUB: 0.15, MIXED: 0.2},
    "desert": {BARREN: 0.93, OPEN_SHRUB: 0.03, CROP: 0.02, GRASS: 0.02},
    "desert steppe": {GRASS: 0.62, BARREN: 0.22, OPEN_SHRUB: 0.06, CROP: 0.05},
    "steppe": {GRASS: 0.76, CROP: 0.1, CLOSED_SHRUB: 0.05, DBF: 0.03, ENF: 0.04},
    "tropical": {EBF: 0.62, CROP: 0.13, MIXED: 0.06, WOODY_SAVANNA: 0.06, SAVANNA: 0.08,
                 URBAN: 0.01},
    "subtropical": {ENF: 0.33, MIXED: 0.25, EBF: 0.12, CROP: 0.19, CROP_MOSAIC: 0.07,
                    WOODY_SAVANNA: 0.07, CLOSED_SHRUB: 0.05, URBAN: 0.01},
    "warm temperate": {CROP: 0.6, DBF: 0.12, CROP_MOSAIC: 0.06, CLOSED_SHRUB: 0.08, GRASS: 0.12,
                       URBAN: 0.03},
    "cool temperate": {MIXED: 0.25, DBF: 0.31, ENF: 0.09, CROP: 0.3, GRASS: 0.08, WETLAND: 0.03,
                       URBAN: 0.006},
    "boreal": {DNF: 0.62, MIXED: 0.1, DBF: 0.15, ENF: 0.1, WETLAND: 0.01, GRASS: 0.05},
}  # fmt: skip
BIOMES = tuple(SHARES)

# Lakes drawn by hand: lon, lat [degrees], half axes eastward and northward [km].
LAKES = (
    (100.2, 36.9, 45.0, 24.0),
    (90.6, 30.75, 34.0, 12.0),
    (88.9, 31.8, 34.0, 14.0),
    (116.3, 29.1, 17.0, 30.0),
    (112.8, 29.1, 28.0, 15.0),
    (120.15, 31.2, 25.0, 22.0),
    (117.4, 48.9, 18.0, 25.0),
    (87.0, 42.0, 22.0, 12.0),
)
# Noise above which the high plateau holds a lake. [1]
PLATEAU_LAKE_LEVEL = 2.1


class Site(NamedTuple):
    """What decides the land cover of some places."""

    lon: np.ndarray
    """[degrees]"""
    lat: np.ndarray
    """[degrees]"""
    height: np.ndarray
    """Elevation. [m]"""
    steepness: np.ndarray
    """Height spread within about 15 km. [m]"""
    temperature: np.ndarray
    """(month, place) [degC]"""
    precipitation: np.ndarray
    """(month, place) [mm month-1]"""


def cover_noises(grid, inside, seed):
    """Draw the noise that land cover needs, at the places inside the study area.

    Parameters
    ----------
    grid : Grid
        The cells.
    inside : array (northing, easting) of bool
        Cells of the study area.
    seed : int
        Seed of the scene.

    Returns
    -------
    dict of array (place,)
        One field an IGBP class, and "warmth", "wetness", "lake". [1]
    """
    noises = {
        code: fractal_noise(grid, PATCH_KM, seed + 100 * code, roughness=0.75)[inside]
        for code in range(ENF, WATER)
    }
    noises["warmth"] = fractal_noise(grid, 320.0, seed + 2000)[inside]
    noises["wetness"] = fractal_noise(grid, 320.0, seed + 2100)[inside]
    noises["lake"] = fractal_noise(grid, 64.0, seed + 2200, roughness=0.45)[inside]
    return noises


def land_cover_of(site, noises):
    """Choose the IGBP class of each place.

    Parameters
    ----------
    site : Site
        The places.
    noises : dict of array (place,)
        As `cover_noises` gives them. [1]

    Returns
    -------
    array (place,) of uint8
        IGBP code.
    """
    biome = biome_of(site, noises["warmth"], noises["wetness"])
    flatness = 1.0 - 2.0 * np.clip(site.steepness / 180.0, 0.0, 1.0)
    best = np.full(biome.size, -np.inf, np.float32)
    cover = np.full(biome.size, BARREN, np.uint8)
    for code in range(ENF, WATER):
        share = np.array([SHARES[name].get(code, 0.0) for name in BIOMES])
        with np.errstate(divide="ignore"):
            strength = np.log(share).astype(np.float32)[biome]
        strength = strength + PATCHINESS * noises[code]
        strength += FLAT_LAND_LIKING.get(code, HILL_LIKING) * flatness
        wins = strength > best
        best[wins] = strength[wins]
        cover[wins] = code
    cover[_is_lake(site, noises["lake"])] = WATER
    return cover


def biome_of(site, warmth, wetness):
    """Sort places into biomes by climate and height.

    Thresholds are ours, set so that the map resembles vegetation maps of East Asia. Dryness
    is the index of de Martonne (1926): annual precipitation over mean temperature + 10.

    Parameters
    ----------
    site : Site
        The places.
    warmth, wetness : array (place,)
        Noise that frays the borders between biomes. [1]

    Returns
    -------
    array (place,) of int
        Index into `BIOMES`.
    """
    mean = site.temperature.mean(axis=0) + 0.8 * warmth
    coldest = site.temperature.min(axis=0) + 1.0 * warmth
    warmest = site.temperature.max(axis=0) + 0.8 * warmth
    rain = site.precipitation.sum(axis=0) * np.exp(0.18 * wetness)
    humidity = rain / np.maximum(mean + 10.0, 6.0)
    plateau = (site.height > 2900.0) & (site.lat < 40.0)
    rules = {
        "ice": warmest < 1.5,
        "gorge forest": plateau & (warmest > 10.0) & (rain > 450.0),
        "alpine desert": plateau & (rain < 130.0),
        "alpine steppe": plateau & (rain < 330.0),
        "alpine meadow": plateau,
        "desert": humidity < 8.0,
        "desert steppe": humidity < 14.0,
        "steppe": humidity < 22.0,
        "tropical": coldest > 10.5,
        "subtropical": coldest > 2.0,
        "warm temperate": coldest > -10.5,
        "cool temperate": mean > -1.5,
        "boreal": np.ones(mean.size, bool),
    }
    numbers = [BIOMES.index(name) for name in rules]
    return np.select(list(rules.values()), numbers)


def _is_lake(site, noise):
    """Say which places lie in a lake: the drawn ones, and seeded ones on the high plateau."""
    high_flat = (site.height > 4300.0) & (site.steepness < 110.0) & (site.lat > 30.0)
    lake = high_flat & (noise > PLATEAU_LAKE_LEVEL)
    for lon, lat, east_km, north_km in LAKES:
        east = (site.lon - lon) * 111.3 * np.cos(np.deg2rad(lat)) / east_km
        north = (site.lat - lat) * 111.3 / north_km
        # A little noise keeps the shores from being ellipses.
        lake |= np.hypot(east, north) < 1.0 + 0.3 * noise
    return lake
