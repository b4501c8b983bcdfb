"""Write down what the model gives: totals of every preset and of some edits, on two scenes.

``python tests/unchanged/record.py`` replaces the numbers beside it, which ``test_unchanged.py``
holds the model against; to be run only when results change on purpose (CHANGELOG, "Results
changed"). ``--exact`` writes nothing and compares every bit with what is written, which only holds
on processors of one kind.
"""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from shapely.geometry import Polygon

from explorer import preset, run
from explorer.pipeline import open_scene, prepare, read_recipe
from explorer.report.summary import summary
from explorer.scene.recipes.recipe import build_dataset
from explorer.scene.scene import Scene
from explorer.scene.shapes.shape import Shape, shape_of

HERE = Path(__file__).parent
RECIPE = HERE.parents[1] / "data_samples" / "recipes" / "china_0p5deg.toml"
CLASSES = ("ENF", "EBF", "DNF", "DBF", "MXF", "shrub", "grassland", "cropland", "other")

PRESETS = ("original", "epsilon", "ci1", "ci2")
EDITS: dict[str, tuple[str, dict[str, float | str]]] = {
    "one class": ("ci2", {"epsilon_max.EBF": 1.7}),
    "all classes": (
        "ci1", {f"epsilon_max.{name}": 0.2 + 0.1 * k for k, name in enumerate(CLASSES)}
    ),
    "references": ("ci1", {"ci_ref.ENF": 0.56, "ci_ref.grassland": 1.2}),
    "reference out of reach": ("ci1", {"ci_ref.DBF": 0.3, "par_share": 0.4}),
    "limits of the data": ("ci2", {"fpar_limits": "data"}),
    "limits of the table": ("epsilon", {"fpar_limits": "table", "sr_weight": 0.3}),
    "warming": ("ci2", {"delta_t": 2.0, "precip_factor": 0.9, "acclimation": 0.5}),
    "stress": ("ci2", {"t_scalar_2_rule": "raw", "w_min": 0.2, "t_scalar_1_cold_limit": -5.0}),
    "soil as printed": ("original", {"soil_constants": "as_printed", "rs_basis": "month"}),
    "capped": ("ci2", {"rh_rule": "capped", "rh_offset": 10.0, "socd.other": 2.0}),
    "light": ("epsilon", {"angstrom_a": 0.2, "angstrom_b": 0.55, "cloud_factor": 0.6}),
}  # fmt: skip


def scenarios() -> Iterator[tuple[str, object]]:
    """Yield the presets and the edits by name."""
    for name in PRESETS:
        yield name, preset(name)
    for name, (base, changes) in EDITS.items():
        yield name, preset(base).with_values(changes)


def shape() -> Shape:
    """Return a triangle across regions, its edges through cells."""
    return shape_of([Polygon([(95.3, 25.1), (118.7, 31.9), (101.2, 43.4)])], "triangle", "file")


def real_scene() -> Scene:
    """Return the 0.5 degree scene of real climate."""
    return prepare(build_dataset(read_recipe(RECIPE)))


def numbers(scene: Scene) -> dict[str, dict]:
    """Return, for every scenario, its identity and the totals of regions, classes and a shape."""
    found = {}
    for name, scenario in scenarios():
        told = summary(run(scene, scenario), [shape()])
        kept = ("regions", "classes", "shapes", "counts", "warnings")
        found[name] = {"id": scenario.identity, "label": scenario.label}
        found[name] |= {key: told[key] for key in kept}
    return found


def main() -> None:
    """Write the numbers, or compare them."""
    scenes = {"demo": open_scene("demo")}
    if os.environ.get("NEP_EXPLORER_REAL_DATA"):
        scenes["real"] = real_scene()
    for name, scene in scenes.items():
        path, found = HERE / f"{name}.json", json.loads(json.dumps(numbers(scene)))
        if "--exact" in sys.argv:
            same = found == json.loads(path.read_text())
            print(f"{name}: {'the same to the last bit' if same else 'DIFFERENT'}")
        else:
            path.write_text(json.dumps(found, ensure_ascii=False, indent=0) + "\n")


if __name__ == "__main__":
    main()
