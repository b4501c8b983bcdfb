"""Calibration by gradient: Levenberg and Marquardt from several starts, for many cells at once.

The misfit is a sum of squares (means of eight days, and the prior), so its Jacobian gives slope and
curvature. With a dozen parameters and thousands of days, forward mode takes one pass over the
days and stores none of them; backward mode would store or repeat them all. Cells are worked through
in batches of one size: memory is that of a batch, and the code is compiled once.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from explorer.systems.calibration.bounded import PRIOR_WIDTH, Space, as_arrays, starting_points
from explorer.systems.calibration.misfit import Observed, residuals
from explorer.systems.calibration.model import SPIN_UP_YEARS, cheapest_run
from explorer.systems.calibration.weather import Course

FIRST_DAMPING = 1e-2
LONGEST_STEP = 2.0
FARTHEST = 7.0
"""Largest number without bounds: 0.1 % of the way from a bound."""


class Problem(NamedTuple):
    """What cells are calibrated on; arrays lead with an axis of cells, but for block numbers."""

    first_year: Course
    course: Course
    seen: Mapping[str, Observed]


class Found(NamedTuple):
    """What a search has come to, of each cell and start."""

    free: Array  # (cells, starts, names)
    residuals: Array  # with those of the prior at the end, (cells, starts, n)
    jacobian: Array  # (cells, starts, n, names)
    damping: Array  # (cells, starts)

    @property
    def cost(self) -> Array:
        """Sum of squares, the prior's among them, (cells, starts)."""
        return (self.residuals**2).sum(axis=-1)


@dataclass(frozen=True, eq=False)
class Calibrated:
    """The best of all starts, by cell.

    Attributes
    ----------
    space : Space
    values : array, (cells, names)
    low, high : arrays, (cells, names)
        The 90 % interval of a Gaussian around the best point (Laplace), in numbers without bounds.
    cost : array, (cells,)
        Sum of squares, the prior's among them.
    reached : array, (cells,)
        Share of the starts that came within 1 % of the best cost.
    told : array, (cells, names)
        Share of the prior's variance that the data took away: 0 = nothing is learnt.
    runs : int
        Model runs a cell; a column of the Jacobian is one.
    """

    space: Space
    values: np.ndarray
    low: np.ndarray
    high: np.ndarray
    cost: np.ndarray
    reached: np.ndarray
    told: np.ndarray
    runs: int


NINETY = 1.645


def calibrate(
    problem: Problem,
    space: Space,
    values: Mapping[str, float],
    *,
    starts: int = 8,
    iterations: int = 25,
    spin_up: int = SPIN_UP_YEARS,
    seed: int = 0,
    proceed: Callable[[float], bool] = lambda share: True,
) -> Calibrated | None:
    """Find the parameters of each cell that meet its observations best.

    Parameters
    ----------
    problem : Problem
    space : Space
        The free parameters.
    values : mapping of name -> float
        Every parameter; the free ones centre the prior.
    starts, iterations : int
        Searches of a cell, and steps of each.
    spin_up : int
        Years, see ``model.started``.
    seed : int
        Of the starts.
    proceed : callable
        Asked after each step with the share done; when it says no, the result is None.
    """
    begin = starting_points(space, [values[name] for name in space.names], starts, seed)
    cells = np.shape(problem.course.co2)[0]
    free = jnp.asarray(np.broadcast_to(begin, (cells, *begin.shape)), jnp.result_type(float))
    fixed = as_arrays({name: each for name, each in values.items() if name not in space.names})
    found = _nowhere(problem, space, free)
    for number in range(iterations + 1):
        if not proceed(number / (iterations + 1)):
            return None
        found = _moved(space, spin_up, problem, fixed, begin[0], found)
    return _best(space, found, starts * (iterations + 1) * (1 + len(space.names)))


def calibrate_in_batches(
    problem: Problem,
    space: Space,
    values: Mapping[str, float],
    *,
    batch: int,
    proceed: Callable[[float], bool] = lambda share: True,
    **options: int,
) -> Calibrated | None:
    """Calibrate many cells, some at a time: memory is that of a batch, time linear in cells.

    Parameters
    ----------
    problem, space, values
        See ``calibrate``.
    batch : int
        Cells at a time. The last batch is filled up with its last cell, so that all have one shape
        and the code is compiled once.
    proceed : callable
        Asked with the share done; when it says no, the result is None.
    **options
        Of ``calibrate``.
    """
    cells = np.shape(problem.course.co2)[0]
    parts = []
    for start in range(0, cells, batch):
        rows = np.minimum(np.arange(start, start + min(batch, cells)), cells - 1)

        def share(done: float, start: int = start) -> bool:
            return proceed((start + done * batch) / cells)

        part = calibrate(_cells(problem, rows), space, values, proceed=share, **options)
        if part is None:
            return None
        parts.append((part, min(batch, cells - start)))

    def joined(name: str) -> np.ndarray:
        return np.concatenate([getattr(part, name)[:count] for part, count in parts])

    return Calibrated(
        space,
        joined("values"),
        joined("low"),
        joined("high"),
        joined("cost"),
        joined("reached"),
        joined("told"),
        parts[0][0].runs,
    )


