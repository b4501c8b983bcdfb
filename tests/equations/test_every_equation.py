"""What every public equation keeps to, whichever it is: found by looking, none left out."""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable

import jax
import numpy as np
import pytest

import explorer.equations

PARABOLA = {"square": -0.0009, "slope": 0.6011, "offset": 4.8874}
SOIL = {"r0": 0.588, "m": 0.118, "alpha": 1.83, "beta": -0.006, "p0": 2.972, "k": 5.657}
T = np.array([-12.0, 0.0, 8.0, 19.0, 31.0])
P = np.array([0.0, 4.0, 30.0, 90.0, 250.0])
SHARE = np.array([0.05, 0.2, 0.45, 0.7, 0.9])
MONTHS = np.linspace(0.2, 1.0, 12)[:, np.newaxis]
LATITUDE = np.array([-0.6, -0.1, 0.2, 0.5, 0.9])

# Ordinary arguments: fields as arrays whose last axis is the cells, constants as floats.
CASES: dict[str, dict] = {
    "inverse_relative_distance": {"day_of_year": np.array([1, 80, 172, 264, 355.0])},
    "solar_declination": {"day_of_year": np.array([1, 80, 172, 264, 355.0])},
    "sunset_hour_angle": {"latitude": LATITUDE, "declination": 0.4 * (SHARE - 0.5)},
    "extraterrestrial_radiation": {"latitude": LATITUDE, "day_of_year": 40 + 300 * SHARE},
    "day_length": {"latitude": LATITUDE, "day_of_year": 40 + 300 * SHARE},
    "radiation_from_sunshine": {"ra": 900 * SHARE, "sunshine": SHARE, "a": 0.25, "b": 0.5},
    "radiation_from_cloud_factor": {
        "ra": 900 * SHARE, "elevation": 4000 * SHARE, "cloud_factor": 0.7},
    "simple_ratio": {"ndvi": SHARE},
    "fpar_from_index": {
        "index": SHARE, "index_min": 0.02 * SHARE, "index_max": 0.6 + 0.1 * SHARE,
        "fpar_min": 0.001, "fpar_max": 0.95},
    "fpar_from_leaf_area": {"lai": 6 * SHARE, "extinction": 0.5},
    "mixed_fpar": {"fpar_sr": SHARE, "fpar_ndvi": SHARE**2, "sr_weight": 0.3},
    "clumping_ratio": {"ci": SHARE, "ci_ref": 0.5 + 0.2 * SHARE},
    "clumped_fpar": {"fpar_0": SHARE, "ratio": 1.5 - SHARE, "fpar_max": 0.95},
    "optimum_temperature": {"temperature": T * MONTHS, "ndvi": SHARE * MONTHS[::-1]},
    "temperature_scalar_optimum": {"temperature": T, "t_opt": T[::-1], "cold_limit": -10.0},
    "temperature_scalar_distance": {"temperature": T, "t_opt": T[::-1], "scale": 1.184},
    "temperature_scalar_distance_stepped": {"temperature": T, "t_opt": 0.6 * T, "scale": 1.184},
    "water_scalar": {"actual": P / 2, "potential": P + 5, "w_min": 0.5},
    "carried_through_frost": {
        "scalar": SHARE * MONTHS, "frozen": T * MONTHS < -3, "otherwise": 0.5},
    "blended_through_frost": {
        "scalar": SHARE * MONTHS, "temperature": T * MONTHS, "thawed_at": 5.0, "otherwise": 0.5},
    "heat_index": {"temperature": T * MONTHS},
    "thornthwaite_exponent": {"index": 150 * SHARE},
    "thornthwaite": {
        "temperature": T * MONTHS, "day_length": 8 + 8 * SHARE * MONTHS,
        "days": 29 + SHARE * MONTHS},
    "net_radiation": {"ep_0": P[::-1], "precipitation": P},
    "actual_evapotranspiration": {"precipitation": P, "rn": P[::-1] + 1},
    "potential_evapotranspiration": {"actual": P, "ep_0": P[::-1]},
    "absorbed_par": {"radiation": 900 * SHARE, "fpar": SHARE, "par_share": 0.5},
    "light_use_efficiency": {
        "epsilon_max": SHARE, "t_scalar_1": SHARE, "t_scalar_2": 1 - SHARE, "w_scalar": SHARE},
    "net_primary_production": {"apar": 300 * SHARE, "epsilon": SHARE},
    "soil_respiration_rate": {"temperature": T, "precipitation": P / 10, "socd": 5 * SHARE, **SOIL},
    "heterotrophic_respiration": {"rs": 400 * SHARE, **PARABOLA},
    "heterotrophic_respiration_capped": {"rs": 400 * SHARE, **PARABOLA},
    "heterotrophic_respiration_of_year": {"rs": 900 * SHARE, "slope": 0.62, "offset": 9.01},
    "respiration_vertex": {"square": -0.001 * SHARE, "slope": 0.6 * SHARE},
    "net_ecosystem_production": {"npp": 100 * SHARE, "rh": 60 * SHARE[::-1]},
    "co2_compensation_point": {"t_leaf": T},
    "rubisco_half_saturation": {"t_leaf": T},
    "rubisco_temperature_response": {"t_leaf": T},
    "light_limited_rate": {
        "par": 300 * SHARE, "alpha3": 0.08, "ci": 200 + 150 * SHARE, "compensation": 40 * SHARE},
    "rubisco_limited_rate": {
        "capacity": 60 * SHARE, "ci": 200 + 150 * SHARE, "compensation": 40 * SHARE,
        "half_saturation": 500 * SHARE},
    "smoothed_minimum": {"first": 20 * SHARE, "second": 15 * SHARE[::-1], "curvature": 0.95},
    "stomatal_conductance": {
        "net": 15 * SHARE, "humidity": SHARE, "co2": 400 - 20 * SHARE, "slope": 10.0,
        "intercept": 0.01},
    "co2_inside_leaf": {"co2": 400 - 20 * SHARE, "net": 15 * SHARE, "conductance": SHARE},
    "canopy_scaling": {"lai": 6 * SHARE, "extinction": 0.5},
    "sine_of_sun_height": {"latitude": LATITUDE, "declination": 0.4 * SHARE, "hour": 24 * SHARE},
    "temperature_at_hour": {"mean": T, "daily_range": 20 * SHARE, "hour": 24 * SHARE},
    "range_from_transmissivity": {"transmissivity": SHARE},
    "saturation_vapour_pressure": {"temperature": T},
    "leaf_flush_switch": {
        "degree_days": 600 * SHARE, "late": np.array([0.0, 0, 0, 1, 1]), "threshold": 250.0,
        "width": 10.0},
    "leaf_fall_switch": {
        "degree_days": 600 * SHARE, "coldest": T, "late": np.array([0.0, 0, 0, 1, 1]),
        "threshold": 250.0, "width": 10.0, "cold": 5.0, "cold_width": 0.5},
    "temperature_rate": {"temperature": T, "p10": 0.0693},
    "allocation_to_foliage": {
        "foliage": 250 * SHARE, "gpp": 12 * SHARE, "flush": SHARE, "p2": 0.47, "p3": 0.5,
        "p17": 180.0},
    "labile_release": {"labile": 200 * SHARE, "flush": SHARE, "rate": SHARE, "p15": 0.05},
    "leaf_litter": {"foliage": 200 * SHARE, "fall": SHARE, "p5": 0.05, "p14": 0.45},
    "leaf_withdrawal": {
        "foliage": 200 * SHARE, "fall": SHARE, "rate": SHARE, "p5": 0.05, "p14": 0.45},
    "turnover": {"pool": 9000 * SHARE, "constant": 4e-5, "rate": SHARE},
    "filled_bucket": {"water": 150 * SHARE, "inflow": P, "capacity": 120 + SHARE},
    "soil_water_stress": {"water": 150 * SHARE, "capacity": 120 + SHARE, "critical": 0.4},
    "transpired": {"conductance": SHARE, "deficit": 20 * SHARE, "seconds": 40000 * SHARE},
    "equilibrium_evaporation": {"temperature": T, "energy": 15 * SHARE},
    "lloyd_taylor": {"temperature": T, "e0": 100 + 300 * SHARE},
    "rain_response": {"precipitation": P, "alpha": SHARE, "k": 5 + P[::-1]},
    "enhanced_vegetation_index": {
        "nir": 0.1 + 0.5 * SHARE, "red": 0.1 * SHARE, "blue": 0.05 * SHARE[::-1]},
    "soil_carbon_density": {
        "carbon": 5 * SHARE, "gravel": 30 * SHARE, "thickness": 0.3, "bulk_density": 900 + 4 * P},
}  # fmt: skip

