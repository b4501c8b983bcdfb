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
from explorer.errors import ParameterError
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
    of: Annotated[
        str | None, typer.Option(help="totals, cells, or a card of a page, as its menu says.")
    ] = None,
    b_system: Annotated[str, typer.Option("--b-system", help="System of B.")] = DEFAULT,
    b_preset: Annotated[
        str | None, typer.Option("--b-preset", help="Preset of B, for cards of two scenarios.")
    ] = None,
    b_settings: Annotated[
        list[str] | None, typer.Option("--b-set", help="Set a parameter of B: NAME=VALUE.")
    ] = None,
    b_product: Annotated[
        Path | None, typer.Option("--b-product", help="A product as B, as --product.")
    ] = None,
    b_name: Annotated[str, typer.Option("--b-name", help="Name of B, for titles.")] = "",
    mode: Annotated[
        str, typer.Option(help="What maps of two scenarios show: swipe, side, difference, percent.")
    ] = View.compare_mode,
    towers: Annotated[
        list[str] | None,
        typer.Option("--towers", help="Tower files, a folder, or demo, for cards of towers."),
    ] = None,
    tower: Annotated[str, typer.Option(help="The tower whose series is shown.")] = View.tower,
    at_site: Annotated[bool, typer.Option("--at-site", help="Use the towers' climate.")] = False,
    own_class: Annotated[bool, typer.Option("--own-class", help="Not the map's class.")] = False,
    index: Annotated[str | None, typer.Option(help="NDVI or leaf area of the sites.")] = None,
    sites: Annotated[
        list[str] | None,
        typer.Option("--site", help="Where a site is: NAME=LAT,LON,CLASS. May be repeated."),
    ] = None,
    replaced: Annotated[
        str, typer.Option(help="The preset whose scatter shows the scenario instead.")
    ] = "",
    overwrite: Overwrite = False,
) -> None:
    """Write a file of what a page shows: .csv .nc .tif .png .svg .gif .html .ipynb .json."""
    from explorer.compiled import keep_compiled_code
    from explorer.outputs.claims import claimed
    from explorer.report.cards.files import write_card
    from explorer.report.cards.sight import Sight
    from explorer.report.cards.table import CARDS
    from explorer.report.cards.towers import TowerSource, at_towers
    from explorer.report.command import shape_from_text
    from explorer.report.formats import FORMATS, Subject, format_of
    from explorer.report.picture_of import picture_of
    from explorer.report.shown import Shown
    from explorer.scene.demo import DEMO_NAME, scene_name
    from explorer.session.opened import Opened

    keep_compiled_code()
    scenario_on = scenario_maker(preset_name, settings, system, product)
    kind = format_of(out, of)
    card = CARDS.get(kind) if kind not in FORMATS else None
    other_on = None
    if card is not None and card.pair:
        other_on = scenario_maker(b_preset, b_settings, b_system, b_product)
    source = TowerSource(tuple(towers or ()), at_site, own_class, index, tuple(sites or ()))
    if card is not None and card.towers and not source.files:
        raise ParameterError(
            f"--of {kind} needs towers: add --towers FILE, or --towers {DEMO_NAME}"
        )
    view = View(
        variable=variable, step=step, yearly=yearly, year=year, region=region, tapped=tapped,
        window=window, compare_mode=mode, tower=tower,
        shapes=tuple(map(shape_from_text, shape or [])),
    )  # fmt: skip
    beside = out.with_suffix(".lineage.json") if out.suffix == ".csv" and card is None else None
    others = [b_product, index, *(name for name in source.files if name != DEMO_NAME)]
    read = files_read(scene, product, *others, preset_name=preset_name)
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
        result, called = opened.result(scenario), scene_name(scene)
        if card is None:
            shown = Shown(result, view)
            begin(f"writing {out.name}")
            subject = Subject([shown], called, lambda one: picture_of(opened, one))
            FORMATS[kind].write(subject, claim[out])
            if beside:
                FORMATS["lineage"].write(subject, claim[beside])
        else:
            compared = None
            if other_on is not None:
                other = other_on(opened.scene)
                other = other.named(b_name) if b_name else other
                require_inputs(opened.scene, other.system, scene)
                compared = opened.result(other)
            observed = None
            if card.towers:
                start = scenario if kind == "fit" else None
                observed = at_towers(
                    opened, scenario.system, source, replaced=replaced, fit_from=start
                )
            begin(f"writing {out.name}")
            sight = Sight(opened, view, result, compared, observed)
            write_card(kind, out.suffix, sight, called, claim[out])
    for warning in result.warnings:
        typer.echo(f"note: {warning}", err=True)
