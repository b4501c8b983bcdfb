"""Scenes to measure on: any number of cells, and the national one at 1 km."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

from explorer import open_scene
from explorer.scene.blocks import from_blocks, to_blocks
from explorer.scene.demo import demo_scene_path
from explorer.scene.overview import add_overview, open_overview
from explorer.scene.scene import BLOCKED, Scene

ROOT = Path(__file__).parents[1]
NATIONAL = ROOT / ".bench" / "demo_1km.zarr"


def scene_of(cells: int) -> Scene:
    """Return the demonstration scene's land, repeated or cut to a number of cells."""
    scene = open_scene(demo_scene_path())
    pick = np.arange(cells) % scene.cells
    fields = {
        name: to_blocks(np.ascontiguousarray(from_blocks(values, scene.cells)[..., pick]))
        for name, values in scene.forcing._asdict().items()
        if name in BLOCKED and values is not None
    }
    many = replace(
        scene,
        index=np.arange(cells),
        area=scene.area[pick],
        region=scene.region[pick],
        forcing=scene.forcing._replace(**fields),
        reference_npp=None,
    )
    many.__dict__["index_limits"] = scene.index_limits
    many.__dict__["mean_clumping"] = scene.mean_clumping
    return many


def national_scene_path() -> Path:
    """Return the demonstration scene at 1 km, made on the first call (minutes, 0.5 GB)."""
    if not NATIONAL.exists():
        NATIONAL.parent.mkdir(exist_ok=True)
        script = ROOT / "data_samples" / "make_demo_scene.py"
        command = [sys.executable, script, "--resolution", "1", "--out", NATIONAL]
        subprocess.run(command, check=True)
    if open_overview(NATIONAL) is None:
        add_overview(NATIONAL)
    return NATIONAL
