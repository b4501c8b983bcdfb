"""Totals of shapes: those of the map's cells weighted by what is covered, for every scenario."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from explorer import preset, run
from explorer.analysis.totals import ALL, Totals
from explorer.analysis.waterfall import waterfall_of
from explorer.pipeline import check, prepare, start, summarise
from explorer.report.summary import summary
from explorer.scene import blocks
from explorer.scene.shapes.cover import cover
from explorer.scene.shapes.shape import Shape, shape_of
from explorer.systems.nep.classes import CLASSES
from explorer.systems.nep.constants import second_pass_tables
from explorer.systems.nep.explain import NepExplains
from explorer.systems.nep.npp_sums import LOWEST_REFERENCE
from explorer.systems.nep.result import FLUXES as SUMMED
from explorer.systems.nep.result import Result
from explorer.systems.nep.shape_sums import sum_shape
from explorer.systems.nep.system import PRESETS
from tests.shortcuts import monthly

# float32 NPP of the map against float64 sums of what it is made of.
ROUNDING = 3e-7

SCENARIOS = {
    **{name: preset(name) for name in PRESETS},
    "edited": preset("ci2").with_values({"epsilon_max.EBF": 0.3, "par_share": 0.45}),
    "low references": preset("ci1").with_values({f"ci_ref.{name}": 0.4 for name in CLASSES}),
    "warmer": preset("epsilon").with_values({"delta_t": 2.0, "rh_rule": "capped"}),
}


def shape(*boxes: tuple[float, float, float, float], name: str = "mine") -> Shape:
    return shape_of([shapely.box(*corners) for corners in boxes], name, "file")


def totals_of(result: Result, wanted: Shape) -> Totals:
    return result.shape_totals(cover(result.scene, wanted), wanted.name)


def cut_fractions(scene, wanted: Shape) -> np.ndarray:
    """Share of each land cell, cut out cell by cell (shapes with edges along the meridians of a
    geographic grid, or on the map, need nothing else)."""
    grid = scene.grid
    dy, dx = (abs(step) / 2 for step in grid.steps)
    rows, columns = np.divmod(scene.index, grid.x.size)
    x, y = grid.x[columns], grid.y[rows]
    cells = shapely.box(x - dx, y - dy, x + dx, y + dy)
    # Points every 0.01 degrees: the projected course to some 0.1 mm in a cell of 400 km.
    degrees = shapely.segmentize(wanted.polygons, 0.01)
    flat = shapely.transform(degrees, lambda p: np.column_stack(grid.from_lonlat(*p.T)))
    return shapely.area(shapely.intersection(cells, flat)) / (4 * dx * dy)


@pytest.fixture(scope="module", params=["one block", "many blocks"])
def small(request, tiny_dataset):
    """The tiny scene whole, and in blocks of seven cells, so that a shape leaves some out."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "many blocks":
            patch.setattr(blocks, "BLOCK", 7)
        made = prepare(check(tiny_dataset()))
        assert made.blocked_vegetation.shape[0] == {"one block": 1, "many blocks": 7}[request.param]
        yield made


@pytest.fixture(scope="module")
def results(small) -> dict[str, Result]:
    warmer = SCENARIOS["warmer"]
    of_all, of_warmer = start(small, preset("ci2")), start(small, warmer)
    return {
        name: (of_warmer if scenario is warmer else of_all).layers(scenario)
        for name, scenario in SCENARIOS.items()
    }


PARTLY = shape((96.2, 30.1, 107.7, 39.4), (111.0, 28.0, 116.0, 45.0))


@pytest.mark.parametrize("name", SCENARIOS)
def test_totals_are_the_maps_cells_weighted_by_what_is_covered(results, name):
    result, scene = results[name], results[name].scene
    weights = cut_fractions(scene, PARTLY) * scene.area
    assert 0 < np.count_nonzero(weights) < scene.cells
    totals = totals_of(result, PARTLY)
    assert totals.area_of("mine") == pytest.approx(weights.sum(), rel=1e-4)
    for output in SUMMED:
        means = (monthly(result, output).astype(float) * weights).sum(axis=1) / weights.sum()
        largest = np.abs(means).max()
        # Edges may lie beside their course by 0.002 of a cell.
        np.testing.assert_allclose(
            totals.series(output, "mine"), means, rtol=1e-3, atol=1e-3 * largest
        )


