"""Two scenarios side by side in numbers: by region and by class, with what became a sink."""

from dataclasses import dataclass

import numpy as np

from explorer.analysis.totals import ALL, Totals, area_totals
from explorer.scene.scene import Scene
from explorer.tables.classes import CLASSES
from explorer.units import GRAMS_PER_TERAGRAM, SQUARE_METRES_PER_SQUARE_KILOMETRE

MOST_TIMES = 10
"""A change of more than so many times the number itself says that the number is near zero."""


@dataclass(frozen=True)
class Row:
    """One place in two scenarios: means [g C m-2 month-1, or yr-1], totals [Tg C]."""

    region: str
    vegetation: str | None
    area: float  # [km2]
    a: float
    b: float
    sink_a: float  # share of the area with NEP > 0; NaN = not known
    sink_b: float

    @property
    def difference(self) -> float:
        """B - A, in the unit of the means."""
        return self.b - self.a

    @property
    def percent(self) -> float | None:
        """Change in per cent of A; None where A is near zero (see ``percent``)."""
        change = float(percent(np.float64(self.a), np.float64(self.b)))
        return None if np.isnan(change) else change

    @property
    def total_a(self) -> float:
        """A over the whole area, [Tg C]."""
        return teragrams(self.a, self.area)

    @property
    def total_b(self) -> float:
        """B over the whole area, [Tg C]."""
        return teragrams(self.b, self.area)

    @property
    def total_difference(self) -> float:
        """B - A over the whole area, [Tg C]."""
        return teragrams(self.difference, self.area)


def percent(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return the change from A to B in per cent of the size of A.

    The sign is that of B - A, also where A is negative. A number near zero, one that changes by
    more than ``MOST_TIMES`` its own size, has no per cent.

    Parameters
    ----------
    a, b : arrays, same shape and unit

    Returns
    -------
    array, same shape; NaN where A is near zero. [%]

    Examples
    --------
    >>> percent(np.array([-50.0, 0.001]), np.array([-25.0, 30.0])).tolist()
    [50.0, nan]
    """
    change, size = b - a, np.abs(a)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(np.abs(change) <= MOST_TIMES * size, 100 * change / size, np.nan)


def mean_of(
    totals: Totals,
    name: str,
    month: int | None,
    region: str = ALL,
    vegetation: str | None = None,
) -> float:
    """Area-weighted mean of a month (1 to 12), [g C m-2 month-1], or the year, [g C m-2 yr-1]."""
    monthly = totals.monthly(name, region, vegetation)
    return float(monthly.sum() if month is None else monthly[month - 1])


def teragrams(mean: float, area: float) -> float:
    """Total of a mean [g C m-2] over an area [km2], [Tg C].

    Examples
    --------
    >>> teragrams(100.0, 1e6)
    100.0
    """
    return mean * area * SQUARE_METRES_PER_SQUARE_KILOMETRE / GRAMS_PER_TERAGRAM


def sink_share(scene: Scene, nep: np.ndarray) -> Totals:
    """Return where carbon is taken up, NEP > 0: ``monthly("sink", ...)[0]`` is the share of area.

    Parameters
    ----------
    scene : Scene
    nep : array, shape (blocks, BLOCK)
        Of a month or the year.
    """
    sinks = (np.asarray(nep) > 0).astype(np.float32)[:, np.newaxis]
    return area_totals(scene, {"sink": sinks})


def compare(
    a: Totals,
    b: Totals,
    sinks: tuple[Totals, Totals],
    name: str,
    month: int | None = None,
    *,
    region: str = ALL,
) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    """Return the table of two scenarios by region, and by class within a region.

    Parameters
    ----------
    a, b : Totals
        Of one scene.
    sinks : tuple of Totals
        ``sink_share`` of A and of B; a region that they do not have gets no share.
    name : str
        One of ``totals.SUMMED``.
    month : int, optional
        1 to 12; None for the year.
    region : str
        Where the classes are looked at.

    Returns
    -------
    regions : tuple of Row
        Each region with area, then all of them.
    classes : tuple of Row
        Each class with area in ``region``.
    """
    places = [(place, None) for place in (*a.region_names, ALL)]
    kinds = [(region, kind) for kind in CLASSES]
    rows = (
        tuple(_row(a, b, sinks, name, month, *place) for place in places if a.area_of(*place) > 0)
        for places in (places, kinds)
    )
    return tuple(rows)


def _row(
    a: Totals,
    b: Totals,
    sinks: tuple[Totals, Totals],
    name: str,
    month: int | None,
    region: str,
    vegetation: str | None,
) -> Row:
    area = a.area_of(region, vegetation)
    means = (mean_of(totals, name, month, region, vegetation) for totals in (a, b))
    shares = (
        float(sink.monthly("sink", region, vegetation)[0])
        if region in (ALL, *sink.region_names)
        else np.nan
        for sink in sinks
    )
    return Row(region, vegetation, area, *means, *shares)
