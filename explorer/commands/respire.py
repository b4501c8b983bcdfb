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


def table(
    folder: Folder,
    folds: Annotated[
        str, typer.Option(help="random, as in the paper; purged; sites; or years.")
    ] = "random",
    models: Annotated[
        list[str] | None,
        typer.Option("--model", help="May be repeated; default: the eight of Table 6."),
    ] = None,
    pool: Annotated[bool, typer.Option("--pool", help="Learn from monthly towers too.")] = False,
    json_path: JsonPath = None,
    seed: Seed = 0,
    overwrite: Overwrite = False,
) -> None:
    """Hold models against each other on one folder, beside the published table."""
    from explorer.compiled import keep_compiled_code
    from explorer.errors import ParameterError
    from explorer.observations.vegetation_lookup import real_folder
    from explorer.systems.respiration.evaluation import FOLDINGS, TABLE_6_MODELS, evaluate_folder
    from explorer.systems.respiration.text import evaluation_text

    folding = next((each for each in FOLDINGS if each == folds), None)
    if folding is None:
        raise ParameterError(f"--folds {folds}: expected one of {', '.join(FOLDINGS)}")
    with claimed(json_path, inputs=[folder], overwrite=overwrite) as claim:
        keep_compiled_code()
        found = evaluate_folder(
            folder, real_folder(), folding, models=models or TABLE_6_MODELS, pool=pool, seed=seed,
            tell=_tell,
        )  # fmt: skip
        if json_path:
            _write(found.to_json(), claim[json_path])
    if not json_path:
        typer.echo(evaluation_text(found))
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
    from explorer.report.lineage import versions

    # By the versions a file is known as ours, so that --overwrite may replace it.
    text = json.dumps(
        {**found, "versions": versions()}, indent=2, ensure_ascii=False, allow_nan=False
    )
    path.write_text(text + "\n", encoding="utf-8")
