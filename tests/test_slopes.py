"""Derivatives of a region's total, against finite differences of the model and of NumPy's."""

from collections.abc import Callable

import numpy as np
import pytest

from explorer import preset, run
from explorer.analysis.sensitivity import STEP, swings
from explorer.pipeline import check, prepare
from explorer.scene.scene import Scene
from explorer.systems.layers import always
from explorer.tables.parameter import row_of
from tests import reference_model

REGION = "South"
# Scalars and one member of each table that the rules of the case let through.
NAMES = {
    "ci2": (
        "epsilon_max.EBF", "epsilon_max.cropland", "ndvi_min.grassland", "sr_min.EBF", "sr_weight",
        "par_share", "t_scalar_2_scale", "w_min", "rs_r0", "rs_m", "rs_alpha", "rs_beta", "rs_p0",
        "rs_k", "socd.cropland", "rh_square", "rh_slope", "rh_offset", "angstrom_a", "angstrom_b",
        "precip_factor",
    ),
    "ci1": ("ci_ref.EBF", "ci_ref.shrub", "fpar_max"),
}  # fmt: skip
STEPS = {"rs_beta": 1e-5, "rh_square": 1e-6}
CLASSES = reference_model.CLASSES


@pytest.fixture(scope="module")
def dataset(tiny_dataset):
    return tiny_dataset()


@pytest.fixture(scope="module")
def land(dataset) -> Scene:
    return prepare(check(dataset))


def area_of(scene: Scene, region: str = REGION) -> np.ndarray:
    """Area of each cell of a region, in blocks."""
    inside = scene.group // len(scene.classes) == scene.region_names.index(region)
    return np.where(inside, scene.blocked_area, 0.0)


def reference_total(dataset, scene: Scene, **changes) -> float:
    """The region's NEP of the year by the model written with NumPy in float64, [Tg C]."""
    nep = reference_model.simulate(dataset, **changes)["nep"].sum(axis=0).reshape(-1)[scene.index]
    inside = scene.region == scene.region_names.index(REGION)
    return float((nep * scene.area)[inside].sum() * 1e6 / 1e12)


def central(total: Callable[[float], float], value: float, step: float) -> float:
    return (total(value + step) - total(value - step)) / (2 * step)


@pytest.mark.parametrize(("version", "name"), [(v, n) for v, names in NAMES.items() for n in names])
def test_slope_is_the_finite_difference_of_the_reference_model(dataset, land, version, name):
    scenario = preset(version)
    result = run(land, scenario)
    found = scenario.system.slopes(result, area_of(land), always)
    stem, _, member = name.partition(".")
    value = scenario.values()[name]
    settings = {"ci_scheme": scenario.parameters.ci_scheme}

    def total(changed: float) -> float:
        if not member:
            return reference_total(dataset, land, **settings, **{stem: changed})
        table = getattr(reference_model.Settings(), stem).copy()
        table[CLASSES.index(member)] = changed
        return reference_total(dataset, land, **settings, **{stem: table})

    step = STEPS.get(name, 1e-4 * max(abs(value), 0.1))
    wanted = central(total, value, step)
    assert found[name] == pytest.approx(wanted, rel=2e-3, abs=2e-5 * abs(total(value)))


def test_every_number_has_a_finite_slope(land):
    for changes in ({}, {"fpar_limits": "table", "w_scalar_rule": "blended", "rh_rule": "capped"}):
        scenario = preset("ci1").with_values(changes)
        found = scenario.system.slopes(run(land, scenario), area_of(land), always)
        numbers = {k for k, v in scenario.values().items() if not isinstance(v, str)}
        assert set(found) == numbers
        assert np.isfinite(list(found.values())).all()


def test_bare_land_without_grassland_takes_the_table(tiny_dataset):
    """Then full cover of bare land, its ratio too, follows the table's NDVI."""
    dataset = tiny_dataset()
    cover = dataset["land_cover"].values
    cover[cover == 10] = 1
    land = prepare(check(dataset))
    scenario = preset("ci2")

    def total(value: float) -> float:
        changed = scenario.with_values({"ndvi_max.other": value})
        return run(land, changed).totals.yearly_total("nep")

    found = scenario.system.slopes(run(land, scenario), land.blocked_area, always)
    assert found["ndvi_max.other"] == pytest.approx(central(total, 0.634, 0.01), rel=0.02)
    assert found["ndvi_max.EBF"] == 0


def test_slopes_of_regions_add_up_to_that_of_the_whole(land):
    scenario = preset("ci2")
    result = run(land, scenario)
    parts = [
        scenario.system.slopes(result, area_of(land, region), always)
        for region in land.region_names
    ]
    whole = scenario.system.slopes(result, land.blocked_area, always)
    for name, slope in whole.items():
        summed = sum(part[name] for part in parts)
        assert slope == pytest.approx(summed, rel=1e-4, abs=1e-9)


def test_total_is_linear_in_light_use(land):
    """NPP is the sum over the classes of ε_max times its slope; NEP is that less Rh."""
    scenario = preset("ci2")
    result = run(land, scenario)
    found = scenario.system.slopes(result, land.blocked_area, always)
    npp = sum(
        found[name] * value
        for name, value in scenario.values().items()
        if name.startswith("epsilon_max.")
    )
    assert npp == pytest.approx(result.totals.yearly_total("npp"), rel=1e-5)


def test_run_that_is_cancelled_gives_nothing(land):
    scenario = preset("ci2")
    assert scenario.system.slopes(run(land, scenario), area_of(land), lambda _: False) is None


def test_swings_stay_within_the_range_of_the_table_and_are_sorted():
    scenario = preset("ci2").with_values({"w_min": 0.97})
    found = swings(scenario.parameters, {"w_min": 2.0, "sr_weight": -3.0, "rs_k": 0.0})
    assert [each.name for each in found] == ["sr_weight", "w_min"]
    weight, lowest = found
    low, high = row_of(type(scenario.parameters), "sr_weight").metadata["bounds"]
    assert weight.high - weight.value == pytest.approx(STEP * (high - low))
    assert weight.change_high == pytest.approx(-0.3)
    assert lowest.high == 1.0
    assert lowest.change_high == pytest.approx(0.06)
    assert lowest.change_low == pytest.approx(-0.2)
