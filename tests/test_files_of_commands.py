"""Commands never write over what they read or what is not theirs, and end when they are told to."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin

from explorer.pipeline import open_scene
from explorer.scene.store import write_dataset
from tests.commands import command_here, explorer_command

ROOT = Path(__file__).parents[1]
SIDE = 5.0  # degrees: of the tiny scene


@pytest.fixture
def scene(tiny_dataset, tmp_path) -> Path:
    return write_dataset(tiny_dataset(), tmp_path / "scene.zarr")


@pytest.fixture
def recipe(tiny_dataset, tmp_path) -> Path:
    """A recipe of the tiny scene, from one file."""
    dataset = tiny_dataset(geographic=True)
    folder = tmp_path / "recipe"
    folder.mkdir()
    dataset.to_netcdf(folder / "all.nc")
    names = [name for name in dataset.data_vars if name != "spatial_ref"]
    lines = ['crs = "EPSG:4326"']
    for name in names:
        unit = dataset[name].attrs["units"]
        lines += [f"[variables.{name}]", 'file = "all.nc"', f'unit = "{unit}"']
    lines += ["[region_names]", '1 = "South"', '2 = "North"']
    (folder / "recipe.toml").write_text("\n".join(lines))
    return folder / "recipe.toml"


def stands(path: Path) -> dict[Path, int]:
    """What is in a folder, and when it was written."""
    return {each: each.stat().st_mtime_ns for each in path.rglob("*")}


def over_its_input(scene: Path) -> list[object]:
    return ["run", scene, "--out", scene]


def into_its_input(scene: Path) -> list[object]:
    return ["run", scene, "--json", scene / "out.json"]


def twice_the_same(scene: Path) -> list[object]:
    return ["run", scene, "--out", scene.parent / "x.nc", "--json", scene.parent / "x.nc"]


def over_a_thesis(scene: Path) -> list[object]:
    (scene.parent / "home.zarr").mkdir()
    (scene.parent / "home.zarr" / "thesis.txt").write_text("years of work")
    return ["run", scene, "--out", scene.parent / "home.zarr"]


def over_a_table(scene: Path) -> list[object]:
    (scene.parent / "mine.csv").write_text("a,b\n")
    return ["export", scene, "--out", scene.parent / "mine.csv"]


def over_a_lineage_that_is_none(scene: Path) -> list[object]:
    (scene.parent / "mine.lineage.json").write_text('{"mine": 1}')
    return ["export", scene, "--out", scene.parent / "mine.csv"]


def over_its_shapes(scene: Path) -> list[object]:
    path = scene.parent / "shapes.json"
    ring = [[100, 30], [101, 30], [101, 31], [100, 30]]
    path.write_text(f'{{"type": "Polygon", "coordinates": [{ring}]}}')
    return ["run", scene, "--shape", path, "--json", path]


def over_a_folder_called_nc(scene: Path) -> list[object]:
    (scene.parent / "x.nc").mkdir()
    (scene.parent / "x.nc" / "a.txt").write_text("mine")
    return ["export", scene, "--out", scene.parent / "x.nc"]


@pytest.mark.parametrize(
    "words",
    [
        over_its_input, into_its_input, twice_the_same, over_a_thesis, over_a_table,
        over_a_lineage_that_is_none, over_its_shapes, over_a_folder_called_nc,
    ],
)  # fmt: skip
def test_overwrite_refuses_and_changes_nothing(scene, words):
    arguments = words(scene)
    before = stands(scene.parent)
    done = command_here(*arguments, "--overwrite")
    assert done.returncode == 1
    assert done.stderr.startswith("error: ")
    assert stands(scene.parent) == before


def test_build_refuses_to_replace_its_source(recipe):
    before = stands(recipe.parent)
    done = command_here("scene", "build", recipe, "--out", recipe.parent / "all.nc", "--overwrite")
    assert done.returncode == 1
    assert "what is read" in done.stderr
    assert stands(recipe.parent) == before


def test_build_replaces_the_scene_it_built(recipe, tmp_path):
    out = tmp_path / "scene.zarr"
    for words in ([], ["--overwrite"], ["--overwrite"]):
        done = command_here("scene", "build", recipe, "--out", out, *words)
        assert done.returncode == 0, done.stderr
    assert sorted(os.listdir(tmp_path)) == ["recipe", "scene.zarr"]
    assert open_scene(out).cells


def test_build_that_cannot_be_opened_leaves_nothing(recipe, tmp_path):
    text = recipe.read_text()
    recipe.write_text(text + "\n[classes]\nEBF = [200]\n")
    done = command_here("scene", "build", recipe, "--out", tmp_path / "out.zarr")
    assert done.returncode == 1
    assert os.listdir(tmp_path) == ["recipe"]


@pytest.mark.parametrize("name", ["mine.csv", "mine.png", "mine.tif"])
def test_export_replaces_what_it_exported(scene, name):
    out = scene.parent / name
    for words in ([], ["--overwrite"]):
        done = command_here("export", scene, "--out", out, *words)
        assert done.returncode == 0, done.stderr
    assert "exists already" in command_here("export", scene, "--out", out).stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_command_that_is_told_to_end_leaves_nothing(scene, number):
    out = scene.parent / "out.nc"
    # A process that is started in the background may have been told to ignore Ctrl-C.
    start = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "from explorer.__main__ import main; main()"
    )
    run = subprocess.Popen(
        [sys.executable, "-c", start, "export", "demo", "--out", out],
        stderr=subprocess.PIPE, text=True, cwd=ROOT,
    )  # fmt: skip
    hidden = scene.parent / ".out.nc.nep-explorer"
    # Not while libraries are imported: some catch whatever is raised meanwhile.
    while "running" not in (told := run.stderr.readline()):
        assert told
    assert hidden.is_dir()
    run.send_signal(number)
    _, told = run.communicate(timeout=120)
    assert run.returncode == 130, told
    assert "KeyboardInterrupt" not in told
    assert not hidden.exists()
    assert not out.exists()


@pytest.mark.parametrize("words", [["--port", "99999"], ["--port", "-1"], ["--port", "0"]])
def test_port_that_is_none_is_refused(words):
    done = command_here("serve", "--no-open", *words)
    assert done.returncode == 2
    assert "--port" in done.stderr


def test_port_that_is_taken_is_told():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = explorer_command("serve", "--no-open", "--port", port)
    assert done.returncode == 1
    assert done.stderr == (
        f"error: 127.0.0.1, port {port}: is taken, perhaps by another nep-explorer; choose another "
        "--port\n"
    )


def test_address_of_another_machine_is_told():
    done = explorer_command("serve", "--no-open", "--address", "192.0.2.1")
    assert done.returncode == 1
    assert "is no address of this machine" in done.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_server_that_is_told_to_end_leaves_nothing(tmp_path, number):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    served = subprocess.Popen(
        [sys.executable, "-m", "explorer", "serve", "--no-open", "--port", str(port)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
        env=os.environ | {"TMPDIR": str(tmp_path)},
    )  # fmt: skip
    assert "Ctrl-C ends it" in served.stdout.readline()
    with urlopen(f"http://127.0.0.1:{port}/", timeout=60) as page:
        assert page.status == 200
    served.send_signal(number)
    _, told = served.communicate(timeout=120)
    assert served.returncode == 0, told
    assert "Traceback" not in told
    assert not [name for name in os.listdir(tmp_path) if name.startswith("nep-explorer-")]


GRID = '\n[grid]\ncrs = "{crs}"\nresolution = {resolution}\n{more}\n'
ALBERS = "+proj=aea +lat_1=25 +lat_2=47 +lat_0=0 +lon_0=105"


@pytest.mark.parametrize(
    ("crs", "resolution", "more", "words"),
    [
        (ALBERS, "inf", "", "resolution"),
        (ALBERS, "1e-300", "", "cells; expected"),
        (ALBERS, "5", "", "GiB of memory"),
        (ALBERS, "1e5", "bounds = [0, 0, nan, 1]", "bounds"),
        (ALBERS, "1e5", "bounds = [1, 1, 0, 0]", "in this order"),
        (ALBERS, "1e5", "bounds = [-1e300, 0, 1e300, 1]", "cells; expected"),
        ("EPSG:4326", "1e-9", "", "cells; expected"),
        ("+proj=ortho", "1e5", "", "keeps areas"),
        ("+proj=aea +a=1 +lat_1=25 +lat_2=47", "1e5", "", "on Earth"),
        ("IAU_2015:30100", "1", "", "on Earth"),
    ],
)
def test_absurd_grid_is_refused_before_memory_is_taken(recipe, crs, resolution, more, words):
    text = recipe.read_text().replace(
        'crs = "EPSG:4326"',
        'crs = "EPSG:4326"' + GRID.format(crs=crs, resolution=resolution, more=more),
    )
    recipe.write_text(text)
    done = command_here("scene", "build", recipe, "--out", recipe.parent / "out.zarr")
    assert done.returncode == 1
    assert words in done.stderr
    assert not (recipe.parent / "out.zarr").exists()


@pytest.mark.parametrize("name", ["{month:1000000000d}.tif", "{month!r}.tif", "{month.x}", "{0}"])
def test_pattern_that_asks_for_more_than_a_month_is_refused(recipe, name):
    recipe.write_text(recipe.read_text().replace('"all.nc"', f'"{name}"', 1))
    done = command_here("scene", "build", recipe, "--out", recipe.parent / "out.zarr")
    assert done.returncode == 1
    assert "expected a file name, or one with {month}" in done.stderr


@pytest.mark.parametrize("text", ["a = " + "9" * 5_000, "a = " + "[" * 20_000, "\0", "a = 'x"])
def test_recipe_that_is_no_toml_is_refused(recipe, text):
    recipe.write_text(text)
    done = command_here("scene", "build", recipe, "--out", recipe.parent / "out.zarr")
    assert done.returncode == 1
    assert "not a TOML file" in done.stderr


@pytest.mark.parametrize("code", ["²", "9" * 40, "0", "40000", "-1"])
def test_region_code_out_of_bounds_is_refused(recipe, code):
    recipe.write_text(recipe.read_text() + f'\n"{code}" = "Here"\n')
    done = command_here("scene", "build", recipe, "--out", recipe.parent / "out.zarr")
    assert done.returncode == 1
    assert "expected a whole number from 1 to 32767" in done.stderr


def elevation_from(recipe: Path, name: str) -> None:
    before = '[variables.elevation]\nfile = "all.nc"'
    text = recipe.read_text()
    assert before in text
    recipe.write_text(text.replace(before, f'[variables.elevation]\nfile = "{name}"'))


def write_raster(path: Path, side: int, **options) -> None:
    with rasterio.open(
        path, "w", driver="GTiff", dtype="float32", count=1, width=side, height=side,
        crs="EPSG:4326", transform=from_origin(80, 50, SIDE, SIDE), **options,
    ) as file:  # fmt: skip
        if "sparse_ok" not in options:
            file.write(np.random.default_rng(1).random((1, side, side), dtype="float32"))


def test_raster_that_declares_more_than_memory_is_refused(recipe):
    write_raster(recipe.parent / "sparse.tif", 300_000, sparse_ok=True, tiled=True, bigtiff="yes")
    elevation_from(recipe, "sparse.tif")
    done = command_here("scene", "build", recipe, "--out", recipe.parent / "out.zarr")
    assert done.returncode == 1
    assert "sparse.tif declares 300000 by 300000 values: takes at least" in done.stderr


def test_raster_that_is_cut_short_is_told(recipe):
    path = recipe.parent / "cut.tif"
    write_raster(path, 200)
    path.write_bytes(path.read_bytes()[:50_000])
    elevation_from(recipe, "cut.tif")
    done = command_here("scene", "build", recipe, "--out", recipe.parent / "out.zarr")
    assert done.returncode == 1
    assert f"{path}: elevation: cannot be read, it is damaged or cut short" in done.stderr


def test_other_hidden_files_stay(scene):
    """Other hidden files beside an output are nobody's business."""
    (scene.parent / ".keep").write_text("mine")
    shutil.copytree(scene, scene.parent / ".backup.zarr")
    done = command_here("run", scene, "--json", scene.parent / "out.json")
    assert done.returncode == 0
    assert (scene.parent / ".keep").exists()
    assert (scene.parent / ".backup.zarr").is_dir()
