"""A variable by class of land, beside a reference product and published figures.

The reference is a product of the scene where there is one, over the cells that have a value; else a
published column stands in for it, and the table says so.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from explorer.analysis.totals import ALL, Totals, covered_area
from explorer.scene.scene import Scene
from explorer.scene.shapes.cover import Cover


class ClassRow(NamedTuple):
    """The year of one class, in the unit of the variable; NaN where there is none."""

    vegetation: str
    area: float  # km2
    reference: float
    values: dict[str, float]  # by version
    deviation: dict[str, float]  # of our value from the reference, per cent
    published: Mapping[str, float]  # by column, as printed


def reference_sums(scene: Scene, name: str, covered: Cover | None = None) -> np.ndarray | None:
    """Return area-weighted sums of an input by region and class, over the cells with a value.

    Parameters
    ----------
    scene : Scene
    name : str
        A fixed input, such as a reference product.
    covered : Cover, optional
        Of a shape; then it is one place, and cells count by the share covered.

    Returns
    -------
    array, shape (2, regions or 1, classes)
        Sum of area times value [unit km2], and the area that has a value [km2].
    None, when the scene has no such input.
    """
    if name not in scene.fields:
        return None
    values = scene.fields[name].quantities()
    known = np.isfinite(values)
    area = scene.blocked_area if covered is None else covered_area(scene, covered)
    weights = np.where(known, area, 0.0)
    classes = len(scene.classes)
    group = scene.group if covered is None else scene.group % classes
    shape = (len(scene.region_names) if covered is None else 1, classes)
    amounts = (weights * np.where(known, values, 0.0), weights)
    return np.stack(
        [
            np.bincount(group.reshape(-1), amount.reshape(-1), shape[0] * shape[1]).reshape(shape)
            for amount in amounts
        ]
    )


def class_table(
    name: str,
    versions: Mapping[str, Totals],
    reference: np.ndarray | None,
    published: Mapping[str, Mapping[str, float]],
    reference_column: str = "",
    region: str = ALL,
) -> list[ClassRow]:
    """Return a row for each class that has area in the region.

    Parameters
    ----------
    name : str
        The variable.
    versions : mapping of Totals
        By version, the paper's or others.
    reference : array, optional
        Of ``reference_sums``; None takes the published column.
    published : mapping of class -> column -> value
        Of the whole country, whatever the region.
    reference_column : str
        The published column that stands in for the reference.
    region : str
    """
    first = next(iter(versions.values()))
    rows = []
    for position, each in enumerate(first.classes.names):
        area = first.area_of(region, each)
        if not area > 0:
            continue
        printed = published.get(each, {})
        if reference is None:
            against = printed.get(reference_column, np.nan)
        else:
            against = _mean(reference[..., position], first.region_names, region)
        values = {
            version: totals.yearly(name, region, each) for version, totals in versions.items()
        }
        rows.append(
            ClassRow(
                vegetation=each,
                area=area,
                reference=against,
                values=values,
                deviation={version: deviation(value, against) for version, value in values.items()},
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
