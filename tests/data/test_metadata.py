"""Metadata that would change numbers without a word are refused, by every command alike."""

import json
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from explorer.errors import MemoryShortageError, SchemaError
from explorer.pipeline import check, open_scene
from explorer.scene.metadata import number_of, packing_faults
from explorer.scene.store import write_dataset
from tests.commands import command_here

LONG = 10**400


@pytest.fixture(scope="module")
def sound(tiny_dataset, tmp_path_factory) -> Path:
    """The tiny scene, packed in whole numbers."""
    path = tmp_path_factory.mktemp("scene") / "packed.zarr"
    dataset = tiny_dataset()
    dataset = dataset.assign(sunshine=dataset["sunshine"].clip(0.2, 1))
    packing = {"dtype": "int16", "scale_factor": 0.2, "_FillValue": -32768}
    names = [name for name, each in dataset.items() if each.dtype.kind == "f"]
    dataset.to_zarr(path, encoding=dict.fromkeys(names, packing), consolidated=False)
    open_scene(path)
    return path


def with_attribute(sound: Path, folder: Path, where: str, name: str, value: object) -> Path:
    """A copy of the scene with an attribute set, as a hostile hand would write it."""
    import shutil

    path = folder / "scene.zarr"
    shutil.copytree(sound, path)
    file = path / where / "zarr.json"
    written = json.loads(file.read_text())
    written["attributes"][name] = value
    file.write_text(json.dumps(written))
    return path


@pytest.mark.parametrize(
    ("where", "name", "value"),
    [
        ("temperature", "scale_factor", float("nan")),
        ("precipitation", "scale_factor", 0.0),
        ("ci", "scale_factor", float("inf")),
        ("ndvi", "scale_factor", "abc"),
        ("elevation", "add_offset", "abc"),
        ("elevation", "add_offset", [1.0, 2.0]),
        ("land_cover", "scale_factor", 2.0),
        ("region", "add_offset", 1),
        ("temperature", "missing_value", "none"),
        ("temperature", "missing_value", -1),
        ("temperature", "_FillValue", 40_000),
        ("region", "missing_value", float("inf")),
        ("region", "flag_values", "abc"),
        ("region", "flag_values", [[1], [2]]),
        ("region", "flag_values", [1, 40_000]),
        ("region", "flag_values", [1, 1]),
        ("region", "flag_values", {"a": 1}),
        ("region", "flag_meanings", "South"),
        ("region", "flag_meanings", 7),
        ("land_cover", "class_mapping", "[" * 100_000),
        ("land_cover", "class_mapping", '{"EBF": [true]}'),
        ("", "year", 10**9),
        ("", "year", -5),
        ("", "year", 0),
        ("", "year", True),
        ("", "year", "2010"),
        ("", "year", 2010.5),
        ("", "year", [2010, 2011]),
    ],
)
def test_attribute_is_refused_by_every_command(sound, tmp_path, where, name, value):
    path = with_attribute(sound, tmp_path, where, name, value)
    for words in (["scene", "check", path], ["run", path]):
        done = command_here(*words)
        assert done.returncode == 1
        assert done.stderr.count("error: ") == 1


@pytest.mark.parametrize("value", [2010, 2010.0, np.int64(1)])
def test_whole_year_is_accepted(tiny_dataset, value):
    check(tiny_dataset().assign_attrs(year=value))


@pytest.mark.parametrize(
    "axis",
    [
        5e-324 * np.arange(6),
        np.zeros(6),
        1e8 + 4e5 * np.arange(6),
        1e7 * np.arange(6),
        np.array(list("abcdef")),
        np.arange(6).astype("datetime64[D]"),
    ],
)
def test_axis_that_no_grid_on_earth_has_is_refused(tiny_dataset, axis):
    with pytest.raises(SchemaError, match="northing"):
        check(tiny_dataset().assign_coords(northing=axis))


@pytest.mark.parametrize(
    "crs", ["IAU_2015:30100", "+proj=aea +a=1 +lat_1=25 +lat_2=47", "+proj=longlat +R=1737400"]
)
def test_coordinate_system_of_another_body_is_refused(tiny_dataset, crs):
    from pyproj import CRS

    dataset = tiny_dataset()
    dataset["spatial_ref"].attrs["crs_wkt"] = CRS.from_user_input(crs).to_wkt()
    with pytest.raises(SchemaError, match="not of the Earth"):
        check(dataset)


def test_land_off_the_earth_is_refused(tiny_dataset):
    from pyproj import CRS

    dataset = tiny_dataset().assign_coords(northing=2e7 - 4e5 * np.arange(6))
    dataset["spatial_ref"].attrs["crs_wkt"] = CRS.from_user_input("+proj=moll").to_wkt()
    with pytest.raises(SchemaError, match="land cells lie off the Earth"):
        check(dataset)


def test_scene_without_cells_is_refused(tiny_dataset):
    with pytest.raises(SchemaError, match="no cells"):
        check(tiny_dataset().isel(easting=slice(0)))


def test_grid_beyond_memory_is_refused_before_it_is_read(tmp_path):
    import dask.array

    side = 2_000_000
    layer = dask.array.zeros((side, side), chunks=100_000, dtype="uint8")
    axes = {"northing": np.arange(side) * 1.0, "easting": np.arange(side) * 1.0}
    dataset = xr.Dataset({"land_cover": (("northing", "easting"), layer)}, axes)
    with pytest.raises(MemoryShortageError, match="grid of 2000000 by 2000000 cells"):
        check(dataset)


@pytest.mark.parametrize(
    ("value", "number"),
    [(1, 1.0), (np.float32(0.5), 0.5), (np.array([3]), 3.0), (True, None), ("1", None),
     (LONG, None), ([1, 2], None), (None, None), (1j, None)],
)  # fmt: skip
def test_number_of_an_attribute(value, number):
    assert number_of(value) == number


def test_missing_values_that_agree_are_accepted():
    array = xr.DataArray(np.zeros(3), attrs={"_FillValue": np.nan, "missing_value": np.nan})
    assert not list(packing_faults(array, is_code=False))


def test_what_one_command_refuses_all_refuse(tiny_dataset, tmp_path):
    """Land cover that is infinite everywhere passes no command, and is never half-built."""
    dataset = tiny_dataset()
    dataset["land_cover"] = dataset["land_cover"] * np.float32(np.inf)
    path = write_dataset(dataset, tmp_path / "scene.zarr")
    for words in (["scene", "check", path], ["run", path], ["scene", "overview", path]):
        assert command_here(*words).returncode == 1
