"""Laws that hold whatever the numbers are: of nature, of arithmetic, and of bookkeeping."""

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from explorer import SYSTEMS, preset, run
from explorer.equations.soil import soil_respiration_rate
from explorer.equations.stress import (
    temperature_scalar_distance,
    temperature_scalar_distance_stepped,
    temperature_scalar_optimum,
)
from explorer.pipeline import check, prepare
from explorer.scene.scene import Scene
from explorer.systems.nep.classes import CLASSES
from explorer.systems.nep.forcing import Forcing, NepScene
from explorer.systems.nep.result import Result, start
from tests.conftest import SHAPE, make_tiny_dataset
from tests.shortcuts import monthly

ROUNDING = 1e-5  # float32 through the whole model
YU = {"r0": 0.588, "m": 0.118, "alpha": 1.83, "beta": -0.006, "p0": 2.972, "k": 5.657}
BEST = preset("ci2")


def between(low: float, high: float) -> st.SearchStrategy[float]:
    return st.floats(low, high)


@st.composite
def datasets(draw: st.DrawFn) -> xr.Dataset:
    """Scenes with any climate and any greenness that validation accepts, extremes included."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    dataset = make_tiny_dataset()
    for name, low, high in (
        ("ndvi", -0.3, 1.0),
        ("temperature", -50.0, 45.0),
        ("precipitation", 0.0, 2000.0),
        ("sunshine", 0.0, 1.0),
        ("ci", 0.0, 1.5),
    ):
        anything = rng.uniform(low, high, (12, *SHAPE))
        extreme = rng.choice([low, high], anything.shape)
        dataset[name].values[:] = np.where(rng.random(anything.shape) < 0.1, extreme, anything)
    return dataset


def scene_of(dataset: xr.Dataset) -> Scene:
    return prepare(check(dataset))


def on_grid(result: Result, name: str) -> np.ndarray:
    return result.scene.on_grid(monthly(result, name))


@given(datasets(), st.sampled_from(["none", "I", "II"]))
def test_stresses_and_fpar_keep_to_their_range(dataset, scheme):
    result = run(scene_of(dataset), BEST.with_values({"ci_scheme": scheme}))
    for name, low in (("t_scalar_1", 0), ("t_scalar_2", 0), ("w_scalar", 0.5), ("fpar", 0)):
        values = monthly(result, name)
        assert low <= values.min() and values.max() <= 1, name
    # Clumping may take FPAR below its lower limit, never above the upper one.
    assert monthly(result, "fpar").max() <= np.float32(0.95)
    assert scheme != "none" or monthly(result, "fpar").min() >= np.float32(0.001)


@given(datasets())
def test_npp_is_never_negative(dataset):
    assert monthly(run(scene_of(dataset), BEST), "npp").min() >= 0


@given(datasets(), st.sampled_from(["faithful", "capped"]))
def test_nep_is_npp_less_rh(dataset, rule):
    result = run(scene_of(dataset), BEST.with_values({"rh_rule": rule}))
    difference = monthly(result, "npp").astype(float) - monthly(result, "rh")
    # float32: one rounding of numbers up to some hundreds.
    np.testing.assert_allclose(monthly(result, "nep"), difference, atol=1e-3, rtol=1e-6)


@given(datasets())
def test_rh_capped_lies_between_zero_and_rs(dataset):
    result = run(scene_of(dataset), BEST.with_values({"rh_rule": "capped"}))
    assert (monthly(result, "rh") <= monthly(result, "rs")).all()
    assert monthly(result, "rh").min() >= 0


@pytest.mark.parametrize("name", CLASSES)
@given(factor=st.floats(0.2, 2.0), value=st.floats(0.45, 1.0))
def test_npp_is_linear_in_epsilon_max_of_its_class(scene, name, factor, value):
    before, after = (
        monthly(run(scene, BEST.with_values({f"epsilon_max.{name}": number})), "npp")
        for number in (value, value * factor)
    )
    expected = np.where(scene.vegetation == CLASSES.index(name), before * factor, before)
    np.testing.assert_allclose(after, expected, rtol=ROUNDING, atol=1e-6)


@given(datasets())
def test_whole_is_sum_of_regions_and_of_classes(dataset):
    totals = run(scene_of(dataset), BEST).totals
    for name in ("npp", "rh", "nep"):
        whole = totals.yearly_total(name)
        parts = [totals.yearly_total(name, region) for region in totals.region_names]
        kinds = [totals.yearly_total(name, vegetation=member) for member in CLASSES]
        # float64 sums; parts may cancel, so the tolerance is that of the largest part.
        size = max(map(abs, [*parts, *kinds]))
        assert sum(parts) == pytest.approx(whole, abs=1e-12 * size)
        assert sum(kinds) == pytest.approx(whole, abs=1e-12 * size)


@given(between(-20, 40), between(0.1, 5), between(0, 80), between(0, 20))
def test_rs_rises_with_temperature(temperature, warming, rain, socd):
    rates = soil_respiration_rate(
        np.array([temperature, temperature + warming]), rain, socd, **YU
    )  # the constants turn over at 50 degC
    assert rates[1] > rates[0]


@given(between(-60, 60), between(-30, 40))
def test_temperature_stresses_are_shares(temperature, t_opt):
    scalars = [
        float(temperature_scalar_optimum(temperature, t_opt, -10.0)),
        float(temperature_scalar_distance(temperature, t_opt, 1.184)),
        float(temperature_scalar_distance_stepped(temperature, t_opt, 1.184)),
    ]
    assert all(0 <= scalar <= 1 for scalar in scalars), scalars


@pytest.mark.parametrize("light", ["radiation", "sunshine"])
def test_npp_is_zero_in_the_dark(tiny_dataset, light):
    dataset = tiny_dataset(light=light)
    dataset[light].values[:] = 0
    dark = BEST.with_values({"angstrom_a": 0.0})
    assert not monthly(run(scene_of(dataset), dark), "npp").any()


@given(st.floats(-8, 8), st.floats(0, 1))
def test_warming_equals_scene_warmed_by_hand(scene, delta_t, acclimation):
    shift = {"delta_t": delta_t, "acclimation": acclimation}
    forcing = SYSTEMS["nep"].forcing(scene).forcing
    warmed = forcing._replace(
        temperature=forcing.temperature.quantities() + np.float32(delta_t),
        t_opt=forcing.t_opt + np.float32(acclimation * delta_t),
    )
    assert_same_nep(run(scene, BEST.with_values(shift)), run_on(scene, warmed))


@given(st.floats(0, 3))
def test_rain_factor_equals_scene_wetted_by_hand(scene, factor):
    forcing = SYSTEMS["nep"].forcing(scene).forcing
    rain = forcing.precipitation.quantities() * np.float32(factor)
    wetter = forcing._replace(precipitation=rain)
    scenario = BEST.with_values({"precip_factor": factor})
    assert_same_nep(run(scene, scenario), run_on(scene, wetter))


def run_on(scene: Scene, forcing: Forcing) -> Result:
    """Run the best version on another forcing of the same cells."""
    return start(NepScene(scene, forcing), BEST).layers(BEST)


def assert_same_nep(one: Result, other: Result) -> None:
    # float32 fluxes of up to some hundred g, so 1e-3 g is their rounding.
    np.testing.assert_allclose(monthly(one, "nep"), monthly(other, "nep"), rtol=ROUNDING, atol=1e-3)


def test_full_acclimation_moves_optimum_with_warming(tiny_dataset):
    dataset = tiny_dataset()
    by_hand = dataset.copy(deep=True)
    by_hand["temperature"].values[:] += 3
    shifted = run(scene_of(dataset), BEST.with_values({"delta_t": 3.0, "acclimation": 1.0}))
    assert_same_nep(shifted, run(scene_of(by_hand), BEST))


REORDERED = {
    "south first": lambda data: data.isel(lat=slice(None, None, -1)),
    "east first": lambda data: data.isel(lon=slice(None, None, -1)),
    "dimensions turned": lambda data: data.transpose("lon", "lat", "month"),
    "each variable its own order": lambda data: data.assign(
        temperature=data["temperature"].transpose("lat", "month", "lon"),
        region=data["region"].transpose("lon", "lat"),
    ),
    "variables shuffled": lambda data: data[sorted(data.data_vars)],
    "longitudes west of Greenwich": lambda data: data.assign_coords(lon=data["lon"] - 360),
}


@pytest.mark.parametrize("change", REORDERED)
def test_result_is_independent_of_order_and_of_meridian(tiny_dataset, change):
    dataset = tiny_dataset(geographic=True)
    same = run(scene_of(dataset), BEST)
    other = run(scene_of(REORDERED[change](dataset)), BEST)
    assert other.totals.yearly_total("nep") == pytest.approx(
        same.totals.yearly_total("nep"), rel=ROUNDING
    )
    grid = other.scene.grid
    rows, columns = np.argsort(-grid.y), np.argsort(grid.x)
    np.testing.assert_allclose(
        on_grid(other, "nep")[:, rows][..., columns], on_grid(same, "nep"), rtol=ROUNDING, atol=1e-3
    )
