"""load → validate → model → summarise: the one path that the page and the command line share."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import xarray as xr

from explorer.analysis.totals import Totals
from explorer.outputs.claims import claimed
from explorer.scene import kept, overview, scene, validate
from explorer.scene.damage import reading
from explorer.scene.demo import scene_path
from explorer.scene.grid import Grid
from explorer.scene.scene import Scene
from explorer.scene.shapes.cover import cover
from explorer.scene.shapes.shape import Shape
from explorer.scene.store import open_dataset, require_dataset_name, save_dataset
from explorer.systems import SYSTEMS, all_inputs
from explorer.systems.layers import Layers, Proceed, Started, always
from explorer.systems.scenario import Scenario

if TYPE_CHECKING:
    from explorer.scene.recipes.recipe import Recipe


def open_scene(
    path: str | os.PathLike, proceed: Callable[[float], None] = lambda share: None
) -> Scene:
    """Load a scene file, validate it, and pack its land cells.

    Parameters
    ----------
    path : path
        A .zarr folder or a .nc file; ``demo`` is the synthetic demonstration scene.
    proceed : callable
        Called with the share read.

    Raises
    ------
    SourceError
        When the file cannot be read.
    SchemaError
        When it holds no valid scene; lists every fault.
    """
    path = scene_path(path)
    with open_dataset(path, decoded=False) as dataset, reading(path):
        return scene.read_scene(dataset, all_inputs(), path.name, proceed)


def check(dataset: xr.Dataset, where: str = "the scene") -> xr.Dataset:
    """Return a dataset as it is, or raise with everything that is wrong with it.

    Raises
    ------
    SchemaError
        Lists every fault.
    """
    return validate.validate(dataset, all_inputs(), where)


def prepare(dataset: xr.Dataset, grid: Grid | None = None) -> Scene:
    """Pack the land cells of a sound dataset.

    Raises
    ------
    SchemaError
        When no land cell has every input.
    """
    return scene.prepare(dataset, all_inputs(), grid)


def run(scene: Scene, scenario: Scenario) -> Layers:
    """Run a scenario on a scene."""
    started = start(scene, scenario)
    assert started is not None  # nothing told it to stop
    return started.layers(scenario)


def start(scene: Scene, scenario: Scenario, proceed: Proceed = always) -> Started | None:
    """Run the slow part of a scenario, which others of its key share; None when stopped."""
    system = scenario.system
    return system.start(system.forcing(scene), scenario, proceed)


def summarise(layers: Layers, shapes: Sequence[Shape] = ()) -> Totals:
    """Return the totals of the regions, with a row for each shape beside them."""
    rows = [layers.shape_totals(cover(layers.scene, shape), shape.name) for shape in shapes]
    return layers.totals.with_places(rows)


def open_overview(path: str | os.PathLike) -> Scene | None:
    """Return the overview that a large scene holds, if it fits it."""
    return overview.open_overview(path, all_inputs())


def add_overview(path: str | os.PathLike) -> int:
    """Write the overview of a scene into it; see ``scene.overview.add_overview``."""
    return overview.add_overview(path, all_inputs(), statistics_of)


def statistics_of(scene: Scene) -> dict[str, dict]:
    """Return what parts of a scene keep of the whole, by system."""
    return {
        name: system.statistics(system.forcing(scene))
        for name, system in SYSTEMS.items()
        if system.statistics is not None and not system.lacks(scene)
    }


def read_recipe(path: str | os.PathLike) -> "Recipe":
    """Read a recipe and check it against the inputs of all systems."""
    from explorer.scene.recipes import recipe as recipes  # half a second, for this alone

    return recipes.read_recipe(path, all_inputs())


def build_scene(
    recipe_path: str | os.PathLike,
    out: str | os.PathLike,
    *,
    overwrite: bool = False,
    progress: Callable[[str], None] = lambda step: None,
) -> Path:
    """Follow a recipe and write the scene; nothing is left behind when it fails.

    What was written is opened as any scene is, before it gets its name.

    Raises
    ------
    SourceError
        When a file cannot be read, or the name cannot be had; see ``claimed``.
    RecipeError, SchemaError
        When the recipe cannot be followed, or its outcome is no valid scene.
    MemoryShortageError
        When what it asks for does not fit in memory.
    """
    from explorer.scene.recipes.recipe import build_dataset

    out = require_dataset_name(out)
    recipe = read_recipe(recipe_path)
    read = [path for source in recipe.sources.values() for path in source.paths()]
    with claimed(out, inputs=[recipe_path, *read], overwrite=overwrite) as claim:
        with reading(recipe_path):
            dataset = build_dataset(recipe, progress)
            dataset = dataset.assign_attrs(kept.written(statistics_of(prepare(dataset))))
        progress(f"writing {out.name}")
        save_dataset(dataset, claim[out])
        del dataset
        if out.suffix == ".zarr":
            add_overview(claim[out])
        else:
            open_scene(claim[out])
    return out
