"""The exported notebook and command are run, and give the page's numbers to the last digit."""

import json
import re
import shlex
import subprocess
import sys
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import rasterio
from shapely.geometry import Polygon
from typer.testing import CliRunner

from explorer import Shown, View, open_scene, preset
from explorer.__main__ import app
from explorer.errors import SchemaError, SourceError
from explorer.report.command import command, shape_from_text
from explorer.report.formats import FORMATS, Subject, command_for, format_of, write_export
from explorer.report.notebook import code, notebook
from explorer.report.picture_of import picture_of
from explorer.scene.demo import demo_scene_path, scene_name
from explorer.scene.shapes.shape import shape_of
from explorer.scene.store import write_dataset
from explorer.session.opened import Opened

SCENE = "my tiny; scene's.zarr"
RUN_CELLS = """
import json, sys
import matplotlib
matplotlib.use("Agg")
book, names = json.load(open(sys.argv[1])), {}
for cell in book["cells"]:
    if cell["cell_type"] == "code":
        exec("".join(cell["source"]), names)
names["table"].to_csv(sys.argv[2], index=False)
names["np"] = __import__("numpy")
names["np"].save(sys.argv[3], names["shown"][0].values)
"""


def python(*arguments: object, cwd: Path) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, *map(str, arguments)], cwd=cwd, capture_output=True, text=True, timeout=180
    )


