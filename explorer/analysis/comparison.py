"""Two scenarios side by side in numbers: by region and by class, and where they are positive."""

from dataclasses import dataclass

import numpy as np

from explorer.analysis.totals import ALL, Totals, area_totals
from explorer.scene.blocks import from_blocks
from explorer.scene.scene import Scene
from explorer.tables.classes import Classification
from explorer.tables.periods import YEAR, Period, Periods
from explorer.tables.unit import Unit

SHARE = "share"
MOST_TIMES = 10
"""A change of more than so many times the number itself says that the number is near zero."""


@dataclass(frozen=True)
class Row:
    """One place in two scenarios: means in the unit of the variable, totals [Tg C]."""

    region: str
    vegetation: str | None
    area: float  # [km2]
    a: float
    b: float
    total_a: float  # [Tg C]; NaN of what is no flux of carbon
    total_b: float
    positive_a: float  # share of the area where it is above 0; NaN = not known
    positive_b: float

    @property
    def difference(self) -> float:
        """B - A, in the unit of the means."""
        return self.b - self.a

    @property
    def percent(self) -> float | None:
        """Change in per cent of A; None where A is near zero (see ``percent``)."""
        change = float(percent(np.asarray(self.a), np.asarray(self.b)))
        return None if np.isnan(change) else change

    @property
    def total_difference(self) -> float:
        """B - A over the whole area, [Tg C]."""
        return self.total_b - self.total_a


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


def positive_share(
    scene: Scene, values: np.ndarray, classes: Classification, group: np.ndarray
) -> Totals:
    """Return where a variable is positive: ``yearly("share", ...)`` is the share of area.

    Parameters
    ----------
    scene : Scene
    values : array, shape (blocks, BLOCK)
        Of one period; a cell without a value counts nowhere.
    classes : Classification
    group : array, shape (blocks, BLOCK)
        Region * classes + class of each cell.
    """
    positive = (np.asarray(values) > 0).astype(np.float32)[:, np.newaxis]
    fields, units = {SHARE: positive}, {SHARE: Unit("1")}
    known = np.isfinite(values)
    return area_totals(
        scene, fields, units, Periods("year"), classes, group,
        None if from_blocks(known, scene.cells).all() else known,
    )  # fmt: skip


def compare(
    a: Totals,
    b: Totals,
    positive: tuple[Totals, Totals],
    name: str,
    period: Period = YEAR,
    *,
    region: str = ALL,
) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    """Return the table of two scenarios by region, and by class within a region.

    Parameters
    ----------
    a, b : Totals
        Of one scene.
    positive : tuple of Totals
        ``positive_share`` of A and of B; a region that they do not have gets no share.
    name : str
        A variable that both have.
    period : Period
    region : str
        Where the classes are looked at.

    Returns
    -------
    regions : tuple of Row
        Each region with area, then all of them.
    classes : tuple of Row
        Each class with area in ``region``.
    """
    regions = [(each, None) for each in (*a.region_names, ALL)]
    classes = [(region, each) for each in a.classes.names]
    by_region, by_class = (
        tuple(_row(a, b, positive, name, period, *each) for each in rows if a.area_of(*each) > 0)
        for rows in (regions, classes)
    )
    return by_region, by_class


def _row(
    a: Totals,
    b: Totals,
    positive: tuple[Totals, Totals],
    name: str,
    period: Period,
    region: str,
    vegetation: str | None,
) -> Row:
    where = region, vegetation
    means = [totals.mean(name, period, *where) for totals in (a, b)]
    totals = [_number(each.total(name, period, *where)) for each in (a, b)]
    shares = [
        each.mean(SHARE, YEAR, *where) if region in (ALL, *each.region_names) else np.nan
        for each in positive
    ]
    return Row(region, vegetation, a.area_of(*where), *means, *totals, *shares)


def _number(total: float | None) -> float:
    return np.nan if total is None else total
