"""What a satellite would see of the vegetation: NDVI, clumping, and an NPP product."""

from typing import NamedTuple

import numpy as np

from . import land_cover as lc
from .noise import fractal_noise

# Longitude and latitude range where fields carry winter wheat, then a summer crop. [degrees]
WHEAT_SOUTH, WHEAT_NORTH, WHEAT_WEST = 31.5, 38.5, 107.0


class Greenness(NamedTuple):
    """How green a class gets, and when. Our choice, near what MODIS shows over East Asia."""

    winter: float
    """NDVI out of season. [1]"""
    summer: float
    """NDVI at the height of a season with water enough. [1]"""
    half_rain: float
    """Annual precipitation at which half of the summer green is reached. [mm]"""
    start: float
    """Temperature at which the season is half way up. [degC]"""
    variety: float
    """Lasting differences between places of the class, as a share of the green. [1]"""


class Clumping(NamedTuple):
    """Clumping index of a class. Levels near those of MODIS-based maps (He et al. 2012)."""

    level: float
    """Mean over the year; 1 is not clumped. [1]"""
    season: float
    """How much lower it is in full leaf. [1]"""


GREENNESS = {
    lc.ENF: Greenness(0.60, 0.80, 250.0, 8.0, 0.02),
    lc.EBF: Greenness(0.64, 0.86, 300.0, 14.0, 0.06),
    lc.DNF: Greenness(0.22, 0.83, 170.0, 7.5, 0.04),
    lc.DBF: Greenness(0.24, 0.87, 190.0, 10.0, 0.04),
    lc.MIXED: Greenness(0.38, 0.86, 250.0, 11.0, 0.06),
    lc.CLOSED_SHRUB: Greenness(0.30, 0.74, 300.0, 10.0, 0.06),
    lc.OPEN_SHRUB: Greenness(0.10, 0.45, 250.0, 9.0, 0.10),
    lc.WOODY_SAVANNA: Greenness(0.46, 0.78, 300.0, 11.0, 0.05),
    lc.SAVANNA: Greenness(0.36, 0.72, 300.0, 11.0, 0.06),
    lc.GRASS: Greenness(0.13, 0.72, 260.0, 8.5, 0.12),
    lc.WETLAND: Greenness(0.18, 0.72, 250.0, 9.0, 0.06),
    lc.CROP: Greenness(0.22, 0.80, 240.0, 17.5, 0.10),
    lc.URBAN: Greenness(0.18, 0.45, 300.0, 12.0, 0.10),
    lc.CROP_MOSAIC: Greenness(0.30, 0.78, 250.0, 13.0, 0.07),
    lc.SNOW: Greenness(0.02, 0.06, 300.0, 5.0, 0.00),
    lc.BARREN: Greenness(0.06, 0.30, 600.0, 10.0, 0.20),
    lc.WATER: Greenness(0.02, 0.06, 300.0, 10.0, 0.00),
}

CLUMPING = {
    lc.ENF: Clumping(0.62, 0.03),
    lc.EBF: Clumping(0.65, 0.02),
    lc.DNF: Clumping(0.64, 0.07),
    lc.DBF: Clumping(0.67, 0.08),
    lc.MIXED: Clumping(0.65, 0.06),
    lc.CLOSED_SHRUB: Clumping(0.70, 0.05),
    lc.OPEN_SHRUB: Clumping(0.74, 0.04),
    lc.WOODY_SAVANNA: Clumping(0.68, 0.05),
    lc.SAVANNA: Clumping(0.71, 0.05),
    lc.GRASS: Clumping(0.76, 0.05),
    lc.WETLAND: Clumping(0.74, 0.05),
    lc.CROP: Clumping(0.75, 0.06),
    lc.URBAN: Clumping(0.76, 0.03),
    lc.CROP_MOSAIC: Clumping(0.73, 0.06),
    lc.SNOW: Clumping(0.80, 0.0),
    lc.BARREN: Clumping(0.79, 0.02),
    lc.WATER: Clumping(0.80, 0.0),
}

# Noise above which a month's clumping is missing: about 1.5 % of the cells. [1]
GAP_LEVEL = 2.05


def season(temperature, precipitation, start):
    """How far the growing season has come, from warmth and recent rain.

    Parameters
    ----------
    temperature : array (month, place)
        [degC]
    precipitation : array (month, place)
        [mm month-1]
    start : array (place,)
        Temperature of the middle of the rise where the warmest month has 22 degC. [degC]

    Returns
    -------
    array (month, place)
        0 is dormant, 1 is full. [1]
    """
    # Leaves answer to the month gone by too, so green peaks after the warmest month.
    felt = 0.6 * temperature + 0.4 * np.roll(temperature, 1, axis=0)
    recent = 0.5 * (precipitation + np.roll(precipitation, 1, axis=0))
    # Plants of cold places start the season at lower temperatures.
    used_to = start + 0.3 * (temperature.max(axis=0) - 22.0)
    warm = 1.0 / (1.0 + np.exp((used_to - felt) / 2.6))
    # Roots and irrigation carry plants through part of a dry month.
    wet = 0.45 + 0.55 * (1.0 - np.exp(-recent / 35.0))
    return warm * wet


