"""The process model: beside an independent one, its balances, its limits, its parameters."""

from dataclasses import fields
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from explorer.systems.calibration import model
from explorer.systems.calibration.bounded import as_arrays, defaults
from explorer.systems.calibration.model import FOR_EVER, run, run_leaves, simulate, started
from explorer.systems.calibration.parameters import CalibrationParameters
from explorer.systems.calibration.weather import Weather, course_of
from tests.calibration import reference

POOLS = ("labile", "foliage", "water", "root", "wood", "litter", "soil")
COMPILED = jax.jit(run, static_argnums=3)
SPUN_UP = jax.jit(started, static_argnums=2)


def ran(weather: Weather, years: int = 50, **changed: float):
    p = as_arrays(defaults() | changed)
    return COMPILED(p, course_of(weather.years(0, 0)), course_of(weather), years)


def by_name(state: model.State) -> dict[str, float]:
    return dict(zip(POOLS, map(float, [*state.fast, *state.slow]), strict=True))


def drawn(seed: int) -> dict[str, float]:
    """Parameters anywhere in the middle of their bounds."""
    draw = np.random.default_rng(seed)
    values = {}
    for row in fields(CalibrationParameters):
        low, high = row.metadata["bounds"]
        near = row.default * draw.uniform(0.7, 1.4)
        values[row.name] = float(np.clip(near, low, high))
    return values


@pytest.mark.parametrize(
    ("changed", "place"),
    [({}, {}), (drawn(3), {"latitude": -38.0}), (drawn(4), {"warmth": 2.0, "rain": 0.8})],
    ids=["defaults", "south", "cold_and_dry"],
)
def test_every_day_is_that_of_a_plain_loop(weather_of, in_double, changed, place):
    weather = weather_of(2003, 2, **place)  # the second is a leap year
    p = defaults() | changed
    pools = reference.before(p)
    expected = np.array(reference.simulate(p, weather, pools))
    first = model._before(as_arrays(p))
    after, days = jax.jit(simulate)(as_arrays(p), course_of(weather), first)
    # Rounding, and the 1e-8 under the root that keeps the slope finite where nothing grows.
    np.testing.assert_allclose(np.array(days).T, expected, rtol=2e-6, atol=2e-6)
    assert by_name(after) == pytest.approx(pools, rel=2e-6)
    assert expected[:, 1].sum() > 50  # something grew


def test_carbon_and_water_close(weather_of, in_double):
    weather = weather_of(2001, 4, rain=3.0)
    start = SPUN_UP(as_arrays(defaults()), course_of(weather.years(0, 0)), 50)
    course = course_of(weather)
    after, days = jax.jit(simulate)(as_arrays(defaults()), course, start)
    throughput = float(days.gpp.sum() + days.er.sum())
    assert float(after.carbon - start.carbon + days.nee.sum()) == pytest.approx(
        0, abs=1e-8 * throughput
    )
    before = jnp.concatenate([start.carbon[None], days.carbon[:-1]])
    np.testing.assert_allclose(days.carbon - before, -days.nee, atol=1e-8 * throughput)
    came, went = course.inflow.sum(), days.evaporation.sum() + days.runoff.sum()
    stored = after.fast.water - start.fast.water
    assert float(came - went - stored) == pytest.approx(0, abs=1e-8 * float(came))
    np.testing.assert_allclose(days.er - days.gpp, days.nee)


def test_single_precision_is_near_double(weather_of):
    weather = weather_of(2001, 3)
    single = ran(weather)[1]
    with jax.enable_x64(True):
        double = ran(weather)[1]
    for name in ("lai", "gpp", "er", "nee"):
        one, two = (np.asarray(getattr(days, name), float) for days in (single, double))
        # Three years and a spin-up of 50: 1e-4 of the largest day, told in docs/calibration.md.
        assert np.abs(one - two).max() < 1e-4 * np.abs(two).max(), name


def test_spin_up_by_matrix_is_that_day_by_day(weather_of, in_double, monkeypatch):
    year = weather_of(2001, 1)
    p = as_arrays(defaults())
    quick = by_name(SPUN_UP(p, course_of(year), 50))
    monkeypatch.setattr(model, "FAST_YEARS", 50)
    slow = by_name(jax.jit(partial(started, years=50))(p, course_of(year)))
    # Leaves and water repeat themselves after five years to a few parts in ten thousand.
    assert quick == pytest.approx(slow, rel=5e-4)


def test_drift_after_spin_up_is_told_and_none_in_equilibrium(weather_of, in_double):
    year, p = course_of(weather_of(2001, 1)), as_arrays(defaults())
    a_year = jax.jit(simulate)

    def drift(years: int) -> float:
        """Carbon gained in a year over GPP, once the labile carbon of p20 is used up."""
        state = SPUN_UP(p, year, years)
        for _ in range(6):
            before = state
            state, days = a_year(p, year, before)
        return float((state.carbon - before.carbon) / days.gpp.sum())

    assert drift(50) > 0.05  # wood and soil turn over in decades: no equilibrium
    assert abs(drift(FOR_EVER)) < 0.003


def test_labile_carbon_after_spin_up_is_p20_and_matters_in_the_first_year(weather_of):
    weather = weather_of(2001, 4)
    poor, rich = (ran(weather, p20=value)[1].gpp for value in (20.0, 300.0))
    by_year = [float(abs(rich - poor)[365 * n : 365 * (n + 1)].sum()) for n in range(4)]
    assert by_year[0] > 20
    assert by_year[0] > 3 * by_year[3]
    state = SPUN_UP(as_arrays(defaults() | {"p20": 77.0}), course_of(weather.years(0, 0)), 50)
    assert float(state.fast.labile) == 77.0


