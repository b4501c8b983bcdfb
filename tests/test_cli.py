"""The command line: what it writes, and what it refuses."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import xarray as xr

from explorer import open_scene, preset, run
from explorer.__main__ import main
from explorer.scene.demo import demo_scene_path
from explorer.scene.store import open_dataset
from explorer.systems import SYSTEMS
from explorer.tables.periods import YEAR
from tests.commands import command_here, explorer_command


@pytest.fixture(scope="module")
def summary(tmp_path_factory) -> tuple[dict, Path]:
    folder = tmp_path_factory.mktemp("run")
    done = explorer_command(
        "run", demo_scene_path(), "--preset", "epsilon", "--set", "epsilon_max.EBF=0.9",
        "--json", folder / "summary.json", "--out", folder / "result.nc",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "running" in done.stderr  # progress is on the error stream
    assert done.stdout == ""
    return json.loads((folder / "summary.json").read_text()), folder / "result.nc"


def test_run_gives_the_numbers_of_the_pipeline(summary):
    told, _ = summary
    scenario = preset("epsilon").with_values({"epsilon_max.EBF": 0.9})
    totals = run(open_scene(demo_scene_path()), scenario).totals
    assert told["scenario"]["changes"] == {"epsilon_max.EBF": 0.9}
    for region in totals.region_names:
        assert told["regions"][region]["nep"] == pytest.approx(totals.yearly("nep", region))


def test_run_writes_maps_that_say_how_they_were_made(summary):
    told, path = summary
    with open_dataset(path) as dataset:
        assert dataset.attrs["scenario_id"] == told["scenario"]["id"]
        assert json.loads(dataset.attrs["input_hashes"]) == told["input_hashes"]
        assert dataset["nep"].attrs["units"] == "g C m-2 month-1"
        assert dataset["nep"].sizes["month"] == 12


def test_run_totals_the_shapes_of_a_file(tmp_path):
    def box(west: float, name: str) -> dict:
        corners = [[west, 30], [west + 8, 30], [west + 8, 36], [west, 36], [west, 30]]
        geometry = {"type": "Polygon", "coordinates": [corners]}
        return {"type": "Feature", "properties": {"name": name}, "geometry": geometry}

    features = {"type": "FeatureCollection", "features": [box(104, "inland"), box(-40, "ocean")]}
    (tmp_path / "mine.geojson").write_text(json.dumps(features))
    done = command_here("run", demo_scene_path(), "--shape", tmp_path / "mine.geojson")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)["shapes"]
    assert "'ocean' lies beside the land" in done.stderr
    assert told["ocean"]["cells"] == 0
    assert told["ocean"]["nep"] is None
    # Cells whose centre lies inside, whole: a border of 10 km cells of a box of 700 km or so.
    scene = open_scene(demo_scene_path())
    rows, columns = divmod(scene.index, scene.grid.x.size)
    lon, lat = scene.grid.lonlat(scene.grid.x[columns], scene.grid.y[rows])
    inside = (lon > 104) & (lon < 112) & (lat > 30) & (lat < 36)
    npp = run(scene, preset("ci2")).cells("npp", YEAR)[inside].mean()
    assert told["inland"]["npp"] == pytest.approx(npp, rel=0.01)
    assert told["inland"]["area_km2"] == pytest.approx(scene.area[inside].sum(), rel=0.01)

    (tmp_path / "mine.geojson").write_text("nothing")
    done = command_here("run", demo_scene_path(), "--shape", tmp_path / "mine.geojson")
    assert done.returncode == 1
    assert "mine.geojson: 1 fault" in done.stderr


def test_run_prints_the_summary_without_json_option():
    done = command_here("run", demo_scene_path(), "--preset", "original")
    assert done.returncode == 0, done.stderr
    assert set(json.loads(done.stdout)["regions"]) >= {"South", "North", "all"}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--set", "epsilon_max.EBF=9"], "0.09 to 2.16"),
        (["--set", "epsilon_max.EBX=1"], "did you mean epsilon_max.EBF"),
        (["--set", "w_min"], "expected NAME=VALUE"),
        (["--preset", "best"], "expected one of original, epsilon, ci1, ci2"),
        (["--system", "moon"], "unknown system 'moon': expected one of nep"),
        (["--set", "w_min=nan", "--set", "foo=1"], "unknown parameter 'foo'"),
    ],
)
def test_run_refuses_wrong_settings_with_one_message(arguments, told):
    done = command_here("run", demo_scene_path(), *arguments)
    assert done.returncode == 1
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_run_leaves_an_existing_file_alone(tmp_path):
    existing = tmp_path / "summary.json"
    existing.write_text("mine")
    done = command_here("run", demo_scene_path(), "--json", existing)
    assert done.returncode == 1
    assert "--overwrite" in done.stderr
    assert existing.read_text() == "mine"


def test_check_reports_all_faults_at_once(tmp_path):
    with open_dataset(demo_scene_path()) as dataset:
        broken = dataset.isel(northing=slice(0, 60), easting=slice(100, 200)).load()
    broken["temperature"].attrs["units"] = "K"
    broken = broken.drop_vars("ndvi")
    broken["precipitation"][{"month": 3}] = float("nan")
    path = tmp_path / "broken.zarr"
    broken.drop_encoding().to_zarr(path, consolidated=False)
    done = command_here("scene", "check", path)
    assert done.returncode == 1
    for fault in ("ndvi: missing", "temperature: unit 'K'", "precipitation: month 4"):
        assert fault in done.stderr
    assert command_here("scene", "check", demo_scene_path()).returncode == 0


@pytest.mark.parametrize("command", [("scene", "check"), ("scene", "info"), ("run",), ("serve",)])
def test_a_text_file_named_nc_is_refused(tmp_path, command):
    path = tmp_path / "scene.nc"
    path.write_text("not a raster")
    command_run = explorer_command if command == ("serve",) else command_here
    done = command_run(*command, path)
    assert done.returncode == 1
    assert "not a NetCDF file" in done.stderr
    assert "Traceback" not in done.stderr


def test_build_leaves_nothing_behind_when_it_fails(tmp_path):
    xr.Dataset({"t": (("lat", "lon"), [[1.0, 2.0], [3.0, 4.0]])}).to_netcdf(tmp_path / "t.nc")
    recipe = tmp_path / "recipe.toml"
    recipe.write_text('[variables.temperature]\nfile = "t.nc"\nname = "t"\nunit = "degC"\n')
    before = sorted(tmp_path.iterdir())
    done = command_here("scene", "build", recipe, "--out", tmp_path / "scene.zarr")
    assert done.returncode == 1
    assert "temperature" in done.stderr
    assert sorted(tmp_path.iterdir()) == before


def test_info_tells_what_the_scene_is():
    done = command_here("scene", "info", demo_scene_path())
    assert done.returncode == 0
    assert "SYNTHETIC" in done.stdout
    assert "Evergreen broadleaf forest" in done.stdout


def test_parameters_lists_the_whole_table():
    done = command_here("parameters")
    assert "epsilon_max.EBF = 0.98 g C MJ-1  (0.09 to 2.16)" in done.stdout
    assert "STAND-IN" in done.stdout


def test_parameters_are_those_of_the_system_asked_for():
    assert command_here("parameters", "--system", "nep").stdout == (
        command_here("parameters").stdout
    )
    done = command_here("parameters", "--system", "moon")
    assert done.returncode == 1
    known = ", ".join(SYSTEMS)
    assert done.stderr == f"error: unknown system 'moon': expected one of {known}\n"


def test_systems_lists_the_table():
    done = command_here("systems")
    for name, system in SYSTEMS.items():
        assert f"{name}: {system.title}" in done.stdout
        assert system.citation in done.stdout
        assert ", ".join(system.presets) in done.stdout
        assert all(each in done.stdout for each in (*system.inputs.required, *system.outputs))


def told_by_main(monkeypatch, capsys, *arguments: object) -> str:
    """What the command says when it refuses, without a process of its own."""
    monkeypatch.setattr(sys, "argv", ["nep-explorer", *map(str, arguments)])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    return capsys.readouterr().err


@pytest.mark.parametrize(
    ("command", "part", "said"),
    [
        (("towers", "x.zarr", "y.csv"), "towers", "cannot be compared with towers"),
        (("years", "x.zarr"), "years", "cannot run many years out of core"),
    ],
)
def test_command_says_which_systems_have_what_this_one_lacks(
    command, part, said, monkeypatch, capsys
):
    monkeypatch.setitem(SYSTEMS, "bare", replace(SYSTEMS["nep"], name="bare", **{part: None}))
    message = told_by_main(monkeypatch, capsys, *command, "--system", "bare")
    assert message == f"error: the system bare {said}: expected --system nep\n"


def test_scene_that_a_system_cannot_run_on_is_refused(monkeypatch, capsys):
    inputs = SYSTEMS["nep"].inputs
    needy = replace(inputs, required=(*inputs.required, "leaf_area"))
    monkeypatch.setitem(SYSTEMS, "needy", replace(SYSTEMS["nep"], name="needy", inputs=needy))
    message = told_by_main(monkeypatch, capsys, "run", demo_scene_path(), "--system", "needy")
    assert "leaf_area: missing, and needed by the system needy" in message


def test_export_takes_a_month_as_a_step_and_a_year(tmp_path, tiny_dataset):
    path = tmp_path / "tiny.zarr"
    tiny_dataset().assign_attrs(year=2015).to_zarr(path, consolidated=False)
    for option in ("--month", "--step"):
        out = tmp_path / f"map{option}.nc"
        done = command_here("export", path, option, 2, "--year", 2015, "--out", out)
        assert done.returncode == 0, done.stderr
        with xr.open_dataset(out) as read:
            assert (int(read["shown_month"]), int(read["year"])) == (2, 2015)
    done = command_here("export", path, "--year", 1999, "--out", tmp_path / "other.nc")
    assert done.returncode == 1
    assert "year 1999 is not in this result: it has 2015" in done.stderr
    done = command_here("export", path, "--variable", "gpp", "--out", tmp_path / "other.nc")
    assert "variable 'gpp' is not in this result: expected one of nep, npp" in done.stderr


def test_years_give_the_totals_of_each_and_maps(tmp_path, tiny_dataset):
    base, path = tiny_dataset(), tmp_path / "years.zarr"
    monthly = [name for name in base.data_vars if "month" in base[name].dims]
    many = base.assign({name: base[name].expand_dims(year=[2003, 2004]) for name in monthly})
    many.to_zarr(path, consolidated=False)
    done = explorer_command("years", path, "--out", tmp_path / "maps.zarr", "--preset", "ci2")
    assert done.returncode == 0, done.stderr
    assert "checking every year" in done.stderr  # progress is on the error stream
    told = json.loads(done.stdout)
    assert set(told["years"]) == {"2003", "2004"}
    with open_dataset(tmp_path / "maps.zarr") as maps:
        assert maps["nep"].dims == ("year", "month", "northing", "easting")
        assert maps.attrs["scenario_id"]
    again = command_here("years", path, "--out", tmp_path / "maps.zarr")
    assert again.returncode == 1
    assert "--overwrite" in again.stderr


def test_years_with_faults_leave_nothing_behind(tmp_path, tiny_dataset):
    base, path = tiny_dataset(), tmp_path / "years.zarr"
    base["temperature"].values[3, 2, 2] = 99
    monthly = [name for name in base.data_vars if "month" in base[name].dims]
    many = base.assign({name: base[name].expand_dims(year=[2003]) for name in monthly})
    many.to_zarr(path, consolidated=False)
    done = command_here("years", path, "--out", tmp_path / "maps.zarr")
    assert done.returncode == 1
    assert "year 2003: temperature: 1 values outside" in done.stderr
    assert "Traceback" not in done.stderr
    assert [entry.name for entry in tmp_path.iterdir()] == ["years.zarr"]
