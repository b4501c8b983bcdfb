"""System 1: NEP = NPP - Rh, improved CASA with soil respiration (Liang et al. 2023).

Two passes. The first, over blocks of cells, turns climate into what is kept: light times relative
efficiency, and respiration. The second, over any months, finishes: FPAR from NDVI, clumping,
light-use efficiency, NPP, NEP. NPP is linear in ε_max, so an edit of ε_max, of the clumping scheme
or of its references repeats only the second. FPAR before clumping is not kept, though no edit of
the second pass changes it: NDVI takes half of its memory, and reckoning it costs less than reading
it. Parameters are inputs of the compiled code, so that no edit compiles again; only a changed rule
does.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, replace
from functools import partial, reduce
from operator import add
from typing import Any, Generic, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from explorer.compiled import fused
from explorer.equations import production
from explorer.equations.balance import net_ecosystem_production
from explorer.scene.blocks import Values, aligned_empty, shared_with_jax
from explorer.scene.fields import unfolded
from explorer.systems.nep import processes
from explorer.systems.nep.classes import per_class
from explorer.systems.nep.constants import (
    Numbers,
    Rules,
    SecondPassTables,
    numbers,
    rules,
    second_pass_tables,
)
from explorer.systems.nep.forcing import Canopy, Forcing, NepScene
from explorer.systems.nep.interventions import Interventions, added_up, interventions
from explorer.systems.nep.parameters import NepParameters


class FirstPass(NamedTuple, Generic[Values]):
    """What the first pass keeps, in blocks: float32, (blocks, 12, BLOCK)."""

    drive: Values  # light at the ground x efficiency for epsilon_max = 1 [MJ m-2 month-1]
    rh: Values  # heterotrophic respiration [g C m-2 month-1]


SECOND_PASS_PARAMETERS = ("epsilon_max", "ci_scheme", "ci_ref", "par_share")
"""Parameters that only the second pass reads."""

SECOND_PASS_OUTPUTS = ("fpar", "npp", "rh", "nep")
"""Outputs of the second pass."""


def first_pass_key(parameters: NepParameters) -> NepParameters:
    """Return the parameters with those of the second pass at their defaults.

    Two scenarios with the same key share one base.
    """
    rows = (row for row in fields(parameters) if row.name in SECOND_PASS_PARAMETERS)
    defaults: dict[str, Any] = {row.name: row.default for row in rows}
    return replace(parameters, **defaults)


def run_first_pass(
    scene: NepScene,
    parameters: NepParameters,
    proceed: Callable[[float], bool] = lambda share: True,
) -> tuple[FirstPass[np.ndarray], Interventions] | None:
    """Run the first pass on all land cells of a scene.

    Parameters
    ----------
    scene : NepScene
    parameters : NepParameters
    proceed : callable
        Called with the share done after every block; when it returns False the run ends.

    Returns
    -------
    base : FirstPass
    stepped_in : Interventions
        Where a rule did, and how much carbon hangs on it.
    None, when it did not proceed.
    """
    shape = scene.forcing.temperature.shape
    base = FirstPass(*(aligned_empty(shape, np.float32) for _ in FirstPass._fields))
    # On the device once: handing some forty numbers over with every block would cost more.
    constants = jax.device_put((second_pass_tables(scene, parameters), numbers(parameters)))
    area = scene.scene.blocked_area.astype(np.float32)
    pending: list[tuple[FirstPass[Array], Interventions]] = []
    stepped_in = []

    def keep(number: int) -> None:
        fields, seen = pending.pop(0)
        for kept, field in zip(base, fields, strict=True):
            kept[number] = field
        stepped_in.append(seen)

    # JAX computes while we copy: the copying of a block waits for the start of the next.
    for number, forcing in enumerate(scene.blocks_on_device()):
        pending.append(_base(forcing, area[number], *constants, rules(parameters)))
        if number:
            keep(number - 1)
        if not proceed((number + 1) / shape[0]):
            return None
    keep(shape[0] - 1)
    return base, added_up(stepped_in)


def run_blocks(
    forcing: Iterable[Forcing],
    parameters: NepParameters,
    table: SecondPassTables,
    names: tuple[str, ...],
) -> Iterator[tuple[Array, ...]]:
    """Run both passes at once, block by block, for what shall not be kept.

    Parameters
    ----------
    forcing : iterable of Forcing
        Blocks: monthly fields (12, BLOCK), fixed ones (BLOCK,).
    parameters : NepParameters
    table : SecondPassTables
    names : tuple of str
        Outputs wanted, of ``SECOND_PASS_OUTPUTS``.

    Yields
    ------
    tuple of arrays, each (12, BLOCK), in the order of the names
    """
    p, table = jax.device_put((numbers(parameters), table))
    for block in forcing:
        yield _whole(block, p, table, rules(parameters), names)


def finished(
    scene: NepScene, base: FirstPass, parameters: NepParameters, name: str, month: int | None = None
) -> np.ndarray:
    """Run the second pass for one output.

    Parameters
    ----------
    scene : NepScene
    base : FirstPass
        Of the same scene and of parameters with the same ``first_pass_key``.
    parameters : NepParameters
    name : str
        One of ``SECOND_PASS_OUTPUTS``.
    month : int, optional
        1 to 12; None for all months.

    Returns
    -------
    float32 array in blocks: (blocks, 12, BLOCK), or (blocks, BLOCK) for one month.
    """
    fields = FirstPass(*map(shared_with_jax, base))
    table = second_pass_tables(scene, parameters)
    index = None if month is None else month - 1
    return np.asarray(_finished(fields, scene.canopy_on_device, table, index, name))


def finished_year(
    scene: NepScene, base: FirstPass, parameters: NepParameters, name: str
) -> np.ndarray:
    """Return the sum of an output over the months, (blocks, BLOCK); see ``finished``."""
    table = jax.device_put(second_pass_tables(scene, parameters))
    out = aligned_empty(scene.forcing.vegetation.shape, np.float32)
    for number, block in enumerate(scene.unlit_blocks):
        part = FirstPass(*(shared_with_jax(field[number]) for field in base))
        out[number] = _year_of_block(part, Canopy.of(block), table, name)
    return out


def fpar_before_clumping(scene: NepScene, parameters: NepParameters, part: slice) -> np.ndarray:
    """Return FPAR before clumping of some blocks, (blocks of the part, 12, BLOCK). [1]."""
    table = jax.device_put(second_pass_tables(scene, parameters))
    out = aligned_empty(scene.forcing.ndvi[part].shape, np.float32)
    for made, block in zip(out, scene.unlit_blocks[part], strict=True):
        made[...] = _fpar_0(block.ndvi, block.vegetation, table)
    return out


def scaled(unit: np.ndarray, vegetation: np.ndarray, parameters: NepParameters) -> np.ndarray:
    """Return NPP from what epsilon_max = 1 gives, cell by cell: NPP is linear in epsilon_max."""
    return unit * per_class(parameters.epsilon_max)[vegetation]


def soil_respiration(scene: NepScene, parameters: NepParameters) -> np.ndarray:
    """Return Rs of all months in blocks: what the base leaves out, since only Rh is summed."""
    p, chosen = numbers(parameters), rules(parameters)
    return np.stack([np.asarray(_rs(block, p, chosen)) for block in scene.blocks_on_device()])


def light(scene: NepScene, parameters: NepParameters) -> np.ndarray:
    """Return light at the ground of all months in blocks, [MJ m-2 month-1]."""
    p = numbers(parameters)
    return np.stack([np.asarray(_light(block, p)) for block in scene.blocks_on_device()])


def efficiency(scene: NepScene, parameters: NepParameters) -> np.ndarray:
    """Return light-use efficiency for epsilon_max = 1 of all months in blocks, [1]."""
    p, chosen = numbers(parameters), rules(parameters)
    return np.stack(
        [np.asarray(_efficiency(block, p, chosen)) for block in scene.blocks_on_device()]
    )


def stresses(scene: NepScene, parameters: NepParameters) -> processes.Stress[np.ndarray]:
    """Return the factors of the efficiency of all months, in blocks."""
    p, chosen = numbers(parameters), rules(parameters)
    parts = [_factors(block, p, chosen) for block in scene.blocks_on_device()]
    return processes.Stress(
        *(np.stack(list(map(np.asarray, factor))) for factor in zip(*parts, strict=True))
    )


def clumping_counts(scene: NepScene, parameters: NepParameters) -> dict[str, int]:
    """Count the cell-months where clumping was replaced by 1, and where FPAR was held."""
    canopy = scene.canopy_on_device
    if canopy.ci is None:
        return {"ci_replaced": 0, "fpar_clipped": 0}
    counts = _clumping_counts(canopy, second_pass_tables(scene, parameters))
    return {
        name: int(count)
        for name, count in zip(("ci_replaced", "fpar_clipped"), counts, strict=True)
    }


@fused("rules")
def _rs(forcing: Forcing, p: Numbers, rules: Rules) -> Array:
    return processes.respiration(processes.shifted_climate(forcing, p), p, rules)[0]


@fused()
def _light(forcing: Forcing, p: Numbers) -> Array:
    return processes.light(processes.shifted_climate(forcing, p), p)


@fused("rules")
def _efficiency(forcing: Forcing, p: Numbers, rules: Rules) -> Array:
    scalars = processes.stress_scalars(processes.shifted_climate(forcing, p), p, rules)
    return production.light_use_efficiency(1.0, *scalars)


@fused("rules")
def _factors(forcing: Forcing, p: Numbers, rules: Rules) -> processes.Stress[Array]:
    return processes.stress_scalars(processes.shifted_climate(forcing, p), p, rules)


@fused()
def _clumping_counts(canopy: Canopy, table: SecondPassTables) -> Array:
    fpar_0 = processes.fpar_before_clumping(canopy.ndvi, canopy.vegetation, table)
    _, replaced, held = processes.clumped(fpar_0, canopy.ci, canopy.vegetation, table)
    return jnp.stack([jnp.sum(replaced), jnp.sum(held)])


_fpar_0 = fused()(processes.fpar_before_clumping)
"""FPAR before clumping of one block."""


def _first_pass(forcing: Forcing, p: Numbers, rules: Rules) -> tuple[FirstPass[Array], Array]:
    """Turn climate into what is kept, and into Rs."""
    forcing = processes.shifted_climate(forcing, p)
    efficiency = production.light_use_efficiency(1.0, *processes.stress_scalars(forcing, p, rules))
    rs, rh = processes.respiration(forcing, p, rules)
    return FirstPass(processes.light(forcing, p) * efficiency, rh), rs


@fused("rules")
def _base(
    forcing: Forcing, area: Array, table: SecondPassTables, p: Numbers, rules: Rules
) -> tuple[FirstPass[Array], Interventions]:
    """Run the first pass on one block, and note where a rule stepped in."""
    base, rs = _first_pass(forcing, p, rules)
    frozen = processes.evaporates_nothing(processes.shifted_climate(forcing, p))
    return base, interventions(
        rs,
        base.rh,
        frozen & (rules.w_scalar_rule == "carried"),
        base.drive * processes.fpar_before_clumping(forcing.ndvi, forcing.vegetation, table),
        forcing.vegetation,
        area,
        (p.rh_square, p.rh_slope, p.rh_offset),
    )


def _second_pass(
    base: FirstPass[Array], canopy: Canopy[Array], table: SecondPassTables, name: str
) -> Array:
    """Finish from what was kept; what ``name`` does not need is not computed."""
    vegetation = canopy.vegetation
    fpar_0 = processes.fpar_before_clumping(canopy.ndvi, vegetation, table)
    fpar, _, _ = processes.clumped(fpar_0, canopy.ci, vegetation, table)
    # Light comes with the efficiency, whose maximum is all that is left of it.
    apar = production.absorbed_par(base.drive, fpar, table.par_share)
    npp = production.net_primary_production(apar, table.epsilon_max[vegetation][:, jnp.newaxis])
    return {
        "fpar": fpar,
        "npp": npp,
        "rh": base.rh,
        "nep": net_ecosystem_production(npp, base.rh),
    }[name]


@fused("name")
def _finished(
    base: FirstPass[Array],
    canopy: Canopy[Array],
    table: SecondPassTables,
    index: Array | None,
    name: str,
) -> Array:
    """Run the second pass on all blocks, for the month ``index`` alone or for all months.

    The month is cut out in here, where that costs nothing; before, every field would be copied.
    """
    if index is None:
        return _second_pass(base, canopy, table, name)
    cut = partial(jax.lax.dynamic_slice_in_dim, start_index=index, slice_size=1)

    def month(fields: Any) -> Any:
        """Cut the month out of every field; numbers that say how it is stored have no months."""
        return jax.tree.map(lambda leaf: cut(leaf, axis=1) if leaf.ndim == 3 else leaf, fields)

    table = table._replace(ci_ref=cut(table.ci_ref, axis=0))
    return _second_pass(month(base), month(canopy), table, name)[:, 0]


@fused("name")
def _year_of_block(
    base: FirstPass[Array], canopy: Canopy[Array], table: SecondPassTables, name: str
) -> Array:
    """Run the second pass on one block and sum the months, which are never stored."""
    # One month after the other is twice as fast as XLA's own sum over an axis in the middle.
    return reduce(add, _finished_block(base, canopy, table, name))


def _finished_block(
    base: FirstPass[Array], canopy: Canopy[Array], table: SecondPassTables, name: str
) -> Array:
    """Run the second pass on one block, (12, BLOCK)."""
    block = base, Canopy(*map(unfolded, canopy))
    many, canopies = jax.tree.map(lambda field: field[jnp.newaxis], block)
    return _second_pass(many, canopies, table, name)[0]


def whole_block(
    forcing: Forcing, p: Numbers, table: SecondPassTables, rules: Rules, names: tuple[str, ...]
) -> tuple[Array, ...]:
    """Run both passes on one block; ``_whole`` is the same, compiled."""
    base, _ = _first_pass(forcing, p, rules)
    return tuple(_finished_block(base, Canopy.of(forcing), table, name) for name in names)


_whole = fused("rules", "names")(whole_block)
