"""The commands ``nep-explorer fuse``, as people run them."""

import csv
import json

import pytest

from tests.commands import command_here

pytestmark = pytest.mark.real


def split_by_study(path, folder):
    """Two files of the database's rows: a fifth of the studies, and all others."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    study = header.index("Study_number")
    parts = {"held.csv": [], "rest.csv": []}
    for row in rows:
        parts["held.csv" if int(row[study]) % 23 < 5 else "rest.csv"].append(row)
    for name, kept in parts.items():
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([header, *kept])
    return folder / "held.csv", folder / "rest.csv"


def test_score_of_a_file_that_was_never_seen(real_data, tmp_path):
    held, _ = split_by_study(real_data / "srdb" / "srdb-data.csv", tmp_path)
    out = tmp_path / "scores.json"
    run = command_here("fuse", "score", "--test", held, "--trees", "20", "--json", out)
    assert run.returncode == 0, run.stderr
    report = json.loads(out.read_text())
    scores = {name: row["r2"] for name, row in report["scores"].items()}
    assert list(scores) == ["in_sample", "out_of_bag", "random", "study", "block"]
    assert scores["in_sample"] > scores["random"] > scores["study"] + 0.2
    test = report["test"]
    assert {"n", "r2", "rmse", "pbias", "ln_rmse", "coverage_90"} <= set(test)
    assert 400 < test["n"] < 1000
    # No better than the folds by study promise, whose rows were as unseen as these.
    assert 0.1 < test["r2"] < 0.5
    assert 0.84 < test["coverage_90"] < 0.96
    left_out = report["samples"]["left_out_for_the_test"]
    assert left_out["of a study in the test file"] > 400
    assert all(row["example"] for row in report["samples"]["dropped"] if row["rows"])
