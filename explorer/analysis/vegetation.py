"""NPP by vegetation class beside a reference product and the published figures: Table I.

The paper compares annual means of each class with MOD17A3H. Here the reference is the scene's own
reference product where it has one, over the cells that have a value; else the published figures of
the product stand in for it, and the table says so.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from explorer.analysis.totals import ALL, Totals
from explorer.scene.scene import Scene
from explorer.systems.nep.published import NPP_BY_CLASS
from explorer.tables.classes import CLASSES


class ClassRow(NamedTuple):
    """Annual NPP of one class, [g C m-2 yr-1]; NaN where there is none."""

    vegetation: str
    area: float  # km2
    reference: float
    npp: dict[str, float]  # by version
    deviation: dict[str, float]  # of our NPP from the reference, per cent
    published: dict[str, float]  # by version, as printed in Table I


def reference_by_class(scene: Scene) -> np.ndarray | None:
    """Return area-weighted sums of the scene's reference NPP by region and class.

    Returns
    -------
    array, shape (2, regions, classes)
        Sum of area times NPP [g C m-2 yr-1 km2], and the area that has a value [km2].
    None, when the scene has no reference product.
    """
    if scene.reference_npp is None:
        return None
    shape = (len(scene.region_names), len(CLASSES))
    group = scene.group.reshape(-1)[: scene.cells]
    known = np.isfinite(scene.reference_npp)
    area = np.where(known, scene.area, 0.0)
    amount = area * np.where(known, scene.reference_npp, 0.0)
    size = shape[0] * shape[1]
    return np.stack([np.bincount(group, weight, size).reshape(shape) for weight in (amount, area)])


def npp_table(
    versions: Mapping[str, Totals], reference: np.ndarray | None, region: str = ALL
) -> list[ClassRow]:
    """Return Table I: a row for each class that has area in the region.

    Parameters
    ----------
    versions : mapping of Totals
        By version, the paper's or others.
    reference : array, optional
        Of ``reference_by_class``; None takes the published means of MOD17A3H.
    region : str
        The published figures are of the whole country, whatever the region.
    """
    first = next(iter(versions.values()))
    rows = []
    for position, name in enumerate(CLASSES):
        area = first.area_of(region, name)
        if not area > 0:
            continue
        printed = NPP_BY_CLASS[name]._asdict() if name in NPP_BY_CLASS else {}
        if reference is None:
            against = printed.get("mod17a3h", np.nan)
        else:
            against = _mean(reference[..., position], first.region_names, region)
        npp = {version: totals.yearly("npp", region, name) for version, totals in versions.items()}
        rows.append(
            ClassRow(
                vegetation=name,
                area=area,
                reference=against,
                npp=npp,
                deviation={version: deviation(value, against) for version, value in npp.items()},
                published=printed,
            )
        )
    return rows


def deviation(value: float, reference: float) -> float:
    """Return by how much a value exceeds a reference, [%]; NaN without a positive reference."""
    return 100 * (value - reference) / reference if reference > 0 else np.nan


def _mean(sums: np.ndarray, region_names: tuple[str, ...], region: str) -> float:
    """Return the mean of (2, regions) sums over one region, or all."""
    rows = slice(None) if region == ALL else [region_names.index(region)]
    amount, area = sums[:, rows].sum(axis=1)
    return float(amount / area) if area > 0 else np.nan