@pytest.mark.parametrize("name", SCENARIOS)
def test_totals_with_our_own_fractions_are_exact(results, name):
    result, scene = results[name], results[name].scene
    covered = cover(scene, PARTLY)
    weights = covered.fractions(0, scene.cells) * scene.area
    totals = totals_of(result, PARTLY)
    for output in ("npp", "rh"):
        expected = (monthly(result, output).astype(float) * weights).sum(axis=1)
        for month in range(12):
            got = totals.sums[output][month].sum()
            assert got == pytest.approx(expected[month], rel=ROUNDING)
    for place, vegetation in enumerate(CLASSES):
        own = np.where(scene.vegetation == place, weights, 0)
        assert totals.area_of("mine", vegetation) == pytest.approx(own.sum(), rel=1e-12)


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_shape_of_all_land_has_the_totals_of_the_scene(results, name):
    result = results[name]
    totals = totals_of(result, shape((60, 0, 160, 80)))
    # Below LOWEST_REFERENCE the scene's own totals are those of the float32 map.
    close = ROUNDING if name == "low references" else 1e-12
    for output in SUMMED:
        expected = result.totals.sums[output].sum(axis=1)
        largest = np.abs(result.totals.sums["npp"]).max()
        np.testing.assert_allclose(
            totals.sums[output][:, 0], expected, rtol=close, atol=close * largest
        )


def test_a_shape_of_a_regions_cells_has_the_regions_totals(results):
    result = results["ci2"]
    scene, grid = result.scene, result.scene.grid
    dy, dx = (abs(step) / 2 for step in grid.steps)
    rows, columns = np.divmod(scene.index[scene.region == 0], grid.x.size)
    x, y = grid.x[columns], grid.y[rows]
    union = shapely.union_all(shapely.box(x - dx, y - dy, x + dx, y + dy))
    # Corners in degrees, drawn: straight on the grid again.
    degrees = shapely.transform(union, lambda p: np.column_stack(grid.lonlat(*p.T)))
    parts = [part for part in shapely.get_parts(degrees) if part.geom_type == "Polygon"]
    totals = totals_of(result, shape_of(parts, "mine", "drawn"))
    assert totals.area_of("mine") == pytest.approx(result.totals.area_of("South"), rel=1e-9)
    for output in SUMMED:
        np.testing.assert_allclose(
            totals.series(output, "mine"), result.totals.series(output, "South"), rtol=1e-6
        )


@given(cut=st.floats(97, 115), low=st.floats(25, 35), high=st.floats(36, 46))
def test_two_halves_add_up_to_the_whole(tiny, cut, low, high):
    west, east = shape((95, low, cut, high)), shape((cut, low, 117, high))
    whole = totals_of(tiny, shape((95, low, 117, high)))
    halves = [totals_of(tiny, half) for half in (west, east)]
    summed = sum(half.area_of("mine") for half in halves)
    # The long side is laid out anew for each half, to 0.002 of a cell of 400 km.
    assert summed == pytest.approx(whole.area_of("mine"), rel=1e-3)
    for output in ("npp", "rh"):
        added = sum(half.sums[output] for half in halves)
        np.testing.assert_allclose(added.sum(axis=(1, 2)), whole.sums[output].sum(axis=(1, 2)),
                                   rtol=1e-3)  # fmt: skip


@pytest.fixture(scope="module")
def tiny(scene) -> Result:
    return run(scene, preset("ci2"))


