"""The command line ``nep-explorer``: the same pipeline as the page."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from tqdm import tqdm

from explorer.errors import ExplorerError, ParameterError
from explorer.scenario import DEFAULT_PRESET, PRESETS, Scenario, preset
from explorer.settings import parsed, row_of
from explorer.view import View

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)
scene_app = typer.Typer(no_args_is_help=True, help="Build, check and describe scenes.")
app.add_typer(scene_app, name="scene")

PresetName = Annotated[str, typer.Option("--preset", help=f"Model version: {', '.join(PRESETS)}.")]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", help="Set a parameter: NAME=VALUE. May be repeated."),
]
MapsPath = Annotated[Path | None, typer.Option("--out", help="Write the maps: .nc or .zarr.")]
JsonPath = Annotated[Path | None, typer.Option("--json", help="Write the summary.")]
ShapePaths = Annotated[
    list[Path] | None,
    typer.Option("--shape", help="Total the shapes of a GeoJSON file, too. May be repeated."),
]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace the output if it exists.")]


@app.command()
def serve(
    scene: Annotated[Path | None, typer.Argument(help="Scene; default: the synthetic one.")] = None,
    port: Annotated[int, typer.Option(help="Port of the page.")] = 5006,
    address: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    open_browser: Annotated[bool, typer.Option("--open/--no-open", help="Open a browser.")] = True,
) -> None:
    """Start the dashboard."""
    from explorer.app.server import serve as start

    start(scene, port=port, address=address, open_browser=open_browser)


@app.command()
def run(
    scene: Annotated[Path, typer.Argument(help="Scene file (.zarr or .nc).")],
    preset_name: PresetName = DEFAULT_PRESET,
    settings: Settings = None,
    out: MapsPath = None,
    json_path: JsonPath = None,
    shape_paths: ShapePaths = None,
    overwrite: Overwrite = False,
) -> None:
    """Run a scenario on a scene; without --json the summary is printed."""
    from explorer import pipeline
    from explorer.compiled import keep_compiled_code
    from explorer.report.netcdf import to_dataset
    from explorer.report.tables import summary
    from explorer.scene.geojson import read_all_shapes
    from explorer.scene.store import require_writable, write_dataset, write_text

    keep_compiled_code()
    scenario = _scenario(preset_name, settings or [])
    for path in filter(None, (out, json_path)):
        require_writable(path, overwrite=overwrite)
    reading = read_all_shapes(shape_paths or [])
    with _progress(4 if out else 3) as step:
        step(f"loading {scene.name}")
        loaded = pipeline.open_scene(scene)
        step(f"running {scenario.label} on {loaded.cells} cells")
        result = pipeline.run(loaded, scenario)
        step("summarising")
        told = summary(result, reading.shapes)
        text = json.dumps(told, indent=2, ensure_ascii=False, allow_nan=False)
        if out:
            write_dataset(to_dataset(result), out, overwrite=overwrite, progress=step)
        if json_path:
            write_text(text + "\n", json_path, overwrite=overwrite)
    if not json_path:
        typer.echo(text)
    beside = [name for name, row in told.get("shapes", {}).items() if not row["cells"]]
    outside = [f"shape {name!r} lies beside the land of this scene" for name in beside]
    for warning in (*result.warnings, *reading.notes, *outside):
        typer.echo(f"note: {warning}", err=True)


@app.command()
def years(
    scene: Annotated[Path, typer.Argument(help="Scene with a year dimension (.zarr or .nc).")],
    preset_name: PresetName = DEFAULT_PRESET,
    settings: Settings = None,
    out: MapsPath = None,
    json_path: JsonPath = None,
    overwrite: Overwrite = False,
) -> None:
    """Run a scenario on every year of a scene of many, tile by tile; memory stays bounded."""
    from tqdm.dask import TqdmCallback

    from explorer.models.many_years import run_years, workers
    from explorer.report.years import described, summary_of_years, totals_by_year
    from explorer.scene.store import open_dataset, require_writable, write_dataset, write_text
    from explorer.scene.years import open_years

    scenario = _scenario(preset_name, settings or [])
    for path in filter(None, (out, json_path)):
        require_writable(path, overwrite=overwrite)
    dataset = open_years(scene)
    with workers():
        with TqdmCallback(desc="checking every year"):
            result = run_years(dataset, scenario.parameters, scene.name)
        result.attrs = described(dataset.attrs, scenario)
        with TqdmCallback(desc=f"running {scenario.label}"):
            if out:
                write_dataset(result, out, overwrite=overwrite)
            sums = open_dataset(out) if out else result[["sums", "area"]].compute()
    totals = totals_by_year(sums)
    summary = summary_of_years(totals, scenario, dataset.attrs)
    text = json.dumps(summary, indent=2, ensure_ascii=False, allow_nan=False)
    if json_path:
        write_text(text + "\n", json_path, overwrite=overwrite)
    else:
        typer.echo(text)


@app.command()
def towers(
    scene: Annotated[Path, typer.Argument(help="Scene file (.zarr or .nc).")],
    files: Annotated[list[Path], typer.Argument(help="Tower tables, FLUXNET2015 monthly files.")],
    preset_name: PresetName = DEFAULT_PRESET,
    settings: Settings = None,
    at_site: Annotated[bool, typer.Option("--at-site", help="Use the towers' climate.")] = False,
    index: Annotated[Path | None, typer.Option(help="NDVI or leaf area of the sites.")] = None,
    extinction: Annotated[float | None, typer.Option(help="Light extinction k of LAI.")] = None,
    own_class: Annotated[bool, typer.Option("--own-class", help="Not the map's class.")] = False,
    quality: Annotated[float, typer.Option(help="Least share of good data in a month.")] = 0.5,
    fit: Annotated[bool, typer.Option("--fit", help="Fit epsilon_max to the towers.")] = False,
    json_path: JsonPath = None,
    overwrite: Overwrite = False,
) -> None:
    """Compare a scenario and the four published versions with towers; without --json as text."""
    from explorer.compiled import keep_compiled_code
    from explorer.models.site import SiteParameters
    from explorer.pipeline import open_scene
    from explorer.report.tower_tables import tower_summary, tower_text
    from explorer.scene.site_index import load_index
    from explorer.scene.store import require_writable, write_text
    from explorer.scene.tower_files import load_towers
    from explorer.tower_check import check_towers

    keep_compiled_code()
    scenario = _scenario(preset_name, settings or [])
    if index and not at_site:
        raise ParameterError("--index is read only with --at-site; add it, or leave --index out")
    if json_path:
        require_writable(json_path, overwrite=overwrite)
    observed, series = load_towers(files, quality), load_index(index) if index else None
    if extinction is not None and (series is None or series.kind != "lai"):
        raise ParameterError("--extinction is read only with --index of leaf area; leave it out")
    check = check_towers(
        open_scene(scene), observed, at_site=at_site, own_class=own_class, index=series,
        site_parameters=None if extinction is None else SiteParameters(extinction=extinction),
    )  # fmt: skip
    fitted = check.fit(scenario) if fit else None
    if json_path:
        summary = tower_summary(check, scenario, fitted)
        text = json.dumps(summary, indent=2, ensure_ascii=False, allow_nan=False)
        write_text(text + "\n", json_path, overwrite=overwrite)
    else:
        typer.echo(tower_text(check, scenario, fitted))
    for remark in check.remarks:
        typer.echo(f"note: {remark}", err=True)


@app.command()
def export(
    scene: Annotated[str, typer.Argument(help="Scene file (.zarr or .nc), or demo.")],
    out: Annotated[Path, typer.Option(help="File to write; its ending says which kind.")],
    preset_name: PresetName = DEFAULT_PRESET,
    settings: Settings = None,
    name: Annotated[str, typer.Option(help="Name of the scenario, for titles.")] = "",
    variable: Annotated[str, typer.Option(help="Variable of the map.")] = View.variable,
    month: Annotated[int, typer.Option(help="Month of the map, 1 to 12.")] = View.month,
    yearly: Annotated[bool, typer.Option("--yearly", help="The year in place of a month.")] = False,
    region: Annotated[str, typer.Option(help="Region of the series.")] = View.region,
    tapped: Annotated[int | None, typer.Option(help="Land cell of a second series.")] = None,
    shape: Annotated[list[str] | None, typer.Option(help="A shape, as a page writes it.")] = None,
    window: Annotated[
        tuple[float, float, float, float] | None,
        typer.Option(help="Left, bottom, right, top of a picture, in the grid's coordinates."),
    ] = None,
    of: Annotated[str | None, typer.Option(help="series, cells or map, of the same kind.")] = None,
    overwrite: Overwrite = False,
) -> None:
    """Write a file of what a page shows: .csv .nc .tif .png .svg .html .ipynb .json."""
    from explorer.app.pictures import picture_of
    from explorer.app.shared import Shared
    from explorer.compiled import keep_compiled_code
    from explorer.report.command import shape_from_text
    from explorer.report.formats import Subject, format_of, write_export
    from explorer.report.shown import Shown
    from explorer.scene.demo import scene_name
    from explorer.scene.store import require_writable

    keep_compiled_code()
    scenario = _scenario(preset_name, settings or [])
    scenario = scenario.named(name) if name else scenario
    view = View(
        variable=variable, month=month, yearly=yearly, region=region, tapped=tapped, window=window,
        shapes=tuple(map(shape_from_text, shape or [])),
    )  # fmt: skip
    kind = format_of(out, of)
    require_writable(out, overwrite=overwrite)
    beside = out.with_suffix(".lineage.json") if out.suffix == ".csv" else None
    if beside:
        require_writable(beside, overwrite=overwrite)
    with _progress(3) as step:
        step(f"loading {scene}")
        shared = Shared(scene)
        step(f"running {scenario.label} on {shared.scene.cells} cells")
        shown = Shown(shared.result(scenario), view)
        step(f"writing {out.name}")
        subject = Subject([shown], scene_name(scene), lambda one: picture_of(shared, one))
        write_export(kind, subject, out, overwrite=overwrite)
        if beside:
            write_export("lineage", subject, beside, overwrite=overwrite)
    for warning in shown.result.warnings:
        typer.echo(f"note: {warning}", err=True)


@app.command()
def parameters() -> None:
    """List every parameter: name, default, unit, allowed values, source."""
    for name, value in Scenario().values().items():
        row = row_of(name)
        bounds = row.metadata["bounds"]
        allowed = f"{bounds[0]:g} to {bounds[1]:g}" if bounds else "see source"
        flag = "  [STAND-IN]" if row.metadata["stand_in"] else ""
        typer.echo(
            f"{name} = {value} {row.metadata['unit']}  ({allowed})  "
            f"{row.metadata['label']}. {row.metadata['source']}{flag}"
        )


@scene_app.command("build")
def scene_build(
    recipe: Annotated[Path, typer.Argument(help="Recipe (TOML).")],
    out: Annotated[Path, typer.Option(help="Scene to write: .zarr or .nc.")],
    overwrite: Overwrite = False,
) -> None:
    """Build a scene from the files that a recipe names."""
    from explorer.scene.recipes import build_scene, read_recipe

    steps = len(read_recipe(recipe).sources) + 2
    with _progress(steps) as step:
        build_scene(recipe, out, overwrite=overwrite, progress=step)
    typer.echo(f"{out}: built")


@scene_app.command("check")
def scene_check(scene: Annotated[Path, typer.Argument(help="Scene file.")]) -> None:
    """Check a scene and report every fault at once; exit status 1 when there is any."""
    from explorer.scene.store import open_dataset
    from explorer.scene.validate import validate

    with open_dataset(scene) as dataset:
        validate(dataset, str(scene))
    typer.echo(f"{scene}: no faults")


@scene_app.command("info")
def scene_info(scene: Annotated[Path, typer.Argument(help="Scene file.")]) -> None:
    """Describe a scene: grid, inputs, classes, regions, what is known of its origin."""
    from explorer.pipeline import open_scene
    from explorer.report.description import description

    typer.echo(description(open_scene(scene)))


def _scenario(preset_name: str, settings: list[str]) -> Scenario:
    """Build the scenario that --preset and --set describe; all faults at once."""
    scenario, changes, problems = preset(preset_name), {}, []
    for setting in settings:
        name, equals, text = setting.partition("=")
        if not equals:
            problems.append(f"--set {setting}: expected NAME=VALUE, as epsilon_max.EBF=0.9")
            continue
        try:
            changes[name.strip()] = parsed(name.strip(), text)
        except ParameterError as error:
            problems.append(str(error))
    if problems:
        raise ParameterError("; ".join(problems))
    return scenario.with_values(changes)


@contextmanager
def _progress(steps: int) -> Iterator[Callable[[str], None]]:
    """Give a function that names the step begun, shown as a bar on the error stream."""
    with tqdm(total=steps, bar_format="{desc:<40} {bar:20} {n_fmt}/{total_fmt} {elapsed}") as bar:

        def step(name: str) -> None:
            if bar.desc:
                bar.update()
            bar.set_description_str(name)

        yield step
        bar.update()


def main() -> None:
    """Run the command line; an error raised on purpose is one message and exit status 1."""
    try:
        app()
    except ExplorerError as error:
        typer.echo(f"error: {error}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
