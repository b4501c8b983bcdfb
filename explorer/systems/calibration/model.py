"""The process model: a day, many days, and the spin-up before them.

Photosynthesis is that of IBIS at several points of the day; its carbon goes through the pools of
DALEC; a bucket of water holds it back in drought. Written for one cell and one set of parameters;
``jax.vmap`` gives many.

Leaves, labile carbon and water do not depend on the slow pools (root, wood, litter, soil), and the
slow pools are linear in themselves. A spin-up therefore runs a few years day by day, until leaves
and water repeat themselves, and takes the slow pools through all other years as powers of one
matrix: 50 years, or for ever, at the cost of a few.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from explorer.equations.bucket import filled_bucket, soil_water_stress, transpired
from explorer.equations.phenology import leaf_fall_switch, leaf_flush_switch
from explorer.equations.photosynthesis import (
    canopy_scaling,
    co2_inside_leaf,
    light_limited_rate,
    rubisco_limited_rate,
    smoothed_minimum,
    stomatal_conductance,
)
from explorer.equations.pools import (
    allocation_to_foliage,
    labile_release,
    leaf_litter,
    leaf_withdrawal,
    temperature_rate,
    turnover,
)
from explorer.systems.calibration.weather import Course

Parameters = Mapping[str, Array]

GRAMS_PER_MICROMOL = 12e-6
SUCROSE = 2.2
"""Js = Vm / 2.2 (Foley et al. 1996)."""
FIRST_CI = 0.7
"""CO2 inside the leaf over that outside, before the first pass."""
PASSES = 3
"""Of photosynthesis and stomata, each with the CO2 of the one before; 30 differ by less than 0.5 %
(``tests/calibration/test_model.py``)."""
LEAST_CI = 1.05
"""Of the compensation point: the least CO2 inside the leaf, as in IBIS."""

SPIN_UP_YEARS = 50
FAST_YEARS = 5
FOR_EVER = -1
"""As number of years: the slow pools are in equilibrium with the first year."""


class Fast(NamedTuple):
    """The state that photosynthesis depends on."""

    labile: Array  # [g C m-2]
    foliage: Array  # [g C m-2]
    water: Array  # [mm]


class Slow(NamedTuple):
    """Pools that nothing else depends on. [g C m-2]."""

    root: Array
    wood: Array
    litter: Array
    soil: Array


class State(NamedTuple):
    """All that a day hands to the next."""

    fast: Fast
    slow: Slow

    @property
    def carbon(self) -> Array:
        """Carbon of all pools. [g C m-2]."""
        return self.fast.labile + self.fast.foliage + sum(self.slow)


class Day(NamedTuple):
    """What a day gives; fluxes in g C m-2 d-1."""

    lai: Array  # [m2 m-2]
    gpp: Array
    er: Array
    nee: Array  # ER - GPP: positive where carbon is given off
    evaporation: Array  # of plants and soil [mm d-1]
    runoff: Array  # [mm d-1]
    water: Array  # at the end of the day [mm]
    carbon: Array  # at the end of the day, all pools [g C m-2]


class _Growth(NamedTuple):
    """What the fast part of a day hands to the slow one."""

    gpp: Array
    own: Array  # respiration of plants
    to_root: Array
    to_wood: Array
    to_litter: Array
    rate: Array
    lai: Array
    evaporation: Array
    runoff: Array


def simulate(p: Parameters, course: Course, state: State) -> tuple[State, Day]:
    """Run the model day by day.

    Parameters
    ----------
    p : mapping of name -> array, scalars
        See ``CalibrationParameters``.
    course : Course
        Of one cell.
    state : State
        At the beginning of the first day.

    Returns
    -------
    State, Day
        At the end of the last day; of every day, (days,).
    """

    def step(state: State, course: Course) -> tuple[State, Day]:
        fast, growth = _grow(p, course, state.fast)
        slow, decayed = _decay(p, growth.rate, state.slow, growth, 1.0)
        er = growth.own + decayed
        after = State(fast, slow)
        day = Day(
            growth.lai, growth.gpp, er, er - growth.gpp, growth.evaporation, growth.runoff,
            fast.water, after.carbon,
        )  # fmt: skip
        return after, day

    return jax.lax.scan(step, state, course)


def started(p: Parameters, first_year: Course, years: int = SPIN_UP_YEARS) -> State:
    """Return the state after a spin-up on the weather of one year, with ``p20`` as labile carbon.

    Parameters
    ----------
    p : mapping of name -> array, scalars
    first_year : Course
        Of one cell and whole year.
    years : int
        How often the year is repeated; ``FOR_EVER`` for the equilibrium of the slow pools.
        Photosynthesis repeats itself after ``FAST_YEARS``.
    """
    fast, slow = _before(p)
    if years == 0:
        return State(fast._replace(labile=p["p20"]), slow)
    daily = FAST_YEARS if years == FOR_EVER else min(FAST_YEARS, years)

    def a_year(state: State, _: None) -> tuple[State, None]:
        return simulate(p, first_year, state)[0], None

    state, _ = jax.lax.scan(a_year, State(fast, slow), length=daily)
    if daily != years:
        state = State(state.fast, _carried(p, first_year, state, years - daily))
    return State(state.fast._replace(labile=p["p20"]), state.slow)


def run(
    p: Parameters, first_year: Course, course: Course, years: int = SPIN_UP_YEARS
) -> tuple[State, Day]:
    """Spin up on the first year, then run all days."""
    return simulate(p, course, started(p, first_year, years))


class Leaves(NamedTuple):
    """What does not depend on the slow pools."""

    lai: Array  # [m2 m-2]
    gpp: Array  # [g C m-2 d-1]


def run_leaves(
    p: Parameters, first_year: Course, course: Course, years: int = SPIN_UP_YEARS
) -> tuple[Fast, Leaves]:
    """Return leaf area and GPP as ``run`` does, without the slow pools: in half of the time."""

    def step(fast: Fast, course: Course) -> tuple[Fast, Leaves]:
        fast, growth = _grow(p, course, fast)
        return fast, Leaves(growth.lai, growth.gpp)

    def a_year(fast: Fast, _: None) -> tuple[Fast, None]:
        return jax.lax.scan(lambda fast, course: (_grow(p, course, fast)[0], None), fast,
                            first_year)[0], None  # fmt: skip

    daily = FAST_YEARS if years == FOR_EVER else min(FAST_YEARS, years)
    fast, _ = jax.lax.scan(a_year, _before(p).fast, length=daily)
    return jax.lax.scan(step, fast._replace(labile=p["p20"]), course)


def cheapest_run(names: Iterable[str]) -> Callable[..., tuple[Any, Any]]:
    """Return the quickest of the two that gives some variables."""
    return run_leaves if set(names) <= set(Leaves._fields) else run


def _before(p: Parameters) -> State:
    """Return the state before the spin-up: the soil is full of water."""
    fast = Fast(p["p20"], p["foliage_0"], p["water_capacity"])
    return State(fast, Slow(p["root_0"], p["wood_0"], p["litter_0"], p["soil_0"]))


def _carried(p: Parameters, year: Course, state: State, years: int) -> Slow:
    """Carry the slow pools through some years that are all the same.

    A year maps the slow pools s to M s + b. Running it with the columns of M and b in place of the
    pools gives both.
    """
    unit = jnp.eye(5, dtype=state.slow.root.dtype)

    def step(carry: tuple[Fast, Slow], course: Course) -> tuple[tuple[Fast, Slow], None]:
        fast, growth = _grow(p, course, carry[0])
        slow, _ = _decay(p, growth.rate, carry[1], growth, unit[4])
        return (fast, slow), None

    (_, rows), _ = jax.lax.scan(step, (state.fast, Slow(*unit[:4])), year)
    matrix = jnp.stack([*rows, unit[4]])
    if years < 0:
        settled = jnp.linalg.solve(unit[:4, :4] - matrix[:4, :4], matrix[:4, 4])
        return Slow(*settled)
    pools = jnp.stack([*state.slow, jnp.ones_like(state.slow.root)])
    return Slow(*(jnp.linalg.matrix_power(matrix, years) @ pools)[:4])


def _grow(p: Parameters, course: Course, fast: Fast) -> tuple[Fast, _Growth]:
    """Run the part of a day that leaves and water take part in."""
    lai = fast.foliage / p["p18"]
    wet = filled_bucket(fast.water, course.inflow, p["water_capacity"])
    stress = soil_water_stress(wet, p["water_capacity"], p["water_critical"])
    gross, conductance = _leaf(p, course, stress)
    canopy = canopy_scaling(lai, p["extinction"])
    gpp = GRAMS_PER_MICROMOL * course.daylight * canopy * gross.mean(axis=-1)
    through = transpired(conductance * canopy, course.deficit, 1.0).mean(axis=-1) * course.daylight
    shaded = jnp.exp(-p["extinction"] * lai)
    drying = p["soil_evaporation"] * course.evaporable * shaded * wet / p["water_capacity"]
    evaporation = jnp.minimum(through + drying, wet)

    rate = temperature_rate(course.t_mean, p["p10"])
    flush = leaf_flush_switch(course.degree_days, course.late, p["p12"], p["leaf_out_width"])
    fall = leaf_fall_switch(
        course.degree_days, course.coldest, course.late,
        p["p12"], p["leaf_out_width"], p["p13"], p["leaf_fall_width"],
    )  # fmt: skip
    unfolded = allocation_to_foliage(fast.foliage, gpp, flush, p["p2"], p["p3"], p["p17"])
    rest = (1 - p["p2"]) * gpp - unfolded
    released = labile_release(fast.labile, flush, rate, p["p15"])
    fallen = leaf_litter(fast.foliage, fall, p["p5"], p["p14"])
    withdrawn = leaf_withdrawal(fast.foliage, fall, rate, p["p5"], p["p14"])
    kept = 1 - p["p16"]
    after = Fast(
        fast.labile + kept * withdrawn - released,
        fast.foliage + unfolded + kept * released - fallen - withdrawn,
        wet - evaporation,
    )
    own = p["p2"] * gpp + p["p16"] * (released + withdrawn)
    return after, _Growth(
        gpp, own, p["p4"] * rest, (1 - p["p4"]) * rest, fallen, rate, lai, evaporation,
        fast.water + course.inflow - wet,
    )  # fmt: skip


def _decay(
    p: Parameters, rate: Array, slow: Slow, growth: _Growth, given: Array | float
) -> tuple[Slow, Array]:
    """Run the slow pools through a day; ``given`` multiplies what plants give them."""
    from_root = turnover(slow.root, p["p7"], 1.0)
    from_wood = turnover(slow.wood, p["p6"], 1.0)
    burnt = turnover(slow.litter, p["p8"], rate)
    rotted = turnover(slow.litter, p["p1"], rate)
    from_soil = turnover(slow.soil, p["p9"], rate)
    after = Slow(
        slow.root + growth.to_root * given - from_root,
        slow.wood + growth.to_wood * given - from_wood,
        slow.litter + growth.to_litter * given + from_root - burnt - rotted,
        slow.soil + rotted + from_wood - from_soil,
    )
    return after, burnt + from_soil


def _leaf(p: Parameters, course: Course, stress: Array) -> tuple[Array, Array]:
    """Return gross photosynthesis and conductance of a leaf on top, at each point of the day."""
    light = p["extinction"] * p["absorptance"] * course.par
    unstressed = p["vmax"] * course.response
    capacity = unstressed * stress
    respired = p["leaf_respiration"] * unstressed
    co2 = course.co2
    ci = jnp.broadcast_to(FIRST_CI * co2, light.shape)
    gross = conductance = light
    for _ in range(PASSES):
        je = light_limited_rate(light, p["alpha3"], ci, course.compensation)
        jc = rubisco_limited_rate(capacity, ci, course.compensation, course.half_saturation)
        jp = smoothed_minimum(je, jc, p["theta3"])
        gross = smoothed_minimum(jp, capacity / SUCROSE, p["beta3"])
        net = jnp.maximum(gross - respired, 0.0)
        conductance = stomatal_conductance(
            net, course.humidity, co2, p["stomatal_slope"], p["stomatal_intercept"]
        )
        inside = co2_inside_leaf(co2, net, conductance)
        ci = jnp.maximum(inside, LEAST_CI * course.compensation)
    return gross, conductance