MISSING_BECOMES_ONE = ("clumping_ratio",)  # the one documented exception
SOURCES = r"et al\.|Thornthwaite \(1948\)|FAO-56, Eq|Zhou and Zhang|Bouchet|Monsi and Saeki"

# The points where a naive formula divides by zero or takes the root or power of nothing.
AWKWARD = {
    "simple_ratio": {"ndvi": np.array([-1.0, 0.999, 1.0, 0.0])},
    "fpar_from_index": {"index": np.array([0.1, 0.6]), "index_min": 0.1, "index_max": 0.6,
                        "fpar_min": 0.001, "fpar_max": 0.95},
    "clumping_ratio": {"ci": np.array([0.0, np.nan, 0.5]), "ci_ref": np.array([0.5, 0.5, 0.0])},
    "clumped_fpar": {"fpar_0": np.array([0.95]), "ratio": np.array([1.0]), "fpar_max": 0.95},
    "heat_index": {"temperature": np.zeros(12)},
    "thornthwaite": {"temperature": np.linspace(-11, 0, 12), "day_length": 12.0, "days": 30.0},
    "net_radiation": {"ep_0": np.array([0.0, 0.0, 80]), "precipitation": np.array([0.0, 50, 0])},
    "actual_evapotranspiration": {
        "precipitation": np.array([0.0, 0, 60]), "rn": np.array([0.0, 60, 0])},
    "water_scalar": {"actual": np.zeros(2), "potential": np.array([0.0, 50]), "w_min": 0.5},
    "temperature_scalar_optimum": {
        "temperature": np.array([-10.0, 0.0]), "t_opt": np.zeros(2), "cold_limit": -10.0},
    "temperature_scalar_distance_stepped": {
        "temperature": np.array([10.0, -13.0]), "t_opt": np.zeros(2), "scale": 1.184},
    "blended_through_frost": {
        "scalar": np.ones((12, 2)), "temperature": np.full((12, 2), -4.0), "thawed_at": 5.0,
        "otherwise": 0.5},
    "soil_respiration_rate": {
        "temperature": np.zeros(2), "precipitation": np.zeros(2), "socd": np.zeros(2), **SOIL},
    "heterotrophic_respiration_capped": {"rs": np.array([0.0, 333.94]), **PARABOLA},
    "smoothed_minimum": {
        "first": np.array([0.0, 0.0, 5.0, 5.0]), "second": np.array([0.0, 5.0, 0.0, 5.0]),
        "curvature": 1.0},
    "canopy_scaling": {"lai": np.zeros(2), "extinction": 0.5},
    "stomatal_conductance": {
        "net": np.zeros(2), "humidity": np.zeros(2), "co2": 400.0, "slope": 10.0,
        "intercept": 0.01},
    "range_from_transmissivity": {"transmissivity": np.array([0.0, 0.05, 0.75, 1.3])},
    "soil_water_stress": {"water": np.zeros(2), "capacity": 200.0, "critical": 0.4},
    "allocation_to_foliage": {
        "foliage": np.array([180.0, 250.0]), "gpp": np.zeros(2), "flush": np.zeros(2), "p2": 0.47,
        "p3": 0.5, "p17": 180.0},
    "lloyd_taylor": {"temperature": np.array([-46.02, -60.0]), "e0": np.full(2, 300.0)},
    "rain_response": {"precipitation": np.zeros(2), "alpha": np.array([0.0, 1.0]), "k": 20.0},
    "enhanced_vegetation_index": {
        "nir": np.array([0.2, 0.0]), "red": np.zeros(2), "blue": np.array([0.16, 0.2])},
}  # fmt: skip


