"""Scenes to measure on: any number of cells, and the national one at 1 km."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

from explorer.pipeline import add_overview, open_overview, open_scene
from explorer.scene.blocks import to_blocks
from explorer.scene.demo import demo_scene_path
from explorer.systems.nep.forcing import NepScene, opened

ROOT = Path(__file__).parents[1]
NATIONAL = ROOT / ".bench" / "demo_1km.zarr"


def scene_of(cells: int) -> NepScene:
    """Return the demonstration scene's land, repeated or cut to a number of cells."""
    small = opened(open_scene(demo_scene_path()))
    scene = small.scene
    pick = np.arange(cells) % scene.cells
    many = replace(
        scene,
        index=scene.index[pick],
        blocked_area=to_blocks(scene.area[pick], padding=0.0),
        region=scene.region[pick],
        land_cover=scene.land_cover[pick],
        blocked_vegetation=to_blocks(scene.vegetation[pick]),
        fields={name: field.cells(pick) for name, field in scene.fields.items()},
        statistics={"nep": small.statistics},
    )
    return opened(many)


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
