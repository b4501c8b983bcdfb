"""Grow a forest from a file of samples, and lay one over a scene."""

from pathlib import Path
from typing import Annotated

import typer

from explorer.commands.fuse import as_text, bar, write_json
from explorer.commands.options import JsonPath, Overwrite
from explorer.outputs.claims import claimed

SceneFile = Annotated[Path, typer.Argument(help="Scene file (.zarr or .nc), or demo.")]


def train(
    samples: Annotated[
        Path, typer.Argument(help="CSV with lon, lat, value, source; or rows in SRDB's format.")
    ],
    scene: SceneFile,
    out: Annotated[Path, typer.Option(help="Forest to write (.nc).")],
    target: Annotated[str, typer.Option(help="What the values are; of SRDB a column.")] = "NPP",
    trees: Annotated[int, typer.Option(min=10, max=20_000, help="Trees.")] = 1500,
    leaf: Annotated[int, typer.Option(min=1, max=1000, help="Fewest samples in a leaf.")] = 5,
    json_path: JsonPath = None,
    overwrite: Overwrite = False,
) -> None:
    """Grow a forest on the predictors of a scene; all but one are tried at each split."""
    from explorer.pipeline import open_scene
    from explorer.scene.demo import scene_path
    from explorer.scene.store import require_dataset_name
    from explorer.systems.fusion.forest import Settings
    from explorer.systems.fusion.forest_file import save_forest
    from explorer.systems.fusion.on_scene import grow

    require_dataset_name(out)
    settings = Settings(trees=trees, tried=10**6, leaf=leaf)
    read = [samples, scene_path(scene)]
    with claimed(out, json_path, inputs=read, overwrite=overwrite) as claim:
        with bar("growing and scoring") as proceed:
            grown = grow(samples, open_scene(scene), target, settings, proceed)
        assert grown is not None
        save_forest(grown.forest, claim[out])
        if json_path:
            write_json(grown.report, claim[json_path])
    if not json_path:
        typer.echo(as_text(grown.report))


def predict(
    forest: Annotated[Path, typer.Argument(help="Forest that `fuse train` wrote.")],
    scene: SceneFile,
    out: Annotated[Path, typer.Option(help="Maps to write: .nc or .zarr.")],
    interval: Annotated[
        bool, typer.Option("--interval", help="Write the ends of the 90 % interval, too.")
    ] = False,
    overwrite: Overwrite = False,
) -> None:
    """Lay a forest over all cells of a scene; `run --product` and the page read the maps."""
    import xarray as xr

    from explorer.outputs.made_here import MARK, PROGRAM
    from explorer.pipeline import open_scene
    from explorer.report.netcdf import grid_coordinates
    from explorer.scene.demo import scene_path
    from explorer.scene.store import require_dataset_name, save_dataset
    from explorer.systems.fusion.forest_file import load_forest
    from explorer.systems.fusion.on_scene import lay_over

    require_dataset_name(out)
    with claimed(out, inputs=[forest, scene_path(scene)], overwrite=overwrite) as claim:
        grown, place = load_forest(forest), open_scene(scene)
        with bar("predicting") as proceed:
            said = lay_over(grown, place, interval=interval, proceed=proceed)
        assert said is not None
        fields = {grown.target: said.mean}
        if said.low is not None and said.high is not None:
            fields |= {f"{grown.target}_low": said.low, f"{grown.target}_high": said.high}
        variables = {
            name: (place.grid.dims, place.on_grid(values), {"units": grown.unit})
            for name, values in fields.items()
        }
        attributes = {
            MARK: PROGRAM,
            "title": f"{grown.target}: random forest of {grown.samples} samples; {place.title}",
            "samples_digest": grown.digest,
        }
        save_dataset(xr.Dataset(variables, grid_coordinates(place.grid), attributes), claim[out])
    for line in said.told.lines():
        typer.echo(f"note: {line}", err=True)
