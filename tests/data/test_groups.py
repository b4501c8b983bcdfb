"""Groups of land cells: region and class, for the scene's classes and for those of a system."""

import numpy as np
import pytest
from shapely import Polygon, box

from explorer import preset, run
from explorer.analysis.totals import area_totals, covered_totals
from explorer.pipeline import check, prepare
from explorer.scene import blocks
from explorer.scene.blocks import from_blocks, to_blocks
from explorer.scene.scene import Scene
from explorer.scene.shapes.cover import cover
from explorer.scene.shapes.shape import shape_of
from explorer.systems.nep.classes import CLASSES
from explorer.tables.classes import Classification, LandClass
from explorer.tables.periods import Periods
from explorer.tables.unit import unit_of

# Of conftest's codes 1 to 6, 10, 12 and 16: three classes in an order of their own.
LOW = LandClass("Low vegetation", "low", (6, 7, 8, 9, 10, 11, 12, 14), "#aaaa00")
BARE = LandClass("Bare ground", "bare", (13, 15, 16), "#888888")
TREES = LandClass("Trees", "trees", (1, 2, 3, 4, 5), "#007700")
THREE = Classification("three", {"low": LOW, "bare": BARE, "trees": TREES})
PLACE = {1: 2, 2: 2, 3: 2, 4: 2, 5: 2, 6: 0, 10: 0, 12: 0, 16: 1}  # code -> class, by hand


@pytest.fixture(params=[7, 45], ids=["many blocks", "one block"])
def parted(request, tiny_dataset, monkeypatch) -> Scene:
    monkeypatch.setattr(blocks, "BLOCK", request.param)
    dataset = tiny_dataset(geographic=True)  # rows of different areas
    dataset["region"].values[4, 5:] = 0  # and some cells without a region
    return prepare(check(dataset))


def areas_by_hand(scene: Scene, member: np.ndarray, classes: int) -> np.ndarray:
    areas = np.zeros((len(scene.region_names), classes))
    for cell in range(scene.cells):
        areas[scene.region[cell], member[cell]] += scene.area[cell]
    return areas


def test_area_of_groups_is_that_of_totals(parted):
    totals = run(parted, preset("ci2")).totals
    np.testing.assert_allclose(parted.area_by_group, totals.area, rtol=1e-12)
    by_hand = areas_by_hand(parted, parted.vegetation, len(CLASSES))
    np.testing.assert_allclose(parted.area_by_group, by_hand, rtol=1e-12)
    assert parted.area_by_group.sum() == pytest.approx(parted.area.sum(), rel=1e-12)


def test_group_is_region_and_class_in_one_number(parted):
    group = from_blocks(parted.group, parted.cells)
    np.testing.assert_array_equal(group // len(CLASSES), parted.region)
    np.testing.assert_array_equal(group % len(CLASSES), parted.vegetation)
    assert parted.group_by(parted.classes) is parted.group
    assert parted.area_by(parted.group, parted.classes) is parted.area_by_group


def test_group_of_the_scenes_own_classes_does_not_depend_on_who_asks_first(tiny_dataset):
    first, second = (prepare(check(tiny_dataset())) for _ in range(2))
    np.testing.assert_array_equal(first.group_by(first.classes), second.group)


def test_group_of_other_classes_by_hand(parted):
    group = parted.group_by(THREE)
    member = np.array([PLACE[int(code)] for code in parted.land_cover])
    assert set(member) == {0, 1, 2}
    np.testing.assert_array_equal(from_blocks(group, parted.cells), 3 * parted.region + member)
    assert group.shape == parted.blocked_vegetation.shape
    areas = parted.area_by(group, THREE)
    np.testing.assert_allclose(areas, areas_by_hand(parted, member, 3), rtol=1e-12)
    # Whole and regions are the same whatever the classes.
    np.testing.assert_allclose(areas.sum(axis=1), parted.area_by_group.sum(axis=1), rtol=1e-12)
    assert not np.allclose(areas[:, 0], parted.area_by_group[:, 0])


def test_totals_of_other_classes_by_hand(parted):
    rng = np.random.default_rng(5)
    values = rng.uniform(0, 9, (12, parted.cells)).astype(np.float32)
    group, unit = parted.group_by(THREE), unit_of("kg C m-2 month-1")
    given = {"x": to_blocks(values)}, {"x": unit}, Periods("month"), THREE, group
    totals = area_totals(parted, *given)
    trees = np.isin(parted.land_cover, TREES.codes)
    south = parted.region == parted.region_names.index("South")
    for region, mine in (("all", trees), ("South", trees & south)):
        weights = np.where(mine, parted.area, 0)
        series = (values.astype(float) * weights).sum(axis=1) / weights.sum()
        np.testing.assert_allclose(totals.series("x", region, "trees"), series, rtol=1e-12)
        # kg m-2 km2 are 1e9 g: a thousand of them are a Tg.
        tera = (values.astype(float) * weights).sum() * 1e-3
        assert totals.yearly_total("x", region, "trees") == pytest.approx(tera, rel=1e-12)
    wanted = shape_of([shape_box(parted)], "half", "file")
    covered = cover(parted, wanted)
    under = covered_totals(parted, *given, covered, "half")
    weights = np.where(trees, covered.fractions(0, parted.cells) * parted.area, 0)
    assert 0 < weights.sum() < parted.area[trees].sum()
    assert under.area_of("half", "trees") == pytest.approx(weights.sum(), rel=1e-12)
    np.testing.assert_allclose(
        under.series("x", "half", "trees"),
        (values.astype(float) * weights).sum(axis=1) / weights.sum(),
        rtol=1e-12,
    )


def shape_box(scene: Scene) -> Polygon:
    left, bottom, right, top = scene.grid.bounds
    return box(left, bottom, left + 0.55 * (right - left), top)


def test_classes_name_every_code_once():
    positions = THREE.positions()
    for name, row in THREE.rows.items():
        assert (positions[list(row.codes)] == THREE.index(name)).all()
    assert (positions[[0, 17, 42, 255]] == -1).all()
    assert len(THREE) == 3
    assert (THREE.names, THREE.long_names[0]) == (("low", "bare", "trees"), "Low vegetation")
