"""Compare scenarios with towers."""

import json
from pathlib import Path
from typing import Annotated

import typer

from explorer.commands.options import (
    JsonPath,
    Overwrite,
    PresetName,
    Settings,
    SystemName,
    files_read,
    require_inputs,
    require_part,
    scenario_of,
)
from explorer.errors import ParameterError
from explorer.systems import DEFAULT
from explorer.systems.contract import towers_of


def towers(
    scene: Annotated[Path, typer.Argument(help="Scene file (.zarr or .nc).")],
    files: Annotated[
        list[Path],
        typer.Argument(help="Tower tables; FLUXNET2015 monthly files, archives, or their folder."),
    ],
    system: SystemName = DEFAULT,
    preset_name: PresetName = None,
    settings: Settings = None,
    at_site: Annotated[bool, typer.Option("--at-site", help="Use the towers' climate.")] = False,
    index: Annotated[Path | None, typer.Option(help="NDVI or leaf area of the sites.")] = None,
    extinction: Annotated[float | None, typer.Option(help="Light extinction k of LAI.")] = None,
    own_class: Annotated[bool, typer.Option("--own-class", help="Not the map's class.")] = False,
    quality: Annotated[float, typer.Option(help="Least share of good data in a month.")] = 0.5,
    site_tables: Annotated[
        list[Path] | None,
        typer.Option("--site-table", help="Says where sites are: a site a line, or a BADM table."),
    ] = None,
    sites: Annotated[
        list[str] | None,
        typer.Option("--site", help="Where a site is: NAME=LAT,LON,CLASS. May be repeated."),
    ] = None,
    fit: Annotated[bool, typer.Option("--fit", help="Fit the system to the towers.")] = False,
    json_path: JsonPath = None,
    overwrite: Overwrite = False,
) -> None:
    """Compare a scenario and the presets of its system with towers; without --json as text."""
    from explorer.compiled import keep_compiled_code
    from explorer.observations.site_index import load_index
    from explorer.observations.site_places import typed_places
    from explorer.observations.tower_files import load_towers
    from explorer.outputs.claims import claimed
    from explorer.pipeline import open_scene
    from explorer.report.tower_tables import tower_summary, tower_text

    scenario = scenario_of(preset_name, settings, system)
    require_part(scenario.system, "towers", "be compared with towers")
    if index and not at_site:
        raise ParameterError("--index is read only with --at-site; add it, or leave --index out")
    read = files_read(scene, index, *files, *(site_tables or []), preset_name=preset_name)
    with claimed(json_path, inputs=read, overwrite=overwrite) as claim:
        observed = load_towers(
            files, quality, site_tables=site_tables or [], places=typed_places(sites or [])
        )
        series = load_index(index) if index else None
        keep_compiled_code()
        loaded = open_scene(scene)
        require_inputs(loaded, scenario.system, scene)
        check = towers_of(scenario.system).check(
            loaded,
            observed,
            at_site=at_site,
            own_class=own_class,
            index=series,
            extinction=extinction,
        )
        fitted = check.fit(scenario) if fit else None
        if json_path:
            summary = tower_summary(check, scenario, fitted)
            text = json.dumps(summary, indent=2, ensure_ascii=False, allow_nan=False)
            claim[json_path].write_text(text + "\n", encoding="utf-8")
    if not json_path:
        typer.echo(tower_text(check, scenario, fitted))
    for remark in check.remarks:
        typer.echo(f"note: {remark}", err=True)
