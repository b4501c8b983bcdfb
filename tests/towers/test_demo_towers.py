"""The demonstration towers are what their script makes of the demonstration scene."""

import csv
import subprocess
import sys
from pathlib import Path

import numpy as np

SAMPLES = Path(__file__).parents[2] / "data_samples"


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_script_makes_the_towers_again(tmp_path):
    out = tmp_path / "towers.csv"
    subprocess.run([sys.executable, SAMPLES / "make_demo_towers.py", "--out", out], check=True)
    made, shipped = rows(out), rows(SAMPLES / "demo_towers.csv")
    for name in ("site", "lon", "lat", "class", "year", "month"):
        assert [row[name] for row in made] == [row[name] for row in shipped]
    nep = [[float(row["nep"]) for row in table] for table in (made, shipped)]
    np.testing.assert_allclose(*nep, atol=0.01)
