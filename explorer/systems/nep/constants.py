"""What the compiled code takes: parameters and class tables as numbers and arrays."""

from collections import namedtuple
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeAlias

import numpy as np

from explorer.scene.blocks import Values
from explorer.systems.nep.classes import CLASSES, per_class
from explorer.systems.nep.forcing import NepScene
from explorer.systems.nep.index_limits import IndexLimits, index_limits
from explorer.systems.nep.parameters import NepParameters
from explorer.tables.parameter import PerClass, figures

if TYPE_CHECKING:
    Numbers: TypeAlias = Any  # its fields are the rows of a table, which no type checker reads
else:
    Numbers = namedtuple("Numbers", figures(NepParameters))
    Numbers.__doc__ = "The numeric parameters; those per class as arrays of shape (classes,)."


class Rules(NamedTuple):
    """The choices that change the equations themselves; each combination is compiled once."""

    t_scalar_2_rule: str
    w_scalar_rule: str
    rs_basis: str
    rh_rule: str


class SecondPassTables(NamedTuple, Generic[Values]):
    """What the second pass takes beside the base: tables of the classes, and the limits."""

    epsilon_max: Values  # (classes,)
    ci_ref: Values  # (12, classes); NaN = no clumping
    par_share: Any  # a number, float32, as the next
    fpar_min: Any
    fpar_max: Any
    sr_weight: Any
    limits: IndexLimits  # of the vegetation index


def with_unit_efficiency(parameters: NepParameters) -> NepParameters:
    """Return the parameters with epsilon_max = 1 in every class: NPP is linear in it."""
    return replace(parameters, epsilon_max=PerClass(dict.fromkeys(CLASSES, 1.0)))


def numbers(parameters: NepParameters) -> Numbers:
    """Return the numeric parameters as the compiled code takes them."""
    values = {name: getattr(parameters, name) for name in figures(NepParameters)}
    return Numbers(
        **{
            name: per_class(value) if isinstance(value, PerClass) else np.float32(value)
            for name, value in values.items()
        }
    )


def rules(parameters: NepParameters) -> Rules:
    """Return the choices that select what is compiled."""
    return Rules(*(getattr(parameters, name) for name in Rules._fields))


def class_limits(scene: NepScene, parameters: NepParameters) -> IndexLimits:
    """Return the class limits in force on a scene."""
    return index_limits(None if parameters.fpar_limits == "table" else scene.extremes, parameters)


def second_pass_tables(scene: NepScene, parameters: NepParameters) -> SecondPassTables[np.ndarray]:
    """Return what the second pass takes from the parameters and the scene."""
    return SecondPassTables(
        per_class(parameters.epsilon_max),
        _reference_clumping(scene, parameters),
        np.float32(parameters.par_share),
        np.float32(parameters.fpar_min),
        np.float32(parameters.fpar_max),
        np.float32(parameters.sr_weight),
        class_limits(scene, parameters),
    )


def _reference_clumping(scene: NepScene, parameters: NepParameters) -> np.ndarray:
    """Return the reference clumping index, (12, classes); no scheme, no reference: ratio 1."""
    if parameters.ci_scheme == "II":
        return scene.mean_clumping
    yearly = per_class(parameters.ci_ref)
    if parameters.ci_scheme == "none":
        yearly = np.full_like(yearly, np.nan)
    return np.tile(yearly, (12, 1))
