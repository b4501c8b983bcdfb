"""Where a rule stepped in: in how many cell-months, and how much carbon hangs on it.

Only the cell-months that the published formulas were not made for: Rh above Rs, Rs beyond the top
of Rh's parabola, a negative Rh, and water stress carried through frost.
"""

from collections.abc import Iterable
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.typing import ArrayLike

from explorer.equations import soil
from explorer.systems.nep.classes import CLASSES, per_class
from explorer.systems.nep.parameters import NepParameters
from explorer.tables.quantities import FLUX

COUNTED = ("rh_above_rs", "rs_beyond_vertex", "rh_negative", "w_carried")
"""The rules, in the order of ``Interventions.counts``; of the first three the carbon is Rh."""


class Interventions(NamedTuple):
    """Of one block or of many: those of several blocks add up."""

    counts: ArrayLike  # (COUNTED,) cell-months
    respired: ArrayLike  # (COUNTED less the last,) what the rule moves [g C m-2 month-1 km2]
    carried: ArrayLike  # (classes,) NPP for epsilon_max = 1 and PAR share 1, without clumping


def interventions(
    rs: Array,
    rh: Array,
    carried: Array,
    weight: Array,
    vegetation: Array,
    area: Array,
    parabola: tuple[float, float, float],
) -> Interventions:
    """Count and weigh what happened in one block.

    Parameters
    ----------
    rs, rh : arrays, shape (12, BLOCK). [g C m-2 month-1]
        The padding is missing.
    carried : array of bool, same shape
        Months whose water stress is that of another.
    weight : array, same shape
        NPP for epsilon_max = 1 and PAR share 1. [g C m-2 month-1]
    vegetation : array of int, shape (BLOCK,)
    area : array, shape (BLOCK,). [km2]
    parabola : tuple
        Coefficients of Rh, see ``soil.heterotrophic_respiration``.
    """
    square, slope, _ = parabola
    vertex = soil.respiration_vertex(square, slope)
    top = soil.heterotrophic_respiration(vertex, *parabola)
    carried = carried & (rs == rs)  # not the padding
    happened = (rh > rs, rs > vertex, rh < 0, carried)
    moved = (rh - rs, top - rh, rh)
    grown = jnp.where(carried, weight, 0.0).sum(axis=0) * area
    return Interventions(
        jnp.stack([jnp.sum(where) for where in happened]),
        jnp.stack(
            [
                jnp.sum(jnp.where(where, amount, 0.0).sum(axis=0) * area)
                for where, amount in zip(happened, moved, strict=False)
            ]
        ),
        jnp.stack([jnp.sum(jnp.where(vegetation == n, grown, 0.0)) for n in range(len(CLASSES))]),
    )


def added_up(parts: Iterable[Interventions]) -> Interventions:
    """Return those of many blocks together, in float64."""
    return Interventions(
        *(np.sum([np.asarray(part, dtype=np.float64) for part in each], axis=0)
          for each in zip(*parts, strict=True))
    )  # fmt: skip


def counts_of(made: Interventions) -> dict[str, int]:
    """Return the cell-months by rule."""
    return {name: int(count) for name, count in zip(COUNTED, np.asarray(made.counts), strict=True)}


def carbon_of(
    made: Interventions, parameters: NepParameters, plain: np.ndarray, npp: float
) -> dict[str, float]:
    """Return the carbon by rule, [Tg C yr-1].

    Parameters
    ----------
    made : Interventions
    parameters : NepParameters
    plain : array, shape (12, groups)
        Sums of NPP for epsilon_max = 1 and PAR share 1, without clumping; a group's class is its
        remainder by the number of classes. [g C m-2 month-1 km2]
    npp : float
        Of the run. [Tg C yr-1]

    Returns
    -------
    dict of float
        ``rh_above_rs``: how much Rh lies above Rs. ``rs_beyond_vertex``: how much it would be more
        at the top of the parabola. ``rh_negative``: below 0, the Rh of those cell-months.
        ``w_carried``: the NPP of those months, taking its share from the run without clumping.
    """
    epsilon_max = per_class(parameters.epsilon_max).astype(float)
    by_class = plain.reshape(-1, len(CLASSES)).sum(axis=0) @ epsilon_max
    share = float(np.asarray(made.carried) @ epsilon_max / by_class) if by_class else 0.0
    respired = [FLUX.to_teragrams(float(amount)) for amount in np.asarray(made.respired)]
    return dict(zip(COUNTED, [*respired, share * npp], strict=True))
