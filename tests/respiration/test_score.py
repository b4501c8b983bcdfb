"""`respire score`: trained on one folder, scored on towers of another, which no model saw."""

import json
from pathlib import Path

import numpy as np
import pytest

from explorer.errors import ParameterError, SchemaError
from explorer.observations.vegetation_lookup import look_up
from explorer.outputs.made_here import is_ours
from explorer.systems.respiration import models, score
from explorer.systems.respiration.brought import read_pool, read_towers
from explorer.systems.respiration.evaluation import evaluate_folder
from explorer.systems.respiration.score import BASELINES, score_folders
from explorer.systems.respiration.text import new_towers_text
from explorer.systems.respiration.towers import COLUMNS, elevation
from tests.commands import command_here
from tests.respiration.daily import daily_name, daily_text


class Mean:
    """Stands in for trained networks where only what surrounds them is tested."""

    stopped = "nothing was trained"

    def __init__(self, samples, folds, settings, *, copies=1, targets=None, tell=None):
        self.folds, self.target, self.copies = folds, samples.target, copies
        self.entries = len(folds) * copies

    def mean_estimate(self, samples, entries):
        fold = self.folds[entries[0] // self.copies]
        return np.full(len(samples), self.target[fold.train].mean())


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(models, "train", Mean)
    monkeypatch.setattr(score, "BASELINES", ("tp", "svr"))


def folder_of(path: Path, **sites: bytes) -> Path:
    path.mkdir(exist_ok=True)
    for site, text in sites.items():
        (path / daily_name(site.replace("_", "-"))).write_bytes(text)
    return path


@pytest.fixture
def two_folders(tmp_path):
    learnt = folder_of(
        tmp_path / "learnt", XX_One=daily_text(warm=6), XX_Two=daily_text(warm=12, rate=3.0)
    )
    return learnt, folder_of(tmp_path / "tested", YY_New=daily_text(warm=9, rate=2.5))


def leaf_area(path: Path, *sites: str) -> Path:
    path.mkdir()
    lines = ["site,year,month,lai"]
    lines += [
        f"{site},{year},{month},{2 + abs(month - 7) / -6:.2f}"
        for site in sites for year in (2009, 2010) for month in range(1, 13)
    ]  # fmt: skip
    (path / "mine.csv").write_text("\n".join(lines) + "\n")
    return path


def test_every_tested_site_has_every_model_and_the_asked_for_scores(quick, two_folders):
    found = score_folders(*two_folders, None, seconds=1).to_json()
    assert set(found["test"]) == {"YY-New"}
    assert set(found["test"]["YY-New"]) == {"tp", "svr", "geoman"}
    for scores in found["test"]["YY-New"].values():
        assert {"n", "r2", "nse", "rmse"} <= set(scores)
        assert scores["n"] == 92 - 11  # a window of 12 steps
    assert found["trained on"]["sites"] == ["XX-One", "XX-Two"]
    # Respiration there doubles with every 10 degrees, as it does where it was learnt.
    assert found["test"]["YY-New"]["tp"]["r2"] > 0.98
    json.dumps(found, allow_nan=False)


def test_site_in_both_folders_is_tested_and_not_learnt_from(quick, two_folders):
    learnt, tested = two_folders
    folder_of(learnt, YY_New=daily_text(warm=9, rate=50.0 / 4))
    found = score_folders(learnt, tested, None, seconds=1)
    assert "YY-New" not in found.trained_on
    assert any("YY-New: in both folders" in note for note in found.notes)
    assert found.test["YY-New"]["tp"]["rmse"] < 2  # what was wrong in the other folder is not seen


def test_site_without_leaf_area_is_scored_and_it_is_said_how(quick, two_folders, tmp_path):
    real = leaf_area(tmp_path / "real", "XX-One", "XX-Two")
    found = score_folders(*two_folders, real, seconds=1)
    assert found.test["YY-New"]["tp"]["n"] == 81
    (note,) = [note for note in found.notes if note.startswith("YY-New: no leaf area")]
    assert note == (
        "YY-New: no leaf area in mine.csv; estimated from its weather by a forest that learnt it "
        "at XX-One, XX-Two"
    )
    series = read_towers(
        two_folders[1], real, learnt_from=read_towers(two_folders[0], real)
    ).towers[0]
    assert series.estimated_index
    assert 0.9 < np.nanmin(series.index) < np.nanmax(series.index) < 2.1


def test_where_no_leaf_area_is_at_all_it_says_nothing_and_that_is_told(quick, two_folders):
    found = score_folders(*two_folders, None, seconds=1)
    assert any("left at 0, as no tower of training has any" in note for note in found.notes)
    assert any("NEP_EXPLORER_REAL_DATA names no folder" in note for note in found.notes)


def test_tower_without_a_sample_is_told_and_none_at_all_is_refused(quick, two_folders):
    learnt, tested = two_folders
    folder_of(tested, ZZ_Few=daily_text(last="2009-02-01"))
    found = score_folders(learnt, tested, None, seconds=1)
    assert set(found.test) == {"YY-New"}
    assert any(note.startswith("ZZ-Few: not scored; no step") for note in found.notes)
    (tested / daily_name("YY-New")).unlink()
    with pytest.raises(SchemaError, match="ZZ-Few: not scored"):
        score_folders(learnt, tested, None, seconds=1)


def test_command_writes_json_tells_notes_and_refuses_what_is_no_folder(
    quick, two_folders, tmp_path
):
    learnt, tested = two_folders
    out = tmp_path / "scores.json"
    done = command_here("respire", "score", learnt, "--test", tested, "--json", out)
    assert done.returncode == 0, done.stderr
    assert "note: " in done.stderr
    assert json.loads(out.read_text())["test"]["YY-New"]["geoman"]["n"] == 81
    assert is_ours(out)
    found = new_towers_text(score_folders(learnt, tested, None, seconds=1))
    assert "YY-New" in found and "GeoMAN" in found
    again = command_here("respire", "score", learnt, "--test", tmp_path / "nothing")
    assert again.returncode == 1
    assert "error: " in again.stderr


def test_table_of_sites_has_published_figures_and_coverage(quick, two_folders):
    found = evaluate_folder(two_folders[0], None, "sites", models=("tp", "geoman"))
    told = found.to_json()
    assert told["published"]["geoman"] == {"r2": [0.87], "rmse": [0.39]}
    assert set(told["coverage of 90 % intervals"]["tp"]) == {"XX-One", "XX-Two", "all"}
    assert told["pooled"]["geoman"]["n"] == len(found.samples)
    done = command_here("respire", "table", two_folders[0], "--folds", "years", "--model", "tp")
    assert done.returncode == 0, done.stderr
    assert "each year left out" in done.stdout
    with pytest.raises(ParameterError, match="expected some of tp, reco"):
        evaluate_folder(two_folders[0], None, "sites", models=("nothing",))
    wrong = command_here("respire", "table", two_folders[0], "--folds", "never")
    assert "expected one of random, purged, sites, years" in wrong.stderr


def test_height_is_that_of_the_standard_atmosphere():
    assert elevation(np.array([101.325])) == 0.0
    assert elevation(np.array([89.875, np.nan])) == pytest.approx(1000, abs=5)
    assert elevation(np.array([70.109])) == pytest.approx(3000, abs=15)
    assert elevation(np.array([np.nan])) == 0.0


def test_no_column_is_a_flux():
    names = " ".join(f"{column.feature} {column.name}" for column in COLUMNS).lower()
    assert not [word for word in ("re", "reco", "gpp", "nee") if word in names.split()]


@pytest.mark.real
def test_leaf_area_or_evi_is_what_most_sites_have(real_data):
    assert look_up(real_data, ["AT-Neu", "US-Var"]).kind == "lai"
    only = look_up(real_data, ["CN-Cha"])
    assert only.has("CN-Cha")


@pytest.mark.real
def test_pool_holds_no_tower_that_is_tested_or_learnt_from(real_data):
    vegetation = look_up(real_data, ["US-Var"])
    pool = read_pool(real_data, vegetation, {"us-var", "CH-Cha"})
    sites = {tower.site for tower in pool.towers}
    assert {"IT-MBo", "CH-Fru"} <= sites
    assert not {"US-Var", "CH-Cha"} & sites
    tower = next(tower for tower in pool.towers if tower.site == "IT-MBo")
    known = np.isfinite(tower.table.values["re"])
    by_year = np.bincount(tower.table.year[known] - 2000)
    assert by_year.max() <= 12  # a month counts once


@pytest.mark.real
def test_real_grasslands_are_scored_where_they_were_not_seen(real_data, tmp_path):
    """The whole command on real towers, one under a name of which no leaf area is known."""
    source = real_data / "fluxnet2015_daily"
    (tmp_path / "learnt").mkdir()
    (tmp_path / "tested").mkdir()
    for name, folder, new in (
        ("CN-Cng", "learnt", "CN-Cng"), ("AU-Rig", "learnt", "AU-Rig"),
        ("NL-Hor", "tested", "XX-New"),
    ):  # fmt: skip
        (path,) = source.glob(f"FLX_{name}_*.csv")
        (tmp_path / folder / path.name.replace(name, new)).symlink_to(path)
    out = tmp_path / "scores.json"
    done = command_here(
        "respire", "score", tmp_path / "learnt", "--test", tmp_path / "tested", "--json", out,
        "--no-pool", "--seconds", 3,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(out.read_text())
    assert set(found["test"]["XX-New"]) == {*BASELINES, "geoman"}
    scores = found["test"]["XX-New"]["geoman"]
    assert scores["n"] > 250
    assert scores["r2"] > 0.3  # a season is seen, whatever its size
    assert any("XX-New: no leaf area" in note for note in found["notes"])
    assert found["seconds"] < 150