def ndvi_of(cover, site, level_noise, month_noise):
    """NDVI through the year.

    Parameters
    ----------
    cover : array (place,)
        IGBP code.
    site : Site
        Place and climate.
    level_noise : array (place,)
        Lasting differences between places. [1]
    month_noise : array (month, place)
        Passing differences (weather, clouds). [1]

    Returns
    -------
    array (month, place), float32
        [1]
    """
    winter, summer, half_rain, start, variety = _by_class(GREENNESS, cover)
    rain = site.precipitation.sum(axis=0)
    lushness = rain**2 / (rain**2 + half_rain**2) * (1.0 + variety * level_noise)
    phase = season(site.temperature, site.precipitation, start)
    phase += _wheat(cover, site)
    ndvi = winter * (0.55 + 0.45 * lushness) + (summer - winter) * lushness * phase
    ndvi *= 1.0 - 0.55 * _snow_cover(site.temperature, site.precipitation)
    ndvi += 0.012 * month_noise
    return np.clip(ndvi, 0.01, 0.92).astype(np.float32)


def clumping_of(cover, site, level_noise, month_noise):
    """Clumping index through the year.

    Parameters
    ----------
    cover, site, level_noise, month_noise
        As for `ndvi_of`.

    Returns
    -------
    array (month, place), float32
        Missing in patches, as in the product it stands in for. [1]
    """
    level, deepening = _by_class(CLUMPING, cover)
    start = _by_class(GREENNESS, cover)[3]
    phase = season(site.temperature, site.precipitation, start)
    index = level + 0.02 * level_noise - deepening * (phase - 0.5) + 0.008 * month_noise
    index = np.clip(index, 0.4, 0.98)
    return np.where(month_noise > GAP_LEVEL, np.nan, index).astype(np.float32)


def reference_npp_of(cover, site, noise):
    """Stand-in for an annual NPP product.

    The Miami model (Lieth 1975, in Primary Productivity of the Biosphere) with 0.45 g C per
    g dry matter, times 0.75 to come near the level of satellite products, times noise.
    Deviation: frost counts as 0 degC in the mean temperature, which lifts places with cold
    winters and warm summers.

    Parameters
    ----------
    cover : array (place,)
        IGBP code.
    site : Site
        Place and climate.
    noise : array (place,)
        [1]

    Returns
    -------
    array (place,), float32
        [g C m-2 yr-1]
    """
    warmth = np.maximum(site.temperature, 0.0).mean(axis=0)
    by_warmth = 3000.0 / (1.0 + np.exp(1.315 - 0.119 * warmth))
    by_rain = 3000.0 * (1.0 - np.exp(-0.000664 * site.precipitation.sum(axis=0)))
    npp = 0.75 * 0.45 * np.minimum(by_warmth, by_rain) * (1.0 + 0.12 * noise)
    bare = np.isin(cover, (lc.SNOW, lc.WATER))
    return np.where(bare, np.nan, np.maximum(npp, 0.0)).astype(np.float32)


def vegetation_noises(grid, inside, seed):
    """Draw the noise that vegetation needs, at the places inside the study area.

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
    dict of array
        "ndvi level", "ci level", "npp" (place,); "ndvi month", "ci month" (month, place). [1]
    """
    noises = {
        name: fractal_noise(grid, longest, seed + offset)[inside]
        for name, longest, offset in (
            ("ndvi level", 240.0, 3000),
            ("ci level", 160.0, 3100),
            ("npp", 120.0, 3200),
        )
    }
    for name, offset in (("ndvi month", 4000), ("ci month", 5000)):
        months = [
            fractal_noise(grid, 240.0, seed + offset + 10 * month, shortest_km=15.0)[inside]
            for month in range(12)
        ]
        noises[name] = np.stack(months)
    return noises


def _by_class(table, cover):
    """Spread a class table over places, one array a column."""
    rows = np.zeros((256, len(next(iter(table.values())))), np.float32)
    for code, row in table.items():
        rows[code] = row
    return rows[cover].T


def _wheat(cover, site):
    """Return the second hump of fields with winter wheat: green in April, cut in June."""
    month = np.arange(1, 13, dtype=np.float32)[:, None]
    spring = 0.8 * np.exp(-(((month - 4.5) / 0.9) ** 2))
    harvest = -0.45 * np.exp(-(((month - 6.2) / 0.6) ** 2))
    south = 1.0 / (1.0 + np.exp((WHEAT_SOUTH - site.lat) / 0.5))
    north = 1.0 / (1.0 + np.exp((site.lat - WHEAT_NORTH) / 0.5))
    grown = (cover == lc.CROP) & (site.lon > WHEAT_WEST)
    return (spring + harvest) * (south * north * grown).astype(np.float32)


def _snow_cover(temperature, precipitation):
    """Return the share of the ground under snow, from cold and the winter's precipitation."""
    cold = 1.0 / (1.0 + np.exp((temperature + 6.0) / 2.0))
    return cold * (1.0 - np.exp(-precipitation / 6.0))
