"""Predictors of rows of the soil respiration database: grids at their places, and what they tell.

A row of another file of the same format tells the same, so a forest trained on these predictors
scores it. Maps have no rows: for them there are the grids alone (``GRIDS``).
"""

from collections.abc import Mapping

import numpy as np

from explorer.observations.samples import Samples
from explorer.systems.fusion.climate import miami
from explorer.systems.fusion.columns import Frame, Predictor

GRIDS: tuple[Predictor, ...] = (
    Predictor("t_mean", "degC"),
    Predictor("t_warmest", "degC"),
    Predictor("t_coldest", "degC"),
    Predictor("t_lowest", "degC"),
    Predictor("growing_degrees", "degC d"),
    Predictor("p_sum", "mm yr-1"),
    Predictor("p_driest", "mm month-1"),
    Predictor("p_wettest", "mm month-1"),
    Predictor("p_seasonality", "1"),
    Predictor("p_warm", "mm yr-1"),
    Predictor("sun_mean", "percent"),
    Predictor("miami", "g m-2 yr-1"),
    Predictor("respiration_climate", "1"),
    Predictor("water_capacity", "mm m-1"),
    Predictor("percolation", "mm h-1"),
    Predictor("evi_mean", "1"),
    Predictor("evi_max", "1"),
    Predictor("evi_min", "1"),
    Predictor("evi_warm", "1"),
)
"""Of ``world.world_rasters``."""

SITE: tuple[Predictor, ...] = (
    Predictor("site_temperature", "degC"),
    Predictor("site_rain", "mm yr-1"),
    Predictor("site_miami", "g m-2 yr-1"),
    Predictor("site_humidity", "mm degC-1"),
    Predictor("away_from_equator", "degrees"),
    Predictor("elevation", "m"),
    Predictor("age", "yr"),
    Predictor("since_disturbance", "yr"),
    Predictor("soil_density", "g cm-3"),
    Predictor("soil_cn", "1"),
    Predictor("soil_clay", "percent"),
    Predictor("soil_sand", "percent"),
    Predictor("peat", "1"),
    Predictor("bamboo", "1"),
    Predictor("conifers", "1"),
    Predictor("annual_crop", "1"),
    Predictor("Biome", "word", "category"),
    Predictor("Ecosystem_type", "word", "category"),
    Predictor("Ecosystem_state", "word", "category"),
    Predictor("Leaf_habit", "word", "category"),
    Predictor("Stage", "word", "category"),
    Predictor("Soil_drainage", "word", "category"),
)
"""What a row tells of its place; gaps of temperature and rain are filled from the grids."""

METHOD: tuple[Predictor, ...] = (
    Predictor("year", "yr"),
    Predictor("years_measured", "yr"),
    Predictor("coverage", "share of the year"),
    Predictor("ln_interval", "ln d"),
    Predictor("ln_chamber", "ln cm2"),
    Predictor("collar_depth", "cm"),
    Predictor("Meas_method", "word", "category"),
)
"""What a row tells of how it was measured: methods differ, and a forest takes the difference out.

None of it holds for a map, and none is a flux or a pool of carbon.
"""

NOT_TOLD = -1.0
"""In place of a site's number that most rows lack: a forest sees that it was not told."""

_KINDS: dict[str, tuple[str, ...]] = {
    "peat": ("peat", "histosol", "organic", "sphagnum", "bog"),
    "bamboo": ("phyllostachys", "bamboo"),
    "conifers": ("pinus", "picea", "abies", "larix", "cunninghamia", "tsuga"),
    "annual_crop": ("triticum", "zea", "oryza", "glycine", "hordeum"),
}
"""Parts of words of ``Species`` and ``Soil_type``, in small letters."""

_OFTEN_UNTOLD = {
    "elevation": "Elevation", "age": "Age_ecosystem", "since_disturbance": "Age_disturbance",
    "soil_density": "Soil_BD", "soil_cn": "Soil_CN", "soil_clay": "Soil_clay",
    "soil_sand": "Soil_sand", "collar_depth": "Collar_depth",
}  # fmt: skip


def survey_frame(samples: Samples, grids: Mapping[str, np.ndarray]) -> Frame:
    """Return every predictor of ``GRIDS``, ``SITE`` and ``METHOD`` for rows of the database.

    Parameters
    ----------
    samples : Samples
        Of ``observations.srdb``.
    grids : mapping of name -> array (rows,)
        Values of the grids at their places.
    """
    numbers = samples.numbers
    warmth = _or(numbers["MAT"], grids["t_mean"])
    rain = _or(numbers["MAP"], grids["p_sum"])
    frame = dict(grids)
    frame |= {
        "site_temperature": warmth,
        "site_rain": rain,
        "site_miami": miami(warmth, rain),
        "site_humidity": rain / np.maximum(warmth + 12, 1),  # after de Martonne (1926)
        "away_from_equator": np.abs(samples.lat),
        "year": numbers["Study_midyear"],
        "years_measured": numbers["YearsOfData"],
        "coverage": numbers["Annual_coverage"],
        "ln_interval": _logarithm(numbers["Meas_interval"], 0.01),
        "ln_chamber": _logarithm(numbers["Chamber_area"], 1.0),
    }
    frame |= {name: _or(numbers[column], NOT_TOLD) for name, column in _OFTEN_UNTOLD.items()}
    frame |= {
        each.name: np.char.lower(samples.words[each.name])
        for each in (*SITE, *METHOD)
        if each.kind == "category"
    }
    return frame | _kinds(samples)


def _or(values: np.ndarray, otherwise: np.ndarray | float) -> np.ndarray:
    return np.where(np.isfinite(values), values, otherwise)


def _logarithm(values: np.ndarray, least: float) -> np.ndarray:
    return np.log(np.maximum(values, least))


def _kinds(samples: Samples) -> dict[str, np.ndarray]:
    """Return 1 where a row names something of a kind, else 0."""
    told = np.char.lower(np.char.add(samples.words["Species"], samples.words["Soil_type"]))
    return {
        kind: np.any([np.char.find(told, part) >= 0 for part in parts], axis=0).astype(float)
        for kind, parts in _KINDS.items()
    }
