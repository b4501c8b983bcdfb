"""NEP taken apart into its factors, block by block: to say why, and what changed.

NPP = PAR x FPAR before clumping x clumping x both temperature scalars x water scalar x epsilon_max,
and NEP = NPP - Rh. ``clumping`` is FPAR over FPAR before clumping, so that it holds the upper limit
of FPAR too; where FPAR before clumping is 0 it is 1.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Generic, NamedTuple, TypeVar

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from explorer.equations import production
from explorer.scene.blocks import Values, shared_with_jax
from explorer.scene.fields import Field, unfolded
from explorer.systems.nep import processes
from explorer.systems.nep.constants import (
    Numbers,
    Rules,
    SecondPassTables,
    numbers,
    rules,
    second_pass_tables,
)
from explorer.systems.nep.forcing import Canopy, Forcing, NepScene
from explorer.systems.nep.parameters import NepParameters
from explorer.systems.nep.passes import FirstPass

DRIVERS = ("epsilon_max", "clumping", "light", "fpar", "temperature", "water")
"""Factors of NPP as causes of a difference: both temperature scalars are one."""

LIMITS = ("fpar", "t_scalar_1", "t_scalar_2", "w_scalar")
"""What can limit NPP; code 1 is the first of them, 0 is none."""

_Yielded = TypeVar("_Yielded")


class Factors(NamedTuple, Generic[Values]):
    """What NEP is made of: monthly fields of one block, (12, BLOCK), or of one cell, (12,)."""

    epsilon_max: Values  # [g C MJ-1]
    par: Values  # photosynthetically active radiation [MJ m-2 month-1]
    fpar_0: Values  # FPAR before clumping [1]
    clumping: Values  # [1]
    t_scalar_1: Values  # [1]
    t_scalar_2: Values  # [1]
    w_scalar: Values  # [1]
    rh: Values  # heterotrophic respiration [g C m-2 month-1]


class Drivers(NamedTuple):
    """What a difference in NEP can come from, of one block."""

    factors: Array  # (DRIVERS, 12, BLOCK), their product is NPP
    rh: Array  # (12, BLOCK) [g C m-2 month-1]


def each_factors(scene: NepScene, parameters: NepParameters) -> Iterator[Factors[Array]]:
    """Yield the factors of each block, computed one block ahead of the caller."""
    return _one_ahead(
        _factors_of_block(block, *tables) for block, tables in _each_block(scene, parameters)
    )


def each_drivers(
    scene: NepScene, parameters: NepParameters, base: FirstPass | None = None
) -> Iterator[Drivers]:
    """Yield the drivers of each block, computed one block ahead of the caller.

    Parameters
    ----------
    scene : NepScene
    parameters : NepParameters
    base : FirstPass, optional
        First pass of the same ``first_pass_key``. It keeps light and the stress scalars as one
        product, which then stands as light, with temperature and water at 1: enough for two
        scenarios that share the base, where those do not differ, and ten times as fast as starting
        again.
    """
    if base is None:
        return _one_ahead(
            _drivers_of_block(block, *tables) for block, tables in _each_block(scene, parameters)
        )
    table = jax.device_put(second_pass_tables(scene, parameters))
    return _one_ahead(
        _drivers_of_base(
            FirstPass(*(shared_with_jax(field[number]) for field in base)),
            Canopy.of(block),
            table,
        )
        for number, block in enumerate(scene.unlit_blocks)
    )


def cell_factors(scene: NepScene, parameters: NepParameters, cell: int) -> Factors[np.ndarray]:
    """Return the factors of one land cell from its own twelve months alone: (12,), float64.

    Raises
    ------
    IndexError
        When the scene has no such land cell.
    """
    if not 0 <= cell < scene.cells:
        raise IndexError(f"land cell {cell}: expected 0 to {scene.cells - 1}")
    forcing = scene.columns(np.array([int(cell)]))
    factors = _factors_of_block(forcing, *_tables(scene, parameters))
    return Factors(*(np.asarray(field, dtype=np.float64)[:, 0] for field in factors))


def limiting_factors(
    scene: NepScene,
    parameters: NepParameters,
    proceed: Callable[[float], bool] = lambda share: True,
) -> np.ndarray | None:
    """Return which factor holds NPP back most, of each land cell, for the year and every month.

    The smallest of FPAR (clumped), both temperature scalars and the water scalar. For the year each
    is averaged over the months with PAR as the weight (epsilon_max of a cell is the same all year,
    so that is the potential), each on its own: no order of factors comes in.

    Parameters
    ----------
    scene : NepScene
    parameters : NepParameters
    proceed : callable
        Told the share done after every block; when it returns False the run ends.

    Returns
    -------
    uint8 array, (blocks, 13, BLOCK)
        Position in ``LIMITS`` + 1; 0 = padding. Axis 1: the year, then January to December.
    None, when told not to proceed.
    """
    blocks, months, size = scene.forcing.temperature.shape
    codes = np.empty((blocks, 1 + months, size), dtype=np.uint8)
    made = _one_ahead(
        _limits_of_block(block, *tables) for block, tables in _each_block(scene, parameters)
    )
    for number, block in enumerate(made):
        codes[number] = block
        if not proceed((number + 1) / blocks):
            return None
    return codes


def _one_ahead(calls: Iterable[_Yielded]) -> Iterator[_Yielded]:
    """Start the next call before the last one's result is taken: JAX computes meanwhile."""
    waiting = None
    for made in calls:
        if waiting is not None:
            yield waiting
        waiting = made
    if waiting is not None:
        yield waiting


