"""MASM of cells as Ma et al. (2022) do it: first on GPP, then on leaf area, block by block.

GPP settles ``alpha3``, ``theta3``, ``beta3`` and ``vmax``, which are then fixed at their means,
and gives a first idea of ``p5``, ``p14`` and ``p20``; leaf area settles these again, with ``p15``,
``p17`` and ``p18``. Without leaf area the second block is left out.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import jax
import numpy as np

from explorer.systems.calibration.bounded import Space
from explorer.systems.calibration.ensemble import costs_of
from explorer.systems.calibration.gradient import Problem
from explorer.systems.calibration.masm import (
    AS_PUBLISHED,
    Block,
    Plan,
    Posterior,
    calibrated_block,
)
from explorer.systems.calibration.misfit import Observed
from explorer.systems.calibration.model import SPIN_UP_YEARS
from explorer.systems.calibration.parameters import SENSITIVE_TO_GPP, SENSITIVE_TO_LAI
from explorer.systems.calibration.weather import Course

BLOCKS = {"gpp": SENSITIVE_TO_GPP, "lai": SENSITIVE_TO_LAI}

Keep = Callable[[str, Block, float], bool]
"""Called after each round with the name of the block, the block and the share of it that is done;
when it returns False the work ends. What it stores, ``stepwise`` takes as ``begun``."""


@dataclass(frozen=True, eq=False)
class Stepwise:
    """What the blocks of a cell have come to.

    Attributes
    ----------
    values : mapping of name -> float
        Every parameter, the calibrated ones at the means of their posteriors.
    blocks : mapping of variable -> Posterior
    """

    values: Mapping[str, float]
    blocks: Mapping[str, Posterior] = field(default_factory=dict)

    @property
    def runs(self) -> int:
        """Model runs."""
        return sum(each.runs for each in self.blocks.values())

    @property
    def converged(self) -> bool:
        """Whether the chains of every block came together."""
        return all(each.converged for each in self.blocks.values())

    def interval(self, name: str) -> tuple[float, float]:
        """Return the 5th and 95th percentile of a parameter, from the last block that has it."""
        block = [each for each, names in BLOCKS.items() if name in names and each in self.blocks][
            -1
        ]
        space = Space(BLOCKS[block])
        draws = np.asarray(space.values(self.blocks[block].draws), float)
        low, high = np.percentile(draws[:, space.names.index(name)], [5, 95])
        return float(low), float(high)


def stepwise(
    first_year: Course,
    course: Course,
    seen: Mapping[str, Observed],
    values: Mapping[str, float],
    plan: Plan = AS_PUBLISHED,
    *,
    spin_up: int = SPIN_UP_YEARS,
    seed: int = 0,
    begun: Mapping[str, Block] | None = None,
    keep: Keep = lambda name, block, share: True,
) -> Stepwise | None:
    """Calibrate one cell, block by block; None when told not to go on.

    Parameters
    ----------
    first_year, course : Course
        Of one cell.
    seen : mapping of ``gpp``, and perhaps ``lai``, -> Observed
    values : mapping of name -> float
        Every parameter.
    plan : Plan
    spin_up : int
        Years, see ``model.started``.
    seed : int
    begun : mapping of variable -> Block, optional
        Blocks that were stopped, to go on with.
    keep : callable
    """
    current, found = dict(values), {}
    for number, (name, names) in enumerate(BLOCKS.items()):
        if name not in seen:
            continue
        space = Space(names)
        costs = costs_of(first_year, course, {name: seen[name]}, space, current, spin_up)

        def proceed(block: Block, share: float, name: str = name) -> bool:
            return keep(name, block, share)

        result = calibrated_block(
            costs, len(names), plan, seed=2 * seed + number, block=(begun or {}).get(name),
            proceed=proceed,
        )  # fmt: skip
        if result is None:
            return None
        means = np.asarray(space.values(result.mean), float)
        current |= dict(zip(names, map(float, means), strict=True))
        found[name] = result
    return Stepwise(current, found)


def stepwise_cells(
    problem: Problem,
    values: Mapping[str, float],
    plan: Plan = AS_PUBLISHED,
    *,
    spin_up: int = SPIN_UP_YEARS,
    seed: int = 0,
    workers: int = 2,
) -> list[Stepwise]:
    """Calibrate every cell of a problem, some at a time; the result does not depend on how many."""

    def of_cell(cell: int) -> Stepwise:
        first_year, course = (
            jax.tree.map(lambda each: each[cell], part)
            for part in (problem.first_year, problem.course)
        )
        seen = {
            name: Observed(each.block, *(part[cell] for part in each[1:]))
            for name, each in problem.seen.items()
        }
        found = stepwise(first_year, course, seen, values, plan, spin_up=spin_up, seed=seed + cell)
        assert found is not None  # nobody stops it
        return found

    cells = np.shape(problem.course.co2)[0]
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(of_cell, range(cells)))
