"""Area sums by region, class and month: the one definition of every total and mean.

Sums are float64. A region's mean is its sum over its area; the whole is the sum of the regions.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from explorer.scene.loops import group_sums
from explorer.scene.scene import Scene
from explorer.tables.classes import ALL, CLASSES
from explorer.units import GRAMS_PER_TERAGRAM, SQUARE_METRES_PER_SQUARE_KILOMETRE

SUMMED = ("npp", "rh", "nep")


@dataclass(frozen=True, eq=False)
class Totals:
    """Sums over land cells, and how to read means and totals from them."""

    region_names: tuple[str, ...]
    area: np.ndarray  # (regions, classes) [km2]
    sums: dict[str, np.ndarray]  # name -> (12, regions, classes) [g C m-2 month-1 km2]
    beside: int = 0  # rows at the end that lie across the regions: no part of the whole

    def area_of(self, region: str = ALL, vegetation: str | None = None) -> float:
        """Area of a region, of a class, or of a class within a region, [km2]."""
        return float(self._picked(self.area, region, vegetation))

    def monthly(self, name: str, region: str = ALL, vegetation: str | None = None) -> np.ndarray:
        """Area-weighted monthly means, shape (12,), [g C m-2 month-1]; NaN without area."""
        area = self.area_of(region, vegetation)
        sums = self._picked(self.sums[name], region, vegetation)
        return sums / area if area > 0 else np.full(12, np.nan)

    def yearly(self, name: str, region: str = ALL, vegetation: str | None = None) -> float:
        """Area-weighted yearly mean, [g C m-2 yr-1]; NaN without area."""
        return float(self.monthly(name, region, vegetation).sum())

    def yearly_total(self, name: str, region: str = ALL, vegetation: str | None = None) -> float:
        """Yearly total over the area, [Tg C yr-1]."""
        sums = self._picked(self.sums[name], region, vegetation).sum()
        return float(sums * SQUARE_METRES_PER_SQUARE_KILOMETRE / GRAMS_PER_TERAGRAM)

    def with_npp(self, npp: np.ndarray) -> "Totals":
        """Return the totals with sums of NPP, (12, regions, classes), beside those of Rh."""
        return replace(self, sums=self.sums | {"npp": npp, "nep": npp - self.sums["rh"]})

    def with_places(self, places: Sequence["Totals"]) -> "Totals":
        """Return the totals with rows for places that lie across the regions, as shapes do."""
        if not places:
            return self
        return Totals(
            region_names=tuple(name for part in (self, *places) for name in part.region_names),
            area=np.concatenate([part.area for part in (self, *places)]),
            sums={
                name: np.concatenate([part.sums[name] for part in (self, *places)], axis=1)
                for name in self.sums
            },
            beside=self.beside + sum(len(place.region_names) for place in places),
        )

    def only(self, region: str) -> "Totals":
        """Return the totals of one region, or of one place beside them, alone."""
        row = [self.region_names.index(region)]
        sums = {name: values[:, row] for name, values in self.sums.items()}
        return Totals((region,), self.area[row], sums)

    def _picked(self, values: np.ndarray, region: str, vegetation: str | None) -> np.ndarray:
        """Sum over the regions and classes asked for; the last two axes go."""
        whole = slice(len(self.region_names) - self.beside)
        rows = whole if region == ALL else [self.region_names.index(region)]
        columns = slice(None) if vegetation is None else [CLASSES.index(vegetation)]
        return values[..., rows, :][..., columns].sum(axis=(-2, -1))


def area_totals(scene: Scene, values: dict[str, np.ndarray]) -> Totals:
    """Sum fields of the land cells by region and class.

    Parameters
    ----------
    scene : Scene
    values : dict of array, each in blocks: (blocks, 12, BLOCK). [g C m-2 month-1]
    """
    classes, regions = len(CLASSES), len(scene.region_names)
    size = regions * classes
    ones = np.ones((scene.group.shape[0], 1, scene.group.shape[1]), dtype=np.float32)

    def summed(field: np.ndarray) -> np.ndarray:
        sums = group_sums(field, scene.blocked_area, scene.group, size)
        return sums.reshape(-1, regions, classes)

    return Totals(
        region_names=scene.region_names,
        area=summed(ones)[0],
        sums={name: summed(np.asarray(field)) for name, field in values.items()},
    )