@pytest.fixture(scope="module")
def folder(tiny_dataset, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("a folder")
    write_dataset(tiny_dataset(), folder / SCENE)
    return folder


@pytest.fixture(scope="module")
def opened(folder) -> Opened:
    return Opened(folder / SCENE)


@pytest.fixture(scope="module")
def subject(opened) -> Subject:
    """An unusual view of an unusual scenario; as the page makes it."""
    changes = {"epsilon_max.EBF": 0.1 + 0.2 + 0.7, "rs_beta": -0.0061, "rh_rule": "capped"}
    scenario = preset("epsilon").with_values(changes).named("-dash 'n' \"quote\" $(id)")
    corners = [(95.123456789, 33), (104, 33.3), (101, 41 + 1 / 3)]
    shapes = (shape_of([Polygon(corners)], 'it\'s "mine"; $(id) 省', "file"),)
    view = View(variable="rs", step=11, region=shapes[0].name, tapped=3, shapes=shapes)
    return Subject([Shown(opened.result(scenario), view)], SCENE, partial(picture_of, opened))


def test_command_gives_the_same_file(folder, subject):
    (shown,) = subject.shown
    line = command(shown.result.scenario, shown.view, SCENE, "series.csv")
    words = shlex.split(line)
    assert words[0] == "nep-explorer"
    done = python("-m", "explorer", *words[1:], cwd=folder)
    assert done.returncode == 0, done.stderr
    here = write_export("totals", subject, folder / "page.csv")
    assert (folder / "series.csv").read_bytes() == here.read_bytes()
    told = json.loads((folder / "series.lineage.json").read_text())
    assert told[0]["scenario"]["id"] == shown.result.scenario.identity
    assert told[0]["scenario"]["label"] == shown.result.scenario.name


def test_command_for_a_map_gives_the_same_pixels(folder, subject, monkeypatch):
    monkeypatch.chdir(folder)
    (shown,) = subject.shown
    words = shlex.split(command(shown.result.scenario, shown.view, SCENE, "map.tif"))
    done = CliRunner().invoke(app, words[1:], catch_exceptions=False)
    assert done.exit_code == 0
    here = write_export("geotiff", subject, folder / "page.tif")
    with rasterio.open(folder / "map.tif") as one, rasterio.open(here) as other:
        np.testing.assert_array_equal(one.read(), other.read())
        assert one.descriptions == other.descriptions


@pytest.mark.parametrize("text", ["", "{}", '["a", "drawn", "POINT (1 2)"]', '["a", "x", 3]'])
def test_shape_that_cannot_be_read_is_told(text):
    with pytest.raises(SchemaError, match="--shape"):
        shape_from_text(text)


@pytest.mark.parametrize(
    ("view", "told"),
    [
        (View(), ""),
        (View(yearly=True, step=3), "--yearly"),
        (View(page="compare", step=7), ""),
        (View(step=2, tapped=0), "--step=2 --tapped=0"),
        (View(window=(-1.5, 2.0, 3.25, 1e6)), "--window -1.5 2.0 3.25 1000000.0"),
    ],
)
def test_command_says_what_differs_and_no_more(view, told):
    expected = f"nep-explorer export a.zarr --preset ci2 {told} --out x.nc".replace("  ", " ")
    assert command(preset("ci2"), view, "a.zarr", "x.nc") == expected


def test_notebook_runs_and_gives_the_same_numbers(folder, subject, opened):
    other = Shown(opened.result(preset("original")), subject.shown[0].view)
    both = Subject([*subject.shown, other], SCENE, subject.picture)
    book = write_export("notebook", both, folder / "book.ipynb")
    done = python("-c", RUN_CELLS, book, "table.csv", "map.npy", cwd=folder)
    assert done.returncode == 0, done.stderr
    page = pd.read_csv(write_export("totals", both, folder / "both.csv"))
    pd.testing.assert_frame_equal(pd.read_csv(folder / "table.csv"), page, check_exact=True)
    np.testing.assert_array_equal(np.load(folder / "map.npy"), subject.shown[0].values)


def test_notebook_stops_when_the_data_are_others(folder, subject, tiny_dataset, monkeypatch):
    changed = tiny_dataset()
    changed["temperature"].values[3, 2, 2] += 0.01
    elsewhere = folder / "elsewhere"
    write_dataset(changed, elsewhere.mkdir() or elsewhere / SCENE)
    monkeypatch.chdir(elsewhere)
    names: dict = {}
    with pytest.raises(AssertionError, match=r"not those of the page: .*temperature"):
        for text in code(subject.shown, SCENE):
            exec(text, names)
    assert "shown" not in names


def test_notebook_is_a_valid_one(subject):
    """The rules of nbformat 4.5 for the cells that are used."""
    book = json.loads(notebook(subject.shown, SCENE))
    assert set(book) == {"cells", "metadata", "nbformat", "nbformat_minor"}
    assert (book["nbformat"], book["nbformat_minor"]) == (4, 5)
    assert book["metadata"]["kernelspec"].keys() >= {"name", "display_name"}
    identities = [cell["id"] for cell in book["cells"]]
    assert len(set(identities)) == len(identities)
    assert all(re.fullmatch("[a-zA-Z0-9-_]{1,64}", identity) for identity in identities)
    for cell in book["cells"]:
        common = {"id", "cell_type", "metadata", "source"}
        own = {"execution_count", "outputs"} if cell["cell_type"] == "code" else set()
        assert set(cell) == common | own
        assert isinstance(cell["source"], list)
        assert all(isinstance(line, str) for line in cell["source"])
        if own:
            assert (cell["execution_count"], cell["outputs"]) == (None, [])
            compile("".join(cell["source"]), "cell", "exec")


def test_demonstration_scene_is_called_by_name():
    assert scene_name(demo_scene_path()) == "demo"
    assert scene_name("demo") == "demo"
    assert scene_name("data/mine.zarr") == "data/mine.zarr"
    assert open_scene("demo").synthetic


@pytest.mark.parametrize("key", FORMATS)
def test_every_format_is_written_and_found_by_its_name(key, subject, tmp_path):
    row = FORMATS[key]
    path = write_export(key, subject, tmp_path / f"file{row.ending}")
    assert path.stat().st_size > 300
    assert format_of(path, row.of) == key
    (shown,) = subject.shown
    words = shlex.split(command_for(key, shown.result.scenario, shown.view, SCENE))
    of = words[words.index("--of") + 1] if "--of" in words else None
    assert format_of(words[-1], of) == key
    text = path.read_bytes()
    assert str(Path(__file__).parents[2]).encode() not in text  # where the package lies
    assert str(tmp_path.parent).encode() not in text  # where the scene lies


def test_kind_that_is_unknown_is_told(tmp_path):
    with pytest.raises(SourceError, match=r"one of \.csv, \.nc, \.tif"):
        format_of(tmp_path / "file.docx")
    with pytest.raises(SourceError, match="expected --of totals, cells"):
        format_of(tmp_path / "file.csv", "nothing")
