"""Classes of land: a classification names and colours its classes, and says which codes each has.

IGBP in nine classes is the one that scenes are read with; a system may bring its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np


class LandClass(NamedTuple):
    """One class: how it is called, at length and in a narrow column, its codes and its colour."""

    long_name: str
    short_name: str
    codes: tuple[int, ...]
    colour: str


@dataclass(frozen=True, eq=False)
class Classification:
    """Classes in their order; a class's position is its number."""

    name: str
    rows: Mapping[str, LandClass]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Short names of the classes."""
        return tuple(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def long_names(self) -> list[str]:
        """What each class is called."""
        return [row.long_name for row in self.rows.values()]

    @property
    def colours(self) -> dict[str, str]:
        """Colour of each class."""
        return {name: row.colour for name, row in self.rows.items()}

    def index(self, name: str) -> int:
        """Return the position of a class."""
        return self.names.index(name)

    def mapping(self) -> dict[str, list[int]]:
        """Return the table class -> codes, which a recipe may replace."""
        return {name: list(row.codes) for name, row in self.rows.items()}

    def positions(self, mapping: Mapping[str, list[int]] | None = None) -> np.ndarray:
        """Return the position of every code's class, (256,) int8; -1 for codes of no class."""
        table = np.full(256, -1, dtype=np.int8)
        chosen = self.mapping() if mapping is None else mapping
        for position, name in enumerate(self.names):
            table[chosen.get(name, [])] = position
        return table


# Tol's muted colours, one a class, which colour-blind people tell apart.
IGBP = Classification(
    "IGBP land cover in nine classes",
    {
        "ENF": LandClass("Evergreen needleleaf forest", "Evergreen needleleaf", (1,), "#117733"),
        "EBF": LandClass("Evergreen broadleaf forest", "Evergreen broadleaf", (2,), "#44aa99"),
        "DNF": LandClass("Deciduous needleleaf forest", "Deciduous needleleaf", (3,), "#88ccee"),
        "DBF": LandClass("Deciduous broadleaf forest", "Deciduous broadleaf", (4,), "#999933"),
        "MXF": LandClass("Mixed forest", "Mixed", (5,), "#332288"),
        "shrub": LandClass("Shrubland", "Shrubland", (6, 7), "#cc6677"),
        "grassland": LandClass(
            "Grassland, savanna, wetland", "Grassland", (8, 9, 10, 11), "#ddcc77"
        ),
        "cropland": LandClass("Cropland", "Cropland", (12, 14), "#aa4499"),
        "other": LandClass("Urban, snow, barren", "Urban, snow, barren", (13, 15, 16), "#8a9692"),
    },
)

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

OUTSIDE_CODES: tuple[int, ...] = (0, 17, 255)
"""Codes that are outside every model: no land, water, unclassified."""
