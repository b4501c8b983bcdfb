"""Write what a page shows to a file."""

from pathlib import Path
from typing import Annotated

import typer

from explorer.commands.options import (
    Overwrite,
    PresetName,
    ProductPath,
    Settings,
    SystemName,
    files_read,
    progress,
    require_inputs,
    scenario_maker,
)
from explorer.session.view import View
from explorer.systems import DEFAULT


def export(
    scene: Annotated[str, typer.Argument(help="Scene file (.zarr or .nc), or demo.")],
    out: Annotated[Path, typer.Option(help="File to write; its ending says which kind.")],
    system: SystemName = DEFAULT,
    preset_name: PresetName = None,
    settings: Settings = None,
    product: ProductPath = None,
    name: Annotated[str, typer.Option(help="Name of the scenario, for titles.")] = "",
    variable: Annotated[
        str, typer.Option(help="Variable of the map; default: the headline of the system.")
    ] = View.variable,
    step: Annotated[
        int,
        typer.Option(
            "--step", "--month", help="Step of the map, from 1; a month where steps are months."
        ),
    ] = View.step,
    yearly: Annotated[bool, typer.Option("--yearly", help="The year in place of a step.")] = False,
    year: Annotated[
        int | None, typer.Option(help="Year, of a result of several; default: the first.")
    ] = View.year,
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
    from explorer.compiled import keep_compiled_code
    from explorer.outputs.claims import claimed
    from explorer.report.command import shape_from_text
    from explorer.report.formats import FORMATS, Subject, format_of
    from explorer.report.picture_of import picture_of
    from explorer.report.shown import Shown
    from explorer.scene.demo import scene_name
    from explorer.session.opened import Opened

    keep_compiled_code()
    scenario_on = scenario_maker(preset_name, settings, system, product)
    view = View(
        variable=variable, step=step, yearly=yearly, year=year, region=region, tapped=tapped,
        window=window, shapes=tuple(map(shape_from_text, shape or [])),
    )  # fmt: skip
    kind = format_of(out, of)
    beside = out.with_suffix(".lineage.json") if out.suffix == ".csv" else None
    read = files_read(scene, product, preset_name=preset_name)
    with (
        claimed(out, beside, inputs=read, overwrite=overwrite) as claim,
        progress(3) as begin,
    ):
        begin(f"loading {scene}")
        opened = Opened(scene)
        scenario = scenario_on(opened.scene)
        scenario = scenario.named(name) if name else scenario
        require_inputs(opened.scene, scenario.system, scene)
        begin(f"running {scenario.label} on {opened.scene.cells} cells")
        shown = Shown(opened.result(scenario), view)
        begin(f"writing {out.name}")
        subject = Subject([shown], scene_name(scene), lambda one: picture_of(opened, one))
        FORMATS[kind].write(subject, claim[out])
        if beside:
            FORMATS["lineage"].write(subject, claim[beside])
    for warning in shown.result.warnings:
        typer.echo(f"note: {warning}", err=True)