def discovered() -> dict[str, Callable]:
    found = {}
    for module in pkgutil.iter_modules(explorer.equations.__path__):
        loaded = importlib.import_module(f"explorer.equations.{module.name}")
        for name, function in inspect.getmembers(loaded, inspect.isfunction):
            if function.__module__ == loaded.__name__ and not name.startswith("_"):
                found[name] = function
    return found


EQUATIONS = discovered()
FIELDS = [
    (name, field)
    for name, arguments in CASES.items()
    for field, value in arguments.items()
    if isinstance(value, np.ndarray) and value.dtype != bool
]


def test_every_equation_has_a_case():
    assert sorted(EQUATIONS) == sorted(CASES)


@pytest.mark.parametrize("name", sorted(EQUATIONS))
def test_array_equals_scalar_elementwise(name):
    whole = np.asarray(EQUATIONS[name](**CASES[name]))
    for cell in range(T.size):
        one = {
            key: value[..., cell] if np.ndim(value) else value for key, value in CASES[name].items()
        }
        # The compiler may fuse an array's arithmetic differently: a few float32 roundings.
        np.testing.assert_allclose(
            whole[..., cell], EQUATIONS[name](**one), rtol=2e-6, atol=1e-6 * np.abs(whole).max()
        )


@pytest.mark.parametrize(("name", "field"), FIELDS)
def test_missing_stays_missing_and_nowhere_else(name, field):
    holed = {**CASES[name], field: CASES[name][field].copy()}
    holed[field][..., 2] = np.nan
    got = np.asarray(EQUATIONS[name](**holed))
    expected = np.zeros(got.shape, dtype=bool)
    expected[..., 2] = name not in MISSING_BECOMES_ONE
    np.testing.assert_array_equal(np.isnan(got), expected)


