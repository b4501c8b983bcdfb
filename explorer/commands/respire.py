"""Ecosystem respiration: train the network and its rivals, score them, show what was tried."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from explorer.commands.options import JsonPath, Overwrite
from explorer.outputs.claims import claimed

RESPIRE_SECONDS = 60.0

Folder = Annotated[
    Path, typer.Argument(help="Folder of daily FLUXNET2015 files (FLX_*_DD_*.csv) or archives.")
]
Seed = Annotated[int, typer.Option(min=0, help="Of everything that is drawn.")]
Seconds = Annotated[
    float, typer.Option(min=1.0, help="For the networks; training ends when they are over.")
]


def score(
    folder: Folder,
    test: Annotated[Path, typer.Option("--test", help="Folder of towers that no model sees.")],
    json_path: JsonPath = None,
    seed: Seed = 0,
    seconds: Seconds = RESPIRE_SECONDS,
    pool: Annotated[
        bool, typer.Option("--pool/--no-pool", help="Add models that learn from monthly towers.")
    ] = True,
    overwrite: Overwrite = False,
) -> None:
    """Train on the towers of a folder, score every tower of another; without --json as text."""
    from explorer.compiled import keep_compiled_code
    from explorer.observations.vegetation_lookup import real_folder
    from explorer.systems.respiration.score import score_folders
    from explorer.systems.respiration.text import new_towers_text

    with claimed(json_path, inputs=[folder, test], overwrite=overwrite) as claim:
        keep_compiled_code()
        found = score_folders(
            folder, test, real_folder(), seconds=seconds, seed=seed, pool=pool, tell=_tell
        )
        if json_path:
            _write(found.to_json(), claim[json_path])
    if not json_path:
        typer.echo(new_towers_text(found))
    for note in found.notes:
        typer.echo(f"note: {note}", err=True)


def demo(json_path: JsonPath = None, seed: Seed = 0, overwrite: Overwrite = False) -> None:
    """Run the whole chain on 18 synthetic sites of seven grassland types, whose law is known."""
    from explorer.compiled import keep_compiled_code
    from explorer.systems.respiration.demo import demonstrate
    from explorer.systems.respiration.text import demonstration_text

    with claimed(json_path, overwrite=overwrite) as claim:
        keep_compiled_code()
        found = demonstrate(seed=seed, begin=_tell)
        if json_path:
            _write(found.to_json(), claim[json_path])
    if not json_path:
        typer.echo(demonstration_text(found))


def _tell(what: str) -> None:
    typer.echo(what, err=True)


def _write(found: dict[str, Any], path: Path) -> None:
    text = json.dumps(found, indent=2, ensure_ascii=False, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")