ONLY_BEFORE = {"foliage_0"}
"""Forgotten by the spin-up; it matters where there is none."""


@pytest.mark.parametrize("years", [0, 2, 50, FOR_EVER])
def test_leaves_alone_are_those_of_the_whole_model(weather_of, years):
    weather = weather_of(2001, 2)
    p, first = as_arrays(defaults()), course_of(weather.years(0, 0))
    whole = COMPILED(p, first, course_of(weather), years)[1]
    alone = jax.jit(run_leaves, static_argnums=3)(p, first, course_of(weather), years)[1]
    np.testing.assert_allclose(alone.lai, whole.lai, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(alone.gpp, whole.gpp, rtol=1e-5, atol=1e-4)


@pytest.mark.parametrize("row", fields(CalibrationParameters), ids=lambda row: row.name)
def test_every_parameter_matters(weather_of, row):
    weather = weather_of(2001, 2, rain=0.9)
    years = 0 if row.name in ONLY_BEFORE else 5
    low, high = row.metadata["bounds"]
    other = 0.5 * (low + high) if row.default < 0.4 * (low + high) else 0.7 * low + 0.3 * high
    plain, changed = (ran(weather, years, **values)[1] for values in ({}, {row.name: other}))
    moved = max(
        float(abs(one - two).max()) for one, two in zip(plain[:4], changed[:4], strict=True)
    )
    assert moved > 1e-3


def test_nothing_grows_without_light(weather_of):
    _, days = ran(weather_of(2001, 1, light=0.0))
    assert float(days.gpp.max()) < 1e-4
    assert float(days.er.sum()) > 0


def test_frozen_year_has_no_leaves(weather_of):
    _, days = ran(weather_of(2001, 2, warmth=-25.0), p20=50.0)
    assert float(days.gpp.sum()) < 1e-3
    assert float(days.lai.max()) < 1e-3
    assert np.isfinite(np.asarray(days)).all()


def test_without_leaves_and_labile_carbon_nothing_grows(weather_of, in_double):
    weather = weather_of(2001, 1)
    state = model._before(as_arrays(defaults()))
    bare = model.State(state.fast._replace(labile=0.0, foliage=0.0), state.slow)
    _, days = jax.jit(simulate)(as_arrays(defaults()), course_of(weather), bare)
    assert float(days.gpp.sum()) == 0
    assert float(days.nee.min()) > 0


def test_drought_stops_growth_and_water_stays_above_nothing(weather_of):
    wet, dry = (ran(weather_of(2001, 3, rain=rain))[1] for rain in (3.0, 0.0))
    assert float(dry.gpp[-365:].sum()) < 0.05 * float(wet.gpp[-365:].sum())
    assert float(dry.water.min()) >= 0
    assert float(dry.evaporation[-365:].sum()) < 5
    assert float(wet.water.max()) <= defaults()["water_capacity"]


def test_leaves_come_and_fall_with_the_seasons(weather_of):
    weather = weather_of(2001, 2, latitude=42.0)
    lai = np.asarray(ran(weather)[1].lai)[365:]
    assert lai.max() == pytest.approx(180 / 40, rel=0.02)
    assert lai[170:250].min() > 4
    assert lai[30:90].max() < 0.5
    southern = np.asarray(ran(weather_of(2001, 2, latitude=-42.0))[1].lai)[365:]
    assert southern[205:250].max() < 1 < southern[30:60].min()


def test_more_points_and_passes_change_little(weather_of, monkeypatch):
    weather = weather_of(2001, 1)
    p, first = as_arrays(defaults()), weather.years(0, 0)

    def growth(points: int) -> float:
        course = course_of(first, points)
        return float(jax.jit(lambda c: simulate(p, c, model._before(p))[1].gpp.sum())(course))

    few, many = growth(6), growth(96)
    assert few == pytest.approx(many, rel=0.025)
    monkeypatch.setattr(model, "PASSES", 30)
    assert growth(6) == pytest.approx(few, rel=0.005)


def test_slopes_are_those_of_differences(weather_of, in_double):
    weather = weather_of(2001, 2)
    first, course = course_of(weather.years(0, 0)), course_of(weather)
    names = ("vmax", "p5", "p12", "p13", "p14", "p15", "p17", "p18", "p20", "water_capacity")
    fixed = as_arrays(defaults())

    def total(values: jax.Array) -> jax.Array:
        p = {**fixed, **dict(zip(names, values, strict=True))}
        return run(p, first, course, 2)[1].gpp.mean()

    at = jnp.array([fixed[name] for name in names])
    slope = np.asarray(jax.jit(jax.jacfwd(total))(at))
    compiled = jax.jit(total)
    for number, value in enumerate(at):
        step = 1e-5 * float(value)
        up, down = (compiled(at.at[number].add(sign * step)) for sign in (1, -1))
        assert slope[number] == pytest.approx(float(up - down) / (2 * step), rel=1e-3, abs=1e-9)


def test_missing_weather_stays_missing(weather_of):
    weather = weather_of(2001, 1)
    weather.t_mean[100] = np.nan
    _, days = ran(weather, 0)
    assert np.isfinite(np.asarray(days.gpp)[:100]).all()
    assert np.isnan(np.asarray(days.gpp)[100:]).all()