@pytest.mark.parametrize("name", sorted(AWKWARD))
def test_gradient_is_finite_at_awkward_points(name):
    fields = {k: v for k, v in AWKWARD[name].items() if isinstance(v, np.ndarray)}
    constants = {k: v for k, v in AWKWARD[name].items() if k not in fields}
    gradients = jax.grad(lambda given: EQUATIONS[name](**given, **constants).sum())(fields)
    assert all(np.isfinite(gradient).all() for gradient in gradients.values()), gradients


def sections(name: str) -> dict[str, str]:
    text = inspect.getdoc(EQUATIONS[name])
    parts = re.split(r"^(\w+)\n-+\n", text, flags=re.MULTILINE)
    return {"Head": parts[0], **dict(zip(parts[1::2], parts[2::2], strict=True))}


@pytest.mark.parametrize("name", sorted(EQUATIONS))
def test_docstring_names_units_of_every_argument(name):
    entries = re.split(r"^(?=\S)", sections(name)["Parameters"], flags=re.MULTILINE)[1:]
    without = [entry for entry in entries if not re.search(r"\[[^\]]+\]|of bool", entry)]
    assert not without
    named = {word for entry in entries for word in re.findall(r"\w+", entry.split(" : ")[0])}
    assert set(inspect.signature(EQUATIONS[name]).parameters) <= named


@pytest.mark.parametrize("name", sorted(EQUATIONS))
def test_docstring_names_unit_of_result_source_and_example(name):
    found = sections(name)
    assert re.search(r"\[[^\]]+\]", found["Returns"])
    assert re.search(SOURCES, found["Head"])
    assert ">>>" in found["Examples"]
