"""The command ``towers``: its numbers as users run it, and what it refuses."""

import json
import sys
from pathlib import Path

import pytest

from explorer import SYSTEMS, open_scene, preset
from explorer.__main__ import main
from explorer.observations.tower_files import load_towers
from explorer.scene.demo import demo_scene_path
from explorer.systems.nep.tower_check import check_towers
from tests.commands import command_here, explorer_command
from tests.towers.fluxnet import badm, site_archive, written

DEMO_TOWERS = demo_scene_path().parent / "demo_towers.csv"


def refusal(monkeypatch, capsys, *arguments: object) -> str:
    """What the command says when it refuses, without a process of its own."""
    monkeypatch.setattr(sys, "argv", ["nep-explorer", "towers", *map(str, arguments)])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    return capsys.readouterr().err


@pytest.fixture(scope="module")
def check():
    forcing = SYSTEMS["nep"].forcing(open_scene(demo_scene_path()))
    return check_towers(forcing, load_towers([DEMO_TOWERS]))


def test_table_holds_the_scores_and_the_fit(check):
    done = explorer_command(
        "towers", demo_scene_path(), DEMO_TOWERS, "--preset", "epsilon", "--fit"
    )
    assert done.returncode == 0, done.stderr
    found, line = check.scores(preset("epsilon")), done.stdout.split("ε by class")[1].split("\n")[0]
    assert line.split()[:6] == [
        str(found.n), f"{found.r:+.2f}", f"{found.r2:.3f}", f"{found.nse:.3f}",
        f"{found.rmse:.2f}", f"{found.bias:+.2f}",
    ]  # fmt: skip
    assert line.endswith("0.775, 12.024")
    fit = check.fit(preset("epsilon"))
    assert f"--set epsilon_max.EBF={fit.after['EBF']:g}" in done.stdout
    low, high = fit.bands["EBF"]
    assert f"(2 towers, one left out: {low:.4f} to {high:.4f})" in done.stdout
    assert "(1 tower, so no band)" in done.stdout
    assert "unconstrained, unchanged: DNF, MXF, shrub, other" in done.stdout
    assert "note: synthetic demonstration scene" in done.stderr


def test_json_holds_the_same(check, tmp_path):
    path = tmp_path / "towers.json"
    settings = ["--set", "epsilon_max.EBF=0.7", "--own-class", "--json", path]
    done = command_here("towers", demo_scene_path(), DEMO_TOWERS, *settings)
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    told = json.loads(path.read_text())
    edited = preset("ci2").with_values({"epsilon_max.EBF": 0.7})
    (label,) = set(told["scores"]) - set(told["published"])
    assert told["scores"][label]["rmse"] == pytest.approx(check.scores(edited).rmse)
    assert told["scores_by_site"]["CBS"][label]["n"] == 12
    assert told["class"] == "tower"
    assert told["fit"] is None


@pytest.mark.parametrize(
    ("options", "told"),
    [(["--index", "x.csv"], "only with --at-site"), (["--extinction", "0.6"], "leaf area"),
     (["--site", "A=1"], "expected NAME=LAT,LON,CLASS"),
     (["--quality", "7"], "a share from 0 to 1"), (["--set", "nonsense=1"], "unknown parameter")],
)  # fmt: skip
def test_wrong_options_are_one_message(options, told, monkeypatch, capsys):
    said = refusal(monkeypatch, capsys, demo_scene_path(), DEMO_TOWERS, *options)
    assert said.startswith("error: ")
    assert told in said
    assert "Traceback" not in said


def test_a_download_is_compared_and_places_can_be_given(tmp_path, monkeypatch, capsys):
    download = written(tmp_path / "download", site_archive("XX-Abc") | site_archive("XX-Two"))
    said = refusal(monkeypatch, capsys, demo_scene_path(), download)
    assert "nothing says where XX-Abc, XX-Two stand" in said
    table = written(tmp_path, {"where.csv": badm(("XX-Two", 43.3, 116.4, "GRA"))}) / "where.csv"
    places = ["--site", "XX-Abc=30.85,91.083,GRA", "--site-table", table]
    done = command_here(
        "towers", demo_scene_path(), download, *places, "--json", tmp_path / "told.json"
    )
    assert done.returncode == 0, done.stderr
    told = json.loads((tmp_path / "told.json").read_text())
    assert [(row["site"], row["lat"]) for row in told["sites"]] == [
        ("XX-Abc", 30.85), ("XX-Two", 43.3),
    ]  # fmt: skip
    scores = told["scores_by_site"]["XX-Two"]["ε by class"]
    assert scores["n"] == 12
    assert scores["r2"] == pytest.approx(scores["r"] ** 2)
    assert "nse" in scores


def test_wrong_file_is_one_message(tmp_path: Path, monkeypatch, capsys):
    bad = tmp_path / "bad.csv"
    bad.write_text("site,lon,lat,class,year,month,nep\nA,200000,95,tree,2010,1,3\n")
    said = refusal(monkeypatch, capsys, demo_scene_path(), bad)
    assert "bad.csv, line 2: lat = '95'" in said
    assert "bad.csv, line 2: class = 'tree'" in said
