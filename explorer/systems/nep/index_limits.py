"""Bare ground and full cover of each class: between which indices FPAR grows."""

from typing import NamedTuple

import numpy as np

from explorer.equations.canopy import simple_ratio
from explorer.errors import SchemaError
from explorer.systems.nep.classes import CLASSES, per_class
from explorer.systems.nep.parameters import NepParameters
from explorer.systems.nep.statistics import IndexExtremes

BARE, SPARSE = CLASSES.index("other"), CLASSES.index("grassland")


class IndexLimits(NamedTuple):
    """Bare ground and full cover of each class, [1]; arrays of shape (classes,), float32."""

    ndvi_min: np.ndarray
    ndvi_max: np.ndarray
    sr_min: np.ndarray
    sr_max: np.ndarray


def index_limits(extremes: IndexExtremes | None, parameters: NepParameters) -> IndexLimits:
    """Return the limits in force. Liang et al. (2023), Eqs. 4 and 6, leave the choice open.

    Parameters
    ----------
    extremes : IndexExtremes, optional
        What was found in the scene; only ``fpar_limits=table`` goes without.
    parameters : NepParameters
        ``fpar_limits`` is the rule: ``scene``, ``data`` or ``table``.

    Returns
    -------
    IndexLimits; NaN for a class that the scene lacks, where its limits are the scene's.

    Raises
    ------
    SchemaError
        When the full cover of a class lies no higher than its bare ground.
    """
    if parameters.fpar_limits == "table":
        return _table(parameters)
    if extremes is None:
        raise ValueError(f"fpar_limits={parameters.fpar_limits} needs the extremes of the scene")
    if parameters.fpar_limits == "data":
        limits = _of_the_class_alone(extremes)
    else:
        limits = _above_bare_ground(extremes, parameters)
    flat = [CLASSES[n] for n in np.flatnonzero(limits.ndvi_max - limits.ndvi_min < 1e-6)]
    if flat:
        raise SchemaError([_fault(name, limits) for name in flat])
    return limits


def _table(parameters: NepParameters) -> IndexLimits:
    """Constants, as Zhu et al. (2007) give them."""
    return IndexLimits(*(per_class(getattr(parameters, name)) for name in IndexLimits._fields))


def _of_the_class_alone(extremes: IndexExtremes) -> IndexLimits:
    """Both ends as each class has them: whatever grows least in a class is its bare ground."""
    low, high = extremes
    return IndexLimits(low, high, np.asarray(simple_ratio(low)), np.asarray(simple_ratio(high)))


def _above_bare_ground(extremes: IndexExtremes, parameters: NepParameters) -> IndexLimits:
    """Full cover as each class has it, bare ground the same wherever it lies.

    Bare land has no full cover: the highest NDVI of a desert is that of a sparse growth. Like Zhu
    et al. (2007), ``bare_cover=grassland`` takes the grassland's for it, or that of the table where
    the scene has no grassland.
    """
    table = _table(parameters)
    high = extremes.high.copy()
    if parameters.bare_cover == "grassland":
        high[BARE] = high[SPARSE] if np.isfinite(high[SPARSE]) else table.ndvi_max[BARE]
    return table._replace(ndvi_max=high, sr_max=np.asarray(simple_ratio(high)))


def _fault(name: str, limits: IndexLimits) -> str:
    position = CLASSES.index(name)
    low, high = limits.ndvi_min[position], limits.ndvi_max[position]
    return (
        f"ndvi: full cover of class {name} ({high:.3f}) lies no higher than bare ground "
        f"({low:.3f}), so its FPAR is undefined; map its codes to another class, lower ndvi_min, "
        "or run with fpar_limits=table"
    )
