"""How much the year's NEP of an area changes with each parameter: exact derivatives from JAX.

One backward pass over every cell gives the derivative with respect to all parameters at once. It
is that of the model as it is run: where a rule steps in (a limit, a threshold, frost), the
derivative is the one on the side where the value lies, and thresholds that cells cross only beyond
it do not show. Numbers that the scene gives (full cover of a class, the mean clumping index) are
constants here, as they are in a run.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from explorer.compiled import fused
from explorer.equations.canopy import simple_ratio
from explorer.systems.layers import Proceed
from explorer.systems.nep.classes import CLASSES
from explorer.systems.nep.constants import (
    Numbers,
    Rules,
    SecondPassTables,
    numbers,
    rules,
    second_pass_tables,
)
from explorer.systems.nep.forcing import Forcing, NepScene, quantities
from explorer.systems.nep.index_limits import BARE, SPARSE, IndexLimits
from explorer.systems.nep.parameters import NepParameters
from explorer.systems.nep.passes import whole_block
from explorer.systems.nep.variables import OUTPUTS
from explorer.tables.parameter import PerClass


class Sources(NamedTuple):
    """Which numbers of the tables that the model reads come from parameters: (classes,) of bool.

    Arrays and no choices, so that one compiled code serves every rule.
    """

    lowest: np.ndarray  # NDVI and SR of bare ground
    highest: np.ndarray  # NDVI and SR of full cover, each from its own table
    bare: np.ndarray  # full cover of NDVI from the table, and SR from that
    reference: np.ndarray  # clumping index


def sources(scene: NepScene, parameters: NepParameters) -> Sources:
    """Return which tables of a run come from its parameters, see ``index_limits``."""
    rule, every = parameters.fpar_limits, np.ones(len(CLASSES), dtype=bool)
    bare = np.arange(len(CLASSES)) == BARE
    from_table = rule == "scene" and parameters.bare_cover == "grassland"
    lacking = from_table and not np.isfinite(scene.extremes.high[SPARSE])
    return Sources(
        every & (rule != "data"), every & (rule == "table"), bare & lacking,
        every & (parameters.ci_scheme == "I"),
    )  # fmt: skip


def slopes(
    scene: NepScene, parameters: NepParameters, weights: np.ndarray, proceed: Proceed
) -> dict[str, float] | None:
    """Return the derivative of the year's NEP of an area with respect to each number.

    Parameters
    ----------
    scene : NepScene
    parameters : NepParameters
    weights : array, shape (blocks, BLOCK)
        Area of each cell that counts; 0 of the others. [km2]
    proceed : callable

    Returns
    -------
    mapping of dotted name -> [Tg C yr-1 per unit of the parameter]
    None, when it did not proceed.
    """
    p, table = jax.device_put((numbers(parameters), second_pass_tables(scene, parameters)))
    taken = sources(scene, parameters)
    sums = [np.zeros(np.shape(field)) for field in p]
    for number, forcing in enumerate(scene.blocks_on_device()):
        if weights[number].any():
            area = weights[number].astype(np.float32)
            found = _slopes(forcing, area, table, p, taken, rules(parameters))
            sums = [total + np.asarray(field) for total, field in zip(sums, found, strict=True)]
        if not proceed((number + 1) / len(weights)):
            return None
    return _named(parameters, Numbers(*sums))


def _named(parameters: NepParameters, sums: Numbers) -> dict[str, float]:
    """Return the sums by dotted name, as totals."""
    unit = OUTPUTS["nep"].unit
    named: dict[str, float] = {}
    for name in Numbers._fields:
        values = np.atleast_1d(getattr(sums, name))
        if isinstance(getattr(parameters, name), PerClass):
            keys = [f"{name}.{member}" for member in CLASSES]
        else:
            keys = [name]
        named |= {
            key: unit.to_teragrams(float(value)) for key, value in zip(keys, values, strict=True)
        }
    return named


@fused("rules")
def _slopes(
    forcing: Forcing,
    area: Array,
    table: SecondPassTables,
    p: Numbers,
    taken: Sources,
    rules: Rules,
) -> Numbers:
    """Return the derivative of area times NEP, summed over one block and its months."""
    filled = _without_padding(quantities(forcing))

    def summed(p: Numbers) -> Array:
        (nep,) = whole_block(filled, p, _table(table, p, taken), rules, ("nep",))
        return jnp.sum(jnp.where(area > 0, nep, 0.0) * area)

    return jax.grad(summed)(p)


def _without_padding(forcing: Forcing) -> Forcing:
    """Return a block with its first cell in place of the padding.

    Padding is missing values, which count for nothing in a sum; in the backward pass nothing times
    a missing value would be missing.
    """
    land = jnp.isfinite(forcing.temperature[0])
    return jax.tree.map(lambda field: jnp.where(land, field, field[..., :1]), forcing)


def _limits(limits: IndexLimits, p: Numbers, taken: Sources) -> IndexLimits:
    """Return the class limits, those that come from parameters as functions of them."""
    ratio = jnp.where(taken.bare, simple_ratio(p.ndvi_max), limits.sr_max)
    traced: Any = (
        jnp.where(taken.lowest, p.ndvi_min, limits.ndvi_min),
        jnp.where(taken.highest | taken.bare, p.ndvi_max, limits.ndvi_max),
        jnp.where(taken.lowest, p.sr_min, limits.sr_min),
        jnp.where(taken.highest, p.sr_max, ratio),
    )
    return IndexLimits(*traced)


def _table(table: SecondPassTables, p: Numbers, taken: Sources) -> SecondPassTables:
    """Return what the second pass takes, as functions of the parameters."""
    reference = jnp.where(taken.reference, p.ci_ref, table.ci_ref)
    return SecondPassTables(
        p.epsilon_max, reference, p.par_share, p.fpar_min, p.fpar_max, p.sr_weight,
        _limits(table.limits, p, taken),
    )  # fmt: skip


def slopes_of(result: object, weights: np.ndarray, proceed: Proceed) -> Mapping[str, float] | None:
    """Return ``slopes`` of a result, as the contract asks for them."""
    return slopes(result.run.forcing, result.parameters, weights, proceed)  # type: ignore[attr-defined]
