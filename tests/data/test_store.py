"""Files: what is written comes back; what is not a dataset is refused; nothing is half-written."""

import os
import pickle

import numpy as np
import pytest
import xarray as xr

from explorer.errors import SourceError
from explorer.pipeline import check, open_scene
from explorer.scene.store import open_dataset, replacing, write_dataset


@pytest.mark.parametrize("name", ["scene.zarr", "scene.nc"])
@pytest.mark.parametrize("geographic", [False, True])
def test_dataset_comes_back_as_written(tiny_dataset, tmp_path, name, geographic):
    dataset = tiny_dataset(geographic=geographic)
    with open_dataset(write_dataset(dataset, tmp_path / name)) as read:
        xr.testing.assert_equal(check(read.load()), dataset)
        assert read["temperature"].attrs == dataset["temperature"].attrs
    assert os.listdir(tmp_path) == [name]


@pytest.mark.parametrize("name", ["scene.zarr", "scene.nc"])
def test_scene_opens_from_file(tiny_dataset, scene, tmp_path, name):
    opened = open_scene(write_dataset(tiny_dataset(), tmp_path / name))
    np.testing.assert_array_equal(opened.field("temperature"), scene.field("temperature"))
    assert opened.region_names == scene.region_names


def no_file(path):
    return path / "absent.nc"


def text_named_nc(path):
    (path / "text.nc").write_text("month,npp\n1,20\n")
    return path / "text.nc"


def empty_file(path):
    (path / "empty.nc").touch()
    return path / "empty.nc"


def cut_short(path):
    write_dataset(xr.Dataset({"a": ("x", np.arange(1e4))}), path / "whole.nc")
    (path / "cut.nc").write_bytes((path / "whole.nc").read_bytes()[:600])
    return path / "cut.nc"


def folder_that_is_no_zarr(path):
    (path / "folder.zarr").mkdir()
    return path / "folder.zarr"


def pickle_named_nc(path):
    (path / "pickle.nc").write_bytes(pickle.dumps({"a": 1}))
    return path / "pickle.nc"


def zarr_of_python_objects(path):
    store = path / "objects.zarr"
    (store / "a").mkdir(parents=True)
    (store / ".zgroup").write_text('{"zarr_format": 2}')
    (store / "a" / ".zarray").write_text('{"dtype": "|O", "filters": [{"id": "pickle"}]}')
    return store


def broken_zarr(path):
    (path / "broken.zarr").mkdir()
    (path / "broken.zarr" / "zarr.json").write_text("{")
    return path / "broken.zarr"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (no_file, "no such file"),
        (text_named_nc, "not a NetCDF file"),
        (empty_file, "not a NetCDF file"),
        (cut_short, "cannot be read"),
        (folder_that_is_no_zarr, "no Zarr store"),
        (pickle_named_nc, "not a NetCDF file"),
        (zarr_of_python_objects, "pickle"),
        (broken_zarr, "cannot be read"),
    ],
)
def test_open_refuses(tmp_path, make, message):
    with pytest.raises(SourceError, match=message):
        open_dataset(make(tmp_path))


@pytest.mark.parametrize("name", ["scene.zarr", "scene.nc"])
def test_failure_in_the_middle_leaves_nothing(tiny_dataset, tmp_path, name):
    # The last variable cannot be stored, so that the others are already there.
    dataset = tiny_dataset().assign(worst=("x", np.array([object()])))
    with pytest.raises((TypeError, ValueError, AttributeError)):
        write_dataset(dataset, tmp_path / name)
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("name", ["scene.zarr", "scene.nc"])
def test_failure_leaves_existing_file_untouched(tiny_dataset, tmp_path, name):
    write_dataset(tiny_dataset(), tmp_path / name)
    dataset = tiny_dataset().assign(worst=("x", np.array([object()])))
    with pytest.raises((TypeError, ValueError, AttributeError)):
        write_dataset(dataset, tmp_path / name, overwrite=True)
    with open_dataset(tmp_path / name) as read:
        xr.testing.assert_equal(read.load(), tiny_dataset())
    assert os.listdir(tmp_path) == [name]


@pytest.mark.parametrize("name", ["scene.zarr", "scene.nc"])
def test_existing_file_is_not_overwritten(tiny_dataset, tmp_path, name):
    write_dataset(tiny_dataset(), tmp_path / name)
    with pytest.raises(SourceError, match="--overwrite"):
        write_dataset(tiny_dataset(ci=False), tmp_path / name)
    with open_dataset(tmp_path / name) as read:
        assert "ci" in read


@pytest.mark.parametrize("name", ["scene.zarr", "scene.nc"])
def test_existing_file_is_overwritten_on_request(tiny_dataset, tmp_path, name):
    write_dataset(tiny_dataset(), tmp_path / name)
    write_dataset(tiny_dataset(ci=False), tmp_path / name, overwrite=True)
    with open_dataset(tmp_path / name) as read:
        assert "ci" not in read


@pytest.mark.parametrize(
    ("name", "message"), [("scene.txt", "unknown ending"), ("absent/scene.nc", "no such folder")]
)
def test_write_refuses(tiny_dataset, tmp_path, name, message):
    with pytest.raises(SourceError, match=message):
        write_dataset(tiny_dataset(), tmp_path / name)
    assert os.listdir(tmp_path) == []


def test_interrupted_work_leaves_nothing(tmp_path):
    with pytest.raises(KeyboardInterrupt), replacing(tmp_path / "table.csv") as fresh:
        fresh.write_text("half")
        raise KeyboardInterrupt
    assert os.listdir(tmp_path) == []