def _each_block(scene: NepScene, parameters: NepParameters) -> Iterator[tuple[Forcing, tuple]]:
    tables = _tables(scene, parameters)
    return ((block, tables) for block in scene.blocks_on_device())


def _tables(scene: NepScene, parameters: NepParameters) -> tuple[Numbers, SecondPassTables, Rules]:
    fields = numbers(parameters), second_pass_tables(scene, parameters)
    return *jax.device_put(fields), rules(parameters)


@partial(jax.jit, static_argnames="rules")
def _factors_of_block(
    forcing: Forcing, p: Numbers, table: SecondPassTables, rules: Rules
) -> Factors[Array]:
    forcing = processes.shifted_climate(forcing, p)
    fpar_0 = processes.fpar_before_clumping(forcing.ndvi, forcing.vegetation, table)
    _, rh = processes.respiration(forcing, p, rules)
    return Factors(
        epsilon_max=_epsilon_max(forcing.vegetation, table, fpar_0),
        par=production.absorbed_par(processes.light(forcing, p), 1.0, table.par_share),
        fpar_0=fpar_0,
        clumping=_clumping(fpar_0, forcing.ci, forcing.vegetation, table),
        **processes.stress_scalars(forcing, p, rules)._asdict(),
        rh=rh,
    )


@partial(jax.jit, static_argnames="rules")
def _drivers_of_block(
    forcing: Forcing, p: Numbers, table: SecondPassTables, rules: Rules
) -> Drivers:
    made = _factors_of_block(forcing, p, table, rules)
    temperature = made.t_scalar_1 * made.t_scalar_2
    factors = (
        made.epsilon_max, made.clumping, made.par, made.fpar_0, temperature, made.w_scalar,
    )  # fmt: skip
    return Drivers(jnp.stack(factors), made.rh)


@jax.jit
def _drivers_of_base(base: FirstPass, canopy: Canopy, table: SecondPassTables) -> Drivers:
    vegetation = canopy.vegetation
    fpar_0 = processes.fpar_before_clumping(canopy.ndvi, vegetation, table)
    same = jnp.ones_like(fpar_0)
    factors = (
        _epsilon_max(vegetation, table, fpar_0),
        _clumping(fpar_0, canopy.ci, vegetation, table),
        production.absorbed_par(base.drive, 1.0, table.par_share),
        fpar_0,
        same,
        same,
    )
    return Drivers(jnp.stack(factors), base.rh)


@partial(jax.jit, static_argnames="rules")
def _limits_of_block(forcing: Forcing, p: Numbers, table: SecondPassTables, rules: Rules) -> Array:
    made = _factors_of_block(forcing, p, table, rules)
    fpar = made.fpar_0 * made.clumping
    held = jnp.stack([fpar, made.t_scalar_1, made.t_scalar_2, made.w_scalar])
    # Dividing by the sum of the weights would not change which is the smallest.
    yearly = (held * made.par).sum(axis=1, keepdims=True)
    held = jnp.concatenate([yearly, held], axis=1)
    known = ~jnp.isnan(held).any(axis=0)
    return jnp.where(known, jnp.argmin(held, axis=0) + 1, 0).astype(jnp.uint8)


def _epsilon_max(vegetation: Array, table: SecondPassTables, like: Array) -> Array:
    return jnp.broadcast_to(table.epsilon_max[vegetation], like.shape)


def _clumping(
    fpar_0: Array, ci: Field | Array | None, vegetation: Array, table: SecondPassTables
) -> Array:
    """FPAR over FPAR before clumping, (12, BLOCK)."""
    fields = (fpar_0, unfolded(ci), vegetation)
    many, many_ci, members = jax.tree.map(lambda field: field[jnp.newaxis], fields)
    fpar = processes.clumped(many, many_ci, members, table)[0][0]
    return jnp.where(fpar_0 == 0, 1.0, fpar / fpar_0)
