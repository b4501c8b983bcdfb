"""What may be replaced: what this program made, known by what it holds; nothing else."""

import json
from pathlib import Path

import pytest
import rasterio
import xarray as xr
from rasterio.transform import from_origin

from explorer.errors import SourceError
from explorer.outputs.claims import replacing
from explorer.outputs.made_here import CSV_COLUMNS, is_ours, require_replaceable
from explorer.report.tidy import Row
from explorer.scene.store import write_dataset
from tests.commands import command_here


def test_columns_are_those_of_the_tables():
    assert Row._fields[: len(CSV_COLUMNS)] == CSV_COLUMNS


@pytest.mark.parametrize("name", ["scene.zarr", "scene.nc"])
def test_scene_is_known_again(tiny_dataset, tmp_path, name):
    assert is_ours(write_dataset(tiny_dataset(), tmp_path / name))


def test_outputs_of_commands_are_known_again(tiny_dataset, tmp_path):
    scene = write_dataset(tiny_dataset(), tmp_path / "scene.zarr")
    maps, summary = tmp_path / "maps.nc", tmp_path / "summary.json"
    done = command_here("run", scene, "--out", maps, "--json", summary)
    assert done.returncode == 0, done.stderr
    assert is_ours(maps)
    assert is_ours(summary)


def foreign_netcdf(path: Path) -> Path:
    xr.Dataset({"a": ("x", [1.0])}, attrs={"source": "another model"}).to_netcdf(path / "a.nc")
    return path / "a.nc"


def foreign_zarr(path: Path) -> Path:
    xr.Dataset({"a": ("x", [1.0])}).to_zarr(path / "a.zarr", consolidated=False)
    return path / "a.zarr"


def folder_of_a_thesis(path: Path) -> Path:
    (path / "home.zarr").mkdir()
    (path / "home.zarr" / "thesis.txt").write_text("years of work")
    return path / "home.zarr"


def our_zarr_with_a_thesis(path: Path) -> Path:
    out = write_dataset(xr.Dataset({"a": ("x", [1.0])}), path / "a.zarr")
    (out / "a" / "thesis.txt").write_text("years of work")
    return out


def foreign_table(path: Path) -> Path:
    (path / "a.csv").write_text("place,lon,lat\n")
    return path / "a.csv"


def scenarios_of_a_person(path: Path) -> Path:
    (path / "a.json").write_text(json.dumps({"format": "nep-explorer scenarios", "scenarios": []}))
    return path / "a.json"


def foreign_raster(path: Path) -> Path:
    profile = {"driver": "GTiff", "dtype": "float32", "count": 1, "height": 2, "width": 2}
    with rasterio.open(path / "a.tif", "w", **profile, transform=from_origin(9, 9, 1, 1)):
        pass
    return path / "a.tif"


def text_about_us(path: Path) -> Path:
    (path / "a.html").write_text("<!doctype html><p>a page about nep-explorer</p>")
    return path / "a.html"


def deep_json(path: Path) -> Path:
    (path / "a.json").write_text("[" * 100_000)
    return path / "a.json"


@pytest.mark.parametrize(
    "make",
    [
        foreign_netcdf, foreign_zarr, folder_of_a_thesis, our_zarr_with_a_thesis, foreign_table,
        scenarios_of_a_person, foreign_raster, text_about_us, deep_json,
    ],
)  # fmt: skip
def test_what_others_made_is_not_replaced(tmp_path, make):
    path = make(tmp_path)
    before = {each: each.stat().st_mtime_ns for each in tmp_path.rglob("*")}
    with pytest.raises(SourceError, match="not replaced"), replacing(path, overwrite=True):
        pytest.fail("the work was begun")
    assert {each: each.stat().st_mtime_ns for each in tmp_path.rglob("*")} == before


def test_what_is_empty_may_be_replaced(tmp_path):
    (tmp_path / "empty.csv").touch()
    (tmp_path / "empty.zarr").mkdir()
    require_replaceable(tmp_path / "empty.csv")
    require_replaceable(tmp_path / "empty.zarr")
