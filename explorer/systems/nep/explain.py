"""Why NEP is what it is, what limits it, and what a difference between two results comes from."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from explorer.analysis import split as attribution
from explorer.analysis import waterfall as why
from explorer.analysis.totals import Totals, area_totals
from explorer.pipeline import Result
from explorer.scene.scene import Scene
from explorer.scene.shapes.cover import Cover
from explorer.systems.nep import factors
from explorer.systems.nep.parameters import NepParameters


def _always(_share: float) -> bool:
    return True


def why_cell(result: Result, cell: int, month: int | None = None) -> why.Waterfall:
    """Return the steps from potential to NEP of one land cell, from its own months alone.

    Parameters
    ----------
    result : Result
    cell : int
        Position among the land cells.
    month : int, optional
        1 to 12; None for the year.

    Raises
    ------
    IndexError
        When the scene has no such land cell.
    """
    made = factors.cell_factors(result.scene, result.scenario.parameters, cell)
    steps = (getattr(made, name) for name in why.STEPS)
    levels = why.running_products(made.par * made.epsilon_max, steps)
    return why.waterfall(levels, made.rh, month)


def cell_nep(scene: Scene, parameters: NepParameters, cell: int) -> np.ndarray:
    """Return NEP of one land cell in every month, from its own months alone.

    Returns
    -------
    float64 array, shape (12,). [g C m-2 month-1]

    Raises
    ------
    IndexError
        When the scene has no such land cell.
    """
    made = factors.cell_factors(scene, parameters, cell)
    steps = (getattr(made, name) for name in why.STEPS)
    return why.running_products(made.par * made.epsilon_max, steps)[-1] - made.rh


def why_everywhere(
    result: Result, proceed: Callable[[float], bool] = _always, covered: Cover | None = None
) -> Totals | None:
    """Return the summed steps of every region and class; one pass over all land cells.

    Read one place with ``analysis.why.waterfall_of_place``.

    Parameters
    ----------
    result : Result
    proceed : callable
        Told the share done; when it returns False the pass ends.
    covered : Cover, optional
        Of a shape; then only what lies under it counts.

    Returns
    -------
    Totals
        None when told not to proceed.
    """
    unit = why_everywhere_for_unit_efficiency(result, proceed, covered)
    return None if unit is None else why.with_efficiency(unit, result.scenario.parameters)


def why_everywhere_for_unit_efficiency(
    result: Result, proceed: Callable[[float], bool] = _always, covered: Cover | None = None
) -> Totals | None:
    """Return the same for epsilon_max = 1 in every class: what an edit of it has in common.

    ``analysis.why.with_efficiency`` makes the former of it.
    """
    result = result.with_unit_efficiency()
    scene, area = result.scene, result.totals.area
    if covered is not None:
        scene = replace(scene, area=scene.area * covered.fractions(0, scene.cells))
        area = area_totals(scene, {}).area

    def blocks() -> Iterator[tuple[np.ndarray, np.ndarray]]:
        for made in factors.each_factors(result.scene, result.scenario.parameters):
            potential = np.asarray(made.par) * np.asarray(made.epsilon_max)
            steps = (np.asarray(getattr(made, name)) for name in why.STEPS)
            yield np.stack([potential, *steps]), np.asarray(made.rh)

    return why.level_totals(scene, area, blocks(), proceed)


def limiting_factors(
    result: Result, proceed: Callable[[float], bool] = _always
) -> np.ndarray | None:
    """Return which factor limits NPP most, as codes (see ``models.factors``)."""
    return factors.limiting_factors(result.scene, result.scenario.parameters, proceed)


def attribute(
    a: Result, b: Result, proceed: Callable[[float], bool] = _always
) -> attribution.Attribution | None:
    """Split the difference in NEP, B - A, by cause; None when told not to proceed.

    Where A and B share the first pass only epsilon_max, clumping and the share of light that plants
    can use may differ; then that pass is read again instead of run twice.

    Raises
    ------
    ValueError
        When the results are of different scenes.
    """
    if a.scene is not b.scene:
        raise ValueError(f"A is of {a.scene!r}, B of {b.scene!r}: expected one scene")
    shared = a.kept.key == b.kept.key
    before, after = (
        factors.each_drivers(
            result.scene, result.scenario.parameters, result.kept.base if shared else None
        )
        for result in (a, b)
    )
    return attribution.attribute(a.scene, a.totals.area, factors.DRIVERS, before, after, proceed)