def test_one_pass_serves_every_scenario_with_the_same_base(scene):
    kept, covered = start(scene, preset("ci2")), cover(scene, PARTLY)
    sums = sum_shape(kept.forcing, kept.base, kept.key, covered, LOWEST_REFERENCE)
    for name in (*PRESETS, "edited"):
        parameters = SCENARIOS[name].parameters
        ci_ref = second_pass_tables(kept.forcing, parameters).ci_ref
        assert sums.clumped.reaches(ci_ref)
        fresh = totals_of(start(scene, SCENARIOS[name]).layers(SCENARIOS[name]), PARTLY)
        got = sums.fluxes(ci_ref, parameters)
        for output in SUMMED:
            np.testing.assert_array_equal(got[output], fresh.sums[output][:, 0])
    low = second_pass_tables(kept.forcing, SCENARIOS["low references"].parameters).ci_ref
    assert not sums.clumped.reaches(low)


def test_shape_is_summed_once_for_every_scenario_with_the_same_base(scene, monkeypatch):
    kept, covered, asked = start(scene, preset("ci2")), cover(scene, PARTLY), []

    def counted(*arguments):
        asked.append(arguments)
        return sum_shape(*arguments)

    monkeypatch.setattr("explorer.systems.nep.result.sum_shape", counted)
    for name in (*PRESETS, "edited"):
        kept.layers(SCENARIOS[name]).shape_totals(covered, name)
    assert len(asked) == 1
    # References below the usual ones need cells that were not listed.
    kept.layers(SCENARIOS["low references"]).shape_totals(covered, "low")
    assert len(asked) == 2


def test_a_shape_beside_the_land_has_no_area(tiny):
    totals = totals_of(tiny, shape((-60, 0, -50, 10)))
    assert totals.area_of("mine") == 0
    assert np.isnan(totals.yearly("nep", "mine"))
    assert totals.yearly_total("nep", "mine") == 0


@pytest.mark.parametrize("options", [{"ci": False}, {"light": None}, {"geographic": True}])
def test_scenes_of_every_kind(tiny_dataset, options):
    result = run(prepare(check(tiny_dataset(**options))), preset("ci2"))
    totals = totals_of(result, shape((60, 0, 160, 80)))
    np.testing.assert_allclose(
        totals.series("nep", "mine"), result.totals.series("nep"), rtol=1e-6, atol=1e-6
    )


def test_shapes_stand_beside_the_regions_and_do_not_count_for_the_whole(tiny):
    own = [totals_of(tiny, PARTLY), totals_of(tiny, shape((96, 30, 100, 35), name="other"))]
    joined = tiny.totals.with_places(own)
    told = summarise(tiny, [PARTLY, shape((96, 30, 100, 35), name="other")])
    assert told.region_names == joined.region_names
    np.testing.assert_array_equal(told.sums["nep"], joined.sums["nep"])
    assert joined.region_names == (*tiny.totals.region_names, "mine", "other")
    for output in SUMMED:
        assert joined.yearly(output, ALL) == tiny.totals.yearly(output, ALL)
        assert joined.yearly(output, "South") == tiny.totals.yearly(output, "South")
        assert joined.yearly(output, "other") == own[1].yearly(output, "other")
    assert joined.area_of(vegetation="ENF") == tiny.totals.area_of(vegetation="ENF")
    again = joined.with_places(own[:1])
    assert again.yearly("nep", ALL) == tiny.totals.yearly("nep", ALL)


def test_the_summary_tells_of_shapes(tiny):
    told = summary(tiny, [PARTLY])["shapes"]["mine"]
    totals = totals_of(tiny, PARTLY)
    assert told["nep"] == totals.yearly("nep", "mine")
    assert told["nep_total_tg"] == totals.yearly_total("nep", "mine")
    assert told["cells"] == cover(tiny.scene, PARTLY).cells
    assert told["shape_area_km2"] >= told["area_km2"] > 0
    assert "shapes" not in summary(tiny)


def test_why_under_a_shape_ends_at_its_nep(tiny):
    covered = cover(tiny.scene, PARTLY)
    explains = NepExplains()
    levels = explains.scaled(explains.levels(tiny, covered=covered), tiny.scenario)
    steps = waterfall_of(levels, tuple(explains.steps), tuple(explains.terms))
    assert steps.result == pytest.approx(totals_of(tiny, PARTLY).yearly("nep", "mine"), rel=1e-5)
