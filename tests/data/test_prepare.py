"""Packing: which cells are kept, what is counted, and the way back to the grid."""

import numpy as np
import pytest

from explorer import SYSTEMS
from explorer.errors import SchemaError
from explorer.pipeline import check, prepare
from explorer.scene.blocks import from_blocks
from explorer.scene.scene import UNASSIGNED
from explorer.systems.nep.classes import CLASSES

LAND = 45  # conftest: 48 cells, three of them outside


def test_ocean_is_left_out_without_being_counted(scene):
    assert (scene.cells, scene.left_out) == (LAND, {})


@pytest.mark.parametrize("name", ["ndvi", "temperature", "precipitation", "elevation", "sunshine"])
def test_land_without_an_input_is_left_out_and_counted(tiny_dataset, name):
    dataset = tiny_dataset()
    dataset[name].values[..., 2, 3] = np.nan
    dataset[name].values[..., 0, 0] = np.nan  # ocean: of no concern
    prepared = prepare(check(dataset))
    assert (prepared.cells, prepared.left_out) == (LAND - 1, {name: 1})


def test_one_missing_month_is_enough_to_leave_a_cell_out(tiny_dataset):
    dataset = tiny_dataset()
    dataset["temperature"].values[7, 2, 3] = np.nan
    assert prepare(check(dataset)).left_out == {"temperature": 1}


def test_missing_clumping_leaves_no_cell_out(tiny_dataset):
    dataset = tiny_dataset()
    dataset["ci"].values[:, 2, 3] = np.nan
    assert prepare(check(dataset)).cells == LAND


def test_scene_without_any_land_is_refused(tiny_dataset):
    dataset = tiny_dataset()
    dataset["land_cover"].values[:] = 17
    with pytest.raises(SchemaError, match="land"):
        prepare(check(dataset))


def test_cells_keep_their_values(tiny_dataset, scene):
    dataset = tiny_dataset()
    land = ~np.isin(dataset["land_cover"].values, [0, 17, 255])
    temperature, elevation = dataset["temperature"].values, dataset["elevation"].values
    np.testing.assert_array_equal(scene.field("temperature"), temperature[:, land])
    np.testing.assert_array_equal(scene.field("elevation"), elevation[land])


def test_all_nine_classes_are_there(scene):
    assert set(scene.vegetation) == set(range(len(CLASSES)))


@pytest.mark.parametrize(
    ("code", "name"), [(1, "ENF"), (7, "shrub"), (11, "grassland"), (14, "cropland"), (15, "other")]
)
def test_code_becomes_its_class(tiny_dataset, code, name):
    dataset = tiny_dataset()
    dataset["land_cover"].values[1, 1] = code
    prepared = prepare(check(dataset))
    assert CLASSES[prepared.vegetation[prepared.cell_of_grid[1, 1]]] == name


def test_mapping_of_the_scene_replaces_the_default(tiny_dataset):
    dataset = tiny_dataset()
    dataset["land_cover"].attrs["class_mapping"] = (
        '{"EBF": [1, 2, 3, 4, 5, 6], "other": [10, 12, 16]}'
    )
    assert {CLASSES[k] for k in prepare(check(dataset)).vegetation} == {"EBF", "other"}


def test_regions_have_their_names(scene):
    assert scene.region_names == ("South", "Far North")
    assert set(scene.region[scene.index < 24]) == {1}


def test_land_without_region_is_in_no_region(tiny_dataset):
    dataset = tiny_dataset()
    dataset["region"].values[2, 2:5] = 0
    prepared = prepare(check(dataset))
    assert prepared.region_names == ("South", "Far North", UNASSIGNED)
    assert (prepared.region == 2).sum() == 3


def test_radiation_of_the_scene_comes_before_sunshine(tiny_dataset):
    dataset = tiny_dataset(light="radiation")
    dataset["sunshine"] = tiny_dataset()["sunshine"]
    prepared = prepare(check(dataset))
    assert "sunshine" not in prepared.fields
    seen = SYSTEMS["nep"].forcing(prepared)
    assert seen.forcing.sunshine is None
    assert seen.radiation_source == "radiation of the scene"


@pytest.mark.parametrize(
    ("light", "source"), [("sunshine", "sunshine fraction"), (None, "clear sky")]
)
def test_radiation_source_says_where_light_comes_from(tiny_dataset, light, source):
    prepared = prepare(check(tiny_dataset(light=light)))
    assert source in SYSTEMS["nep"].forcing(prepared).radiation_source


def test_on_grid_is_inverse_of_packing(tiny_dataset, scene):
    dataset = tiny_dataset()
    land = ~np.isin(dataset["land_cover"].values, [0, 17, 255])
    expected = np.where(land, dataset["temperature"].values, np.nan)
    np.testing.assert_array_equal(scene.on_grid(scene.field("temperature")), expected)


def test_cell_of_grid_points_back(scene):
    flat = scene.cell_of_grid.ravel()
    np.testing.assert_array_equal(flat[scene.index], np.arange(LAND))
    assert (flat == -1).sum() == 3


def test_optimum_temperature_is_that_of_greenest_month(tiny_dataset, scene):
    greenest = scene.field("ndvi").argmax(axis=0)
    expected = scene.field("temperature")[greenest, np.arange(LAND)]
    t_opt = SYSTEMS["nep"].forcing(scene).forcing.t_opt
    np.testing.assert_array_equal(from_blocks(t_opt, scene.cells), expected)


def test_areas_are_those_of_the_rows(tiny_dataset):
    prepared = prepare(check(tiny_dataset(geographic=True)))
    rows = prepared.index // 8
    assert prepared.area[rows == 5].min() > prepared.area[rows == 0].max()
    np.testing.assert_array_equal(prepared.area, prepared.grid.row_areas()[rows])
