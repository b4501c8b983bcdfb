"""The model on a graphics card gives what it gives on the processor, to float32's tolerance.

Install JAX's CUDA build (``pip install "jax[cuda12]"``), then ``pytest -m gpu``. Where JAX sees no
card the comparison is skipped, and says so; what it compares with is tested everywhere.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from explorer import open_scene, preset, run
from explorer.scene.demo import demo_scene_path
from explorer.scene.store import open_dataset

CHANGES = {"delta_t": 1.5, "epsilon_max.EBF": 0.7}
TOLERANCE = 2e-5  # relative; sums of the same float32 steps, fused otherwise


def run_on(platform: str | None, folder: Path) -> tuple[dict, np.ndarray]:
    """Return the summary and the maps of NEP that the command line writes on a platform of JAX.

    None is the one that JAX chooses: a graphics card, where it sees one.
    """
    folder.mkdir(exist_ok=True)
    environment = {key: value for key, value in os.environ.items() if key != "JAX_PLATFORMS"}
    if platform is not None:
        environment["JAX_PLATFORMS"] = platform
    settings = [f"--set={name}={value}" for name, value in CHANGES.items()]
    summary, maps = folder / "summary.json", folder / "maps.nc"
    subprocess.run(
        [sys.executable, "-m", "explorer", "run", demo_scene_path(), *settings,
         "--json", summary, "--out", maps],
        env=environment, check=True, capture_output=True,
    )  # fmt: skip
    with open_dataset(maps) as dataset:
        return json.loads(summary.read_text()), dataset["nep"].load().values


def seen_by_jax() -> str:
    """Return the platform that JAX would choose in a process of its own."""
    code = "import jax; print(jax.default_backend())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    return done.stdout.strip()


def test_command_on_the_processor_gives_what_the_pipeline_gives(tmp_path):
    told, nep = run_on("cpu", tmp_path)
    result = run(open_scene(demo_scene_path()), preset("ci2").with_values(CHANGES))
    for region in result.totals.region_names:
        for name in ("npp", "rh"):
            expected = result.totals.yearly(name, region)
            assert told["regions"][region][name] == pytest.approx(expected, rel=TOLERANCE)
    assert np.isfinite(nep).sum() == 12 * result.scene.cells


@pytest.mark.gpu
def test_graphics_card_gives_what_the_processor_gives(tmp_path):
    if seen_by_jax() == "cpu":
        pytest.skip("JAX sees no graphics card here")
    told, nep = run_on("cpu", tmp_path / "processor")
    other, other_nep = run_on(None, tmp_path / "card")
    for region, row in told["regions"].items():
        for name in ("npp", "rh"):
            assert other["regions"][region][name] == pytest.approx(row[name], rel=TOLERANCE)
    scale = np.nanmax(np.abs(nep))
    assert np.array_equal(np.isnan(nep), np.isnan(other_nep))
    assert np.nanmax(np.abs(nep - other_nep)) < 1e-4 * scale
