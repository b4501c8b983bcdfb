"""A scene read strip by strip is the one packed whole; what is wrong is told once and whole."""

import numpy as np
import pytest
import xarray as xr

from explorer import SYSTEMS
from explorer.errors import SchemaError
from explorer.pipeline import check, open_scene, prepare
from explorer.scene import packing
from explorer.scene.scene import Scene, read_scene
from explorer.scene.store import open_dataset, write_dataset
from explorer.systems import all_inputs
from tests.data.same import assert_same_scene

COLUMNS = 8  # of the tiny scene


def read(dataset: xr.Dataset, *options, **named) -> Scene:
    """Read a scene with what all systems may find in it."""
    return read_scene(dataset, all_inputs(), *options, **named)


@pytest.fixture(params=[1, 2, 100], ids="strips of {} rows".format)
def strips(request, monkeypatch):
    """Read so many rows at once."""
    monkeypatch.setattr(packing, "STRIP_CELLS", request.param * COLUMNS)


def on_disk(dataset: xr.Dataset, path, rows: int = 1) -> xr.Dataset:
    """The same, lazily, in chunks of some rows."""
    dataset.chunk({"northing": rows}).drop_encoding().to_zarr(path, consolidated=False)
    return open_dataset(path, decoded=False)


def with_gaps(dataset: xr.Dataset) -> xr.Dataset:
    """Cells that lack an input, in several rows; a whole row among them."""
    dataset["temperature"].values[7, 2, 3] = np.nan
    dataset["ndvi"].values[:, 4, :] = np.nan
    dataset["elevation"].values[5, 1] = np.nan
    dataset["ci"].values[3, 3, 3] = np.nan
    return dataset


@pytest.mark.parametrize("light", ["sunshine", "radiation", None])
def test_strips_make_the_same_scene(strips, tiny_dataset, tmp_path, light):
    dataset = with_gaps(tiny_dataset(light=light))
    whole = prepare(check(dataset.copy(deep=True)))
    assert whole.left_out.keys() == {"ndvi", "temperature", "elevation"}
    assert_same_scene(read(on_disk(dataset, tmp_path / "scene.zarr")), whole)


def test_rows_from_the_bottom_make_the_same_scene(strips, tiny_dataset, tmp_path):
    dataset = with_gaps(tiny_dataset()).isel(northing=slice(None, None, -1))
    whole = prepare(check(dataset.copy(deep=True)))
    assert_same_scene(read(on_disk(dataset, tmp_path / "scene.zarr")), whole)


def test_radiation_makes_sunshine_idle_but_still_looked_at(strips, tiny_dataset, tmp_path):
    dataset = tiny_dataset(light="radiation")
    dataset["sunshine"] = tiny_dataset()["sunshine"].copy(deep=True)
    dataset["sunshine"].values[:, 2, 3] = np.nan  # of no concern
    scene = read(on_disk(dataset, tmp_path / "scene.zarr"))
    assert ("sunshine" in scene.fields, scene.left_out) == (False, {})
    assert SYSTEMS["nep"].forcing(scene).forcing.sunshine is None
    dataset["sunshine"].values[0, 5, 7] = 1.5
    with pytest.raises(SchemaError, match="sunshine: 1 values outside"):
        read(on_disk(dataset, tmp_path / "wrong.zarr"))


def test_values_are_counted_over_all_strips(strips, tiny_dataset, tmp_path):
    dataset = tiny_dataset()
    dataset["temperature"].values[:, 0, 2] = 99.0
    dataset["temperature"].values[3, 5, 5] = -99.0
    dataset["precipitation"].values[6] = np.nan
    with pytest.raises(SchemaError) as raised:
        read(on_disk(dataset, tmp_path / "scene.zarr"), "scene.zarr")
    problems = "\n".join(raised.value.problems)
    assert "temperature: 13 values outside -70 to 60 degC (got -99 to 99)" in problems
    assert "precipitation: month 7 has no values" in problems


def test_faults_of_form_and_of_values_are_told_together(strips, tiny_dataset, tmp_path):
    dataset = tiny_dataset()
    dataset["elevation"].attrs["units"] = "K"
    dataset["ndvi"].values[0, 5, 5] = 7.0
    with pytest.raises(SchemaError) as raised:
        read(on_disk(dataset, tmp_path / "scene.zarr"))
    problems = "\n".join(raised.value.problems)
    assert "elevation: unit 'K'" in problems
    assert "ndvi: 1 values outside" in problems


def test_progress_rises_to_the_end(strips, tiny_dataset, tmp_path):
    told = []
    read(on_disk(tiny_dataset(), tmp_path / "scene.zarr"), proceed=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_half_precision_numbers_are_read(tiny_dataset, scene):
    dataset = tiny_dataset()
    dataset["ci"] = dataset["ci"].astype(np.float16)
    halved = prepare(check(dataset))
    np.testing.assert_allclose(halved.field("ci"), scene.field("ci"), rtol=1e-3)


@pytest.mark.parametrize("suffix", [".zarr", ".nc"])
def test_scene_written_is_scene_read(tiny_dataset, scene, tmp_path, suffix):
    path = write_dataset(tiny_dataset(), tmp_path / f"scene{suffix}")
    assert_same_scene(open_scene(path), scene)