def _cells(problem: Problem, rows: np.ndarray) -> Problem:
    """Return some cells of a problem."""
    first_year, course = (
        Course(*(np.asarray(each)[rows] for each in part))
        for part in (problem.first_year, problem.course)
    )
    seen = {
        name: Observed(each.block, *(np.asarray(part)[rows] for part in each[1:]))
        for name, each in problem.seen.items()
    }
    return Problem(first_year, course, seen)


def _nowhere(problem: Problem, space: Space, free: Array) -> Found:
    """Return points whose cost is infinite: the first step stays there, and finds their cost.

    So one function is compiled, not one for the first points and one for all others.
    """
    count = sum(np.shape(each.mean)[-1] for each in problem.seen.values()) + len(space.names)
    return Found(
        free,
        jnp.full((*free.shape[:2], count), jnp.inf, free.dtype),
        jnp.zeros((*free.shape[:2], count, len(space.names)), free.dtype),
        jnp.full(free.shape[:2], 5 * FIRST_DAMPING, free.dtype),
    )


def _evaluated(
    space: Space, spin_up: int, problem: Problem, fixed: dict, centre: Array, free: Array
) -> Found:
    """Return residuals and their Jacobian at some points, (cells, starts, names)."""
    blocks = {name: each.block for name, each in problem.seen.items()}
    rest = {name: tuple(each[1:]) for name, each in problem.seen.items()}

    def of_point(first_year, course, rest, point):
        seen = {name: Observed(blocks[name], *each) for name, each in rest.items()}
        p = {**fixed, **space.named(space.from_free(point))}
        _, days = cheapest_run(seen)(p, first_year, course, spin_up)
        away = (point - centre) / PRIOR_WIDTH
        scaled = jnp.concatenate([residuals(seen, days), away])
        return scaled, scaled

    both = jax.jacfwd(of_point, argnums=3, has_aux=True)
    of_cell = jax.vmap(both, in_axes=(None, None, None, 0))
    slopes, scaled = jax.vmap(of_cell)(problem.first_year, problem.course, rest, free)
    return Found(free, scaled, slopes, jnp.full(free.shape[:2], FIRST_DAMPING, free.dtype))


@partial(jax.jit, static_argnums=(0, 1))
def _moved(
    space: Space, spin_up: int, problem: Problem, fixed: dict, centre: Array, found: Found
) -> Found:
    """Take one step from each point; one that does not help is taken back and damped."""
    slopes = found.jacobian
    curvature = jnp.einsum("csni,csnj->csij", slopes, slopes)
    downhill = -jnp.einsum("csni,csn->csi", slopes, found.residuals)
    ridge = found.damping[..., None] * jnp.diagonal(curvature, axis1=-2, axis2=-1)
    damped = curvature + ridge[..., None] * jnp.eye(len(space.names), dtype=slopes.dtype)
    step = jnp.linalg.solve(damped, downhill[..., None])[..., 0]
    # Where the cost is infinite, or the model gave no number, the step is 0.
    step = jnp.where(jnp.isfinite(step), jnp.clip(step, -LONGEST_STEP, LONGEST_STEP), 0.0)
    there = jnp.clip(found.free + step, -FARTHEST, FARTHEST)
    tried = _evaluated(space, spin_up, problem, fixed, centre, there)
    better = tried.cost < found.cost  # False where a cost is NaN

    def chosen(new: Array, old: Array) -> Array:
        return jnp.where(better.reshape(better.shape + (1,) * (new.ndim - 2)), new, old)

    damping = jnp.where(better, found.damping / 5, found.damping * 4)
    return Found(
        chosen(tried.free, found.free),
        chosen(tried.residuals, found.residuals),
        chosen(tried.jacobian, found.jacobian),
        jnp.clip(damping, 1e-6, 1e6),
    )


def _best(space: Space, found: Found, runs: int) -> Calibrated:
    """Return the best start of each cell, with the Gaussian around it."""
    cost = np.asarray(found.cost, float)
    best = np.nanargmin(np.where(np.isfinite(cost), cost, np.inf), axis=1)
    rows = np.arange(cost.shape[0])
    free = np.asarray(found.free, float)[rows, best]
    slopes = np.asarray(found.jacobian, float)[rows, best]
    spread = np.linalg.inv(np.einsum("cni,cnj->cij", slopes, slopes))
    variance = np.diagonal(spread, axis1=1, axis2=2)
    away = NINETY * np.sqrt(variance)
    least = cost[rows, best]
    return Calibrated(
        space,
        np.asarray(space.from_free(free), float),
        np.asarray(space.from_free(free - away), float),
        np.asarray(space.from_free(free + away), float),
        least,
        (cost <= 1.01 * least[:, None]).mean(axis=1),
        np.clip(1 - variance / PRIOR_WIDTH**2, 0.0, 1.0),
        runs,
    )
