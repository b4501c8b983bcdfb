"""The overview inside a large scene: close to the whole, and dropped when it does not fit."""

import shutil

import numpy as np
import pytest
import xarray as xr

from explorer import SYSTEMS, open_scene, preset, run
from explorer.errors import SourceError
from explorer.pipeline import add_overview, open_overview
from explorer.scene import overview
from explorer.scene.demo import demo_scene_path
from explorer.scene.store import open_dataset


@pytest.fixture
def large(tmp_path, monkeypatch):
    """The demonstration scene, made to count as large, with its overview."""
    monkeypatch.setattr(overview, "ALMOST_WHOLE", 1000)
    monkeypatch.setattr(overview, "OVERVIEW_CELLS", 12_000)
    path = tmp_path / "large.zarr"
    shutil.copytree(demo_scene_path(), path)
    assert add_overview(path) == 3
    return path


def test_overview_is_every_third_cell_with_the_statistics_of_the_whole(large):
    whole, first = open_scene(large), open_overview(large)
    assert 8_000 < first.cells < 13_000
    assert first.area.sum() == pytest.approx(whole.area.sum())
    part, all_cells = (SYSTEMS["nep"].forcing(scene) for scene in (first, whole))
    np.testing.assert_array_equal(part.mean_clumping, all_cells.mean_clumping)
    for of_first, of_whole in zip(part.extremes, all_cells.extremes, strict=True):
        np.testing.assert_allclose(of_first, of_whole, rtol=1e-6)
    with xr.open_dataset(large, engine="zarr", consolidated=False) as stored:
        assert np.isin(first.grid.x, stored["easting"].values[::3]).all()


def test_first_look_is_close_to_the_whole(large):
    whole, first = (
        run(scene, preset("ci2")).totals.yearly_total("npp")
        for scene in (open_scene(large), open_overview(large))
    )
    assert first == pytest.approx(whole, rel=0.02)


def test_overview_is_dropped_when_the_scene_has_changed(large):
    chunk = max((large / "ndvi" / "c").rglob("*"), key=lambda file: file.is_file())
    chunk.write_bytes(chunk.read_bytes() + b"\0")
    assert open_overview(large) is None


def test_overview_is_dropped_when_it_is_broken(large):
    (large / "overview" / "ndvi" / "zarr.json").write_text("{")
    assert open_overview(large) is None


def test_overview_leaves_the_scene_as_it_was(large):
    with open_dataset(large) as now, open_dataset(demo_scene_path()) as before:
        xr.testing.assert_identical(now, before)
    assert sorted(path.name for path in large.iterdir() if path.name.startswith(".")) == []


def test_small_scene_needs_no_overview(tmp_path):
    path = tmp_path / "small.zarr"
    shutil.copytree(demo_scene_path(), path)
    assert add_overview(path) == 1
    assert open_overview(path) is None


def test_overview_is_for_folders_only(tmp_path):
    (tmp_path / "scene.nc").write_bytes(b"")
    with pytest.raises(SourceError, match=r"\.zarr folder only"):
        add_overview(tmp_path / "scene.nc")
