"""A store that has lost chunk files is refused, for Zarr would read them as filled."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from explorer import pipeline
from explorer.errors import SourceError
from explorer.scene.demo import demo_scene_path
from explorer.scene.manifest import MANIFEST, arrays, require_whole
from explorer.scene.store import open_dataset, write_dataset
from tests.commands import command_here

HALF = {"northing": 3, "easting": 4}


@pytest.fixture
def store(tiny_dataset, tmp_path) -> Path:
    """The tiny scene as this package writes it, in four chunks."""
    return write_dataset(tiny_dataset().chunk(HALF), tmp_path / "scene.zarr")


@pytest.fixture
def foreign(tiny_dataset, tmp_path) -> Path:
    """The same as xarray writes it, which leaves out chunks of nothing but the fill value."""
    dataset = tiny_dataset().chunk(HALF)
    dataset["elevation"] = dataset["elevation"].where(dataset["northing"] < 4e6)
    dataset.to_zarr(tmp_path / "foreign.zarr", consolidated=False)
    return tmp_path / "foreign.zarr"


@pytest.mark.parametrize(
    "name", ["land_cover", "region", "ci", "ndvi", "elevation", "temperature", "northing"]
)
def test_lost_chunk_is_an_error_in_every_command(store, name):
    chunk = next(path for path in sorted((store / name / "c").rglob("*")) if path.is_file())
    chunk.unlink()
    out = store.parent / "out.csv"
    for words in (
        ["scene", "check", store], ["scene", "info", store], ["scene", "overview", store],
        ["run", store], ["export", store, "--out", out],
    ):  # fmt: skip
        done = command_here(*words)
        assert done.returncode == 1
        assert f"chunk files are missing: {name} lacks 1 of" in done.stderr
    with pytest.raises(SourceError, match=f"{name} lacks 1 of"):
        open_dataset(store)


def test_chunks_that_hold_nothing_may_be_left_out(tmp_path):
    values = np.full((8, 8), np.nan, dtype="float32")
    values[0, 0] = 1
    dataset = xr.Dataset({"a": (("y", "x"), values), "b": (("y", "x"), values * np.nan)}).chunk(4)
    path = write_dataset(dataset, tmp_path / "a.zarr")
    known = dict(arrays(path))
    assert (known["a"].lacking, known["b"].lacking) == (3, 4)
    assert require_whole(path) == []
    with open_dataset(path) as read:
        xr.testing.assert_equal(read.load(), dataset.compute())
    (path / "a" / "c" / "0" / "0").unlink()
    with pytest.raises(SourceError, match=r"a lacks 1 of 4 \(the first is 0/0\)"):
        open_dataset(path)


def test_store_of_another_program_is_read_and_what_lacks_is_told(foreign):
    scene = pipeline.open_scene(foreign)
    assert any(
        note.startswith("elevation: 2 of 4 chunk files are not there") for note in scene.notes
    )
    done = command_here("run", foreign)
    assert done.returncode == 0
    assert "note: elevation: 2 of 4 chunk files" in done.stderr
    assert "note: elevation: 2 of 4" in command_here("scene", "check", foreign).stderr


def test_store_written_anew_by_another_program_has_no_manifest(store, tmp_path):
    with open_dataset(store) as dataset:
        dataset.load().drop_encoding().to_zarr(tmp_path / "anew.zarr", consolidated=False)
    assert (store / MANIFEST).is_dir()
    assert not (tmp_path / "anew.zarr" / MANIFEST).exists()
    assert pipeline.open_scene(tmp_path / "anew.zarr").notes == ("made by conftest.py",)


def test_copy_is_whole(store, tmp_path):
    shutil.copytree(store, tmp_path / "copy.zarr")
    assert require_whole(tmp_path / "copy.zarr") == []


@pytest.mark.parametrize("text", ["{", "[]", '{"attributes": {}}', '{"attributes": 1}'])
def test_manifest_that_cannot_be_read_is_an_error(store, text):
    (store / MANIFEST / "zarr.json").write_text(text)
    with pytest.raises(SourceError, match="whole is unknown"):
        open_dataset(store)


def test_lost_chunk_of_years_is_an_error(tiny_dataset, tmp_path):
    dataset = tiny_dataset()
    monthly = [name for name, each in dataset.items() if "month" in each.dims]
    years = xr.concat([dataset[monthly]] * 2, xr.Variable("year", [2001, 2002]))
    path = write_dataset(years.merge(dataset.drop_vars(monthly)), tmp_path / "years.zarr")
    next(path for path in (path / "ndvi" / "c").rglob("*") if path.is_file()).unlink()
    done = command_here("years", path)
    assert done.returncode == 1
    assert "ndvi lacks 1 of" in done.stderr


def test_demonstration_scene_says_that_it_is_whole():
    assert (demo_scene_path() / MANIFEST).is_dir()
    assert require_whole(demo_scene_path()) == []


def test_absurd_shape_is_counted_and_not_walked_through(store):
    path = store / "ndvi" / "zarr.json"
    written = json.loads(path.read_text())
    written["shape"] = [12, 10**9, 10**9]
    path.write_text(json.dumps(written))
    with pytest.raises(SourceError):
        open_dataset(store)
