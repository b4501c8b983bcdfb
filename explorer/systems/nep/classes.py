"""What System 1 knows of each class of land: published constants.

Facts of Liang et al. (2023), doi 10.1109/JSTARS.2023.3325774, section II-B4 (SOCD) and III-A2
(epsilon_max); NDVI and SR limits of Zhu et al. (2007) as used by CASA codes for China. Where a
source gives mixed forest no value of its own it has the mean of the four other forests (NDVI, SR)
or of evergreen needleleaf and deciduous broadleaf forest (CI).
"""

from operator import attrgetter
from typing import NamedTuple

import numpy as np

from explorer.tables.classes import IGBP
from explorer.tables.parameter import PerClass


class Constants(NamedTuple):
    """One row: the constants of a class."""

    epsilon_max: float  # g C MJ-1
    socd: float  # kg m-2, soil organic carbon density 0-20 cm
    ndvi_max: float
    sr_max: float
    ci_ref: float  # stand-in: BEPS land-cover table, to be verified


CLASSES: tuple[str, ...] = IGBP.names

CONSTANTS: dict[str, Constants] = {
    "ENF": Constants(0.476, 3.770, 0.647, 4.67, 0.62),
    "EBF": Constants(0.980, 4.700, 0.676, 5.17, 0.63),
    "DNF": Constants(0.485, 3.770, 0.738, 6.63, 0.68),
    "DBF": Constants(0.692, 4.700, 0.747, 6.91, 0.70),
    "MXF": Constants(0.768, 4.235, 0.702, 5.845, 0.66),
    "shrub": Constants(0.429, 2.560, 0.636, 4.49, 0.70),
    "grassland": Constants(0.542, 1.820, 0.634, 4.46, 0.80),
    "cropland": Constants(0.542, 2.560, 0.634, 4.46, 0.80),
    "other": Constants(0.389, 0.0, 0.634, 4.46, 0.80),
}


def column(name: str) -> dict[str, float]:
    """Return one constant of every class."""
    return {each: getattr(row, name) for each, row in CONSTANTS.items()}


_in_order = attrgetter(*CLASSES)


def per_class(table: PerClass) -> np.ndarray:
    """Return a class table as a float32 array in the order of ``CLASSES``."""
    return np.array(_in_order(table), dtype=np.float32)
