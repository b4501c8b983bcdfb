"""A scene described in words: grid, inputs, classes, regions, origin, and which systems can run."""

from collections.abc import Sequence

import numpy as np

from explorer.report.lineage import input_hashes
from explorer.scene.scene import Scene
from explorer.systems import SYSTEMS


def description(scene: Scene) -> str:
    """Return the description that ``nep-explorer scene info`` prints."""
    grid = scene.grid
    dy, dx = (abs(step) for step in grid.steps)
    unit = "°" if grid.geographic else " m"
    lines = [
        f"{scene.title}{'  [SYNTHETIC]' if scene.synthetic else ''}",
        f"grid       {grid.shape[0]} x {grid.shape[1]} cells of {dy:g} x {dx:g}{unit}, "
        f"{grid.crs.name}",
        f"land       {scene.cells} cells with all inputs, {scene.area.sum():,.0f} km2",
    ]
    lines += _systems(scene)
    lines += [f"left out   {count} cells without {name}" for name, count in scene.left_out.items()]
    lines += [f"note       {note}" for note in scene.notes]
    lines += ["", "input          unit              min       mean        max"]
    for name, row in scene.rows.items():
        if name in scene.fields:
            values = scene.fields[name].quantities()
            lines.append(
                f"{name:<14} {row.unit!s:<14} "
                f"{np.nanmin(values):>9.3f}  {np.nanmean(values):>9.3f}  {np.nanmax(values):>9.3f}"
            )
    lines += ["", *_areas("region", scene.region_names, scene.region, scene.area)]
    names = scene.classes.long_names
    lines += ["", *_areas("class", names, scene.vegetation, scene.area)]
    lines += ["", "input hashes"]
    lines += [f"{name:<14} {digest}" for name, digest in input_hashes(scene).items()]
    return "\n".join(lines)


def _systems(scene: Scene) -> list[str]:
    """Say which systems can run, what they know of the scene, and what the others lack."""
    lines = []
    for name, system in SYSTEMS.items():
        lacking = system.lacks(scene)
        if lacking:
            lines.append(f"system     {name}: cannot run here, needs {', '.join(lacking)}")
            continue
        lines.append(f"system     {name}: {system.title}")
        facts = system.facts(system.forcing(scene))
        lines += [f"{key:<10} {value}" for key, value in facts.items()]
    return lines


def _areas(head: str, names: Sequence[str], member: np.ndarray, area: np.ndarray) -> list[str]:
    counts = np.bincount(member, minlength=len(names))
    areas = np.bincount(member, area, len(names))
    rows = [
        f"{name:<30} {count:>9} {size:>14,.0f}"
        for name, count, size in zip(names, counts, areas, strict=True)
        if count
    ]
    return [f"{head:<30} {'cells':>9} {'km2':>14}", *rows]
