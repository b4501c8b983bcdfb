"""Run a scenario on a scene of one year, or of many."""

import json
from pathlib import Path
from typing import Annotated

import typer

from explorer.commands.options import (
    JsonPath,
    MapsPath,
    Overwrite,
    PresetName,
    ProductPath,
    Settings,
    ShapePaths,
    SystemName,
    files_read,
    progress,
    require_inputs,
    require_part,
    scenario_maker,
    scenario_of,
)
from explorer.outputs.claims import claimed
from explorer.systems import DEFAULT


def run(
    scene: Annotated[Path, typer.Argument(help="Scene file (.zarr or .nc).")],
    system: SystemName = DEFAULT,
    preset_name: PresetName = None,
    settings: Settings = None,
    product: ProductPath = None,
    out: MapsPath = None,
    json_path: JsonPath = None,
    shape_paths: ShapePaths = None,
    overwrite: Overwrite = False,
) -> None:
    """Run a scenario on a scene; without --json the summary is printed."""
    from explorer import pipeline
    from explorer.compiled import keep_compiled_code
    from explorer.report.netcdf import to_dataset
    from explorer.report.summary import summary
    from explorer.scene.shapes.geojson import read_all_shapes
    from explorer.scene.store import require_dataset_name, save_dataset

    keep_compiled_code()
    scenario_on = scenario_maker(preset_name, settings, system, product)
    if out:
        require_dataset_name(out)
    read = files_read(scene, product, *(shape_paths or []), preset_name=preset_name)
    reading = read_all_shapes(shape_paths or [])
    with (
        claimed(out, json_path, inputs=read, overwrite=overwrite) as claim,
        progress(4 if out else 3) as step,
    ):
        step(f"loading {scene.name}")
        loaded = pipeline.open_scene(scene)
        scenario = scenario_on(loaded)
        require_inputs(loaded, scenario.system, scene)
        step(f"running {scenario.label} on {loaded.cells} cells")
        result = pipeline.run(loaded, scenario)
        step("summarising")
        found = summary(result, reading.shapes)
        text = json.dumps(found, indent=2, ensure_ascii=False, allow_nan=False)
        if out:
            step(f"writing {out.name}")
            save_dataset(to_dataset(result), claim[out])
        if json_path:
            claim[json_path].write_text(text + "\n", encoding="utf-8")
    if not json_path:
        typer.echo(text)
    beside = [name for name, row in found.get("shapes", {}).items() if not row["cells"]]
    outside = [f"shape {name!r} lies beside the land of this scene" for name in beside]
    for warning in (*result.warnings, *reading.notes, *outside):
        typer.echo(f"note: {warning}", err=True)


def years(
    scene: Annotated[Path, typer.Argument(help="Scene with a year dimension (.zarr or .nc).")],
    system: SystemName = DEFAULT,
    preset_name: PresetName = None,
    settings: Settings = None,
    out: MapsPath = None,
    json_path: JsonPath = None,
    overwrite: Overwrite = False,
) -> None:
    """Run a scenario on every year of a scene of many, tile by tile; memory stays bounded."""
    from tqdm.dask import TqdmCallback

    from explorer.report.years import cells_by_year, described, summary_of_years
    from explorer.scene.damage import reading
    from explorer.scene.store import open_dataset, require_dataset_name, save_dataset

    scenario = scenario_of(preset_name, settings, system)
    require_part(scenario.system, "years", "run many years out of core")
    many = scenario.system.years
    if out:
        require_dataset_name(out)
    read = files_read(scene, preset_name=preset_name)
    with claimed(out, json_path, inputs=read, overwrite=overwrite) as claim:
        with reading(scene), many.workers():
            dataset = many.open(scene)
            with TqdmCallback(desc="checking every year"):
                result = many.run(dataset, scenario, scene.name)
            result.attrs = described(dataset.attrs, scenario)
            with TqdmCallback(desc=f"running {scenario.label}"):
                if out:
                    save_dataset(result, claim[out])
                sums = open_dataset(claim[out]) if out else result[["sums", "area"]].compute()
        with sums:
            totals, cells = many.totals(sums), cells_by_year(sums)
        summary = summary_of_years(totals, cells, scenario, dataset.attrs)
        text = json.dumps(summary, indent=2, ensure_ascii=False, allow_nan=False)
        if json_path:
            claim[json_path].write_text(text + "\n", encoding="utf-8")
    if not json_path:
        typer.echo(text)
