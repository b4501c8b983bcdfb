"""THE table of vegetation classes, and which IGBP land-cover codes belong to each.

Facts of Liang et al. (2023), doi 10.1109/JSTARS.2023.3325774, section II-B4 (SOCD) and III-A2
(epsilon_max); NDVI and SR limits of Zhu et al. (2007) as used by CASA codes for China. Mixed
forest is the mean of needleleaf and broadleaf where a source gives no value of its own.
"""

from typing import NamedTuple


class VegetationClass(NamedTuple):
    """One row: how the class is called, which codes it holds, and its published constants."""

    long_name: str
    igbp_codes: tuple[int, ...]
    epsilon_max: float  # g C MJ-1
    socd: float  # kg m-2, soil organic carbon density 0-20 cm
    ndvi_max: float
    sr_max: float
    ci_ref: float  # stand-in: BEPS land-cover table, to be verified
    colour: str


VEGETATION: dict[str, VegetationClass] = {
    "ENF": VegetationClass(
        "Evergreen needleleaf forest", (1,), 0.476, 3.770, 0.647, 4.67, 0.62, "#1b5e43"
    ),
    "EBF": VegetationClass(
        "Evergreen broadleaf forest", (2,), 0.980, 4.700, 0.676, 5.17, 0.63, "#117733"
    ),
    "DNF": VegetationClass(
        "Deciduous needleleaf forest", (3,), 0.485, 3.770, 0.738, 6.63, 0.68, "#44aa99"
    ),
    "DBF": VegetationClass(
        "Deciduous broadleaf forest", (4,), 0.692, 4.700, 0.747, 6.91, 0.70, "#88c057"
    ),
    "MXF": VegetationClass("Mixed forest", (5,), 0.768, 4.235, 0.702, 5.845, 0.65, "#5c8f3a"),
    "shrub": VegetationClass("Shrubland", (6, 7), 0.429, 2.560, 0.636, 4.49, 0.70, "#aa8f44"),
    "grassland": VegetationClass(
        "Grassland, savanna, wetland", (8, 9, 10, 11), 0.542, 1.820, 0.634, 4.46, 0.80, "#ddcc77"
    ),
    "cropland": VegetationClass("Cropland", (12, 14), 0.542, 2.560, 0.634, 4.46, 0.80, "#cc6677"),
    "other": VegetationClass(
        "Urban, snow, barren", (13, 15, 16), 0.389, 0.0, 0.634, 4.46, 0.80, "#b9b3aa"
    ),
}

CLASSES: tuple[str, ...] = tuple(VEGETATION)

IGBP_NAMES: dict[int, str] = {
    0: "outside or water",
    1: "evergreen needleleaf forest",
    2: "evergreen broadleaf forest",
    3: "deciduous needleleaf forest",
    4: "deciduous broadleaf forest",
    5: "mixed forest",
    6: "closed shrubland",
    7: "open shrubland",
    8: "woody savanna",
    9: "savanna",
    10: "grassland",
    11: "permanent wetland",
    12: "cropland",
    13: "urban",
    14: "cropland and natural mosaic",
    15: "snow and ice",
    16: "barren",
    17: "water",
    255: "unclassified",
}

ALL = "all"
"""Stands for all regions where one is named."""

OUTSIDE_CODES: tuple[int, ...] = (0, 17, 255)
"""Codes that are outside the model: no land, water, unclassified."""


def default_mapping() -> dict[str, list[int]]:
    """Return the table class -> IGBP codes that a recipe may replace."""
    return {name: list(row.igbp_codes) for name, row in VEGETATION.items()}
