"""Build, check and describe scenes."""

from pathlib import Path
from typing import Annotated

import typer

from explorer.commands.options import Overwrite, progress


def build(
    recipe: Annotated[Path, typer.Argument(help="Recipe (TOML).")],
    out: Annotated[Path, typer.Option(help="Scene to write: .zarr or .nc.")],
    overwrite: Overwrite = False,
) -> None:
    """Build a scene from the files that a recipe names."""
    from explorer import pipeline

    steps = len(pipeline.read_recipe(recipe).sources) + 2
    with progress(steps) as step:
        pipeline.build_scene(recipe, out, overwrite=overwrite, progress=step)
    typer.echo(f"{out}: built")


def check(scene: Annotated[Path, typer.Argument(help="Scene file.")]) -> None:
    """Check a scene and report every fault at once; exit status 1 when there is any."""
    from explorer.pipeline import open_scene

    for note in open_scene(scene).notes:
        typer.echo(f"note: {note}", err=True)
    typer.echo(f"{scene}: no faults")


def overview(scene: Annotated[Path, typer.Argument(help="Scene folder (.zarr).")]) -> None:
    """Keep an overview inside a large scene, so that its first map shows at once."""
    from explorer import pipeline

    step = pipeline.add_overview(scene)
    result = f"every {step}th row and column" if step > 1 else "none needed, it opens quickly"
    typer.echo(f"{scene}: overview: {result}")


def info(scene: Annotated[Path, typer.Argument(help="Scene file.")]) -> None:
    """Describe a scene: grid, inputs, classes, regions, what is known of its origin."""
    from explorer.pipeline import open_scene
    from explorer.report.description import description

    typer.echo(description(open_scene(scene)))
