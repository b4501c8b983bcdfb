"""Sums over regions and classes, on four cells that can be added in the head."""

import numpy as np
import pytest

from explorer import preset, run
from explorer.analysis.totals import ALL, Totals, area_totals
from explorer.scene.blocks import from_blocks, to_blocks
from explorer.scene.scene import Scene
from explorer.systems.nep.classes import CLASSES
from explorer.systems.nep.npp_sums import flux_sums
from explorer.systems.nep.parameters import NepParameters
from explorer.tables.parameter import PerClass
from explorer.tables.periods import YEAR, Period, Periods
from explorer.tables.quantities import FLUX


def bare_scene(*, region, region_names, vegetation, area) -> Scene:
    """A scene that knows of its cells where they belong and how large they are."""
    return Scene(
        title="",
        synthetic=True,
        notes=(),
        attributes={},
        grid=None,
        index=np.arange(area.size),
        blocked_area=to_blocks(area, padding=0.0),
        region=region,
        region_names=region_names,
        land_cover=np.zeros(area.size, dtype=np.uint8),
        blocked_vegetation=to_blocks(vegetation),
        fields={},
        rows={},
    )


def sums_of(scene: Scene, fields: dict[str, np.ndarray]) -> Totals:
    """Sum monthly fluxes in blocks."""
    return area_totals(scene, fields, dict.fromkeys(fields, FLUX), Periods("month"))


# Four cells: 1, 2 and 3 km2 in the south (ENF, EBF, EBF), 4 km2 in the north (ENF).
SCENE = bare_scene(
    region=np.array([0, 0, 0, 1]),
    region_names=("South", "North", "Nowhere"),
    vegetation=np.array([0, 1, 1, 0], dtype=np.int8),
    area=np.array([1.0, 2.0, 3.0, 4.0]),
)
MONTH = np.arange(1, 13)[:, np.newaxis]
TOTALS = sums_of(SCENE, {"nep": to_blocks(MONTH * np.array([10.0, 20.0, 30.0, -40.0]))})


@pytest.mark.parametrize(
    ("region", "vegetation", "area", "january"),
    [
        ("South", None, 6, 10 + 40 + 90),
        ("North", None, 4, -160),
        (ALL, None, 10, -20),
        (ALL, "ENF", 5, -150),
        (ALL, "EBF", 5, 130),
        ("South", "EBF", 5, 130),
        ("North", "ENF", 4, -160),
    ],
)
def test_totals_of_a_place_by_hand(region, vegetation, area, january):
    place = (region, vegetation)
    assert TOTALS.area_of(*place) == area
    np.testing.assert_allclose(TOTALS.series("nep", *place), MONTH[:, 0] * january / area)
    # The months weigh 1 + 2 + ... + 12 = 78.
    assert TOTALS.yearly("nep", *place) == pytest.approx(78 * january / area, rel=1e-12)
    # g m-2 km2 are tonnes: 1e6 of them are a Tg.
    assert TOTALS.yearly_total("nep", *place) == pytest.approx(78 * january * 1e-6, rel=1e-12)


@pytest.mark.parametrize("place", [("Nowhere", None), ("North", "EBF"), (ALL, "shrub")])
def test_mean_of_place_without_area_is_missing(place):
    assert TOTALS.area_of(*place) == 0
    assert np.isnan(TOTALS.yearly("nep", *place))
    assert TOTALS.yearly_total("nep", *place) == 0


def test_sums_are_float64():
    # A million cells of 0.1 g: float32 sums would be off in the third digit.
    many = 1_000_000
    scene = bare_scene(
        region=np.zeros(many, int),
        region_names=("South",),
        vegetation=np.zeros(many, np.int8),
        area=np.ones(many),
    )
    totals = sums_of(scene, {"nep": to_blocks(np.full((12, many), 0.1, np.float32))})
    assert totals.yearly("nep") == pytest.approx(12 * float(np.float32(0.1)), rel=1e-10)


def test_totals_of_result_equal_those_of_its_map(scene):
    result = run(scene, preset("ci2"))
    weights = np.where(scene.region == 0, scene.area, 0)[np.newaxis]
    summed = sums_of(scene, {name: result.steps(name) for name in ("npp", "rh")})
    for name in ("npp", "rh"):
        values = from_blocks(result.steps(name), scene.cells).astype(float)
        by_hand = (values * weights).sum() / weights.sum()
        assert summed.yearly(name, "South") == pytest.approx(by_hand, rel=1e-12)
        # The result never sums the map's NPP, but what it is made of: the map's float32 rounding.
        rounding = 1e-7 if name == "npp" else 1e-12
        assert result.totals.yearly(name, "South") == pytest.approx(by_hand, rel=rounding)


def test_area_of_classes_is_that_of_the_scene(scene):
    totals = run(scene, preset("ci2")).totals
    areas = [totals.area_of(vegetation=name) for name in CLASSES]
    assert sum(areas) == pytest.approx(scene.area.sum(), rel=1e-12)
    assert totals.area_of() == pytest.approx(45 * 160_000, rel=1e-12)  # cells of 400 km


@pytest.mark.parametrize("name", ["nep", "t_scalar_1"])
def test_year_of_cells_is_sum_of_fluxes_and_mean_of_shares(scene, name):
    result = run(scene, preset("ci2"))
    months = np.stack([result.cells(name, Period(month)) for month in range(1, 13)])
    year = months.sum(axis=0) if name == "nep" else months.mean(axis=0)
    # float32 sums of twelve numbers.
    np.testing.assert_allclose(result.cells(name, YEAR), year, rtol=1e-5, atol=1e-4)


def test_totals_from_sums_of_npp_are_those_of_the_field(scene):
    npp, rh = np.random.default_rng(7).uniform(0, 200, (2, 12, scene.cells))
    fields = {"npp": npp, "rh": rh, "nep": npp - rh}
    expected = sums_of(scene, {name: to_blocks(field) for name, field in fields.items()})
    respired = sums_of(scene, {"rh": to_blocks(rh)})
    # A whole unit of efficiency, and all light for plants but the half that cannot be asked for.
    one = NepParameters(epsilon_max=PerClass(dict.fromkeys(CLASSES, 1.0)), par_share=0.5)
    sums = flux_sums(2 * expected.sums["npp"], respired.sums["rh"], one)
    got = respired.with_sums(sums, dict.fromkeys(sums, FLUX))
    assert set(got.sums) == set(expected.sums)
    for name, right in expected.sums.items():
        # float64; NEP is a difference of sums of some 1e8.
        np.testing.assert_allclose(got.sums[name], right, rtol=1e-12, atol=1e-4, err_msg=name)
    np.testing.assert_array_equal(got.area, expected.area)
    assert set(respired.sums) == {"rh"}


def test_flux_sums_scale_npp_by_class_and_share_of_light():
    parameters = preset("ci2").with_values({"epsilon_max.EBF": 1.5, "par_share": 0.4}).parameters
    unit, rh = np.full((12, 2, 9), 10.0), np.full((12, 2, 9), 3.0)
    sums = flux_sums(unit, rh, parameters)
    assert sums["npp"][0, 1, CLASSES.index("EBF")] == pytest.approx(10 * 0.4 * 1.5, rel=1e-6)
    assert sums["npp"][5, 0, CLASSES.index("ENF")] == pytest.approx(10 * 0.4 * 0.476, rel=1e-6)
    np.testing.assert_array_equal(sums["nep"], sums["npp"] - sums["rh"])
    np.testing.assert_array_equal(sums["rh"], rh)
