"""What leaves the house: the summary and the NetCDF file."""

import json
from importlib.metadata import version

import numpy as np
import pytest
from pyproj import CRS

from explorer import pipeline, preset, run
from explorer.report.lineage import input_hashes
from explorer.report.netcdf import to_dataset
from explorer.report.summary import summary
from explorer.scene.blocks import from_blocks
from explorer.scene.store import open_dataset, write_dataset
from explorer.systems import SYSTEMS
from explorer.tables.classes import IGBP

CLASSES, OUTPUTS, WRITTEN = IGBP.names, SYSTEMS["nep"].outputs, SYSTEMS["nep"].written

KEYS = {
    "scene", "synthetic", "system", "scenario", "radiation_source", "carbon_tg", "counts",
    "warnings", "regions", "classes", "input_hashes", "versions", "citation", "scene_attributes",
}  # fmt: skip
PLACE_KEYS = {"area_km2", "npp", "rh", "nep", "nep_total_tg", "monthly"}
STANDARD_NAMES = {
    "northing": "projection_y_coordinate",
    "easting": "projection_x_coordinate",
    "lat": "latitude",
    "lon": "longitude",
}


@pytest.fixture(scope="module")
def result(scene):
    return run(scene, preset("ci1").with_values({"epsilon_max.EBF": 1.1}))


@pytest.fixture(scope="module")
def told(result):
    return json.loads(json.dumps(summary(result), allow_nan=False))


def test_summary_has_its_keys(told):
    assert set(told) == KEYS
    places = [*told["regions"].values(), *told["classes"].values()]
    assert all(set(place) == PLACE_KEYS for place in places)


def test_summary_holds_all_regions_and_the_whole(told):
    assert list(told["regions"]) == ["South", "Far North", "all"]
    assert list(told["classes"]) == list(CLASSES)


@pytest.mark.parametrize("name", ["npp", "rh", "nep"])
def test_summary_has_the_numbers_of_the_result(result, told, name):
    south = told["regions"]["South"]
    assert south[name] == result.totals.yearly(name, "South")
    assert south["monthly"][name] == list(result.totals.series(name, "South"))
    assert south[name] == pytest.approx(sum(south["monthly"][name]), rel=1e-12)


def test_summary_says_which_scenario(result, told):
    assert told["scenario"]["id"] == result.scenario.identity
    assert told["scenario"]["changes"] == {"epsilon_max.EBF": 1.1}
    assert told["synthetic"] is True


def test_summary_of_region_without_land_has_null(tiny_dataset):
    dataset = tiny_dataset()
    names = {"flag_values": [1, 2, 3], "flag_meanings": "South North Atlantis"}
    dataset["region"].attrs |= names
    told = summary(run(pipeline.prepare(pipeline.check(dataset)), preset("ci2")))
    atlantis = told["regions"]["Atlantis"]
    assert (atlantis["area_km2"], atlantis["npp"], atlantis["monthly"]["nep"][0]) == (0, None, None)
    assert json.dumps(told, allow_nan=False)


def test_summary_leaves_out_classes_that_are_absent(tiny_dataset):
    dataset = tiny_dataset()
    cover = dataset["land_cover"].values
    cover[cover == 6] = 0
    assert (
        "shrub"
        not in summary(run(pipeline.prepare(pipeline.check(dataset)), preset("ci2")))["classes"]
    )


@pytest.fixture(scope="module", params=[False, True], ids=["projected", "geographic"])
def written(request, tiny_dataset, tmp_path_factory):
    """A result and its file, read again."""
    made = run(
        pipeline.prepare(pipeline.check(tiny_dataset(geographic=request.param))), preset("ci2")
    )
    path = write_dataset(to_dataset(made), tmp_path_factory.mktemp("out") / "result.nc")
    with open_dataset(path) as read:
        return made, read.load()


@pytest.mark.parametrize("name", WRITTEN)
def test_file_holds_the_same_numbers(written, name):
    made, read = written
    values = from_blocks(made.steps(name), made.scene.cells)
    np.testing.assert_array_equal(read[name], made.scene.on_grid(values))
    assert read[name].dtype == np.float32


@pytest.mark.parametrize("name", WRITTEN)
def test_file_describes_its_variables(written, name):
    attributes = written[1][name].attrs
    assert attributes["units"] == str(OUTPUTS[name].unit)
    assert attributes["long_name"] == OUTPUTS[name].long_name
    assert attributes.get("standard_name") == OUTPUTS[name].standard_name


def test_file_describes_its_axes(written):
    _, read = written
    axes = [dim for dim in read.dims if dim != "month"]
    assert [read[axis].attrs["axis"] for axis in axes] == ["Y", "X"]
    assert all(read[axis].attrs["standard_name"] == STANDARD_NAMES[axis] for axis in axes)


def test_file_has_its_coordinate_system(written):
    made, read = written
    mapping = {**read["nep"].attrs, **read["nep"].encoding}["grid_mapping"]
    assert CRS.from_wkt(read[mapping].attrs["crs_wkt"]) == made.scene.grid.crs
    assert "grid_mapping_name" in read[mapping].attrs


def test_file_has_its_lineage(written):
    made, read = written
    told = read.attrs
    assert told["Conventions"].startswith("CF-1.")
    assert json.loads(told["scenario"]) == made.scenario.to_dict()
    assert told["scenario_id"] == made.scenario.identity
    assert json.loads(told["input_hashes"]) == input_hashes(made.scene)
    assert json.loads(told["versions"])["jax"] == version("jax")
    assert json.loads(told["counts"]) == made.counts
    assert (told["synthetic"], "synthetic" in told["comment"]) == (1, True)
    assert made.scenario.label in told["title"]
    assert {"source", "references", "history", "system", "radiation_source"} <= set(told)


def test_any_output_can_be_written(result):
    dataset = to_dataset(result, tuple(OUTPUTS))
    assert set(OUTPUTS) == set(dataset.data_vars)


@pytest.mark.parametrize("name", ["ndvi", "temperature", "precipitation", "elevation", "ci"])
def test_hash_changes_with_its_input_alone(tiny_dataset, scene, name):
    dataset = tiny_dataset()
    dataset[name].values[..., 3, 3] *= 0.99
    hashes, before = input_hashes(pipeline.prepare(pipeline.check(dataset))), input_hashes(scene)
    assert hashes[name] != before[name]
    assert {key for key in before if hashes[key] != before[key]} == {name}


def test_hash_is_that_of_the_numbers_whatever_the_file(tiny_dataset, scene, tmp_path):
    path = write_dataset(tiny_dataset(), tmp_path / "scene.zarr")
    with open_dataset(path) as read:
        assert input_hashes(pipeline.prepare(pipeline.check(read.load()))) == input_hashes(scene)
