"""``nep-explorer fuse train`` and ``predict``: from a file of samples to maps."""

import json

import numpy as np
import pytest
import xarray as xr

from explorer.pipeline import open_scene
from explorer.systems.fusion.forest_file import load_forest
from explorer.systems.fusion.on_scene import lay_over
from tests.commands import command_here
from tests.conftest import make_tiny_dataset


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A scene of 45 cells, and samples on it: the rain of the year, and noise."""
    folder = tmp_path_factory.mktemp("fuse")
    make_tiny_dataset(geographic=True).to_netcdf(folder / "scene.nc")
    scene = open_scene(folder / "scene.nc")
    rain = scene.field("precipitation").sum(axis=0)
    lon, lat = (np.asarray(each) for each in scene.lonlat(np.arange(scene.cells)))
    rng = np.random.default_rng(3)
    cells = np.repeat(np.arange(scene.cells), 2)
    values = np.maximum(rain[cells], 20) * rng.lognormal(0, 0.05, cells.size)
    lines = [
        f"{lon[cell]:.6f},{lat[cell]:.6f},{value:.2f},S{cell % 12}"
        for cell, value in zip(cells, values, strict=True)
    ]
    beside = ["0.5,-60,300,far", "0.5,95,300,nowhere"]
    text = "\n".join(["lon,lat,value,source", *lines, beside[0]]) + "\n"
    (folder / "samples.csv").write_text(text)
    (folder / "faulty.csv").write_text("lon,lat,value,source\n" + beside[1] + "\n")
    return folder


@pytest.fixture(scope="module")
def trained(folder):
    run = command_here(
        "fuse", "train", folder / "samples.csv", folder / "scene.nc", "--target", "NPP",
        "--trees", 30, "--leaf", 2, "--out", folder / "npp.nc", "--json", folder / "npp.json",
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    return json.loads((folder / "npp.json").read_text())


def test_forest_is_trained_and_told(trained, folder):
    assert trained["samples"]["lost"][0]["outside"] == 1
    assert set(trained["scores"]) == {"in_sample", "out_of_bag", "random", "study", "block"}
    assert trained["settings"]["tried"] == 6  # of seven
    assert load_forest(folder / "npp.nc").digest == trained["samples_digest"]


def test_maps_are_those_of_the_forest_and_can_be_read_as_a_product(trained, folder):
    run = command_here(
        "fuse", "predict", folder / "npp.nc", folder / "scene.nc", "--interval",
        "--out", folder / "maps.nc",
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    scene = open_scene(folder / "scene.nc")
    said = lay_over(load_forest(folder / "npp.nc"), scene, interval=True)
    with xr.open_dataset(folder / "maps.nc") as maps:
        np.testing.assert_allclose(maps["NPP"].values, scene.on_grid(said.mean), rtol=1e-6)
        low, high = maps["NPP_low"].values, maps["NPP_high"].values
        assert (low <= high)[np.isfinite(low)].all()
    read = command_here(
        "run", folder / "scene.nc", "--product", folder / "maps.nc", "--set", "field=NPP",
        "--json", folder / "totals.json",
    )  # fmt: skip
    assert read.returncode == 0, read.stderr


def test_what_exists_or_is_faulty_is_refused_and_nothing_is_left(trained, folder):
    again = command_here(
        "fuse", "train", folder / "samples.csv", folder / "scene.nc", "--out", folder / "npp.nc"
    )
    assert again.returncode == 1
    assert "exists already" in again.stderr
    faulty = command_here(
        "fuse", "train", folder / "faulty.csv", folder / "scene.nc", "--out", folder / "no.nc"
    )
    assert faulty.returncode == 1
    assert "faulty.csv, line 2: lat = '95'" in faulty.stderr
    assert not (folder / "no.nc").exists()


def test_forest_of_other_predictors_is_refused_by_name(trained, folder):
    make_tiny_dataset(geographic=True, light="radiation").to_netcdf(folder / "other.nc")
    run = command_here(
        "fuse", "predict", folder / "npp.nc", folder / "other.nc", "--out", folder / "no.nc"
    )
    assert run.returncode == 1
    assert "light is in MJ m-2 yr-1; the forest was trained on 1" in run.stderr
