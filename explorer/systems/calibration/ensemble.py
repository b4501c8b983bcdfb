"""The model with many parameter sets at one cell: what screening and MASM ask for."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from explorer.systems.calibration.bounded import Space, as_arrays
from explorer.systems.calibration.misfit import Observed, cost, residuals
from explorer.systems.calibration.model import SPIN_UP_YEARS, Day, Leaves, cheapest_run
from explorer.systems.calibration.weather import Course

MOST_AT_ONCE = 256
"""Parameter sets in one call: memory is that of so many, however many there are."""


def costs_of(
    first_year: Course,
    course: Course,
    seen: Mapping[str, Observed],
    space: Space,
    fixed: Mapping[str, float],
    spin_up: int = SPIN_UP_YEARS,
) -> Callable[[np.ndarray], np.ndarray]:
    """Return what gives the cost of places within the bounds, (n, names) -> (n,).

    Ma et al. (2022), Eq. 5, of all variables together.
    """
    others = as_arrays({name: each for name, each in fixed.items() if name not in space.names})
    blocks = {name: each.block for name, each in seen.items()}
    rest = {name: tuple(each[1:]) for name, each in seen.items()}

    def costs(share: np.ndarray) -> np.ndarray:
        found = [
            _costs(space, spin_up, first_year, course, blocks, rest, others, jnp.asarray(part))
            for part in _parts(share)
        ]
        return np.concatenate([np.asarray(each, float) for each in found])

    return costs


def means_of(
    first_year: Course,
    course: Course,
    space: Space,
    fixed: Mapping[str, float],
    spin_up: int = SPIN_UP_YEARS,
) -> Callable[[np.ndarray], dict[str, np.ndarray]]:
    """Return what gives mean leaf area and GPP of places within the bounds, by name."""
    others = as_arrays({name: each for name, each in fixed.items() if name not in space.names})

    def means(share: np.ndarray) -> dict[str, np.ndarray]:
        parts = [
            _means(space, spin_up, first_year, course, others, jnp.asarray(part))
            for part in _parts(share)
        ]
        lai, gpp = np.concatenate([np.asarray(each, float) for each in parts], axis=1)
        return {"lai": lai, "gpp": gpp}

    return means


def _parts(share: np.ndarray) -> list[np.ndarray]:
    return [share[row : row + MOST_AT_ONCE] for row in range(0, len(share), MOST_AT_ONCE)]


@partial(jax.jit, static_argnums=(0, 1))
def _costs(
    space: Space, spin_up: int, first_year: Course, course: Course, blocks: dict, rest: dict,
    fixed: dict, share: Array,
) -> Array:  # fmt: skip
    seen = {name: Observed(blocks[name], *each) for name, each in rest.items()}

    def of_one(place: Array) -> Array:
        days = _days(seen, space, spin_up, first_year, course, fixed, place)
        return cost(seen, residuals(seen, days))

    return jax.vmap(of_one)(share)


@partial(jax.jit, static_argnums=(0, 1))
def _means(
    space: Space, spin_up: int, first_year: Course, course: Course, fixed: dict, share: Array
) -> Array:
    def of_one(place: Array) -> Array:
        days = _days(Leaves._fields, space, spin_up, first_year, course, fixed, place)
        return jnp.stack([days.lai.mean(), days.gpp.mean()])

    return jax.vmap(of_one)(share).T


def _days(
    names: Iterable[str], space: Space, spin_up: int, first_year: Course, course: Course,
    fixed: dict, place: Array,
) -> Day | Leaves:  # fmt: skip
    p = {**fixed, **space.named(space.values(place))}
    return cheapest_run(names)(p, first_year, course, spin_up)[1]
